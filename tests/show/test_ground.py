"""Drawings in JupyterLab: on the ground of its theme, with ids that meet no others."""

import re

from tradecheck.show.ground import on_ground
from tradecheck.show.palette import DARK

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 460 100"><defs><clipPath id="a-wide-1"/>'
    '</defs><rect class="c-accent" fill="#12436d" clip-path="url(#a-wide-1)"/>'
    '<path class="s-paper" stroke="#ffffff"/><circle fill="#ff0000"/></svg>'
)


def test_colours_follow_the_theme_and_stay_in_the_drawing_for_other_places():
    html = on_ground(SVG, "A chart.")
    sheet, _, drawing = html.partition("</style>")
    assert 'fill="#12436d"' in drawing and "background:" not in html
    dark = [rule for rule in sheet.splitlines() if 'data-jp-theme-light="false"' in rule]
    assert any(rule.endswith(f".c-accent {{ fill: {DARK['accent']}; }}") for rule in dark)
    assert any('[fill="#ff0000"]' in rule for rule in dark)
    assert any(".s-paper { stroke: var(--jp-layout-color0" in rule for rule in dark)
    assert "c-holds" not in sheet  # which this drawing does not use


def test_two_drawings_share_no_id_and_one_has_the_same_bytes_again():
    one, other = (on_ground(svg, "") for svg in (SVG, SVG.replace("100", "200")))
    assert one == on_ground(SVG, "")
    names = [set(re.findall(r'id="([^"]+)"', html)) for html in (one, other)]
    assert names[0] and not names[0] & names[1]
    for html, own in zip((one, other), names):
        assert set(re.findall(r"url\(#([^)]+)\)", html)) == own


def test_words_are_escaped_and_a_half_figure_is_not_blown_up():
    html = on_ground(SVG, 'A "chart" <b>')
    assert 'aria-label="A &quot;chart&quot; &lt;b&gt;"' in html
    assert "width:460px;max-width:100%" in html
