"""Parquet files: columns come typed; large files are read a group of rows at a time."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tradecheck.data.sources.base import RawFile
from tradecheck.data.sources.table import IsHeader, Table
from tradecheck.errors import TradecheckError

GROUP = 500_000  # rows
Skips = tuple[Callable[[Sequence[str]], int], Callable[[str], bool]]


def names(file: RawFile, is_header: IsHeader) -> tuple[str, ...]:
    """The names of the columns, if they are those that are looked for."""
    with _opened(file) as opened:
        return _checked(file, opened, is_header)


def whole(file: RawFile, is_header: IsHeader) -> Table:
    """The table of a Parquet file that memory can hold."""
    with _opened(file) as opened:
        found = _checked(file, opened, is_header)
        with _told(file):
            table = opened.read(use_threads=False)
    return _table(file, found, table, 1)


def blocks(file: RawFile, is_header: IsHeader, skips: Skips | None = None) -> Iterator[Table]:
    """The same, a group of rows at a time; the hash is taken of the file before it is parsed.

    skips: the column in which a group of rows may hold one text alone, and whether such a group may
    be passed over."""
    file.read_once().finish()
    with _opened(file) as opened:
        found = _checked(file, opened, is_header)
        first = 1
        for number in range(opened.num_row_groups):
            group = opened.metadata.row_group(number)
            if not (skips and _skipped(group, skips[0](found), skips[1])):
                seen = first
                batches = opened.iter_batches(
                    batch_size=GROUP, row_groups=[number], use_threads=False
                )
                while True:
                    with _told(file):
                        batch = next(batches, None)
                    if batch is None:
                        break
                    yield _table(file, found, pa.Table.from_batches([batch]), seen)
                    seen += len(batch)
            first += group.num_rows


def _skipped(group: pq.RowGroupMetaData, column: int, may: Callable[[str], bool]) -> bool:
    known = group.column(column).statistics
    if known is None or not known.has_min_max or known.min != known.max:
        return False
    return isinstance(known.min, str) and may(known.min)


def _opened(file: RawFile) -> pq.ParquetFile:
    with _told(file):
        return pq.ParquetFile(file.path if file.large else pa.BufferReader(file.data))


@contextmanager
def _told(file: RawFile) -> Iterator[None]:
    """What Arrow says of a damaged file, as a sentence."""
    try:
        yield
    except (pa.ArrowException, OSError, ValueError) as error:
        told = " ".join(str(error).split())[:200]
        raise TradecheckError(
            f"{file.place} is no Parquet file that can be read ({told}); get the file again."
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
