"""The finished page in Chromium: quiet, accessible, whole on every screen and on paper."""

import functools
import http.server
import itertools
import threading
from collections.abc import Iterator
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plot
import pandas as pd
import pytest
import seaborn
from nbformat import NotebookNode
from nbformat.v4 import new_output
from playwright.sync_api import Browser

import report_studies as studies
from finding import ARGUMENTS, chromium
from looking import (
    CLASHES,
    CUT,
    OPEN_FOLDS,
    TEXT_SIZES,
    WORDS_OUTSIDE_FOLDS,
    axe_violations,
    figure_words,
    links_out,
    printed,
    readable,
    sheets,
    stranded,
    visit,
)
from report_sample import DATA, NOTEBOOK, SIBLINGS, code, half, masthead, notebook, sample
from tradecheck.report import IndexEntry, for_paper, index_page, render
from tradecheck.show.own import picture_of

LONG = pytest.mark.parametrize("name", ["observed.html", "unobserved.html"])
NAMES = pytest.mark.parametrize(
    "name", ["report.html", "observed.html", "unobserved.html", "index.html", "own.html"]
)


def own_outputs() -> NotebookNode:
    """What cells of anybody's show: charts, tables, formulas, text."""
    frame = pd.DataFrame({"a": [1, 2, 3], "b": [3, 1, 2]})
    with matplotlib.rc_context():
        plot.style.use("tradecheck.show.charts.house")
        plot.switch_backend("agg")
        charts = [
            picture_of(frame.plot(title="Two lines")),
            picture_of(frame.plot.bar(color=["crimson", "navy"], ylabel="Pieces")),
            picture_of(seaborn.heatmap(frame, annot=True, cmap="viridis")),
        ]
    wide = pd.concat([frame.add_prefix(f"column {n} ") for n in range(12)], axis=1)
    shows = [
        {"text/html": wide._repr_html_()},
        {"text/html": frame.style.highlight_max(color="yellow").to_html()},
        {"text/latex": r"$\displaystyle \frac{a}{b}$"},
        {"text/markdown": "- [x] $x^2$\n\n| a | b |\n|---|---|\n| `c` | d |"},
        {"text/plain": "a value"},
        {"application/json": {"a": 1}},
    ]
    cell = code("", *charts)
    cell.outputs += [new_output("display_data", data=data) for data in shows]
    cell.outputs.append(new_output("stream", name="stderr", text="mind this"))
    return notebook(code("", masthead()), cell)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A report with one of everything, two as long as real ones, and the index, as files."""
    folder = tmp_path_factory.mktemp("reports")
    built = [("data/raw/months.csv", f"SHA-256 {DATA.sha256}"), ("Rebuild with", "make report")]
    files = [NOTEBOOK, DATA]
    entry = IndexEntry(
        name="s",
        title="Did shipments double?",
        standfirst="A claim and what is known.",
        links=[("Report", "report.html")],
        verdicts={"holds": 3, "fails": 1, "undecided": 9, "not_testable": 2},
        status="No month is observed.",
        chart=half("chart"),
    )
    pages = {
        "report.html": render(
            sample(), downloads=files, provenance=built, siblings=SIBLINGS, drafts=["It is one."]
        ),
        "observed.html": render(
            studies.observed(),
            downloads=[studies.NOTEBOOK, studies.MONTHS_CSV],
            provenance=built,
            siblings=studies.OBSERVED_SIBLINGS,
        ),
        "unobserved.html": render(
            studies.unobserved(),
            downloads=[studies.NOTEBOOK, studies.MONTHS_CSV],
            provenance=built,
            siblings=studies.OPEN_SIBLINGS,
        ),
        "index.html": index_page([entry]),
    }
    pages["own.html"] = render(own_outputs())
    for name, html in pages.items():
        (folder / name).write_text(html, "utf-8")
    return folder


@pytest.fixture(scope="module")
def server(folder) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    handler = functools.partial(Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


@NAMES
@pytest.mark.parametrize("road", ["file", "http"])
def test_nothing_is_loaded_and_nothing_complains(browser, folder, server, name, road):
    """One request, for the page itself; no console message, so no report of the policy either."""
    requests, messages = [], []
    page = browser.new_page()
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    address = f"{server}/{name}" if road == "http" else (folder / name).as_uri()
    page.goto(address)
    page.emulate_media(color_scheme="dark")
    page.evaluate(OPEN_FOLDS)
    assert [request for request in requests if not request.startswith("data:")] == [address]
    assert messages == []
    page.close()


def test_the_policy_stops_what_is_put_in_by_hand(browser, folder, server):
    planted = (
        "<script>window.hostile = 1</script><img src='/x.png' onerror='window.hostile = 1'>"
        "<style>h1 { color: red }</style><p id='styled' style='color: red'>x</p></main>"
    )
    html = (folder / "report.html").read_text("utf-8").replace("</main>", planted)
    (folder / "planted.html").write_text(html, "utf-8")
    answers: list[str] = []
    page = browser.new_page()
    page.on("response", lambda response: answers.append(response.url))
    page.goto(f"{server}/planted.html")
    assert page.evaluate("window.hostile") is None
    assert answers == [f"{server}/planted.html"]
    red = "rgb(255, 0, 0)"
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") != red
    assert page.evaluate("getComputedStyle(document.querySelector('#styled')).color") != red
    page.close()


@pytest.mark.parametrize(
    ("name", "scheme", "width"),
    [
        *itertools.product(["report.html", "index.html"], ["light", "dark"], [1280, 390, 320]),
        *itertools.product(["observed.html", "unobserved.html"], ["light"], [1280]),
        *itertools.product(["observed.html", "unobserved.html"], ["dark"], [390]),
    ],
)
def test_axe_finds_nothing_with_every_rule_on_closed_or_open(browser, folder, name, scheme, width):
    page = visit(browser, (folder / name).as_uri(), width, scheme)
    assert axe_violations(page) == []
    page.evaluate(OPEN_FOLDS)
    assert axe_violations(page) == []
    page.close()


@NAMES
@pytest.mark.parametrize("width", [320, 390, 700, 801, 961, 1100, 1200, 1920])
def test_nothing_is_cut_and_the_page_never_scrolls_sideways(browser, folder, name, width):
    page = visit(browser, (folder / name).as_uri(), width)
    page.evaluate(OPEN_FOLDS)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    cut = page.evaluate(CUT)
    assert cut == [] or (
        width > 800 and set(cut) == {"scroll"} and name in ("report.html", "own.html")
    )
    page.close()


def test_a_wide_table_scrolls_in_a_region_of_its_own_on_a_small_page(browser, folder):
    page = visit(browser, (folder / "report.html").as_uri(), 900)
    page.evaluate(OPEN_FOLDS)
    region = page.locator("#table-all .scroll")
    assert region.evaluate("region => region.scrollWidth > region.clientWidth")
    region.focus()
    assert region.evaluate("region => region === document.activeElement")
    page.close()


LABEL = "cell => getComputedStyle(cell, '::before').content"


@pytest.mark.parametrize("table", ["#table-readings", "#table-all", "section:has(> .labelled)"])
def test_on_a_phone_a_row_is_a_card_with_its_labels(browser, folder, table):
    """Tables of ours, wide ones, and plain Markdown ones."""
    page = visit(browser, (folder / "report.html").as_uri(), 390)
    page.evaluate(OPEN_FOLDS)
    cell = page.locator(f"{table} td[data-label]").first
    assert cell.evaluate(LABEL) == f'"{cell.get_attribute("data-label")}"'
    assert (
        page.locator(f"{table} tbody tr").last.evaluate("row => getComputedStyle(row).display")
        == "block"
    )
    page.close()


@pytest.fixture(scope="module")
def large_text(browser) -> Iterator[Browser]:
    """A browser whose reader has doubled the size of all text."""
    opened = browser.browser_type.launch(
        executable_path=chromium(), args=[*ARGUMENTS, "--blink-settings=defaultFontSize=32"]
    )
    yield opened
    opened.close()


@NAMES
def test_text_of_twice_the_size_keeps_everything_on_the_page(large_text, folder, name):
    page = visit(large_text, (folder / name).as_uri(), 1280)
    page.evaluate(OPEN_FOLDS)
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "32px"
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert page.evaluate(CUT) == []
    if name == "report.html":
        cell = page.locator("#table-readings td[data-label]").first
        assert cell.evaluate(LABEL) == '"Published"'
    page.close()


@NAMES
def test_a_readers_own_style_of_twice_the_size_keeps_the_page_on_its_screen(browser, folder, name):
    page = visit(browser, (folder / name).as_uri(), 1280)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    page.evaluate(OPEN_FOLDS)
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "34px"
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    if name == "report.html":
        assert page.locator("#table-readings thead").bounding_box()["height"] > 30
    page.close()


def top(page, selector: str) -> float:
    return page.locator(selector).first.bounding_box()["y"]


def test_the_first_screen_answers_and_begins_the_chart(browser, folder):
    page = visit(browser, (folder / "observed.html").as_uri(), 1280)
    assert top(page, ".bar") == 0 and 34 <= page.locator(".bar").bounding_box()["height"] <= 38
    assert top(page, "figure") <= 540
    head, glance = (page.locator(s).bounding_box() for s in (".head h1", ".glance"))
    assert glance["x"] > head["x"] + head["width"] and glance["y"] < head["y"] + 40
    side, main = (page.locator(s).bounding_box() for s in (".side nav", "main"))
    assert side["x"] > main["x"] + main["width"] and main["x"] == head["x"]
    page.evaluate("scrollTo({top: 2000, behavior: 'instant'})")
    assert 0 <= top(page, ".side nav") <= 40  # it stays in sight
    page.close()


@pytest.mark.parametrize("name", ["observed.html", "unobserved.html", "report.html"])
def test_the_question_and_answer_open_a_phones_first_screen(browser, folder, name):
    page = visit(browser, (folder / name).as_uri(), 390)
    for selector in ("h1", ".answer"):
        box = page.locator(selector).first.bounding_box()
        assert box["y"] + box["height"] <= 844, selector
    page.close()


@LONG
@pytest.mark.parametrize(("width", "most"), [(1280, 5200), (390, 10_000)])
def test_a_report_is_short(browser, folder, name, width, most):
    page = visit(browser, (folder / name).as_uri(), width)
    assert page.evaluate("document.documentElement.scrollHeight") <= most
    assert page.evaluate(WORDS_OUTSIDE_FOLDS) <= 1500
    page.close()


@LONG
def test_figures_tables_and_claims_share_one_width_which_grows_with_the_screen(
    browser, folder, name
):
    widths = {}
    for width in (1280, 1440, 1920):
        page = visit(browser, (folder / name).as_uri(), width)
        widths[width] = {
            round(page.locator(s).first.bounding_box()["width"])
            for s in ("main > figure", "main > .claims", "main > .sources", "main > .notecards")
        }
        page.close()
    assert all(len(found) == 1 for found in widths.values())
    assert widths[1280] == {968} and widths[1440] == widths[1920] == {1048}


@pytest.mark.parametrize("width", [320, 390, 799, 959, 961, 1100, 1199, 1280])
def test_chart_text_is_at_least_12_pixels(browser, folder, width):
    page = visit(browser, (folder / "unobserved.html").as_uri(), width)
    sizes = page.evaluate(TEXT_SIZES)
    assert len(sizes) > 5
    assert min(sizes) >= 12
    page.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_chart_labels_keep_apart_in_the_readers_font(browser, folder, width):
    page = visit(browser, (folder / "report.html").as_uri(), width)
    clashes = page.evaluate(CLASHES)
    assert clashes == []
    page.close()


def test_dark_mode_restyles_page_and_chart(browser, folder):
    colours = []
    for scheme in ("light", "dark"):
        page = visit(browser, (folder / "report.html").as_uri(), scheme=scheme)
        colours.append(
            page.evaluate(
                """() => [getComputedStyle(document.documentElement).backgroundColor,
                    ...['.s-reported', '.c-muted', '.s-grid', '.s-allowed_path'].map(name => {
                        const style = getComputedStyle(document.querySelector('svg.wide ' + name));
                        return style.fill + style.stroke; })]"""
            )
        )
        page.close()
    light, dark = colours
    assert all(one != other for one, other in zip(light, dark, strict=True))


@LONG
def test_the_strip_of_a_claim_is_on_one_scale_with_its_words_beside(browser, folder, name):
    page = visit(
        browser, (folder / "unobserved.html").as_uri(), 320 if name == "observed.html" else 1280
    )
    for strip in page.locator(".strip").all():
        boxes = [drawing.bounding_box() for drawing in strip.locator("svg").all()]
        assert boxes[0]["x"] == boxes[1]["x"] and boxes[0]["width"] == boxes[1]["width"]
        assert strip.evaluate("strip => strip.scrollWidth <= strip.clientWidth")
    page.close()


def test_pointing_at_a_month_tints_it_and_names_its_value(browser, folder):
    page = visit(browser, (folder / "report.html").as_uri())
    month = page.locator("#figure-claim svg.wide .m").nth(3)
    tint = "area => [getComputedStyle(area).fill, getComputedStyle(area).fillOpacity].join()"
    before = month.locator(".hit").evaluate(tint)
    month.locator(".hit").hover()
    assert before != month.locator(".hit").evaluate(tint) == "rgb(27, 32, 38),0.07"
    assert month.locator("title").text_content() == "April\N{NO-BREAK SPACE}2024: 61.0"
    page.close()


def test_without_javascript_nothing_is_missing(browser, folder):
    texts = []
    for javascript in (True, False):
        page = visit(browser, (folder / "report.html").as_uri(), java_script_enabled=javascript)
        texts.append(page.locator("body").inner_text())
        assert page.locator("svg.wide").first.is_visible()
        page.locator("summary", has_text="Numbers of figure 1").click()
        assert page.locator("#figure-claim-data").is_visible()
        page.close()
    assert texts[0] == texts[1]


def test_the_keyboard_reaches_the_content_before_the_downloads(browser, folder):
    page = visit(browser, (folder / "observed.html").as_uri())
    stops = []
    for _ in range(70):
        page.keyboard.press("Tab")
        stops.append(
            page.evaluate("""() => document.activeElement.getAttribute('href')?.slice(0, 20)
                || document.activeElement.textContent.slice(0, 20)""")
        )
    assert stops[0] == "#main"
    claim, notes, data = (
        next(place for place, stop in enumerate(stops) if stop.startswith(words))
        for words in ("#claim-e1", "Numbers of figure 1", "data:")
    )
    assert claim < notes < data and data > 30
    page.close()


def test_the_download_is_the_file(browser, folder, tmp_path):
    page = visit(browser, (folder / "report.html").as_uri())
    with page.expect_download() as download:
        page.get_by_role("link", name="Data (CSV)").click()
    download.value.save_as(tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_bytes() == DATA.content
    assert download.value.suggested_filename == DATA.name
    page.close()


def test_all_files_leads_to_the_list_with_hashes(browser, folder):
    page = visit(browser, (folder / "report.html").as_uri())
    page.get_by_role("link", name="All files").click()
    assert page.evaluate("document.querySelector(':target').id") == "built"
    page.close()


def paper(browser, folder: Path, name: str, tmp_path: Path, scheme: str = "light"):
    (tmp_path / name).write_text(for_paper((folder / name).read_text("utf-8")), "utf-8")
    return visit(browser, (tmp_path / name).as_uri(), scheme=scheme)


@LONG
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_print_is_short_tagged_and_numbered(browser, folder, tmp_path, name, scheme):
    page = paper(browser, folder, name, tmp_path, scheme)
    title = page.locator("h1").inner_text()
    headings = page.locator("h2").all_inner_texts()
    charts = [svg.get_attribute("aria-label") for svg in page.locator("svg.wide").all()]
    pdf = printed(page, tmp_path / "page.pdf")
    page.close()
    assert 3 <= len(pdf.pages) <= 5
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    sizes = {tuple(round(side) for side in sheet.mediabox[2:]) for sheet in pdf.pages}
    assert sizes == {(595, 842)}
    assert figure_words(pdf) == charts
    lines = sheets(pdf)
    assert stranded(lines, headings) == [] and len(lines[-1]) > 5
    for n, sheet in enumerate(pdf.pages, start=1):
        foot = readable(sheet.extract_text())
        assert title in foot
        assert f"{n} / {len(pdf.pages)}" in foot


def test_paper_shows_the_discs_of_verdicts_though_it_has_no_backgrounds(browser, folder):
    page = visit(browser, (folder / "observed.html").as_uri())
    page.emulate_media(media="print")
    disc = page.locator(".claims .verdict i").first
    assert disc.evaluate("disc => getComputedStyle(disc).printColorAdjust") == "exact"
    page.close()


def test_paper_holds_every_claim_and_leads_nowhere_on_this_machine(browser, folder, tmp_path):
    page = paper(browser, folder, "unobserved.html", tmp_path)
    pdf = printed(page, tmp_path / "page.pdf")
    page.close()
    text = readable(" ".join(sheet.extract_text() for sheet in pdf.pages))
    for words in ("Mainly microchips and machines", "not testable", "more than 50 %", "9455f0fc"):
        assert words in text
    links = links_out(pdf)
    assert len(links) > 10
    assert [link for link in links if not link.startswith("https://")] == []
