"""Tidy tables of anybody's making: one row a figure, columns known by their names in any order."""

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tradecheck.data.sources import codes, moments, settle, who
from tradecheck.data.sources.base import (
    CONFLICT,
    HIDDEN_CODE,
    IMPOSSIBLE,
    NOT_STATED,
    RawFile,
    Received,
    Said,
    Source,
    Wanted,
)
from tradecheck.data.sources.columns import Columns, Value, clash, either_end, money, plain_name, tidy_columns
from tradecheck.data.sources.numbers import Numbers, numbers
from tradecheck.data.sources.said import agreed, settled
from tradecheck.data.sources.table import Bad, Table, coded, constant, header, tables
from tradecheck.errors import TradecheckError

UNREAD = "Columns that are not read"
STATUS = {
    "": "final", "f": "final", "final": "final", "r": "final", "revised": "final", "a": "final",
    "definitive": "final", "p": "provisional", "provisional": "provisional", "prov": "provisional",
    "prov.": "provisional", "preliminary": "provisional", "prelim": "provisional", "e": "provisional",
    "estimated": "provisional", "estimate": "provisional", "c": "confidential", "(f)": "final",
    "(p)": "provisional", "(r)": "final", "conf": "confidential", "confidential": "confidential",
}  # fmt: skip


def is_header(names: Sequence[str]) -> bool:
    return tidy_columns(names) is not None


def recognises(file: RawFile) -> bool:
    return header(file, is_header) is not None


def read(file: RawFile, said: Said, wanted: Wanted | None) -> Received:
    """The table as flows: repeats, conflicting rows and impossible values are set aside.

    Raises a TradecheckError for a cell that cannot be read, and where file and `said` disagree.
    """
    parts, notes, rows, silent = [], [], 0, False
    for block, told, count, missing in _blocks(file, said):
        parts.append(settle.asked(block, wanted))
        notes += told
        rows += count
        silent = silent or missing
    table = settle.repeats(settle.joined(parts), whole=["rest"])
    flows, aside = settle.parted(table)
    absent = "unknown" if silent else "zero"
    unread = [note for note in notes if note.startswith(UNREAD)]
    if unread and CONFLICT in aside["reason"].to_list():
        notes.append("If conflicting rows differ only in a column that is not read, add them up first.")
    return Received(flows, aside, rows, absent, tuple(dict.fromkeys(notes)))


def blocks(file: RawFile, said: Said) -> Iterator[Received]:
    """The same for a large file, block by block, without a look for repeats."""
    for block, notes, count, missing in _blocks(file, said):
        flows, aside = settle.parted(block)
        yield Received(flows, aside, count, "unknown" if missing else "zero", tuple(notes))


def _blocks(file: RawFile, said: Said) -> Iterator[tuple[pa.Table, list[str], int, bool]]:
    said = settled(said, file.place)
    for table in tables(file, is_header):
        columns = tidy_columns(table.names)
        clash(table.place, table.names, columns.values)
        _whole_rows(table)
        notes = list(table.notes) + _ignored(table, columns)
        made = [_rows(file, table, columns, value, said, notes) for value in columns.values]
        block = settle.joined(made)
        agreed(table.place, said, block)
        # A cell that is empty is unknown; the months that have no row at all are another matter.
        missing = pc.any(pc.and_(pc.is_null(block["value"]), pc.equal(block["reason"], ""))).as_py()
        yield block, notes, len(table), bool(missing)


def _whole_rows(table: Table) -> None:
    """Refuses numbers below no name: 12,5 in a file with commas between fields is 12 and 5."""
    last = len(table.names) - 1
    if table.names[last]:
        return
    texts = table.text(last)
    if pc.all(pc.match_substring_regex(texts, "^[0-9]*$")).as_py():
        row = pc.index(pc.equal(texts, ""), False).as_py()
        raise TradecheckError(
            f"{table.at(row)} has a field more than there are names of columns ({texts[row].as_py()!r}); if "
            "it is what follows a decimal comma, save the file with semicolons between fields, else give "
            "the column a name."
        )


def _rows(
    file: RawFile, table: Table, columns: Columns, value: Value, said: Said, notes: list[str]
) -> pa.Table:
    """The rows of one column of values."""
    roles, count = columns.roles, len(table)
    figures = [other.column for other in columns.values] + [roles[r] for r in ("quantity",) if r in roles]
    amount = numbers(table, value.column, figures)
    start, end = _periods(table, roles)
    currency, scale = _currency(table, columns, value, said)
    if said.scale is not None:
        named = scale.unique().to_pylist()
        if named not in ([1.0], [said.scale]):
            raise TradecheckError(
                f"{table.place}: column {table.names[value.column]} says that a value of 1 is "
                f"{named[0]:,.0f}, and the scale given is {said.scale:,.0f}; correct one of them."
            )
        scale = constant_number(said.scale, count)
    elif (most := pc.max(scale).as_py()) != 1:
        notes.append(f"A value of 1 in column {table.names[value.column]} is {most:,.0f}, as the file says.")
    values = pc.round(pc.multiply(amount.values, scale), 6)
    half = pc.multiply(scale, (said.rounded_to or 0.0) / 2)
    low, high = pc.subtract(values, half), pc.add(values, half)
    product = _product(table, columns, said)
    made = settle.rows(
        count,
        {
            "reporter": _area(table, roles, "reporter", said.reporter, notes),
            "partner": _area(table, roles, "partner", said.partner, notes),
            "flow": _flow(table, roles, value, said),
            "period_start": start,
            "period_end": end,
            "product": product,
            "edition": _edition(table, columns, said, start),
            "value_lo": pc.if_else(pc.and_(pc.less(low, 0), pc.greater_equal(values, 0)), 0.0, low),
            "value": values,
            "value_hi": high,
            "currency": currency,
            **_quantity(table, columns, amount),
            "valuation": _plain(table, roles, "valuation", value.valuation or said.valuation or NOT_STATED),
            "status": _status(table, roles, amount, end, said),
            "source": file.name,
            "row": pa.array(table.lines, pa.int64()),
            "released": _released(table, roles, said),
            "reason": "",
            "rest": _rest(table, columns),
        },
    )
    made = settle.marked(made, pc.fill_null(pc.less(values, 0), False).to_numpy(zero_copy_only=False),
                         IMPOSSIBLE)  # fmt: skip
    hiding = [bool(codes.HIDING.fullmatch(code)) for code in product.dictionary.to_pylist()]
    return settle.marked(made, np.array(hiding, dtype=bool)[product.indices.to_numpy()], HIDDEN_CODE)


def constant_number(number: float, length: int) -> pa.Array:
    return pa.array(np.full(length, number))


def _periods(table: Table, roles: dict[str, int]) -> tuple[pa.Array, pa.Array]:
    """First and last months, from one column, from two, or from a year and a month."""
    if "first" in roles and "last" in roles:
        first, last = (
            table.coded(roles[end], lambda texts, at=at: [period[at] for period in moments.periods(texts)])
            for end, at in (("first", 0), ("last", 1))
        )
        wrong = pc.index(pc.less(last.cast(pa.string()), first.cast(pa.string())), True).as_py()
        if wrong >= 0:
            column = roles["last"]
            raise table.refusal(wrong, column, table.text(column)[wrong].as_py(), "it ends before it begins")
        return first, last
    if "period" in roles and "year" in roles and table.names[roles["period"]].strip().casefold() == "month":
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
    return coded(texts.indices, [p.first for p in found]), coded(texts.indices, [p.last for p in found])


def _joined(text: str) -> str:
    year, _, month = text.partition("m")
    return f"{year}-{int(month):02d}" if month.isdigit() else f"{month} {year}"


def _area(table: Table, roles: dict[str, int], role: str, told: str, notes: list[str]) -> pa.Array:
    if role not in roles:
        if not told and (name := either_end(table.names)):
            raise TradecheckError(
                f"{table.place}: column {name} may be the reporter or the partner; rename it to the one it is."
            )
        return constant(told or NOT_STATED, len(table))
    found = table.coded(roles[role], who.area_codes)
    strange = [code for code in found.dictionary.to_pylist() if not who.known(code)]
    if strange:
        shown = ", ".join(strange[:5]) + (f" and {len(strange) - 5} more" if len(strange) > 5 else "")
        notes.append(f"In column {table.names[roles[role]]}, kept by name because no area has it: {shown}.")
    return found


def _flow(table: Table, roles: dict[str, int], value: Value, said: Said) -> pa.Array:
    if "flow" in roles:
        found = table.coded(roles["flow"], who.flow_codes)
        if value.flow and found.dictionary.to_pylist() != [value.flow]:
            raise TradecheckError(
                f"{table.place}: columns {table.names[roles['flow']]} and {table.names[value.column]} "
                "name different flows; correct one of them."
            )
        return found
    return constant(value.flow or said.flow or NOT_STATED, len(table))


def _product(table: Table, columns: Columns, said: Said) -> pa.DictionaryArray:
    if "product" not in columns.roles:
        return constant(said.goods or NOT_STATED, len(table))
    found = table.coded(columns.roles["product"], partial(codes.codes, digits=columns.digits))
    if said.goods and found.dictionary.to_pylist() != [said.goods]:
        raise TradecheckError(
            f"{table.place}: column {table.names[columns.roles['product']]} says the goods of each row; "
            f"leave out what is said of them ({said.goods})."
        )
    return found


def _currency(table: Table, columns: Columns, value: Value, said: Said) -> tuple[pa.Array, pa.Array]:
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


def _edition(table: Table, columns: Columns, said: Said, start: pa.DictionaryArray) -> pa.Array:
    """As the file says, or else the card; the codes of a column cn8 are those of the year of each row."""
    column = columns.roles.get("product")
    if "edition" in columns.roles or column is None or not plain_name(table.names[column]).startswith("cn"):
        return _plain(table, columns.roles, "edition", said.edition)
    return coded(start.indices, [f"CN{month[:4]}" for month in start.dictionary.to_pylist()])


def _quantity(table: Table, columns: Columns, amount: Numbers) -> dict[str, pa.Array | str]:
    roles = columns.roles
    if "quantity" not in roles:
        return {"quantity": pa.nulls(len(table), pa.float64()), "unit": ""}
    found = numbers(table, roles["quantity"], [value.column for value in columns.values])
    return {"quantity": found.values, "unit": _plain(table, roles, "unit", columns.weight)}


def _status(table: Table, roles: dict[str, int], amount: Numbers, end: pa.Array, said: Said) -> pa.Array:
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


def _released(table: Table, roles: dict[str, int], said: Said) -> pa.Array:
    if "released" not in roles:
        return constant(said.released, len(table))
    return table.coded(roles["released"], moments.days)


def _plain(table: Table, roles: dict[str, int], role: str, default: str) -> pa.Array:
    """A column of words as they are, or the same word for all rows."""
    if role not in roles:
        return constant(default, len(table))
    return table.coded(roles[role], lambda texts: [text or default for text in texts])


def _rest(table: Table, columns: Columns) -> pa.Array:
    """What else stands in a row: rows that differ in it are not the same row."""
    kept = [table.text(column) for column in columns.unused if table.names[column] and not _counts(table, column)]
    if not kept:
        return constant("", len(table))
    return pc.binary_join_element_wise(*kept, "\x1f").dictionary_encode()


def _counts(table: Table, column: int) -> bool:
    """Whether a column only numbers the rows, as data frames leave one behind."""
    return table.names[column].strip().casefold() in ("unnamed: 0", "index", "id", "row", "no", "no.", "#")


def _ignored(table: Table, columns: Columns) -> list[str]:
    names = [table.names[column] for column in columns.unused if table.names[column]]
    return [f"{UNREAD}: {', '.join(names)}."] if names else []


SOURCE = Source(
    name="tidy",
    publisher="anybody",
    how="a table with the columns period, product and value (CSV, Parquet or xlsx); reporter, partner, "
    "flow, currency, quantity and unit if the file has them",
    recognises=recognises,
    read=read,
    blocks=blocks,
    general=True,
)
