"""Official totals of a fiscal year as constraints: in dollars, in rupees, by coverage."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, combinations

import pandas as pd

from tradecheck.errors import TradecheckError
from tradecheck.flows import HALF_UNIT
from tradecheck.measures import LISTED
from tradecheck.study.periods import fiscal_months
from tradecheck.bounds.programme import Cell, Constraint, Grade, Row
from tradecheck.study.project import Project
from tradecheck.sources import ecb, eidb, goods, press
from tradecheck.study import Study

CRORE = 10.0  # million rupees
WITHOUT = "listed goods without "
AS_PUBLISHED, WORST_CASE = "as published", "worst case"


@dataclass(frozen=True, eq=False)  # compared by identity, so that sums of it can be remembered
class Tables:
    """The cleaned tables that the evidence rests on.

    listed: the codes of the goods list. yearly: period ("FY2024-25"), hs6, value_usd_mn,
    value_inr_crore, hs8_lines; the reporter's exports of listed goods to the partner. chapters:
    period, chapter, unseen_usd_mn (official total of the chapter less what the source holds).
    rates: INR per US$ by month. figures: reported values by id.
    """

    listed: tuple[str, ...]
    yearly: pd.DataFrame
    chapters: pd.DataFrame
    rates: Mapping[str, float]
    figures: Mapping[str, float]


def tables_of(project: Project, study: Study, flows: pd.DataFrame) -> Tables:
    """The tables of a study: its cleaned flows, and the raw tables beside them."""
    chapters = eidb.chapter_coverage(project, study.yearly_totals)
    chapters = chapters[chapters["chapter"] != "all"]
    return Tables(
        listed=tuple(goods.read(project, study.goods_list)["hs6"]),
        yearly=flows,
        chapters=chapters.assign(period="FY" + chapters["fiscal_year"]),
        rates=ecb.read(project, study.exchange_rates).set_index("month")["mean"].to_dict(),
        figures=press.context(project, study.context)["value"].to_dict(),
    )


@dataclass(frozen=True)
class Choices:
    """How official totals are used.

    goods: the list that "listed goods" stands for. coverage: totals as published, or at worst, with
    all unseen trade of their chapters. rate_tolerance_inr: rupees either way of the market rate,
    None to leave the second currency out. known_on: a day; fiscal years that ended later are not
    known (None: all are).
    """

    goods: str = LISTED
    coverage: str = WORST_CASE
    rate_tolerance_inr: float | None = None
    known_on: str | None = None

    @classmethod
    def of(cls, study: Study) -> "Choices":
        return cls(rate_tolerance_inr=study.rate_tolerance_inr)

    def knows(self, year: str) -> bool:
        return self.known_on is None or fiscal_months(year)[-1] < self.known_on[:7]


@dataclass(frozen=True)
class YearTotals:
    """One fiscal year of official totals by atom of the goods, US$ million.

    held: what the source holds; rounding: how far its lines may be off; chapters: those of the
    atom's codes; unseen: trade by chapter that the source does not hold, None where not known.
    """

    study: Study
    tables: Tables
    year: str
    choices: Choices
    atoms: Mapping[str, tuple[str, ...]]
    held: Mapping[str, float]
    rounding: Mapping[str, float]
    rupees: Mapping[str, float]
    unseen: Mapping[str, float] | None

    @classmethod
    def of(
        cls,
        tables: Tables,
        study: Study,
        atoms: Mapping[str, tuple[str, ...]],
        year: str,
        choices: Choices,
    ) -> "YearTotals":
        sums, unseen_trade = _sums(tables, year, tuple(atoms.items()))
        return cls(
            study, tables, year, choices, atoms,
            held=sums["value_usd_mn"],
            rounding={a: HALF_UNIT * lines for a, lines in sums["hs8_lines"].items()},
            rupees={a: CRORE * value for a, value in sums["value_inr_crore"].items()},
            unseen=unseen_trade,
        )  # fmt: skip

    def constraints(self) -> list[Constraint]:
        """What the year says of its months."""
        words = f"the official totals of {self.year}"
        dollars = Constraint(
            f"official-{self.year}", words, tuple(self._dollar_rows()), Grade.BOUNDED, "DGCI&S"
        )
        return [dollars, *self._rupee_constraints()]

    def composition_rows(self, beyond: Mapping[str, tuple[float, frozenset[str]]]) -> list[Row]:
        """What the year says of its goods: cells `atom` and `unseen(atom)` of the one period.

        `beyond`: goods outside the list that share the unseen trade: held, and their chapters.
        """
        rows = []
        for atom, held in self.held.items():
            slack = self.rounding[atom]
            rows.append(Row({self._year_cell(atom): 1.0}, held - slack, held + slack))
        rows += [Row({self._year_cell(name): 1.0}, held, held) for name, (held, _) in beyond.items()]
        for atom in self._closed():
            rows.append(Row({self._year_cell(unseen(atom)): 1.0}, 0.0, 0.0))
        chapters = {atom: self._chapters(atom) for atom in self._open()}
        chapters |= {name: places for name, (_, places) in beyond.items()}
        for part, limit in self._unseen_limits(chapters):
            rows.append(Row({self._year_cell(unseen(atom)): 1.0 for atom in part}, hi=limit))
        return rows

    def _dollar_rows(self) -> Iterable[Row]:
        """Exact for complete codes; else at least what is held, at most that and what is unseen."""
        if self.choices.coverage == AS_PUBLISHED:
            for atom, held in self.held.items():
                slack = self.rounding[atom]
                yield Row(self._over_months([atom]), held - slack, held + slack)
            return
        yield Row(self._over_months(self.atoms), lo=sum(self.held.values()))
        for atom in self._closed():
            held, slack = self.held[atom], self.rounding[atom]
            yield Row(self._over_months([atom]), held - slack, held + slack)
        for atom in self._open():
            yield Row(self._over_months([atom]), lo=self.held[atom])
        closed = sum(self.held[atom] for atom in self._closed())
        chapters = {atom: self._chapters(atom) for atom in self._open()}
        for part, limit in self._unseen_limits(chapters):
            most = sum(self.held[atom] for atom in part) + limit
            yield Row(self._over_months(part), hi=most)
            if len(part) == len(chapters):
                yield Row(self._over_months(self.atoms), hi=most + closed)

    def _unseen_limits(
        self, chapters: Mapping[str, frozenset[str]]
    ) -> Iterable[tuple[tuple[str, ...], float]]:
        """For every group of atoms, the most unseen trade that it can take together.

        Unseen trade of a chapter may be any goods of the chapter, so a group is limited by the
        chapters it touches, and the limits of all groups are all there is to know (Gale, 1957).
        """
        if self.unseen is None and self.choices.coverage == WORST_CASE:
            return
        trade = self.unseen if self.choices.coverage == WORST_CASE else {}
        sizes = range(1, len(chapters) + 1)
        for part in chain.from_iterable(combinations(chapters, size) for size in sizes):
            touched = frozenset().union(*(chapters[atom] for atom in part))
            yield part, sum(trade.get(chapter, 0.0) for chapter in sorted(touched))

    def _rupee_constraints(self) -> Iterable[Constraint]:
        """A complete atom's total in rupees: its months weighted by each month's exchange rate.

        Customs convert at about the market rate of the month, so Σ x(m)·e(m) is the rupee total,
        with e(m) within the chosen tolerance of the month's mean rate.
        """
        tolerance, rates = self.choices.rate_tolerance_inr, self.tables.rates
        months = fiscal_months(self.year)
        for atom in self._closed():
            if tolerance is None or self.rupees[atom] == 0:
                continue
            if missing := [month for month in months if month not in rates]:
                raise TradecheckError(
                    f"The exchange rates hold no month {', '.join(missing)}, which the rupee totals "
                    f"of {self.year} need; add the months to the raw table "
                    f"{self.study.exchange_rates}."
                )
            slack = CRORE * self.rounding[atom]
            cells = {month: Cell(self.study.reporter, atom, month) for month in months}
            cheapest = {cell: rates[month] - tolerance for month, cell in cells.items()}
            dearest = {cell: rates[month] + tolerance for month, cell in cells.items()}
            rows = (
                Row(cheapest, hi=self.rupees[atom] + slack),
                Row(dearest, lo=self.rupees[atom] - slack),
            )
            words = f"the rupee total of {', '.join(self.atoms[atom])} in {self.year}"
            yield Constraint(f"rupees-{self.year}", words, rows, Grade.BOUNDED, "DGCI&S, ECB")

    def _closed(self) -> list[str]:
        """Atoms whose every tariff line the source holds."""
        complete = set(self.study.complete_codes)
        return [atom for atom, codes in self.atoms.items() if set(codes) <= complete]

    def _open(self) -> list[str]:
        closed = self._closed()
        return [atom for atom in self.atoms if atom not in closed]

    def _chapters(self, atom: str) -> frozenset[str]:
        return frozenset(code[:2] for code in self.atoms[atom])

    def _year_cell(self, goods_name: str) -> Cell:
        return Cell(self.study.reporter, goods_name, self.year)

    def _over_months(self, atoms: Iterable[str]) -> dict[Cell, float]:
        months = fiscal_months(self.year)
        return {Cell(self.study.reporter, atom, month): 1.0 for atom in atoms for month in months}


@lru_cache(maxsize=64)
def _sums(
    tables: Tables, year: str, atoms: tuple[tuple[str, tuple[str, ...]], ...]
) -> tuple[dict[str, dict[str, float]], dict[str, float] | None]:
    """A year's sums by column and atom, and its unseen trade by chapter (None if not known)."""
    lines = tables.yearly[tables.yearly["period"] == year].set_index("hs6")
    sums = {
        column: {
            atom: float(lines.loc[lines.index.isin(codes), column].sum()) for atom, codes in atoms
        }
        for column in ("value_usd_mn", "value_inr_crore", "hs8_lines")
    }
    chapters = tables.chapters[tables.chapters["period"] == year]
    return sums, dict(zip(chapters["chapter"], chapters["unseen_usd_mn"], strict=True)) or None


def unseen(atom: str) -> str:
    """The name of an atom's trade that the source does not hold."""
    return f"{atom}, unseen"


def codes_of(
    name: str, listed: Sequence[str], groups: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    """The listed codes of a named list: all, a group, or all without a group."""
    if name == LISTED:
        return tuple(listed)
    group = name.removeprefix(WITHOUT)
    if group not in groups:
        raise TradecheckError(
            f"The study names the goods {name!r}, which it does not define; use {LISTED!r}, one of "
            f"{', '.join(map(repr, groups))}, or {WITHOUT!r} and one of these."
        )
    inside = set(goods.members(listed, groups[group]))
    return tuple(code for code in listed if (code in inside) == (group == name))


def split_goods(
    listed: Sequence[str], groups: Mapping[str, Sequence[str]]
) -> dict[str, tuple[str, ...]]:
    """Atoms: codes that belong to the same named groups, under a plain name."""
    atoms: dict[str, list[str]] = {}
    for code in sorted(listed):
        inside = [name for name, prefixes in groups.items() if code.startswith(tuple(prefixes))]
        atoms.setdefault(" and ".join(inside) or "all else", []).append(code)
    return {atom: tuple(codes) for atom, codes in atoms.items()}


def named_goods(
    atoms: Mapping[str, Sequence[str]], groups: Mapping[str, Sequence[str]]
) -> dict[str, tuple[str, ...]]:
    """The atoms of all goods and of each named group."""
    named = {LISTED: tuple(atoms)}
    for name, prefixes in groups.items():
        named[name] = tuple(a for a, codes in atoms.items() if codes[0].startswith(tuple(prefixes)))
    return named
