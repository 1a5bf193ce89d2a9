"""The page made from an executed notebook: structure, order, numbers, references."""

import re
from base64 import b64decode
from hashlib import sha256

import pytest
from nbformat.v4 import new_markdown_cell, new_output

from report_sample import (
    DATA,
    NOTEBOOK,
    SIBLINGS,
    answer,
    claims,
    code,
    figure,
    half,
    masthead,
    notebook,
    readings,
    sample,
    wide_table,
)
from tradecheck.errors import TradecheckError
from tradecheck.report import Download, IndexEntry, index_page, opening_of, render, weigh
from tradecheck.show.exhibits import Claim, Claims, Glance, Siblings, shown
from tradecheck.show.prose import Prose

HEADINGS = {column.key: column.label for column in readings().columns}
LARGE = Download("all.csv", b"x" * 300_001, "text/csv", "All rows")
SOLVED = Download("solved.csv", b"a\n1\n", "text/csv", "Solved")
HOLDS = [("holds", "")]


def opening(*cells):
    return notebook(code("show.answer()", masthead()), *cells)


def page(**options):
    return render(sample(), siblings=SIBLINGS, **options)


def test_the_page_in_order():
    """Question, answer, panel, contents, chart, claims; sources, citation, and at the end what was
    built and its code."""
    html = page(downloads=[DATA, NOTEBOOK], provenance=[("Data", "tradestat.csv")])
    landmarks = [
        "<h1>",
        '<p class="answer">',
        '<h2 id="glance">Two claims at a glance',
        "On this page",
        '<main id="main">',
        'id="figure-claim"',
        'id="the-claims-one-by-one"',
        'id="claim-c1"',
        'id="what-is-known"',
        'class="pair"',
        'class="notecards"',
        'class="sources"',
        'class="cite"',
        ">Data (CSV)</a>",
        'id="built"',
        "Code of this page",
        "the months, as a picture",
        "</main>",
    ]
    positions = [html.index(landmark) for landmark in landmarks]
    assert positions == sorted(positions)


def test_figures_and_tables_are_numbered_and_referred_to():
    """A table in a fold has no number, and a reference to it keeps its words."""
    text = (
        "As [figure](#figure-left), [Figure](#figure-claim), [table](#table-years) and "
        "[table](#table-all)."
    )
    html = render(notebook(*sample().cells, new_markdown_cell(text)))
    nbsp = "\N{NO-BREAK SPACE}"
    for words in (
        f'<a href="#figure-left">figure{nbsp}2</a>',
        f'<a href="#figure-claim">Figure{nbsp}1</a>',
        f'<a href="#table-years">table{nbsp}1</a>',
        '<a href="#table-all">table</a>',
        "<summary>Numbers of figure 1, 5 months</summary>",
        f"Table{nbsp}1: Totals by year",
        '<p class="caption" id="table-all-caption">All combinations</p>',
    ):
        assert words in html


def test_contents_name_every_section_and_the_other_pages():
    html = page(provenance=[("Data", "x")])
    contents = html[html.index('<nav aria-label="On this page">') : html.index("</nav>")]
    assert re.findall(r'href="([^"]+)"', contents) == [
        "#figure-claim",
        "#the-claims-one-by-one",
        "#what-is-known",
        "#how-we-know",
        "#sources",
        "#cite-and-download",
        "synthetic-data.html",
        "synthetic-robustness.html",
    ]


def test_a_page_without_sections_has_no_contents():
    html = render(opening(new_markdown_cell("Text.")))
    assert "On this page" not in html and '<main id="main">' in html


def test_parameters_and_notebook_only_cells_are_not_shown():
    extra = [
        code("secret_choice = True", tags=["notebook-only"]),
        code("x = 2", tags=["injected-parameters"]),
    ]
    html = render(notebook(*sample().cells, *extra))
    assert "synthetic&#39;" not in html and "secret_choice" not in html and "x = <span" not in html


def test_code_stands_once_at_the_end_under_the_headings_of_its_cells():
    html = page()
    end = html[html.index("Code of this page") :]
    assert html.count("show.claim(study") == end.count("show.claim(study") == 1
    assert [text for text in re.findall(r"<p><strong>([^<]+)</strong></p>", end)] == [
        "The claims, one by one",
        "What is known",
        "How we know",
        "Sources",
        "Cite and download",
    ]


@pytest.mark.parametrize("label", list(HEADINGS.values())[1:])
def test_every_cell_of_a_card_that_says_something_carries_its_label(label):
    html = render(opening(code("", readings())))
    cells = [
        row.cells[key] for row in readings().rows for key in row.cells if HEADINGS[key] == label
    ]
    assert html.count(f'data-label="{label}"') == len([cell for cell in cells if shown(cell)])


def test_a_verdict_is_a_symbol_in_a_disc_a_word_and_a_remark():
    html = page()
    for verdict in (
        '<span class="verdict m-undecided"><i aria-hidden="true">?</i> '
        "<span>undecided so far</span>",
        '<span class="verdict m-undecided"><i aria-hidden="true">?</i> '
        "<span>undecided <small>the year has room</small></span>",
        '<span class="verdict m-not_testable"><i aria-hidden="true">–</i> '
        "<span>not testable</span>",
    ):
        assert verdict in html


def test_grades_are_marked_once_in_the_notes_or_before_them():
    marked = figure(notes="Hatched: **▨ bounded**", grades=["bounded"])
    alone = figure("alone", notes="", grades=["bounded"])
    html = render(opening(code("", marked, alone)))
    mark = '<span class="mark m-bounded"><i aria-hidden="true">▨</i> bounded</span>'
    assert f'<p class="notes">Hatched: {mark}. Source: Synthetic figures.</p>' in html
    assert f'<p class="notes">{mark}. Source: Synthetic figures.</p>' in html


@pytest.mark.parametrize(
    ("subtitle", "unit", "whole"),
    [
        ("Exports, 2024", "US$ million", "Exports, 2024, US$ million"),
        ("Exports, € million a month", "€ million a month", "Exports, € million a month"),
    ],
)
def test_a_subtitle_names_the_unit_once(subtitle, unit, whole):
    html = render(opening(code("", figure(subtitle=subtitle, unit=unit))))
    assert f'<div class="subtitle">{whole}</div>' in html


def test_both_drawings_carry_the_alternative_text_where_no_pointer_shows_it():
    html = render(opening(code("", figure())))
    assert html.count(f'role="img" aria-label="{figure().alt}"') == 2
    assert "<title>May\N{NO-BREAK SPACE}2024: 62.0</title>" in html
    assert not re.search("<svg[^>]*><title", html)


def claim(**fields):
    return Claims([Claim("A1", "x", HOLDS, "y", **fields)])


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"quote": "it rose"}, "<p>“it rose”</p>"),
        ({"quote": "it rose", "context": ", in May"}, "<p>“it rose”, in May</p>"),
        ({"quote": "it rose", "context": "in May"}, "<p>“it rose” in May</p>"),
        ({"context": "Nobody said so."}, "<p>Nobody said so.</p>"),
        ({"said_by": "A"}, '<p class="who">A</p>'),
        ({"said_by": "A", "date": "2024"}, '<p class="who">A, 2024</p>'),
        (
            {"said_by": "A", "address": "https://example.org", "address_words": "copy"},
            '<p class="who">A (<a href="https://example.org">copy</a>)</p>',
        ),
        (
            {"said_by": "A", "address": "http://example.org"},
            '<p class="who">A (http://example.org)</p>',
        ),
        ({"said_by": Prose("*A*")}, '<p class="who"><em>A</em></p>'),
        ({"decided_by": "the figure for May"}, "Would decide it: the figure for May"),
    ],
)
def test_a_claim_says_who_said_what(fields, shown):
    assert shown in render(opening(new_markdown_cell("## Claims"), code("", claim(**fields))))


def test_every_claim_has_a_link_of_its_own_wherever_it_stands():
    html = render(opening(new_markdown_cell("## Claims"), code("", figure(), claims())))
    for anchor in ("claim-c1", "claim-c4", "claim-c5", "claim-s8"):
        assert f'<li id="{anchor}">' in html and f'<h3><a href="#{anchor}">' in html
    assert "<summary>One more claim: A fifth of all</summary>" in html
    assert "trade data cannot test: It was done on purpose</summary>" in html


@pytest.mark.parametrize(
    ("words", "verdicts", "shown", "rest"),
    [
        ("Claim", HOLDS, 10, "5 more stand below."),
        ("Claim", HOLDS * 2, 6, "9 more stand below."),
        ("A claim in more words than fit a line", HOLDS, 6, "9 more stand below."),
        ("Claim", [("holds", "on the year before the war"), HOLDS[0]], 4, "11 more stand below."),
    ],
)
def test_a_long_panel_shows_what_it_has_room_for_and_counts_the_rest(words, verdicts, shown, rest):
    glance = [Glance(f"{words} {n}", "#main", verdicts) for n in range(1, 16)]
    html = render(notebook(code("", answer(glance=glance))))
    assert "15 claims at a glance" in html and rest in html
    assert f"{words} {shown}<" in html and f"{words} {shown + 1}<" not in html


def test_a_changed_number_changes_the_page():
    changed = figure(alt=figure().alt.replace("60", "70"))
    assert "about 70" in render(sample(figure=changed))


def test_downloads_are_the_files_named_byte_for_byte():
    html = page(downloads=[DATA, NOTEBOOK, SOLVED, LARGE])
    content = re.search(r'download="months.csv" href="data:text/csv;base64,([^"]+)"', html)[1]
    assert b64decode(content) == DATA.content
    assert sha256(DATA.content).hexdigest() in html
    assert 'download="all.csv"' not in html and LARGE.sha256 in html
    assert "<strong>all.csv</strong>, not inside this page" in html


def test_readers_are_offered_data_notebook_and_all_files_by_these_words():
    """And never by a file's name, which stands in the list of all files."""
    html = page(downloads=[NOTEBOOK, DATA, SOLVED])
    offers = re.search(r'<div class="cite">.*?<ul class="offers">(.*?)</ul>', html, re.DOTALL)[1]
    words = re.findall(r"<a [^>]*>([^<]+)</a>", offers)
    assert words == ["Notebook", "Data (CSV)", "All files", *(words for words, _ in SIBLINGS)]
    built = html[html.index('id="built"') :]
    assert 'download="solved.csv"' in built and html.count("solved.csv") == built.count(
        "solved.csv"
    )


def test_a_page_without_a_citation_ends_with_its_downloads():
    html = render(opening(), downloads=[DATA], siblings=SIBLINGS)
    assert html.index('<h2 id="download">') < html.index(">Data (CSV)</a>")
    assert '<h2 id="other-pages">' in render(opening(), siblings=SIBLINGS)
    assert "<h2" not in render(opening())


def test_without_embedding_there_is_no_data_url():
    html = page(downloads=[DATA], embed=False)
    assert 'href="data:text' not in html and DATA.sha256 in html
    assert "Numbers of figure 1" in html


def test_a_draft_says_so_before_the_question_and_why_at_the_end():
    html = page(drafts=["The card of x says nothing of its terms."])
    assert html.index('<a href="#draft">') < html.index("<h1")
    assert html.index('id="draft"') < html.rindex("says nothing of its terms.")
    assert (
        '<meta name="tradecheck:draft" content="The card of x says nothing of its terms.">' in html
    )
    assert 'id="draft"' not in page() and "tradecheck:draft" not in page()


@pytest.mark.parametrize("make", [answer, masthead])
def test_a_status_stands_before_the_title(make):
    html = render(notebook(code("", make(status="Synthetic figures.", **no_glance(make)))))
    assert html.index("Synthetic figures.") < html.index("<h1")


def no_glance(make):
    return {"glance": []} if make is answer else {}


def test_a_long_question_is_cut_in_the_windows_title_alone():
    question = "Did " + "very " * 20 + "much change?"
    html = render(notebook(code("", answer(question=question, glance=[]))))
    title = re.search("<title>(.*)</title>", html)[1]
    assert len(title) <= 70 and title.endswith("very…")
    assert f"<h1>{question}</h1>" in html


def test_the_opening_is_known_to_the_runner():
    held = opening_of(sample())
    assert held["title"] == answer().question
    assert held["standfirst"] == "We cannot tell. Whole years are public, months are not."
    assert opening_of(opening())["standfirst"].startswith("A published claim")
    assert opening_of(notebook(code("1"))) is None


def test_the_page_is_light():
    assert weigh(page(downloads=[DATA]))[1] < 100_000


def framed(html_table):
    cell = code("frame")
    cell.outputs.append(
        new_output("execute_result", data={"text/html": html_table, "text/plain": "a"})
    )
    return render(opening(cell))


def test_text_and_frames_of_other_libraries_are_shown():
    """A frame's cells carry their headings, so that it can be cards on a phone."""
    html = framed(
        "<table><tr><th></th><th>a</th></tr><tr><th>0</th><td style='x'>1</td></tr></table>"
    )
    assert "<td></td><th>a</th>" in html and 'aria-label="Plain table 1"' in html
    assert '<tr><th scope="row">0</th><td data-label="a">1</td></tr>' in html


@pytest.mark.parametrize(
    "rows",
    [
        "<tr><th colspan='2'>a</th></tr><tr><td>1</td><td>2</td></tr>",
        "<tr><td>a</td></tr><tr><td>1</td></tr>",
        "<tr><th>a</th><th>b</th></tr><tr><td>1</td></tr>",
        "<tr><th>a</th></tr>",
    ],
)
def test_a_frame_that_is_no_grid_stays_a_table(rows):
    html = framed(f"<table>{rows}</table>")
    assert "data-label=" not in html and 'class="scroll"' in html


def test_streams_and_plain_text_are_shown_as_they_are():
    cell = code("print")
    cell.outputs += [
        new_output("stream", name="stdout", text="rows kept <b>\n"),
        new_output("execute_result", data={"text/plain": "'<i>'"}),
    ]
    html = render(opening(cell))
    assert "rows kept &lt;b&gt;" in html and "&#39;&lt;i&gt;&#39;" in html


def failing():
    cell = code("1/0")
    cell.outputs.append(
        new_output("error", ename="ZeroDivisionError", evalue="division", traceback=[])
    )
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
        ([widget()], "Cell 2 shows a widget"),
        (
            [new_markdown_cell("## Rank\n\nIt was 95 million.")],
            r"Cell 2 \(Rank\) holds the typed figure '95'",
        ),
        ([code("f", figure()), code("f", figure())], "'claim' is shown twice"),
        ([code("p", Prose("See [figure](#figure-none)."))], "no figure of that name"),
        ([code("p", Prose("See [table](#table-none)."))], "#table-none, which is not on the page"),
        ([code("p", Prose("See [it](#claim-c9)."))], "#claim-c9, which is not on the page"),
    ],
)
def test_a_notebook_that_cannot_be_a_report_is_refused(cells, complaint):
    with pytest.raises(TradecheckError, match=complaint):
        render(opening(*cells))


def test_a_notebook_without_a_title_is_refused():
    with pytest.raises(TradecheckError, match="no title"):
        render(notebook(new_markdown_cell("Text.")))


def test_a_markdown_title_will_do():
    html = render(notebook(new_markdown_cell("# Cleaning the data")), drafts=["x"])
    assert "<title>Cleaning the data</title>" in html and 'href="#draft"' in html


def test_prose_of_a_code_cell_is_text_with_links():
    html = render(opening(code("say()", Prose("Read [the source](https://example.org/a?b=c)."))))
    assert '<p>Read <a href="https://example.org/a?b=c">the source</a>.</p>' in html


def test_explicit_links_to_other_pages():
    html = page()
    assert '<li><a href="synthetic-data.html">The data</a>: what came from where</li>' in html
    with pytest.raises(TradecheckError, match="other-data.html.*no page of that name"):
        render(opening(code("", Siblings([("x", "other-data.html", "")]))), siblings=SIBLINGS)


@pytest.mark.parametrize(
    ("exhibit", "room"),
    [(readings(), "cards"), (figure().data, "auto"), (wide_table(), "cards")],
)
def test_a_table_takes_the_layout_that_a_phone_has_room_for(exhibit, room):
    html = render(opening(code("", exhibit)))
    assert f'<div class="table {room}"' in html


def test_only_a_table_that_may_scroll_takes_the_focus():
    assert "tabindex" not in render(opening(code("", readings())))
    assert '<section class="scroll" tabindex="0"' in render(opening(code("", wide_table())))


ENTRY = IndexEntry(
    name="india-russia-2024",
    title="Did shipments double?",
    standfirst="A claim and *what is known*.",
    links=[("Report", "india-russia-2024.html"), ("Data", "india-russia-2024-data.html")],
    verdicts={"holds": 3, "undecided": 9},
    status="No month is observed.",
    chart=half("chart"),
)


def test_the_index_lists_studies_with_verdicts_and_chart():
    html = index_page([ENTRY])
    assert 'href="india-russia-2024-data.html"' in html and "<span>undecided: 9</span>" in html
    assert html.count('<svg class="') == 2 and "No month is observed." in html
    assert '<p class="answer">A claim and <em>what is known</em>.</p>' in html
    assert 'href="index.html"' not in html


def test_the_index_refuses_an_unknown_verdict():
    with pytest.raises(TradecheckError, match="'true'"):
        IndexEntry("s", "S", "x", [("Report", "s.html")], {"true": 1})
