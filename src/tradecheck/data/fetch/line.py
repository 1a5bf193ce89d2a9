"""The wire to one service: one session, its pace, waits that it asks for, and limits on what it
sends. A body is whole, decompressed and of the kind asked for, or it is a `Trouble`."""

import os
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import requests
import urllib3
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

from tradecheck import __version__
from tradecheck.data.fetch import secret
from tradecheck.data.fetch.clock import Clock, told
from tradecheck.errors import TradecheckError

TRIES = 6
MOST_WAIT = 900.0  # seconds: who asks for more is asked again another day
MOST_BYTES = 400_000_000
MOST_IN_A_ROW = 30  # a throttled call counts against the day's quota, too
LOCAL = ("127.0.0.1", "::1", "localhost")
FIRST = 400  # bytes of a body by which its kind is known
SEVEN_ZIP = b"7z\xbc\xaf\x27\x1c"
SHOWN = 160  # characters of an answer's text that a sentence repeats


class Trouble(Exception):
    """Why there is no answer: words for a reader, the status, and when to try again.

    ends: nothing more is to be asked of this service now. big: smaller questions may be answered.
    """

    def __init__(self, words: str, status: int = 0, again: str = "later", ends: bool = False,
                 big: bool = False, text: str = ""):  # fmt: skip
        super().__init__(words)
        self.words, self.status, self.again, self.ends = words, status, again, ends
        self.big, self.text = big, text


class Unknown(Trouble):
    """The service does not know some of the codes that it was asked for."""

    def __init__(self, trouble: Trouble, codes: tuple[str, ...]):
        super().__init__("it does not know the code", trouble.status, "when the code is right")
        self.codes = codes


class _Passing(Exception):
    """A fault that may be over in a moment; wait: seconds that the service asks for."""

    def __init__(self, words: str, status: int = 0, wait: float | None = None):
        super().__init__(words)
        self.words, self.status, self.wait = words, status, wait


@dataclass(frozen=True)
class Answer:
    """status, headers (names in small letters), body decompressed, day (of the service's Date
    header, else of this machine)."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    day: str


@dataclass
class Line:
    """asked: how often the service was asked; told: gets a line for each wait."""

    name: str
    pace: float
    clock: Clock = field(default_factory=Clock)
    secrets: tuple[str, ...] = ()
    told: Callable[[str], None] = lambda line: None
    asked: int = 0
    _last: float = 0.0
    _failed: int = 0

    def __post_init__(self) -> None:
        self.http = requests.Session()
        self.http.headers.update(
            {"User-Agent": f"tradecheck/{__version__}", "Accept-Encoding": "gzip"}
        )
        secret.keep_out_of_logs(self.secrets)
        self.timeout = _timeout()
        self._last = self.clock.ticks()  # who stops and starts again keeps the pace, too

    def get(
        self, address: str, query: Mapping[str, str], kind: str, headers: Mapping[str, str] = {},
        data: Mapping[str, str] | None = None, into: Path | None = None, head: bool = False,
    ) -> Answer:  # fmt: skip
        """The answer of status 200, or 204 with an empty body. kind: json, csv, html, 7z or bytes.
        into: a file that gets the body in place of memory, of which the answer then has the first
        bytes. head: the headers only.

        Raises Trouble for every other end.
        """
        question = _Question(address, query, kind, headers, data, into, head)
        retrying = Retrying(
            retry=retry_if_exception_type(_Passing),
            stop=stop_after_attempt(TRIES),
            wait=lambda state: self._wait(state.attempt_number, state.outcome.exception()),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            answer = retrying(self._once, question)
        except _Passing as fault:
            raise Trouble(self.hidden(f"{fault.words}, {TRIES} times"), fault.status) from None
        self._failed = 0
        return answer

    def hidden(self, text: str) -> str:
        """A text without the keys."""
        return secret.hidden(text, self.secrets)

    # -- one call --------------------------------------------------------------------------------

    def _once(self, question: "_Question") -> Answer:
        if self._failed >= MOST_IN_A_ROW:
            raise Trouble(f"{self._failed} calls in a row failed", ends=True)
        self._keep_pace()
        self.asked += 1
        try:
            answer = self._received(question)
            self._judged(answer)
            self._of_kind(answer, "bytes" if question.head else question.kind)
        except (_Passing, Trouble):
            self._failed += 1
            raise
        return answer

    def _keep_pace(self) -> None:
        now = self.clock.ticks()
        if now < self._last + self.pace:
            self.clock.sleep(self._last + self.pace - now)
        self._last = self.clock.ticks()

    def _received(self, question: "_Question") -> Answer:
        way = "HEAD" if question.head else "GET" if question.data is None else "POST"
        try:
            with self.http.request(
                way, question.address, params=question.query, data=question.data,
                headers=dict(question.headers), stream=True, allow_redirects=False,
                timeout=(min(10.0, self.timeout), self.timeout),
            ) as reply:  # fmt: skip
                into = question.into if reply.status_code == 200 else None
                pieces = self._pieces(reply)
                body = _poured(reply, pieces, into) if into else _whole(reply, pieces)
                low = {name.lower(): text for name, text in reply.headers.items()}
                when = told(low.get("date", "")) or self.clock.now()
                return Answer(reply.status_code, low, body, when.date().isoformat())
        except (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError):
            raise _Passing(f"no answer within {self.timeout:g} seconds") from None
        except requests.exceptions.ProxyError:
            raise _Passing("the proxy gives no connection") from None
        except requests.exceptions.SSLError:
            raise Trouble(
                "its certificate is not trusted; name your CA file in REQUESTS_CA_BUNDLE", ends=True
            ) from None
        except (requests.exceptions.ConnectionError, urllib3.exceptions.ProtocolError):
            raise _Passing("the connection was cut") from None
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError):
            raise _Passing("it could not be reached") from None

    def _pieces(self, reply: requests.Response):
        """The body as sent. A deadline holds for the whole, not for each piece alone."""
        end, size = self.clock.ticks() + 10 * self.timeout, 0
        for piece in reply.raw.stream(65_536, decode_content=False):
            size += len(piece)
            if size > MOST_BYTES:
                raise Trouble(f"its answer is larger than {MOST_BYTES:,} bytes", big=True)
            if self.clock.ticks() > end:
                raise _Passing(f"its answer took longer than {10 * self.timeout:g} seconds")
            yield piece

    def _judged(self, answer: Answer) -> None:
        status, text = answer.status, self.hidden(plain(answer.body))
        if status in (200, 204):
            return
        if 300 <= status < 400:
            where = urlsplit(answer.headers.get("location", "")).path
            raise Trouble(self.hidden(f"it sends elsewhere ({where[:80]})"), status, "never",
                          text=answer.headers.get("location", ""))  # fmt: skip
        wait = _asked_wait(answer, text, self.clock)
        if status in (408, 425, 429) or status >= 500:
            if wait is not None and wait > MOST_WAIT:
                raise Trouble(f"status {status}: {text}", status, f"in {wait:,.0f} seconds", True)
            raise _Passing(f"status {status} ({text})", status, wait)
        if status in (401, 403):
            again = f"in {wait:,.0f} seconds" if wait is not None else "when the key is right"
            raise Trouble(f"status {status}: {text}", status, again, ends=True, text=text)
        raise Trouble(
            f"status {status}: {text}", status, "when the question is right",
            big=status in (413, 414) or "URL Too Long" in text,
            text=self.hidden(plain(answer.body, len(answer.body))),
        )  # fmt: skip

    def _of_kind(self, answer: Answer, kind: str) -> None:
        if answer.status == 204 or kind == "bytes":
            return
        if kind == "html":
            if b"</html>" not in answer.body[-2000:].lower():
                raise _Passing("a page that breaks off")
            return
        start = answer.body[:FIRST].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
        if start.startswith((b"<!doctype html", b"<html")):
            raise _Passing(f"a web page in place of data ({self.hidden(plain(answer.body))})")
        table = kind == "csv" and not start.startswith(b"<")
        if table and not answer.body.endswith(b"\n"):
            raise _Passing("a table that breaks off")
        if kind == "7z" and not start.startswith(SEVEN_ZIP):
            raise _Passing(f"no archive ({self.hidden(plain(answer.body))})")
        if kind == "json" and (not start.startswith((b"{", b"[")) or not _ends(answer.body)):
            raise _Passing(f"no JSON ({self.hidden(plain(answer.body))})")

    # -- waits -----------------------------------------------------------------------------------

    def _wait(self, attempt: int, fault: BaseException | None) -> float:
        asked = getattr(fault, "wait", None)
        return asked if asked is not None else min(2.0**attempt, 120.0)

    def _sleep(self, seconds: float) -> None:
        self.told(f"{self.name} asks to wait {seconds:,.0f} s")
        self.clock.sleep(seconds)


def base(name: str, usual: str) -> str:
    """The service's address; a test may name another one, on this machine only."""
    variable = f"TRADECHECK_{name.upper().replace('-', '_')}_ADDRESS"
    other = os.environ.get(variable, "")
    if other and urlsplit(other).hostname not in LOCAL:
        raise TradecheckError(
            f"{variable} names another machine; it may name an address of this machine only, for "
            "tests. Unset it."
        )
    return other.rstrip("/") or usual


def plain(body: bytes, most: int = SHOWN) -> str:
    """The text of an error's body, short and without markup."""
    text = re.sub(
        r"(?is)<(script|style)\b.*?</\1>|<[^>]*>", " ", body[:40_000].decode("utf-8", "replace")
    )
    text = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(text.split())[:most] or "no text"


class _Question(NamedTuple):
    address: str
    query: Mapping[str, str]
    kind: str
    headers: Mapping[str, str]
    data: Mapping[str, str] | None
    into: Path | None
    head: bool


def _poured(reply: requests.Response, pieces: Iterator[bytes], into: Path) -> bytes:
    """A body as sent, in a file on disk; its first bytes."""
    how = reply.headers.get("Content-Encoding", "identity").lower()
    if how not in ("identity", ""):
        raise _Passing(f"a compression that was not asked for ({how[:20]})")
    start = b""
    with into.open("wb") as file:
        for piece in pieces:
            start += piece[: max(0, FIRST - len(start))]
            try:
                file.write(piece)
                file.flush()
            except OSError as error:
                raise Trouble(
                    f"its answer cannot be written: {error.strerror}", ends=True
                ) from None
        os.fsync(file.fileno())
    return start


def _whole(reply: requests.Response, pieces) -> bytes:
    body = b"".join(pieces)
    how = reply.headers.get("Content-Encoding", "identity").lower()
    if how in ("identity", ""):
        return body
    if how not in ("gzip", "x-gzip"):
        raise _Passing(f"a compression that was not asked for ({how[:20]})")
    unpack = zlib.decompressobj(wbits=31)
    try:
        body = unpack.decompress(body, MOST_BYTES)
    except zlib.error:
        raise _Passing("its compressed answer is damaged") from None
    if not unpack.eof:
        raise _Passing("its compressed answer is cut short")
    return body


def _ends(body: bytes) -> bool:
    return body.rstrip()[-1:] in (b"}", b"]")


def _asked_wait(answer: Answer, text: str, clock: Clock) -> float | None:
    """Seconds that the service asks to wait: in its text, else in its header."""
    if found := re.search(r"in ([0-9]+) seconds?", text):
        return float(found[1])
    if found := re.search(r"replenished in ([0-9]+):([0-9]{2}):([0-9]{2})", text):
        hours, minutes, seconds = map(int, found.groups())
        return hours * 3600.0 + minutes * 60 + seconds
    header = answer.headers.get("retry-after", "").strip()
    if header.isdigit():
        return float(header)
    if when := told(header):
        now = told(answer.headers.get("date", "")) or clock.now()
        return max(0.0, (when - now).total_seconds())
    return None


def _timeout() -> float:
    text = os.environ.get("TRADECHECK_TIMEOUT", "120")
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 86_400:
        raise TradecheckError(
            f"TRADECHECK_TIMEOUT is {text[:20]!r}; a number of seconds is expected, such as 120."
        )
    return seconds
