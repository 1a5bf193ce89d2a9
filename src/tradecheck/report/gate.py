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
# The reports of a study stand side by side and may lead to each other.
_BESIDE = re.compile(r"[a-z0-9_-]+-(?:data|robustness)\.html(?:#[a-z0-9-]+)?")
_LINKS = {"href", "src", "action", "data", "poster", "srcset", "formaction", "xlink:href"}
_FORBIDDEN_TAGS = frozenset(
    "script iframe object embed form input button base frame applet audio video img".split()
)
_COMMON_NAMES = {"admin", "debian", "jovyan", "localhost", "runner", "root", "ubuntu", "user"}


def hold(html: str, files: Collection[str] = ()) -> str:
    """The page itself if nothing is found; else a TradecheckError that lists every finding."""
    if found := findings(html, files):
        raise TradecheckError("The page cannot be published. " + " ".join(found))
    return html


def findings(html: str, files: Collection[str] = ()) -> list[str]:
    """What the page holds and must not, as sentences; ``files`` are names links may lead to."""
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

    def __init__(self, files: Collection[str]):
        super().__init__()
        self.files = files
        self.found: list[str] = []
        self.ids: Counter[str] = Counter()
        self.targets: dict[str, None] = {}
        self.level = 0
        self.titles = 0
        self.drawing: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        if tag in _FORBIDDEN_TAGS:
            self.found.append(f"It holds <{tag}>.")
        if tag == "style" and self.level:
            self.found.append("It holds a <style> outside the head.")
        for key, value in values.items():
            self._attribute(tag, key, value)
        if "id" in values:
            self.ids[values["id"]] += 1
        if re.fullmatch("h[1-6]", tag):
            self._heading(int(tag[1]))
        named = values.get("role") == "img" and "aria-labelledby" in values
        if tag == "svg" and not named and values.get("aria-hidden") != "true":
            self.found.append("A drawing has no role or no alternative text.")
        if tag == "title":
            self.drawing = ""

    def handle_data(self, data: str) -> None:
        if self.drawing is not None:
            self.drawing += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "title" and self.drawing is not None:
            if _PLACEHOLDERS.search(self.drawing.strip()):
                self.found.append(f"A title or alternative text says nothing ({self.drawing!r}).")
            self.drawing = None

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
            elif not self._may_lead_to(value):
                self.found.append(
                    f"A link leads to {value!r}: use https, mailto or an id of the page."
                )

    def _may_lead_to(self, address: str) -> bool:
        if address.startswith(("data:", "https:", "mailto:")) or address in self.files:
            return True
        return _BESIDE.fullmatch(address) is not None

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
