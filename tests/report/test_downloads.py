"""CSV beside a figure: numbers for machines, formulas disarmed and said so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_sample import code, figure, masthead, notebook
from tradecheck.report import render
from tradecheck.report.downloads import file_size, table_csv
from tradecheck.show.exhibits import Cell, Column, Table
from tradecheck.show.units import money


def table(*texts: str | Cell) -> Table:
    return Table(
        name="t", title="T", columns=[Column("a", "A")], rows=[{"a": text} for text in texts]
    )


def lines(*texts: str | Cell) -> tuple[list[str], bool]:
    content, neutralised = table_csv(table(*texts).payload())
    return content.splitlines()[1:], neutralised


@pytest.mark.parametrize(
    ("text", "written", "neutralised"),
    [
        ("=1+1", "'=1+1", True),
        ("@sum", "'@sum", True),
        ("+1 more", "'+1 more", True),
        ("-and so on", "'-and so on", True),
        ("-12.5", "-12.5", False),
        ("−1,234.5", "-1234.5", False),
        ("1,234", "1234", False),
        (money("USD")(95), "US$ 95.0 million", False),
        ("a, b", '"a, b"', False),
        ("", '""', False),
        (Cell("", mark="not_testable"), "not testable", False),
        (Cell("by far", mark="holds"), "holds by far", False),
    ],
)
def test_cells(text, written, neutralised):
    assert lines(text) == ([written], neutralised)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20))
def test_no_text_begins_a_formula(text):
    content, _ = table_csv(table(text).payload())
    cell = content.split("\n", 1)[1].lstrip('"')
    numeric = cell[:1] == "-" and cell[1:2].isdigit()
    assert numeric or not cell.startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize(("text", "said"), [("=1+1", True), ("plain", False)])
def test_the_page_says_when_text_was_changed(text, said):
    html = render(notebook(code("m", masthead()), code("f", figure(data=table(text)))))
    assert ("leading apostrophe" in html) == said


@pytest.mark.parametrize(
    ("size", "said"), [(812, "812 bytes"), (12_400, "12.4 kB"), (1_300_000, "1.3 MB")]
)
def test_sizes(size, said):
    assert file_size(size) == said
