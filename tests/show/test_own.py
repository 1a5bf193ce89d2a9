"""`show` and what a kernel keeps of charts, whatever library made them."""

import sys
from types import SimpleNamespace

import matplotlib.pyplot as plot
import pandas as pd
import pytest
import seaborn
from IPython.core.interactiveshell import InteractiveShell

from tradecheck.errors import TradecheckError
from tradecheck.show import show
from tradecheck.show.charts.redraw import redraw
from tradecheck.show.own import picture_of, register

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'
KIND = "application/vnd.tradecheck.picture+json"
FRAME = pd.DataFrame({"a": [1, 2], "b": [2, 1]})


class Graph:
    def _repr_svg_(self):
        return SVG


class Dot:
    def _repr_png_(self):
        return b"\x89PNG"


@pytest.fixture
def bundle():
    """What a kernel makes of a value."""
    with pytest.MonkeyPatch.context() as patch, plot.rc_context():
        patch.setenv("MATPLOTLIBRC", "")
        shell = InteractiveShell()
        register(shell)
        yield lambda value: shell.display_formatter.format(value)[0]


@pytest.mark.parametrize(
    "make",
    [
        lambda: plot.figure().add_subplot().plot([1, 2]),
        lambda: FRAME.plot(),
        lambda: FRAME.plot(subplots=True),
        lambda: FRAME.hist(),
        lambda: seaborn.scatterplot(FRAME, x="a", y="b"),
        lambda: seaborn.relplot(FRAME, x="a", y="b"),
        lambda: FRAME.plot().figure,
    ],
)
def test_whatever_plotting_returns_is_a_chart(make):
    plot.close("all")
    made = picture_of(make())
    assert made.wide.startswith("<svg") and made.narrow.startswith("<svg")
    assert plot.get_fignums() == []  # or the end of the cell would show it again


@pytest.mark.parametrize(("made", "kind"), [(Graph(), "svg+xml"), (Dot(), "png")])
def test_whatever_jupyter_shows_as_a_picture_is_one(made, kind):
    assert picture_of(made).wide.startswith(f"data:image/{kind};base64,")


@pytest.mark.parametrize("value", [FRAME, "text", 3, None])
def test_what_is_no_picture_is_refused(value):
    with pytest.raises(TradecheckError, match=r"show\(…\) was given a \w+, which is no chart"):
        show(value)


def test_the_figure_is_left_as_it_was():
    figure, axes = plot.subplots(figsize=(5, 4), dpi=100)
    axes.bar(["a rather long name of a thing", "another long name of a thing"] * 2, [1, 2, 1, 2])
    axes.set_title("Here", fontsize=7)
    figure.canvas.draw()
    before = bytes(figure.canvas.buffer_rgba())
    assert redraw(figure) == redraw(figure)
    figure.canvas.draw()
    assert bytes(figure.canvas.buffer_rgba()) == before


def test_a_kernel_keeps_the_figure_beside_what_jupyter_shows(bundle):
    shown = bundle(FRAME.plot().figure)
    assert KIND in shown and 'class="tradecheck-drawing"' in shown["text/html"]
    assert KIND not in bundle(plot.figure())  # nothing is drawn on it


def test_a_chart_of_altair_keeps_what_jupyterlab_shows(bundle):
    import altair

    chart = altair.Chart(FRAME).mark_point().encode(x="a:Q")
    shown = bundle(chart)
    assert shown[KIND]["wide"].startswith("data:image/svg+xml") and "text/html" in shown


def test_without_vl_convert_the_chart_is_left_to_be_refused(bundle, monkeypatch):
    import altair

    monkeypatch.setitem(sys.modules, "vl_convert", None)
    shown = bundle(altair.Chart(FRAME).mark_point().encode(x="a:Q"))
    assert KIND not in shown and "<script" in shown["text/html"]


@pytest.mark.parametrize(("svg", "kept"), [(SVG, True), (None, False)])
def test_plotly_goes_in_where_it_can_write_svg(bundle, monkeypatch, svg, kept):
    class BaseFigure:
        def _repr_mimebundle_(self, include=None, exclude=None):
            return {"application/vnd.plotly.v1+json": {}}

        def to_image(self, format):
            if svg is None:
                raise ValueError("kaleido is not installed")
            return svg.encode()

    BaseFigure.__module__ = "plotly.basedatatypes"
    monkeypatch.setitem(sys.modules, "plotly.basedatatypes", SimpleNamespace(BaseFigure=BaseFigure))
    assert (KIND in bundle(BaseFigure())) == kept
