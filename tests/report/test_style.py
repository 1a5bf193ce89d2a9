"""The style sheet knows every colour role, and each can be read on its background."""

import re
from pathlib import Path

import pytest

import tradecheck.report
from tradecheck.show import palette
from tradecheck.show.palette import PALETTE

CSS = (Path(tradecheck.report.__file__).parent / "style.css").read_text("utf-8")
LIGHT, DARK, *_ = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
ROOTS = {"light": LIGHT, "dark": DARK}
FOR_TEXT = set(PALETTE) - {"paper", "grid", "quiet", "wash", "reported_fill"}


def colours(scheme: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", ROOTS[scheme]))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("role", PALETTE)
def test_every_role_has_its_classes_and_both_schemes(role):
    assert f".c-{role} {{ fill: var(--{role}); }}" in CSS
    assert f".s-{role} {{ stroke: var(--{role}); }}" in CSS
    assert role in colours("light") and role in colours("dark")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("role", sorted(FOR_TEXT))
def test_chart_text_has_a_contrast_of_four_and_a_half(role, scheme):
    palette = colours(scheme)
    assert contrast(palette[role], palette["paper"]) >= 4.5


@pytest.mark.parametrize("role", PALETTE)
def test_drawings_have_the_light_colours_where_there_is_no_style_sheet(role):
    assert PALETTE[role] == colours("light")[role]
    assert palette.DARK[role] == colours("dark")[role]


def test_the_style_is_small_and_loads_nothing():
    assert len(CSS) < 20_000
    assert "url(" not in CSS and "@import" not in CSS and "http" not in CSS
