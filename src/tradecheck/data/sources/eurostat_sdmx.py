"""Eurostat's SDMX-CSV: what the API and the Data Browser's "SDMX-CSV" and "linear CSV" give."""

from collections.abc import Sequence

from tradecheck.data.sources import cells, eurostat, eurostat_cells
from tradecheck.data.sources.base import RawFile, Received, Said, Source, Wanted
from tradecheck.data.sources.table import header, read_table

NEEDED = {"REPORTER", "PARTNER", "PRODUCT", "FLOW", "TIME_PERIOD", "OBS_VALUE"}
FIELDS = {
    "reporter": ["REPORTER"], "partner": ["PARTNER"], "product": ["PRODUCT"], "flow": ["FLOW"],
    "period": ["TIME_PERIOD"], "value": ["OBS_VALUE"], "released": ["LAST UPDATE"],
    "indicator": ["INDICATORS", "INDICATOR"], "procedure": ["STAT_PROCEDURE"],
}  # fmt: skip
FLAGS = {"flag": ["OBS_FLAG"], "secret": ["CONF_STATUS"], "unnamed": [""]}


def is_header(names: Sequence[str]) -> bool:
    return {_plain(name) for name in names} >= NEEDED


def recognises(raw: RawFile) -> bool:
    return header(raw, is_header) is not None


def read(raw: RawFile, said: Said, wanted: Wanted | None) -> Received:
    """Codes or labels; flags in columns of their own, of which the last may lack a name."""
    file = read_table(raw, is_header)
    both = {name: _plain(name) for name in file.names if ":" in name}  # cells such as DE:Germany
    fields = {
        field: known + [name.upper() for name, plain in both.items() if plain in known]
        for field, known in (FIELDS | FLAGS).items()
    }
    table = cells.frame(file, fields)
    for field in FIELDS.keys() & set(table.columns):
        if any(name.upper() in fields[field][len(FIELDS[field]) :] for name in both):
            table[field] = table[field].str.partition(":")[0].str.strip()
    flags = table.reindex(columns=list(FLAGS), fill_value="").fillna("").sum(axis=1).astype("str")
    value, beside = eurostat_cells.figures(file, fields["value"])
    if "released" in table:
        table["released"] = table["released"].map(
            {text: eurostat_cells.day(text) for text in table["released"].unique()}
        )
    table = table.assign(value=value, flags=flags + beside)
    return eurostat.received(raw, said, wanted, table, rows=len(file))


def _plain(name: str) -> str:
    return name.partition(":")[0].strip().upper()


SOURCE = Source(
    name="eurostat-sdmx",
    publisher=eurostat.PUBLISHER,
    how="Data Browser, data set DS-045409 or DS-059341, Download, SDMX-CSV (.csv or .csv.gz)",
    recognises=recognises,
    read=read,
    card=eurostat.CARD | {"title": "International trade in goods, SDMX-CSV"},
)
