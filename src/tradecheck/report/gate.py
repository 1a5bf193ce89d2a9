"""The publishing gate: what a finished page must not hold, each finding one sentence."""

import getpass
import re
import socket
from base64 import b64decode
from collections import Counter
from collections.abc import Collection, Iterator
from html.parser import HTMLParser
from urllib.parse import unquote

from tradecheck.errors import TradecheckError

MAX_BYTES = 5_000_000
MAX_BYTES_WITHOUT_DATA = 1_000_000

_SECRETS = {
    "an access key": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "an access token": r"\b(?:gh[pousr]_|github_pat_|glpat-|hf_|xox[abprs]-|sk-)[\w-]{16,}",
    "a signed token": r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "a password or key": r"(?i)\b(?:api[_-]?key|subscription[_-]?key|secret|passw(?:or)?d|token)"
    r"[\"']?\s*[:=]\s*[\"']?(?=[\w+/-]*\d)[\w+/-]{12,}",
    "credentials in an address": r"\bhttps?://[^\s/@:\"']+:[^\s/@\"']+@",
}
_PATHS = (
    r"(?<![\w.-])(?:/home/|/Users/|/root/|/tmp/|/private/var/|/var/folders/|[A-Z]:\\Users\\)[\w.-]+"
)
_DATA_URL = re.compile(r"data:([\w/+.;=-]*?);base64,([A-Za-z0-9+/=]*)")
_PLACEHOLDERS = re.compile(r"(?i)no description|placeholder|^(?:image|figure|chart|todo)?\W*$")
_BESIDE = re.compile(r"[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*\.html")  # pages stand side by side
_FRAGMENT = re.compile(r"[A-Za-z0-9][\w.-]*")
INDEX = "index.html"
_LINKS = {"href", "src", "action", "data", "poster", "srcset", "formaction", "xlink:href"}
_FORBIDDEN_TAGS = frozenset(
    "script iframe object embed form input button base frame applet audio video".split()
)
_COMMON_NAMES = {"admin", "debian", "jovyan", "localhost", "runner", "root", "ubuntu", "user"}


def is_address(address: str) -> bool:
    """Whether a link may have this form: https, mailto, an id, a page beside this one."""
    if address.startswith(("https://", "mailto:")):
        return True
    file, sign, fragment = address.partition("#")
    if sign and not _FRAGMENT.fullmatch(fragment):
        return False
    return _BESIDE.fullmatch(file) is not None or (file == "" and sign == "#")


def page_beside(address: str) -> str:
    """The name of the page beside this one that a link leads to, or nothing."""
    file = address.partition("#")[0]
    return file if _BESIDE.fullmatch(file) else ""


def hold(html: str, files: Collection[str] | None = None) -> str:
    """The page itself if nothing is found; else a TradecheckError that lists every finding."""
    if found := findings(html, files):
        raise TradecheckError("The page cannot be published. " + " ".join(found))
    return html


def findings(html: str, files: Collection[str] | None = None) -> list[str]:
    """What the page holds and must not, as sentences.

    ``files`` are the pages beside this one that links may lead to, apart from the list of all;
    without them, a file name of the right form will do.
    """
    reader = _Reader(files)
    reader.feed(html)
    reader.close()
    return [*reader.found, *reader.at_end(), *_leaks(html), *_too_big(html)]


def weigh(html: str) -> tuple[int, int]:
    """The page's size in bytes: in all, and without the data inside it."""
    return len(html.encode()), len(_DATA_URL.sub("", html).encode())


def _too_big(html: str) -> Iterator[str]:
    total, without_data = weigh(html)
    if total > MAX_BYTES:
        yield f"It has {total:,} bytes, over {MAX_BYTES:,}: embed less data."
    if without_data > MAX_BYTES_WITHOUT_DATA:
        yield (
            f"It has {without_data:,} bytes without the data, over {MAX_BYTES_WITHOUT_DATA:,}: "
            "show fewer rows."
        )


def _leaks(html: str) -> Iterator[str]:
    embedded = [
        b64decode(content).decode("utf-8", "replace") for _, content in _DATA_URL.findall(html)
    ]
    for text, where in [
        (_DATA_URL.sub("", html), "It"),
        *((t, "A file inside it") for t in embedded),
    ]:
        for name, pattern in _SECRETS.items():
            if found := re.search(pattern, text):
                yield f"{where} holds what looks like {name} ({found[0][:6]}…)."
        if found := re.search(_PATHS, text):
            yield f"{where} holds a path of this machine ({found[0]})."
        for kind, pattern in _machine_names():
            if found := re.search(pattern, text):
                yield f"{where} holds this machine's {kind} ({found[0]})."


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


class _Reader(HTMLParser):
    """Reads a page once and notes what is wrong with its structure."""

    def __init__(self, files: Collection[str] | None):
        super().__init__()
        self.files = files
        self.found: list[str] = []
        self.ids: Counter[str] = Counter()
        self.targets: dict[str, None] = {}
        self.level = 0
        self.titles = 0
        self.title: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        if tag in _FORBIDDEN_TAGS:
            self.found.append(f"It holds <{tag}>.")
        if tag == "style" and self.level:
            self.found.append("It holds a <style> outside the head.")
        if tag == "link" and values.get("rel") == "canonical":  # the page's own address; not loaded
            self._link(values.pop("href", ""))
        for key, value in values.items():
            self._attribute(tag, key, value)
        if "id" in values:
            self.ids[values["id"]] += 1
        if re.fullmatch("h[1-6]", tag):
            self._heading(int(tag[1]))
        if tag == "svg":
            self._drawing(values)
        if tag == "img":
            self._picture(values)
        if tag == "title":
            self.title = ""

    def handle_data(self, data: str) -> None:
        if self.title is not None:
            self.title += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "title" and self.title is not None:
            if _PLACEHOLDERS.search(self.title.strip()):
                self.found.append(f"A title says nothing ({self.title!r}).")
            self.title = None

    def _drawing(self, values: dict[str, str]) -> None:
        if values.get("aria-hidden") == "true":
            return
        words = values.get("aria-label", "")
        if values.get("role") != "img" or not words:
            self.found.append("A drawing has no role or no alternative text.")
        elif _PLACEHOLDERS.search(words.strip()):
            self.found.append(f"An alternative text says nothing ({words!r}).")

    def _picture(self, values: dict[str, str]) -> None:
        if not values.get("src", "").startswith("data:image/"):
            self.found.append("It holds <img>, which loads a picture from elsewhere.")
        elif _PLACEHOLDERS.search(values.get("alt", "").strip()):
            self.found.append(f"An alternative text says nothing ({values.get('alt', '')!r}).")

    def _attribute(self, tag: str, key: str, value: str) -> None:
        plain = re.sub(r"[\s\x00-\x1f]", "", unquote(value)).lower()
        if key.startswith("on"):
            self.found.append(f"It holds the handler {key}= on <{tag}>.")
        if key == "style":
            self.found.append(f"It holds style= on <{tag}>.")
        if "javascript:" in plain and key in _LINKS:
            self.found.append(f"It holds a javascript: link on <{tag}>.")
        elif key in _LINKS:
            if value.startswith("#"):
                self.targets[value[1:]] = None
            elif tag != "a" and not value.startswith("data:"):
                self.found.append(f"<{tag}> loads {value!r} from elsewhere.")
            elif tag == "a" and not value.startswith("data:"):
                self._link(value)

    def _link(self, address: str) -> None:
        if not is_address(address):
            self.found.append(
                f"A link leads to {address!r}: use https, mailto, an id of the page, or a page of "
                "this study by its file name."
            )
            return
        file = page_beside(address)
        if file and self.files is not None and file not in {INDEX, *self.files}:
            self.found.append(
                f"A link leads to {address!r}, and no page of that name is built beside this one."
            )

    def _heading(self, level: int) -> None:
        if level == 1:
            self.titles += 1
        if level > self.level + 1:
            self.found.append(f"A heading of level {level} follows one of level {self.level}.")
        self.level = level

    def at_end(self) -> Iterator[str]:
        for id_, uses in self.ids.items():
            if uses > 1:
                yield f"The id {id_!r} stands {uses} times."
        for target in self.targets:
            if target not in self.ids:
                yield f"A link leads to #{target}, which is not on the page."
        if self.titles != 1:
            yield f"It has {self.titles} titles (headings of level one), and needs one."
