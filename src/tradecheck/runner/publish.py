"""Files appear complete, all of them, or none; one run at a time."""

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tradecheck.errors import TradecheckError
from tradecheck.study.project import PARTIAL, RUN, Project

MEMORY = "reports/.tradecheck"  # manifests and executed notebooks of the last success


def publish(project: Project, files: Mapping[Path, bytes]) -> None:
    """Write all files in a folder of their own, then rename all; the old ones stay until then.

    A run that ends among the renames leaves every file whole, and the manifests tell which are old.
    """
    try:
        memory = project.root / MEMORY
        memory.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=f"{PARTIAL}{os.getpid()}-", dir=memory) as folder:
            partial = {target: Path(folder, str(n)) for n, target in enumerate(files)}
            for target, content in files.items():
                partial[target].write_bytes(content)
            try:
                for target in files:
                    partial[target].replace(target)
            except OSError as error:
                raise TradecheckError(
                    f"{project.relative(target)} cannot be replaced ({error.strerror}): remove what "
                    "stands there or correct its permissions, then run again; tradecheck status says "
                    "which reports are still the earlier ones."
                ) from error
    except OSError as error:
        raise _cannot_write(error) from error


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
    """Remove the folders of runs whose process has ended before it could remove them itself.

    Only what is called as this program calls it, and only folders of whoever runs this.
    """
    tables = project.processed.glob(f"*/{PARTIAL}[0-9]*")
    temporary = Path(tempfile.gettempdir()).glob(f"{RUN}[0-9]*")
    for folder in (*(project.root / MEMORY).glob(f"{PARTIAL}[0-9]*"), *tables, *temporary):
        prefix = RUN if folder.name.startswith(RUN) else PARTIAL
        named = re.fullmatch(r"([0-9]+)-[a-z0-9_]{8}", folder.name.removeprefix(prefix))
        if not named or folder.is_symlink() or not folder.is_dir():
            continue
        if folder.stat().st_uid == os.geteuid() and not _is_alive(int(named[1])):
            shutil.rmtree(folder, ignore_errors=True)


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
