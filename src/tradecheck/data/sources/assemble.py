"""From rows that a publisher's module has read to what every source returns: flows, and what is aside."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from tradecheck.data.flows import COLUMNS, KEY, TEXT, TOTAL
from tradecheck.data.sources import settle
from tradecheck.data.sources.base import NOT_STATED, RawFile, Received, Said, Wanted
from tradecheck.data.sources.table import Table
from tradecheck.errors import TradecheckError
from tradecheck.study import areas
from tradecheck.study.periods import Period, following, parse_period

CELL = ["reporter", "partner", "flow", "product", "currency", "released"]  # and its months
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NOTHING = ("", ":", "-", "–", "..", "...", "NA", "N.A.", "N/A", "NAN")


def received(
    raw: RawFile,
    said: Said,
    wanted: Wanted | None,
    table: pd.DataFrame,
    *,
    rows: int,
    absent: str = "unknown",
    scale: float | pd.Series = 1.0,
    rounded_to: float | pd.Series = 0.0,
    notes: Iterable[str] = (),
) -> Received:
    """Rows of one file as flows.

    table: the columns of the flows as far as the file has them, values in the file's own unit, and
    `reason` (empty: kept). reporter, partner, flow, period_start, period_end, product, value,
    currency and row must be there. scale: a value of 1 is so many units of currency. rounded_to:
    the file's values are rounded to this, in the file's unit; 0 for a publisher that gives whole units
    of its currency, NaN for one of unknown rounding. Both give way to what is said, and may differ by row.
    """
    if table.empty:
        raise TradecheckError(
            f"{raw.place} holds no figure; download it again with at least one month that is published."
        )
    scale = scale if said.scale is None else said.scale
    rounded_to = rounded_to if said.rounded_to is None else said.rounded_to
    table = filled(table, said).assign(source=raw.name)
    _agree(raw, said, table)
    value, half = table["value"] * scale, rounded_to * scale / 2
    table = table.assign(
        value=value.round(4),
        value_lo=(value - half).clip(lower=np.minimum(value, 0)).round(4),
        value_hi=(value + half).round(4),
        edition=table["edition"].mask(table["product"] == TOTAL, ""),
    )
    flows, aside = settle.parted(settle.asked(_arrow(table, [*COLUMNS, "reason"]), wanted))
    return Received(flows, aside, rows, absent, tuple(notes))


def filled(table: pd.DataFrame, said: Said) -> pd.DataFrame:
    """The table with every column of the flows, filled with what is said where the file is silent."""
    silent = {
        "edition": said.edition, "valuation": said.valuation or NOT_STATED, "status": "final",
        "released": said.released, "unit": "", "reason": "",
    }  # fmt: skip
    for name, value in silent.items():
        held = table[name] if name in table else pd.Series("", index=table.index)
        table = table.assign(**{name: held.fillna("").astype("str").replace("", value)})
    if "quantity" not in table:
        table = table.assign(quantity=np.nan)
    early = (table["status"] == "final") & table["period_end"].isin(said.provisional)
    return table.assign(status=table["status"].mask(early, "provisional"))


def _agree(raw: RawFile, said: Said, table: pd.DataFrame) -> None:
    """What is said of a file may not contradict what it says itself."""
    for field in ("reporter", "partner", "flow", "currency", "valuation", "released"):
        told = getattr(said, field)
        found = sorted({*table[field].unique()} - {"", NOT_STATED})
        if told and found and told.upper() not in map(str.upper, found):
            shown = ", ".join(found[:5]) + (f" and {len(found) - 5} more" if len(found) > 5 else "")
            raise TradecheckError(
                f"{raw.place} holds the {field} {shown}, but what is said of it is {told}; correct that, or "
                "leave it out."
            )


def _arrow(table: pd.DataFrame, names: Iterable[str]) -> pa.Table:
    """Columns as `settle` works on them: texts coded."""
    columns = {}
    for name in names:
        column = pa.array(table[name], from_pandas=True)
        texts = name in TEXT or not pa.types.is_floating(column.type) and name != "row"
        columns[name] = column.cast(pa.string()).dictionary_encode() if texts else column
    return pa.table(columns)


@cache
def area_code(label: str) -> str:
    """The code of an area, the name of a well-known group, or, of neither, the label itself."""
    label = label.strip()
    try:
        return areas.area(label).code
    except TradecheckError:
        return areas.group_of(label) or label


def coded(labels: pd.Series, code: Callable[[str], str] = area_code) -> pd.Series:
    """Labels as codes, each different one looked up once."""
    return labels.map({label: code(label) for label in labels.unique()}).astype("str")


def beside_months(table: pd.DataFrame) -> pd.Series:
    """True for a row over several months beside which a month of it stands for the same cell."""
    longer = table["period_start"] != table["period_end"]
    if not longer.any() or longer.all():
        return pd.Series(False, index=table.index)
    months = table.loc[~longer, [*CELL, "period_start"]].rename(columns={"period_start": "month"})
    pairs = table.loc[longer, [*CELL, "period_start", "period_end"]].reset_index().merge(months, on=CELL)
    within = pairs["month"].between(pairs["period_start"], pairs["period_end"])
    return pd.Series(table.index.isin(pairs.loc[within, "index"]), index=table.index)


def breakdown(table: pd.DataFrame, column: str, totals: Sequence[str]) -> pd.Series:
    """True for a row that is a part of a total beside it, along `column`.

    totals: the values of `column` (upper case) that name the total. Parts without it are kept: together
    they are the figure.
    """
    total = table[column].str.strip().str.upper().isin(totals)
    if not total.any():
        return pd.Series(False, index=table.index)
    key = pd.MultiIndex.from_frame(table[[*CELL, "period_start", "period_end"]])
    return pd.Series(key.isin(key[total.to_numpy()]), index=table.index) & ~total


def repeats(table: pd.DataFrame, said: Said, also: Sequence[str] = ()) -> pd.DataFrame:
    """The table with a reason for each row that says again, or otherwise, what another row says.

    also: columns that tell the rows of one cell apart.
    """
    table = filled(table, said).reset_index(drop=True)
    compared = ["value", "quantity", "unit", "status", "valuation", "edition", "reason"]
    held = table.assign(**{name: table[name].astype("str") for name in also})
    found = settle.repeats(_arrow(held, dict.fromkeys([*KEY, *also, *compared])), also)
    return table.assign(reason=found["reason"].cast(pa.string()).to_pandas().astype("str"))


def also_aside(table: pd.DataFrame, reason: str, test: pd.Series) -> pd.DataFrame:
    """The table with a reason for the rows that meet the test and have none yet."""
    return table.assign(reason=table["reason"].mask((table["reason"] == "") & test, reason))


def frame(table: Table, fields: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Columns of text of a table, called as in `fields` (field → its names in files, in capitals); and `row`.

    A field that the table lacks is left out. A name that stands twice counts the first time.
    """
    places = {field: place(table, known) for field, known in fields.items()}
    held = {field: table.text(at).to_pandas() for field, at in places.items() if at >= 0}
    found = pd.DataFrame(held).astype("str").assign(row=table.lines)
    found.attrs["names"] = {field: table.names[at] for field, at in places.items() if at >= 0}
    return found


def place(table: Table, known: Iterable[str]) -> int:
    """The place of the first column called by one of the names (in capitals), in their order; -1 for none."""
    names = [name.upper() for name in table.names]
    return next((names.index(name) for name in known if name in names), -1)


def each(raw: RawFile, table: pd.DataFrame, column: str, read: Callable[[str], Any]) -> pd.Series:
    """A column of text read value by value, each different one once; a mistake is named with its line."""
    found = {}
    for told in table[column].unique():
        try:
            found[told] = read(told)
        except ValueError as error:
            line = table.loc[table[column] == told, "row"].iloc[0]
            name = table.attrs.get("names", {}).get(column, column)
            raise TradecheckError(f"{raw.place}, line {line:,}, column {name}: {error}.") from error
    return table[column].map(found)


def spans(raw: RawFile, table: pd.DataFrame, column: str, read: Callable[[str], Period]) -> dict[str, pd.Series]:
    """A column of text as first and last months."""
    ends = [each(raw, table, column, lambda text, end=end: read(text)[end]).astype("str") for end in (0, 1)]
    return dict(zip(("period_start", "period_end"), ends))


def amount(text: str) -> float:
    """A number as publishers write it, "1,716,414" or "1716414.5": NaN for none; ValueError for another text."""
    told = re.sub(r"\s", "", text)
    if told.upper() in NOTHING:
        return np.nan
    if not re.fullmatch(r"-?(\d{1,3}(,\d{2,3})*,\d{3}|\d+)(\.\d*)?|-?\.\d+|-?\d(\.\d+)?[eE][+-]?\d+", told):
        raise ValueError(f"{text[:40]!r} is no number such as 1716414.5 or 1,716,414.5")
    return float(told.replace(",", ""))


def amounts(raw: RawFile, table: pd.DataFrame, column: str) -> pd.Series:
    """A column of text as numbers; the first text that is none is an error with its line."""
    plain = pd.to_numeric(table[column], errors="coerce").astype("float64")
    odd = plain.isna() & (table[column] != "")
    if odd.any():
        plain[odd] = each(raw, table[odd], column, amount).astype("float64")
    return plain


def even(code: str) -> str:
    """A customs code with the zero that a spreadsheet took from its front."""
    return code if len(code) % 2 == 0 else f"0{code}"


def worded(text: str) -> Period | None:
    """The months of Aug. 2024, January 2024, Apr-2019, Jan.-Dec. 2019; None for a text of another form."""
    found = re.fullmatch(r"([A-Za-z]{3})[a-z]*\.?(?:\s*-\s*([A-Za-z]{3})[a-z]*\.?)?[\s,/-]+([0-9]{4})", text.strip())
    if not found:
        return None
    first, last, year = found.groups()
    names = [first.lower(), (last or first).lower()]
    if not set(names) <= set(MONTHS):
        return None
    begin, end = (f"{year}-{MONTHS.index(name) + 1:02d}" for name in names)
    return parse_period(f"{begin}..{end}")


def hs_edition(month: str, first_month: int = 1) -> str:
    """The edition of the Harmonized System in force in a month, for who changes it with that month of the year."""
    year = following(month, 1 - first_month)[:4]
    editions = ("2022", "2017", "2012", "2007", "2002", "1996")
    return next((f"HS{one}" for one in editions if year >= one), "HS1992")
