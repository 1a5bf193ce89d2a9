"""The finished page in Chromium: quiet, accessible, whole on every screen and on paper."""

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
from looking import CLASHES, OPEN_FOLDS, TEXT_SIZES, axe_violations, readable, visit
from report_sample import figure, sample

from tradecheck.report import Download, IndexEntry, index_page, render

@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A report and the index beside it, as files."""
    folder = tmp_path_factory.mktemp("reports")
    data = Download("months.csv", b"month,value\n2024-07,95\n", "text/csv", "Monthly data")
    provenance = [("Data SHA-256", data.sha256), ("Rebuild", "make report")]
    page = render(sample(), downloads=[data], provenance=provenance)
    entry = IndexEntry(
        name="s",
        title="Did shipments double?",
        standfirst="A claim and what is known.",
        links=[("Report", "report.html")],
        verdicts={"holds": 3, "fails": 1, "undecided": 9, "not_testable": 2},
        status="No month is observed.",
        chart=figure(),
    )
    (folder / "report.html").write_text(page, "utf-8")
    (folder / "index.html").write_text(index_page([entry]), "utf-8")
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


NAMES = pytest.mark.parametrize("name", ["report.html", "index.html"])


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


@NAMES
@pytest.mark.parametrize("folds", ["closed", "open"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_with_every_rule_on(browser, folder, name, scheme, width, folds):
    page = visit(browser, (folder / name).as_uri(), width, scheme)
    if folds == "open":
        page.evaluate(OPEN_FOLDS)
    assert axe_violations(page) == []
    page.close()


@NAMES
@pytest.mark.parametrize("width", [320, 390, 700, 1100])
def test_the_page_never_scrolls_sideways(browser, folder, name, width):
    page = visit(browser, (folder / name).as_uri(), width)
    page.evaluate(OPEN_FOLDS)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_wide_tables_scroll_in_a_region_of_their_own(browser, folder):
    page = visit(browser, (folder / "report.html").as_uri(), 320)
    page.evaluate(OPEN_FOLDS)
    region = page.locator("#table-all .scroll")
    assert region.evaluate("region => region.scrollWidth > region.clientWidth")
    region.focus()
    assert region.evaluate("region => region === document.activeElement")
    page.close()


def test_on_a_phone_each_verdict_is_a_card_with_nothing_cut(browser, folder):
    page = visit(browser, (folder / "report.html").as_uri(), 390)
    region = page.locator("#table-verdicts .scroll")
    assert region.evaluate("region => region.scrollWidth <= region.clientWidth")
    label = "cell => getComputedStyle(cell, '::before').content"
    assert page.locator("#claim-c1a td").nth(2).evaluate(label) == '"Verdict"'
    assert page.locator("#claim-c4 td").nth(1).is_hidden()
    page.close()


def test_the_status_and_main_points_open_a_phones_first_screen(browser, folder):
    page = visit(browser, (folder / "report.html").as_uri(), 390)
    for selector in (".status", "h1", "#main-points", ".points li"):
        box = page.locator(selector).first.bounding_box()
        assert box["y"] + box["height"] <= 844, selector
    page.close()


@pytest.mark.parametrize("width", [390, 720, 721, 1100, 1280])
def test_chart_text_is_at_least_12_pixels(browser, folder, width):
    page = visit(browser, (folder / "report.html").as_uri(), width)
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
    colours = set()
    for scheme in ("light", "dark"):
        page = visit(browser, (folder / "report.html").as_uri(), scheme=scheme)
        colours.add(
            page.evaluate(
                """() => [getComputedStyle(document.body).backgroundColor,
                    ...['.s-bounded', '.s-reported', '.c-muted', '.s-grid'].map(name => {
                        const style = getComputedStyle(document.querySelector('svg.wide ' + name));
                        return style.fill + style.stroke; })].join()"""
            )
        )
        page.close()
    light, dark = (colour.split(",rgb") for colour in sorted(colours))
    assert len(colours) == 2 and not set(light) & set(dark)


def test_without_javascript_nothing_is_missing(browser, folder):
    texts = []
    for javascript in (True, False):
        page = visit(browser, (folder / "report.html").as_uri(), java_script_enabled=javascript)
        texts.append(page.locator("body").inner_text())
        assert page.locator("svg.wide").is_visible()
        page.locator("summary", has_text="Data for Figure").click()
        assert page.locator("#figure-claim-data").is_visible()
        page.close()
    assert texts[0] == texts[1]


def test_the_download_is_the_file(browser, folder, tmp_path):
    page = visit(browser, (folder / "report.html").as_uri())
    with page.expect_download() as download:
        page.get_by_role("link", name="Monthly data").click()
    download.value.save_as(tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_bytes() == b"month,value\n2024-07,95\n"
    assert download.value.suggested_filename == "months.csv"
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_print_is_short_whole_tagged_and_numbered(browser, folder, tmp_path, scheme):
    page = visit(browser, (folder / "report.html").as_uri(), scheme=scheme)
    page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True, tagged=True)
    page.close()
    pdf = pypdf.PdfReader(tmp_path / "page.pdf")
    figures = 1
    assert len(pdf.pages) <= figures + 2
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert {tuple(round(side) for side in sheet.mediabox[2:]) for sheet in pdf.pages} == {
        (595, 842)
    }
    words = readable(" ".join(sheet.extract_text() for sheet in pdf.pages))
    for text in (
        "No month is observed",
        "Reported months stand at twice the level before",
        "the official total leaves both possible.",
        "No other supplier's month is part of this evidence.",
        "make report",
    ):
        assert text in words
    for n, sheet in enumerate(pdf.pages, start=1):
        foot = readable(sheet.extract_text())
        assert "Did shipments double in April and May, and peak in July?" in foot
        assert f"{n} / {len(pdf.pages)}" in foot
