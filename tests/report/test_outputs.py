"""Everything that a cell can show stands on the page as what it is, or is refused by cell."""

import json
import re
from base64 import b64encode

import pandas as pd
import pytest
from nbformat.v4 import new_output, new_raw_cell

from report_sample import code, masthead, notebook
from tradecheck.errors import TradecheckError
from tradecheck.report import render
from tradecheck.show import own

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
BARS = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
    "data": {"values": [{"a": 1}, {"a": 2}]},
    "mark": "bar",
    "encoding": {"x": {"field": "a", "type": "quantitative"}},
}
BY_SCRIPT = (
    f'<div id="v"></div><script>vegaEmbed((spec) => 0; }})({json.dumps(BARS)}, {{}});</script>'
)


def shown(data, metadata=None, kind="display_data"):
    cell = code("it")
    cell.outputs = [new_output(kind, data=data, metadata=metadata or {})]
    return cell


def printed(text, name="stdout"):
    cell = code("it")
    cell.outputs = [new_output("stream", name=name, text=text)]
    return cell


def page_of(*cells):
    return render(notebook(code("m", masthead()), *cells))


def page(*cells):
    return page_of(*cells).partition('<main id="main">')[2]


@pytest.mark.parametrize(
    ("data", "seen"),
    [
        ({"text/plain": "3"}, '<pre class="stream">3</pre>'),
        ({"text/plain": "\x1b[1;31mred\x1b[0m"}, '<pre class="stream">red</pre>'),
        ({"text/latex": r"$\displaystyle \frac{a}{b}$", "text/plain": "<Math object>"}, "<mfrac>"),
        ({"text/latex": r"\begin{equation}q\end{equation}"}, "<mi>q</mi>"),
        ({"text/latex": "A rate $r$ & more"}, "A rate <math"),
        ({"text/markdown": "*a* $x$", "text/plain": "<Markdown object>"}, "<em>a</em> <math"),
        ({"application/json": {"b": [1], "a": "é"}, "text/plain": "<JSON object>"}, '"a": "é"'.replace('"', "&#34;")),
        ({"image/png": PIXEL, "text/plain": "<Image>"}, f'src="data:image/png;base64,{PIXEL}"'),
        ({"image/jpeg": "/9j/"}, 'src="data:image/jpeg;base64,/9j/"'),
        ({"image/gif": "R0lG"}, 'src="data:image/gif;base64,R0lG"'),
        ({"image/webp": "UklG"}, 'src="data:image/webp;base64,UklG"'),
        ({"image/svg+xml": SVG}, b64encode(SVG.encode()).decode()),
        ({"image/svg+xml": f"<?xml version='1.0'?><!DOCTYPE svg>{SVG}"}, "data:image/svg+xml;base64,"),
        ({"text/html": f"<p>a {SVG}</p>"}, "data:image/svg+xml;base64,"),
        ({"text/html": f'<img src="data:image/png;base64,{PIXEL}">'}, 'alt="Picture of Cell 2"'),
        ({"text/html": "<details><summary>a</summary>b</details>"}, "<summary>a</summary>b"),
        ({"text/html": "<style>p { color: red }</style><p>a</p>"}, "<p>a</p>"),
        ({"text/html": "<math><mfrac><mi>a</mi><mi>b</mi></mfrac></math>"}, "<mfrac>"),
        ({"text/html": "<p>a<!-- b --></p>"}, "<p>a</p>"),
        ({"application/vnd.vegalite.v6+json": BARS}, "data:image/svg+xml;base64,"),
        ({"text/html": BY_SCRIPT, "text/plain": "alt.Chart(...)"}, "data:image/svg+xml;base64,"),
        ({"application/vnd.plotly.v1+json": {}, "image/svg+xml": SVG}, "data:image/svg+xml;base64,"),
        ({"application/vnd.x+json": {}, "text/plain": "in words"}, "in words"),
    ],
)  # fmt: skip
def test_it_is_shown_as_what_it_is(data, seen):
    assert seen in page(shown(data))


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ({"application/javascript": "alert()"}, "shows what a script does"),
        ({"application/pdf": "JVBE"}, "shows a PDF"),
        ({"application/geo+json": {}, "text/plain": "<GeoJSON>"}, "a map that is drawn by script"),
        ({"application/vnd.plotly.v1+json": {}, "text/html": "<div></div>"}, "Plotly.*kaleido"),
        ({"application/vnd.bokehjs_exec.v0+json": "", "text/html": "<div></div>"}, "Bokeh"),
        ({"application/x-unknown": "a"}, "application/x-unknown, which a report cannot"),
        ({"text/html": "<div id='a'></div><script>draw()</script>"}, "draws by script"),
        ({"text/html": "<canvas></canvas>"}, "draws by script"),
        ({"text/html": "<iframe src='https://example.org'></iframe>"}, "another page"),
        ({"text/html": "<object data='x.swf'></object>"}, "<object>"),
        ({"text/html": "<embed src='x.pdf'>"}, "<embed>"),
        ({"text/html": "<video src='x.mp4'></video>"}, "a video"),
        ({"text/html": "<audio src='x.mp3'></audio>"}, "a sound"),
        ({"text/html": "<form><input name='a'></form>"}, "asks for input"),
        ({"text/html": "<button>Go</button>"}, "holds a button"),
        ({"text/html": "<select><option>a</option></select>"}, "asks for input"),
        ({"text/html": "<textarea>a</textarea>"}, "asks for input"),
        ({"text/html": "<img src='https://example.org/x.png'>"}, "loaded from elsewhere"),
        ({"text/html": "<img src='x.png'>"}, "loaded from elsewhere"),
        ({"text/html": "<a href='x.csv'>x</a>"}, "a link to 'x.csv'"),
        ({"text/html": "<div><x-chart data='1'></x-chart><p hidden>a</p></div>"}, "shows nothing"),
        ({"image/svg+xml": "<svg><script>1</script></svg>"}, "an SVG with <script>"),
        ({"image/svg+xml": "<svg><image href='https://example.org/x.png'/></svg>"}, "that loads"),
        ({"image/svg+xml": "<svg><g></svg>"}, "not well-formed"),
        ({"text/latex": r"$\foo$"}, r"holds \\foo"),
        ({"text/plain": "<generator object <genexpr> at 0x7f0a12345678>"}, "the name of an object"),
        ({"text/plain": "<pandas.core.groupby.generic.DataFrameGroupBy object at 0x7f0a1234>"}, "name"),
        ({"text/plain": "<IPython.core.display.Math object>"}, "<IPython.core.display.Math object>"),
        ({"text/plain": "<function __main__.f(x)>"}, "name of an object"),
        ({"text/plain": "<bound method NDFrame.head of    a\n0  1>"}, "name of an object"),
        ({"text/plain": "<module 'json' from 'json.py'>"}, "name of an object"),
        ({"text/plain": "<_io.TextIOWrapper name='a.csv' mode='r' encoding='UTF-8'>"}, "name"),
        ({"text/plain": "<zip at 0x7f0a12345678>"}, "name of an object, <zip>"),
        ({"text/plain": "[<__main__.A at 0x7f0a12345678>, 2]"}, "name of an object"),
        ({"text/plain": "<Axes: xlabel='a'>"}, "name of an object"),
        ({"text/html": "<table><tr><td>&lt;A object at 0x7f0a12345678&gt;</td></tr></table>"}, "name"),
    ],
)  # fmt: skip
def test_it_is_refused_by_cell(data, complaint):
    with pytest.raises(TradecheckError, match=f"^(Cell 2).*{complaint}"):
        page(shown(data))


@pytest.mark.parametrize(
    "text",
    [
        "[<matplotlib.lines.Line2D at 0x7f0a12345678>]",
        "<Axes: xlabel='a'>",
        "Text(0.5, 1.0, 'A title')",
        "array([<Axes: >, <Axes: >], dtype=object)",
        "(array([1., 2.]), array([0., 1., 2.]), <BarContainer object of 2 artists>)",
        "<seaborn.axisgrid.FacetGrid at 0x7f0a12345678>",
        "(<Figure size 640x480 with 1 Axes>, <Axes: >)",
    ],
)
def test_beside_a_chart_what_drew_it_is_not_named(text):
    cell = shown({"text/plain": text}, kind="execute_result")
    cell.outputs.append(new_output("display_data", data={"image/png": PIXEL}))
    html = page(cell)
    assert "<img" in html and "<pre" not in html.partition('id="draft"')[0]


def test_the_same_chart_stands_once_in_a_cell():
    cell = shown({"image/png": PIXEL})
    cell.outputs.append(new_output("execute_result", data={"image/png": PIXEL}))
    assert page(cell).count("<img") == 1


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a <b>", "a &lt;b&gt;"),
        ("\x1b[1;32mgreen\x1b[0m \x1b]8;;https://example.org\x07link\x1b]8;;\x07", "green link"),
        ("a\x00b\x07c", "abc"),
    ],
)
def test_printed_text_is_plain(text, seen):
    assert f'<pre class="stream stdout">{seen}</pre>' in page(printed(text))


def test_a_warning_names_no_folder():
    told = "/home/ana/.venv/lib/python3.12/site-packages/pandas/x.py:7: Warning: mind\n"
    cell = printed(f"{told}/tmp/ipykernel_12/34.py:1: Warning: this\n", "stderr")
    assert "pandas/x.py:7: Warning: mind\n&lt;cell&gt;:1: Warning: this" in page(cell)


def test_what_the_gate_holds_is_told_with_its_cell():
    with pytest.raises(
        TradecheckError, match=r"path of this machine \(/home/ana\) in cell 3: give it within"
    ):
        page(printed("fine"), printed("reads /home/ana/months.csv"))


def test_a_printed_address_is_refused():
    with pytest.raises(TradecheckError, match="Cell 2 shows the name of an object, <A>"):
        page(printed("it is <A at 0x7f0a12345678>\n"))


def test_an_error_that_a_cell_is_tagged_for_is_shown_without_its_traceback():
    cell = code("1 / 0", tags=["raises-exception"])
    cell.outputs = [new_output("error", ename="E", evalue="no", traceback=["/home/x/y.py"])]
    html = page(cell)
    assert '<pre class="stream stderr">E: no</pre>' in html and "y.py" not in html


def test_what_is_not_said_of_a_picture_makes_the_page_a_draft():
    cell = shown({"image/png": PIXEL}, {"image/png": {"alt": "A dot"}})
    html = render(notebook(code("m", masthead()), cell))
    found = re.findall('<meta name="tradecheck:draft" content="([^"]*)">', html)
    assert found == ["Cell 2: a chart or picture has no title and source. Give them with show(…)."]
    assert 'alt="A dot"' in html and '<a href="#draft">' in html


def test_vega_is_refused_with_the_hint_where_it_cannot_be_drawn(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "vl_convert", None)
    with pytest.raises(TradecheckError, match="Cell 2: .* pip install vl-convert-python"):
        page(shown({"application/vnd.vegalite.v6+json": BARS}))


def test_vega_asks_nobody_for_data():
    asks = BARS | {"data": {"url": "https://example.org/a.csv"}}
    with pytest.raises(TradecheckError, match="give it its data in the notebook"):
        own.vega_svg(asks, "vega-lite")


def test_a_raw_cell_shows_its_text():
    assert '<pre class="stream">a &lt;b&gt;</pre>' in page(new_raw_cell("a <b>"))


def test_the_grounds_of_a_styled_table_stay_whatever_its_ids():
    styled = [
        pd.DataFrame({"a": [1, 2]}).style.highlight_max(color="navy").background_gradient("Greys")
        for _ in range(2)
    ]
    pages = [page_of(shown({"text/html": one.to_html()})) for one in styled]
    assert pages[0] == pages[1]
    assert '<td class="shade-000000" data-label="a">2</td>' in pages[0]
    assert ".shade-000000 { background: #000000; color: #fff; }" in pages[0]
    assert ".shade-ffffff { background: #ffffff; color: #000; }" in pages[0]
