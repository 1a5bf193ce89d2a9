"""DGCI&S, Export Import Data Bank: India's exports by fiscal year. Every value a lower bound."""

import pandas as pd

from tradecheck.cards import load_card
from tradecheck.study.project import Project
from tradecheck.sources import tabular
from tradecheck.sources.tabular import Count, Filled, FiscalYear, Number


class Line(tabular.Row):
    """One HS6 code in one fiscal year, as published; codes are judged in cleaning, not here."""

    fiscal_year: FiscalYear
    hs6: str
    value_usd_mn: Number
    value_inr_crore: Number
    qty: Number
    qty_unit: Filled
    hs8_lines: Count


class Destination(tabular.Row):
    """One destination of India's listed goods in one fiscal year."""

    fiscal_year: FiscalYear
    publisher_name: Filled
    partner: Filled
    value_usd_mn: Number


def lines(project: Project, name: str) -> pd.DataFrame:
    """Exports by fiscal year and HS6 code, US$ million, ₹ crore and quantity, as published."""
    return tabular.read(project, name, Line)


def destinations(project: Project, name: str) -> pd.DataFrame:
    """The largest destinations by fiscal year, US$ million, largest first in each year."""
    table = tabular.read(project, name, Destination, key=("fiscal_year", "partner"))
    return table.sort_values(
        ["fiscal_year", "value_usd_mn", "partner"], ascending=[True, False, True], ignore_index=True
    )


def chapter_coverage(project: Project, name: str) -> pd.DataFrame:
    """Official chapter totals against what the table's source holds, US$ million.

    Columns: fiscal_year, chapter (two digits or `all`), official_usd_mn, held_usd_mn,
    unseen_usd_mn. Years and chapters without a row have no official total here.
    """
    columns = ["fiscal_year", "chapter", "official_usd_mn", "held_usd_mn"]
    rows = [row.model_dump() for row in load_card(project, name).chapter_coverage]
    table = pd.DataFrame(rows, columns=columns)
    unseen = (table["official_usd_mn"] - table["held_usd_mn"]).round(2)
    return table.assign(unseen_usd_mn=unseen)


def codes_without_file(project: Project, name: str) -> list[str]:
    """HS6 codes that the source was never asked for: no value of theirs can appear."""
    return list(load_card(project, name).codes_without_file)
