"""The shipped study's own pages in Chromium, held to the bars of every report."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pypdf
import pytest
from looking import CLASHES, OPEN_FOLDS, TEXT_SIZES, axe_violations, readable, visit
from real import ROOT

from tradecheck.report import weigh

STUDY = "india-russia-2024"
SUFFIXES = ("", "-data", "-robustness")
MOST_BYTES = 250_000
PAGES = pytest.mark.parametrize("name", [*(f"{STUDY}{suffix}" for suffix in SUFFIXES), "index"])
REPORTS = pytest.mark.parametrize("name", [f"{STUDY}{suffix}" for suffix in SUFFIXES])


@pytest.fixture(scope="module")
def reports(tmp_path_factory) -> Path:
    """The reports of a copy of the project, built by the real command."""
    copy = tmp_path_factory.mktemp("project")
    for name in ("notebooks", "data/raw", "src"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "requirements.lock", copy)
    env = os.environ | {"PYTHONPATH": str(copy / "src")}
    done = subprocess.run(
        [sys.executable, "-m", "tradecheck", "report"], cwd=copy, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return copy / "reports"


@PAGES
def test_a_page_is_light(reports, name):
    _, without_data = weigh((reports / f"{name}.html").read_text(encoding="utf-8"))
    assert without_data <= MOST_BYTES


@PAGES
def test_one_request_and_no_complaint(browser, reports, name):
    requests, messages = [], []
    page = browser.new_page()
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: messages.append(message.text))
    address = (reports / f"{name}.html").as_uri()
    page.goto(address)
    page.evaluate(OPEN_FOLDS)
    assert [url for url in requests if not url.startswith("data:")] == [address]
    assert messages == []
    page.close()


@PAGES
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_closed_or_open(browser, reports, name, width, scheme):
    page = visit(browser, (reports / f"{name}.html").as_uri(), width, scheme)
    assert axe_violations(page) == []
    page.evaluate(OPEN_FOLDS)
    assert axe_violations(page) == []
    page.close()


@PAGES
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_a_page_fits_its_screen_with_readable_charts(browser, reports, name, width):
    page = visit(browser, (reports / f"{name}.html").as_uri(), width)
    page.evaluate(OPEN_FOLDS)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width > 320:
        assert min(page.evaluate(TEXT_SIZES)) >= 12
        assert page.evaluate(CLASHES) == []
    page.close()


@REPORTS
def test_a_phones_first_screen_says_what_the_report_rests_on(browser, reports, name):
    page = visit(browser, (reports / f"{name}.html").as_uri(), 390)
    for selector in (".status", "h1"):
        box = page.locator(selector).first.bounding_box()
        assert box["y"] + box["height"] <= 844, selector
    page.close()


@REPORTS
def test_paper_is_tagged_numbered_and_short(browser, reports, name, tmp_path):
    page = visit(browser, (reports / f"{name}.html").as_uri())
    title = page.title()
    figures = page.locator("figure").count()
    page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True, tagged=True)
    page.close()
    pdf = pypdf.PdfReader(tmp_path / "page.pdf")
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    tables = 6  # a verdict table is as long as the claims have readings
    assert len(pdf.pages) <= figures + 2 + tables
    for n, sheet in enumerate(pdf.pages, start=1):
        foot = readable(sheet.extract_text())
        assert title in foot
        assert f"{n} / {len(pdf.pages)}" in foot


def test_every_verdict_row_has_a_link_of_its_own(browser, reports):
    page = visit(browser, (reports / f"{STUDY}.html").as_uri())
    for name in ("claim-c1a", "claim-c2-n1-b1", "claim-c2-n4-b5", "claim-c7b"):
        assert page.locator(f"tr#{name}").count() == 1
        assert page.locator(f"tr#{name} a[href='#{name}']").count() == 1
    page.close()
