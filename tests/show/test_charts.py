"""Drawings: honest, clean, restyled by class alone, the same bytes every time."""

import re
from xml.etree import ElementTree

import pytest

from chart_data import words
from report_sample import HOSTILE, painter
from text_faults import text_faults
from tradecheck.errors import TradecheckError
from tradecheck.report.sanitise import check_drawing
from tradecheck.show.charts import PALETTE, Known, area_style, draw, free_baseline, line_style
from tradecheck.show.exhibits import GRADES
from tradecheck.show.svg import clean


def bars(axes, bottom=0):
    axes.bar([0, 1], [3, 4], color=PALETTE["accent"])
    axes.set_yticks([bottom, 5])
    axes.set_ylim(bottom, 5)


def truncated(figure, wide):
    bars(figure.add_subplot(), bottom=2)


def truncated_sideways(figure, wide):
    axes = figure.add_subplot()
    axes.barh([0, 1], [3, 4])
    axes.set_xlim(2, 5)


def logarithmic(figure, wide):
    axes = figure.add_subplot()
    axes.bar([0, 1], [3, 4])
    axes.set_yscale("log")


def series_off_zero(figure, wide):
    axes = figure.add_subplot()
    axes.plot([0, 1, 2], [83, 84, 83.5])


def band_off_zero(figure, wide):
    figure.add_subplot().fill_between([0, 1], [80, 81], [90, 91])


def twin(figure, wide):
    axes = figure.add_subplot()
    bars(axes)
    bars(axes.twinx())


def legend(figure, wide):
    axes = figure.add_subplot()
    bars(axes)
    axes.plot([0, 1], [1, 2], label="a")
    axes.legend()


def rotated(figure, wide):
    axes = figure.add_subplot()
    bars(axes)
    axes.set_ylabel("US$ million")


def tiny(figure, wide):
    axes = figure.add_subplot()
    bars(axes)
    axes.text(0, 1, "small", fontsize=7)


def two_lines(figure, wide):
    axes = figure.add_subplot()
    bars(axes)
    axes.text(0, 4.5, "one\ntwo")


def outside(figure, wide):
    axes = figure.add_subplot()
    bars(axes)
    axes.text(1.4, 1, "a label that runs far out of the picture", in_layout=False)


def overlapping(figure, wide):
    axes = figure.add_subplot()
    bars(axes)
    axes.text(0.5, 1, "one label")
    axes.text(0.5, 1.05, "another label")


def crowded(figure, wide):
    axes = figure.add_subplot()
    bars(axes)
    axes.set(xticks=[], yticks=[0, 1, 2, 3, 4, 5])


def far_too_long(figure, wide):
    axes = figure.add_subplot()
    bars(axes)
    axes.text(0, 4.5, "name" * 60, in_layout=False)
    axes.text(0, 4.5, "a title of many words " * 30, in_layout=False)


def same_place(figure, wide):
    axes = figure.add_subplot()
    bars(axes)
    for n in range(60):
        axes.text(0.5, 1, f"label {n}")


def names_along_the_axis(figure, wide):
    axes = figure.add_subplot()
    axes.bar(range(40), [3] * 40)
    axes.set_xticks(range(40), [f"an area with a long name {n}" for n in range(40)])


def lines_of_one_end(figure, wide):
    axes = figure.add_subplot()
    for n in range(30):
        axes.plot([0, 1, 2], [0, 5, 9], color=PALETTE["second"])
        axes.text(2, 9, f"series number {n}", color=PALETTE["second"], in_layout=False)


def foreign_colour(figure, wide):
    axes = figure.add_subplot()
    axes.bar([0], [1], color="#ff0000")


def picture(figure, wide):
    axes = figure.add_subplot()
    axes.imshow([[0, 1], [1, 0]])
    axes.set_axis_off()


@pytest.mark.parametrize(
    ("painter", "complaint"),
    [
        (truncated, "includes zero"),
        (truncated_sideways, "includes zero"),
        (logarithmic, "includes zero"),
        (series_off_zero, "free_baseline"),
        (band_off_zero, "free_baseline"),
        (twin, "second scale"),
        (foreign_colour, "#ff0000"),
        (picture, "<image>"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_dishonest_chart_is_refused_by_name(painter, complaint):
    with pytest.raises(TradecheckError, match=complaint) as caught:
        draw("peak", painter)
    assert "peak" in str(caught.value)


@pytest.mark.parametrize(
    ("painter", "told"),
    [
        (legend, ["a"]),
        (rotated, ["US$ million"]),
        (tiny, ["small"]),
        (two_lines, ["one two"]),
        (outside, ["a label that runs far out of the picture"]),
        (overlapping, ["one label", "another label"]),
        (crowded, ["0", "2", "4"]),
        (far_too_long, ["name", "title"]),
        (same_place, ["label 0", "label 59"]),
        (names_along_the_axis, ["area", "39"]),
        (lines_of_one_end, ["series number 0", "series number 29"]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_words_without_room_yield_and_stop_nothing(painter, told):
    for drawing in draw("peak", painter):
        assert text_faults(drawing) == []
        seen = re.sub("<[^>]*>", " ", drawing)
        assert all(part in seen for words in told for part in words.split())
    assert draw("peak", painter) == draw("peak", painter)


def test_numbers_that_a_phone_has_no_room_for_are_thinned():
    wide, narrow = (words(drawing) for drawing in draw("peak", crowded))
    assert len(wide) - len(narrow) == 3


def test_what_is_not_final_keeps_its_words_however_crowded():
    def crowd(figure, wide):
        axes = figure.add_subplot()
        bars(axes)
        for n in range(80):
            axes.text(0.5, 2, f"{n} label that stands in the way of others", in_layout=False)
        axes.text(0.5, 2, "Jul, provisional", in_layout=False)

    for drawing in draw("peak", crowd, known=Known(not_final=["Jul"])):
        assert "Jul, provisional" in words(drawing) and text_faults(drawing) == []


def path(figure, wide):
    axes = figure.add_subplot()
    axes.plot([0, 1, 2], [60, 80, 60], **line_style("allowed_path"))
    axes.text(1, 10, "Jul, provisional")
    axes.set_yticks([0, 50, 100])


@pytest.mark.parametrize(
    ("known", "complaint"),
    [
        (Known(reported=[(1, 94.5, 95.5)]), "shows 80.0 where 94.5 to 95.5 is reported"),
        (Known(not_final=["Jun"]), "'Jun' is not final"),
    ],
)
def test_a_chart_may_not_hide_what_its_data_are(known, complaint):
    with pytest.raises(TradecheckError, match=complaint):
        draw("path", path, known=known)


def test_a_path_through_the_reported_value_and_a_marked_period_are_drawn():
    draw("path", path, known=Known(not_final=["Jul"], reported=[(1, 79, 81), (5, 0, 1)]))


def test_a_free_baseline_says_so():
    def rate(figure, wide):
        axes = figure.add_subplot()
        axes.plot([0, 1, 2], [83, 84, 83.5])
        axes.set_yticks([83, 84])
        free_baseline(axes)

    for drawing in draw("rate", rate):
        assert "Axis does not start at zero" in drawing


def test_two_drawings_have_the_same_bytes_and_no_shared_id():
    one, other = draw("claim", painter), draw("claim", painter)
    assert one == other
    ids = re.findall(r' id="([^"]+)"', "".join((*one, *draw("other", painter))))
    assert ids and len(ids) == len(set(ids))
    assert all(f"#{id_}" in "".join(one) for id_ in ids if id_.startswith("claim"))


def test_a_drawing_is_clean():
    for drawing in draw("claim", painter):
        check_drawing(drawing, "The drawing")
        for unwanted in ("style=", "<style", "<metadata", "Date", "Matplotlib", "xlink"):
            assert unwanted not in drawing
        for element in ElementTree.fromstring(drawing).iter():
            for key, prefix in (("fill", "c-"), ("stroke", "s-")):
                if element.get(key, "none").startswith("#"):
                    assert prefix in element.get("class", "")


def test_labels_are_text_however_hostile():
    def hostile(figure, wide):
        axes = figure.add_subplot()
        bars(axes)
        axes.set_xticks([0, 1], ["$\\frac{$", "<b>&"])

    for drawing in draw("claim", hostile):
        assert "&lt;b&gt;&amp;" in drawing and "$\\frac{$" in drawing


@pytest.mark.parametrize(
    "inner",
    [
        HOSTILE.replace("</title></style>", "").replace("<img src=x", "<g").replace(">", "/>"),
        "<script>1</script>",
        "<foreignObject/>",
        "<a href='https://example.org'><path d='M0 0'/></a>",
        "<image href='data:image/png;base64,AA=='/>",
        "<g onload='x()'/>",
        "<rect style='fill:red'/>",
        "<use href='https://example.org/#x'/>",
        "<rect fill='url(https://example.org/#x)'/>",
        "<!-- comment -->",
    ],
)
def test_a_drawing_that_does_more_than_draw_is_refused(inner):
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">{inner}</svg>'
    with pytest.raises(TradecheckError, match="Figure 'x'"):
        check_drawing(drawing, "Figure 'x'")


def test_entities_are_refused():
    bomb = '<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>'
    with pytest.raises(TradecheckError, match="declaration"):
        check_drawing(bomb, "Figure 'x'")


def test_cleaning_drops_scripts_and_handlers_of_a_foreign_drawing():
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1" onload="x()">'
        '<g onclick="x()"><rect width="1" height="1" fill="#ffffff"/></g></svg>'
    )
    cleaned = clean(drawing, "x", {"#ffffff": "paper"})
    assert "onload" not in cleaned and "onclick" not in cleaned and "c-paper" in cleaned


def test_grades_differ_in_more_than_colour():
    """Without colour no two grades share the look of a bar or of a line."""

    def colourless(style):
        return {k: v for k, v in style.items() if "color" not in k or v == PALETTE["paper"]}

    for style in (area_style, line_style):
        looks = [repr(sorted(colourless(style(grade)).items())) for grade in GRADES]
        assert len(set(looks)) == len(looks)
