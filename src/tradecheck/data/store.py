"""Tables that notebooks leave for each other in `data/processed/<study>/`."""

import hashlib
import io
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from tradecheck.errors import TradecheckError
from tradecheck.study.project import PARTIAL, Project
from tradecheck.study.study import Study

MOST_CSV_ROWS = 50_000  # more than a spreadsheet opens with pleasure


@dataclass(frozen=True)
class Written:
    """One file that cleaning wrote."""

    path: str
    rows: int
    sha256: str


def write_processed(
    project: Project, study: Study, tables: Mapping[str, pd.DataFrame]
) -> list[Written]:
    """Write every table as Parquet, and those of at most MOST_CSV_ROWS as CSV for people.

    Same tables, same bytes. All files are complete under temporary names before the first takes its place.
    """
    folder = project.processed / study.name / study.case
    finished: list[tuple[Path, Path, int]] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=f"{PARTIAL}{os.getpid()}-", dir=folder) as private:
            for name, table in tables.items():
                for suffix, write in ((".parquet", _write_parquet), (".csv", _write_csv)):
                    if suffix == ".csv" and len(table) > MOST_CSV_ROWS:
                        continue
                    partial = Path(private, f"{name}{suffix}")
                    write(table, partial)
                    finished.append((partial, folder / partial.name, len(table)))
            hashes = [hashlib.sha256(path.read_bytes()).hexdigest() for path, _, _ in finished]
            for partial, target, _ in finished:
                partial.replace(target)
    except OSError as error:
        raise TradecheckError(
            f"{project.relative(folder)} cannot be written to ({error.strerror or error}): free some space, or "
            "correct the folder's permissions, then run again."
        ) from error
    return [
        Written(project.relative(target), rows, sha256)
        for (_, target, rows), sha256 in zip(finished, hashes, strict=True)
    ]


def read_processed(
    project: Project, study: Study, name: str, columns: Collection[str] = ()
) -> pd.DataFrame:
    """A table that `write_processed` wrote, with these columns among others.

    Raises a TradecheckError where there is none, and where somebody else has written to it.
    """
    path = _place(project, study, name)
    if not path.is_file():
        raise TradecheckError(
            f"{project.relative(path)} does not exist: an earlier notebook writes it; "
            "run `make report`, or the notebooks in the order of their numbers."
        )
    try:  # one thread: this process may be forked from
        file = pa.parquet.ParquetFile(path, pre_buffer=False, page_checksum_verification=True)
        table = file.read(use_threads=False).to_pandas(use_threads=False)
        if lacking := [column for column in columns if column not in table]:
            raise ValueError(f"it lacks {', '.join(lacking)}")
    except (pa.ArrowException, OSError, ValueError, TypeError, LookupError) as error:
        if isinstance(error, PermissionError):
            raise
        told = " ".join(str(error).split())[:200]
        raise TradecheckError(
            f"{project.relative(path)} is not as it was written ({told}): delete it, and make "
            "report makes it again."
        ) from error
    return table


def is_processed(project: Project, study: Study, name: str) -> bool:
    """Whether `write_processed` has left this table."""
    return _place(project, study, name).is_file()


def _place(project: Project, study: Study, name: str) -> Path:
    return project.processed / study.name / f"{name}.parquet"


def prepare() -> None:
    """Make a first table of text and its file, for all processes forked from this one."""
    table = pd.DataFrame({"month": ["2024-04"], "value": [1.0]})
    for write in (_write_parquet, _write_csv):
        write(table, io.BytesIO())


def _write_parquet(table: pd.DataFrame, path: Path | io.BytesIO) -> None:
    # pandas would note its own version in the file, so that an upgrade changed every byte
    plain = pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None)
    pa.parquet.write_table(plain, path, compression="zstd", write_page_checksum=True)


def _write_csv(table: pd.DataFrame, path: Path | io.BytesIO) -> None:
    table.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
