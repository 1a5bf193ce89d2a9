"""What each side reports of one trade: the exporter's figures beside the importer's, by month."""

from collections.abc import Sequence

import pandas as pd

from tradecheck.bounds.knowledge import Evidence
from tradecheck.data.tables import Tables
from tradecheck.figures.amounts import Amounts, counted, first_upper, in_words, month_list
from tradecheck.show.exhibits import Column, Row, Table
from tradecheck.show.prose import Prose, listing, month_name
from tradecheck.show.units import money, times
from tradecheck.study.claims import ClaimsFile
from tradecheck.study.sides import EXPORTER, IMPORTER, SIDES, Side, facing, reporting
from tradecheck.study.study import Study
from tradecheck.verdicts.mirror import mirror_months

VALUATIONS = ("FOB", "FAS", "CIF")
CAUTION = (
    "An importer's value usually holds freight and insurance, which an exporter's does not, so that "
    "a ratio somewhat above 1 is usual. Goods in transit or re-exported stand under another partner "
    "in one of the two, and what left in one month may have arrived in the next. A gap is a reason "
    "to ask, and no proof of fraud."
)


def mirror(study: Study, claims: ClaimsFile, tables: Tables) -> list[Prose | Table]:
    """The two sides in a heading, a sentence and a table; nothing without mirror data."""
    if not tables.mirrors:
        return []
    evidence = Evidence(study, claims, tables)
    heading = Prose("## What each side reports")
    if not evidence.sides.two:
        apart = _apart(evidence)
        return [heading, apart] if apart else []
    months = mirror_months(evidence)
    held = months[months[list(SIDES)].notna().any(axis=1)]
    if held.empty:
        return []
    return [heading, _words(evidence, months), _table(evidence, held)]


def _apart(evidence: Evidence) -> Prose | None:
    """Why the two sides are not compared, where a mirror is held and does not count."""
    flows = evidence.tables.flows
    rows = flows[flows["source"].isin(sorted(evidence.tables.mirrors))]
    other = sorted(set(rows["currency"]) - {evidence.currency, ""})
    side = facing(evidence.sides.own)
    if side in evidence.sides.held:
        return None
    if rows.empty:
        return Prose(
            f"{listing(sorted(evidence.tables.mirrors))} holds no figure of this trade, so that the "
            f"{side}'s side cannot be shown."
        )
    return Prose(
        f"The {side}'s figures are in {listing(other)}, the report's in {evidence.currency}, and the "
        "study names no exchange rates for them: they are held, and compared with nothing."
    )


def _words(evidence: Evidence, months: pd.DataFrame) -> Prose:
    both = months[months[list(SIDES)].notna().all(axis=1)]
    shown = f"the {counted(len(months), 'month')} shown"
    which = shown if len(both) == len(months) else f"{in_words(len(both))} of {shown}"
    text = (
        f"Both sides report {which}. " if len(both) else "No month shown has both sides' figures. "
    )
    whole, sums = _together(months)
    if sums[EXPORTER] > 0:
        span = "There" if len(whole) == len(both) else f"In {in_words(len(whole))} of them"
        text += (
            f"{span} the importer's figures{_valued(evidence, IMPORTER)} come to "
            f"**{_ratio(sums[IMPORTER] / sums[EXPORTER])} times** the exporter's"
            f"{_valued(evidence, EXPORTER)}{_span(whole)}. "
        )
    for side in SIDES:
        alone = months[months[side].notna() & months[facing(side)].isna()]["month"]
        if len(alone):
            text += f"The {side}'s figures alone are held of {month_list(list(alone))}. "
    none = months[months[list(SIDES)].isna().all(axis=1)]["month"]
    if len(none):
        text += f"Neither side's are held of {month_list(list(none))}. "
    own = reporting(evidence.study.flow_code)
    return Prose(
        f"{text}This report takes the {own}'s figures where nothing else is said, and fills no gap with "
        f"the other side's. {CAUTION}"
    )


def _table(evidence: Evidence, held: pd.DataFrame) -> Table:
    unit = money(evidence.currency, evidence.scale)
    amounts = Amounts.of(unit, [*held[EXPORTER], *held[IMPORTER]])
    columns = [
        Column("month", "Month"),
        *(Column(s, f"The {s}'s{_valued(evidence, s)}", "right") for s in SIDES),
        Column("ratio", _divided(evidence), "right"),
    ]
    rows = [Row(_cells(amounts, row)) for row in held.to_dict("records")]
    whole, sums = _together(held)
    if len(whole) > 1:
        told = {side: amounts.bare(value) for side, value in sums.items()}
        ratio = _ratio(sums[IMPORTER] / sums[EXPORTER]) if sums[EXPORTER] > 0 else "–"
        name = first_upper(f"{counted(len(whole), 'month')} on both sides")
        rows.append(Row({"month": name, **told, "ratio": ratio}))
    return Table(
        "mirror", f"The exporter's figures and the importer's, {unit.label}", columns, rows,
        note=_note(evidence, held), source=_publishers(evidence), layout="compact",
    )  # fmt: skip


def _together(months: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, float]]:
    """The months that both sides give whole, and what each gives of them."""
    floors = months[[f"{side}_floor" for side in SIDES]].any(axis=1)
    whole = months[months[list(SIDES)].notna().all(axis=1) & ~floors]
    return whole, {side: float(whole[side].sum()) for side in SIDES}


def _span(whole: pd.DataFrame) -> str:
    """From which ratio to which it goes, and when."""
    rated = whole[whole["ratio"].notna()]
    ends = [rated.loc[rated["ratio"].idxmin()], rated.loc[rated["ratio"].idxmax()]]
    low, high = (f"{_ratio(one['ratio'])} in {month_name(one['month'])}" for one in ends)
    alike = _ratio(ends[0]["ratio"]) == _ratio(ends[1]["ratio"])
    return "" if alike else f", from {low} to {high}"


def _ratio(value: float) -> str:
    return times.bare(value)


def _divided(evidence: Evidence) -> str:
    """What the ratio is, by the values' names where each side has one."""
    names = [_valued(evidence, side).strip(" ()") for side in (IMPORTER, EXPORTER)]
    return " ÷ ".join(names) if all(names) else "Importer's ÷ exporter's"


def _cells(amounts: Amounts, row: dict) -> dict[str, str]:
    cells = {"month": month_name(row["month"])}
    for side in SIDES:
        value = row[side]
        told = amounts.bare(value) if pd.notna(value) else "not held"
        cells[side] = f"at least {told}" if row[f"{side}_floor"] and pd.notna(value) else told
    cells["ratio"] = _ratio(row["ratio"]) if pd.notna(row["ratio"]) else "–"
    return cells


def _note(evidence: Evidence, held: pd.DataFrame) -> str:
    told = []
    if held[[f"{side}_floor" for side in SIDES]].any(axis=None):
        told.append("“At least”: a part of the month is missing.")
    if (held[EXPORTER] == 0).any():
        told.append("There is no ratio to an exporter's zero.")
    for side in SIDES:
        tables = _rows(evidence, side)["source"].unique()
        other = {evidence.tables.holds(name).currency for name in tables} - {evidence.currency}
        if other and all(map(str.isupper, other)):  # no table of mixed or unstated currency
            told.append(
                f"The {side}'s figures are in {listing(sorted(other))}, counted at each month's rate."
            )
    return " ".join(told)


def _valued(evidence: Evidence, side: Side) -> str:
    """How a side's rows are valued, where all are valued alike: " (CIF)"."""
    found = set(_rows(evidence, side)["valuation"])
    return f" ({found.pop()})" if len(found) == 1 and found <= set(VALUATIONS) else ""


def _rows(evidence: Evidence, side: Side) -> pd.DataFrame:
    """The monthly rows of a side."""
    flows, mirrors = evidence.tables.flows, evidence.tables.mirrors
    names = {
        entry.months
        for entry in evidence.study.of_kind("months")
        if (entry.months in mirrors) == (side != evidence.sides.own)
    }
    return flows[flows["source"].isin(sorted(names))]


def _publishers(evidence: Evidence) -> str:
    cards = evidence.tables.cards
    names: Sequence[str] = [entry.months for entry in evidence.study.of_kind("months")]
    return listing(list(dict.fromkeys(cards[name].publisher for name in names)))
