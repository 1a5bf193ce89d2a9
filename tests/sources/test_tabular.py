"""Reading raw tables: every kind of mistake is named with its place, rule and remedy."""

import csv
import io
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tradecheck.errors import TradecheckError
from tradecheck.sources import tabular
from tradecheck.sources.tabular import Code, Count, FiscalYear, Filled, Number, Truth, parse


class Sample(tabular.Row):
    hs6: Code
    fiscal_year: FiscalYear
    value: Number
    lines: Count
    listed: Truth
    unit: Literal["NOS", "KGS"]
    note: str


HEADER = "hs6,fiscal_year,value,lines,listed,unit,note"
GOOD = "010121,2024-25,1.50,2,true,NOS,"


def read(*lines: str, key=("hs6", "fiscal_year")):
    text = "\n".join(lines) + "\n" if lines else ""
    return parse(text.encode(), "data/raw/t.csv", Sample, key)


def test_a_good_table_has_the_declared_types():
    table = read(HEADER, GOOD, "999999,2023-24,-3,0,false,KGS,\"a, b\"")
    assert list(table.columns) == HEADER.split(",")
    assert [str(kind) for kind in table.dtypes] == [
        "str", "str", "float64", "int64", "bool", "str", "str"
    ]
    assert table["hs6"].tolist() == ["010121", "999999"]
    assert table["value"].tolist() == [1.5, -3.0]
    assert table["note"].tolist() == ["", "a, b"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("10121,2024-25,1,2,true,NOS,", ["column hs6", "'10121'", "six digits", "zeros"]),
        ("0101211,2024-25,1,2,true,NOS,", ["column hs6", "'0101211'"]),
        ("٠١٠١٢١,2024-25,1,2,true,NOS,", ["column hs6", "six digits"]),
        ("8.5E+05,2024-25,1,2,true,NOS,", ["column hs6", "'8.5E+05'"]),
        ("010121,2024,1,2,true,NOS,", ["column fiscal_year", "'2024'", "2024-25"]),
        ("010121,2024-26,1,2,true,NOS,", ["column fiscal_year", "'2024-26'"]),
        ("010121,2024-25,abc,2,true,NOS,", ["column value", "'abc'", "plain number"]),
        ("010121,2024-25,\"1,234.5\",2,true,NOS,", ["'1,234.5'", "without separators"]),
        ("010121,2024-25,1_000,2,true,NOS,", ["'1_000'"]),
        ("010121,2024-25,nan,2,true,NOS,", ["'nan'"]),
        ("010121,2024-25,1e400,2,true,NOS,", ["'1e400'"]),
        ("010121,2024-25,,2,true,NOS,", ["column value", "''"]),
        ("010121,2024-25,1,2.0,true,NOS,", ["column lines", "'2.0'", "whole number"]),
        ("010121,2024-25,1,-2,true,NOS,", ["column lines", "'-2'"]),
        ("010121,2024-25,1,2,TRUE,NOS,", ["column listed", "'TRUE'", "true or false"]),
        ("010121,2024-25,1,2,true,TON,", ["column unit", "'TON'", "'NOS' or 'KGS'"]),
        ("010121,2024-25,1,2,true,NOS,,", ["8 fields where 7 are expected", "comma"]),
        ("010121,2024-25,1,2,true,NOS", ["6 fields where 7 are expected"]),
        (" 010121,2024-25,1,2,true,NOS,", ["column hs6", "' 010121'", "blanks"]),
        ("010121,2024-25,1,2,true,NOS ,", ["column unit", "'NOS '", "blanks"]),
    ],
)
def test_a_bad_row_is_named_with_its_line(row, words):
    with pytest.raises(TradecheckError) as error:
        read(HEADER, "999999,2024-25,1,2,true,NOS,", row)
    for word in ["data/raw/t.csv", "line 3", *words]:
        assert word in str(error.value)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (HEADER.replace("value", "val"), ["missing column 'value'", "unknown column 'val'"]),
        (HEADER + ",more", ["unknown column 'more'"]),
        (HEADER + ",", ["unknown column ''"]),
        (HEADER.replace(",note", ""), ["missing column 'note'"]),
        (HEADER + ",hs6", ["repeated column 'hs6'"]),
        (HEADER.replace("hs6,fiscal_year", "fiscal_year,hs6"), ["another order"]),
        (HEADER.upper(), ["missing column 'hs6'", "unknown column 'HS6'"]),
        (HEADER.replace(",", ";"), ["missing column 'hs6'"]),
    ],
)
def test_a_bad_header_is_named_with_the_right_one(header, words):
    with pytest.raises(TradecheckError) as error:
        read(header, GOOD)
    for word in ["data/raw/t.csv, line 1", HEADER, *words]:
        assert word in str(error.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", ["is empty", "git checkout"]),
        (b"\n\n", ["is empty"]),
        (f"{HEADER}\n".encode(), ["no rows"]),
        (f"\ufeff{HEADER}\n{GOOD}\n".encode(), ["byte order mark", "UTF-8 without"]),
        (f"{HEADER}\n{GOOD}é\n".encode("latin-1"), ["line 2", "not UTF-8"]),
        (f"{HEADER}\n{GOOD}".encode("utf-16"), ["not UTF-8"]),
        (f'{HEADER}\n{GOOD}"open\n'.encode(), ["not valid CSV", "quotes"]),
        (f'{HEADER}\n"010121"x,2024-25,1,2,true,NOS,\n'.encode(), ["line 2", "not valid CSV"]),
    ],
)
def test_a_file_that_is_no_table(content, words):
    with pytest.raises(TradecheckError) as error:
        parse(content, "data/raw/t.csv", Sample)
    for word in ["data/raw/t.csv", *words]:
        assert word in str(error.value)


def test_windows_line_ends_are_read_as_they_are():
    table = parse(f"{HEADER}\r\n{GOOD}\r\n".encode(), "data/raw/t.csv", Sample)
    assert table["note"].tolist() == [""]


def test_a_repeated_key_names_both_lines():
    with pytest.raises(TradecheckError, match="line 3 repeats line 2.*010121.*2024-25.*delete"):
        read(HEADER, GOOD, GOOD.replace("1.50", "9"))
    assert len(read(HEADER, GOOD, GOOD, key=())) == 2


def test_five_findings_are_shown_and_the_rest_counted():
    bad = GOOD.replace("1.50", "x")
    with pytest.raises(TradecheckError) as error:
        read(HEADER, *[bad] * 8)
    assert str(error.value).count("column value") == 5
    assert "and 3 more" in str(error.value)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.from_regex(r"[0-9]{6}", fullmatch=True), min_size=1, max_size=30, unique=True))
def test_reading_never_loses_a_zero(codes):
    rows = [f"{code},2024-25,1,2,true,NOS," for code in codes]
    assert read(HEADER, *rows)["hs6"].tolist() == codes


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")).map(str.strip),
        min_size=1,
    )
)
def test_any_text_comes_back_as_written(notes):
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(HEADER.split(","))
    for note in notes:
        writer.writerow([*GOOD.split(",")[:-1], note])
    table = parse(out.getvalue().encode(), "data/raw/t.csv", Sample)
    assert table["note"].tolist() == notes


def test_a_filled_column_may_not_be_empty():
    class Named(tabular.Row):
        name: Filled
        value: Number

    with pytest.raises(TradecheckError, match="line 2, column name.*missing; fill it in"):
        parse(b"name,value\n,1\n", "data/raw/n.csv", Named)
