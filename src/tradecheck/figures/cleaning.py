"""The data report's opening, its ledger, and what each table covers, for any study."""

import pandas as pd

from tradecheck.data.clean import Cleaned, trade_tables
from tradecheck.data.coverage import coverage
from tradecheck.data.ledger import KEPT, RECEIVED, UNREAD
from tradecheck.data.sources.lists import goods_list
from tradecheck.data.tables import Tables
from tradecheck.figures.amounts import counted, first_upper, period_label
from tradecheck.figures.missing import unit_scale
from tradecheck.show.exhibits import Column, Fold, Masthead, Row, Table
from tradecheck.show.prose import Prose, date_name, listing, period_name
from tradecheck.show.units import count, money
from tradecheck.study import areas
from tradecheck.study.project import Project
from tradecheck.study.study import Study

MOST_CODES, MOST_PERIODS = 100, 12  # of a table of values by code and period
SUMS = "A table may hold a group beside its members, and then its sum counts trade more than once."


def masthead(study: Study, cleaned: Cleaned, tables: Tables) -> Masthead:
    """The title block: how many rows came in, how many were kept, and when they were released."""
    received, kept = cleaned.ledger.total(RECEIVED), cleaned.ledger.total(KEPT)
    names = trade_tables(study)
    days = sorted({card.data_as_of for name in names if (card := tables.cards[name]).data_as_of})
    if not names:
        words = "The study names no table of trade yet, so there is nothing to clean."
    else:
        words = f"{first_upper(counted(len(names), 'table'))} of trade came in with {count(received)} figures. "
        words += (
            "All were kept."
            if kept == received
            else f"{count(kept)} were kept, the others set aside with a reason."
        )
        words += " What the tables lack comes first."
    facts = [("Months shown", period_name(study.shown[0], study.shown[-1]))]
    if days:
        facts.append(("Data as of", listing([date_name(day) for day in days])))
    return Masthead(f"{study.corridor}: how the data were cleaned", Prose(words), facts)


def ledger(study: Study, cleaned: Cleaned) -> list[Prose | Table]:
    """What came in, what was kept, what was set aside and why; nothing without a table of trade."""
    table = cleaned.ledger.table
    if table.empty:
        return []
    whole = set(table["entry"]) == {RECEIVED, KEPT}
    words = (
        "Nothing was set aside: every figure that came in was kept."
        if whole
        else "A figure is set aside, with its reason, where it is not of this study or is no statement of its "
        "own. Nothing else is dropped."
    )
    return [
        Prose(
            f"{words} Nothing is filled in, and the run stops if figures or values do not add up."
        ),
        (_kept_table if whole else _ledger_table)(
            study, table, SUMS if _overlaps(cleaned.flows) else ""
        ),
    ]


def _overlaps(flows: pd.DataFrame) -> bool:
    """Whether a table holds groups beside members, or totals beside parts."""
    for _, rows in flows.groupby("source"):
        held = [rows[axis].unique() for axis in ("reporter", "partner")]
        groups = any(len(names) > 1 and any(map(areas.group_of, names)) for names in held)
        totals = [name for name in rows["product"].unique() if not name.isdigit()]
        if groups or len(totals) > 1 or (totals and rows["product"].nunique() > 1):
            return True
    return False


def _kept_table(study: Study, table: pd.DataFrame, note: str) -> Table:
    """One row a table and currency, where all was kept."""
    columns = [
        Column("source", "Table"),
        Column("rows", "Figures received and kept", "right"),
        Column("value", "Their sum", "right"),
    ]
    rows = [
        {"source": row.source, "rows": count(row.rows), "value": _value(study, row)}
        for row in table[table["entry"] == KEPT].itertuples()
    ]
    return Table("ledger", "Received and kept", columns, rows, note=note, layout="compact")


def _ledger_table(study: Study, table: pd.DataFrame, note: str) -> Table:
    """What became of the figures of each table and currency."""
    columns = [
        Column("entry", "What became of it"),
        Column("rows", "Figures", "right"),
        Column("value", "Their sum", "right"),
    ]
    several = table["currency"].nunique() > 1
    rows = [
        Row(
            {
                "entry": row.entry if row.entry in (RECEIVED, KEPT) else f"set aside: {row.entry}",
                "rows": count(row.rows),
                "value": "not added up" if row.entry == UNREAD else _value(study, row),
            },
            group=f"{row.source}, {row.currency}" if several else row.source,
        )
        for row in table.itertuples()
    ]
    return Table(
        "ledger", "Received = kept + set aside", columns, rows, note=note, layout="compact"
    )


def _value(study: Study, row) -> str:
    scale = unit_scale(study)
    return money(row.currency, scale)(row.value / scale)


def coverage_table(study: Study, tables: Tables) -> list[Table]:
    """What each table of trade holds of the corridor; nothing without one."""
    held = coverage(study, tables)
    columns = [
        Column("source", "Table"),
        Column("span", "Months"),
        Column("each", "A figure is of"),
        Column("reporters", "Reporters", "right"),
        Column("partners", "Partners", "right"),
        Column("goods", "Goods"),
        Column("released", "Released"),
    ]
    rows = [
        {
            "source": row.source,
            "span": period_name(row.first, row.last) if row.rows else "no row of this study",
            "each": ""
            if not row.rows
            else "one month"
            if row.monthly
            else tables.cards[row.source].holds.frequency,
            "reporters": count(row.reporters),
            "partners": count(row.partners),
            "goods": _goods(row.codes, row.totals),
            "released": date_name(row.released) if row.released else "not stated",
        }
        for row in held.itertuples()
    ]
    return (
        [Table("coverage", "What each table holds of the study", columns, rows, layout="cards")]
        if rows
        else []
    )


def values_fold(project: Project, study: Study, tables: Tables) -> list[Fold]:
    """Values by code and period, for goods that are few and periods that are few; else nothing."""
    flows = tables.flows
    currency = study.unit.currency if study.unit else flows["currency"].min() if len(flows) else ""
    rows = flows[flows["product"].str.isdigit() & (flows["currency"] == currency)]
    periods = sorted(set(zip(rows["period_start"], rows["period_end"])))
    codes = sorted(rows["product"].unique())
    if (
        not codes
        or len(codes) > MOST_CODES
        or len(periods) > MOST_PERIODS
        or rows["source"].nunique() > 1
    ):
        return []
    scale, unit = unit_scale(study), money(currency, unit_scale(study))
    sums = rows.groupby(["product", "period_start", "period_end"])["value"].sum() / scale
    described = _descriptions(project, study)
    columns = [Column("goods", "Code and goods")] + [
        Column(f"{first}..{last}", period_label(first, last), "right") for first, last in periods
    ]
    table = [
        {"goods": f"{code} {described.get(code, '')}".strip()}
        | {
            "..".join(period): unit.bare(sums[code, *period], 2) if (code, *period) in sums else "–"
            for period in periods
        }
        for code in codes
    ]
    shown = Table(
        "values", f"Value by code, {unit.label}", columns, table, layout="compact",
        note=f"A dash: no row. {period_label(*periods[-1])} is {period_name(*periods[-1])}.",
    )  # fmt: skip
    return [Fold(f"The value of each of {count(len(codes))} codes in each period", [shown])]


def _descriptions(project: Project, study: Study) -> dict[str, str]:
    """What the study's list of goods calls its codes, if it has a column for it."""
    if not study.goods.list:
        return {}
    listed = goods_list(project, study.goods.list)
    name = next((column for column in ("description", "name") if column in listed), None)
    return dict(zip(listed["code"], listed[name])) if name else {}


def _goods(codes: int, totals: bool) -> str:
    parts = [counted(codes, "code") if codes < 13 else f"{count(codes)} codes"] if codes else []
    return " and ".join(parts + (["totals"] if totals else []))
