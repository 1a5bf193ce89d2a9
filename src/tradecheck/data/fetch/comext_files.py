"""Eurostat's folder of Comext files: what lies in it, and since when."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from tradecheck.data.fetch.clock import told
from tradecheck.data.fetch.line import Answer, Line, Trouble

PATH = "/eurostat/api/dissemination/files/"
FOLDER = "comext/COMEXT_DATA/PRODUCTS"
MOST_TURNS = 4  # from one address to another on the same machine


class File(NamedTuple):
    """An archive of one month. changed: day and minute. size: bytes, 0 where nobody says."""

    name: str
    changed: str
    size: int


def query_of(month: str) -> dict[str, str]:
    """What asks for a month's archive."""
    return {"file": f"{FOLDER}/{_name(month)}"}


def files(line: Line, base: str, months: Sequence[str]) -> dict[str, File]:
    """The archives that are out, by month: of all months where the folder is listed, else of those
    that are asked for, each by its name."""
    answer = get(line, base, {"sort": "1", "dir": FOLDER}, "bytes")
    if found := _listed(answer.body.decode("utf-8", "replace")):
        return found
    for month in (month for month in months if month < answer.day[:7]):
        try:
            headers = get(line, base, query_of(month), "bytes", head=True).headers
        except Trouble as trouble:
            if trouble.status != 404:
                raise
            continue
        if not (changed := told(headers.get("last-modified", ""))):
            raise Trouble("it gives a file without its day")
        size = int(headers.get("content-length") or 0)
        found[month] = File(_name(month), f"{changed:%Y-%m-%dT%H:%M}", size)
    return found


def get(line: Line, base: str, query: Mapping[str, str], kind: str, **how: Any) -> Answer:
    """An answer of the folder, as `Line.get`; the service sends on to other addresses of its own."""
    address, headers = f"{base}{PATH}", {"Accept-Encoding": "identity"}
    for _ in range(MOST_TURNS):
        try:
            return line.get(address, query, kind, headers, **how)
        except Trouble as trouble:
            if not 300 <= trouble.status < 400:
                raise
            turned = urljoin(address, trouble.text)
            if urlsplit(turned).hostname != urlsplit(base).hostname:
                raise Trouble("it sends to another machine", trouble.status, "never") from None
            address, query = turned, {}
    raise Trouble("it sends from one address to another without end")


def _name(month: str) -> str:
    return f"full_v2_{month.replace('-', '')}.7z"


def _listed(page: str) -> dict[str, File]:
    """Files in the list of a folder. Those of whole years and of parts of the United Kingdom lie
    beside them."""
    found = {}
    if "full_v2_" in page and "</table" not in page.lower():
        raise Trouble("its list of files breaks off")
    for row in re.split(r"(?i)<tr\b", page):
        if not (name := re.search(r"\bfull_v2_([0-9]{4})(0[1-9]|1[0-2])\.7z", row)):
            continue
        day = re.search(r"([0-9]{2})/([0-9]{2})/([0-9]{4})\s+([0-9]{2}:[0-9]{2})", row)
        size = re.search(r'title="([0-9]+) bytes"', row)
        if not day:
            raise Trouble("its list of files is not of the form that is known")
        changed = f"{day[3]}-{day[2]}-{day[1]}T{day[4]}"
        found[f"{name[1]}-{name[2]}"] = File(name[0], changed, int(size[1]) if size else 0)
    return found
