"""A drawing in JupyterLab or an editor, on the ground of its theme, which may be dark.

A theme is no setting of the browser's: JupyterLab and VS Code tell it by a mark on the page's body.
The drawing therefore stands in the page itself, and a style sheet beside it follows the mark.
"""

import re
from hashlib import sha256
from html import escape

from tradecheck.show.palette import DARK, counterparts

OURS = "tradecheck-drawing"
THEMES = ('[data-jp-theme-light="false"]', ".vscode-dark", ".vscode-high-contrast")
GROUND = "var(--jp-layout-color0, var(--vscode-editor-background, {}))"  # of the theme, if it says
_IDS = re.compile(r'( id="| href="#|url\(#)')


def on_ground(drawing: str, words: str) -> str:
    """The SVG as HTML, as wide as it was drawn, with these words for those who cannot see it."""
    own = sha256(drawing.encode()).hexdigest()[:12]  # ids of several notebooks meet in one page
    drawing = _IDS.sub(rf"\g<1>d{own}-", drawing)
    across = float(drawing.partition('viewBox="')[2].split()[2])
    look = f"display:block;width:{across:.0f}px;max-width:100%;height:auto"
    return (
        f'<style>{_rules(drawing)}</style><svg class="{OURS}" role="img" '
        f'aria-label="{escape(words)}" style="{look}" {drawing.removeprefix("<svg ")}'
    )


def _rules(drawing: str) -> str:
    """Colours in the dark, and everywhere the theme's own ground under what is drawn in its colour."""
    dark = f":is({', '.join(THEMES)}) .{OURS}"
    rules = [f".{OURS} .hit {{ fill: transparent; }}"]
    for scheme, paper in ((f".{OURS}", "#fff"), (dark, DARK["paper"])):
        for prefix, key in (("c", "fill"), ("s", "stroke")):
            rules.append(f"{scheme} .{prefix}-paper {{ {key}: {GROUND.format(paper)}; }}")
    for role, colour in DARK.items():
        for prefix, key in (("c", "fill"), ("s", "stroke")):
            name = f"{prefix}-{role}"
            if role != "paper" and name in drawing:
                rules.append(f"{dark} .{name} {{ {key}: {colour}; }}")
    rules += [
        f'{dark} [{key}="{colour}"] {{ {key}: {turned}; }}'
        for key, colour, turned in counterparts([drawing])
    ]
    return "\n".join(rules)
