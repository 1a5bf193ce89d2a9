"""The real JupyterLab in a headless Chromium: what an analyst does in the first ten minutes."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

from browser.finding import ARGUMENTS, chromium

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK, SECTION = "02_doubling_and_peak.ipynb", "Sources"
NAMED, OTHER = "eu-neighbours-2022", "india-russia-2024"  # in the cell as shipped, and as typed
TITLE = "passed twice their old level"
BASE = "2024-01..2024-02"
LONGEST = 120  # seconds that one step may take on a busy machine
INDICATOR = ".jp-NotebookPanel .jp-Notebook-ExecutionIndicator"

pytestmark = [pytest.mark.e2e, pytest.mark.browser]


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ("git", *arguments), cwd=folder, check=True, capture_output=True, text=True
    ).stdout


def make(clone: Path, *arguments: str) -> subprocess.Popen:
    """A command of the Makefile with this environment, as somebody new to Jupyter gives it."""
    ours = ("JUPYTER", "XDG", "IPYTHON", "TRADECHECK_", "MAKE", "MFLAGS", "PYTHON")
    home = clone.parent
    env = {name: held for name, held in os.environ.items() if not name.startswith(ours)}
    env |= {"HOME": str(home), "JUPYTER_RUNTIME_DIR": str(home / "runtime")}
    return subprocess.Popen(
        ["make", *arguments, "SETUP=@true", f"ENV={sys.prefix}"],
        cwd=clone, env=env, text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


@pytest.fixture
def clone(tmp_path) -> Path:
    git(ROOT, "clone", "--quiet", str(ROOT), str(tmp_path / "clone"))
    return tmp_path / "clone"


@pytest.fixture
def page(clone) -> Iterator[Page]:
    """JupyterLab as `make lab` opens it, with the notebook open and its kernel ready."""
    path = chromium()
    options = "--no-browser --allow-root --port=0 --IdentityProvider.token=own"
    lab = make(clone, "lab", f"ARGS={options}")
    try:
        address = until(lambda: served(clone.parent / "runtime", lab), "JupyterLab did not start")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
            page = browser.new_page(viewport={"width": 1400, "height": 1000})
            page.set_default_timeout(LONGEST * 1000)
            expect.set_options(timeout=LONGEST * 1000)
            page.goto(f"{address}lab/tree/{NOTEBOOK}?token=own&reset")
            page.locator(f'{INDICATOR}[data-status="idle"]').wait_for()
            yield page
            browser.close()
    finally:
        os.killpg(lab.pid, signal.SIGKILL)
        lab.communicate()


def served(runtime: Path, lab: subprocess.Popen) -> str:
    """Where the server says that it is, once it does."""
    assert lab.poll() is None, lab.stdout.read()
    for path in runtime.glob("jpserver-*.json"):
        if text := path.read_text(encoding="utf-8"):
            return json.loads(text)["url"]
    return ""


def until(look, failure: str):
    """What `look` finds, as soon as it is something."""
    for _ in range(LONGEST * 10):
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError(failure)


def run_all(page: Page) -> None:
    """Restart the kernel and run all cells, by the menu, until the last one has its number."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator(".lm-Menu-item", has_text="Restart Kernel and Run All Cells").click()
    page.locator(".jp-Dialog .jp-mod-accept").click()
    prompt = page.locator(".jp-Notebook-cell.jp-mod-active .jp-InputPrompt")
    expect(prompt).to_have_text("[*]:")
    expect(prompt).not_to_have_text("[*]:")
    page.locator(f'{INDICATOR}[data-status="idle"]').wait_for()
    expect(prompt).to_have_text(re.compile(r"\[\d+\]:"), timeout=5000)  # [ ]: where a cell failed


def type_over(page: Page, cell: Locator, line: str, times_down: int = 0) -> None:
    """Type this instead of a line of a cell."""
    cell.locator(".cm-content").click()
    for key in ("Control+Home", *["ArrowDown"] * times_down, "Home", "Shift+End"):
        page.keyboard.press(key)
    page.keyboard.type(line)


def test_open_run_edit_save_and_report(clone: Path, page: Page):
    run_all(page)
    chart = page.locator(".jp-OutputArea-output figure", has_text=TITLE).first
    chart.scroll_into_view_if_needed()
    assert chart.locator("img, svg").first.bounding_box()["width"] > 600

    page.get_by_role("heading", name=SECTION).dblclick()
    cell = page.locator(".jp-MarkdownCell.jp-mod-active")
    type_over(page, cell, f"## {SECTION}, as I see them")
    page.keyboard.press("Shift+Enter")
    expect(page.get_by_role("heading", name=f"{SECTION}, as I see them")).to_be_visible()

    cell = page.locator(".jp-Notebook-cell").first
    cell.scroll_into_view_if_needed()
    expect(cell.locator(".cm-content")).to_contain_text(f'study = "{NAMED}"')
    type_over(page, cell, f'study = "{OTHER}"')
    type_over(page, cell, f'base = "{BASE}"', times_down=3)
    run_all(page)
    expect(page.locator(".jp-OutputArea-output", has_text="India").first).to_be_attached()
    page.keyboard.press("Control+s")
    notebook = clone / "notebooks" / NOTEBOOK
    until(lambda: BASE in notebook.read_text(encoding="utf-8"), "the notebook was not saved")

    report = make(clone, "report", f"STUDY={OTHER}")
    said = report.communicate(timeout=LONGEST)[0]
    assert report.returncode == 0, said
    html = (clone / "reports" / f"{OTHER}.html").read_text(encoding="utf-8")
    assert f"{SECTION}, as I see them</h2>" in html
    assert "Overridden: base" in html
    assert git(clone, "status", "--porcelain") == f" M notebooks/{NOTEBOOK}\n"
