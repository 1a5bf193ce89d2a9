"""UK HMRC's OData as it answers, on invented figures."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote

from fakes.serving import Reply, Request

COUNTRIES = {4: "DE", 11: "ES", 75: "RU", 79: "KZ", 21: "XB", 959: "QZ", 400: "US"}
EUROPEAN = {4, 11, 21}


def row(month: int, country: int, code: int, value: float, port: int = 131, hidden: int = 0,
        imports: bool = False) -> dict:  # fmt: skip
    kind = (1 if imports else 2) + (0 if country in EUROPEAN else 2)
    return {
        "MonthId": month, "FlowTypeId": kind, "SuppressionIndex": hidden, "CommodityId": code,
        "CommoditySitcId": 77641, "CountryId": country, "PortId": port, "Value": value,
        "NetMass": value / 10, "SuppUnit": 0.0,
    }  # fmt: skip


@dataclass
class Hmrc:
    """lines: rows as `row` makes them. page: rows of a page. skip: from a page on, the link leads
    so many rows too far. link: what a next link is turned into."""

    lines: list[dict]
    page: int = 30_000
    skip: int = 0
    link: Callable[[str], str] = lambda link: link
    before: list = field(default_factory=list)  # called once each, before an answer

    def __call__(self, request: Request) -> Reply:
        if self.before:
            self.before.pop(0)(self)
        query = request.query
        if request.path == "/Country":
            return _page(
                [{"CountryId": number, "CountryCodeAlpha": c} for number, c in COUNTRIES.items()]
            )
        if request.path != "/OTS" or {"$top", "$orderby"} & query.keys():
            return Reply(400, b'{"error":{"code":"","message":"The query is not valid."}}')
        if found := re.fullmatch(
            r"filter\((.+)\)/groupby\(\((.+)\),aggregate\(Value with sum as Value\)\)",
            query.get("$apply", ""),
        ):
            return _page(self._sums(self._where(found[1]), found[2].split(",")))
        found, at = self._where(query["$filter"]), int(query.get("$skip", "0"))
        rest, link = found[at : at + self.page], ""
        if at + self.page < len(found):
            host, told = request.headers["host"], quote(query["$filter"])
            link = f"http://{host}/OTS?$filter={told}&$skip={at + self.page + self.skip}"
        return _page(rest, self.link(link) if link else "")

    def _where(self, text: str) -> list[dict]:
        for sign, other in (("eq", "=="), ("ge", ">="), ("le", "<=")):
            text = text.replace(f" {sign} ", f" {other} ")
        test = compile(text, "filter", "eval")
        return [line for line in self.lines if eval(test, {"__builtins__": {}}, line)]

    @staticmethod
    def _sums(lines: list[dict], fields: list[str]) -> list[dict]:
        held: dict[tuple, float] = {}
        for line in lines:
            key = tuple(line[name] for name in fields)
            held[key] = held.get(key, 0.0) + line["Value"]
        return [dict(zip(fields, key), Value=value) for key, value in held.items()]


def _page(lines: list[dict], link: str = "") -> Reply:
    page = {"@odata.context": "https://api.uktradeinfo.com/$metadata#OTS", "value": lines}
    return Reply(body=json.dumps(page | ({"@odata.nextLink": link} if link else {})).encode())
