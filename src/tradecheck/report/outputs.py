"""What cells show, made ready for a page: each output in one form that a page has, or refused.

Nothing is passed over: what a page cannot show as JupyterLab does is refused, with cell and remedy.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from nbformat import NotebookNode

from tradecheck.errors import TradecheckError
from tradecheck.report.foreign import REMEDY, safe_html, shows_something, svg_address
from tradecheck.report.formulas import typeset
from tradecheck.report.shades import shaded
from tradecheck.report.text import escaped
from tradecheck.show.exhibits import Exhibit, Picture
from tradecheck.show.exhibits.picture import RASTERS, missing
from tradecheck.show.own import vega_svg

OWN_TYPES = [
    f"application/vnd.tradecheck.{kind}+json"
    for kind in (*(exhibit.kind for exhibit in Exhibit.__subclasses__()), "prose")
]
PICTURE = "application/vnd.tradecheck.picture+json"
REFUSED = {
    "application/vnd.jupyter.widget-view+json": "a widget: show a Figure, a Table or text",
    "application/vnd.plotly.v1+json": "a chart of Plotly, which draws by script: install kaleido, or "
    "draw it with matplotlib",
    "application/vnd.bokehjs_exec.v0+json": f"a chart of Bokeh, which draws by script: {REMEDY}",
    "application/vnd.holoviews_exec.v0+json": f"a chart of HoloViews, drawn by script: {REMEDY}",
    "application/geo+json": f"a map that is drawn by script: {REMEDY}",
    "application/javascript": f"what a script does: {REMEDY}",
    "application/pdf": "a PDF, which stands in no page: show it as SVG or PNG",
}
_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[PX^_][^\x1b]*(?:\x1b\\)?|[ -/]*[0-~])"
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ADDRESS = re.compile(r"<?[\w.]*[^<>\n]{0,120}\bat 0x[0-9A-Fa-f]{4,}[^<>\n]{0,40}>?")
_NAME = re.compile(
    r"<(?:(?:async_)?generator|coroutine|function|bound method|built-in|method|module|class|slot|"
    r"member|attribute|map|zip|filter|enumerate|reversed|enum|_io\.\w+)\b[\s\S]*>|<[\w.]+ object>"
)
_OF_A_CHART = re.compile(
    r"<(?:matplotlib|mpl_toolkits|seaborn|pandas\.plotting)\.|<Axes\b|<Figure size|"
    r"<\w*Container object|\bText\(|<a list of \d+ "
)
_INSTALLED = re.compile(r"(?:[A-Za-z]:)?[\w./\\~+-]*[/\\]site-packages[/\\]")
_CELL = re.compile(r"\S*[/\\]ipykernel_\d+[/\\]\d+\.py")
_VEGA = re.compile(r"application/vnd\.(vega|vegalite)\.v\d+(?:\.\d+)*\+json")
_SPECIFICATION = re.compile(r"\}\)\((?=\{)")


def ready(place: str, cell: NotebookNode) -> list[NotebookNode]:
    """The cell's outputs as a page shows them. Raises a TradecheckError for what it cannot show."""
    outputs: list[NotebookNode] = []
    for output in cell.get("outputs", ()):
        made = _ready(place, cell, output)
        if made is not None and not any(_same(made, other) for other in outputs):
            outputs.append(made)
    has_chart = any("data" in output and PICTURE in output.data for output in outputs)
    return list(_without_names(place, outputs, has_chart))


def pictures(outputs: list[NotebookNode]) -> Iterator[dict[str, Any]]:
    """The payloads of the charts and pictures that nobody has made an exhibit of the house."""
    for output in outputs:
        if PICTURE in output.get("data", {}):
            yield output.data[PICTURE]


def draft(place: str, held: Mapping[str, Any]) -> str:
    """What a picture lacks, as a sentence, or nothing."""
    if not (lacking := missing(held)):
        return ""
    named = f"“{held['title']}”" if held["title"] else "a chart or picture"
    *head, last = lacking
    what = f"{', '.join(head)} and {last}" if head else last
    return f"{place}: {named} has no {what}. Give them with show(…)."


def plain(text: str) -> str:
    """Text of a terminal without its colours and other signals."""
    return _CONTROLS.sub("", _ESCAPES.sub("", text))


def _same(one: NotebookNode, other: NotebookNode) -> bool:
    return PICTURE in one.get("data", {}) and one.get("data") == other.get("data")


def _ready(place: str, cell: NotebookNode, output: NotebookNode) -> NotebookNode | None:
    if output.output_type == "error":
        told = plain(f"{output.ename}: {output.evalue}").strip()
        if "raises-exception" not in cell.metadata.get("tags", ()):
            raise TradecheckError(f"{place} failed with {told}")
        return NotebookNode(output_type="stream", name="stderr", text=told)
    if output.output_type == "stream":
        text = plain(output.text)
        if output.name == "stderr":
            text = _CELL.sub("<cell>", _INSTALLED.sub("", text))
        _refuse_names(place, text)
        return NotebookNode(output, text=text) if text.strip() else None
    kind, content = _form(place, output)
    return NotebookNode(output, data={kind: content}) if kind else None


def _form(place: str, output: NotebookNode) -> tuple[str, Any]:
    """The richest form of an output that a page can show, as (MIME type, content)."""
    data = output.data
    for kind in OWN_TYPES:
        if kind in data:
            return kind, data[kind]
    for kind, content in data.items():
        if found := _VEGA.fullmatch(kind):
            return PICTURE, _vega(place, content, found[1].replace("vegalite", "vega-lite"))
    pictured = _picture(place, output)
    if set(data) & REFUSED.keys() and pictured:  # the library's own static copy
        return PICTURE, pictured
    for kind, words in REFUSED.items():
        if kind in data:
            raise TradecheckError(f"{place} shows {words}.")
    if html := _text(data.get("text/html", "")).strip():
        return _html(place, html)
    if "text/markdown" in data:
        return "text/markdown", _text(data["text/markdown"])
    if "text/latex" in data:
        return "text/html", _latex(place, _text(data["text/latex"]))
    if pictured:
        return PICTURE, pictured
    for kind, content in data.items():
        if kind == "application/json" or kind.endswith("+json"):
            if kind != "application/json":
                break
            return "text/plain", json.dumps(content, indent=2, ensure_ascii=False)
    if "text/plain" in data:
        text = plain(_text(data["text/plain"]))
        return ("text/plain", text) if text else ("", "")
    if not data or "text/html" in data:
        return "", ""
    raise TradecheckError(
        f"{place} shows {', '.join(sorted(data))}, which a report cannot: show it as a Figure, a Table, "
        "a picture or text."
    )


def _html(place: str, html: str) -> tuple[str, Any]:
    if (found := _SPECIFICATION.search(html)) and "vega" in html:
        specification, _ = json.JSONDecoder().raw_decode(html[found.end() :])
        schema = str(specification.get("$schema", ""))
        return PICTURE, _vega(place, specification, "vega" if "/vega/" in schema else "vega-lite")
    safe = safe_html(shaded(html), place)
    if not shows_something(safe):
        if not shows_something(re.sub(r"<!--[\s\S]*?-->|<style[\s\S]*?</style>", "", html)):
            return "", ""
        raise TradecheckError(
            f"{place} shows HTML of which a page without scripts shows nothing: {REMEDY}."
        )
    _refuse_names(place, re.sub(r"&lt;", "<", re.sub(r"&gt;", ">", re.sub(r"<[^>]+>", " ", safe))))
    return "text/html", safe


def _vega(place: str, specification: Any, language: str) -> dict[str, Any]:
    try:
        svg = vega_svg(json.loads(json.dumps(specification)), language)
    except TradecheckError as error:
        raise TradecheckError(f"{place}: {error}") from error
    return Picture(svg_address(svg, place), described="Chart drawn by Vega.").payload()


def _picture(place: str, output: NotebookNode) -> dict[str, Any] | None:
    """A picture's payload, from SVG first, then from pixels."""
    alt = ""
    for kind in ("svg+xml", *RASTERS):
        told = output.get("metadata", {}).get(f"image/{kind}", {})
        alt = alt or (told.get("alt") or "" if isinstance(told, Mapping) else "")
    if held := _text(output.data.get("image/svg+xml", "")).strip():
        begin = held.find("<svg")
        address = svg_address(held[begin:], place)
        return Picture(address, alt=alt, described=f"Drawing of {place}.").payload()
    for kind in RASTERS:
        if held := output.data.get(f"image/{kind}"):
            address = f"data:image/{kind};base64,{''.join(_text(held).split())}"
            return Picture(address, alt=alt, described=f"Picture of {place}.").payload()
    return None


def _latex(place: str, text: str) -> str:
    try:
        return f"<p>{typeset(text, escaped)}</p>"
    except TradecheckError as error:
        raise TradecheckError(f"{place}: {error}") from error


def _text(held: Any) -> str:
    return "".join(held) if isinstance(held, list) else str(held)


def _without_names(
    place: str, outputs: list[NotebookNode], has_chart: bool
) -> Iterator[NotebookNode]:
    """The outputs without what plotting functions return beside the chart that they draw."""
    for output in outputs:
        text = output.get("data", {}).get("text/plain", "")
        if text and _OF_A_CHART.search(text):
            if has_chart:
                continue
            raise _name_of(place, text.strip())
        if text:
            _refuse_names(place, text)
            if _NAME.fullmatch(text.strip()):
                raise _name_of(place, text.strip())
        yield output


def _refuse_names(place: str, text: str) -> None:
    if " at 0x" in text and (found := _ADDRESS.search(text)):
        raise _name_of(place, found[0].strip())


def _name_of(place: str, name: str) -> TradecheckError:
    line = " ".join(name.split())
    line = re.sub(r" at 0x[0-9A-Fa-f]+", "", line if len(line) <= 80 else f"{line[:79]}…")
    return TradecheckError(
        f"{place} shows the name of an object, {line}, not what is in it: show its content (call a "
        "function, make a list or a table of it), or end the line with a semicolon."
    )
