"""UK HMRC's Overseas Trade Statistics: the rows of api.uktradeinfo.com/OTS as a table, with the
letters of countries."""

import re
from collections.abc import Sequence

from tradecheck.data.flows import TOTAL
from tradecheck.data.sources import assemble, cells, eurostat_cells, who
from tradecheck.data.sources.base import RawFile, Received, Said, Source, Wanted
from tradecheck.data.sources.said import settled
from tradecheck.data.sources.table import header, read_table

PUBLISHER = "HM Revenue & Customs"
FIELDS = {
    "period": ["MONTHID"], "flow": ["FLOWTYPEID", "FLOW"], "product": ["COMMODITYID"],
    "partner": ["COUNTRYCODEALPHA", "COUNTRY"], "value": ["VALUE"], "quantity": ["NETMASS"],
    "hidden": ["SUPPRESSIONINDEX"], "released": ["RELEASED"],
    "kind": ["FLOWTYPEID"], "port": ["PORTID"],
}  # fmt: skip
NEEDED = ("period", "flow", "product", "partner", "value", "hidden")
PARTS = ("kind", "port", "hidden")  # rows of one figure differ in them
FLOWS = {"1": "M", "2": "X", "3": "M", "4": "X"}  # 1 and 2 are trade with the European Union
VALUATION = {"M": "CIF", "X": "FOB"}
PARTNER_HIDDEN = frozenset({1, 2, 3})  # of SuppressionIndex
WEIGHT_HIDDEN = frozenset({3, 4, 5})
BELOW = "estimate of trade below the thresholds"
BELOW_CODE = re.compile(r"(\d{1,2})9{7}|-\d+")  # by chapter, or allocated to nothing


def is_header(names: Sequence[str]) -> bool:
    held = {name.upper() for name in names}
    return all(held & set(FIELDS[field]) for field in NEEDED)


def recognises(raw: RawFile) -> bool:
    return header(raw, is_header) is not None


def read(raw: RawFile, said: Said, wanted: Wanted | None) -> Received:
    """Rows of ports and of the two kinds of partners are parts of one figure; a row without a value
    is confidential."""
    said = settled(said, raw.place)
    file = read_table(raw, is_header)
    table = cells.frame(file, FIELDS)
    flow = cells.each(raw, table, "flow", _flow).astype("str")
    value = cells.amounts(raw, table, "value")
    quantity = (
        cells.amounts(raw, table, "quantity") if "quantity" in table else value * float("nan")
    )
    quantity = quantity.mask(table["hidden"].isin(map(str, WEIGHT_HIDDEN)))
    below = table["product"].str.fullmatch(BELOW_CODE)
    table = table.assign(
        reporter=who.area_code("United Kingdom"),
        partner=assemble.coded(table["partner"]),
        flow=flow,
        **cells.spans(raw, table, "period", eurostat_cells.period),
        product=cells.each(raw, table, "product", _code).astype("str"),
        value=value,
        currency="GBP",
        valuation=flow.map(VALUATION).astype("str"),
        status=value.isna().map({True: "confidential", False: "final"}),
        quantity=quantity,
        unit=quantity.notna().map({True: "kg", False: ""}),
        reason=below.map({True: BELOW, False: ""}),
    )
    month = table["period_end"]
    hs = month.map({one: cells.hs_edition(one) for one in month.unique()})
    table["edition"] = (
        ("CN" + month.str[:4]).where(table["product"].str.len() == 8, hs).astype("str")
    )
    table = assemble.repeats(table, said, [name for name in PARTS if name in table])
    return assemble.received(raw, said, wanted, table, rows=len(file), absent="zero")


def _flow(text: str) -> str:
    found = FLOWS.get(text.strip()) or who.flow_code(text)
    if found not in VALUATION:
        raise ValueError(f"{text[:40]!r} is no flow; expected is 1 to 4, exports or imports")
    return found


def _code(text: str) -> str:
    if text.upper() == TOTAL:
        return TOTAL
    if found := BELOW_CODE.fullmatch(text):
        return (found[1] or "99").zfill(2)
    if not re.fullmatch(r"\d{1,8}", text):
        raise ValueError(f"{text[:40]!r} is no commodity code of at most eight digits")
    return cells.even(text)


SOURCE = Source(
    name="hmrc-ots",
    publisher=PUBLISHER,
    how="tradecheck fetch; or api.uktradeinfo.com/OTS as a table with the letters of countries (.csv)",
    recognises=recognises,
    read=read,
    card={
        "publisher": PUBLISHER,
        "title": "Overseas Trade Statistics (OTS)",
        "address": "https://www.uktradeinfo.com/trade-data/",
        "terms": "Open Government Licence v3.0: reuse is free if the source is named.",
        "credit": "Source: HM Revenue & Customs, Overseas Trade Statistics (OGL v3.0)",
        "unit": "pounds sterling; quantities in kilograms",
    },
)
