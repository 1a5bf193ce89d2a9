"""Release calendars: which reporter's month was public on which day."""

from collections.abc import Sequence
from functools import partial

import pandas as pd

from tradecheck.data.sources import moments
from tradecheck.data.sources.base import Listing, RawFile
from tradecheck.data.sources.lists import read_listing
from tradecheck.data.sources.table import Bad, Table, header, read_table
from tradecheck.errors import TradecheckError
from tradecheck.study.project import Project

COLUMNS = ("reporter", "month", "edition", "first_released", "last_released")
LAST = ("reporter", "last_month", "released")


def releases(project: Project, name: str) -> pd.DataFrame:
    """Columns reporter (a name), month, edition, first_released, last_released (days)."""
    table = read_listing(project, name, CALENDAR.name)
    return table.sort_values(["reporter", "month"], ignore_index=True)


def last_months(project: Project, name: str) -> pd.DataFrame:
    """Reporters outside a calendar's window: reporter, last_month, released (a day, or a year)."""
    return read_listing(project, name, LAST_MONTHS.name)


def read_releases(raw: RawFile) -> pd.DataFrame:
    """Every row checked: a release follows its month, and the last one is not before the first."""
    file = read_table(raw, partial(_is_header, COLUMNS))
    place = {name: at for at, name in enumerate(_plain(file.names))}
    table = pd.DataFrame(
        {
            "reporter": file.seen(place["reporter"]).to_pandas(),
            "month": file.each(place["month"], _months).to_pandas(),
            "edition": file.seen(place["edition"]).to_pandas(),
            **{name: file.each(place[name], moments.days).to_pandas() for name in COLUMNS[3:]},
        }
    ).astype("str")
    _refuse(file, table, table["reporter"] == "", "the reporter is missing; fill it in")
    late = (table["month"] < table["first_released"].str[:7]) & (
        table["first_released"] <= table["last_released"]
    )
    _refuse(
        file,
        table,
        ~late,
        "a release follows its month, and the last release is not before the first",
    )
    _refuse(
        file,
        table,
        table.duplicated(["reporter", "month"]),
        "the reporter's month stands twice; delete one of the rows",
    )
    return table


def read_last_months(raw: RawFile) -> pd.DataFrame:
    file = read_table(raw, partial(_is_header, LAST))
    place = {name: at for at, name in enumerate(_plain(file.names))}
    return pd.DataFrame({
        "reporter": file.seen(place["reporter"]).to_pandas(),
        "last_month": file.each(place["last_month"], _months).to_pandas(),
        "released": file.seen(place["released"]).to_pandas(),
    }).astype("str")  # fmt: skip


def _refuse(file: Table, table: pd.DataFrame, wrong: pd.Series, rule: str) -> None:
    if wrong.any():
        row = int(wrong.to_numpy().argmax())
        named = ", ".join(table.loc[row, ["reporter", "month"]])
        raise TradecheckError(f"{file.at(row)} ({named}): {rule}.")


def _months(texts: Sequence[str]) -> list[str]:
    found = moments.periods(texts)
    for text, period in zip(texts, found, strict=True):
        if period.first != period.last:
            raise Bad(text, "no single month; write it as 2024-07")
    return [period.first for period in found]


def _plain(names: Sequence[str]) -> list[str]:
    return [name.strip().lower() for name in names]


def _is_header(columns: Sequence[str], names: Sequence[str]) -> bool:
    return set(_plain(names)) >= set(columns)


CALENDAR = Listing(
    "release-calendar",
    "months by reporter with the days of their first and latest release",
    lambda raw: header(raw, partial(_is_header, COLUMNS)) is not None,
    read_releases,
)
LAST_MONTHS = Listing(
    "last-months",
    "the last month that each reporter has published",
    lambda raw: header(raw, partial(_is_header, LAST)) is not None,
    read_last_months,
)
