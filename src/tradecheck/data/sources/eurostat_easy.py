"""Easy Comext's CSV: labels, often one month a file, and years written as month 52."""

import re
from collections.abc import Sequence

from tradecheck.data.sources import cells, eurostat, eurostat_cells
from tradecheck.data.sources.base import RawFile, Received, Said, Source, Wanted
from tradecheck.data.sources.table import header, read_table

NEEDED = {"REPORTER", "PARTNER", "PRODUCT", "FLOW", "PERIOD"}
FIELDS = {
    "reporter": ["REPORTER"], "partner": ["PARTNER"], "product": ["PRODUCT"], "flow": ["FLOW"],
    "period": ["PERIOD"], "procedure": ["STAT_PROCEDURE", "STAT_REGIME"],
    "indicator": ["INDICATORS"],
}  # fmt: skip
VALUE = ("VALUE_IN_EUR", "VALUE_IN_EUROS", "INDICATOR_VALUE")
WEIGHT = ("QUANTITY_IN_100KG",)
NUMBERED = re.compile(
    r"^(?:[A-Z]{2}|[0-9]{3,4})-(?=\w)"
)  # the code before a label, as in DE-Germany


def is_header(names: Sequence[str]) -> bool:
    held = {name.upper() for name in names}
    return held >= NEEDED and any(
        held >= known
        for known in ({"VALUE_IN_EUR"}, {"VALUE_IN_EUROS"}, {"INDICATORS", "INDICATOR_VALUE"})
    )


def recognises(raw: RawFile) -> bool:
    return header(raw, is_header) is not None


def read(raw: RawFile, said: Said, wanted: Wanted | None) -> Received:
    """One row a line; STAT_PROCEDURE, where it is, splits a figure or totals it."""
    file = read_table(raw, is_header)
    table = cells.frame(file, FIELDS)
    value, flags = eurostat_cells.figures(file, VALUE)
    table = table.assign(value=value, flags=flags)
    if cells.place(file, WEIGHT) >= 0:
        weight = eurostat_cells.figures(file, WEIGHT)[0] * 100
        table = table.assign(quantity=weight, unit=weight.notna().map({True: "kg", False: ""}))
    for column in ("reporter", "partner"):
        table[column] = table[column].str.replace(NUMBERED, "", n=1, regex=True)
    return eurostat.received(raw, said, wanted, table, rows=len(file))


SOURCE = Source(
    name="eurostat-easy-comext",
    publisher=eurostat.PUBLISHER,
    how="Easy Comext, Extraction, CSV (file names such as Relational_View_….csv)",
    recognises=recognises,
    read=read,
    card=eurostat.CARD | {"title": "Easy Comext, extraction"},
)
