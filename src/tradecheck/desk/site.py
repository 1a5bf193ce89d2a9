"""A folder of files that one command keeps: it changes what it wrote, and nothing else."""

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from tradecheck.errors import TradecheckError
from tradecheck.runner.freshness import digest
from tradecheck.study import stores


def place(folder: Path, files: Mapping[str, bytes], sums: str) -> list[str]:
    """Put the files into the folder and remove those of an earlier time that are not among them.

    `sums` names the file that lists what was written, with its SHA-256. A file that somebody else
    wrote or changed is never touched: one in the way raises a TradecheckError, and any other stays
    and is told. Returns what was done, a line each.
    """
    try:
        return _place(folder, files, sums)
    except OSError as error:
        raise TradecheckError(
            f"{folder} cannot be written to ({error.strerror}): free some space or correct its "
            "permissions, then publish again."
        ) from error


def place_stored(address: str, files: Mapping[str, bytes], sums: str) -> list[str]:
    """The same in an object store, where a name that `sums` lists counts as ours."""
    gone = stores.replace(files, address, sums)
    size = sum(map(len, files.values())) / 1e6
    return [
        f"wrote {len(files)} files to {address} ({size:.1f} MB)",
        *(f"removed {name}, which is no longer published" for name in gone),
    ]


def _place(folder: Path, files: Mapping[str, bytes], sums: str) -> list[str]:
    if folder.exists() and not folder.is_dir():
        raise TradecheckError(f"{folder} is a file: name a folder, new or published before.")
    before = _listed(folder / sums)
    there = {path.relative_to(folder).as_posix(): path for path in _files_of(folder)}
    ours = {name for name, path in there.items() if before.get(name) == digest(path.read_bytes())}
    if before:
        ours.add(sums)
    for name, content in files.items():
        if (folder / name).is_dir():
            raise TradecheckError(f"{folder / name} is a folder: move it away, then publish again.")
        if name in there and name not in ours and there[name].read_bytes() != content:
            raise TradecheckError(
                f"{there[name]} was not written by tradecheck publish, or was changed since: move it "
                "away, or publish into another folder."
            )
    fresh = not any(folder.iterdir()) if folder.is_dir() else True
    base = folder.parent if fresh else folder
    base.mkdir(parents=True, exist_ok=True)
    staged = base / f".{folder.name}.{os.getpid()}"
    try:
        for name, content in files.items():
            (staged / name).parent.mkdir(parents=True, exist_ok=True)
            (staged / name).write_bytes(content)
        if fresh:
            staged.replace(folder)
        else:
            for name in files:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (staged / name).replace(folder / name)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    gone = sorted(ours - files.keys())
    for name in gone:
        there[name].unlink()
        _remove_empty(there[name].parent, folder)
    size = sum(map(len, files.values())) / 1e6
    kept = sorted(there.keys() - files.keys() - ours)
    return [
        f"wrote {len(files)} files to {folder} ({size:.1f} MB)",
        *(f"removed {name}, which is no longer published" for name in gone),
        *(f"kept {name}, which tradecheck publish did not write" for name in kept),
    ]


def _listed(sums: Path) -> dict[str, str]:
    """SHA-256 by name, of the files of an earlier time."""
    if not sums.is_file():
        return {}
    lines = sums.read_text(encoding="utf-8", errors="replace").splitlines()
    found = [re.fullmatch(r"([0-9a-f]{64})  (\S+)", line) for line in lines]
    if not all(found):
        return {}
    return {match[2]: match[1] for match in found if match}


def _files_of(folder: Path) -> list[Path]:
    """The files in the folder, without what git keeps beside them."""
    return [
        p for p in folder.rglob("*") if p.is_file() and ".git" not in p.relative_to(folder).parts
    ]


def _remove_empty(path: Path, folder: Path) -> None:
    while path != folder and not any(path.iterdir()):
        path.rmdir()
        path = path.parent
