"""What a text gives away: secrets, e-mail addresses, and the machine that it was written on."""

import getpass
import re
import socket
from collections.abc import Collection, Iterator
from html import unescape
from typing import Any
from urllib.parse import unquote

from tradecheck.report.finding import Finding
from tradecheck.report.secrets import secrets_in

_ROOTS = """
    home Users root tmp private/var private/tmp var opt mnt srv data media scratch nfs lustre gpfs dbfs
    kaggle builds workspaces? Volumes run/media export/home usr/home cygdrive/[a-z] [a-z]/Users
""".split()
_PATHS = (  # each with what every such path holds, in small letters
    # no part of an address, of a relative path or of a sum of strings
    ("/", rf"/(?<![\w.\-/}}:~!*]/)(?:{'|'.join(_ROOTS)})/[\w.@+-]+"),
    (":\\", r"(?<!\w)[A-Z]:\\{1,2}[\w.@+-]+\\{1,2}[\w.@+-]+"),
    (":/", r"(?<!\w)[A-Z]:/[\w.@+-]+/[\w.@+-]+"),
    ("users", r"(?<!\w)[A-Za-z]:(?:\\{1,2}|/)[Uu]sers(?:\\{1,2}|/)[\w.@+-]+"),
    (r"\\", r"(?<![^\s\"'(=>])\\\\(?:\\\\)?[A-Za-z0-9][\w.-]{2,}\\{1,2}[\w$.-]{2,}"),
    ("file:/", r"file:/{1,5}[^\s\"'<>/]+"),
    (":///", r"\b[a-z][a-z0-9+]{1,20}:///+[\w.~][^\s\"'<>]*"),
)
_FILES = "csv|tsv|png|svg|jpe?g|gif|html?|json|ya?ml|py|ipynb|txt|md|zip|gz|pdf|xml|xlsx?|parquet"
_MAILS = re.compile(
    rf"(?<![\w.+-])(?!git@)[\w+-](?:[\w.+-]*[\w+-])?@(?:[^\W_](?:[\w-]*[^\W_])?\.)+"
    rf"(?!(?:{_FILES})\b)[^\W\d_]{{2,}}(?![\w(])"
)
_JOINED_MAILS = re.compile(_MAILS.pattern.replace(r"[^\W\d_]{2,}(?![\w(])", "[a-z]{2,}"))
_UNSEEN = re.compile("[\xad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_TAG = re.compile(r"<!--.{0,5000}?-->|<[A-Za-z/!?][^<>]*>", re.DOTALL)
_INLINE = re.compile(
    r"<!--.{0,5000}?-->|</?(?:a|abbr|b|code|del|em|i|kbd|mark|q|s|samp|small|span|strong|sub|sup|tspan|tt|u"
    r"|var|wbr)\b[^<>]*>",
    re.DOTALL | re.IGNORECASE,
)
_NUMBERS = re.compile(r' [\w-]+="[-+\d\s.,MLHVCSQTAZmlhvcsqtaze()]*"')  # of a drawing's path
_BREAKS = re.compile(r"[\s\"'<>]+")
_COMMON_NAMES = {"admin", "debian", "jovyan", "localhost", "runner", "root", "ubuntu", "user"}


def leaks(text: str, contacts: Collection[str] = ()) -> Iterator[Finding]:
    """What a text, or HTML, gives away, each kind once.

    Tags, entities, invisible characters and percent signs hide nothing. ``contacts`` are the e-mail
    addresses that may stand there.
    """
    told: set[str] = set()
    for number, view in enumerate(_views(text)):
        for found in _of_view(view, contacts, is_joined=number == 2):
            kind = found.what.partition(" (")[0]
            if kind not in told:
                told.add(kind)
                yield found


def shows(held: Any, text: str, contacts: Collection[str] = ()) -> bool:
    """Whether a cell, or whatever JSON can hold, gives away just this text."""
    if not text:
        return False
    strings = "\n".join(strings_of(held))
    return text in strings or any(found.text == text for found in leaks(strings, contacts))


def strings_of(held: Any) -> Iterator[str]:
    """The strings in what JSON can hold, with their keys; lists of strings in one piece, too, as a
    notebook's lines are."""
    if isinstance(held, str):
        yield held
    elif isinstance(held, dict):
        for key, value in held.items():
            yield from (f"{key}: {value}",) if isinstance(value, str) else (key, *strings_of(value))
    elif isinstance(held, list):
        if held and all(isinstance(one, str) for one in held):
            yield "".join(held)
        for one in held:
            yield from strings_of(one)


def mails(text: str) -> list[str]:
    """The e-mail addresses in a text."""
    return _MAILS.findall(text)


def sections(html: str) -> Iterator[tuple[str, str]]:
    """The parts of a page, each with the words of its heading."""
    for part in re.split(r"(?=<h[1-6]\b)", html):
        heading = re.match(r"<h[1-6]\b[^>]*>(.*?)</h[1-6]>", part, re.DOTALL)
        yield " ".join(lines_of(heading[1]).split()) if heading else "", part


def lines_of(html: str) -> str:
    """The text of HTML, a line a block."""
    return unescape(_TAG.sub("\n", _INLINE.sub("", html)))


def _views(text: str) -> Iterator[str]:
    """A text as it stands; HTML as its tags, and as it is read with and without breaks between
    blocks."""
    tags = dict.fromkeys(_NUMBERS.sub("", tag) for tag in _TAG.findall(text))
    if not tags:
        yield _plain(text)
        return
    yield _plain("\n".join(tags))
    yield _plain(_INLINE.sub("", text), _TAG, "\n")
    yield _plain(text, _TAG, "")


def _plain(text: str, tag: re.Pattern[str] | None = None, instead: str = "") -> str:
    text = _UNSEEN.sub("", unescape(tag.sub(instead, text) if tag else text))
    encoded = [word for word in _BREAKS.split(text) if "%" in word] if "%" in text else []
    return "\n".join([text, *map(unquote, dict.fromkeys(encoded))])


def _of_view(text: str, contacts: Collection[str], is_joined: bool) -> Iterator[Finding]:
    for kind, shown, secret in secrets_in(text):
        yield _held(f"what looks like {kind}", shown, "take it out, and make it invalid", secret)
    small = text.lower()
    for hint, pattern in _PATHS:
        if hint in small and (found := re.search(pattern, text)):
            yield _held("a path of this machine", found[0], "give it within the project", found[0])
    if "@" in text:
        yield from _mail(text, contacts, _JOINED_MAILS if is_joined else _MAILS)
    for kind, pattern in _machine_names():
        if found := re.search(pattern, text):
            yield _held(f"this machine's {kind}", found[0], "take it out", found[0])


def _held(kind: str, shown: str, remedy: str, text: str) -> Finding:
    return Finding(f"It holds {kind} ({shown})", remedy=remedy, text=text)


def _mail(text: str, contacts: Collection[str], pattern: re.Pattern[str]) -> Iterator[Finding]:
    text = re.sub(r"://[^\s/@]*@", "://", text)
    for contact in contacts:
        text = re.sub(re.escape(contact), " ", text, flags=re.IGNORECASE)
    if found := pattern.search(text):
        name, _, host = found[0].partition("@")
        remedy = "take it out, or name it in the study's authors or the card's credit"
        yield _held("an e-mail address", f"{name[:1]}…@{host}", remedy, found[0])


def _machine_names() -> Iterator[tuple[str, str]]:
    host = socket.gethostname()
    if len(host) >= 5 and host.lower() not in _COMMON_NAMES and re.search(r"[\d.-]", host):
        yield "host name", rf"\b{re.escape(host)}\b"
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # an account without a name has none to leak
        return
    if user.lower() not in _COMMON_NAMES:
        yield "user name", rf"\b{re.escape(user)}@"
