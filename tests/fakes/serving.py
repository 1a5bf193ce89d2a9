"""A server on this machine that answers as a service does, with faults in between; and a clock that
passes when somebody sleeps."""

import gzip
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tradecheck.data.fetch.asked import Asked
from tradecheck.data.fetch.clock import Clock
from tradecheck.data.fetch.kept import Kept
from tradecheck.data.fetch.line import Line
from tradecheck.data.fetch.run import Fetching
from tradecheck.data.fetch.service import Service

PAGE = b"<!DOCTYPE html><html><head><title>Sorry</title></head><body>Maintenance</body></html>"


@dataclass
class Time:
    """A clock that no test waits for; `wrong`: how far this machine's days are off."""

    passed: float = 1000.0
    slept: list[float] = field(default_factory=list)
    today: datetime = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
    wrong: timedelta = timedelta()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.passed += seconds

    @property
    def clock(self) -> Clock:
        return Clock(
            lambda: self.today + self.wrong + timedelta(seconds=self.passed - 1000),
            lambda: self.passed,
            self.sleep,
        )


@dataclass
class Reply:
    """What a fake answers; length: what Content-Length says, if it is not the body's."""

    status: int = 200
    body: bytes = b""
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None
    cut: int | None = None
    stall: float = 0.0


@dataclass
class Request:
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    form: Mapping[str, str]
    at: float
    target: str = ""  # as sent


FAULTS: dict[str, Callable[[Reply], Reply]] = {
    "204": lambda good: Reply(204),
    "302": lambda good: Reply(302, b"", headers={"Location": "/data/missing_key.html"}),
    "page with 200": lambda good: Reply(200, PAGE, "text/html"),
    "500": lambda good: Reply(500, b"There was an error while running your query."),
    "503": lambda good: Reply(503, b"Service unavailable", headers={"Retry-After": "7"}),
    "429 in words": lambda good: Reply(
        429, b'{"statusCode":429,"message":"Rate limit is exceeded. Try again in 40 seconds."}'
    ),
    "429 by header": lambda good: Reply(429, b"slow", headers={"Retry-After": "55"}),
    "429 bare": lambda good: Reply(429, b""),
    "cut": lambda good: Reply(good.status, good.body, good.kind, cut=len(good.body) // 2),
    "stalled": lambda good: Reply(
        good.status, good.body, good.kind, cut=len(good.body) // 2, stall=0.6
    ),
    "length too large": lambda good: Reply(
        good.status, good.body, good.kind, length=len(good.body) + 10
    ),
    "length too small": lambda good: Reply(
        good.status, good.body, good.kind, length=max(1, len(good.body) - 7)
    ),
    "gzip damaged": lambda good: Reply(
        200, b"\x1f\x8b\x08" + good.body[:30], good.kind, {"Content-Encoding": "gzip"}
    ),
    "gzip cut": lambda good: Reply(
        200, gzip.compress(good.body)[:-6], good.kind, {"Content-Encoding": "gzip"}
    ),
    "no JSON": lambda good: Reply(200, b"try later", "text/plain"),
}


class Server:
    """answer: what the service says to a request. faults: by the number of the request."""

    def __init__(self, answer: Callable[[Request], Reply], time: Time):
        self.answer, self.time = answer, time
        self.faults: dict[int, str] = {}
        self.requests: list[Request] = []
        self.address = ""

    def reply(self, request: Request) -> Reply:
        self.requests.append(request)
        good = self.answer(request)
        fault = self.faults.get(len(self.requests) - 1)
        return FAULTS[fault](good) if fault else good


@contextmanager
def served_at(monkeypatch: Any, variable: str, fake: Any, time: Time) -> Iterator[Any]:
    """The fake in the place of the service whose address stands in a variable."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving(fake, time) as server:
        server.fake = fake
        monkeypatch.setenv(variable, server.address)
        yield server


@contextmanager
def serving(answer: Callable[[Request], Reply], time_: Time) -> Iterator[Server]:
    server = Server(answer, time_)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self, form: Mapping[str, str] = {}) -> None:
            parts = urlsplit(self.path)
            query = {name: held[0] for name, held in parse_qs(parts.query).items()}
            headers = {name.lower(): text for name, text in self.headers.items()}
            reply = server.reply(Request(parts.path, query, headers, form, time_.passed, self.path))
            self.send_response_only(reply.status)
            self.send_header("Date", f"{time_.today:%a, %d %b %Y %H:%M:%S} GMT")
            self.send_header("Content-Type", reply.kind)
            for name, text in reply.headers.items():
                self.send_header(name, text)
            if reply.status != 204:
                length = len(reply.body) if reply.length is None else reply.length
                self.send_header("Content-Length", str(length))
            self.end_headers()
            body = reply.body if reply.status != 204 and self.command != "HEAD" else b""
            self.wfile.write(body if reply.cut is None else body[: reply.cut])
            self.wfile.flush()
            if reply.stall:
                time.sleep(reply.stall)
            if reply.cut is not None or reply.length is not None:
                self.close_connection = True

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
            self.do_GET({name: held[0] for name, held in parse_qs(body).items()})

        def log_message(self, *_: object) -> None:
            pass

        def handle(self) -> None:
            with suppress(OSError):
                super().handle()

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    server.address = f"http://127.0.0.1:{http.server_port}"
    thread = threading.Thread(
        target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    )
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()


def fetch_of(service: Service, folder: Path, time: Time, asked: Asked) -> Fetching:
    """A fetch of what is asked, into a folder, at the pace of a clock that nobody waits for."""
    line = Line(service.title, service.pace, time.clock, (service.key,) if service.key else ())
    return Fetching(service, service.narrowed(asked), Kept(folder, service.name), line)
