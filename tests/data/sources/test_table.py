"""Every file of rows becomes a table of named columns with lines, or a sentence says why not."""

import gzip
import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from source_files import book, raw
from tradecheck.data.sources import sheets
from tradecheck.data.sources.table import header, read_table
from tradecheck.errors import TradecheckError

WANTED = {"code", "value"}
TABLE = "code,value\n8703,5\n8704,6\n"


def is_header(names) -> bool:
    return set(names) >= WANTED


def read(content: str | bytes, name: str = "t.csv"):
    return read_table(raw(content, name), is_header)


def cells(table) -> list[tuple]:
    columns = [table.text(column).to_pylist() for column in range(len(table.names))]
    return list(zip(table.lines.tolist(), *columns))


GOOD = [(2, "8703", "5"), (3, "8704", "6")]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends_are_found(separator, end):
    text = TABLE.replace(",", separator).replace("\n", end)
    assert cells(read(text)) == GOOD
    assert cells(read(text.rstrip(end))) == GOOD


@pytest.mark.parametrize(
    ("encoding", "mark", "noted"),
    [
        ("utf-8", b"", False), ("utf-8", b"\xef\xbb\xbf", False), ("utf-16", b"", False),
        ("utf-16-le", b"", False), ("utf-16-be", b"", False), ("latin-1", b"", True), ("cp1252",
         b"", True),
        ("latin-1", b"\xef\xbb\xbf", True),
    ],
)  # fmt: skip
def test_encodings(encoding, mark, noted):
    table = read(mark + "code,name,value\n8703,Côte d'Ivoire,5\n".encode(encoding))
    assert table.names == ("code", "name", "value")
    assert cells(table) == [(2, "8703", "Côte d'Ivoire", "5")]
    assert any("not UTF-8" in note for note in table.notes) == noted


def test_bytes_that_windows_does_not_know_are_latin_1():
    assert cells(read(b"code,value\n\x81\xe7,5\n")) == [(2, "\x81ç", "5")]


def test_gzip():
    assert cells(read(gzip.compress(TABLE.encode()), "t.csv.gz")) == GOOD
    with pytest.raises(TradecheckError, match="broken or cut short"):
        read(gzip.compress(TABLE.encode() * 10000)[:-500], "t.csv.gz")


def test_a_spreadsheets_own_line_and_titles_above_the_header_are_passed_over():
    assert cells(read("sep=;\n" + TABLE.replace(",", ";"))) == [(3, "8703", "5"), (4, "8704", "6")]
    table = read('Trade of Northland\n\n"US$, total",2024\n' + TABLE)
    assert cells(table) == [(5, "8703", "5"), (6, "8704", "6")]
    assert table.top[0] == ("Trade of Northland",)


@pytest.mark.parametrize(
    "text",
    [
        "code,value,\n8703,5,\n8704,6,\n",
        "code,value\n8703,5,\n8704,6,\n",
        "code,value,,\n8703,5,,\n8704,6,,\n",
    ],
)
def test_rows_may_end_in_a_separator_that_the_header_has_or_not(text):
    table = read(text)
    assert table.names == ("code", "value")
    assert cells(table) == GOOD


def test_a_last_column_without_a_name_does_not_shift_the_others():
    table = read("code,value\n8703,5,p\n8704,6,\n")
    assert table.names == ("code", "value", "")
    assert cells(table) == [(2, "8703", "5", "p"), (3, "8704", "6", "")]


def test_quotes_blank_lines_and_line_feeds_within_cells_keep_the_count_of_lines():
    table = read('code,name,value\n\n8703,"a, ""b""\nc",5\n\n,,\n8704,d,6\n;\n'.replace(";\n", ""))
    assert cells(table) == [(3, "8703", 'a, "b"\nc', "5"), (7, "8704", "d", "6")]


def test_blanks_around_cells_and_in_names_do_not_count():
    assert cells(read("code , value\xa0\n 8703 ,\xa05\n")) == [(2, "8703", "5")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", ["is empty"]),
        ("\n\n", ["is empty"]),
        ("a,b\n1,2\n", ["no line names the columns", "a,b"]),
        ("code,value\n", ["header but no rows"]),
        ("code,value\n\n\n", ["header but no rows"]),
        ("code,value\n8703,5\n8704\n", ["line 3 has 1 field where 2 are expected"]),
        ("code,value\n\n8703,5\n8704,1,5\n", ["line 4 has 3 fields where 2", "decimal comma"]),
        (
            "code;value\n8703;5\n8704;6\n8704;7\n8704;1;5\n8705;1;5\n",
            ["line 5 has 3 fields", "line 6", "semicolons"],
        ),
        (
            "code,value\n8703,5\nSource: us\n",
            ["line 3 has 1 field", "delete the line if it is a note"],
        ),
        ('code,value\n8703,"5\n8704,6\n', ["line 2 or below", "not valid CSV", "quotes"]),
        ("code,value\n" + "8703,5\n" * 300 + "8703\n" * 9, ["line 302", "and 6 more lines"]),
        (b"code,value\n8703,\x005\n", ["no text and no workbook"]),
        (b"PK\x03\x04 no workbook", ["no workbook that can be read"]),
        (b"PAR1 no parquet", ["no Parquet file"]),
        ('{"code": 1}', ["is JSON"]),
        ("<html><table><tr><td>x</td></tr></table></html>", ["no sheet has a row that names"]),
    ],
)
def test_what_is_no_table_is_a_sentence_with_the_file(content, words):
    with pytest.raises(TradecheckError) as error:
        read(content)
    for word in ["t.csv", *words]:
        assert word in str(error.value)


def test_a_workbook_keeps_numbers_as_numbers_and_counts_rows_of_the_sheet():
    sheet = [
        ["Trade"],
        [],
        ["code", "value", None],
        ["8703", 5.25, None],
        [None, None],
        ["8704", 6, None],
    ]
    table = read(book({"empty": [], "data": sheet}), "t.xlsx")
    assert table.place == "t.xlsx, sheet data" and table.counted == "row"
    assert cells(table) == [(4, "8703", "5.25"), (6, "8704", "6")]
    assert pa.types.is_floating(table.columns[1].type)
    with pytest.raises(TradecheckError, match="2 sheets hold such a table .a, b.; save the one"):
        read(book({"a": sheet, "b": sheet}), "t.xlsx")


def test_a_number_among_texts_of_a_workbook_cannot_be_taken_for_thousands():
    table = read(book({"a": [["code", "value"], ["8703", 1.234], ["8704", "x"]]}), "t.xlsx")
    assert cells(table)[0] == (2, "8703", "1.2340")


def test_days_of_a_workbook_become_text():
    from datetime import date, datetime

    assert sheets.cell_text(datetime(2024, 4, 1, 12)) == "2024-04-01"
    assert sheets.cell_text(date(2024, 4, 30)) == "2024-04-30"
    assert sheets.cell_text(870323.0) == "870323" and sheets.cell_text(None) == ""


def test_a_web_page_that_calls_itself_a_workbook():
    page = (
        "<html><head><title>x</title></head><body><table><tr><td>menu</td></tr></table>"
        "<table border=1><tr><th colspan=2>Trade<tr><th>code</th><th>value</th></tr>"
        "<tr><td>8703</td><td>1&nbsp;234<br></td></tr><tr><td>8704<td>6</tr></table></body></html>"
    )
    table = read(page, "t.xls")
    assert table.place == "t.xls, sheet 2"
    assert cells(table) == [(3, "8703", "1 234"), (4, "8704", "6")]


def test_parquet():
    out = io.BytesIO()
    pq.write_table(pa.table({"code": ["8703", None], "value": [5.5, 6.0], "n": [1, None]}), out)
    table = read(out.getvalue(), "t.parquet")
    assert cells(table) == [(1, "8703", "5.5", "1"), (2, "", "6", "")]


def test_a_header_is_found_without_reading_the_file():
    assert header(raw(TABLE + "x" * 70_000), is_header) == ("code", "value")
    for content in (
        "",
        "a,b\n",
        "{}",
        b"PK\x03\x04",
        b"PAR1",
        gzip.compress(b"a" * 99)[:-9],
        "<p>",
    ):
        assert header(raw(content), is_header) is None


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from(",;\t|"),
)
def test_any_text_comes_back_as_written(texts, separator):
    import csv

    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator="\n")
    writer.writerow(["code", "value"])
    writer.writerows([str(number), text] for number, text in enumerate(texts))
    assert [row[2] for row in cells(read(out.getvalue().encode()))] == [
        text.strip() for text in texts
    ]


@pytest.mark.parametrize("first", ["\r", "\r\n", "\n"])
@pytest.mark.parametrize("second", ["\r", "\r\n", "\n"])
def test_no_row_is_lost_where_lines_end_in_several_ways(first, second):
    assert cells(read(f"code,value{first}8703,5{second}8704,6\n")) == GOOD
