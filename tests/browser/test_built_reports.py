"""The shipped studies' own pages in Chromium, held to the bars of every report."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

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
from tradecheck.report import for_paper, weigh

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]

STUDIES = sorted(  # that are built without being asked for by name
    path.parent.name
    for path in ROOT.glob("notebooks/studies/*/study.yaml")
    if "by_default: false" not in path.read_text("utf-8")
)
EACH_STUDY = pytest.mark.parametrize("study", STUDIES)
MOST_BYTES = 300_000


@pytest.fixture(scope="module")
def reports(tmp_path_factory) -> Path:
    """The reports of a copy of the project, built by the real command."""
    copy = tmp_path_factory.mktemp("project")
    for name in ("notebooks", "data/raw", "src"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "requirements.lock", copy)
    env = os.environ | {"PYTHONPATH": str(copy / "src")}
    command = [sys.executable, "-m", "tradecheck", "report"]
    done = subprocess.run(command, cwd=copy, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return copy / "reports"


@pytest.fixture
def each(browser, reports) -> Callable[..., dict[str, Any]]:
    """Calls a function with every built page; gives what it found, by the page's name."""

    def found(look: Callable[[Page], Any], width: int = 1280, scheme: str = "light", opened=True):
        answers = {}
        for path in sorted(reports.glob("*.html")):
            page = visit(browser, path.as_uri(), width, scheme)
            if opened:
                page.evaluate(OPEN_FOLDS)
            answers[path.name] = look(page)
            page.close()
        assert len(answers) > 3 * len(STUDIES)
        return {name: answer for name, answer in answers.items() if answer}

    return found


def test_a_page_is_light(reports):
    sizes = {path.name: weigh(path.read_text("utf-8"))[1] for path in reports.glob("*.html")}
    assert {name: size for name, size in sizes.items() if size > MOST_BYTES} == {}


def test_one_request_and_no_complaint(browser, reports):
    requests, messages = [], []
    page = browser.new_page()
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: messages.append(message.text))
    visited = [path.as_uri() for path in reports.glob("*.html")]
    for address in visited:
        page.goto(address)
        page.evaluate(OPEN_FOLDS)
    page.close()
    assert [url for url in requests if not url.startswith("data:")] == visited
    assert messages == []


STRUCTURE = """() => {
  const all = (what) => [...document.querySelectorAll(what)];
  const ids = all('[id]').map((e) => e.id);
  const levels = all('h1, h2, h3, h4, h5, h6').map((e) => Number(e.tagName[1]));
  const words = (e) => e.getAttribute('aria-label') ?? e.getAttribute('alt') ?? '';
  const drawn = all('img, svg:not([aria-hidden=true] *, [aria-hidden=true])');
  const empty = /^(image|figure|chart|todo)?\\W*$|no description|placeholder/i;
  return [
    ...ids.filter((id, at) => ids.indexOf(id) < at).map((id) => `${id} stands twice`),
    ...levels.filter((level, at) => level > (levels[at - 1] ?? 0) + 1).map((n) => `h${n} follows a gap`),
    ...(levels.filter((level) => level === 1).length === 1 ? [] : ['not one title']),
    ...drawn.filter((e) => empty.test(words(e).trim())).map((e) => `${e.outerHTML.slice(0, 80)} says nothing`),
    ...all('svg title').filter((e) => empty.test(e.textContent.trim())).map(() => 'a title says nothing'),
  ];
}"""


def test_headings_ids_and_alternative_texts(each):
    assert each(lambda page: page.evaluate(STRUCTURE)) == {}


@pytest.mark.parametrize("opened", [False, True])
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark"), (320, "light")])
def test_axe_finds_nothing_closed_or_open(each, width, scheme, opened):
    assert each(axe_violations, width, scheme, opened) == {}


@pytest.mark.parametrize("width", [320, 390, 1100, 1280, 1920])
def test_a_page_fits_its_screen_with_readable_charts(each, width):
    assert (
        each(lambda page: page.evaluate("document.documentElement.scrollWidth") > width, width)
        == {}
    )
    assert each(lambda page: [size for size in page.evaluate(TEXT_SIZES) if size < 12], width) == {}
    assert each(lambda page: page.evaluate(CLASHES), width) == {}
    if width < 800:
        assert each(lambda page: page.evaluate(CUT), width) == {}


def test_links_between_the_reports_lead_to_pages_and_places_that_exist(reports):
    pages = {path.name: path.read_text("utf-8") for path in reports.glob("*.html")}
    missing = []
    for name, html in pages.items():
        for href in _beside(html):
            file, _, place = href.partition("#")
            if file not in pages or (place and f'id="{place}"' not in pages[file]):
                missing.append((name, href))
    assert missing == []


def _beside(html: str) -> Iterator[str]:
    for part in html.split(' href="')[1:]:
        href = part.partition('"')[0]
        if ".html" in href and not href.startswith("https:"):
            yield href


@EACH_STUDY
def test_a_main_report_is_read_in_minutes(browser, reports, study):
    """The answer on the first screen, the chart right after it, and no more than a few screens."""
    for width, most in ((1280, 6_500), (390, 12_000)):
        page = visit(browser, (reports / f"{study}.html").as_uri(), width)
        assert page.evaluate("document.documentElement.scrollHeight") <= most
        assert page.evaluate(WORDS_OUTSIDE_FOLDS) <= 2_200
        answer = page.locator(".answer").bounding_box()
        assert answer["y"] + answer["height"] <= 844
        if width == 1280:
            assert page.locator("figure").first.bounding_box()["y"] <= 640
        page.close()


@EACH_STUDY
def test_every_claim_has_one_row_with_a_link_of_its_own(browser, reports, study):
    page = visit(browser, (reports / f"{study}.html").as_uri())
    rows = page.locator(".claims > li").all()
    assert rows
    for row in rows:
        anchor = row.get_attribute("id")
        assert row.locator(f"h3 a[href='#{anchor}']").count() == 1
        assert 1 <= row.locator(".verdict").count() <= 2
    page.close()


@EACH_STUDY
def test_paper_is_short_tagged_and_numbered(browser, reports, tmp_path, study):
    (tmp_path / "page.html").write_text(
        for_paper((reports / f"{study}.html").read_text("utf-8")), "utf-8"
    )
    page = visit(browser, (tmp_path / "page.html").as_uri())
    title, headings = page.locator("h1").inner_text(), page.locator("h2").all_inner_texts()
    pdf = printed(page, tmp_path / "page.pdf")
    page.close()
    assert len(pdf.pages) <= 6
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert figure_words(pdf) and all(figure_words(pdf))
    assert [link for link in links_out(pdf) if not link.startswith("https://")] == []
    lines = sheets(pdf)
    assert stranded(lines, headings) == [] and len(lines[-1]) > 5
    pictures = [picture for sheet in pdf.pages for picture in sheet.images]
    assert sum(len(picture.data) for picture in pictures) <= 600_000
    for n, sheet in enumerate(pdf.pages, start=1):
        foot = readable(sheet.extract_text())
        assert title in foot and f"{n} / {len(pdf.pages)}" in foot
