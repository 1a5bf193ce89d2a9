"""From rows as read to rows kept and rows set aside, for tables of any size."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from tradecheck.data.flows import COLUMNS, KEY, TEXT, made
from tradecheck.data.sources.base import CONFLICT, HIDDEN_CODE, IMPOSSIBLE, REPEAT, Wanted
from tradecheck.data.sources.codes import HIDING
from tradecheck.data.sources.table import constant

NUMBERS = ("value_lo", "value", "value_hi", "quantity")


def rows(length: int, columns: dict[str, pa.Array | str]) -> pa.Table:
    """Rows of flows: the columns of `flows.COLUMNS` and `reason`, texts coded; a text fills its
    column."""
    made_ = {
        name: constant(column, length) if isinstance(column, str) else column
        for name, column in columns.items()
    }
    return pa.table(made_)


def joined(parts: Sequence[pa.Table]) -> pa.Table:
    """Blocks of rows as one table."""
    table = pa.concat_tables(parts)
    return table.unify_dictionaries().combine_chunks() if len(parts) > 1 else table


def asked(table: pa.Table, wanted: Wanted | None) -> pa.Table:
    """The rows that are asked for."""
    if wanted is None:
        return table
    mask = np.ones(len(table), dtype=bool)
    for name, values in (
        ("reporter", wanted.reporters), ("partner", wanted.partners), ("flow", wanted.flows)
    ):  # fmt: skip
        if values:
            mask &= where(table, name, lambda text, values=values: text in values)
    if wanted.months:
        first, last = min(wanted.months), max(wanted.months)
        mask &= where(table, "period_end", lambda text: text >= first)
        mask &= where(table, "period_start", lambda text: text <= last)
    if wanted.products:
        mask &= where(table, "product", lambda code: asked_product(code, wanted))
    return table if mask.all() else table.filter(pa.array(mask))


def asked_product(code: str, wanted: Wanted) -> bool:
    """Whether a code is one of those asked for, a part of one, or a wider one that holds it."""
    return any(code.startswith(one) or one.startswith(code) for one in wanted.products)


def marked(table: pa.Table, where: np.ndarray, reason: str) -> pa.Table:
    """The table with a reason for the rows that have none yet and for which `where` is true."""
    if not where.any():
        return table
    free = pc.equal(table["reason"], "")
    texts = pc.if_else(pc.and_(free, pa.array(where)), reason, table["reason"].cast(pa.string()))
    index = table.schema.get_field_index("reason")
    return table.set_column(index, "reason", texts.combine_chunks().dictionary_encode())


def impossible(table: pa.Table) -> pa.Table:
    """Marks negative values, and codes that hide their goods."""
    negative = pc.fill_null(pc.less(table["value"], 0), False).to_numpy()
    hiding = where(table, "product", lambda code: bool(HIDING.fullmatch(code)))
    return marked(marked(table, negative, IMPOSSIBLE), hiding, HIDDEN_CODE)


def repeats(table: pa.Table, also: Iterable[str] = (), whole: Iterable[str] = ()) -> pa.Table:
    """Marks rows that say again what another says, and all rows of a key that say different things.

    also: columns that tell rows of one figure apart, beside the key of flows. whole: columns that
    must agree, too, for a row to be an exact repeat.
    """
    free = np.flatnonzero(pc.equal(table["reason"], "").to_numpy())
    keys = key(table, [*KEY, *also])[free]
    order = np.argsort(keys, kind="stable")
    same = keys[order][1:] == keys[order][:-1]
    if not same.any():
        return table
    doubled = np.zeros(len(order), dtype=bool)
    doubled[1:] |= same
    doubled[:-1] |= same
    rows_ = free[np.sort(order[doubled])]
    compared = ["value", "quantity", "unit", "status", "valuation", "edition", *also, *whole]
    part = table.select(KEY + [name for name in dict.fromkeys(compared) if name not in KEY]).take(
        rows_
    )
    frame = part.to_pandas()
    again = frame.duplicated().to_numpy()
    clash = np.zeros(len(frame), dtype=bool)
    groups = pd.Series(key(part, [*KEY, *also]))
    clash[~again] = groups[~again].duplicated(keep=False)
    clash |= groups.isin(groups[clash]).to_numpy()
    repeat, conflict = np.zeros(len(table), dtype=bool), np.zeros(len(table), dtype=bool)
    repeat[rows_[again & ~clash]] = True
    conflict[rows_[clash]] = True
    return marked(marked(table, repeat, REPEAT), conflict, CONFLICT)


def key(table: pa.Table, names: Sequence[str]) -> np.ndarray:
    """A number for each row that is the same where the named columns of text are."""
    found = np.zeros(len(table), dtype=np.int64)
    for name in names:
        column = table[name].combine_chunks()
        size = max(len(column.dictionary), 1)
        if len(found) and int(found.max()) > 2**62 // size:
            found = np.unique(found, return_inverse=True)[1]
        found = found * size + column.indices.to_numpy()
    return found


def parted(table: pa.Table) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows that are kept, as flows, and those set aside, with their reason."""
    free = pc.equal(table["reason"], "")
    kept = table if pc.all(free).as_py() else table.filter(free)
    aside = _frame(table.filter(pc.invert(free)), [*COLUMNS, "reason"])
    return made(_frame(kept, list(COLUMNS))), made(aside).assign(reason=aside["reason"])


def texts(table: pa.Table, name: str) -> list[str]:
    """The different texts of a column, sorted."""
    return sorted(pc.unique(table[name]).cast(pa.string()).to_pylist())


def where(table: pa.Table, name: str, test: Callable[[str], bool]) -> np.ndarray:
    """True for the rows whose text in a column passes a test, made once for each different text."""
    column = table[name].combine_chunks()
    passes = np.array([test(text) for text in column.dictionary.to_pylist()], dtype=bool)
    return passes[column.indices.to_numpy()] if len(column) else np.zeros(0, dtype=bool)


def _frame(table: pa.Table, names: list[str]) -> pd.DataFrame:
    columns = [
        table[name].cast(pa.string()) if name in TEXT or name == "reason" else table[name]
        for name in names
    ]
    return pa.table(columns, names=names).to_pandas(use_threads=False)
