"""Eurostat's folder of Comext files as it answers, with invented figures in real archives."""

import io
from dataclasses import dataclass, field
from functools import cache

import py7zr

from fakes.serving import Reply, Request

HEAD = (
    "REPORTER,PARTNER,TRADE_TYPE,PRODUCT_NC,PRODUCT_SITC,PRODUCT_CPA21,PRODUCT_CPA22,PRODUCT_BEC,"
    "PRODUCT_BEC5,PRODUCT_SECTION,FLOW,STAT_PROCEDURE,SUPPL_UNIT,PERIOD,VALUE_EUR,VALUE_NAC,"
    "QUANTITY_KG,QUANTITY_SUPPL_UNIT"
)
PATH = "/eurostat/api/dissemination/files/"
ENTRY = (
    '<tr><td><a href="?file=comext%2FCOMEXT_DATA%2FPRODUCTS%2F{name}">{name}</a></td>'
    '<td title="{size} bytes">{mega:.1f} MB</td><td>{day}</td></tr>'
)


def line(reporter, partner, product, flow, period, value, procedure=1, weight=None) -> str:
    weight = value // 10 if weight is None else weight
    return (
        f"{reporter},{partner},E,{product},77641,2611,2611,42,1,16,{flow},{procedure},NO_SU,{period},"
        f"{value},{value},{weight},0"
    )


@cache
def packed(text: str, name: str = "full_v2.dat") -> bytes:
    """A 7z archive of one file."""
    held = io.BytesIO()
    with py7zr.SevenZipFile(held, "w") as archive:
        archive.writestr(text, name)
    return held.getvalue()


@dataclass
class ComextBulk:
    """lines: by period (202401) the rows of a file. changed: by period day and minute. archives:
    bytes that are given in the place of packed lines, once each if in a list. listed: whether the
    list of the folder names the files."""

    lines: dict[str, list[str]]
    changed: dict[str, str] = field(default_factory=dict)
    archives: dict[str, bytes | list[bytes]] = field(default_factory=dict)
    listed: bool = True
    elsewhere: str = ""  # an address to which downloads are sent
    before: list = field(default_factory=list)  # called once each, before an answer

    def archive(self, period: str) -> bytes:
        other = self.archives.get(period)
        if isinstance(other, bytes):
            return other
        if other:
            return other.pop(0)
        return packed("\n".join([HEAD, *self.lines[period], ""]))

    def __call__(self, request: Request) -> Reply:
        if self.before:
            self.before.pop(0)(self)
        if request.path == PATH and "dir" in request.query:
            rows = []
            for period in sorted(self.lines) if self.listed else []:
                size = len(self._size(period))
                for start in ("full_v2_", "full_partxixu_v2_"):
                    name = f"{start}{period}.7z"
                    rows.append(ENTRY.format(
                        name=name, size=size, mega=size / 1e6, day=self._day(period)
                    ))  # fmt: skip
            rows.append(
                ENTRY.format(name="full_v2_202352.7z", size=9, mega=0, day="01/02/2024 11:00")
            )
            body = f"<html><body><table>{''.join(rows)}</table></body></html>"
            return Reply(body=body.encode(), kind="text/html")
        if request.path == PATH and "file" in request.query:
            name = request.query["file"].rpartition("/")[2]
            where = self.elsewhere or f"{PATH}received/{name}"
            if name[8:14] in self.lines:
                return Reply(302, headers={"Location": where})
        if request.path.startswith(f"{PATH}received/full_v2_"):
            period = request.path.rpartition("_")[2][:6]
            day, month, year, time = self._day(period).replace(" ", "/").split("/")
            names = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
            when = f"Mon, {day} {names[int(month) - 1]} {year} {time}:00 GMT"
            body = self.archive(period)
            return Reply(body=body, kind="application/x-7z", headers={"Last-Modified": when})
        return Reply(404, b"<html><body>Not found</body></html>", "text/html")

    def _size(self, period: str) -> bytes:
        other = self.archives.get(period)
        return other[-1] if isinstance(other, list) and other else self.archive(period)

    def _day(self, period: str) -> str:
        return self.changed.get(period, f"15/{int(period[4:]) + 2:02d}/{period[:4]} 11:00")
