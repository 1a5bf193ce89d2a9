"""Tables that hold no trade: lists of goods, exchange rates, single figures, and anything else."""

from collections.abc import Callable, Sequence
from functools import partial

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from tradecheck.data.flows import TOTAL
from tradecheck.data.sources import codes, moments
from tradecheck.data.sources.base import Listing, RawFile
from tradecheck.data.sources.columns import plain_name, tidy_columns
from tradecheck.data.sources.numbers import numbers
from tradecheck.data.sources.reading import read_listing
from tradecheck.data.sources.table import Table, header, read_table
from tradecheck.errors import TradecheckError
from tradecheck.study.project import Project

CODE = (
    "code hs_code cn_code hs10 hts10 hs8 cn8 hs6 hs4 hs2 product product_code commodity_code"
).split()
MONTH = ("month", "period", "date", "time_period")
MEAN = ("mean", "rate", "average", "mid")
LOW, HIGH = ("low", "lowest", "min", "minimum"), ("high", "highest", "max", "maximum")
FIGURE = ("id", "what", "value", "unit")


def goods_list(project: Project, name: str) -> pd.DataFrame:
    """A list of goods, in order of codes: `code` (text), and the list's other columns by their
    names.

    A column that holds true and false only is boolean; any other is text, with "" for an empty
    cell.
    """
    return read_listing(project, name, GOODS.name)


def rates(project: Project, name: str) -> pd.DataFrame:
    """Exchange rates in order of months: month, mean, low, high; low and high are missing if not
    given.

    A rate counts units of the card's `currency` per unit of its `per`.
    """
    return read_listing(project, name, RATES.name)


def figures(project: Project, name: str) -> pd.DataFrame:
    """Single figures by their id: `value` in the row's `unit`, and the other columns as text."""
    return read_listing(project, name, FIGURES.name).set_index("id")


def read_goods(file: RawFile) -> pd.DataFrame:
    """A file of goods as `goods_list` gives it. Raises a TradecheckError for a wrong code."""
    table = read_table(file, is_goods)
    plain = [plain_name(name) for name in table.names]
    name = next(name for name in CODE if name in plain)
    column = plain.index(name)
    digits = int("".join(filter(str.isdigit, name)) or 0)
    made = table.each(column, partial(_only_codes, digits=digits))
    _once(table, column, made)
    others = {
        plain[number]: _attribute(table, number)
        for number in range(len(plain))
        if number != column and plain[number]
    }
    found = pd.DataFrame({"code": made.to_pandas().astype("str"), **others})
    return found.sort_values("code", ignore_index=True)


def read_rates(file: RawFile) -> pd.DataFrame:
    """A file of rates as `rates` gives it. Raises a TradecheckError for a month that stands twice,
    and for a mean that does not lie between low and high."""
    table = read_table(file, is_rates)
    plain = [plain_name(name) for name in table.names]
    month = _column(plain, MONTH)
    months = table.each(month, _months)
    _once(table, month, months)
    held = [
        number
        for number in (_column(plain, names) for names in (MEAN, LOW, HIGH))
        if number is not None
    ]
    found = {"month": months.to_pandas().astype("str")}
    for name, names in (("mean", MEAN), ("low", LOW), ("high", HIGH)):
        number = _column(plain, names)
        empty = pa.nulls(len(table), pa.float64())
        found[name] = (
            numbers(table, number, held).values if number is not None else empty
        ).to_pandas()
    made = pd.DataFrame(found)
    for number, row in enumerate(made.itertuples()):
        low = row.mean if pd.isna(row.low) else row.low
        high = row.mean if pd.isna(row.high) else row.high
        if not 0 < low <= row.mean <= high:
            raise TradecheckError(
                f"{table.at(number)}: the mean {row.mean} must be above 0 and lie between low "
                f"{row.low} and high {row.high}; correct the row."
            )
    return made.sort_values("month", ignore_index=True)


def read_figures(file: RawFile) -> pd.DataFrame:
    """A file of figures as `figures` gives it, `id` being a column."""
    table = read_table(file, is_figures)
    plain = [plain_name(name) for name in table.names]
    _once(table, plain.index("id"), table.seen(plain.index("id")))
    found = {name: _attribute(table, number) for number, name in enumerate(plain) if name}
    value = plain.index("value")
    amount = numbers(table, value).values
    if amount.null_count:
        row = pc.index(pc.is_null(amount), True).as_py()
        raise table.refusal(
            row, value, table.text(value)[row].as_py(), "the value is missing; fill it in"
        )
    return pd.DataFrame(found | {"value": amount.to_pandas()})


def read_any(file: RawFile) -> pd.DataFrame:
    """Any table: its rows are counted; its cells are text and are not looked at."""
    table = read_table(file, lambda names: len([name for name in names if name]) > 1)
    columns = {
        name or str(number): table.text(number).to_pandas()
        for number, name in enumerate(table.names)
    }
    return pd.DataFrame(columns)


def is_goods(names: Sequence[str]) -> bool:
    plain = {plain_name(name) for name in names}
    return (
        bool(plain & set(CODE))
        and not plain & {*MONTH, "year"}
        and tidy_columns([*names, "period"]) is None
    )


def is_rates(names: Sequence[str]) -> bool:
    plain = {plain_name(name) for name in names}
    return bool(plain & set(MONTH)) and bool(plain & set(MEAN)) and tidy_columns(names) is None


def is_figures(names: Sequence[str]) -> bool:
    return set(FIGURE) <= {plain_name(name) for name in names}


def _recognised(test: Callable[[Sequence[str]], bool], file: RawFile) -> bool:
    return header(file, test) is not None


def _only_codes(texts: Sequence[str], digits: int) -> list[str]:
    found = codes.codes(texts, digits)
    for text, code in zip(texts, found, strict=True):
        if not code.isdigit():
            from tradecheck.data.sources.table import Bad

            what = "all goods" if code == TOTAL else "no customs code"
            raise Bad(text, f"{what}; a list of goods holds codes of 2 to 10 digits")
    return found


def _months(texts: Sequence[str]) -> list[str]:
    from tradecheck.data.sources.table import Bad

    found = moments.periods(texts)
    for text, period in zip(texts, found, strict=True):
        if period.first != period.last:
            raise Bad(text, "no single month; rates are needed month by month")
    return [period.first for period in found]


def _once(table: Table, column: int, values: pa.Array) -> None:
    """Refuses a value that stands twice."""
    seen: dict[str, int] = {}
    for row, value in enumerate(values.to_pylist()):
        first = seen.setdefault(value, row)
        if first != row:
            raise TradecheckError(
                f"{table.at(row)} repeats {table.counted} {table.lines[first]:,} "
                f"({table.names[column]} {value}); delete one of them."
            )


def _attribute(table: Table, column: int) -> pd.Series:
    texts = table.seen(column)
    if set(pc.unique(pc.utf8_lower(texts)).to_pylist()) <= {"true", "false"}:
        return pc.equal(pc.utf8_lower(texts), "true").to_pandas()
    return texts.to_pandas().astype("str")


def _column(plain: Sequence[str], names: Sequence[str]) -> int | None:
    return next((plain.index(name) for name in names if name in plain), None)


GOODS = Listing(
    "goods-list",
    "a list of goods: a column code (or hs6, cn8 …), and any others, such as group or description",
    partial(_recognised, is_goods),
    read_goods,
)
RATES = Listing(
    "rates",
    "exchange rates by month: columns month and mean, low and high if known; the card says of what",
    partial(_recognised, is_rates),
    read_rates,
)
FIGURES = Listing(
    "figures",
    "single figures that others gave: columns id, what, value, unit, and any others",
    partial(_recognised, is_figures),
    read_figures,
)
TABLE = Listing(
    "table",
    "any other table: kept and hash-checked, its rows counted (only with --format table)",
    lambda file: False,
    read_any,
)
