"""Formulas in TeX as MathML, which browsers draw without a script."""

import re
from collections.abc import Callable
from html import unescape

from latex2mathml.converter import convert

from tradecheck.errors import TradecheckError

# As JupyterLab finds them; a single dollar stands close to the formula, so that "$5 and $6" is money.
INLINE = (
    r"(?<![\\$])\$(?![\s$])(?!\d[\d.,]*(?:\s+[a-z]{2}|,\s))(?P<one>(?:\\[\s\S]|[^\\$])+?)(?<![\s\\])\$(?![\d$])"
    r"|\\\\\((?P<round>[\s\S]+?)\\\\\)"
)
DISPLAYED = (
    r"\$\$(?P<two>(?:\\[\s\S]|[^\\$])+?)\$\$"
    r"|\\\\\[(?P<square>[\s\S]+?)\\\\\]"
    r"|(?P<environment>\\begin\{(?P<name>[a-z]+\*?)\}[\s\S]+?\\end\{(?P=name)\})"
)
_INLINE, _DISPLAYED = re.compile(INLINE), re.compile(DISPLAYED)


def mathml(tex: str, *, is_displayed: bool = False) -> str:
    """A formula as MathML. Raises a TradecheckError for TeX that cannot be read."""
    try:
        made = convert(tex.strip(), display="block" if is_displayed else "inline")
    except Exception as error:  # the library has a dozen of its own
        why = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(error).__name__).removesuffix(" Error")
        raise TradecheckError(
            f"The formula {_short(tex)} cannot be read ({why.lower()}): correct its TeX."
        ) from error
    if unknown := re.search(r"\\[A-Za-z]+", unescape(re.sub(r"<[^>]+>", " ", made))):
        raise TradecheckError(
            f"The formula {_short(tex)} holds {unknown[0]}, which cannot be drawn without a script: "
            "write it with other commands."
        )
    return made


def without_formulas(text: str) -> str:
    """The Markdown without its formulas."""
    return _INLINE.sub(" ", _DISPLAYED.sub(" ", text))


def typeset(text: str, words: Callable[[str], str]) -> str:
    """Text with formulas, as HTML; ``words`` makes HTML of what stands between them."""
    parts, end = [], 0
    both = re.compile(f"{DISPLAYED}|{INLINE}")
    for found in both.finditer(text):
        parts += [words(text[end : found.start()]), of_match(found)]
        end = found.end()
    return "".join([*parts, words(text[end:])])


def of_match(found: re.Match[str]) -> str:
    """The formula that one of the patterns has found, as MathML."""
    held = found.groupdict()
    name = next(name for name in ("two", "square", "environment", "one", "round") if held.get(name))
    return mathml(held[name], is_displayed=name not in {"one", "round"})


def _short(tex: str) -> str:
    line = " ".join(tex.split())
    return repr(line if len(line) <= 60 else f"{line[:59]}…")
