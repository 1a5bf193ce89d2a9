"""Totals of longer periods that a study holds: what was found, and what each can be at most."""

import math
from dataclasses import dataclass

import pandas as pd

from tradecheck.bounds.knowledge import Knowledge
from tradecheck.bounds.totals import by_period, own_atoms, totals_of
from tradecheck.figures.amounts import period_label
from tradecheck.figures.measured import Measured
from tradecheck.show.prose import MONTHS, NBSP, Prose, escape_markdown, period_name
from tradecheck.study.measures import Measure, Quantity
from tradecheck.study.periods import Period


@dataclass(frozen=True)
class HeldTotals:
    """The totals of the study's own goods by period. picked: a group inside them, picked out.

    table: label, first, last, lo, hi (infinite where nothing limits it), part_lo, part_hi, in the
    report's unit. periods: what a label is, in words.
    """

    table: pd.DataFrame
    picked: str
    periods: str


def held_totals(words: Measured) -> HeldTotals | None:
    """Every period of the study's first table of totals; None where it names none."""
    evidence, study = words.evidence, words.study
    entries = study.of_kind("totals")
    if not entries:
        return None
    knowledge, picked = evidence.taken(), _picked(words)
    found = totals_of(
        study, evidence.tables, evidence.corridor, entries[0].totals, evidence.currency, evidence.scale,
        study.vintage,
    )  # fmt: skip
    rows = []
    for period, held in by_period(found).items():
        known = evidence.names.months.issuperset(period.months)
        own = own_atoms(knowledge.scope)
        inside = evidence.corridor.goods.parts(picked) if picked else frozenset()
        ends: list[float] = []
        for goods, atoms in ((None, own), (picked or None, inside)):
            lo = sum(total.lo for total in held if total.goods in atoms)
            hi = math.inf if entries[0].floors else sum(t.hi for t in held if t.goods in atoms)
            ends += (
                _bounds(words, knowledge, period, goods)
                if known and (goods or atoms is own)
                else (lo, hi)
            )
        rows.append((period_label(period.first, period.last), period.first, period.last, *ends))
    columns = ["label", "first", "last", "lo", "hi", "part_lo", "part_hi"]
    table = pd.DataFrame(rows, columns=columns)
    return HeldTotals(table, picked, _kind(table)) if len(table) else None


def held_words(held: HeldTotals, words: Measured) -> Prose:
    """What the totals say and do not say, the last period against the one before."""
    last = held.table.iloc[-1]
    span = period_name(last["first"], last["last"])
    text = f"Totals of longer periods are known. {span}: {words.money.between(last['lo'], last['hi'])}."
    if len(held.table) < 2:
        return Prose(text)
    before = held.table.iloc[-2]
    text += f" The period before: {words.money.between(before['lo'], before['hi'])}. {_risen(before, last)}"
    if held.picked:
        rest = [(row["lo"] - row["part_hi"], row["hi"] - row["part_lo"]) for row in (before, last)]
        if all(math.isfinite(lo) for lo, _ in rest):
            first, second = (words.money.between(max(0.0, lo), hi) for lo, hi in rest)
            moved = _compared(rest[0], rest[1])
            text += f" Without {escape_markdown(held.picked)}: {first}, then {second}; {moved}."
    return Prose(text)


def _risen(before: pd.Series, last: pd.Series) -> str:
    return f"Taken together, {_compared((before['lo'], before['hi']), (last['lo'], last['hi']))}."


def _compared(before: tuple[float, float], after: tuple[float, float]) -> str:
    """What two ranges prove of a change, and no more."""
    if after[0] > before[1]:
        return "the total rose"
    if after[1] < before[0]:
        return "the total fell"
    return "whether the total rose or fell is open"


def _bounds(
    words: Measured, knowledge: Knowledge, period: Period, goods: str | None
) -> tuple[float, float]:
    quantity = Quantity(months=str(period), goods=goods)
    return words.judge.bounds(Measure(value=quantity), knowledge)


def _picked(words: Measured) -> str:
    """The first group of goods inside the study's own of which every line is held."""
    study, goods = words.study, words.evidence.corridor.goods
    codes = tuple(code for entry in study.of_kind("totals") for code in entry.complete)
    for name in study.groups.goods:
        regions = frozenset().union(*(goods.atoms[atom] for atom in goods.parts(name)))
        if codes and all(region.startswith(codes) for region in regions):
            return name
    return ""


def _kind(table: pd.DataFrame) -> str:
    """What the labels are: years, or years from one month to another."""
    starts = {first[5:] for first in table["first"]}
    if starts == {"01"}:
        return "years"
    if len(starts) == 1 and all(
        len(Period(*row).months) == 12 for row in zip(table["first"], table["last"])
    ):
        month = int(starts.pop())
        return f"fiscal years, {MONTHS[month - 1]} to{NBSP}{MONTHS[(month - 2) % 12]}"
    return "periods"
