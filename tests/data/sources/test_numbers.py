"""Numbers as spreadsheets save them: each column tells what dots and commas mean, or is refused."""

import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecheck.data.sources.numbers import numbers
from tradecheck.data.sources.table import Table
from tradecheck.errors import TradecheckError


def column(*cells: str, separator: str = ",", other: list[str] | None = None) -> Table:
    columns = [pa.chunked_array([pa.array(cells)])]
    columns += [pa.chunked_array([pa.array(other)])] if other else []
    names = ("value", "weight")[: len(columns)]
    return Table("t.csv", names, tuple(columns), np.arange(len(cells)) + 2, separator=separator)


def read(*cells: str, **kinds) -> list[float | None]:
    table = column(*cells, **kinds)
    return numbers(table, 0, range(len(table.names))).values.to_pylist()


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1", "2.5", "", "0"], [1.0, 2.5, None, 0.0]),
        (["1,234", "1,234,567"], [1234.0, 1234567.0]),
        (["1,234.5", "7"], [1234.5, 7.0]),
        (["1.234,5", "1.234"], [1234.5, 1234.0]),
        (["0,123", "12"], [0.123, 12.0]),
        (["1234,567"], [1234.567]),
        (["1,5", "2,345"], [1.5, 2.345]),
        (["1.234.567", "12"], [1234567.0, 12.0]),
        (["1 234,56", "7"], [1234.56, 7.0]),
        (["1\u00a0234\u00a0567", "1\u202f234.5"], [1234567.0, 1234.5]),
        (["1'234.56", "1’234’567.5"], [1234.56, 1234567.5]),
        (["12,34,567.89"], [1234567.89]),
        (["1.2345678e+09", "1e+05"], [1234567800.0, 100000.0]),
        (["-5", "(1,234.0)", "−3", "+4"], [-5.0, -1234.0, -3.0, 4.0]),
        ([".5", "5."], [0.5, 5.0]),
        (["NA", ":", "nan", "..", "12"], [None, None, None, None, 12.0]),
    ],
)
def test_numbers_in_every_style(cells, values):
    assert read(*cells) == values


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["5", "1,234"], ["line 3", "column value", "1234 or 1.234", "no other cell tells"]),
        (["1,234.5", "1.234,5"], ["line 3", "'1.234,5'", "'1,234.5'", "one style"]),
        (["1,234", "1.234"], ["line 2", "may be"]),
        (["1.23E+09"], ["line 2", "first digits", "plain number"]),
        (["1,23E+09", "5"], ["'1,23E+09'", "first digits"]),
        (["5", "-"], ["line 3", "zero or unknown"]),
        (["abc"], ["line 2", "'abc'", "no number"]),
        (["€ 5"], ["no number"]),
        (["12 34"], ["no number"]),
        (["1 234 56"], ["no number"]),
        (["5%"], ["no number"]),
        (["inf"], ["no number"]),
        (["1e400"], ["too large"]),
        (["٣"], ["no number"]),
        (["1\u200b2"], ["invisible", "U+200B"]),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(cells, words):
    with pytest.raises(TradecheckError) as error:
        read(*cells)
    for word in ["t.csv", *words]:
        assert word in str(error.value)


def test_a_point_before_three_digits_is_thousands_or_decimals_by_what_stands_between_the_fields():
    assert read("1.234", "7", separator=",") == [1.234, 7.0]
    for separator in (";", "\t", ""):
        with pytest.raises(TradecheckError, match="1234 or 1.234"):
            read("1.234", "7", separator=separator)


def test_another_column_of_numbers_tells_what_this_one_does_not():
    assert read("1,234", "2", separator=";", other=["1,5", "2"]) == [1.234, 2.0]
    assert read("1,234", "2", separator=";", other=["1.5", "2"]) == [1234.0, 2.0]
    assert read("1.234", "2", separator=",", other=["1,5", "2"]) == [1234.0, 2.0]


def test_confidential_cells_are_marked_and_have_no_value():
    found = numbers(column("c", ":C", "confidential", "", "5"), 0)
    assert found.values.to_pylist() == [None, None, None, None, 5.0]
    assert found.withheld.to_pylist() == [True, True, True, False, False]


def test_numbers_that_a_file_holds_as_numbers_are_taken_as_they_are():
    table = Table(
        "t", ("v",), (pa.chunked_array([pa.array([1.234, None, math.inf])]),), np.arange(3)
    )
    assert numbers(table, 0).values.to_pylist() == [1.234, None, None]


def written(value: float, group: str, decimal: str) -> str:
    whole, _, part = f"{value:,.2f}".partition(".")
    return whole.replace(",", group) + decimal + part


@given(
    st.lists(st.floats(0, 1e12).map(lambda value: round(value, 2)), min_size=1, max_size=20),
    st.sampled_from([(",", "."), (".", ","), (" ", ","), ("\u00a0", "."), ("'", "."), ("", ",")]),
)
def test_what_a_spreadsheet_writes_comes_back(values, style):
    assert read(*(written(value, *style) for value in values), separator=";") == values


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
def test_what_a_program_writes_comes_back(values):
    assert read(*map(repr, values)) == pytest.approx(values, rel=1e-15)
