"""The house's colours by role, on a light and on a dark ground, and counterparts of all others."""

import colorsys
import re
from collections.abc import Iterable

PALETTE = {
    "paper": "#ffffff",
    "ink": "#1b2026",
    "muted": "#4b535c",
    "grid": "#dfe3e7",
    "accent": "#12436d",  # the main series, months at or above twice the base
    "quiet": "#7d97af",  # what is observed beside it
    "second": "#12716a",  # a second series, and parts that have no earlier figure
    "wash": "#e9eef3",  # what is possible, what is provisional
    "wash_line": "#5b7794",
    "observed": "#0b3a61",
    "bounded": "#3f5a75",
    "reported": "#b3470c",
    "reported_fill": "#fbe6da",
    "allowed_path": "#573d92",
    "holds": "#0b5c3a",
    "fails": "#801650",
    "undecided": "#6d4500",
    "not_testable": "#4a5058",
}
DARK = {
    "paper": "#14181d",
    "ink": "#e8eaed",
    "muted": "#b4bcc5",
    "grid": "#2c343d",
    "accent": "#8fbfec",
    "quiet": "#52677c",
    "second": "#6fd0c4",
    "wash": "#222b35",
    "wash_line": "#93afca",
    "observed": "#b9d9f7",
    "bounded": "#a9c2da",
    "reported": "#ffa472",
    "reported_fill": "#4a2b1b",
    "allowed_path": "#cdbcf7",
    "holds": "#7fdcae",
    "fails": "#ff9fcb",
    "undecided": "#f0c274",
    "not_testable": "#b4bcc5",
}
_TAG = re.compile(r"<[a-z][^>]*>")
_LITERAL = re.compile(r' (fill|stroke)="(#[0-9a-f]{6})"')


def by_class(drawing: str) -> str:
    """A drawing without the colours that the classes of its tags give wherever it is shown."""
    return _TAG.sub(_by_class, drawing)


def counterparts(drawings: Iterable[str]) -> list[tuple[str, str, str]]:
    """Colours without a role in these drawings, as (fill or stroke, colour, colour in the dark)."""
    held = {found for drawing in drawings for tag in _TAG.findall(drawing)
            for found in _LITERAL.findall(by_class(tag))}  # fmt: skip
    return [(key, colour, _in_the_dark(colour)) for key, colour in sorted(held)]


def _in_the_dark(colour: str) -> str:
    """The same hue, as far from a dark ground as this colour is from a light one."""
    red, green, blue = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    turned = colorsys.hls_to_rgb(hue, 0.09 + 0.84 * (1 - lightness), saturation)
    return "#" + "".join(f"{round(255 * part):02x}" for part in turned)


def _by_class(tag: re.Match[str]) -> str:
    text = tag[0]
    if " class=" not in text:
        return text
    for prefix, attribute in (("c-", "fill"), ("s-", "stroke")):
        if f'"{prefix}' in text or f" {prefix}" in text:
            text = re.sub(rf' {attribute}="#[0-9a-f]{{6}}"', "", text)
    return text
