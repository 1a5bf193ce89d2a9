"""Where a fetch brought a later release of months that were held already, which release counts is a
choice: the last, or what was known before it."""

import pandas as pd

from tradecheck.data.tables import Tables
from tradecheck.study.claims import ClaimsFile
from tradecheck.study.dimensions import Choice, Dimension
from tradecheck.study.study import Study

ID = "release"
WORDS = "which release counts"
CELL = ["publisher", "mirror", "reporter", "partner", "product", "currency", "period_start"]


def with_releases(claims: ClaimsFile, study: Study, tables: Tables) -> ClaimsFile:
    """The claims with that choice for every reading that fixes no vintage, unless the study or its
    claims make it themselves."""
    choices = [choice for one in claims.dimensions for choice in one.choices.values()]
    free = [name for name, reading in claims.readings.items() if reading.vintage is None]
    if study.vintage or not free or any(choice.vintage for choice in choices):
        return claims
    day = before_the_last(study, tables)
    if not day:
        return claims
    dimension = Dimension(
        id=ID,
        words=WORDS,
        readings=free,
        choices={"the last one": Choice(), f"as known on {day}": Choice(vintage=day)},
    )
    return claims.model_copy(update={"dimensions": [*claims.dimensions, dimension]})


def before_the_last(study: Study, tables: Tables) -> str:
    """The last day on which a figure stood that a fetched release has replaced since; "" if none."""
    names = {entry.months for entry in study.of_kind("months")}
    if not any(tables.cards[name].asked for name in names):
        return ""
    flows = tables.flows
    rows = flows[
        flows["source"].isin(sorted(names))
        & (flows["period_start"] == flows["period_end"])
        & (flows["released"] != "")
    ]
    rows = rows.assign(
        publisher=rows["source"].map({name: tables.cards[name].publisher for name in names}),
        mirror=rows["source"].isin(sorted(tables.mirrors)),
        fetched=rows["source"].isin([name for name in names if tables.cards[name].asked]),
    )
    last = rows.groupby(CELL)["released"].transform("max")
    fetched = rows["fetched"] & (rows["released"] == last)
    replaced = rows[(rows["released"] < last) & _any_of(rows, fetched)]
    return str(replaced["released"].max()) if len(replaced) else ""


def _any_of(rows: pd.DataFrame, marked: pd.Series) -> pd.Series:
    """Rows of a cell of which a row is marked."""
    return marked.groupby([rows[name] for name in CELL]).transform("any")
