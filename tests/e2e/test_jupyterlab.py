"""The real JupyterLab in a headless Chromium: what an analyst does in the first ten minutes."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect, sync_playwright

from browser.finding import ARGUMENTS, chromium

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK, SECTION = "02_doubling_and_peak.ipynb", "Sources"
NAMED, OTHER = "eu-neighbours-2022", "india-russia-2024"  # in the cell as shipped, and as typed
TITLE = "passed twice their old level"
BASE = "2024-01..2024-02"
SAID = "said.txt"  # what the last command has written
LONGEST = 120  # seconds that one step may take on a busy machine
READY = "#jp-main-statusbar >> text=| Idle"  # the kernel's status, connecting at first
COLOURS = """(figure) => [...figure.querySelectorAll("figcaption, p, summary, svg text")].map((one) => {
    const look = getComputedStyle(one);
    return [one.textContent, one.closest("svg") ? look.fill : look.color];
})"""

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
    with (home / SAID).open("w") as said:
        return subprocess.Popen(
            ["make", *arguments, "SETUP=@true", f"ENV={sys.prefix}"],
            cwd=clone, env=env, start_new_session=True, stdout=said, stderr=said,
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
            page.locator(READY).wait_for()
            yield page
            browser.close()
    finally:
        os.killpg(lab.pid, signal.SIGKILL)
        lab.wait()


def served(runtime: Path, lab: subprocess.Popen) -> str:
    """Where the server says that it is, once it does."""
    assert lab.poll() is None, (runtime.parent / SAID).read_text()
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


def run_all(page: Page, command: str) -> None:
    """Run all cells by this line of the menu, until the last one has its number."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator(".lm-Menu-item", has_text=re.compile(f"^{command}")).click()
    if command.startswith("Restart"):
        page.locator(".jp-Dialog .jp-mod-accept").click()
    prompt = page.locator(".jp-Notebook-cell.jp-mod-active .jp-InputPrompt")
    expect(prompt).to_have_text("[*]:")
    expect(prompt).not_to_have_text("[*]:")
    page.locator(READY).wait_for()
    expect(prompt).to_have_text(re.compile(r"\[\d+\]:"), timeout=5000)  # [ ]: where a cell failed


def type_over(page: Page, cell: Locator, line: str, times_down: int = 0) -> None:
    """Type this instead of a line of a cell."""
    cell.locator(".cm-content").click()
    for key in ("Control+Home", *["ArrowDown"] * times_down, "Home", "Shift+End"):
        page.keyboard.press(key)
    page.keyboard.type(line)


def legible_ground(chart: Locator) -> float:
    """The lightness, from 0 to 255, of what the chart stands on; each of its words shows on it."""
    chart.scroll_into_view_if_needed()
    picture = Image.open(BytesIO(chart.screenshot())).convert("L")
    histogram = picture.histogram()
    ground = histogram.index(max(histogram))
    for words, colour in chart.evaluate(COLOURS):
        red, green, blue = map(int, re.findall(r"\d+", colour)[:3])
        assert abs(0.299 * red + 0.587 * green + 0.114 * blue - ground) > 90, (words, colour)
    return ground


def test_open_run_edit_save_and_report(clone: Path, page: Page):
    run_all(page, "Run All Cells")
    chart = page.locator(".jp-OutputArea-output figure", has_text=TITLE).first
    chart.scroll_into_view_if_needed()
    assert chart.locator("svg").first.bounding_box()["width"] > 600
    light = legible_ground(chart)
    page.get_by_role("menuitem", name="Settings", exact=True).click()
    page.locator(".lm-Menu-item", has_text="Theme").first.hover()
    page.locator(".lm-Menu-item", has_text="JupyterLab Dark").first.click()
    page.locator('body[data-jp-theme-light="false"]').wait_for(state="attached")
    dark = legible_ground(chart)
    assert light > 200 and dark < 40

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
    run_all(page, "Restart Kernel and Run All Cells")
    expect(page.locator(".jp-OutputArea-output", has_text="India").first).to_be_attached()
    page.keyboard.press("Control+s")
    notebook = clone / "notebooks" / NOTEBOOK
    until(lambda: BASE in notebook.read_text(encoding="utf-8"), "the notebook was not saved")

    report = make(clone, "report", f"STUDY={OTHER}")
    assert report.wait(LONGEST) == 0, (clone.parent / SAID).read_text()
    html = (clone / "reports" / f"{OTHER}.html").read_text(encoding="utf-8")
    assert f"{SECTION}, as I see them</h2>" in html
    assert "Overridden: base" in html
    assert git(clone, "status", "--porcelain") == f" M notebooks/{NOTEBOOK}\n"
