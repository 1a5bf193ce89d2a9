"""Charts of the analyst's own: shown as they are, completed with `show`, in any notebook.

`register` makes a kernel show figures the house's way, in JupyterLab as in a build: the figure
itself goes into the notebook, drawn for a page and a phone, beside what JupyterLab shows of it.
"""

import os
import sys
import warnings
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from tradecheck.errors import TradecheckError

HEAVY = 400_000  # characters of a drawing that is shown as a picture instead
# What matplotlib warns of and a page does not suffer from: readers have fonts of their own, and
# seaborn may lay its figures out.
NO_MATTER = (r"Glyph \d+ .* missing from", "The figure layout has changed to tight")
# Charts that a browser draws by script, as (module, class), and the function that makes them SVG.
ALTAIR = tuple((f"altair.vegalite.v{n}.api", "TopLevelMixin") for n in (4, 5, 6, 7))
PLOTLY = (("plotly.basedatatypes", "BaseFigure"),)


def show(
    figure: Any,
    /,
    *,
    title: str = "",
    source: str = "",
    alt: str = "",
    notes: str = "",
    name: str = "",
) -> None:
    """Show a chart with its title, source and alternative text; without one the page is a draft.

    ``figure`` is a figure or axes of matplotlib, what pandas or seaborn returns for a plot, a chart of
    Altair, or anything that Jupyter shows as a picture. ``source`` and ``notes`` are Markdown;
    ``name`` lets a sentence refer to it as [figure](#figure-name). Raises a TradecheckError for what
    is no picture.
    """
    from dataclasses import replace

    from IPython.display import display

    shown = picture_of(figure)
    given = {"source": source, "alt": alt, "notes": notes, "name": name}
    display(replace(shown, title=title or shown.title, **given))


def picture_of(chart: Any) -> Any:
    """The chart as a Picture. A figure of pyplot is closed: it has been shown."""
    from tradecheck.show.exhibits.picture import Picture

    if (figure := _figure_of(chart)) is not None:
        made = _drawn(figure)
        if pyplot := sys.modules.get("matplotlib.pyplot"):
            pyplot.close(figure)
        return made
    if is_altair(chart):
        return _svg_picture(altair_svg(chart), "Chart drawn by Vega.")
    for kind, method in (("svg+xml", "_repr_svg_"), ("png", "_repr_png_"), ("jpeg", "_repr_jpeg_")):
        held = getattr(chart, method, lambda: None)()
        held = held[0] if isinstance(held, tuple) else held
        if held:
            held = held.encode() if isinstance(held, str) and kind == "svg+xml" else held
            text = held if isinstance(held, str) else b64encode(held).decode()
            return Picture(f"data:image/{kind};base64,{''.join(text.split())}")
    raise TradecheckError(
        f"show(…) was given a {type(chart).__name__}, which is no chart or picture: give it the figure "
        "or axes of a chart; a table or text is shown as it is."
    )


def register(shell: Any) -> None:
    """Make this kernel keep figures for a page, and draw them in the house style from the start."""
    bundles = shell.display_formatter.mimebundle_formatter
    bundles.for_type_by_name("matplotlib.figure", "Figure", _figure_bundle)
    for module, name in ALTAIR:
        bundles.for_type_by_name(module, name, _altair_bundle)
    for module, name in PLOTLY:
        bundles.for_type_by_name(module, name, _plotly_bundle)
    house = Path(__file__).parent / "charts" / "house.mplstyle"
    os.environ["MATPLOTLIBRC"] = str(house)  # read when matplotlib is imported
    if matplotlib := sys.modules.get("matplotlib"):
        matplotlib.rcParams.update(
            matplotlib.rc_params_from_file(house, use_default_template=False)
        )
    for warning in NO_MATTER:
        warnings.filterwarnings("ignore", warning, UserWarning)


def is_altair(chart: Any) -> bool:
    return any(kind.__name__ == "TopLevelMixin" for kind in type(chart).__mro__)


def altair_svg(chart: Any) -> str:
    """The chart as SVG, by Vega itself. Raises a TradecheckError where vl-convert is not there."""
    return vega_svg(chart.to_dict(), "vega-lite")


def vega_svg(specification: dict[str, Any], language: str) -> str:
    """A chart of Vega or Vega-Lite as static SVG."""
    try:
        import vl_convert
    except ImportError as error:
        raise TradecheckError(
            "A chart of Vega-Lite needs vl-convert to stand on a page: pip install vl-convert-python, "
            "or draw it with matplotlib."
        ) from error
    convert = vl_convert.vega_to_svg if language == "vega" else vl_convert.vegalite_to_svg
    try:
        return convert(specification, allowed_base_urls=[])
    except ValueError as error:
        raise TradecheckError(
            f"The chart cannot be drawn by vl-convert ({str(error).splitlines()[0][:120]}): give it its "
            "data in the notebook, not by an address."
        ) from error


def _figure_of(chart: Any) -> Any:
    """The figure behind what matplotlib, pandas or seaborn gives back, or None."""
    matplotlib = sys.modules.get("matplotlib.figure")
    if matplotlib is None:
        return None
    for held in _ways(chart):
        if isinstance(held, matplotlib.FigureBase):
            return held
    return None


def _ways(chart: Any) -> Iterator[Any]:
    yield chart
    yield getattr(chart, "figure", None)  # axes, artists, grids of seaborn
    if hasattr(chart, "flat"):  # an array of axes
        yield from (getattr(one, "figure", None) for one in chart.flat)
    if isinstance(chart, list | tuple | dict):
        held = chart.values() if isinstance(chart, dict) else chart
        yield from (getattr(one, "figure", None) for one in held)


def _drawn(figure: Any) -> Any:
    from tradecheck.show.charts.redraw import redraw
    from tradecheck.show.exhibits.picture import Picture

    made = redraw(figure)
    if len(made.wide) <= HEAVY:
        return Picture(made.wide, made.narrow, title=made.title, described=made.words)
    return Picture(_raster(figure), title=made.title, described=made.words)


def _raster(figure: Any) -> str:
    import io

    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=110, facecolor="white", metadata={"Software": None})
    return f"data:image/png;base64,{b64encode(buffer.getvalue()).decode()}"


def _svg_picture(svg: str, words: str) -> Any:
    from tradecheck.show.exhibits.picture import Picture

    return Picture(f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}", described=words)


def _figure_bundle(figure: Any) -> dict[str, Any]:
    if not figure.axes and not figure.texts:
        return {}  # nothing is drawn on it
    try:
        made = _drawn(figure)
    except Exception:  # an artist of somebody's that cannot be drawn so: what Jupyter shows will do
        return {}
    return made._repr_mimebundle_()


def _altair_bundle(chart: Any) -> Any:
    """What Altair gives JupyterLab, and the chart for a page where Vega can draw it here."""
    theirs = chart._repr_mimebundle_()
    data, metadata = theirs if isinstance(theirs, tuple) else (theirs or {}, {})
    with suppress(TradecheckError):  # the page refuses it, with its cell
        made = _svg_picture(altair_svg(chart), "Chart drawn by Vega.")
        data = {**data, f"application/vnd.tradecheck.{made.kind}+json": made.payload()}
    return data, metadata


def _plotly_bundle(figure: Any) -> dict[str, Any]:
    """What Plotly gives JupyterLab, and the chart for a page where it can write SVG here."""
    data = dict(figure._repr_mimebundle_() or {})
    with suppress(Exception):  # no kaleido, or no browser for it: the page refuses it
        made = _svg_picture(figure.to_image(format="svg").decode(), "Chart drawn by Plotly.")
        data[f"application/vnd.tradecheck.{made.kind}+json"] = made.payload()
    return data
