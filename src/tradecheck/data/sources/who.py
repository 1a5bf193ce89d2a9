"""Who trades with whom, and in which direction, as publishers and analysts write it."""

import re
from collections.abc import Sequence
from functools import cache

from tradecheck.data.sources.table import Bad
from tradecheck.errors import TradecheckError
from tradecheck.study import areas

_FLOWS = (
    (r"(?:[0-9]\s*[-:]?\s*)?re[- ]?exports?|rx|3", "RX"),
    (r"(?:[0-9]\s*[-:]?\s*)?re[- ]?imports?|rm|4", "RM"),
    (r"(?:[0-9]\s*[-:]?\s*)?exports?|exp\.?|x|2|outgoing|dispatches", "X"),
    (r"(?:[0-9]\s*[-:]?\s*)?imports?|imp\.?|m|1|incoming|arrivals", "M"),
)


@cache
def area_code(text: str) -> str:
    """The code of an area or group; a text that nobody knows as one stays as it is."""
    text = text.strip()
    if re.fullmatch(r"[0-9]{1,3}", text):
        try:
            return areas.from_comtrade(int(text)).code
        except TradecheckError:
            return text
    try:
        return areas.area(text).code
    except TradecheckError:
        return text


def known(code: str) -> bool:
    """Whether a code is an area's or a group's."""
    try:
        return bool(areas.area(code))
    except TradecheckError:
        return False


def area_codes(texts: Sequence[str]) -> list[str]:
    """Each different text of a column as the code of an area. Raises Bad for an empty cell."""
    if "" in texts:
        raise Bad("", "the cell is empty; fill it in")
    return [area_code(text) for text in texts]


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
