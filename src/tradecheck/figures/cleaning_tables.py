"""The tables of the data report: ledger, flags, chapters, and what was written."""

import pandas as pd

from tradecheck.show.exhibits import Column, Table
from tradecheck.figures.cleaning import EIDB
from tradecheck.flows import FLOWS, Ledger
from tradecheck.processed import Written
from tradecheck.show.prose import Prose, count, number, percent, say, usd_mn


def chapters_table(chapters: pd.DataFrame) -> Table:
    """Official totals by chapter against what the source holds of them."""
    columns = [
        Column("chapter", "Chapter and year"),
        Column("official", "Official total", "right"),
        Column("held", "In the source", "right"),
        Column("unseen", "Not seen", "right"),
        Column("share", "Seen", "right"),
    ]
    rows = [
        {
            "chapter": ("All goods" if row.chapter == "all" else f"Chapter {row.chapter}")
            + f", FY{row.fiscal_year}",
            "official": usd_mn.bare(row.official_usd_mn, 2),
            "held": usd_mn.bare(row.held_usd_mn, 2),
            "unseen": usd_mn.bare(row.unseen_usd_mn, 2),
            "share": percent(row.held_usd_mn / row.official_usd_mn),
        }
        for row in chapters.itertuples()
    ]
    return Table("chapters", "How much of the official trade the source holds, US$ million",
                 columns, rows, source="DGCI&S, TradeStat", layout="compact")


def ledger_table(ledger: Ledger) -> Table:
    """Rows and dollars in = kept + set aside, with every reason, also those that never applied."""
    columns = [
        Column("entry", "Rows of the yearly totals"),
        Column("rows", "Rows", "right"),
        Column("usd", "US$ million", "right"),
    ]
    rows = [
        {"entry": entry.entry, "rows": count(entry.rows), "usd": usd_mn.bare(entry.usd_mn, 2)}
        for entry in ledger.table().itertuples()
    ]
    return Table("ledger", "What came in, what was kept, what was set aside", columns, rows,
                 source=EIDB, layout="compact")


def flags_table(flags: pd.DataFrame, goods: pd.DataFrame) -> Table:
    """Cells whose quantity cannot fit their value, or whose currencies disagree."""
    names = goods.set_index("hs6")["description"]
    columns = [
        Column("cell", "Year, code and goods"),
        Column("value", "US$ million", "right"),
        Column("quantity", "Quantity", "right"),
        Column("each", "US$ each", "right"),
        Column("usual", "Usually", "right"),
        Column("why", "Against the usual"),
    ]
    rows = [
        {
            "cell": f"{cell.period} {cell.hs6} {names[cell.hs6]}",
            "value": usd_mn.bare(cell.value_usd_mn, 2),
            "quantity": count(cell.quantity),
            "each": _money(cell.unit_value),
            "usual": _money(cell.unit_value_usual),
            "why": _why(cell),
        }
        for cell in flags.itertuples()
    ]
    return Table("flags", "Cells that were kept and flagged", columns, rows, source=EIDB,
                 note="Usually: the median of the code's years. Rounding is allowed for.")


def flags_sentence(flags: pd.DataFrame) -> Prose:
    """How many cells are flagged, and the largest whose quantity is far too high for its value."""
    crowded = flags[flags["factor_hi"] < 1]
    if crowded.empty:
        return say("Flagged cells: {n}.", n=count(len(flags)))
    worst = crowded.iloc[0]
    return say(
        "Flagged cells: {n}. The largest with too high a quantity is {code} in {year}: {quantity} "
        "for {value}, or US$ {each} each, where US$ {usual} is usual.",
        n=count(len(flags)),
        code=worst.hs6,
        year=worst.period,
        quantity=count(worst.quantity),
        value=usd_mn(worst.value_usd_mn, decimals=2),
        each=_money(worst.unit_value),
        usual=_money(worst.unit_value_usual),
    )


def _why(cell) -> str:
    if cell.rate_flag:
        return "currencies disagree"
    if cell.quantity == 0:
        return "a value without a quantity"
    if cell.factor_lo > 1:
        return f"at least {count(cell.factor_lo)} × as much"
    return f"at most 1/{count(1 / cell.factor_hi)} of it"


def _money(value: float) -> str:
    if pd.isna(value):
        return "–"
    return number.bare(value, 0 if value >= 100 else 2)


def written_table(files: list[Written]) -> Table:
    """The files that this notebook leaves for the next, with their hashes."""
    columns = [
        Column("path", "File"), Column("rows", "Rows", "right"), Column("sha256", "SHA-256")
    ]
    rows = [
        {"path": file.path, "rows": count(file.rows), "sha256": f"{file.sha256[:16]}…"}
        for file in files
    ]
    return Table("written", "What was written", columns, rows)


def columns_table() -> Table:
    """What each column of the flows means, with its unit."""
    columns = [Column("name", "Column"), Column("meaning", "Meaning")]
    rows = [{"name": name, "meaning": meaning} for name, meaning in FLOWS.items()]
    return Table("columns", "The columns of the flows", columns, rows, layout="cards")
