"""Marks made from numbers: small bars in table cells, strips under claims."""

import re

import pytest

from report_sample import code, masthead, notebook
from tradecheck.errors import TradecheckError
from tradecheck.report import render
from tradecheck.report.drawings import strip
from tradecheck.show.exhibits import Cell, Column, Strip, Table, shown

SHARES = (("holds", 1), ("undecided", 2), ("fails", 1), ("contradiction", 0))
WORDS = "undecided in half of them, holds in a quarter, fails in a quarter"
CURVE = "some-study-robustness.html#figure-curve-c1"


def page(**changes):
    cell = Cell(WORDS, **{"href": CURVE, "shares": SHARES} | changes)
    columns = [Column("reading", "Reading"), Column("robustness", "Robustness")]
    table = Table("bars", "Verdicts", columns, [{"reading": "C1a", "robustness": cell}])
    return render(notebook(code("", masthead()), code("", table)))


def test_a_bar_is_drawn_and_its_words_lead_to_the_curve():
    html = page()
    bar = re.search(r'<svg class="bar".*?</svg>', html)[0]
    assert 'aria-hidden="true"' in bar and "style=" not in bar
    assert f'<a href="{CURVE}">{WORDS}</a>' in html


def test_verdicts_stand_at_places_of_their_own():
    """Holds above the middle, fails below it, undecided across; nothing for what does not occur."""
    pieces = dict(re.findall(r'<path class="c-(\w+)" d="([^"]+)"', page()))
    assert pieces == {
        "holds": "M0 0H32v6H0z", "undecided": "M32 4H96v4H32z", "fails": "M96 6H128v6H96z",
    }  # fmt: skip


def test_jupyterlab_shows_the_words():
    assert shown(Cell(WORDS, shares=SHARES)) == WORDS


@pytest.mark.parametrize(
    ("cell", "complaint"),
    [
        (Cell("", shares=SHARES), "shares without words"),
        (Cell(WORDS, shares=(("perhaps", 1),)), "'perhaps'"),
        (Cell(WORDS, shares=(("holds", -1),)), "-1"),
    ],
)
def test_a_bar_with_a_mistake_is_refused(cell, complaint):
    with pytest.raises(TradecheckError, match=complaint):
        Table("bars", "Verdicts", [Column("robustness", "Robustness")], [{"robustness": cell}])


START, ARROW = "M8 2L2 7L8 12M2 ", "178M172 2L178 7L172 12"


@pytest.mark.parametrize(
    ("possible", "claimed", "lines", "dot"),
    [
        # the claim is one value inside the range, which begins at zero
        ((0, 100), (50, 50), ("M2 1V13M2 7H178M178 1V13", ""), "90"),
        # zero is on the scale of what cannot be negative
        ((50, 100), (0, 100), ("M90 1V13M90 7H178M178 1V13", "M2 1V13M2 7H178M178 1V13"), ""),
        # an open end has an arrow at the edge, beyond the last known end
        ((0, 100), (100, None), ("M2 1V13M2 7H155M155 1V13", f"M155 1V13M155 7H{ARROW}"), ""),
        ((-15, 100), (None, -15), ("M25 1V13M25 7H178M178 1V13", f"{START}7H25M25 1V13"), ""),
        # everything at one place
        ((0, 0), (0, 0), ("", ""), "2"),
    ],
)  # fmt: skip
def test_a_strip_has_caps_arrows_and_dots_on_one_scale(possible, claimed, lines, dot):
    drawn = strip(Strip(possible, claimed, "a", "b").payload())
    assert (drawn["possible"].path, drawn["claimed"].path) == lines
    assert drawn["claimed"].dot == dot


def test_a_share_is_drawn_on_all_of_its_scale():
    drawn = strip(Strip((5, 40), (50, None), "a", "b", limits=(0, 100)).payload())
    assert drawn["possible"].path == "M10.8 1V13M10.8 7H72.4M72.4 1V13"
    assert drawn["claimed"].path == "M90 1V13M90 7H178M172 2L178 7L172 12"
