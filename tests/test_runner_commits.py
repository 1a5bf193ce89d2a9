"""The commit that a page names: the right one, or why it is not known, whatever surrounds git."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tradecheck.runner.commits import commit, head
from tradecheck.study.project import Project

FILES = ("notebooks/studies/s/study.yaml", "data/raw/t.csv")
WHO = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "protocol.file.allow=always")


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *WHO, *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def write(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text)


@pytest.fixture
def root(tmp_path) -> Path:
    """A repository with three commits, of which the second touched what the report is made of."""
    root = tmp_path / "origin"
    for name in FILES:
        write(root, name, "one\n")
    git(tmp_path, "init", "-q", "-b", "main", str(root))
    for number, name in enumerate(("README.md", FILES[1], "README.md")):
        write(root, name, f"{number}\n")
        git(root, "add", ".")
        git(root, "commit", "-q", "-m", f"Commit {number}")
    return root


def told(root: Path) -> str:
    return commit(Project(root), FILES)


def test_the_last_commit_of_these_files(root):
    assert told(root) == git(root, "rev-parse", "HEAD~1")


def test_a_file_that_differs_is_told_and_a_mode_is_no_content(root):
    (root / FILES[1]).chmod(0o755)
    os.utime(root / FILES[1], (1, 1))
    write(root, "README.md", "other")
    assert told(root) == git(root, "rev-parse", "HEAD~1")
    write(root, FILES[1], "other\n")
    assert told(root).endswith(" with uncommitted changes")
    (root / FILES[1]).unlink()
    assert told(root).endswith(" with uncommitted changes")


def test_other_ends_of_lines_are_no_other_content(root):
    (root / FILES[1]).write_bytes((root / FILES[1]).read_bytes().replace(b"\n", b"\r\n"))
    assert told(root) == git(root, "rev-parse", "HEAD~1")


def test_a_file_that_is_not_committed_differs(root):
    write(root, "notebooks/helper.py", "")
    found = commit(Project(root), [*FILES, "notebooks/helper.py", "data/processed/s/t.csv"])
    assert found.endswith(" with uncommitted changes")
    assert commit(Project(root), [*FILES, "notebooks/none.py", "data/processed/s/t.csv"]) == told(
        root
    )


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_a_shallow_clone_names_no_commit_that_may_be_another(root, depth):
    clone = root.parent / "clone"
    git(root.parent, "clone", "-q", f"--depth={depth}", f"file://{root}", str(clone))
    whole = told(root)
    found = told(clone)
    assert found == (whole if depth == 3 else "not known: the clone is shallow, and git fetch "
                     "--unshallow brings the rest")  # fmt: skip
    git(clone, "fetch", "-q", "--unshallow")
    assert told(clone) == whole


def test_a_work_tree_and_a_folder_below_the_top(root):
    other = root.parent / "other"
    git(root, "worktree", "add", "-q", str(other), "HEAD~1")
    assert told(other) == git(root, "rev-parse", "HEAD~1")
    inner = root.parent / "outer" / "inner"
    shutil.copytree(root, inner, ignore=shutil.ignore_patterns(".git"))
    git(root.parent, "init", "-q", str(inner.parent))
    git(inner.parent, "add", ".")
    git(inner.parent, "commit", "-q", "-m", "All")
    write(inner.parent, "data/raw/t.csv", "not this one")
    assert told(inner) == git(inner, "rev-parse", "HEAD")


@pytest.mark.parametrize("name", ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_NAMESPACE"])
def test_settings_of_git_in_the_environment_lead_nowhere_else(root, monkeypatch, name):
    right, last = told(root), head(Project(root))
    monkeypatch.setenv(name, str(root.parent / "nowhere"))
    assert (told(root), head(Project(root))) == (right, last)


def test_a_replaced_commit_is_not_named(root):
    right = told(root)
    git(root, "replace", right, git(root, "rev-parse", "HEAD~2"))
    assert told(root) == right


def test_a_sparse_checkout_names_the_same_commit(root):
    write(root, "docs/other.md", "x")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "Docs")
    right = told(root)
    git(root, "sparse-checkout", "set", "notebooks", "data")
    assert not (root / "docs").exists() and told(root) == right


def test_a_submodule_and_a_link_have_histories_of_their_own(root):
    raw = root.parent / "raw"
    git(root.parent, "init", "-q", str(raw))
    write(raw, "t.csv", "1\n")
    git(raw, "add", ".")
    git(raw, "commit", "-q", "-m", "Data")
    git(root, "rm", "-q", "-r", "data")
    git(root, "submodule", "add", "-q", str(raw), "data/raw")
    git(root, "commit", "-q", "-m", "Data elsewhere")
    assert told(root) == "not known: data/raw is a submodule, with a history of its own"
    git(root, "rm", "-q", "-r", "data/raw")
    (root / "data").mkdir(exist_ok=True)
    (root / "data" / "raw").symlink_to(raw)
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "Data through a link")
    assert told(root) == "not known: data/raw is a link, with a history of its own"


def test_a_raw_file_that_is_a_link_is_as_committed(root):
    write(root.parent, "store/t", "large\n")
    (root / FILES[1]).unlink()
    (root / FILES[1]).symlink_to("../../../store/t")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "A link")
    assert told(root) == git(root, "rev-parse", "HEAD")


def test_another_owner_is_git_s_reason_without_a_folder(root, monkeypatch):
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    assert told(root) == "not known: detected dubious ownership in repository"


def test_without_git_commits_or_a_repository(root, tmp_path, monkeypatch):
    assert commit(Project(tmp_path), FILES) == "not committed"
    git(tmp_path, "init", "-q", str(tmp_path / "empty"))
    assert commit(Project(tmp_path / "empty"), FILES) == "not committed"
    (tmp_path / "lost").mkdir()
    (tmp_path / "lost" / ".git").write_text(f"gitdir: {tmp_path}/nowhere\n")
    assert commit(Project(tmp_path / "lost"), FILES) == "not known: not a git repository"
    monkeypatch.setenv("PATH", str(tmp_path))
    assert told(root) == head(Project(root)) == "not known: git is not installed"


def test_no_program_that_a_repository_names_is_run(root):
    """Nor where a file differs, so that git would have to look into it."""
    mark = root.parent / "ran"
    program = root.parent / "program"
    program.write_text(f"#!/bin/sh\ntouch '{mark}'\ncat\n")
    program.chmod(0o755)
    hooks = root / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("post-index-change", "post-checkout", "fsmonitor-watchman"):
        shutil.copy(program, hooks / name)
    settings = {
        "core.fsmonitor": program, "core.pager": program, "core.hooksPath": hooks,
        "core.sshCommand": program, "diff.external": program, "diff.x.textconv": program,
        "filter.x.clean": program, "filter.x.smudge": program, "filter.x.required": "true",
        "filter.x.process": program, "gpg.program": program, "log.showSignature": "true",
        "core.editor": program, "credential.helper": program, "diff.x.command": program,
        "alias.rev-list": f"!{program}", "pager.rev-list": "true", "core.alternateRefsCommand": program,
        "extensions.partialClone": "origin", "remote.origin.promisor": "true",
        "remote.origin.url": f"ext::{program}", "protocol.ext.allow": "always",
        "remote.origin.uploadpack": program,
    }  # fmt: skip
    write(root, ".gitattributes", "* filter=x diff=x\n")
    for name, value in settings.items():
        git(root, "config", name, str(value))
    mark.unlink(missing_ok=True)
    write(root, FILES[1], "other\n")
    assert told(root).endswith(" with uncommitted changes")
    assert not mark.exists()
    blob = git(root, "ls-tree", "HEAD", FILES[1]).split()[2]
    mark.unlink(missing_ok=True)
    (root / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    assert told(root).startswith("not known: ")
    assert not mark.exists()
