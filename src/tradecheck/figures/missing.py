"""What the tables of a study do not hold, and what that means for the results."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import pandas as pd

from tradecheck.data import gaps
from tradecheck.data.clean import trade_tables
from tradecheck.data.tables import Tables
from tradecheck.figures.amounts import first_upper, month_list
from tradecheck.show.exhibits import Column, Row, Table
from tradecheck.show.prose import Prose, escape_markdown, listing, period_name
from tradecheck.show.units import count, money, percent
from tradecheck.study import areas
from tradecheck.study.study import Study

MOST_CODES = 12  # named one by one
NO_VALUE = "Unknown, not zero."
FLOOR = "Unknown, not zero: a sum with this part missing is a floor."


def missing(study: Study, tables: Tables) -> list[Table | Prose]:
    """What is missing, what no row is taken to mean, and what official totals show beyond the tables."""
    columns = [
        Column("what", "What is missing"),
        Column("which", "Which, and where"),
        Column("means", "What it counts as"),
    ]
    rows = [dict(zip(("what", "which", "means"), found)) for found in _found(study, tables)]
    shown: list[Table | Prose] = []
    if rows:
        shown.append(Table("missing", "What the tables do not hold", columns, rows, layout="cards"))
    else:
        shown.append(
            Prose(
                "Nothing that the tables could show: every month, partner and code that was asked for has "
                "a row, and every row a value."
            )
        )
    if trade_tables(study):
        shown.append(absent_words(study, tables))
    return [*shown, *beyond(study, tables)]


def absent_words(study: Study, tables: Tables) -> Prose:
    """What each card says it means that a code has no row in a month."""
    by_meaning: dict[str, list[str]] = defaultdict(list)
    for source in trade_tables(study):
        by_meaning[tables.cards[source].holds.absent].append(source)
    parts = []
    if zero := by_meaning.get("zero"):
        parts.append(
            f"**No row counts as zero** in {escape_markdown(listing(zero))}, as "
            f"{'their cards say' if len(zero) > 1 else 'its card says'}, and only in months for which the "
            "reporter has any row."
        )
    if unknown := by_meaning.get("unknown"):
        parts.append(f"**No row counts as unknown** in {escape_markdown(listing(unknown))}.")
    return Prose(" ".join(parts))


def beyond(study: Study, tables: Tables) -> list[Table]:
    """Official totals of wider groups of goods beside what the tables hold of them; or nothing."""
    found = [table.assign(source=name) for name, table in tables.remainders.items()]
    if not found:
        return []
    table, scale = pd.concat(found), unit_scale(study)
    unit = money(table["currency"].iloc[0], scale)
    columns = [
        Column("goods", "Goods"),
        Column("official", "Official total", "right"),
        Column("held", "In the tables", "right"),
        Column("unseen", "Not in them", "right"),
        Column("share", "Seen", "right"),
    ]
    rows = [
        Row(
            {
                "goods": f"Chapter {row.product}" if row.product.isdigit() else "All goods",
                "official": unit.bare(row.official / scale, 2),
                "held": unit.bare(row.held / scale, 2),
                "unseen": unit.bare((row.official - row.held) / scale, 2),
                "share": percent(row.held / row.official) if row.official else "",
            },
            group=period_name(row.period_start, row.period_end),
        )
        for row in table.itertuples()
    ]
    publishers = list(dict.fromkeys(tables.cards[name].publisher for name in tables.remainders))
    return [
        Table(
            "beyond", f"How much of the official totals the tables hold, {unit.label}", columns, rows,
            note="Of all goods of a chapter, not of those asked for alone.",
            source=listing(publishers), layout="compact",
        )
    ]  # fmt: skip


def unit_scale(study: Study) -> int:
    """How much of a currency the report counts as one."""
    return study.unit.scale if study.unit else 1_000_000


def _found(study: Study, tables: Tables) -> Iterator[tuple[str, str, str]]:
    yield from _months(study, tables)
    for (reporter, months), sources in _by_place(
        gaps.months_without_rows(study, tables), "reporter", "months"
    ):
        which = f"{areas.name_of(reporter)}, {month_list(months)}, in {listing(sources)}"
        yield "Months of a reporter", which, FLOOR
    for (axis, lacking), sources in _by_place(
        gaps.areas_without_rows(study, tables), "axis", "areas"
    ):
        named = listing([areas.name_of(area) for area in lacking])
        yield f"{first_upper(axis)}s", f"{named}, in {listing(sources)}", FLOOR
    yield from _codes(study, tables)
    for row in gaps.blank_values(tables).itertuples():
        what = "Confidential values" if row.status == "confidential" else "Rows without a value"
        yield (
            what,
            f"{count(row.rows)} in {row.source}, {period_name(row.first, row.last)}",
            NO_VALUE,
        )
    for name, lacking in gaps.months_without_rate(study, tables).items():
        if lacking:
            yield "Exchange rates", f"{month_list(lacking)}, in {name}", NO_VALUE
    by_months: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for source, months in gaps.provisional_months(study, tables).items():
        by_months[tuple(months)].append(source)
    for months, sources in by_months.items():
        which = f"{month_list(months)}: provisional, in {listing(sources)}"
        yield "Final values", which, "Counted as published; later releases may change them."


def _months(study: Study, tables: Tables) -> Iterator[tuple[str, str, str]]:
    uncovered = gaps.months_uncovered(study, tables)
    if uncovered:
        yield "Months without any figure", _of_shown(uncovered, study), NO_VALUE
    within = [month for month in gaps.months_unobserved(study, tables) if month not in uncovered]
    if within:
        yield (
            "Figures of single months",
            f"{_of_shown(within, study)}: only totals of longer periods are held",
            "Each month has limits, not a value. Nothing is filled in.",
        )


def _codes(study: Study, tables: Tables) -> Iterator[tuple[str, str, str]]:
    asked = len(gaps.asked_codes(study, tables))
    never = gaps.codes_never_asked_for(study, tables)
    if never:
        yield (
            "Codes that the publisher was not asked for",
            f"{count(len(never))} of {count(asked)}: {_some(never)}",
            "Unknown: trade in them cannot appear here.",
        )
    without = [code for code in gaps.codes_without_rows(study, tables) if code not in never]
    if without and trade_tables(study):
        zero = all(tables.cards[source].holds.absent == "zero" for source in trade_tables(study))
        means = "Zero in every month, as the cards say." if zero else NO_VALUE
        yield (
            ("Other codes" if never else "Codes"),
            f"{count(len(without))} of {count(asked)}: {_some(without)}",
            means,
        )


def _of_shown(months: Iterable[str], study: Study) -> str:
    months = list(months)
    if len(months) == len(study.shown):
        return f"{month_list(months)}, which is every month shown"
    return (
        f"{month_list(months)}, {count(len(months))} of the {count(len(study.shown))} months shown"
    )


def _by_place(table: pd.DataFrame, *key: str) -> Iterator[tuple[tuple, list[str]]]:
    """The same gap in several tables once."""
    held: dict[tuple, list[str]] = {}
    for row in table.to_dict("records"):
        held.setdefault(tuple(row[name] for name in key), []).append(row["source"])
    yield from held.items()


def _some(codes: list[str]) -> str:
    if len(codes) <= MOST_CODES:
        return listing(codes)
    return f"{', '.join(codes[:MOST_CODES])} and {count(len(codes) - MOST_CODES)} more"
