"""Markdown cells: what JupyterLab renders is rendered, what it hides is hidden."""

import pytest
from nbformat.v4 import new_markdown_cell, new_output

from report_sample import code, masthead, notebook
from tradecheck.errors import TradecheckError
from tradecheck.report import render

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def page(markdown, **fields):
    cell = new_markdown_cell(markdown, **fields)
    return render(notebook(code("m", masthead()), cell)).partition('<main id="main">')[2]


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("$x^2$", '<math display="inline"><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>'),
        ("$$\na\n+ b\n$$", '<math display="block"><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow>'),
        (r"so \\(a\\) is", '<math display="inline"><mrow><mi>a</mi></mrow></math>'),
        ("\\begin{equation}\nq\n\\end{equation}", '<math display="block">'),
        ("`$x$`", "<code>$x$</code>"),
        (r"\$x$ is it", "$x$ is it"),
        ("- [ ] a\n- [x] b", "<li>☐ a</li>\n<li>☑ b</li>"),
        ("~~a~~", "<del>a</del>"),
        ("https://example.org/a", '<a href="https://example.org/a">https://example.org/a</a>'),
        ("http://example.org", "<p>http://example.org</p>"),
        ("| a | b |\n|---|---|\n| c | d |", "<td data-label"),
        ("```python\nfor a in b: pass\n```", '<span class="keyword">for</span>'),
        ("```sql\nselect <a>\n```", "<pre><code>select &lt;a&gt;\n</code></pre>"),
        ("<details><summary>S</summary>\n\n*a*\n\n</details>", "<summary>S</summary>\n<p><em>a"),
        ("a <mark>b</mark><br>H<sub>i</sub>", "a <mark>b</mark><br>H<sub>i</sub>"),
        ("## What is known\n\n[it](#What-is-known)", '<a href="#what-is-known">it</a>'),
    ],
)
def test_what_jupyterlab_renders_is_rendered(markdown, shown):
    assert shown in page(markdown)


@pytest.mark.parametrize(
    "markdown",
    [
        "a <!-- hidden words --> b",
        "<!--\n\nhidden words 17\n\n-->\n\nb",
        '<p style="display: none">hidden words</p>',
        "<p hidden>hidden words</p>",
        "<style>p::before { content: 'hidden words' }</style>\n\nb",
        "[b]: https://example.org 'hidden words'",
    ],
)
def test_what_jupyterlab_hides_is_hidden(markdown):
    assert "hidden words" not in page(markdown)


MONEY = "from $5 to $6, or US$ 7; $8 million of US$ 9"


def test_money_is_no_formula():
    said = code("m")
    said.outputs = [new_output("display_data", data={"text/markdown": MONEY})]
    assert MONEY in render(notebook(code("m", masthead()), said))


def test_a_picture_dropped_into_a_cell_is_shown():
    html = page("![A dot](attachment:a.png)", attachments={"a.png": {"image/png": PIXEL}})
    assert f'<img alt="A dot" src="data:image/png;base64,{PIXEL}">' in html


@pytest.mark.parametrize(
    ("markdown", "complaint"),
    [
        ("## Rank\n\n$\\foo x$", r"Cell 2 \(Rank\): The formula .* holds \\foo"),
        ("$a_b_c$", "Cell 2: The formula 'a_b_c' cannot be read"),
        ("![x](https://example.org/x.png)", "Cell 2 shows the picture .*not in the notebook"),
        ("![x](x.png)", "Cell 2 shows the picture 'x.png'"),
        ("![x](attachment:y.png)", "Cell 2 shows the picture"),
        ("<img src='https://example.org/x.png'>", "Cell 2 shows the picture"),
        ("<iframe src='https://example.org'></iframe>", "Cell 2 shows another page"),
        ("<script>x()</script>", "Cell 2 draws by script"),
        ("<input type='checkbox'>", "Cell 2 asks for input"),
        ("```mermaid\na\n```", "Cell 2 draws a diagram of Mermaid"),
        ("[x](http://example.org)", "Cell 2: A link leads to"),
        ("<a href='file:///etc/hosts'>x</a>", "Cell 2 holds a link"),
        ("It rose by 95 %.", "Cell 2 holds the typed figure '95'"),
    ],
)
def test_what_a_page_cannot_hold_is_refused_by_cell(markdown, complaint):
    with pytest.raises(TradecheckError, match=complaint):
        page(markdown)
