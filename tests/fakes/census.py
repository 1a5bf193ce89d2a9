"""The US Census Bureau's API of international trade as it answers, on invented figures."""

import json
from dataclasses import dataclass, field

from fakes.serving import PAGE, Reply, Request

WAYS = {"exports": ("E_COMMODITY", "ALL_VAL_MO"), "imports": ("I_COMMODITY", "GEN_VAL_MO")}
GROUPS = {"0003": "4280", "4XXX": "4280"}  # a group, and the country that it repeats


@dataclass
class Census:
    """values: country, code ("-" is all goods), month → dollars. groups: rows of groups come, too.
    heavy: by code, more months than so many are refused. most: by code, records at which an answer
    is cut in silence."""

    values: dict[tuple[str, str, str], int]
    key: str = "K"
    way: str = "exports"
    groups: bool = False
    doubled: bool = False
    follows: bool = False  # a proxy between that follows redirects
    heavy: dict[str, int] = field(default_factory=dict)
    most: dict[str, int] = field(default_factory=dict)
    world: dict[tuple[str, str], int] = field(default_factory=dict)  # other totals, by code, month
    before: list = field(default_factory=list)  # called once each, before an answer

    def __call__(self, request: Request) -> Reply:
        if self.before:
            self.before.pop(0)(self)
        query = request.query
        if query.get("key") != self.key:
            if self.follows:
                return Reply(200, PAGE.replace(b"Maintenance", b"Invalid Key"), "text/html")
            page = "invalid_key" if "key" in query else "missing_key"
            headers = {"Location": f"/data/{page}.html", "X-DataWebAPI-KeyError": "1"}
            return Reply(302, headers=headers)
        if request.path != f"/data/timeseries/intltrade/{self.way}/hs":
            return Reply(204)
        commodity, value = WAYS[self.way]
        names = query["get"].split(",")
        if strange := set(names) - {commodity, value, "CTY_CODE", "SUMMARY_LVL"}:
            return Reply(400, f"error: unknown variable '{min(strange)}'".encode(), "text/plain")
        first, last = query["time"], query["time"]
        if first.startswith("from "):
            _, first, _, last = first.split(" ")
        months = sorted({month for _, _, month in self.values if first <= month <= last})
        if len(months) > self.heavy.get(query[commodity], 99):
            words = b"There was an error while running your query. We've logged the error."
            return Reply(500, words, "text/plain")
        records = [
            {"CTY_CODE": country, value: str(held), commodity: code, "time": month,
             "COMM_LVL": f"HS{len(code)}", "SUMMARY_LVL": "DET"}
            for month in months
            for country, code, held in self._of(query[commodity], month)
        ]  # fmt: skip
        if not records:
            return Reply(204)
        filters = [name for name in (commodity, "COMM_LVL", "SUMMARY_LVL") if name in query]
        if self.doubled:
            filters.append("CTY_CODE")
        columns = [*names, *filters, "time"]
        rows = [
            [record[name] for name in columns]
            for record in records[: self.most.get(query[commodity])]
        ]
        return Reply(body=json.dumps([columns, *rows]).encode())

    def _of(self, code: str, month: str) -> list[tuple[str, str, int]]:
        found = [
            (c, code, v) for (c, one, m), v in self.values.items() if (one, m) == (code, month)
        ]
        if found:
            total = self.world.get((code, month), sum(value for _, _, value in found))
            found.append(("-", code, total))
        if self.groups:
            held = {country: value for country, _, value in found}
            found += [(g, code, held[c]) for g, c in GROUPS.items() if c in held]
        return found
