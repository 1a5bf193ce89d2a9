"""From tables to constraints: what official totals and reported figures say of the months."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from tradecheck.errors import TradecheckError
from tradecheck.flows import HALF_UNIT
from tradecheck.measures import LISTED, Quantity, Scope, Strict
from tradecheck.months import fiscal_months, fiscal_year, month_range
from tradecheck.programme import Cell, Constraint, Evidence, Grade, Row
from tradecheck.project import Project
from tradecheck.sources import ecb, eidb, goods, press
from tradecheck.study import Study

CRORE = 10.0  # million rupees


@dataclass(frozen=True)
class Tables:
    """The cleaned tables that the evidence rests on.

    listed: the codes of the goods list. yearly: period ("FY2024-25"), hs6, value_usd_mn,
    value_inr_crore, hs8_lines; the reporter's exports of listed goods to the partner. chapters: period, chapter, unseen_usd_mn (official total of the chapter
    less what the source holds). rates: INR per US$ by month. figures: reported values by id.
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


class Amount(Strict):
    """A reported figure by its id: a percentage of it, and per month, if so said."""

    figure: str
    percent: str | None = None
    per_months: int = 1

    def value(self, figures: Mapping[str, float]) -> float:
        for name in filter(None, (self.figure, self.percent)):
            if name not in figures:
                raise TradecheckError(
                    f"The claims file names the reported figure {name!r}, which the context table "
                    "does not hold; correct the id or add a row with its source."
                )
        share = figures[self.percent] / 100 if self.percent else 1.0
        return figures[self.figure] * share / self.per_months


class Reported(Strict):
    """A figure somebody reported, which a reader may choose to believe."""

    id: str
    words: str
    quantity: Quantity
    at_least: float | Amount | None = None
    at_most: float | Amount | None = None
    source: str

    def constraint(self, scope: Scope, figures: Mapping[str, float]) -> Constraint:
        """The figure as rows, one for each month when its quantity is "each"."""
        lo, hi = (
            edge.value(figures) if isinstance(edge, Amount) else edge
            for edge in (self.at_least, self.at_most)
        )
        lo, hi = -math.inf if lo is None else lo, math.inf if hi is None else hi
        rows = tuple(Row(weights, lo, hi) for weights in self.quantity.parts(scope))
        return Constraint(self.id, self.words, rows, Grade.REPORTED, self.source)


@dataclass(frozen=True)
class Knowledge:
    """Evidence, with the names that measures may use."""

    scope: Scope
    evidence: Evidence

    def believing(self, constraints: Sequence[Constraint]) -> "Knowledge":
        return replace(self, evidence=self.evidence.believing(constraints))


def monthly(tables: Tables, study: Study) -> Knowledge:
    """What official totals say of the months of every fiscal year the study touches.

    The reporter's cells are atoms of the goods list by month; the other suppliers' are the listed
    goods of the months up to the claim. Nothing official limits the other suppliers.
    """
    years = sorted({fiscal_year(m) for m in month_range(study.first_month, study.last_month)})
    atoms = split_goods(tables.listed, study.goods)
    scope = Scope(study.reporter, named_goods(atoms, study.goods), tuple(study.suppliers))
    cells = [
        Cell(study.reporter, atom, month)
        for year in years
        for month in fiscal_months(year)
        for atom in atoms
    ]
    cells += [
        Cell(supplier, LISTED, month)
        for supplier in study.suppliers
        for month in month_range(study.first_month, study.claim_date[:7])
    ]
    constraints = [
        constraint
        for year in years
        for constraint in (
            official_total(tables, study, atoms, year),
            *rupee_totals(tables, study, atoms, year),
        )
    ]
    return Knowledge(scope, Evidence(cells, constraints))


def composition(tables: Tables, study: Study, year: str) -> Knowledge:
    """What a fiscal year's official totals say of its goods, at worst.

    One period, two cells an atom: the trade the source holds (known up to the rounding of its
    lines) and the trade it does not. The unseen trade of a chapter may be any goods of that
    chapter; groups in `study.beyond_list` may take it outside the goods list, too.
    """
    atoms = split_goods(tables.listed, study.goods)
    held = of_year(tables.yearly, year)
    names = named_goods(atoms, study.goods)
    cells, rows = [], []

    def unseen(atom: str) -> str:
        return f"{atom}, unseen"

    for atom, codes in atoms.items():
        seen, slack = _sum(held, codes, "value_usd_mn"), HALF_UNIT * _sum(held, codes, "hs8_lines")
        cells.append(Cell(study.reporter, atom, year))
        rows.append(Row({cells[-1]: 1.0}, seen - slack, seen + slack))
    open_atoms = [atom for atom, codes in atoms.items() if not set(codes) <= complete(study)]
    cells += [Cell(study.reporter, unseen(atom), year) for atom in open_atoms]
    for name, group in list(names.items()):
        names[name] = (*group, *(unseen(atom) for atom in group if atom in open_atoms))

    unseen_trade = unseen_by_chapter(tables, year)
    for chapter, limit in unseen_trade.items():
        parts = [atom for atom in open_atoms if atom.startswith(f"{chapter} ")]
        rows.append(Row({Cell(study.reporter, unseen(a), year): 1.0 for a in parts}, hi=limit))

    for group, figure in study.beyond_list.items():
        beyond = f"{group}, outside the list"
        chapters = {prefix[:2] for prefix in study.goods[group]}
        inside = [code for atom in named_goods(atoms, study.goods)[group] for code in atoms[atom]]
        seen = tables.figures[figure] - _sum(held, inside, "value_usd_mn")
        cells += [Cell(study.reporter, beyond, year), Cell(study.reporter, unseen(beyond), year)]
        rows.append(Row({cells[-2]: 1.0}, seen, seen))
        parts = [a for a in open_atoms if a[:2] in chapters] + [beyond]
        limit = sum(unseen_trade.get(chapter, 0.0) for chapter in chapters)
        rows.append(Row({Cell(study.reporter, unseen(a), year): 1.0 for a in parts}, hi=limit))
        extra = (beyond, unseen(beyond))
        names[f"{group}, listed or not"] = (*names[group], *extra)
        names[f"listed goods and all {group}"] = (*names[LISTED], *extra)

    words = f"the official totals of {year}, with the unseen trade of their chapters"
    constraint = Constraint(f"composition-{year}", words, tuple(rows), Grade.BOUNDED, "DGCI&S")
    return Knowledge(Scope(study.reporter, names), Evidence(cells, [constraint]))


def official_total(
    tables: Tables, study: Study, atoms: Mapping[str, Sequence[str]], year: str
) -> Constraint:
    """A fiscal year's official totals: exact for complete codes, else at least what is held.

    Where the chapters' official totals are known, no chapter's listed goods can exceed what is
    held of them plus the unseen trade of the chapter.
    """
    held = of_year(tables.yearly, year)
    seen = {atom: _sum(held, codes, "value_usd_mn") for atom, codes in atoms.items()}

    def over_year(wanted: Sequence[str]) -> dict[Cell, float]:
        return {Cell(study.reporter, a, m): 1.0 for a in wanted for m in fiscal_months(year)}

    rows = [Row(over_year(list(atoms)), lo=sum(seen.values()))]
    for atom, codes in atoms.items():
        slack = HALF_UNIT * _sum(held, codes, "hs8_lines")
        if set(codes) <= complete(study):
            rows.append(Row(over_year([atom]), seen[atom] - slack, seen[atom] + slack))
        else:
            rows.append(Row(over_year([atom]), lo=seen[atom]))
    for chapter, unseen in unseen_by_chapter(tables, year).items():
        parts = [atom for atom in atoms if atom.startswith(f"{chapter} ")]
        rows.append(Row(over_year(parts), hi=sum(seen[atom] for atom in parts) + unseen))
    words = f"the official totals of {year}"
    return Constraint(f"official-{year}", words, tuple(rows), Grade.BOUNDED, "DGCI&S")


def rupee_totals(
    tables: Tables, study: Study, atoms: Mapping[str, Sequence[str]], year: str
) -> list[Constraint]:
    """A complete code's total in rupees: its months weighted by each month's exchange rate.

    Customs convert at about the market rate of the month, so Σ x(m)·e(m) is the rupee total, with
    e(m) within the study's tolerance of the month's mean rate.
    """
    held = of_year(tables.yearly, year)
    tolerance = study.rate_tolerance_inr
    constraints = []
    for atom, codes in atoms.items():
        rupees = CRORE * _sum(held, codes, "value_inr_crore")
        if not set(codes) <= complete(study) or rupees == 0:
            continue
        missing = [month for month in fiscal_months(year) if month not in tables.rates]
        if missing:
            raise TradecheckError(
                f"The exchange rates hold no month {', '.join(missing)}, which the rupee totals of "
                f"{year} need; add the months to the raw table {study.exchange_rates}."
            )
        slack = CRORE * HALF_UNIT * _sum(held, codes, "hs8_lines")
        cells = {m: Cell(study.reporter, atom, m) for m in fiscal_months(year)}
        cheapest = {cell: tables.rates[m] - tolerance for m, cell in cells.items()}
        dearest = {cell: tables.rates[m] + tolerance for m, cell in cells.items()}
        rows = (Row(cheapest, hi=rupees + slack), Row(dearest, lo=rupees - slack))
        words = f"the rupee total of {', '.join(codes)} in {year}"
        constraints.append(
            Constraint(f"rupees-{year}", words, rows, Grade.BOUNDED, "DGCI&S, ECB")
        )
    return constraints


def split_goods(
    listed: Sequence[str], groups: Mapping[str, Sequence[str]]
) -> dict[str, tuple[str, ...]]:
    """Atoms: listed codes of one chapter that belong to the same named groups, by a plain name."""
    atoms: dict[str, list[str]] = {}
    for code in sorted(listed):
        inside = [name for name, prefixes in groups.items() if code.startswith(tuple(prefixes))]
        atoms.setdefault(f"{code[:2]} {' & '.join(inside) or 'other'}", []).append(code)
    return {atom: tuple(codes) for atom, codes in atoms.items()}


def named_goods(
    atoms: Mapping[str, Sequence[str]], groups: Mapping[str, Sequence[str]]
) -> dict[str, tuple[str, ...]]:
    """The atoms of all listed goods and of each named group."""
    named = {LISTED: tuple(atoms)}
    for name, prefixes in groups.items():
        named[name] = tuple(a for a, codes in atoms.items() if codes[0].startswith(tuple(prefixes)))
    return named


def complete(study: Study) -> set[str]:
    return set(study.complete_codes)


def of_year(yearly: pd.DataFrame, year: str) -> pd.DataFrame:
    return yearly[yearly["period"] == year].set_index("hs6")


def unseen_by_chapter(tables: Tables, year: str) -> dict[str, float]:
    """Trade of each chapter that the source does not hold, US$ million; empty if not known."""
    rows = tables.chapters[tables.chapters["period"] == year]
    return dict(zip(rows["chapter"], rows["unseen_usd_mn"], strict=True))


def _sum(held: pd.DataFrame, codes: Sequence[str], column: str) -> float:
    return float(held.loc[held.index.isin(codes), column].sum())
