"""What is missing from the tables of a study: months, partners, codes and values without a figure."""

import pandas as pd

from tradecheck.data.clean import trade_tables
from tradecheck.data.tables import Tables
from tradecheck.data.turned import turning
from tradecheck.study import areas
from tradecheck.study.periods import month_range
from tradecheck.study.study import Study

AXES = {"reporter": Study.reporters, "partner": Study.partners}


def months_unobserved(study: Study, tables: Tables) -> list[str]:
    """The months shown of which no table holds a row of that month alone, in order. The other
    side's figures fill none where the reporter's own are held."""
    flows = tables.own_flows
    held = set(flows.loc[flows["period_start"] == flows["period_end"], "period_start"])
    return [month for month in study.shown if month not in held]


def months_uncovered(study: Study, tables: Tables) -> list[str]:
    """The months shown that no row covers, not even one of a longer period, in order. The other
    side's figures fill none where the reporter's own are held."""
    ends = tables.own_flows[["period_start", "period_end"]].drop_duplicates()
    held = {
        month for first, last in ends.itertuples(index=False) for month in month_range(first, last)
    }
    return [month for month in study.shown if month not in held]


def months_without_rows(study: Study, tables: Tables) -> pd.DataFrame:
    """Months shown, within the span of a table, for which it holds no row of a reporter that it else holds.

    Columns: source, reporter, months (a tuple). A row of any partner and goods counts.
    """
    found = []
    for source in trade_tables(study):
        published = tables.published[tables.published["source"] == source]
        if published.empty:
            continue
        span = set(month_range(published["month"].min(), published["month"].max()))
        expected = [month for month in study.shown if month in span]
        own = tables.reporting(source)
        wanted = {*AXES[own](study), *_groups(tables, source, own)}
        for reporter, rows in published.groupby("reporter", sort=True):
            lacking = sorted(set(expected) - set(rows["month"]))
            if reporter in wanted and lacking:
                found.append((source, reporter, tuple(lacking)))
    return pd.DataFrame(found, columns=["source", "reporter", "months"])


def areas_without_rows(study: Study, tables: Tables) -> pd.DataFrame:
    """Reporters and partners of the study of which a table holds no row at all.

    Columns: source, axis (reporter or partner), areas (a tuple of codes). A row of a group counts
    for its members.
    """
    found = []
    for source in trade_tables(study):
        rows = tables.flows[tables.flows["source"] == source]
        for axis, wanted in AXES.items():
            held = set(rows[axis].unique())
            for group in _groups(tables, source, axis):
                held.update(areas.members(group))
            lacking = tuple(area for area in wanted(study) if area not in held)
            if len(rows) and lacking:
                found.append((source, axis, lacking))
    return pd.DataFrame(found, columns=["source", "axis", "areas"])


def asked_codes(study: Study, tables: Tables) -> list[str]:
    """The codes that the study's goods name, sorted; none where it asks for all goods."""
    listed = (
        tables.read_list(study.goods.list, study.goods.where) if study.goods.list else frozenset()
    )
    return sorted(listed | set(study.goods.codes))


def codes_without_rows(study: Study, tables: Tables) -> list[str]:
    """Codes of the study's goods that no table holds a row of, sorted; a longer code counts."""
    held = tables.flows["product"].unique()
    prefixes = {code[:length] for code in held for length in range(2, len(code) + 1)}
    return [code for code in asked_codes(study, tables) if code not in prefixes]


def codes_never_asked_for(study: Study, tables: Tables) -> list[str]:
    """Codes of the study's goods for which, as the cards say, a publisher was never asked, sorted."""
    never = {
        code for source in trade_tables(study) for code in tables.cards[source].codes_without_file
    }
    return sorted(never.intersection(asked_codes(study, tables)))


def blank_values(tables: Tables) -> pd.DataFrame:
    """Rows whose value is withheld or not given: source, status, rows, first, last (months)."""
    rows = tables.flows[tables.flows["value"].isna()]
    sums = rows.groupby(["source", "status"], sort=True).agg(
        rows=("row", "size"), first=("period_start", "min"), last=("period_end", "max")
    )
    return sums.reset_index()


def months_without_rate(study: Study, tables: Tables) -> dict[str, list[str]]:
    """By table of rates that turned values into the report's currency the months shown that it
    lacks, in order."""
    return {
        entry.rates: [month for month in study.shown if month not in tables.rates[entry.rates]]
        for entry in turning(study, tables.cards)
    }


def provisional_months(study: Study, tables: Tables) -> dict[str, list[str]]:
    """By table, the months that it or the study calls provisional, in order."""
    flows = tables.flows
    found: dict[str, set[str]] = {}
    for source, rows in flows[flows["status"] == "provisional"].groupby("source"):
        found.setdefault(source, set()).update(rows["period_end"].unique())
    for entry in study.of_kind("months"):
        held = sorted(flows.loc[flows["source"] == entry.months, "period_end"].unique())
        told = entry.provisional.months if entry.provisional else []
        named = (
            held[-told:] if isinstance(told, int) else [month for month in told if month in held]
        )
        if named:
            found.setdefault(entry.months, set()).update(named)
    return {source: sorted(found[source]) for source in trade_tables(study) if source in found}


def _groups(tables: Tables, source: str, axis: str) -> list[str]:
    """Groups that a table gives a row of their own."""
    held = tables.flows.loc[tables.flows["source"] == source, axis].unique()
    return sorted(name for name in held if areas.group_of(name))
