"""What a notebook may show, and the sentences for what it may not."""

import json

import pytest
from report_sample import HOSTILE, figure, masthead, verdicts

from tradecheck.errors import TradecheckError
from tradecheck.show.exhibits import Cell, Column, Fold, Points, Row, Table


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"title": "word " * 16}, "16 words"),
        ({"title": ""}, "0 words"),
        ({"subtitle": " "}, "no subtitle"),
        ({"subtitle": "Exports, 2024"}, "one unit"),
        ({"subtitle": "Exports, US$ million and per cent"}, "one unit"),
        ({"source": ""}, "no source"),
        ({"alt": "A chart."}, "8 characters"),
        ({"alt": "x" * 301}, "301 characters"),
        (
            {"alt": "A chart of months that says nothing about how they are known. " * 2},
            "“bounded”",
        ),
        ({"grades": ["guessed"]}, "'guessed'"),
        ({"wide": "<img>"}, "charts.draw"),
        ({"name": "Claim 1"}, "lower-case"),
    ],
)
def test_a_figure_that_lacks_something_is_refused_by_name(changes, complaint):
    with pytest.raises(TradecheckError, match=complaint) as caught:
        figure(**changes)
    assert changes.get("name", "claim") in str(caught.value)


COLUMNS = [Column("a", "A"), Column("b", "B", "right")]


@pytest.mark.parametrize(
    ("columns", "rows", "complaint"),
    [
        (COLUMNS, [{"a": "x"}], "row 1 has the cells"),
        (COLUMNS, [{"a": "x", "b": "y"}, {"a": "x", "b": "y", "c": "z"}], "row 2 has the cells"),
        (COLUMNS, [{"a": "x", "b": 95.0}], "row 1, column 'b' holds 95.0"),
        (COLUMNS, [{"a": "x", "b": Cell("", mark="true")}], "mark 'true'"),
        (COLUMNS, [Row({"a": "x", "b": "y"}, id="q"), Row({"a": "x", "b": "y"}, id="q")], "twice"),
        ([Column("a", " ")], [], "no heading"),
        ([], [], "no columns"),
    ],
)
def test_a_wrong_table_is_refused_by_row_and_column(columns, rows, complaint):
    with pytest.raises(TradecheckError, match=complaint):
        Table(name="t", title="T", columns=columns, rows=rows)


@pytest.mark.parametrize(
    "exhibit",
    [
        masthead(),
        Points(["One.", "Two."]),
        figure(),
        verdicts(),
        Fold("More", [verdicts()]),
    ],
    ids=lambda exhibit: exhibit.kind,
)
def test_an_exhibit_travels_as_json_and_shows_natively(exhibit):
    bundle = exhibit._repr_mimebundle_()
    own = f"application/vnd.tradecheck.{exhibit.kind}+json"
    assert json.loads(json.dumps(bundle[own])) == bundle[own]
    assert bundle["text/plain"]
    # JupyterLab sets what stands between two dollar signs as a formula, except under this class
    assert bundle["text/html"].startswith('<div class="mathjax_ignore')


@pytest.mark.parametrize(
    "exhibit",
    [
        masthead(title=HOSTILE, standfirst=HOSTILE, facts=[(HOSTILE, HOSTILE)], status=HOSTILE),
        figure(title=HOSTILE, subtitle=f"{HOSTILE}, US$ million", source=HOSTILE),
        verdicts(title=HOSTILE, note=HOSTILE, source=HOSTILE),
        Table(
            name="t",
            title="T",
            columns=[Column("a", HOSTILE)],
            rows=[Row({"a": HOSTILE}, group=HOSTILE)],
        ),
        Fold(HOSTILE, [verdicts(title=HOSTILE)]),
    ],
    ids=lambda exhibit: exhibit.kind,
)
def test_jupyterlab_shows_hostile_text_as_text(exhibit):
    html = exhibit.html()
    assert "<script" not in html and 'onerror="' not in html
    assert "&lt;script&gt;" in html


def test_a_mark_is_a_symbol_and_a_word():
    assert "✓ holds" in verdicts().html()
    assert "▨ bounded" in figure().data.html()
