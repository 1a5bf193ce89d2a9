"""Small bars in table cells, and links between the reports of one study."""

import re

import pytest
from report_sample import code, masthead, notebook

from tradecheck.errors import TradecheckError
from tradecheck.show.exhibits import Cell, Column, Table, shown
from tradecheck.report import findings, render

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


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        (CURVE, True),
        ("some-study-data.html", True),
        ("../some-study-data.html", False),
        ("//host/some-study-data.html", False),
        ("some-study-data.html?x=1", False),
        ("some-study.html", False),
        ("http:some-study-data.html", False),
    ],
)
def test_only_reports_beside_this_one_may_be_led_to(address, allowed):
    planted = page().replace("</main>", f'<a href="{address}">x</a></main>')
    assert (findings(planted) == []) is allowed
