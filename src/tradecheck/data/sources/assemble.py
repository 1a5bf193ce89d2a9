"""From rows that a publisher's module has read to flows, and what is set aside."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from tradecheck.data.flows import COLUMNS, KEY, TEXT, TOTAL
from tradecheck.data.sources import settle
from tradecheck.data.sources.base import NOT_STATED, RawFile, Received, Said, Wanted
from tradecheck.data.sources.who import area_code, known
from tradecheck.errors import TradecheckError

CELL = ["reporter", "partner", "flow", "product", "currency", "released"]  # and its months


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
    the file's values are rounded to this, in the file's unit; 0 for a publisher that gives whole
    units of its currency, NaN for one of unknown rounding. Both give way to what is said, and may
    differ by row.
    """
    if table.empty:
        raise TradecheckError(
            f"{raw.place} holds no figure; download it again with at least one published month."
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
    return Received(flows, aside, rows, absent, (*notes, *_strange(flows)))


def filled(table: pd.DataFrame, said: Said) -> pd.DataFrame:
    """The table with every column of the flows; where the file is silent, with what is said."""
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
            raise TradecheckError(
                f"{raw.place} holds the {field} {_shown(found)}, but what is said of it is {told}; "
                "correct that, or leave it out."
            )


def _strange(flows: pd.DataFrame) -> list[str]:
    """A sentence on reporters and partners that no area and no group is known for."""
    names = {*flows["reporter"].unique(), *flows["partner"].unique()} - {NOT_STATED}
    unknown = sorted(name for name in names if not known(name))
    return [f"Kept by name, because no area has it: {_shown(unknown)}."] if unknown else []


def _shown(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _arrow(table: pd.DataFrame, names: Iterable[str]) -> pa.Table:
    """Columns as `settle` works on them: texts coded."""
    columns = {}
    for name in names:
        column = pa.array(table[name], from_pandas=True)
        texts = name in TEXT or not pa.types.is_floating(column.type) and name != "row"
        columns[name] = column.cast(pa.string()).dictionary_encode() if texts else column
    return pa.table(columns)


def coded(labels: pd.Series, code: Callable[[str], str] = area_code) -> pd.Series:
    """Labels as codes, each different one looked up once."""
    return labels.map({label: code(label) for label in labels.unique()}).astype("str")


def beside_months(table: pd.DataFrame) -> pd.Series:
    """True for a row over several months beside which a month of it stands for the same cell."""
    longer = table["period_start"] != table["period_end"]
    if not longer.any() or longer.all():
        return pd.Series(False, index=table.index)
    months = table.loc[~longer, [*CELL, "period_start"]].rename(columns={"period_start": "month"})
    pairs = (
        table.loc[longer, [*CELL, "period_start", "period_end"]]
        .reset_index()
        .merge(months, on=CELL)
    )
    within = pairs["month"].between(pairs["period_start"], pairs["period_end"])
    return pd.Series(table.index.isin(pairs.loc[within, "index"]), index=table.index)


def breakdown(table: pd.DataFrame, column: str, totals: Sequence[str]) -> pd.Series:
    """True for a row that is a part of a total beside it, along `column`.

    totals: the values of `column` (upper case) that name the total. Parts without it are kept:
    together they are the figure.
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
