"""Who trades with whom, and in which direction, as publishers and analysts write it."""

import re
from collections.abc import Sequence
from functools import cache

from tradecheck.data.sources.table import Bad
from tradecheck.errors import TradecheckError
from tradecheck.study import areas
from tradecheck.study.texts import hidden

_FLOWS = (
    (r"(?:[0-9]\s*[-:]?\s*)?re[- ]?exports?|rx|3", "RX"),
    (r"(?:[0-9]\s*[-:]?\s*)?re[- ]?imports?|rm|4", "RM"),
    (r"(?:[0-9]\s*[-:]?\s*)?exports?|exp\.?|x|2|outgoing|dispatches", "X"),
    (r"(?:[0-9]\s*[-:]?\s*)?imports?|imp\.?|m|1|incoming|arrivals", "M"),
)


@cache
@cache
def area_code(text: str) -> str:
    """The code of an area, or a group's name; a text that nobody knows as one stays as it is."""
    try:
        return areas.area(text).code
    except TradecheckError:
        return areas.group_of(text) or text.strip()


@cache
def known(code: str) -> bool:
    """Whether a code is an area's or a group's."""
    try:
        return bool(areas.area(code))
    except TradecheckError:
        return areas.group_of(code) is not None


def area_codes(texts: Sequence[str]) -> list[str]:
    """Each different text of a column as the code of an area. Raises Bad for an empty cell, and for
    a number, which means one area in UN M49 and another at UN Comtrade."""
    return [_numbered(text) if _digits(text) else area_code(_filled(text)) for text in texts]


def comtrade_codes(texts: Sequence[str]) -> list[str]:
    """The same for a column of UN Comtrade, where numbers are its own."""
    return [_comtrade(int(text)) if _digits(text) else area_code(_filled(text)) for text in texts]


def _comtrade(number: int) -> str:
    try:
        return areas.from_comtrade(number).code
    except TradecheckError:
        return f"_{number}"  # as the table of areas calls partners that are no area


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _filled(text: str) -> str:
    if not text:
        raise Bad(text, "the cell is empty; fill it in")
    if hidden(text):
        raise Bad(text, "it holds an invisible character")
    return text


def _numbered(text: str) -> str:
    found = set()
    for read in (areas.from_m49, areas.from_comtrade):
        try:
            found.add(read(int(text)).code)
        except TradecheckError:
            continue
    if len(found) != 1:
        what = "may be " + " or ".join(sorted(found)) if found else "is no area's number"
        raise Bad(
            text, f"the number {what}; write the area's ISO code of three letters, or its name"
        )
    return found.pop()


def flow_codes(texts: Sequence[str]) -> list[str]:
    """Each different text of a column as X, M, RX or RM. Raises Bad for another text."""
    return [flow_code(text) for text in texts]


def flow_code(text: str) -> str:
    """X, M, RX or RM for exports, Import, 2 and their likes; Bad for anything else."""
    told = text.strip().casefold()
    for form, code in _FLOWS:
        if re.fullmatch(form, told):
            return code
    raise Bad(text, "no flow; write exports, imports, re-exports or re-imports")
