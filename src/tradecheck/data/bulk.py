"""A publisher's bulk files, millions of rows each, as one Parquet file that is read from then on.

Rows are streamed: one thread decompresses, Polars parses a piece at a time, and every reporter's
rows go to row groups of their own, so that a study of one reporter reads only those. Nothing is
interpreted here: the Parquet file keeps the publisher's cells as text, with file and line, and the
format's own source reads it like any other raw file.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from tradecheck.data.bulk_pieces import Piece, pieces
from tradecheck.data.sources import codes, comtrade, eurostat_bulk, eurostat_cells, who
from tradecheck.data.sources.base import Wanted
from tradecheck.data.sources.comtrade_names import fields as comtrade_fields
from tradecheck.errors import TradecheckError

GROUP = 100_000  # rows of a reporter that are written together
HELD = 400_000  # rows that may wait to be written, all reporters together
THOUSANDTHS = 1000  # values are added up in whole thousandths of the currency, which is exact
MOST = 9e12  # units of currency: no trade is larger, and its thousandths are exact in a float
FILE, LINE = "bulk_file", "bulk_line"
NOTE = b"tradecheck-bulk"


class Rule(NamedTuple):
    """What every cell of a column has to be: the field, the rule in words, and which of the
    column's different texts break it."""

    field: str
    words: str
    broken: Callable[[pl.Series], pl.Series]


# Declared once: `docs/scale.md` lists them from here.
RULES = (
    Rule("value", "a number with a decimal point, below 9 trillion, or empty where the value is withheld",
         lambda cells: cells.is_not_null() & ~(cells.abs() <= MOST).fill_null(True)),
    Rule("period", "a month as six digits, such as 202207, or a year as four",
         lambda cells: ~cells.str.contains(r"^[0-9]{4}([0-9]{2})?$").fill_null(False)),
    *(Rule(field, "not empty", pl.Series.is_null)
      for field in ("reporter", "partner", "flow", "product")),
)  # fmt: skip


@dataclass(frozen=True)
class Layout:
    """A format that comes as bulk files: its columns by name, and what its codes stand for."""

    columns: Callable[[Sequence[str]], dict[str, int] | None]
    areas: Callable[[Sequence[str]], Sequence[str]]
    flows: Callable[[str], str]
    product: Callable[[str], str]


def _comext(names: Sequence[str]) -> dict[str, int] | None:
    if not eurostat_bulk.is_header(names):
        return None
    upper = [name.upper() for name in names]
    return {
        kind: next(upper.index(name) for name in known if name in upper)
        for kind, known in eurostat_bulk.FIELDS.items()
    }


LAYOUTS = {
    comtrade.SOURCE.name: Layout(
        comtrade_fields, who.comtrade_codes, who.flow_code, lambda text: codes.codes([text])[0]
    ),
    eurostat_bulk.SOURCE.name: Layout(
        _comext,
        lambda texts: [who.area_code(text) for text in texts],
        eurostat_cells.flow,
        eurostat_cells.product,
    ),
}


@dataclass
class Counted:
    """Rows, and the sum of their values in thousandths of the currency."""

    rows: int = 0
    value: int = 0

    def add(self, values: pl.Series) -> None:
        self.rows += len(values)
        self.value += _thousandths(values)


@dataclass
class Converted:
    """What became of the rows: by file, what came in, what was written, what was not asked for."""

    format: str
    files: dict[str, str] = field(default_factory=dict)  # name: SHA-256
    received: Counted = field(default_factory=Counted)
    kept: Counted = field(default_factory=Counted)
    not_asked: Counted = field(default_factory=Counted)

    def note(self) -> dict[str, Any]:
        """As the Parquet file keeps it."""
        counted = {name: vars(getattr(self, name)) for name in ("received", "kept", "not_asked")}
        return {"format": self.format, "files": self.files, **counted}


def convert(files: Sequence[Path], target: Path, wanted: Wanted = Wanted()) -> Converted:
    """Write the rows that are asked for to `target`, and reconcile rows and values exactly.

    Raises a TradecheckError for a file of an unknown layout or of another than the first, a row with
    too many or too few cells, and a cell that breaks a rule: file, line, rule.
    """
    done: Converted | None = None
    asked: _Asked | None = None
    with closing(_Groups(target)) as groups:
        for path in files:
            digest = hashlib.sha256()
            for piece in pieces(path, digest):
                name, layout, at = layout_of(piece)
                done = done or Converted(name)
                if name != done.format:
                    raise TradecheckError(
                        f"{path.name} is {name}, and {files[0].name} is {done.format}; convert "
                        "files of one publisher at a time."
                    )
                frame = _checked(piece, at)
                done.received.add(frame["value"])
                asked = asked or _Asked(layout, wanted)
                chosen = asked.rows(frame)
                done.kept.add(chosen["value"])
                groups.put(chosen, {kind: piece.names[at[kind]] for kind in at})
            if done is None:
                continue
            if path.name in done.files:
                raise TradecheckError(f"{path.name} is named twice; name each file once.")
            done.files[path.name] = digest.hexdigest()
        if done is None:
            named = ", ".join(path.name for path in files[:3])
            raise TradecheckError(f"{named} hold no row; name bulk files with rows.")
        done.not_asked = Counted(
            done.received.rows - done.kept.rows, done.received.value - done.kept.value
        )
        groups.finish(done.note())
    _reconcile(target, done)
    return done


def layout_of(piece: Piece) -> tuple[str, Layout, dict[str, int]]:
    """The format of a piece, and its columns by field."""
    for name, layout in LAYOUTS.items():
        if at := layout.columns(piece.names):
            return name, layout, at
    raise TradecheckError(
        f"{piece.place} is no bulk file of a known layout: its first line is "
        f"{', '.join(piece.names)[:80]}; those of {' and '.join(LAYOUTS)} are read."
    )


def _checked(piece: Piece, at: Mapping[str, int]) -> pl.DataFrame:
    """The columns that are read, named by field, with their lines; no cell breaks a rule."""
    frame = piece.frame(at, numbers=("value",))
    for rule in RULES:
        cells = frame[rule.field]
        different = cells if cells.dtype == pl.Float64 else cells.unique()
        broken = different.filter(rule.broken(different))
        if len(broken):
            row = frame.select(pl.col(rule.field).eq_missing(broken[0]).arg_max()).item()
            name = piece.names[at[rule.field]]
            raise TradecheckError(
                f"{piece.place}, line {piece.first + row:,}, column {name} "
                f"({str(broken[0] or '')[:40]!r}): it must be {rule.words}."
            )
    lines = pl.int_range(piece.first, piece.first + len(frame), dtype=pl.Int64)
    return frame.with_columns(lines.alias(LINE), pl.lit(piece.place).alias(FILE))


class _Asked:
    """Which rows are asked for; each different text is looked up once."""

    def __init__(self, layout: Layout, wanted: Wanted):
        tests: dict[str, tuple[Collection[str], Callable[[str], bool]]] = {
            "reporter": (wanted.reporters, lambda t: layout.areas([t])[0] in wanted.reporters),
            "partner": (wanted.partners, lambda t: layout.areas([t])[0] in wanted.partners),
            "flow": (wanted.flows, lambda text: layout.flows(text) in wanted.flows),
            "product": (wanted.products, lambda text: _begins(text.strip(), wanted.products)),
        }
        self._tests = {field: test for field, (asked, test) in tests.items() if asked}
        self._known: dict[str, dict[str, bool]] = {field: {} for field in self._tests}

    def rows(self, frame: pl.DataFrame) -> pl.DataFrame:
        for name, test in self._tests.items():
            known = self._known[name]
            held = frame[name].unique().to_list()
            for text in held:
                if text not in known:
                    known[text] = _may(test, text)
            frame = frame.filter(pl.col(name).is_in([text for text in held if known[text]]))
        return frame


def _may(test: Callable[[str], bool], text: str) -> bool:
    """Whether a row may be asked for; one that nobody can read is kept, and its error named later."""
    try:
        return test(text)
    except (ValueError, KeyError):
        return True


def _begins(code: str, products: Sequence[str]) -> bool:
    return any(code.startswith(one) or one.startswith(code) for one in products)


class _Groups:
    """Rows that wait for their row group, by reporter."""

    def __init__(self, target: Path):
        self._target = target
        self._writer: pq.ParquetWriter | None = None
        self._names: dict[str, str] = {}
        self._waiting: dict[str, list[pl.DataFrame]] = {}
        self._held = 0

    def put(self, frame: pl.DataFrame, names: Mapping[str, str]) -> None:
        """Rows by field; `names` are the publisher's own, under which they are written."""
        if self._writer is None:
            self._names = dict(names)
            empty = frame.rename(self._names).clear().to_arrow()
            schema = pa.schema([(one.name, _plain(one.type)) for one in empty.schema])
            self._writer = pq.ParquetWriter(self._target, schema, compression="zstd")
        for (reporter,), part in frame.partition_by("reporter", as_dict=True).items():
            waiting = self._waiting.setdefault(str(reporter), [])
            waiting.append(part)
            self._held += len(part)
            if sum(map(len, waiting)) >= GROUP:
                self._write(str(reporter))
        while self._held > HELD:
            self._write(max(self._waiting, key=lambda one: sum(map(len, self._waiting[one]))))

    def finish(self, note: Mapping[str, Any]) -> None:
        for reporter in sorted(self._waiting):
            self._write(reporter)
        assert self._writer is not None
        self._writer.add_key_value_metadata({NOTE: json.dumps(note, sort_keys=True).encode()})

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()

    def _write(self, reporter: str) -> None:
        frame = pl.concat(self._waiting.pop(reporter))
        self._held -= len(frame)
        assert self._writer is not None
        table = frame.sort("product", LINE).rename(self._names).to_arrow()
        self._writer.write_table(table.cast(self._writer.schema), row_group_size=GROUP)


def _plain(kind: pa.DataType) -> pa.DataType:
    return pa.string() if pa.types.is_large_string(kind) or pa.types.is_string_view(kind) else kind


def _thousandths(values: pl.Series) -> int:
    """Their exact sum, in whole thousandths; an empty cell counts nothing."""
    most = float(values.abs().max() or 0.0) * THOUSANDTHS * len(values)  # type: ignore[arg-type]
    kind = pl.Int64 if most < 2**62 else pl.Int128
    return int((values * THOUSANDTHS).round().cast(kind).sum() or 0)


def _reconcile(target: Path, done: Converted) -> None:
    """Read what was written once more: as many rows as were kept, of the same sum."""
    written = Counted()
    with pq.ParquetFile(target) as file:
        names = file.schema_arrow.names
        at = LAYOUTS[done.format].columns(names) or {}
        for batch in file.iter_batches(batch_size=GROUP * 4, columns=[names[at["value"]]]):
            frame = pl.from_arrow(pa.table(batch))
            assert isinstance(frame, pl.DataFrame)
            written.add(frame.to_series())
    if written != done.kept:
        raise TradecheckError(
            f"{target.name} holds {written.rows:,} rows of {written.value:,} thousandths, where "
            f"{done.kept.rows:,} of {done.kept.value:,} were to be written; the disk or its driver "
            "is at fault. Run it again."
        )
