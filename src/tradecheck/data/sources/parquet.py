"""Parquet files: columns come typed; large files are read a group of rows at a time."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tradecheck.data.sources.base import RawFile
from tradecheck.data.sources.table import IsHeader, Table
from tradecheck.errors import TradecheckError

GROUP = 500_000  # rows


def names(file: RawFile, is_header: IsHeader) -> tuple[str, ...]:
    """The names of the columns, if they are those that are looked for."""
    with _opened(file) as opened:
        return _checked(file, opened, is_header)


def whole(file: RawFile, is_header: IsHeader) -> Table:
    """The table of a Parquet file that memory can hold."""
    with _opened(file) as opened:
        found = _checked(file, opened, is_header)
        table = opened.read(use_threads=False)
    return _table(file, found, table, 1)


def blocks(file: RawFile, is_header: IsHeader) -> Iterator[Table]:
    """The same, a group of rows at a time; the hash is taken of the file before it is parsed."""
    file.read_once().finish()
    with _opened(file) as opened:
        found = _checked(file, opened, is_header)
        seen = 1
        for batch in opened.iter_batches(batch_size=GROUP, use_threads=False):
            yield _table(file, found, pa.Table.from_batches([batch]), seen)
            seen += len(batch)


def _opened(file: RawFile) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(file.path if file.large else pa.BufferReader(file.data))
    except (pa.ArrowInvalid, OSError) as error:
        raise TradecheckError(
            f"{file.place} is no Parquet file that can be read ({error})."
        ) from error


def _checked(file: RawFile, opened: pq.ParquetFile, is_header: IsHeader) -> tuple[str, ...]:
    found = tuple(opened.schema_arrow.names)
    if not is_header(found):
        raise TradecheckError(
            f"{file.place}: its columns ({', '.join(found)[:120]}) are not those that are looked "
            "for."
        )
    return found


def _table(file: RawFile, found: tuple[str, ...], table: pa.Table, first: int) -> Table:
    lines = np.arange(first, first + len(table))
    return Table(file.place, found, tuple(table.columns), lines, "row")
