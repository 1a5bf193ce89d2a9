"""Free text as people write it: nothing that nobody sees, one form of each letter, days that exist."""

import calendar
import re
import unicodedata
from collections.abc import Iterator

from tradecheck.errors import unseen

UNSEEN = "it holds the invisible character U+{:04X}; type the text anew"
LONGEST = 20_000  # characters of one field
JOINERS = "\u200c\u200d"  # join letters or keep them apart; a part of the spelling, but seen only …
# … between letters of Arabic and Syriac, the Brahmic scripts, Burmese, Khmer and Mongolian.
JOINED = (
    (0x0600, 0x08FF), (0x0900, 0x0DFF), (0x1000, 0x109F), (0x1780, 0x18AF), (0xFB50, 0xFDFF),
    (0xFE70, 0xFEFC),
)  # fmt: skip
MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if number}
_NAMED = "|".join([*MONTHS, *(name[:3] for name in MONTHS), "sept"])
DAYS = (
    re.compile(r"(?<![0-9/-])(?P<y>(?:19|20)[0-9]{2})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})(?![0-9/-])"),
    re.compile(rf"\b(?P<d>[0-9]{{1,2}}) (?P<n>{_NAMED})\.?,? (?P<y>(?:19|20)[0-9]{{2}})\b", re.I),
    re.compile(rf"\b(?P<n>{_NAMED})\.? (?P<d>[0-9]{{1,2}}),? (?P<y>(?:19|20)[0-9]{{2}})\b", re.I),
)


def hidden(text: str) -> str:
    """The first character of a text that nobody sees, "" for none.

    Joiners are seen between letters of scripts that are spelt with them.
    """
    if text.isascii() and text.isprintable():
        return ""
    for place, sign in enumerate(text):
        if unseen(sign) and not (sign in JOINERS and _joined(text, place)):
            return sign
    return ""


def plain_text(text: str) -> str:
    """A text of visible characters, each in one form. Raises ValueError for any other."""
    if sign := hidden(text):
        raise ValueError(UNSEEN.format(ord(sign)))
    return unicodedata.normalize("NFC", text)


def with_real_days(text: str) -> str:
    """The same text. Raises ValueError for one that names a day that does not exist."""
    for told, year, month, day in _days(text):
        if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year, month)[1]:
            raise ValueError(f"there is no such day as {told}")
    return text


def _days(text: str) -> Iterator[tuple[str, int, int, int]]:
    for form in DAYS:
        for found in form.finditer(text):
            held = found.groupdict()
            named = held["n"].lower()[:3] if "n" in held else ""
            month = next((n for name, n in MONTHS.items() if named and name[:3] == named), 0)
            yield found[0], int(held["y"]), month or int(held.get("m") or 0), int(held["d"])


def _joined(text: str, place: int) -> bool:
    """Whether a joiner stands between two letters (or marks) of a script that has joiners."""
    beside = text[place - 1 : place] + text[place + 1 : place + 2]
    return len(beside) == 2 and all(
        any(first <= ord(sign) <= last for first, last in JOINED)
        and unicodedata.category(sign)[0] in "LM"
        for sign in beside
    )
