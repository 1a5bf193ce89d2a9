"""USA Trade Online's CSV: title rows, goods as "0101210020 Horses", values as "1,716,414"."""

import re
from collections.abc import Sequence

from tradecheck.data.flows import TOTAL
from tradecheck.data.sources import assemble, cells, census, who
from tradecheck.data.sources.base import (
    BREAKDOWN,
    NOT_STATED,
    YEAR_ROW,
    RawFile,
    Received,
    Said,
    Source,
    Wanted,
)
from tradecheck.data.sources.said import settled
from tradecheck.data.sources.table import header, read_table
from tradecheck.study.periods import Period, parse_period

FIELDS = {
    "product": ["COMMODITY", "COMMODITIES", "HS COMMODITY"],
    "partner": ["COUNTRY", "COUNTRIES"],
    "period": ["TIME"],
}
# The measures of value, the most complete first: words, flow ("" if they do not tell), valuation.
VALUES = (
    (r"TOTAL EXPORTS? VALUE", "X", "FAS"), (r"CUSTOMS VALUE \(GEN\)", "M", "customs value"),
    (r"CUSTOMS VALUE \(CONS\)", "M", "customs value"), (r"CIF VALUE \(GEN\)", "M", "CIF"),
    (r"(?:TOTAL )?VALUE", "", ""),
)  # fmt: skip
SPLITS = ("DISTRICT", "PORT", "STATE", "RATE PROVISION", "COUNTRY SUB CODE", "DOMESTIC/FOREIGN")
FLOWS = {"IMPORT": "M", "EXPORT": "X"}
THROUGH = re.compile(r"(\d{4}) through ([A-Za-z]{3})[a-z]*", re.IGNORECASE)


def _measure(names: Sequence[str]) -> tuple[int, str, str]:
    """The place of the column of values, its flow and valuation; place -1 if there is none."""
    plain = [re.sub(r"\s*\(DEFAULT MEMBER\)", "", " ".join(name.upper().split())) for name in names]
    for words, flow, valuation in VALUES:
        for at, name in enumerate(plain):
            if re.fullmatch(rf"{words} \(\$US\)", name):
                return at, flow, valuation
    return -1, "", ""


def is_header(names: Sequence[str]) -> bool:
    held = {name.upper() for name in names}
    return all(held & set(known) for known in FIELDS.values()) and _measure(names)[0] >= 0


def recognises(raw: RawFile) -> bool:
    return header(raw, is_header) is not None


def read(raw: RawFile, said: Said, wanted: Wanted | None) -> Received:
    """Goods, countries and months or years by row; groups of countries are set aside."""
    said = settled(said, raw.place)
    file = read_table(raw, is_header)
    at, flow, valuation = _measure(file.names)
    splits = {name: [name] for name in SPLITS}
    table = cells.frame(file, FIELDS | splits | {"value": [file.names[at].upper()]})
    titles = " ".join(cell for row in file.top for cell in row).upper()
    told = {flow for word, flow in FLOWS.items() if word in titles}
    flow = flow or (told.pop() if len(told) == 1 else said.flow or NOT_STATED)
    world = table["partner"].str.upper().str.startswith(("WORLD", "TOTAL", "ALL COUNTRIES"))
    partner = table["partner"].mask(world, census.WORLD)
    table = table.assign(
        reporter=who.area_code("United States"),
        partner=assemble.coded(partner),
        flow=flow,
        **cells.spans(raw, table, "period", _period),
        product=cells.each(raw, table, "product", _code).astype("str"),
        value=cells.amounts(raw, table, "value"),
        currency="USD",
        valuation=valuation or {"X": "FAS", "M": "customs value"}.get(flow, ""),
        released="",
    )
    month = table["period_end"]
    editions = month.map({one: cells.hs_edition(one) for one in month.unique()})
    table["edition"] = editions.where(
        table["product"].str.len() != 10, census.TEN_DIGITS.get(flow, "")
    ).astype("str")
    held = [name for name in SPLITS if name in table]
    table = assemble.repeats(table, said, held)
    for split in held:
        totals = [
            text for text in table[split].str.upper().unique() if re.match(r"ALL\b|TOTAL|-$", text)
        ]
        table = assemble.also_aside(table, BREAKDOWN, assemble.breakdown(table, split, totals))
    group = partner.map({label: census.is_group(label) for label in partner.unique()})
    if not group.all():
        table = assemble.also_aside(table, census.GROUP, group)
    table = assemble.also_aside(table, YEAR_ROW, assemble.beside_months(table))
    return assemble.received(
        raw, said, wanted, table[table["value"].notna()], rows=len(file), absent="zero",
        notes=[f"Values are {file.names[at]}."],
    )  # fmt: skip


def _period(text: str) -> Period:
    """The months of 2024, January 2024 or 2024 through March."""
    if found := THROUGH.fullmatch(text.strip()):
        return cells.worded(f"Jan-{found[2]} {found[1]}") or parse_period(text)
    return cells.worded(text) or parse_period(text)


def _code(text: str) -> str:
    if re.match(r"(?:ALL\b|TOTAL\b|WORLD\b)", text.upper()):
        return TOTAL
    found = re.match(r"(\d+)(?:\s|$)", text)
    code = found[1] if found else ""
    if len(code) not in (2, 4, 6, 8, 10):
        raise ValueError(
            f"{text[:40]!r} begins with no HS code; choose HS, not NAICS, as the commodity"
        )
    return code


SOURCE = Source(
    name="usa-trade-online",
    publisher=census.PUBLISHER,
    how="usatrade.census.gov, report by HS commodity, Export as CSV",
    recognises=recognises,
    read=read,
    card=census.CARD | {"title": "USA Trade Online, report"},
)
