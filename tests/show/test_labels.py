"""Words are measured, find free places, yield where there is none, and speak when pointed at."""

from itertools import combinations
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecheck.report.sanitise import check_drawing
from tradecheck.show.charts import PALETTE, draw
from tradecheck.show.charts.frame import Box, Frame, arrow, decimals, hover, round_steps
from tradecheck.show.charts.labels import (
    Label,
    Line,
    Placed,
    Room,
    Spot,
    in_lines,
    shortened,
    wrapped,
)

SVG = "{http://www.w3.org/2000/svg}"
SHEET = Box(0, 0, 200, 100)


def label(*variants, at=((10, 10),), **options):
    lines = [[Line(words) for words in variant] for variant in variants]
    return Label(lines, [Spot(x, y) for x, y in at], **options)


def test_a_label_takes_the_first_place_that_is_free():
    room = Room(SHEET, [Box(0, 0, 200, 30)])
    room.put(label(["peak"], at=[(10, 10), (10, 40), (10, 60)]))
    room.put(label(["base"], at=[(10, 40), (10, 60)]))
    assert [placed.spot.y for placed in room.placed] == [40, 60]


def test_a_label_without_room_takes_its_shorter_words_and_then_the_note():
    room = Room(SHEET)
    long, told = ["a label that is much too long for the sheet"], "The peak is July."
    room.put(label(long, ["July"], told=told, complete=1))
    assert [line.words for line in room.placed[0].lines] == ["July"] and room.untold == [told]
    room.put(label(long, told="The base is May."))
    assert room.untold == [told, "The base is May."] and room.missing == 1


def test_a_label_may_not_be_reached_through_another():
    target = (15.0, 5.0)
    room = Room(SHEET, [Box(0, 20, 200, 25)])
    line = Line("peak")
    room.put(Label([[line]], [Spot(10, 50, leads_to=target)], told="Peak."))
    assert room.untold == ["Peak."]


@given(
    st.lists(
        st.tuples(
            st.text("abcdefgh ij", min_size=1, max_size=40).filter(str.strip),
            st.floats(-50, 250),
            st.floats(-20, 120),
            st.sampled_from(["left", "center", "right"]),
        ),
        max_size=8,
    )
)
def test_placed_labels_never_meet_nor_leave_the_sheet(wanted):
    room = Room(SHEET)
    for words, x, y, align in wanted:
        room.put(Label([[Line(words)]], [Spot(x, y, align), Spot(x, y + 25, align)]))
    boxes = [placed.box for placed in room.placed]
    assert not any(one.meets(other) for one, other in combinations(boxes, 2))
    for box in boxes:
        assert box.left >= 0 and box.bottom >= 0 and box.right <= 200 and box.top <= 100


def test_words_are_wrapped_and_cut_by_their_width():
    assert wrapped("mean of the year before", 110, 15) == ["mean of the", "year before"]
    assert shortened("Bosnia and Herzegovina", 100, 15).endswith("…")
    assert Line(shortened("Bosnia and Herzegovina", 100, 15)).width <= 100
    assert shortened("Georgia", 100, 15) == "Georgia"
    lines = in_lines("one two three four five six", 60, 2, 15)
    assert len(lines) == 2 and lines[-1].words.endswith("…")
    assert Line("mm", bold=True).width > Line("mm").width > Line("ii").width


@pytest.mark.parametrize(
    ("span", "steps"),
    [
        ((0, 1640), [0, 500, 1000, 1500]),
        ((0, 0.31), [0, 0.1, 0.2, 0.3]),
        ((-211, 1700), [0, 500, 1000, 1500]),
        ((-1000, 0), [-1000, -500, 0]),
        ((0, 0), [0]),
    ],
)
def test_the_numbers_of_an_axis_are_round_and_few(span, steps):
    assert round_steps(*span) == pytest.approx(steps)


@pytest.mark.parametrize(("size", "places"), [(500, 0), (2.5, 1), (0.25, 2), (1e-7, 7)])
def test_a_round_number_needs_so_many_decimals(size, places):
    assert decimals(size) == places


def painter(figure, wide):
    frame = Frame(Box(40, 40, figure.bbox.width - 10, 300), (-0.5, 1.5), (0.0, 10.0))
    axes = frame.axes(figure)
    axes.bar([0, 1], [3, 9], color=PALETTE["accent"])
    arrow(axes, frame, 0.5, 3, 9, color=PALETTE["ink"])
    Placed([Line("two lines"), Line("below", "muted")], Spot(50, 200)).draw(figure)
    hover(axes, "May: 3 & “more” <b>", (-0.5, 0.5))
    hover(axes, "June: 9", (0.5, 1.5), (0, 9))


def test_an_area_speaks_for_its_month_over_the_full_height():
    for drawing, across in zip(draw("chart", painter), (976, 350), strict=True):
        check_drawing(drawing, "The drawing")
        groups = [
            g for g in ElementTree.fromstring(drawing).iter(f"{SVG}g") if g.get("class") == "m"
        ]
        assert [g.find(f"{SVG}title").text for g in groups] == ["May: 3 & “more” <b>", "June: 9"]
        first, second = (g.find(f"{SVG}rect") for g in groups)
        assert first.get("class") == "hit" and first.get("fill") == "none"
        assert float(first.get("height")) == 260 and float(second.get("height")) == 234
        assert float(first.get("x")) == 40
        assert float(first.get("width")) == pytest.approx((across - 50) / 2)


def test_two_lines_are_two_texts_the_first_above_the_second():
    root = ElementTree.fromstring(draw("chart", painter)[0])
    texts = {text.text: text for text in root.iter(f"{SVG}text")}
    assert float(texts["two lines"].get("y")) < float(texts["below"].get("y"))


def test_a_half_drawing_is_narrower_than_a_page():
    wide, narrow = draw("chart", painter, (416, 380), half=True)
    boxes = [ElementTree.fromstring(one).get("viewBox") for one in (wide, narrow)]
    assert boxes == ["0 0 460 416", "0 0 350 380"]
