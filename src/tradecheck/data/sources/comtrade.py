"""UN Comtrade: what its sites, its interface and its bulk files give, and what programs write of
them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tradecheck.data.sources import codes, comtrade_parts, moments, settle, who
from tradecheck.data.sources.base import (
    NOT_STATED,
    SPECIAL_FLOW,
    RawFile,
    Received,
    Said,
    Source,
    Wanted,
)
from tradecheck.data.sources.comtrade_names import (
    CUTS,
    EDITIONS,
    NEEDED,
    NO_UNIT,
    SPECIAL,
    UNITS,
    fields,
)
from tradecheck.data.sources.numbers import pointed
from tradecheck.data.sources.parquet import Skips
from tradecheck.data.sources.said import agreed, settled
from tradecheck.data.sources.table import (
    Bad,
    Table,
    coded,
    constant,
    header,
    kind_of,
    plain,
    tables,
)
from tradecheck.errors import TradecheckError


def is_header(names: Sequence[str]) -> bool:
    return fields(names) is not None


def recognises(file: RawFile) -> bool:
    if kind_of(file) != "json":
        return header(file, is_header) is not None
    words = (b'"cmdCode"', b'"reporterCode"', b'"primaryValue"')
    old = (b'"cmdCode"', b'"rtCode"', b'"TradeValue"')
    return any(all(word in file.head for word in group) for group in (words, old))


def read(file: RawFile, said: Said, wanted: Wanted | None) -> Received:
    """The file as flows in US dollars: breakdowns of a total and years beside months are set aside.

    Raises a TradecheckError for an answer that reports an error, and for a cell that cannot be
    read.
    """
    parts, notes, rows = [], [], 0
    for block, told, count in _blocks(file, said, wanted):
        parts.append(settle.asked(block, wanted))
        notes += told
        rows += count
    table = comtrade_parts.settled(settle.joined(parts))
    cut = comtrade_parts.cut(table, rows, CUTS)
    if comtrade_parts.without_total(table):
        notes.append("Figures without a row for their total are the sum of their parts.")
    flows, aside = settle.parted(table)
    absent = "unknown" if cut or any("answer" in note for note in notes) else "zero"
    return Received(flows, aside, rows, absent, tuple(dict.fromkeys([*notes, *cut])))


def blocks(file: RawFile, said: Said) -> Iterator[Received]:
    """The same for a large file, block by block, without a look at what stands in other blocks."""
    for block, notes, count in _blocks(file, said):
        flows, aside = settle.parted(comtrade_parts.settled(block))
        yield Received(flows, aside, count, "zero", tuple(notes))


def _blocks(
    file: RawFile, said: Said, wanted: Wanted | None = None
) -> Iterator[tuple[pa.Table, list[str], int]]:
    said = settled(said, file.place)
    found = [answer(file)] if kind_of(file) == "json" else tables(file, is_header, _skips(wanted))
    for table in found:
        block = _rows(file, table, fields(table.names), said)
        agreed(table.place, said, block)
        yield block, list(table.notes), len(table)


def _skips(wanted: Wanted | None) -> Skips | None:
    """Rows of reporters that are not asked for."""
    if wanted is None or not wanted.reporters:
        return None
    reporters = wanted.reporters
    return (
        lambda names: (fields(names) or {})["reporter"],
        lambda text: who.comtrade_codes([text])[0] not in reporters,
    )


def answer(file: RawFile) -> Table:
    """The rows of an answer of the interface; a list of rows as programs save it is taken, too."""
    try:
        found = json.loads(file.data)
    except (ValueError, RecursionError) as error:
        raise TradecheckError(
            f"{file.place} breaks off or is not valid JSON; download it again."
        ) from error
    notes = []
    if isinstance(found, Mapping):
        if trouble := found.get("error") or found.get("errorObject"):
            raise TradecheckError(
                f"{file.place}: UN Comtrade answered with an error ({str(trouble)[:120]})."
            )
        count, found = found.get("count"), found.get("data", found.get("dataset"))
        if isinstance(found, list) and isinstance(count, int) and count > len(found):
            notes.append(f"The answer says that it holds {count:,} rows, but has {len(found):,}.")
    if (
        not isinstance(found, list)
        or not found
        or not all(isinstance(row, Mapping) for row in found)
    ):
        raise TradecheckError(f"{file.place} holds no rows under data; ask UN Comtrade again.")
    names = tuple(dict.fromkeys(name for row in found for name in row))
    if not is_header(names):
        raise TradecheckError(
            f"{file.place}: rows lack one of the fields of UN Comtrade ({', '.join(NEEDED)})."
        )
    kept = [names[column] for column in sorted(set(fields(names).values()))]
    columns = tuple(
        pa.chunked_array([pa.array([_cell(row.get(name)) for row in found])]) for name in kept
    )
    return Table(
        file.place, tuple(kept), columns, np.arange(1, len(found) + 1), "entry", notes=tuple(notes)
    )


def _cell(value: object) -> str:
    return plain(value) if isinstance(value, float) else "" if value is None else str(value)


def _rows(file: RawFile, table: Table, at: dict[str, int], said: Said) -> pa.Table:
    count = len(table)
    value = pointed(table, at["value"])
    flow = table.coded(at["flow"], _flows)
    start, end = _periods(table, at)
    quantity, unit = _quantity(table, at)
    made = settle.rows(
        count,
        {
            "reporter": table.coded(at["reporter"], who.comtrade_codes),
            "partner": table.coded(at["partner"], who.comtrade_codes),
            "flow": flow,
            "period_start": start,
            "period_end": end,
            "product": table.coded(at["product"], _products),
            "edition": table.coded(at["edition"], _editions)
            if "edition" in at
            else constant("", count),
            "value_lo": value,
            "value": value,
            "value_hi": value,
            "currency": "USD",
            "quantity": quantity,
            "unit": unit,
            "valuation": _valuation(table, at, flow, value),
            "status": "final",
            "source": file.name,
            "row": pa.array(table.lines, pa.int64()),
            "released": table.coded(at["released"], moments.days)
            if "released" in at
            else said.released,
            "reason": "",
            **{
                name: table.coded(at[name], partial(_part, name))
                if name in at
                else constant("", count)
                for name in comtrade_parts.PARTS
            },
        },
    )
    if said.provisional:
        early = pc.is_in(end.cast(pa.string()), pa.array(sorted(said.provisional)))
        status = pc.if_else(early, "provisional", "final").dictionary_encode()
        made = made.set_column(made.schema.get_field_index("status"), "status", status)
    made = settle.impossible(made)
    return settle.marked(
        made, settle.where(made, "flow", lambda code: code in SPECIAL), SPECIAL_FLOW
    )


def _flows(texts: Sequence[str]) -> list[str]:
    return [text.upper() if text.upper() in SPECIAL else who.flow_code(text) for text in texts]


def _products(texts: Sequence[str]) -> list[str]:
    """Codes; national ones of more than ten digits are cut to ten: their rows are added up."""
    long = [text for text in texts if text.isdigit() and len(text) >= 9]
    short = [text for text in texts if not (text.isdigit() and len(text) >= 9)]
    found = dict(zip(short, codes.codes(short), strict=True)) | {
        text: text[: codes.MOST] for text in long
    }
    return [found[text] for text in texts]


def _editions(texts: Sequence[str]) -> list[str]:
    found = []
    for text in texts:
        told = text.strip().upper()
        if told and not told.startswith(("H", "TM")):
            raise Bad(text, "no edition of the Harmonized System; ask UN Comtrade for HS codes")
        found.append(EDITIONS.get(told, "HS" if told else ""))
    return found


def _part(name: str, texts: Sequence[str]) -> list[str]:
    """A code that tells parts of a figure apart; "" for the total."""
    totals = comtrade_parts.PARTS[name]
    return ["" if text.strip().upper() in totals else text.strip() for text in texts]


def _periods(table: Table, at: dict[str, int]) -> tuple[pa.Array, pa.Array]:
    """First and last months; a row of a year says so by its frequency or by month 52."""
    texts = table.text(at["period"])
    annual = pa.array(np.zeros(len(table), dtype=bool))
    for name, mark in (("frequency", "A"), ("month", "52")):
        if name in at:
            annual = pc.or_(annual, pc.equal(table.text(at[name]), mark))
    if pc.any(annual).as_py():
        texts = pc.if_else(annual, pc.utf8_slice_codeunits(texts, 0, 4), texts)
    texts = texts.dictionary_encode()
    try:
        found = moments.periods(texts.dictionary.to_pylist())
    except Bad as bad:
        row = pc.index(texts.cast(pa.string()), bad.text).as_py()
        raise table.refusal(row, at["period"], bad.text, bad.rule) from bad
    return coded(texts.indices, [p.first for p in found]), coded(
        texts.indices, [p.last for p in found]
    )


def _quantity(table: Table, at: dict[str, int]) -> tuple[pa.Array, pa.Array]:
    """The quantity in its unit, and where there is none, the net weight."""
    count = len(table)
    amount = pointed(table, at["quantity"]) if "quantity" in at else pa.nulls(count, pa.float64())
    if "unit" in at:
        unit = table.each(
            at["unit"], lambda texts: ["" if t.casefold() in NO_UNIT else t for t in texts]
        )
    elif "unit_code" in at:
        unit = table.each(
            at["unit_code"], lambda texts: [UNITS.get(t, f"unit {t}") if t else "" for t in texts]
        )
    else:
        unit = pa.array([""] * count)
    told = pc.and_(pc.fill_null(pc.greater(amount, 0), False), pc.not_equal(unit, ""))
    weight = pointed(table, at["weight"]) if "weight" in at else pa.nulls(count, pa.float64())
    weight = pc.if_else(pc.greater(weight, 0), weight, None)  # 0 stands for none
    amount = pc.if_else(told, amount, weight)
    unit = pc.if_else(told, unit, pc.if_else(pc.is_valid(weight), "kg", ""))
    return amount, unit.dictionary_encode()


def _valuation(
    table: Table, at: dict[str, int], flow: pa.DictionaryArray, value: pa.Array
) -> pa.Array:
    """Exports free on board, imports with freight, unless the row's value is the other one it
    gives."""
    usual = {"X": "FOB", "RX": "FOB", "DX": "FOB", "M": "CIF", "RM": "CIF", "FM": "CIF"}
    found = coded(
        flow.indices, [usual.get(text, NOT_STATED) for text in flow.dictionary.to_pylist()]
    )
    texts = found.cast(pa.string())
    same = {
        name: pc.fill_null(pc.equal(pointed(table, at[name]), value), False)
        for name in ("cif", "fob")
        if name in at
    }
    if len(same) == 2:
        only_fob = pc.and_(same["fob"], pc.invert(same["cif"]))
        only_cif = pc.and_(same["cif"], pc.invert(same["fob"]))
        texts = pc.if_else(only_fob, "FOB", pc.if_else(only_cif, "CIF", texts))
    return texts.dictionary_encode()


SOURCE = Source(
    name="comtrade",
    publisher="United Nations Statistics Division",
    how="comtradeplus.un.org, Download (CSV); an answer of its interface (JSON); a bulk or tariff-"
    "line file (.gz); what comtradeapicall or comtradr saved",
    recognises=recognises,
    read=read,
    card={
        "publisher": "United Nations Statistics Division",
        "title": "UN Comtrade",
        "address": "https://comtradeplus.un.org",
        "terms": "UN Comtrade data may not be passed on without the Division's permission.",
        "credit": "Source: UN Comtrade",
        "unit": "US dollars; quantities in the unit of each row",
    },
    blocks=blocks,
)
