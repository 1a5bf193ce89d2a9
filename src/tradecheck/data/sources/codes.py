"""Customs codes as text: cleaned of what spreadsheets and printers add, refused where a zero is
lost."""

import re
from collections.abc import Sequence

from tradecheck.data.flows import TOTAL
from tradecheck.data.sources.table import Bad

ALL_GOODS = {
    "total", "totals", "all", "all goods", "all products", "all commodities", "total all products",
    "total trade", "total - all products", "total - all commodities",
}  # fmt: skip
MOST = 10  # digits of a code
NAMED = re.compile(r"[a-z0-9]+(?:[ -][a-z0-9]+)*")  # a list's or a group's name: sanctioned goods
HIDING = re.compile(r"[0-9]{2,}[A-Z][0-9A-Z]*")  # 39XXXXXX: a chapter's goods that are kept secret

_DIGITS = re.compile(r"[0-9]+")
_DOTTED = re.compile(r"[0-9]{2,4}(?:[. ][0-9]{2,4})+")
_CUT = re.compile(r"[0-9]{2,4}[.][0-9]")  # 8703.1: 8703.10, once read as a number
_LABELLED = re.compile(
    r"([0-9][0-9. ]{0,14}[0-9])\s*[-–—:;,]*\s+[-–—:(]*\s*[^\W\d_]{2}.*", re.DOTALL
)


def codes(texts: Sequence[str], digits: int = 0) -> list[str]:
    """Each different text of a column as a code of 2 to 10 digits, TOTAL, or a name of goods in
    small letters.

    digits: the length of the codes that the column's name promises (hs6: 6), else 0. A code that
    hides its goods (39XXXXXX) stays as it is. Raises Bad for anything else.
    """
    found = [_code(text) for text in texts]
    lengths = {len(code) for code in found if code.isdigit()}
    for text, code in zip(texts, found, strict=True):
        if not code.isdigit():
            continue
        if len(code) > MOST:
            raise Bad(
                text, f"{len(code)} digits, where 2 to {MOST} are expected; add up longer codes"
            )
        if len(code) % 2 and not (len(code) == digits == 9 and 10 not in lengths):
            raise Bad(text, _lost(code, lengths))
    return found


def _code(text: str) -> str:
    told = text.strip().lstrip("'’`\u2018").replace("\u00a0", " ").strip()
    if _DIGITS.fullmatch(told):
        return told
    told = re.sub(r"^([0-9]+)\.0$", r"\1", told)  # a number among texts
    told = re.sub(r"^(?:HS|CN|HTS)[ -]?(?=[0-9])", "", told, flags=re.IGNORECASE)
    if told.casefold() in ALL_GOODS:
        return TOTAL
    if match := _LABELLED.fullmatch(told):
        told = match[1]
    if _DIGITS.fullmatch(told):
        return told
    if _DOTTED.fullmatch(told):
        return re.sub("[. ]", "", told)
    if _CUT.fullmatch(told):
        raise Bad(
            text,
            f"a code that was read as a number and may have lost a zero ({told}0); give the "
            "column the format of text and save it again",
        )
    if HIDING.fullmatch(told):
        return told
    if NAMED.fullmatch(told) and any(map(str.isalpha, told)):
        return told
    if not told:
        raise Bad(text, "the code is missing; fill it in, or write TOTAL for all goods")
    raise Bad(text, "no customs code; write its 2 to 10 digits, or TOTAL for all goods")


def _lost(code: str, lengths: set[int]) -> str:
    beside = f" beside codes of {len(code) + 1}" if len(code) + 1 in lengths else ""
    count = "1 digit" if len(code) == 1 else f"{len(code)} digits"
    return (
        f"a code of {count}{beside}, so its first zero is lost (0{code}); give the column the "
        "format of text and save it again with all zeros"
    )
