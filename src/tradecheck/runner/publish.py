"""Files appear complete, all of them, or none; one run at a time."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tradecheck.errors import TradecheckError
from tradecheck.project import Project

MEMORY = "reports/.tradecheck"  # manifests and executed notebooks of the last success


def publish(project: Project, files: Mapping[Path, bytes]) -> None:
    """Write all files under temporary names, then rename all; the old ones stay until then."""
    partial = {target: target.with_name(f".{target.name}.{os.getpid()}") for target in files}
    try:
        for target, content in files.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            partial[target].write_bytes(content)
        for target in files:
            partial[target].replace(target)
    except OSError as error:
        raise _cannot_write(error) from error
    finally:
        for path in partial.values():
            path.unlink(missing_ok=True)


@contextmanager
def only_run(project: Project) -> Iterator[None]:
    """Hold the project for one run. The system frees it when the process ends, however it ends."""
    path = project.root / MEMORY / "lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise _cannot_write(error) from error
    with lock as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise TradecheckError(
                f"Another run (process {file.read().strip()}) is building reports in this folder; "
                "wait until it has finished, then run again."
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


def _cannot_write(error: OSError) -> TradecheckError:
    return TradecheckError(
        f"The folder reports/ cannot be written to ({error.strerror}); the last good reports are "
        "unchanged. Free some space or correct the folder's permissions, then run again."
    )
