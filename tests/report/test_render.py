"""The page made from an executed notebook: structure, order, numbers, references."""

import re
from base64 import b64decode
from hashlib import sha256

import pytest
from nbformat.v4 import new_markdown_cell, new_output
from report_sample import code, figure, masthead, notebook, sample, verdicts

from tradecheck.errors import TradecheckError
from tradecheck.show.exhibits import Points, shown
from tradecheck.show.prose import Prose
from tradecheck.report import Download, IndexEntry, index_page, render, weigh

HEADINGS = {column.key: column.label for column in verdicts().columns}
TABLE = Download("months.csv", b"month,value\n2024-07,95\n", "text/csv", "Monthly data")
LARGE = Download("all.csv", b"x" * 300_001, "text/csv", "All rows")


def opening(*cells):
    return notebook(code("show.masthead()", masthead()), *cells)


def test_the_page_in_order():
    """Status, title, main points, contents, sections, provenance; code after its result."""
    html = render(sample(), provenance=[("Data", "tradestat.csv")])
    landmarks = [
        'class="status"',
        "<h1>",
        'id="main-points"',
        'id="contents"',
        'id="the-claim-as-a-picture"',
        'id="figure-claim"',
        "the months, as a picture",
        'id="what-follows"',
        'id="claim-c1a"',
        'id="provenance"',
    ]
    positions = [html.index(landmark) for landmark in landmarks]
    assert positions == sorted(positions)


def test_figures_and_tables_are_numbered_and_referred_to():
    html = render(sample())
    assert '<a href="#figure-claim">Figure\N{NO-BREAK SPACE}1</a>' in html
    assert '<a href="#table-verdicts">Table\N{NO-BREAK SPACE}1</a>' in html
    assert "Data for Figure 1" in html and "Table 2: All combinations" in html


def test_contents_name_every_section():
    html = render(sample(), provenance=[("Data", "x")])
    contents = html[html.index('<nav class="contents"') : html.index("</nav>")]
    assert re.findall(r'href="#([^"]+)"', contents) == [
        "the-claim-as-a-picture",
        "what-follows",
        "how-we-know-this",
        "provenance",
    ]


def test_parameters_and_notebook_only_cells_are_not_shown():
    extra = [
        code("secret_choice = True", tags=["notebook-only"]),
        code("x = 2", tags=["injected-parameters"]),
    ]
    html = render(notebook(*sample().cells, *extra))
    assert "synthetic&#39;" not in html and "secret_choice" not in html and "x = <span" not in html


@pytest.mark.parametrize("label", list(HEADINGS.values())[1:])
def test_every_cell_of_a_card_that_says_something_carries_its_label(label):
    html = render(sample())
    cells = [
        row.cells[key] for row in verdicts().rows for key in row.cells if HEADINGS[key] == label
    ]
    assert html.count(f'data-label="{label}"') == len([cell for cell in cells if shown(cell)])


def test_marks_are_symbol_word_and_class():
    html = render(sample())
    for mark in ("holds", "fails", "undecided", "not_testable", "bounded", "reported"):
        assert f'class="mark m-{mark}"><span aria-hidden="true">' in html


def test_both_drawings_carry_the_alternative_text():
    html = render(sample())
    assert html.count(f">{figure().alt}</title>") == 2


def test_a_changed_number_changes_the_page():
    changed = figure(alt=figure().alt.replace("60", "70"))
    assert "about 70" in render(sample(figure=changed))


def test_downloads_are_the_files_named_byte_for_byte():
    html = render(sample(), downloads=[TABLE, LARGE])
    content = re.search(r'download="months.csv" href="data:text/csv;base64,([^"]+)"', html)[1]
    assert b64decode(content) == TABLE.content
    assert sha256(TABLE.content).hexdigest() in html
    assert (
        'download="all.csv"' not in html and LARGE.sha256 in html and "not inside this page" in html
    )


def test_without_embedding_there_is_no_data_url():
    html = render(sample(), downloads=[TABLE], embed=False)
    assert 'href="data:text' not in html and TABLE.sha256 in html
    assert "Data for Figure 1" in html


def test_the_page_is_light():
    assert weigh(render(sample(), downloads=[TABLE]))[1] < 100_000


def test_text_and_frames_of_other_libraries_are_shown():
    cell = code("frame")
    html_table = (
        "<table><tr><th></th><th>a</th></tr><tr><th>0</th><td style='x'>1</td></tr></table>"
    )
    cell.outputs += [
        new_output("stream", name="stdout", text="rows kept <b>\n"),
        new_output("execute_result", data={"text/html": html_table, "text/plain": "a"}),
        new_output("execute_result", data={"text/plain": "'<i>'"}),
    ]
    html = render(opening(cell))
    assert "rows kept &lt;b&gt;" in html and "&#39;&lt;i&gt;&#39;" in html
    assert "<td></td><th>a</th>" in html and 'aria-label="Plain table 1"' in html


def failing():
    cell = code("1/0")
    cell.outputs.append(
        new_output("error", ename="ZeroDivisionError", evalue="division", traceback=[])
    )
    return cell


def picture(kind="image/png"):
    cell = code("plot()")
    cell.outputs.append(new_output("display_data", data={kind: "AAAA", "text/plain": "<Figure>"}))
    return cell


def widget():
    cell = code("widget")
    cell.outputs.append(
        new_output("display_data", data={"application/vnd.jupyter.widget-view+json": {}})
    )
    return cell


@pytest.mark.parametrize(
    ("cells", "complaint"),
    [
        (
            [new_markdown_cell("## Rank"), failing()],
            r"Cell 3 \(Rank\) failed with ZeroDivisionError",
        ),
        ([picture()], "Cell 2 shows a bare picture"),
        ([widget()], "Cell 2 shows application/vnd.jupyter.widget-view"),
        (
            [new_markdown_cell("## Rank\n\nIt was 95 million.")],
            r"Cell 2 \(Rank\) holds the typed figure '95'",
        ),
        ([code("f", figure()), code("f", figure())], "'claim' is shown twice"),
        ([code("p", Points(["See [figure](#figure-none)."]))], "no figure of that name"),
        ([code("p", Points(["See [it](#claim-c9)."]))], "#claim-c9, which is not on the page"),
        ([new_markdown_cell("# A second title")], "2 titles"),
        ([new_markdown_cell("## One\n\n#### Four")], "level 4 follows one of level 2"),
        ([code("v", verdicts(), verdicts(name="again"))], "'claim-c1a' stands 2 times"),
    ],
)
def test_a_notebook_that_cannot_be_a_report_is_refused(cells, complaint):
    with pytest.raises(TradecheckError, match=complaint):
        render(opening(*cells))


def test_a_notebook_without_a_title_is_refused():
    with pytest.raises(TradecheckError, match="no title"):
        render(notebook(new_markdown_cell("Text.")))


def test_a_markdown_title_will_do():
    assert "<title>Cleaning the data</title>" in render(
        notebook(new_markdown_cell("# Cleaning the data"))
    )


def test_prose_of_a_code_cell_is_text_with_links():
    html = render(opening(code("say()", Prose("Read [the source](https://example.org/a?b=c)."))))
    assert '<p>Read <a href="https://example.org/a?b=c">the source</a>.</p>' in html


ENTRY = IndexEntry(
    name="india-russia-2024",
    title="Did shipments double?",
    standfirst="A claim and what is known.",
    links=[("Report", "india-russia-2024.html"), ("Data", "india-russia-2024-data.html")],
    verdicts={"holds": 3, "undecided": 9},
    status="No month is observed.",
    chart=figure(),
)


def test_the_index_lists_studies_with_verdicts_and_chart():
    html = index_page([ENTRY])
    assert 'href="india-russia-2024-data.html"' in html and "undecided</span>: 9" in html
    assert html.count('<svg class="') == 2 and "No month is observed." in html


def test_the_index_refuses_an_unknown_verdict():
    with pytest.raises(TradecheckError, match="'true'"):
        IndexEntry("s", "S", "x", [("Report", "s.html")], {"true": 1})
