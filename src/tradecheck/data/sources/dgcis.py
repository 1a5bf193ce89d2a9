"""DGCI&S by hand: three tables made from the Export Import Data Bank, by Indian fiscal year.

Lines are sums by HS6 code in US dollars and rupees; chapters are official totals with what a table
of lines holds of them; destinations are sums over a goods list by partner.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from tradecheck.data.flows import TOTAL
from tradecheck.data.sources import assemble, cells, who
from tradecheck.data.sources.base import (
    CONFLICT,
    IMPOSSIBLE,
    NOT_STATED,
    REPEAT,
    RawFile,
    Received,
    Said,
    Source,
    Wanted,
)
from tradecheck.data.sources.numbers import numbers
from tradecheck.data.sources.reading import raw_file, said_of
from tradecheck.data.sources.said import settled
from tradecheck.data.sources.table import Table, header, read_table
from tradecheck.errors import TradecheckError
from tradecheck.study.cards import load_card
from tradecheck.study.periods import Period
from tradecheck.study.project import Project

PUBLISHER = "DGCI&S, Ministry of Commerce and Industry of India"
LINES = ("fiscal_year", "hs6", "value_usd_mn", "value_inr_crore", "qty", "qty_unit", "hs8_lines")
CHAPTERS = ("fiscal_year", "chapter", "official_usd_mn", "held_usd_mn")
DESTINATIONS = ("fiscal_year", "publisher_name", "partner", "value_usd_mn")
MONEY = {"value_usd_mn": ("USD", 1e6), "value_inr_crore": ("INR", 1e7)}
ROUNDED_TO = 0.01  # US$ million or ₹ crore, each line of eight digits
BAD_CODE = "bad code"


def _is_header(columns: Sequence[str], names: Sequence[str]) -> bool:
    return tuple(name.strip().lower() for name in names) == tuple(columns)


def read_lines(raw: RawFile, said: Said, wanted: Wanted | None) -> Received:
    """Two rows a line: US dollars with the quantity, and rupees.

    Each value adds up `hs8_lines` lines of the tariff, each rounded to 0.01, and may be off by half
    of that for each of them.
    """
    said = replace(settled(said, raw.place), scale=None, rounded_to=None)
    file, table = _table(raw, LINES)
    table["product"] = table["hs6"]
    table["reason"] = _line_reasons(table)
    parts = []
    for column, (currency, scale) in MONEY.items():
        first = column == next(iter(MONEY))
        parts.append(
            table[["row", "period_start", "period_end", "product", "reason"]].assign(
                value=table[column],
                currency=currency,
                quantity=table["qty"] if first else np.nan,
                unit=table["qty_unit"] if first else "",
                scale=scale,
                rounding=ROUNDED_TO * table["hs8_lines"],
            )
        )
    both = pd.concat(parts).sort_values("row", kind="stable", ignore_index=True)
    return _received(raw, said, wanted, both, len(file), both["scale"], both["rounding"])


def read_chapters(raw: RawFile, said: Said, wanted: Wanted | None) -> Received:
    """The official totals: of a chapter, two digits, or of all goods."""
    said = replace(settled(said, raw.place), scale=None)
    file, table = _table(raw, CHAPTERS)
    table = table.assign(value=table["official_usd_mn"], currency="USD", reason="")
    return _received(raw, said, wanted, table, len(file), 1e6, ROUNDED_TO)


def read_destinations(raw: RawFile, said: Said, wanted: Wanted | None) -> Received:
    """Sums over a goods list by partner, of an unknown number of rounded lines: without bounds."""
    said = replace(settled(said, raw.place), scale=None)
    file, table = _table(raw, DESTINATIONS)
    table = table.assign(
        partner=assemble.coded(table["partner"]), product=said.goods or NOT_STATED,
        value=table["value_usd_mn"], currency="USD", reason="",
    )  # fmt: skip
    return _received(raw, said, wanted, table, len(file), 1e6, np.nan)


def remainders(project: Project, name: str) -> pd.DataFrame:
    """What official totals leave beyond what is held, by chapter and period, units of currency.

    Columns period_start, period_end, product (two digits or TOTAL), official, held, currency; what
    nobody holds is official less held. Periods and chapters without a row have no official total.
    """
    card = load_card(project, name)
    raw = raw_file(project, card)
    _, table = _table(raw, CHAPTERS)
    if (wrong := table["held_usd_mn"] > table["official_usd_mn"] + ROUNDED_TO).any():
        raise TradecheckError(
            f"{raw.place}, line {table.loc[wrong, 'row'].iloc[0]}: more is held than the official "
            "total; correct the row."
        )
    held = {column: (table[f"{column}_usd_mn"] * 1e6).round(2) for column in ("official", "held")}
    return table[["period_start", "period_end", "product"]].assign(**held, currency="USD")


def destinations(project: Project, name: str) -> pd.DataFrame:
    """The destinations as flows, the largest first in each period."""
    card = load_card(project, name)
    flows = read_destinations(raw_file(project, card), said_of(card), None).flows
    order = ["period_start", "value", "partner"]
    return flows.sort_values(order, ascending=[True, False, True], ignore_index=True)


def _table(raw: RawFile, columns: Sequence[str]) -> tuple[Table, pd.DataFrame]:
    """The table with its periods as months and its figures as numbers; `product` for chapters."""
    file = read_table(raw, partial(_is_header, columns))
    table = cells.frame(file, {name: [name.upper()] for name in columns})
    for at, name in enumerate(columns):
        if name.endswith(("_mn", "_crore")) or name in ("qty", "hs8_lines"):
            table[name] = numbers(file, at).values.to_pandas().astype("float64")
        if (empty := table[name].isna() | (table[name] == "")).any():
            raise file.refusal(
                int(np.flatnonzero(empty)[0]), at, "", "the value is missing; fill it in"
            )
    if "chapter" in columns:
        table["product"] = cells.each(raw, table, "chapter", _chapter).astype("str")
    return file, table.assign(**cells.spans(raw, table, "fiscal_year", _fiscal_year))


def _fiscal_year(text: str) -> Period:
    """April to March of 2024-25."""
    found = re.fullmatch(r"([0-9]{4})-([0-9]{2})", text)
    if not found or (int(found[1]) + 1) % 100 != int(found[2]):
        raise ValueError(f"{text[:40]!r} is no fiscal year; write it as 2024-25")
    return Period(f"{found[1]}-04", f"{int(found[1]) + 1}-03")


def _chapter(text: str) -> str:
    if text.upper() in (TOTAL, "ALL"):
        return TOTAL
    if not re.fullmatch(r"[0-9]{2}", text):
        raise ValueError(f"{text[:40]!r} is no chapter; write its two digits, or TOTAL")
    return text


def _line_reasons(table: pd.DataFrame) -> pd.Series:
    """Why a line is set aside. Of lines that disagree on a code and year none is kept."""
    key = ["fiscal_year", "hs6"]
    repeat = table.duplicated(list(LINES))
    clash = table[~repeat].duplicated(key, keep=False)
    at_odds = pd.MultiIndex.from_frame(table.loc[clash[clash].index, key])
    amounts = table[["value_usd_mn", "value_inr_crore", "qty"]]
    tests = {
        BAD_CODE: ~table["hs6"].str.fullmatch("[0-9]{6}"),
        IMPOSSIBLE: (amounts < 0).any(axis=1)
        | (table["hs8_lines"] < 1)
        | (table["hs8_lines"] % 1 != 0),
        REPEAT: repeat,
        CONFLICT: pd.Series(pd.MultiIndex.from_frame(table[key]).isin(at_odds), index=table.index),
    }
    reason = pd.Series("", index=table.index, dtype="str")
    for name, test in tests.items():
        reason = reason.mask((reason == "") & test, name)
    return reason


def _received(raw, said, wanted, table, rows, scale, rounded_to) -> Received:
    editions = {
        month: cells.hs_edition(month, first_month=4) for month in table["period_start"].unique()
    }
    table = table.assign(
        reporter=said.reporter or who.area_code("India"),
        partner=table.get("partner", said.partner or NOT_STATED),
        flow=said.flow or NOT_STATED,
        edition=table["period_start"].map(editions).astype("str"),
        released="",
    )
    return assemble.received(
        raw, said, wanted, table, rows=rows, scale=scale, rounded_to=rounded_to
    )


def _source(name: str, columns: Sequence[str], how: str, read: Callable) -> Source:
    return Source(
        name=name,
        publisher=PUBLISHER,
        how=f"put together by hand from the Export Import Data Bank: {how}",
        recognises=lambda raw: header(raw, partial(_is_header, columns)) is not None,
        read=read,
        card={"publisher": PUBLISHER, "address": "https://tradestat.commerce.gov.in"},
    )


SOURCES = (
    _source(
        "dgcis-lines",
        LINES,
        "sums by HS6 code and fiscal year, in US$ million and ₹ crore",
        read_lines,
    ),
    _source(
        "dgcis-chapters",
        CHAPTERS,
        "official totals by HS chapter, and what is held of them",
        read_chapters,
    ),
    _source(
        "dgcis-destinations",
        DESTINATIONS,
        "sums over a goods list by destination",
        read_destinations,
    ),
)
