"""Fewer unknowns for the same questions: months of many lines as their sums and their totals.

The cells of one reporter, partner and goods are a *line* of months. Some sums weigh all months of each
of their lines alike: they speak of totals. Of all other sums, many weigh several lines alike: they
speak of what these come to in each month. Whoever knows the monthly sums of such lines, and the total
of each line, can always fill in the cells, for a transportation problem has a solution wherever its
margins agree. So a hundred cells of ten lines and ten months become ten sums and ten totals.
"""

from collections.abc import Iterable, Mapping, Sequence

from tradecheck.bounds.programme import Cell, Weights
from tradecheck.bounds.solver import Limits, Sum

Line = tuple[str, str, str, str]
Months = Mapping[Line, tuple[str, ...]]


class Profile:
    """A weighted sum line by line. lines: months and weights of each, in one order; what is the same
    for two lines is one object, if `known` is the same."""

    def __init__(self, weights: Weights, known: dict):
        found: dict[Line, list[tuple[str, float]]] = {}
        for cell, weight in weights.items():
            found.setdefault(line_of(cell), []).append((cell.month, weight))
        self.lines = {line: _one(tuple(sorted(held)), known) for line, held in found.items()}
        self._level = {
            line: len(held) if len({weight for _, weight in held}) == 1 else 0
            for line, held in self.lines.items()
        }

    def of_totals(self, months: Months) -> bool:
        """Whether it weighs all months of each of its lines alike."""
        return all(level == len(months[line]) for line, level in self._level.items())


class Layout:
    """Columns for lines in groups: a column a month for each group, and, where it is of several lines,
    one for the total of each."""

    def __init__(self, groups: Sequence[tuple[Line, ...]], months: Months):
        self.groups, self._months = groups, months
        self._group: dict[Line, int] = {}
        self._of_month: dict[tuple[int, str], int] = {}
        self._of_total: dict[Line, int] = {}
        self.balances: list[Limits] = []
        for number, group in enumerate(groups):
            self._group |= dict.fromkeys(group, number)
            sums = [self._new(self._of_month, (number, month)) for month in months[group[0]]]
            if len(group) > 1:
                totals = [self._new(self._of_total, line) for line in group]
                balance = dict.fromkeys(sums, 1.0) | dict.fromkeys(totals, -1.0)
                self.balances.append(Limits(balance, 0.0, 0.0))

    def __len__(self) -> int:
        return len(self._of_month) + len(self._of_total)

    def fits(self, profile: Profile) -> bool:
        """Whether the columns can tell a sum: it is of totals, or weighs the lines of a group alike."""
        return profile.of_totals(self._months) or all(
            len(group) == 1 or len({id(profile.lines.get(line)) for line in group}) == 1
            for group in self.groups
        )

    def sum(self, profile: Profile) -> Sum:
        """A sum that fits, over the columns."""
        found: dict[int, float] = {}
        totals = profile.of_totals(self._months)
        for line, held in profile.lines.items():
            if totals and line in self._of_total:
                found[self._of_total[line]] = held[0][1]
            else:  # what lines of one group say is the same
                group = self._group[line]
                found |= {self._of_month[group, month]: weight for month, weight in held}
        return found

    def _new(self, columns: dict, key: object) -> int:
        columns[key] = len(self)
        return columns[key]


def groups_of(months: Months, telling: Iterable[Profile]) -> tuple[tuple[Line, ...], ...]:
    """The lines that all these sums weigh alike, together."""
    lines = [profile.lines for profile in telling]
    found: dict[tuple, list[Line]] = {}
    for line, held in months.items():
        found.setdefault((held, *(id(one.get(line)) for one in lines)), []).append(line)
    return tuple(map(tuple, found.values()))


def months_of(cells: Iterable[Cell]) -> dict[Line, tuple[str, ...]]:
    """The months of each line, in one order."""
    found: dict[Line, list[str]] = {}
    for cell in sorted(cells):
        found.setdefault(line_of(cell), []).append(cell.month)
    return {line: tuple(sorted(held)) for line, held in found.items()}


def line_of(cell: Cell) -> Line:
    return cell.reporter, cell.partner, cell.goods, cell.what


def _one(held: tuple, known: dict) -> tuple:
    return known.setdefault(held, held)
