"""Hostile text in every place shows as text or stops the build; nothing gets to run."""

from html import escape

import pytest
from nbformat.v4 import new_markdown_cell, new_output

from report_sample import HOSTILE, code, figure, masthead, notebook, readings
from tradecheck.errors import TradecheckError
from tradecheck.report import Download, findings, render
from tradecheck.show.exhibits import (
    Answer,
    Cards,
    Cell,
    Cite,
    Claim,
    Claims,
    Column,
    Fold,
    Glance,
    Row,
    Source,
    Sources,
    Strip,
    Table,
)
from tradecheck.show.prose import Prose, say

H = HOSTILE
E = escape(H)  # where HTML is welcome


def everywhere():
    """A notebook with the hostile text in each field a reader sees."""
    table = Table(
        "goods", H, [Column("a", H), Column("b", H)], [Row({"a": H, "b": H}, group=H)], H, H
    )
    frame = code("frame")
    frame.outputs += [
        new_output(
            "execute_result",
            data={"text/html": f"<table><tr><th>{E}</th></tr><tr><td>{E}</td></tr></table>"},
        ),
        new_output("display_data", data={"text/markdown": E}),
        new_output("stream", name="stderr", text=H),
        new_output("execute_result", data={"text/plain": H}),
    ]
    claim = Claim(
        "C1", H, [("holds", H), ("fails", H)], H, quote=H, context=H, said_by=H, date=H,
        address="https://example.org", address_words=H, decided_by=H,
        strip=Strip((0, 1), (0, None), H, H), fold=Fold(H, [readings(title=H, name="in-claim")]),
    )  # fmt: skip
    texts = {
        "title": H,
        "subtitle": H,
        "unit": H,
        "source": H,
        "notes": H,
        "extent": H,
        "contents": H,
    }
    return notebook(
        code("m", Answer(H, H, [H], meta=H, author=H, date=H, status=H,
                         glance=[Glance(H, "#claim-c1", [("holds", H)])])),
        new_markdown_cell(f"## Heading {E}\n\n{E}\n\n| a |\n|---|\n| {E} |"),
        code("f", figure(**texts, data=table, alt=figure().alt + H)),
        code("c", Claims([claim], further=[Claim("C2", H, [("holds", H)], H)], says=H, note=H)),
        code("t", Table("again", H, [Column("a", H)], [Row({"a": H}, group=H)], H, H)),
        code("k", Cards([("One", H)]), Sources([Source(H, H, H, "https://example.org")], note=H)),
        code("s", say("{v}", v=H), Prose(H), Cite(H, H, H)),
        frame,
        code(f"# {H}"),
    )  # fmt: skip


def test_hostile_text_is_text():
    file = Download(f"{HOSTILE}.csv", b"a", "text/csv", HOSTILE)
    html = render(
        everywhere(),
        downloads=[file],
        provenance=[(HOSTILE, HOSTILE)],
        siblings=[(HOSTILE, "a-data.html")],
        drafts=[HOSTILE],
    )
    assert findings(html) == []
    assert "<script" not in html and "<img" not in html and 'href="javascript' not in html
    assert html.count("&lt;script&gt;") > 50


@pytest.mark.parametrize("size", ["wide", "narrow"])
def test_a_hostile_drawing_stops_the_build(size):
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><script>1</script></svg>'
    nb = notebook(code("m", masthead()), code("f", figure(**{size: drawing})))
    with pytest.raises(
        TradecheckError, match=f"Figure 'claim' \\({size} drawing\\) holds <script>"
    ):
        render(nb)


@pytest.mark.parametrize(
    "held",
    ["<!-- a word -->", '<?xml-stylesheet href="x.css"?>', "<![CDATA[a word]]>", "<!DOCTYPE svg>"],
)
def test_a_drawing_holds_no_declaration_comment_or_instruction(held):
    whole = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">{held}</svg>'
    with pytest.raises(TradecheckError, match="holds a declaration or comment"):
        render(notebook(code("m", masthead()), code("f", figure(wide=whole))))


def test_a_drawing_has_no_title_of_its_own():
    """Browsers would show it over the whole chart; marks may have one each."""
    title = "<title>A paragraph</title>"
    whole = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">{title}</svg>'
    with pytest.raises(TradecheckError, match="has a <title> of its own"):
        render(notebook(code("m", masthead()), code("f", figure(wide=whole))))


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
        "[x](../other.html)",
        "[x](other.html?y)",
        "[x](/other.html)",
        "[x](other.csv)",
        "[x]: vbscript:a\n\n[x]",
        "![x](https://example.org/x.png)",
    ],
)
def test_markdown_cannot_lead_elsewhere_or_load(markdown):
    nb = notebook(code("m", masthead()), new_markdown_cell(markdown))
    with pytest.raises(TradecheckError, match="A link leads to|shows the picture"):
        render(nb)


@pytest.mark.parametrize("kind", ["text/html", "text/markdown"])
def test_hostile_html_is_refused_by_cell(kind):
    shown = code("f")
    shown.outputs = [new_output("display_data", data={kind: f"<b>{H}</b>"})]
    with pytest.raises(TradecheckError, match="Cell 2 draws by script"):
        render(notebook(code("m", masthead()), shown))


@pytest.mark.parametrize(
    "held",
    [
        '<b onclick="x()">a</b>',
        '<p style="background:url(https://example.org)">a</p>',
        "<a href='https://example.org' ping='https://example.org'>a</a>",
        "<javascript:alert>a",
        '<math><mi href="javascript:x()">a</mi></math>',
        '<math><annotation-xml encoding="text/html">a</annotation-xml></math>',
        '<details ontoggle="x()"><summary>a</summary></details>',
        '<table background="https://example.org"><tr><td>a</td></tr></table>',
    ],
)
def test_only_the_harmless_part_of_html_is_left(held):
    shown = code("f")
    shown.outputs = [new_output("display_data", data={"text/html": held})]
    html = render(notebook(code("m", masthead()), shown)).partition('<main id="main">')[2]
    assert findings(render(notebook(code("m", masthead()), shown))) == [] and "a" in html
    for word in ("onclick", "style=", "ping", "javascript:", "ontoggle", "background="):
        assert word not in html
