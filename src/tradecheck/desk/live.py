"""The built pages for the browser of this machine alone, which shows them anew after a build."""

import re
from base64 import b64encode
from hashlib import sha256
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Condition, Thread

HERE = "127.0.0.1"
INDEX = "index.html"
CHANGES = "/.changes"
PING = 15  # seconds after which a browser that has gone is noticed
_FILE = re.compile(r"/([A-Za-z0-9][\w-]*(?:\.[\w-]+)*\.(?:html|json))")  # in reports/, none hidden
_TYPES = {"html": "text/html; charset=utf-8", "json": "application/json"}
_POLICY = "default-src 'none'; "
_WAITING = (
    '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta '
    f'http-equiv="Content-Security-Policy" content="{_POLICY}">\n<title>Not built yet</title>\n'
    "</head>\n<body>\n<p>This page is not built yet; it appears here once it is.</p>\n</body>\n</html>\n"
)


class Live(ThreadingHTTPServer):
    """Serves `reports/` on a free port of this machine until the process ends.

    A page that is served, never the file, holds a script that loads it again after `renew`, and
    what failed in the last build; where that kept a page of what failed, it is shown instead.
    """

    daemon_threads = True

    def __init__(self, reports: Path):
        super().__init__((HERE, 0), _Handler)
        self.reports = reports
        self.version, self.errors = 0, ""
        self.changed = Condition()
        port = self.server_address[1]
        self.names = {f"{name}:{port}" for name in (HERE, "localhost")}
        self.address = f"http://{HERE}:{port}"
        Thread(target=self.serve_forever, daemon=True).start()

    def renew(self, errors: str) -> None:
        """A build has ended, with these sentences of what failed."""
        with self.changed:
            self.version, self.errors = self.version + 1, errors
            self.changed.notify_all()

    def page(self, name: str) -> str:
        """The page as the browser gets it."""
        version, errors = self.version, self.errors
        path = self.reports / name
        for failed in self.reports.glob("*.failed.html") if errors else ():
            study = failed.name.removesuffix(".failed.html")
            if name == f"{study}.html" or name.startswith(f"{study}-"):
                path = failed
        html = path.read_text(encoding="utf-8") if path.is_file() else _WAITING
        script = (
            f'new EventSource("{CHANGES}").onmessage = (told) => '
            f'{{ if (told.data !== "{version}") location.reload() }}'
        )
        allowed = b64encode(sha256(script.encode()).digest()).decode()
        policy = f"{_POLICY}connect-src 'self'; script-src 'sha256-{allowed}'; "
        html = html.replace(_POLICY, policy, 1)
        told = f'<pre role="alert">{escape(errors)}</pre>\n' if errors else ""
        html = html.replace("<body>\n", f"<body>\n{told}", 1)
        return html.replace("</body>", f"<script>{script}</script>\n</body>", 1)


class _Handler(BaseHTTPRequestHandler):
    server: Live

    def do_GET(self) -> None:
        # A page of elsewhere can give its own name this machine's address, but not change this line
        if self.headers.get("Host") not in self.server.names:
            self._send(HTTPStatus.FORBIDDEN, "text/plain", b"Only for this machine.\n")
            return
        asked = self.path.partition("?")[0]
        if asked == CHANGES:
            self._tell()
            return
        found = _FILE.fullmatch(f"/{INDEX}" if asked == "/" else asked)
        name = found[1] if found else ""
        if name.endswith(".html"):
            self._send(HTTPStatus.OK, _TYPES["html"], self.server.page(name).encode())
        elif name and (self.server.reports / name).is_file():
            self._send(HTTPStatus.OK, _TYPES["json"], (self.server.reports / name).read_bytes())
        else:
            self._send(HTTPStatus.NOT_FOUND, "text/plain", b"There is no such report.\n")

    def _tell(self) -> None:
        """The number of the last build, and of each later one."""
        self._head(HTTPStatus.OK, "text/event-stream")
        told = -1
        try:
            while True:
                with self.server.changed:
                    if self.server.version == told:
                        self.server.changed.wait(PING)
                    told = self.server.version
                self.wfile.write(f"data: {told}\n\n".encode())
                self.wfile.flush()
        except OSError:  # the browser has gone
            pass

    def _send(self, status: HTTPStatus, kind: str, content: bytes) -> None:
        self._head(status, kind, len(content))
        self.wfile.write(content)

    def _head(self, status: HTTPStatus, kind: str, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Requests are not told."""
