"""The columns of a tidy table, each as a column of the flows."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tradecheck.data.sources import codes, moments, who
from tradecheck.data.sources.base import NOT_STATED, Said
from tradecheck.data.sources.columns import Columns, Value, either_end, money, plain_name
from tradecheck.data.sources.numbers import Numbers, numbers
from tradecheck.data.sources.table import Bad, Table, coded, constant
from tradecheck.errors import TradecheckError
from tradecheck.study import areas

STATUS = {
    word: status
    for status, words in {
        "final": ("", "f", "final", "r", "revised", "a", "definitive", "(f)", "(r)"),
        "provisional": (
            "p",
            "provisional",
            "prov",
            "prov.",
            "preliminary",
            "prelim",
            "e",
            "estimated",
            "estimate",
            "(p)",
        ),
        "confidential": ("c", "conf", "confidential"),
    }.items()
    for word in words
}


def constant_number(number: float, length: int) -> pa.Array:
    return pa.array(np.full(length, number))


def periods(table: Table, roles: dict[str, int]) -> tuple[pa.Array, pa.Array]:
    """First and last months, from one column, from two, or from a year and a month."""
    if "first" in roles and "last" in roles:
        first, last = (
            table.coded(
                roles[end], lambda texts, at=at: [period[at] for period in moments.periods(texts)]
            )
            for end, at in (("first", 0), ("last", 1))
        )
        wrong = pc.index(pc.less(last.cast(pa.string()), first.cast(pa.string())), True).as_py()
        if wrong >= 0:
            column = roles["last"]
            raise table.refusal(
                wrong, column, table.text(column)[wrong].as_py(), "it ends before it begins"
            )
        return first, last
    if (
        "period" in roles
        and "year" in roles
        and table.names[roles["period"]].strip().casefold() == "month"
    ):
        return _year_and_month(table, roles["year"], roles["period"])
    column = roles.get("period", roles.get("year", roles.get("first")))
    found = table.distinct(column, moments.periods)
    indices = table.encoded(column).indices
    return coded(indices, [p.first for p in found]), coded(indices, [p.last for p in found])


def _year_and_month(table: Table, year: int, month: int) -> tuple[pa.Array, pa.Array]:
    months = table.text(month)
    if not pc.all(pc.match_substring_regex(months, r"^[0-9]{1,2}$")).as_py():
        named = pc.utf8_lower(pc.replace_substring(months, ".", ""))
        if not pc.all(pc.is_in(named, pa.array(list(moments.MONTHS)))).as_py():
            whole = table.coded(month, lambda texts: [str(p.first) for p in moments.periods(texts)])
            return whole, whole
    texts = pc.binary_join_element_wise(table.text(year), months, "m").dictionary_encode()
    try:
        found = moments.periods([_joined(text) for text in texts.dictionary.to_pylist()])
    except Bad as bad:
        row = next(i for i, text in enumerate(texts.to_pylist()) if _joined(text) == bad.text)
        raise table.refusal(row, month, months[row].as_py(), "no month of its year") from bad
    return coded(texts.indices, [p.first for p in found]), coded(
        texts.indices, [p.last for p in found]
    )


def _joined(text: str) -> str:
    year, _, month = text.partition("m")
    return f"{year}-{int(month):02d}" if month.isdigit() else f"{month} {year}"


def area(table: Table, roles: dict[str, int], role: str, told: str, notes: list[str]) -> pa.Array:
    if role not in roles:
        if not told and (name := either_end(table.names)):
            raise TradecheckError(
                f"{table.place}: column {name} may be the reporter or the partner; rename it to "
                "the one it is."
            )
        return constant(told or NOT_STATED, len(table))
    found = table.coded(roles[role], who.area_codes)
    strange = [
        f"{code}{_meant(code)}" for code in found.dictionary.to_pylist() if not who.known(code)
    ]
    if strange:
        shown = ", ".join(strange[:5]) + (
            f" and {len(strange) - 5} more" if len(strange) > 5 else ""
        )
        notes.append(
            f"In column {table.names[roles[role]]}, kept by name because no area has it: {shown}."
        )
    return found


def _meant(name: str) -> str:
    near = areas.likeliest(name)
    return f" ({near.removeprefix('; ')})" if near else ""


def flow(table: Table, roles: dict[str, int], value: Value, said: Said) -> pa.Array:
    if "flow" in roles:
        found = table.coded(roles["flow"], who.flow_codes)
        if value.flow and found.dictionary.to_pylist() != [value.flow]:
            raise TradecheckError(
                f"{table.place}: columns {table.names[roles['flow']]} and "
                f"{table.names[value.column]} name different flows; correct one of them."
            )
        return found
    return constant(value.flow or said.flow or NOT_STATED, len(table))


def product(table: Table, columns: Columns, said: Said) -> pa.DictionaryArray:
    if "product" not in columns.roles:
        return constant(said.goods or NOT_STATED, len(table))
    found = table.coded(columns.roles["product"], partial(codes.codes, digits=columns.digits))
    if said.goods and found.dictionary.to_pylist() != [said.goods]:
        raise TradecheckError(
            f"{table.place}: column {table.names[columns.roles['product']]} says the goods of each "
            f"row; leave out what is said of them ({said.goods})."
        )
    return found


def currency(table: Table, columns: Columns, value: Value, said: Said) -> tuple[pa.Array, pa.Array]:
    """The currency of each row, and what a value of 1 stands for."""
    roles, count = columns.roles, len(table)
    column = roles.get("currency")
    if column is None and "unit" in roles and "quantity" not in roles:
        column = roles["unit"]
        if any(money(text) is None for text in table.text(column).unique().to_pylist()):
            column = None
    if value.currency or column is None:
        scale = constant_number(value.scale, count)
        return constant(value.currency or said.currency or NOT_STATED, count), scale
    found = table.distinct(column, _money)
    indices = table.encoded(column).indices
    scales = pa.array([scale * value.scale for _, scale in found], pa.float64()).take(indices)
    return coded(indices, [currency for currency, _ in found]), scales


def _money(texts: Sequence[str]) -> list[tuple[str, float]]:
    found = []
    for text in texts:
        if (told := money(text)) is None:
            raise Bad(text, "no currency; write its three letters, such as USD")
        found.append(told)
    return found


def edition(table: Table, columns: Columns, said: Said, start: pa.DictionaryArray) -> pa.Array:
    """As the file says, or else the card; the codes of a column cn8 are those of the year of each
    row."""
    column = columns.roles.get("product")
    if (
        "edition" in columns.roles
        or column is None
        or not plain_name(table.names[column]).startswith("cn")
    ):
        return plain(table, columns.roles, "edition", said.edition)
    return coded(start.indices, [f"CN{month[:4]}" for month in start.dictionary.to_pylist()])


def quantity(table: Table, columns: Columns, amount: Numbers) -> dict[str, pa.Array | str]:
    roles = columns.roles
    if "quantity" not in roles:
        return {"quantity": pa.nulls(len(table), pa.float64()), "unit": ""}
    found = numbers(table, roles["quantity"], [value.column for value in columns.values])
    return {"quantity": found.values, "unit": plain(table, roles, "unit", columns.weight)}


def status(
    table: Table, roles: dict[str, int], amount: Numbers, end: pa.Array, said: Said
) -> pa.Array:
    if "status" in roles:
        texts = table.coded(roles["status"], _statuses).cast(pa.string())
    else:
        texts = constant("final", len(table)).cast(pa.string())
    if said.provisional:
        early = pc.is_in(end.cast(pa.string()), pa.array(sorted(said.provisional)))
        texts = pc.if_else(pc.and_(early, pc.equal(texts, "final")), "provisional", texts)
    return pc.if_else(amount.withheld, "confidential", texts).dictionary_encode()


def _statuses(texts: Sequence[str]) -> list[str]:
    for text in texts:
        if text.casefold() not in STATUS:
            raise Bad(text, "no status; write final, provisional or confidential, or nothing")
    return [STATUS[text.casefold()] for text in texts]


def released(table: Table, roles: dict[str, int], said: Said) -> pa.Array:
    if "released" not in roles:
        return constant(said.released, len(table))
    return table.coded(roles["released"], moments.days)


def plain(table: Table, roles: dict[str, int], role: str, default: str) -> pa.Array:
    """A column of words as they are, or the same word for all rows."""
    if role not in roles:
        return constant(default, len(table))
    return table.coded(roles[role], lambda texts: [text or default for text in texts])


def rest(table: Table, columns: Columns) -> pa.Array:
    """What else stands in a row: rows that differ in it are not the same row."""
    kept = [
        table.text(column)
        for column in columns.unused
        if table.names[column] and not _counts(table, column)
    ]
    if not kept:
        return constant("", len(table))
    return pc.binary_join_element_wise(*kept, "\x1f").dictionary_encode()


def _counts(table: Table, column: int) -> bool:
    """Whether a column only numbers the rows, as data frames leave one behind."""
    return table.names[column].strip().casefold() in (
        "unnamed: 0",
        "index",
        "id",
        "row",
        "no",
        "no.",
        "#",
    )
