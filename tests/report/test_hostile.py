"""Hostile text in every place shows as text or stops the build; nothing gets to run."""

import pytest
from nbformat.v4 import new_markdown_cell, new_output
from report_sample import HOSTILE, code, figure, masthead, notebook, verdicts

from tradecheck.errors import TradecheckError
from tradecheck.show.exhibits import Cell, Column, Fold, Points, Row, Table
from tradecheck.show.prose import Prose, say
from tradecheck.report import Download, findings, render


def everywhere():
    """A notebook with the hostile text in each field a reader sees."""
    table = Table(
        name="goods",
        title=HOSTILE,
        columns=[Column("a", HOSTILE), Column("b", HOSTILE)],
        rows=[Row({"a": HOSTILE, "b": HOSTILE}, group=HOSTILE)],
        note=HOSTILE,
        source=HOSTILE,
    )
    frame = code("frame")
    frame.outputs += [
        new_output(
            "execute_result", data={"text/html": f"<table><tr><td>{HOSTILE}</td></tr></table>"}
        ),
        new_output("display_data", data={"text/markdown": HOSTILE}),
        new_output("stream", name="stderr", text=HOSTILE),
        new_output("execute_result", data={"text/plain": HOSTILE}),
    ]
    facts = [(HOSTILE, HOSTILE)]
    alt = figure().alt + HOSTILE
    texts = {"title": HOSTILE, "subtitle": f"{HOSTILE}, US$ million", "source": HOSTILE, "notes": HOSTILE}
    return notebook(
        code("m", masthead(title=HOSTILE, standfirst=HOSTILE, facts=facts, status=HOSTILE)),
        code("p", Points([HOSTILE])),
        new_markdown_cell(f"## Heading {HOSTILE}\n\n{HOSTILE}\n\n| a |\n|---|\n| {HOSTILE} |"),
        code("f", figure(**texts, data=table, alt=alt)),
        code("t", table, Fold(HOSTILE, [verdicts(title=HOSTILE)])),
        code("s", say("{v}", v=HOSTILE), Prose(HOSTILE)),
        frame,
        code(f"# {HOSTILE}"),
    )


def test_hostile_text_is_text():
    file = Download(f"{HOSTILE}.csv", b"a", "text/csv", HOSTILE)
    html = render(everywhere(), downloads=[file], provenance=[(HOSTILE, HOSTILE)])
    assert findings(html) == []
    assert "<script" not in html and "<img" not in html and 'href="javascript' not in html
    assert html.count("&lt;script&gt;") > 20


@pytest.mark.parametrize("size", ["wide", "narrow"])
def test_a_hostile_drawing_stops_the_build(size):
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><script>1</script></svg>'
    nb = notebook(code("m", masthead()), code("f", figure(**{size: drawing})))
    with pytest.raises(
        TradecheckError, match=f"Figure 'claim' \\({size} drawing\\) holds <script>"
    ):
        render(nb)


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "http://example.org/", "//example.org/x", "file:///etc/hosts"]
)
def test_a_cell_cannot_lead_elsewhere(href):
    table = Table(
        name="t", title="T", columns=[Column("a", "A")], rows=[{"a": Cell("x", href=href)}]
    )
    with pytest.raises(TradecheckError, match="cannot be published"):
        render(notebook(code("m", masthead()), code("t", table)))


@pytest.mark.parametrize(
    "markdown",
    [
        "[x](javascript:alert)",
        "[x](JaVaScRiPt:alert)",
        "[x](data:text/html,a)",
        "[x](http://example.org)",
        "<javascript:alert>",
        "[x](other.html)",
        "[x]: vbscript:a\n\n[x]",
        "![x](https://example.org/x.png)",
        "![x](data:image/png;base64,AAAA)",
    ],
)
def test_markdown_cannot_lead_elsewhere_or_load(markdown):
    nb = notebook(code("m", masthead()), new_markdown_cell(markdown))
    with pytest.raises(TradecheckError, match="A link leads to|shows the picture"):
        render(nb)
