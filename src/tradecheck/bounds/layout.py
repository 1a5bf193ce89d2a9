"""Fewer unknowns for the same questions: months of many lines as their sums and their totals.

The cells of one reporter, partner and goods in one period are a *line* of months. Some sums weigh
all months of each of their lines alike: they speak of totals. Of all other sums, many weigh several
lines alike: they speak of what these come to in each month. Whoever knows the monthly sums of such
lines, and the total of each line, can always fill in the cells, for a transportation problem has a
solution wherever its margins agree. So a hundred cells of ten lines and ten months become ten sums
and ten totals.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tradecheck.bounds.solver import Limits, Sum
from tradecheck.bounds.terms import Cell, Weights

Line = tuple[str, str, str, str, int]
Months = Mapping[Line, tuple[str, ...]]
Periods = Mapping[str, int]  # the number of the period that a month lies in


class Profile:
    """A weighted sum line by line: months and weights of each. of_totals: whether it weighs all
    months of each of its lines alike. kinds: by line, a number for all lines that it weighs alike.
    """

    def __init__(self, lines: Mapping[Line, tuple[tuple[str, float], ...]], months: Months):
        self.lines = lines
        self.of_totals = all(
            len(held) == len(months[line]) and len({weight for _, weight in held}) == 1
            for line, held in lines.items()
        )
        found: dict[tuple[Any, ...] | None, int] = {}
        self.kinds = tuple(found.setdefault(lines.get(line), len(found)) for line in months)


class Grid:
    """The lines of some cells, and the columns that sums over them need."""

    def __init__(self, cells: Iterable[Cell], periods: Periods):
        self._periods = periods
        self._months = {
            line: tuple(month for month, _ in held)
            for line, held in self._lines(dict.fromkeys(sorted(cells), 1.0)).items()
        }
        self._profiles: dict[frozenset[Any], Profile] = {}
        self._layouts: dict[frozenset[tuple[int, ...]], Layout] = {}
        self._made: dict[tuple[Any, ...], Layout] = {}

    def profile(self, weights: Weights, content: frozenset[Any]) -> Profile:
        """A sum line by line, one object for all that say the same (`content`)."""
        if content not in self._profiles:
            self._profiles[content] = Profile(self._lines(weights), self._months)
        return self._profiles[content]

    def layout(self, kinds: frozenset[tuple[int, ...]]) -> "Layout":
        """Columns in which sums can be told that weigh lines alike in these ways."""
        if kinds not in self._layouts:
            groups: dict[tuple[Any, ...], list[Line]] = {}
            for (line, months), *own in zip(self._months.items(), *kinds, strict=True):
                groups.setdefault((months, *own), []).append(line)
            found = tuple(map(tuple, groups.values()))
            if found not in self._made:
                self._made[found] = Layout(found, self._months)
            self._layouts[kinds] = self._made[found]
        return self._layouts[kinds]

    def _lines(self, weights: Weights) -> dict[Line, tuple[tuple[str, float], ...]]:
        found: dict[Line, list[tuple[str, float]]] = {}
        for cell, weight in weights.items():
            line = (cell.reporter, cell.partner, cell.goods, cell.what, self._periods[cell.month])
            found.setdefault(line, []).append((cell.month, weight))
        return {line: tuple(sorted(held)) for line, held in found.items()}


class Layout:
    """Columns for lines in groups: a column a month for each group, and, where it is of several
    lines, one for the total of each."""

    def __init__(self, groups: Sequence[tuple[Line, ...]], months: Months):
        self._group: dict[Line, int] = {}
        self._of_month: dict[tuple[int, str], int] = {}
        self._of_total: dict[Line, int] = {}
        self.balances: list[Limits] = []
        self._sums: dict[Profile, Sum] = {}
        for number, group in enumerate(groups):
            self._group |= dict.fromkeys(group, number)
            sums = [self._new(self._of_month, (number, month)) for month in months[group[0]]]
            if len(group) > 1:
                totals = [self._new(self._of_total, line) for line in group]
                balance = dict.fromkeys(sums, 1.0) | dict.fromkeys(totals, -1.0)
                self.balances.append(Limits(balance, 0.0, 0.0))

    def __len__(self) -> int:
        return len(self._of_month) + len(self._of_total)

    def sum(self, profile: Profile) -> Sum:
        """A sum over the columns."""
        if profile not in self._sums:
            self._sums[profile] = self._told(profile)
        return self._sums[profile]

    def _told(self, profile: Profile) -> Sum:
        found: dict[int, float] = {}
        for line, held in profile.lines.items():
            if profile.of_totals and line in self._of_total:
                found[self._of_total[line]] = held[0][1]
            else:  # what lines of one group say is the same
                group = self._group[line]
                found |= {self._of_month[group, month]: weight for month, weight in held}
        return found

    def _new(self, columns: dict[Any, Any], key: object) -> int:
        columns[key] = len(self)
        return columns[key]


def periods_of(cells: Iterable[Cell], spans: Iterable[frozenset[str]]) -> Periods:
    """The periods that the longest spans of months tell apart."""
    spans = sorted(set(spans), key=lambda span: (-len(span), min(span)))
    longest = [
        one for place, one in enumerate(spans) if not any(one < two for two in spans[:place])
    ]
    found: dict[tuple[bool, ...], int] = {}
    return {
        month: found.setdefault(tuple(month in span for span in longest), len(found))
        for month in sorted({cell.month for cell in cells})
    }


def span_of(weights: Weights) -> frozenset[str]:
    """The months that a sum adds up, where it weighs the same ones alike of all reporters, partners
    and goods that it is of; none where it does not."""
    held: dict[tuple[Any, ...], dict[str, float]] = {}
    for cell, weight in weights.items():
        held.setdefault(cell._replace(month=""), {})[cell.month] = weight
    spans = {frozenset(months) for months in held.values()}
    level = all(len(set(months.values())) == 1 for months in held.values())
    return next(iter(spans)) if level and len(spans) == 1 else frozenset()
