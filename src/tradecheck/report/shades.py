"""The colours behind the cells of a styled table, which pandas gives by style sheet and random ids."""

import re
from collections.abc import Iterable

from bs4 import BeautifulSoup

_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_CELL = re.compile(r"#(T_\w+_row\d+_col\d+)")
_GROUND = re.compile(r"background(?:-color)?\s*:\s*(#[0-9a-fA-F]{3,6}|[a-z]+)\s*(?:;|$)")
SHADE = re.compile(r"shade-([0-9a-f]{6})")


def shaded(html: str) -> str:
    """The table with a class for each cell's ground, in place of the style sheet before it."""
    grounds = {
        cell: ground
        for sheet in re.findall(r"<style[^>]*>(.*?)</style>", html, re.DOTALL)
        for selectors, held in _RULE.findall(sheet)
        if (ground := _ground(held))
        for cell in _CELL.findall(selectors)
    }
    if not grounds:
        return html
    soup = BeautifulSoup(html, "html.parser")
    for cell in soup.find_all(["td", "th"], id=True):
        if shade := grounds.get(str(cell["id"])):
            cell["class"] = f"shade-{shade}"
    return str(soup)


def rules(texts: Iterable[str]) -> str:
    """The style sheet's rules for the grounds in these pieces of HTML, with letters that show on each."""
    found = sorted({ground for text in texts for ground in SHADE.findall(text)})
    return "".join(
        f".shade-{ground} {{ background: #{ground}; color: {_letters(ground)}; }}\n"
        for ground in found
    )


def _ground(held: str) -> str:
    """The last colour that a rule gives the ground, as six digits; nothing for none."""
    from matplotlib.colors import to_hex  # which few pages need

    names = [name for name in _GROUND.findall(held) if name != "transparent"]
    try:
        return to_hex(names[-1])[1:] if names else ""
    except ValueError:  # a word that is no colour
        return ""


def _letters(ground: str) -> str:
    """Black or white, whichever stands out more."""
    parts = [int(ground[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000" if light > 0.179 else "#fff"
