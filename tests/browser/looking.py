"""How the tests of this folder look at a page."""

import unicodedata
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Browser, Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
EVERY_RULE = (
    "axe.run({rules: Object.fromEntries(axe.getRules().map(r => [r.ruleId, {enabled: true}]))})"
)
SEEN = "[...document.querySelectorAll('figure svg')].filter(svg => svg.clientWidth)"
TEXT_SIZES = f"""() => {SEEN}.flatMap(svg => {{
    const scale = svg.clientWidth / svg.viewBox.baseVal.width;
    return [...svg.querySelectorAll('text')].map(
        text => parseFloat(getComputedStyle(text).fontSize) * scale);
}})"""
CLASHES = f"""() => {SEEN}.flatMap(svg => {{
    const frame = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll('text')].map(
        text => ({{words: text.textContent, box: text.getBoundingClientRect()}}));
    const cut = texts.filter(({{box}}) => box.left < frame.left - 1 || box.right > frame.right + 1);
    const across = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const down = (a, b) => Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    const over = texts.filter((one, i) => texts.slice(i + 1).some(
        other => across(one.box, other.box) > 1 && down(one.box, other.box) > 4));
    return [...cut, ...over].map(({{words}}) => words);
}})"""
OPEN_FOLDS = "document.querySelectorAll('details').forEach(fold => fold.open = true)"


def visit(
    browser: Browser, address: str, width: int = 1280, scheme: str = "light", **options
) -> Page:
    viewport = {"width": width, "height": 844}
    page = browser.new_page(viewport=viewport, color_scheme=scheme, **options)
    page.goto(address)
    return page


def axe_violations(page: Page) -> list[tuple[str, list[str]]]:
    """What axe finds with every rule switched on: the rule, and the elements that break it."""
    page.evaluate(AXE + "; undefined")
    found = page.evaluate(EVERY_RULE)
    assert len(found["passes"]) > 30
    return [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found["violations"]]


def readable(text: str) -> str:
    """A PDF's text without ligatures and line breaks."""
    return " ".join(unicodedata.normalize("NFKC", text).split())
