"""Charts of the analyst's own, from a cell that runs to the page."""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from report_sample import code, masthead
from running_cells import run
from tradecheck.report import render

CELLS = {
    "plain": "import matplotlib.pyplot as plt\nplt.plot([1, 2, 3], [3, 1, 2], label='中国')\nplt.title('A rise')",
    "pandas": "import pandas as pd\ndf = pd.DataFrame({'a': [1, 2, 3], 'b': [3, 2, 1]})\ndf.plot(figsize=(8, 3))",
    "twice": "fig, ax = plt.subplots()\nax.bar(['x', 'y'], [1, 2])\nfig",
    "seaborn": "import seaborn as sns\nsns.scatterplot(df, x='a', y='b')",
    "grid": "sns.relplot(df, x='a', y='b', col='a')",
    "inline": "%matplotlib inline\ndf.plot.bar(color='crimson')\nplt.show()\nprint('after it')",
    "image": "plt.imshow([[1, 2], [3, 4]])\nplt.xlabel('भारत');",
    "altair": "import altair as alt\nalt.Chart(df).mark_line().encode(x='a:Q', y='b:Q')",
    "several": "for n in range(2):\n    plt.figure()\n    plt.plot([n, 2])",
    "frame": "pd.DataFrame({f'column {n}': [n] for n in range(30)})",
    "series": "df['a']",
    "styler": "df.style.format('{:.1f}').background_gradient()",
    "shown": "from tradecheck.show import show\nax = df.plot()\nshow(ax, title='Two lines cross', source='Nobody', "
    "alt='A line rises from 1 to 3, another falls from 3 to 1.', name='cross')",
    "lambda": "ax = df.plot()\nax.yaxis.set_major_formatter(lambda v, _: f'€{v:.0f}')",
    "log": "df.plot(logy=True)",
}


@pytest.fixture(scope="module")
def ran():
    return run(*CELLS.values())


@pytest.fixture(scope="module")
def html(ran):
    return render(ran)


def cell(ran, name):
    return ran.cells[1 + list(CELLS).index(name)]


def test_every_chart_stands_once_with_drawings_for_a_page_and_a_phone(html):
    charts = 13
    assert html.count("<figure id=") == charts
    assert (
        html.count('class="wide" role="img"')
        == html.count('class="narrow" role="img"')
        == charts - 1
    )
    assert html.count("data:image/svg+xml;base64,") == 1  # Altair's
    assert "image/png;base64" in html.partition('class="wide"')[2]  # within the drawing of imshow
    assert "after it" in html and "Warning" not in html


def test_no_object_is_named(html):
    page = html.partition("Code of this page")[0]
    assert not re.search(r"0x[0-9a-f]{6}|Axes|Line2D|&lt;Figure", page)


def test_what_draws_is_told_from_the_chart_itself(html):
    told = re.findall('role="img" aria-label="([^"]*)"', html)
    assert told[0] == ("A line of 中国, “A rise”; x axis from 1.00 to 3.00; y axis from 1 to 3.")
    assert "2 lines of a and b" in told[2] and "6 bars of a and b" in "".join(told)


def test_names_of_any_script_are_text(html):
    assert ">भारत</text>" in html and "A line of 中国" in html


def test_a_chart_completed_with_show_makes_no_draft(html):
    drafts = re.findall('<meta name="tradecheck:draft" content="([^"]*)">', html)
    assert len(drafts) == 12 and not any("cross" in words for words in drafts)
    assert drafts[0].startswith("Cell 2: “A rise” has no source and alternative text.")
    assert '<figure id="figure-cross">' in html and "Source: Nobody." in html


def test_colours_of_the_house_have_roles_and_others_a_counterpart_in_the_dark(html):
    assert 'class="s-accent"' in html
    assert 'svg [fill="#dc143c"] { fill: #' in html
    assert "#dc143c" in html.partition("<main")[2]


def test_drawings_share_no_id(html):
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_frames_series_and_styles_are_shown(html):
    assert "column 29" in html and "Name: a, dtype: int64" in html and ">1.0</td>" in html


@pytest.mark.e2e
def test_two_runs_give_the_same_bytes(html):
    assert render(run(*CELLS.values())) == html


@pytest.mark.e2e
def test_a_stock_kernel_from_another_folder_keeps_figures_too(tmp_path):
    cells = [
        "from tradecheck.show import show",
        CELLS["plain"],
        "%matplotlib inline\nplt.plot([1])",
    ]
    held = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    ran = NotebookClient(held, kernel_name="python3", resources={"metadata": {"path": tmp_path}})
    ran.execute()
    held.cells.insert(0, code("title", masthead()))
    assert render(held).count('class="wide" role="img"') == 2
    assert all("image/png" in one.outputs[-1].data for one in held.cells[2:])


def test_the_cells_of_the_documentation_come_out_as_it_says():
    page = Path(__file__).parents[2] / "docs" / "change-a-chart.md"
    cells = re.findall(r"^```python\n(.*?)^```$", page.read_text(encoding="utf-8"), re.M | re.S)
    html = render(run(*cells))
    assert html.count('class="wide" role="img"') == len(cells) == 3
    assert '<figure id="figure-cars">' in html and '<figure id="figure-cars-by-month">' in html
    drafts = re.findall('<meta name="tradecheck:draft" content="([^"]*)">', html)
    assert drafts == [
        "Cell 2: a chart or picture has no title, source and alternative text. Give them with show(…)."
    ]
