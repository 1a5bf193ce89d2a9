"""US Census Bureau, API of international trade: arrays as they come, or saved as a table."""

import json
import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from tradecheck.data.flows import TOTAL
from tradecheck.data.sources import assemble, cells, who
from tradecheck.data.sources.base import (
    BREAKDOWN,
    YEAR_ROW,
    RawFile,
    Received,
    Said,
    Source,
    Wanted,
)
from tradecheck.data.sources.census_countries import COUNTRIES
from tradecheck.data.sources.said import settled
from tradecheck.data.sources.table import header, kind_of, read_table
from tradecheck.errors import TradecheckError
from tradecheck.study.periods import Period, parse_period

PUBLISHER = "US Census Bureau"
CARD = {
    "publisher": PUBLISHER,
    "address": "https://www.census.gov/foreign-trade/data/",
    "terms": "Public domain in the United States (17 U.S.C. 105).",
    "credit": "Source: US Census Bureau, International Trade Data",
    "unit": "US dollars",
}
GROUP = "group of countries beside its members"
WORLD = "World"
# The measures of value, the most complete first: flow, valuation.
VALUES = {
    "ALL_VAL_MO": ("X", "FAS"),
    "GEN_VAL_MO": ("M", "customs value"),
    "CON_VAL_MO": ("M", "customs value"),
    "GEN_CIF_MO": ("M", "CIF"),
    "CON_CIF_MO": ("M", "CIF"),
}
COMMODITY = ("E_COMMODITY", "I_COMMODITY")
OTHER_GOODS = ("NAICS", "SITC", "E_ENDUSE", "I_ENDUSE", "HITECH", "USDA")
SPLITS = (
    "DISTRICT",
    "DIST",
    "PORT",
    "STATE",
    "RP",
    "DF",
    "CTY_SUBCODE",
)  # "-" is the total of each
ALL = ("-", "TOTAL", "ALL")
TEN_DIGITS = {"X": "Schedule B", "M": "HTS"}


def is_header(names: Sequence[str]) -> bool:
    held = {name.upper() for name in names}
    dated = "TIME" in held or held >= {"YEAR", "MONTH"}
    return dated and bool(held & set(VALUES)) and bool(held & {"CTY_CODE", "CTY_NAME", "CTY_DESC"})


def recognises(raw: RawFile) -> bool:
    if kind_of(raw) != "json":
        return header(raw, is_header) is not None
    names = re.match(rb"\s*\[\s*[\[{]([^\]}]*)[\]}]", raw.head)
    return names is not None and is_header(
        re.findall(r'"([^"]*)"', names[1].decode("utf-8", "replace"))
    )


def read(raw: RawFile, said: Said, wanted: Wanted | None) -> Received:
    """Figures of the whole world and of countries; groups of countries are set aside."""
    said = settled(said, raw.place)
    table = _json(raw) if kind_of(raw) == "json" else _table(raw)
    if found := sorted(set(OTHER_GOODS) & set(table.columns)):
        raise TradecheckError(
            f"{raw.place} counts goods by {found[0]}, not by customs codes; ask the API's end "
            "point hs."
        )
    measure = next((name for name in VALUES if _told(table, name)), None)
    if measure is None:
        raise TradecheckError(
            f"{raw.place} holds no figure; download it again with at least one published month."
        )
    flow, valuation = VALUES[measure]
    partners = _partners(table)
    held = pd.DataFrame(
        {
            "reporter": who.area_code("United States"),
            "partner": assemble.coded(partners),
            "flow": flow,
            **_periods(raw, table),
            "product": _codes(raw, table),
            "value": cells.amounts(raw, table, measure),
            "currency": "USD",
            "valuation": valuation,
            "released": table.get("RELEASED", ""),
            "row": table["row"],
        }
    )
    if {"QTY_1_MO", "UNIT_QY1"} <= set(table.columns):
        unit = table["UNIT_QY1"].str.strip()
        quantity = cells.amounts(raw, table, "QTY_1_MO").where(~unit.isin(["", "-", "X"]))
        held = held.assign(quantity=quantity, unit=unit.where(quantity.notna(), ""))
    month = held["period_end"]
    editions = month.map({one: cells.hs_edition(one) for one in month.unique()})
    held["edition"] = editions.where(held["product"].str.len() != 10, TEN_DIGITS[flow]).astype(
        "str"
    )
    splits = [name for name in SPLITS if name in table]
    held = held.join(table[splits])
    held = assemble.repeats(held, said, splits)
    for split in splits:
        held = assemble.also_aside(held, BREAKDOWN, assemble.breakdown(held, split, ALL))
    group = _groups(table)
    if not group.all():
        held = assemble.also_aside(held, GROUP, group)
    held = assemble.also_aside(held, YEAR_ROW, assemble.beside_months(held))
    unknown = held["value"].isna()
    notes = [f"{unknown.sum():,} rows hold no value."] if unknown.any() else []
    others = [name for name in VALUES if _told(table, name) and name != measure]
    notes += (
        [f"Values are {measure}; {', '.join(others)} beside it were not read."] if others else []
    )
    return assemble.received(
        raw, said, wanted, held[~unknown], rows=len(table), absent="zero", notes=notes
    )


def _json(raw: RawFile) -> pd.DataFrame:
    """The answer's records as text; the first array holds the names, of which some come twice."""
    try:
        answer = json.loads(raw.data)
        if answer and isinstance(answer[0], dict):
            names = list(answer[0])
            answer = [names, *([record.get(name) for name in names] for record in answer)]
        names, *records = answer
        told = is_header([str(name) for name in names])
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise TradecheckError(
            f"{raw.place} is no complete answer of the API ({error}); ask again."
        ) from error
    if not told:
        raise TradecheckError(
            f"{raw.place}: its first record does not name the fields that are looked for; ask again."
        )
    for number, record in enumerate(records, 2):
        if not isinstance(record, list) or len(record) != len(names):
            count = len(record) if isinstance(record, list) else 0
            raise TradecheckError(
                f"{raw.place}, record {number} has {count} fields where {len(names)} are "
                "expected; ask again."
            )
    table = pd.DataFrame(records, columns=range(len(names))).fillna("").astype("str")
    table.columns = [str(name).upper() for name in names]
    return table.loc[:, ~table.columns.duplicated()].assign(row=np.arange(len(table)) + 2)


def _table(raw: RawFile) -> pd.DataFrame:
    file = read_table(raw, is_header)
    return cells.frame(file, {name.upper(): [name.upper()] for name in file.names if name})


def _periods(raw: RawFile, table: pd.DataFrame) -> dict[str, pd.Series]:
    if "TIME" in table:
        return cells.spans(raw, table, "TIME", _period)
    joined = table["YEAR"].str.strip() + "-" + table["MONTH"].str.strip().str.zfill(2)
    return cells.spans(raw, table.assign(MONTH=joined), "MONTH", _period)


def _period(text: str) -> Period:
    return parse_period(text.strip()[:7])


def _partners(table: pd.DataFrame) -> pd.Series:
    """Countries by their letters, groups and what Schedule C lacks by their names."""
    named = next((table[name] for name in ("CTY_NAME", "CTY_DESC") if name in table), None)
    if "CTY_CODE" not in table:
        return named.where(~named.str.upper().str.startswith("TOTAL"), WORLD)
    codes = _country_codes(table)
    countries = codes.map(COUNTRIES | {"-": WORLD})
    return countries.fillna(codes if named is None else named).astype("str")


def _country_codes(table: pd.DataFrame) -> pd.Series:
    codes = table["CTY_CODE"].str.strip()
    return codes.where(~codes.str.fullmatch(r"\d{1,3}"), codes.str.zfill(4))


def _groups(table: pd.DataFrame) -> pd.Series:
    """True for rows of a group of countries."""
    if "CTY_CODE" not in table:
        return table["CTY_NAME" if "CTY_NAME" in table else "CTY_DESC"].map(is_group)
    return _country_codes(table).str.fullmatch(r"00\d\d|[0-9X]*X[0-9X]*")


def is_group(label: str) -> bool:
    """Whether a label names neither a country nor the world."""
    label = WORLD if label.upper().startswith(("TOTAL", "WORLD")) else label
    return not re.fullmatch(r"[A-Z]{3}", who.area_code(label))


def _codes(raw: RawFile, table: pd.DataFrame) -> pd.Series:
    name = next((name for name in COMMODITY if _told(table, name)), None)
    if name is None:
        return pd.Series(TOTAL, index=table.index)
    codes = table[name].str.strip()
    if "COMM_LVL" in table:  # a spreadsheet takes the zero from the front
        width = table["COMM_LVL"].str.extract(r"HS(\d+)")[0].astype("float").fillna(0).astype("int")
        codes = pd.Series(
            [
                code.zfill(size) if code.isdigit() else code
                for code, size in zip(codes, width, strict=False)
            ],
            index=codes.index,
        )
    told = codes.map({code: _code(code) for code in codes.unique()})
    if (told == "").any():
        row = table.loc[told == "", "row"].iloc[0]
        raise TradecheckError(
            f"{raw.place}, line {row}, column {name}: {codes[told == ''].iloc[0]!r} is no customs "
            "code; ask the API's end point hs."
        )
    return told


def _told(table: pd.DataFrame, name: str) -> bool:
    """Whether the table has a column with anything in it: what fetching writes has those of both
    flows."""
    return name in table and bool((table[name] != "").any())


def _code(text: str) -> str:
    if text.upper() in ("-", TOTAL):
        return TOTAL
    return cells.even(text) if re.fullmatch(r"\d{1,10}", text) else ""


SOURCE = Source(
    name="us-census-api",
    publisher=PUBLISHER,
    how="api.census.gov/data/timeseries/intltrade/exports/hs or imports/hs, as it comes (.json)",
    recognises=recognises,
    read=read,
    card=CARD | {"title": "International trade by Harmonized System code, API"},
)
