"""How the tests of this folder look at a page."""

import unicodedata
from collections.abc import Sequence
from pathlib import Path

import axe_playwright_python
import pypdf
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
# Words in nothing that is folded or kept for a phone's drawing.
WORDS_OUTSIDE_FOLDS = """() => {
    const page = document.querySelector('body').cloneNode(true);
    page.querySelectorAll('details, svg, .skip').forEach(part => part.remove());
    return page.textContent.split(/\\s+/).filter(Boolean).length;
}"""
CUT = """() => [...document.querySelectorAll('.table, table, pre, dl, ol, figure, .scroll')].filter(
    part => part.clientWidth && part.scrollWidth > part.clientWidth + 1).map(
    part => part.id || part.className || part.tagName)"""
OPEN_FOLDS = "document.querySelectorAll('details').forEach(fold => fold.open = true)"


def visit(
    browser: Browser, address: str, width: int = 1280, scheme: str = "light", **options
) -> Page:
    """The page at this width, on a screen as high as a phone's."""
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


def printed(page: Page, path: Path) -> pypdf.PdfReader:
    """The page as a tagged PDF on the paper it asks for."""
    page.pdf(path=path, prefer_css_page_size=True, tagged=True)
    return pypdf.PdfReader(path)


def links_out(pdf: pypdf.PdfReader) -> list[str]:
    """Where the PDF's links lead, apart from places in itself."""
    notes = (note.get_object() for sheet in pdf.pages for note in sheet.get("/Annots", ()))
    actions = (note.get("/A", {}) for note in notes)
    return [action["/URI"] for action in actions if "/URI" in action]


def figure_words(pdf: pypdf.PdfReader) -> list[str]:
    """The alternative text of each Figure tag, empty where it has none."""

    def walk(node):
        node = node.get_object()
        if isinstance(node, list):
            for inner in node:
                yield from walk(inner)
        elif isinstance(node, dict):
            if node.get("/S") == "/Figure":
                yield str(node.get("/Alt", ""))
            if "/K" in node:
                yield from walk(node["/K"])

    return list(walk(pdf.trailer["/Root"]["/StructTreeRoot"]))


def sheets(pdf: pypdf.PdfReader) -> list[list[str]]:
    """Each sheet's lines, without its running foot, which a PDF holds first."""
    return [
        [line for line in map(readable, sheet.extract_text().splitlines()) if line][1:]
        for sheet in pdf.pages
    ]


def stranded(lines: Sequence[Sequence[str]], headings: Sequence[str]) -> list[str]:
    """The headings that a sheet ends with."""
    return [heading for heading in headings for sheet in lines if sheet and sheet[-1] == heading]


def readable(text: str) -> str:
    """A PDF's text without ligatures and line breaks."""
    return " ".join(unicodedata.normalize("NFKC", text).split())
