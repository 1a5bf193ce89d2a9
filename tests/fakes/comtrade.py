"""UN Comtrade as it answers, on invented figures."""

import json
from dataclasses import dataclass, field

from fakes.serving import Reply, Request

Key = tuple[int, int, str, str]  # reporter, partner, code, period such as 202404


@dataclass
class Comtrade:
    """values: invented US dollars. released: by reporter and period the time of the last release.

    limit: rows at which an answer is cut in silence. flow: the only one that it has; more flows by
    who reports them, where several do.
    """

    values: dict[Key, float]
    released: dict[tuple[int, str], str]
    key: str = ""
    limit: int = 500
    flow: str = "X"
    flows: dict[int, str] = field(default_factory=dict)
    parts: bool = False
    before: list = field(default_factory=list)  # called once each, before an answer

    def __call__(self, request: Request) -> Reply:
        if self.before:
            self.before.pop(0)(self)
        query = request.query
        if request.path == "/public/v1/getDa/C/M/HS":
            reporter = int(query["reporterCode"])
            rows = [
                {
                    "period": int(period), "reporterCode": reporter, "datasetChecksum": len(day),
                    "totalRecords": 1000, "firstReleased": day, "lastReleased": day,
                    "typeCode": "C", "freqCode": "M",
                }
                for (held, period), day in sorted(self.released.items())
                if held == reporter
            ]  # fmt: skip
            return _envelope(rows)
        if request.path == "/public/v1/preview/C/M/HS":
            if "," in query["period"]:
                body = b'{"error":"Maximum number of periods for preview is 1"}'
                return Reply(400, body)
        elif request.path == "/data/v1/get/C/M/HS":
            if request.headers.get("ocp-apim-subscription-key") != self.key:
                told = "Access denied due to invalid subscription key. Make sure to provide a valid key."
                return Reply(401, json.dumps({"statusCode": 401, "message": told}).encode())
        else:
            return Reply(404, b"The resource you are looking for has been removed")
        return _envelope(self._rows(query)[: self.limit])

    def _rows(self, query) -> list[dict]:
        reporters, partners = (
            [int(text) for text in query[f"{name}Code"].split(",")]
            for name in ("reporter", "partner")
        )
        found = []
        for period in query["period"].split(","):
            for reporter in reporters:
                for partner in partners:
                    for code in query["cmdCode"].split(","):
                        value = self.values.get((reporter, partner, code, period))
                        flow = self.flows.get(reporter, self.flow)
                        if value is None or query["flowCode"] != flow:
                            continue
                        if (reporter, period) in self.released:
                            found.append(row(reporter, partner, code, period, flow, value))
                            if self.parts:
                                found.append(
                                    found[-1] | {"motCode": 1000, "primaryValue": value / 2}
                                )
        return found


def row(reporter: int, partner: int, code: str, period: str, flow: str, value: float) -> dict:
    return {
        "typeCode": "C", "freqCode": "M", "refPeriodId": int(f"{period}01"), "refYear": int(period[:4]),
        "refMonth": int(period[4:]), "period": period, "reporterCode": reporter, "reporterISO": None,
        "flowCode": flow, "partnerCode": partner, "partnerISO": None, "partner2Code": 0,
        "classificationCode": "H6", "classificationSearchCode": "HS", "isOriginalClassification": True,
        "cmdCode": code, "aggrLevel": None, "isLeaf": None, "customsCode": "C00", "mosCode": "0 ",
        "motCode": 0, "qtyUnitCode": -1, "qtyUnitAbbr": None, "qty": 0.0, "isQtyEstimated": False,
        "netWgt": None, "isNetWgtEstimated": False, **dict(zip(("cifvalue", "fobvalue"), (value, None) if flow == "M" else (None, value))),
        "primaryValue": value, "legacyEstimationFlag": 0, "isReported": False, "isAggregate": True,
    }  # fmt: skip


def _envelope(rows: list[dict]) -> Reply:
    body = {"elapsedTime": "0.1 secs", "count": len(rows), "data": rows, "error": ""}
    return Reply(body=json.dumps(body).encode())
