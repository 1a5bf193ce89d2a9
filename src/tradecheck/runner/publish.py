"""Files appear complete, all of them, or none; one run at a time."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tradecheck.errors import TradecheckError
from tradecheck.study.project import Project

MEMORY = "reports/.tradecheck"  # manifests and executed notebooks of the last success


def publish(project: Project, files: Mapping[Path, bytes]) -> None:
    """Write all files under temporary names, then rename all; the old ones stay until then.

    A run that ends among the renames leaves every file whole, and the manifests tell which are old.
    """
    partial = {target: target.with_name(f".{target.name}.{os.getpid()}") for target in files}
    try:
        for target, content in files.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            partial[target].write_bytes(content)
        try:
            for target in files:
                partial[target].replace(target)
        except OSError as error:
            raise TradecheckError(
                f"{target.relative_to(project.root).as_posix()} cannot be replaced "
                f"({error.strerror}): remove what stands there or correct its permissions, then "
                "run again; tradecheck status says which reports are still the earlier ones."
            ) from error
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
        lock = path.open("ab+", buffering=0)
    except OSError as error:
        raise _cannot_write(error) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            lock.truncate(0)
            lock.write(str(os.getpid()).encode())
        except BlockingIOError as error:
            lock.seek(0)
            raise TradecheckError(
                f"Another run (process {lock.read().decode()}) is building reports in this folder; "
                "wait until it has finished, then run again."
            ) from error
        except OSError as error:
            raise _cannot_write(error) from error
        _clear_up_after_killed(project)
        try:
            yield
        finally:
            lock.truncate(0)


def _clear_up_after_killed(project: Project) -> None:
    """Remove the temporary files whose process has ended before it could rename them."""
    for folder in (project.reports, project.processed):
        for path in folder.rglob(".*.[0-9]*"):
            process = path.suffix[1:]
            if process.isdecimal() and not _is_alive(int(process)):
                path.unlink(missing_ok=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):  # somebody else's, or no number of a process
        pass
    return True


def _cannot_write(error: OSError) -> TradecheckError:
    return TradecheckError(
        f"The folder reports/ cannot be written to ({error.strerror}); the last good reports are "
        "unchanged. Free some space or correct the folder's permissions, then run again."
    )
