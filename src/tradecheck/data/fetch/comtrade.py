"""UN Comtrade: the preview without a key, a month a call; with a key, twelve months a call."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

from tradecheck.data.fetch.asked import WORLD, Asked
from tradecheck.data.fetch.line import Answer, Line, Trouble
from tradecheck.data.fetch.service import Block, Calendar, Limits, Release, Row, Service
from tradecheck.data.flows import TOTAL
from tradecheck.data.sources.comtrade_names import CUTS
from tradecheck.errors import TradecheckError
from tradecheck.study import areas

COLUMNS = (
    "typeCode freqCode refPeriodId refYear refMonth period reporterCode reporterISO flowCode "
    "partnerCode partnerISO partner2Code classificationCode classificationSearchCode "
    "isOriginalClassification cmdCode aggrLevel isLeaf customsCode mosCode motCode qtyUnitCode "
    "qtyUnitAbbr qty isQtyEstimated netWgt isNetWgtEstimated cifvalue fobvalue primaryValue "
    "legacyEstimationFlag isReported isAggregate"
).split()
WHOLE = {"partner2Code": "0", "motCode": "0", "customsCode": "C00"}
PREVIEW = 500
DIGITS = (2, 4, 6)
MOST_CODES = 110  # an address of more than about 1,900 signs is refused


class Comtrade(Service):
    name = "comtrade"
    title = "UN Comtrade"
    home = "https://comtradeapi.un.org"
    format = "comtrade"
    terms = (
        "UN Comtrade data may not be passed on without the permission of the United Nations "
        "Statistics Division: this file and the answers it is made of stay out of git."
    )
    committed = False
    key_name = "COMTRADE_API_KEY"
    vintage = "lastReleased is the day on which UN Comtrade last released the reporter's month"

    @property
    def pace(self) -> float:
        return 1.5 if self.key else 3.0

    def cannot(self, asked: Asked) -> str:
        if not self.narrowed(asked).reporters:
            return "it knows none of the reporters by itself, as one area"
        if TOTAL not in asked.codes and self.narrowed(asked).codes == (TOTAL,):
            return "its finest codes have six digits"
        return ""

    def narrowed(self, asked: Asked) -> Asked:
        return replace(
            asked,
            reporters=tuple(code for code in asked.reporters if _number(code)),
            partners=(*(code for code in asked.partners if _number(code)), WORLD),
            codes=asked.codes_of(DIGITS),
        )

    def calendar_calls(self, asked: Asked) -> int:
        return len(asked.reporters)

    def calendar(self, line: Line, asked: Asked) -> Calendar:
        found = Calendar()
        for reporter in asked.reporters:
            try:
                query = {"reporterCode": str(_number(reporter))}
                rows = self._data(line.get(f"{self.base}/public/v1/getDa/C/M/HS", query, "json"))
            except Trouble as trouble:
                if trouble.ends:
                    raise
                found.troubles[reporter] = line.hidden(f"its calendar: {trouble.words}")
                continue
            months = dict(map(_release, rows))
            found.out[reporter] = {
                month: release for month, release in months.items() if month in asked.months
            }
            if months:
                last = max(months)
                found.last[reporter] = f"{last} was the last month out, on {months[last].day}"
        return found

    def limits(self, asked: Asked) -> Limits:
        if self.key:
            return Limits(reporters=1, months=12, codes=MOST_CODES, cells=90_000)
        return Limits(reporters=1, months=1, codes=MOST_CODES, cells=PREVIEW - 50)

    def ask(self, line: Line, block: Block) -> Answer:
        query = {
            "reporterCode": ",".join(str(_number(code)) for code in block.reporters),
            "partnerCode": ",".join(str(_number(code)) for code in block.partners),
            "period": ",".join(month.replace("-", "") for month in block.months),
            "flowCode": block.flow,
            "cmdCode": ",".join(block.codes),
            "includeDesc": "true",
            **WHOLE,
        }
        path, headers = "/public/v1/preview/C/M/HS", {}
        if self.key:
            path, headers = "/data/v1/get/C/M/HS", {"Ocp-Apim-Subscription-Key": self.key}
        return line.get(f"{self.base}{path}", query, "json", headers)

    def columns(self) -> Sequence[str]:
        return (*COLUMNS, "lastReleased")

    def rows(self, block: Block, body: bytes) -> Iterator[Row]:
        """The rows that are totals in every way of parting. One that was not asked for, two of one
        cell, two editions in a month or a number of rows at a limit are refused."""
        data = self._data(Answer(200, {}, body, ""))
        if len(data) in CUTS:
            raise Trouble(f"it was cut at {len(data):,} rows", big=True)
        seen: set[tuple[str, ...]] = set()
        editions: dict[str, str] = {}
        for found in data:
            entry = {name.lower(): _text(value) for name, value in found.items()}
            row = _row(entry)
            if _is_part(entry):
                raise Trouble("it gave parts of figures where their totals were asked for")
            flow, often = entry["flowcode"].strip().upper(), entry.get("freqcode")
            row = block.once(row, seen, fits=flow == block.flow and often in ("M", ""))
            if (
                editions.setdefault(row.month, entry["classificationcode"])
                != entry["classificationcode"]
            ):
                raise Trouble("it gave one month in two editions of the Harmonized System")
            yield row

    def _data(self, answer: Answer) -> list[dict]:
        """The rows of an envelope, which must be whole."""
        try:
            found = json.loads(answer.body or b"{}")
            if not isinstance(found, dict):
                raise ValueError
            error = found.get("error") or (found.get("errorObject") or {}).get("errorMessage")
            data, count = found.get("data"), found.get("count")
        except (ValueError, AttributeError, RecursionError):
            raise Trouble("its answer is not of the form that is known") from None
        if error:
            raise Trouble(f"it answers with an error: {str(error)[:160]}", answer.status)
        if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
            raise Trouble("its answer holds no rows under data", answer.status)
        if isinstance(count, int) and count != len(data):
            raise Trouble(f"it says {count:,} rows and gives {len(data):,}", big=True)
        return data


def _row(entry: dict[str, str]) -> Row:
    try:
        code, value = entry["cmdcode"].strip(), float(entry["primaryvalue"])
        period = entry["period"]
        reporter, partner = (
            areas.from_comtrade(int(entry[name])).code for name in ("reportercode", "partnercode")
        )
        entry["classificationcode"], entry["flowcode"]
    except (KeyError, ValueError, TradecheckError):
        raise Trouble("a row of its answer cannot be read") from None
    raw = tuple(entry.get(name.lower(), "") for name in COLUMNS)
    return Row(reporter, partner, code, f"{period[:4]}-{period[4:]}", value, raw)


def _is_part(entry: dict[str, str]) -> bool:
    return (
        entry.get("partner2code", "0") not in ("0", "")
        or entry.get("motcode", "0") not in ("0", "")
        or entry.get("customscode", "C00") not in ("C00", "")
        or entry.get("moscode", "0").strip() not in ("0", "")
    )


def _release(row: dict) -> tuple[str, Release]:
    try:
        period, day = str(row["period"]), str(row["lastReleased"])
    except KeyError:
        raise Trouble("its calendar is not of the form that is known") from None
    stamp = f"{day}|{row.get('datasetChecksum')}|{row.get('totalRecords')}"
    return f"{period[:4]}-{period[4:6]}", Release(day[:10], stamp)


def _text(value: object) -> str:
    if value is None:
        return ""
    return repr(value) if isinstance(value, float) else str(value)


def _number(code: str) -> int | None:
    if code == WORLD:
        return 0
    try:
        return areas.area(code).comtrade
    except TradecheckError:
        return None
