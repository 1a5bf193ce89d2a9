"""The commit that a page names: the last one that touched what this very report is made of.

Only commands of git are used that run no program which a repository's settings name.
"""

import hashlib
import os
import re
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from tradecheck.errors import TradecheckError
from tradecheck.runner.freshness import PACKAGE, PARTS
from tradecheck.runner.notebooks import source_form
from tradecheck.study.project import Project

NOT_COMMITTED = "not committed"
GIT = ("git", "--literal-pathspecs", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")
# Of the user's settings of git those that say where settings are, and none that says where to look.
KEPT = ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_TEST_")
SET = {
    "GIT_ALLOW_PROTOCOL": "none",  # whoever left objects out is not asked for them
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
LINK, SUBMODULE = "120000", "160000"


class _Unknown(Exception):
    """What a page says in place of a commit."""


def head(project: Project) -> str:
    """What decides every answer of `commit` while the files are the same."""
    try:
        return _git(project, "rev-parse", "--is-shallow-repository", "HEAD").decode()
    except _Unknown as unknown:
        return str(unknown)


def commit(project: Project, files: Iterable[str]) -> str:
    """The last commit that touched one of these files, and whether one of them differs from it.

    Tables and reports are in no commit, and a notebook's outputs do not count. Where git cannot
    tell, "not known" with its reason.
    """
    files = list(files)
    own = _runs_here(project, [name for name in files if name.startswith("tradecheck/")])
    named = {f"src/{name}" if name.startswith("tradecheck/") else name for name in files}
    paths = sorted(
        name
        for name in named
        if not name.startswith(PARTS) and (own or not name.startswith("src/tradecheck/"))
    )
    try:
        found = _git(project, "rev-list", "-1", "HEAD", "--", *paths).decode().strip()
        if not found:
            return NOT_COMMITTED
        _refuse_the_end_of_a_shallow_clone(project, found)
        tree = _tree(project, {path.partition("/")[0] for path in paths})
        for path in paths:
            _refuse_what_lies_elsewhere(path, tree)
        differs = any(_differs(project, path, *tree.get(path, ("", ""))) for path in paths)
    except _Unknown as unknown:
        return str(unknown)
    return found + (" with uncommitted changes" if differs else "")


def _runs_here(project: Project, modules: Sequence[str]) -> bool:
    """Whether the package that runs is this repository's, or the same to the byte."""
    here = project.root / "src"
    if PACKAGE.resolve() == (here / "tradecheck").resolve():
        return True
    pairs = [(PACKAGE.parent / name, here / name) for name in modules]
    return all(a.is_file() and b.is_file() and a.read_bytes() == b.read_bytes() for a, b in pairs)


def _git(project: Project, *arguments: str) -> bytes:
    user = {k: v for k, v in os.environ.items() if not k.startswith("GIT_") or k.startswith(KEPT)}
    try:
        done = subprocess.run(
            [*GIT, "-C", str(project.root), *arguments],
            env=user | SET,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
        )
    except FileNotFoundError as error:
        raise _Unknown("not known: git is not installed") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _Unknown("not known: git does not answer") from error
    if done.returncode == 0:
        return done.stdout
    told = done.stderr.decode(errors="replace").strip() or "git failed without a word"
    reason = told.splitlines()[0].removeprefix("fatal: ")
    if re.match(r"not a git repository \(or any|bad revision 'HEAD'|ambiguous argument", reason):
        raise _Unknown(NOT_COMMITTED)
    reason = re.sub(r"( at| in)? ?'[^']*/[^']*'|:? ?/\S+", "", reason)  # no folder of this machine
    raise _Unknown(f"not known: {reason}")


def _refuse_the_end_of_a_shallow_clone(project: Project, found: str) -> None:
    """There, every file looks as if it had come with the oldest commit that was fetched."""
    where = _git(project, "rev-parse", "--git-path", "shallow").decode().strip()
    shallow = project.root / where
    if shallow.is_file() and found in shallow.read_text().split():
        raise _Unknown("not known: the clone is shallow, and git fetch --unshallow brings the rest")


def _tree(project: Project, tops: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Mode and object of all that the last commit holds there."""
    told = os.fsdecode(_git(project, "ls-tree", "-r", "-z", "HEAD", "--", *sorted(tops)))
    entries = (entry.partition("\t") for entry in told.split("\0") if entry)
    return {path: (about.split()[0], about.split()[2]) for about, _, path in entries}


def _refuse_what_lies_elsewhere(path: str, tree: dict[str, tuple[str, str]]) -> None:
    for parent in map(Path.as_posix, Path(path).parents):
        mode = tree.get(parent, ("",))[0]
        if mode in (LINK, SUBMODULE):
            what = "a link" if mode == LINK else "a submodule"
            raise _Unknown(f"not known: {parent} is {what}, with a history of its own")


def _differs(project: Project, path: str, mode: str, blob: str) -> bool:
    """Whether a file has another content than in the last commit: of a notebook, another source."""
    target = project.root / path
    try:
        now = os.fsencode(os.readlink(target)) if mode == LINK else target.read_bytes()
    except OSError:
        return bool(blob)  # of what is in neither, nothing differs
    kind = hashlib.sha256 if len(blob) == 64 else hashlib.sha1
    if not blob or kind(b"blob %d\0" % len(now) + now).hexdigest() == blob:
        return not blob
    held = _git(project, "cat-file", "blob", blob)
    if path.endswith(".ipynb"):
        try:
            return source_form(held, path) != source_form(now, path)
        except TradecheckError:
            return True
    if b"\noid sha256:" + hashlib.sha256(now).hexdigest().encode() + b"\n" in held:  # git-lfs
        return False
    return held.replace(b"\r\n", b"\n") != now.replace(b"\r\n", b"\n")
