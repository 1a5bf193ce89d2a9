"""Eurostat's Comext as it answers, on invented figures."""

import csv
import io
import re
from dataclasses import dataclass, field

from fakes.serving import Reply, Request

HEAD = "DATAFLOW,LAST UPDATE,freq,reporter,partner,product,flow,indicators,TIME_PERIOD,OBS_VALUE".split(
    ","
)
FAULT = '<S:Fault xmlns:S="x"><faultcode>{}</faultcode><faultstring>{}</faultstring></S:Fault>'


@dataclass
class Comext:
    """values: (reporter, partner, product, month) → euros. queued: questions larger than so many
    rows are queued. most: larger ones are refused."""

    values: dict[tuple[str, str, str, str], int]
    updated: str = "15/09/26 11:00:00"
    known: set[str] = field(default_factory=set)
    greece: str = "EL"
    queued: int = 10**9
    most: int = 10**9
    status: list[str] = field(default_factory=lambda: ["SUBMITTED", "PROCESSING", "AVAILABLE"])
    waiting: dict[str, bytes] = field(default_factory=dict)
    looks: int = 0
    by_product: dict[str, list] = field(default_factory=dict)

    def __call__(self, request: Request) -> Reply:
        if found := re.search(r"async/status/(.+)", request.path):
            told = self.status[min(self.looks, len(self.status) - 1)]
            self.looks += 1
            body = f'<?xml version="1.0"?><ns1:status>{told}</ns1:status>'
            return Reply(body=body.encode(), kind="application/xml")
        if found := re.search(r"async/data/(.+)", request.path):
            return Reply(body=self.waiting[found[1]], kind="application/vnd.sdmx.data+csv")
        if not request.path.startswith(
            "/eurostat/api/comext/dissemination/sdmx/2.1/data/DS-045409/"
        ):
            return self._fault(404, 100, "ERR_NOT_FOUND_4: not available for dissemination.")
        key = request.path.rpartition("/")[2].split(".")
        if len(key) != 6:
            return self._fault(400, 140, "INVALID_QUERY_NB_FILTERS")
        _, reporters, partners, products, flow, indicator = (part.split("+") for part in key)
        wrong = [f"REPORTER={code}" for code in reporters if code in {"EL", "GR"} - {self.greece}]
        wrong += [f"PRODUCT={code}" for code in products if self.known and code not in self.known]
        if wrong or indicator != ["VALUE_IN_EUROS"]:
            told = (
                f"INVALID_QUERY_DIMENSION_VALUE: not allowed: {wrong[0] if wrong else 'INDICATORS'}"
            )
            return self._fault(400, 150, told)
        first, last = request.query["startPeriod"], request.query["endPeriod"]
        if len(reporters) * len(partners) * len(products) > self.most:
            return self._fault(413, 413, "EXTRACTION_TOO_BIG: estimated rows")
        wanted = set(reporters), set(partners), set(products)
        rows = [
            ["ESTAT:DS-045409(1.0)", self.updated, "M", *cell[:3], flow[0], "VALUE_IN_EUROS", cell[3], value]
            for cell, value in sorted(self._of(products))
            if all(code in held for code, held in zip(cell, wanted)) and first <= cell[3] <= last
        ]  # fmt: skip
        if not rows:
            return self._fault(404, 100, "NO_RESULTS")
        text = io.StringIO()
        csv.writer(text).writerows([HEAD, *rows])
        if len(rows) > self.queued:
            number = f"0000-{len(self.waiting)}"
            self.waiting[number] = text.getvalue().encode()
            self.looks = 0
            body = f"<env><queued><id>{number}</id><status>SUBMITTED</status></queued></env>"
            return Reply(body=body.encode(), kind="application/xml")
        return Reply(body=text.getvalue().encode(), kind="application/vnd.sdmx.data+csv")

    def _of(self, products: list[str]) -> list:
        if len(self.values) < 1000:
            return list(self.values.items())
        if not self.by_product:
            for cell, value in self.values.items():
                self.by_product.setdefault(cell[2], []).append((cell, value))
        return [one for product in products for one in self.by_product.get(product, [])]

    @staticmethod
    def _fault(status: int, code: int, words: str) -> Reply:
        return Reply(status, FAULT.format(code, words).encode(), "text/xml")
