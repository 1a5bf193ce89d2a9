"""Checkouts to try the set-up in, as a new user has them."""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BASE_PYTHON = sys._base_executable
PACKAGES = ("flit_core", "pip")


def clean_environment(**extra: str) -> dict[str, str]:
    """The process environment as a new user has it, without settings of pip, uv, make or Python."""
    ours = ("PIP_", "UV_", "CONDA_", "PYTHON", "MAKE", "MFLAGS", "VIRTUAL_ENV")
    return {k: v for k, v in os.environ.items() if not k.startswith(ours)} | extra


@dataclass
class Checkout:
    """A checkout, and the variables that its commands run with."""

    folder: Path
    env: dict[str, str]

    @property
    def venv(self) -> Path:
        return self.folder / ".venv"

    @property
    def lock(self) -> Path:
        return self.folder / "requirements.lock"

    def make(self, *arguments: str, **env: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            ["make", *arguments],
            cwd=self.folder,
            env=self.env | env,
            capture_output=True,
            text=True,
        )

    def steps(self, *arguments: str, **env: str) -> int:
        """In how many steps a command sets up, before it does its work; 0 when nothing is to do."""
        done = self.make(*arguments, **env)
        assert done.returncode == 0, done.stdout + done.stderr
        assert f"tradecheck ['{arguments[0]}'" in done.stdout
        said = [line for line in done.stdout.splitlines() if line.startswith("Setting up (")]
        assert len(said) == len(set(said))
        return len(said)

    def refusal(self, *arguments: str, **env: str) -> str:
        """The one sentence that a command fails with."""
        return refusal_of(self.make(*arguments, **env))


def refusal_of(done: subprocess.CompletedProcess) -> str:
    said = [line for line in done.stderr.splitlines() if not line.startswith("make: ***")]
    assert done.returncode != 0
    assert len(said) == 1, done.stderr
    assert said[0].startswith("tradecheck: ") and said[0].endswith(".")
    return said[0]


def wheel_of(package: str, folder: Path) -> Path:
    """The wheel of an installed pure package, put together again from its files."""
    distribution = metadata.distribution(package)
    name = f"{package}-{distribution.version}"
    wheel = folder / f"{name}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for file in distribution.files:
            inside = ".." not in file.parts and file.suffix != ".pyc"
            if inside and file.name not in ("INSTALLER", "REQUESTED", "RECORD", "direct_url.json"):
                archive.write(file.locate(), str(file))
        archive.writestr(f"{name}.dist-info/RECORD", "")
    return wheel


def copy_checkout(folder: Path, **env: str) -> Checkout:
    """The files that set-up reads, with a command that only says where it runs."""
    tools = folder.parent / "no uv"
    tools.mkdir(parents=True)
    (tools / "uv").write_text("#!/bin/sh\nexit 1\n")
    (tools / "uv").chmod(0o755)
    folder.mkdir()
    for name in ("Makefile", "pyproject.toml", "LICENSE", "requirements.lock"):
        shutil.copy(ROOT / name, folder)
    (folder / "README.md").write_text("# tradecheck\n")
    shutil.copytree(ROOT / "tools", folder / "tools")
    package = folder / "src" / "tradecheck"
    package.mkdir(parents=True)
    for name in ("__init__.py", "__main__.py"):
        shutil.copy(ROOT / "src" / "tradecheck" / name, package)
    (package / "cli.py").write_text(
        "import sys\n\ndef main():\n    print('tradecheck', sys.argv[1:], 'in', sys.prefix)\n"
    )
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    return Checkout(folder, clean_environment(PYTHON=BASE_PYTHON, PATH=path, **env))


def small_checkout(parent: Path) -> Checkout:
    """A fresh checkout in a folder with a space in its name, whose lock holds two packages.

    They come from a folder, `packages` beside it, and from no registry; uv is not there.
    """
    packages = parent / "packages"
    packages.mkdir()
    checkout = copy_checkout(
        parent / "a new place",
        PIP_CONFIG_FILE=os.devnull,
        PIP_NO_INDEX="1",
        PIP_FIND_LINKS=packages.as_uri(),
    )
    lines = []
    for package in PACKAGES:
        digest = hashlib.sha256(wheel_of(package, packages).read_bytes()).hexdigest()
        lines.append(f"{package}=={metadata.version(package)} \\\n    --hash=sha256:{digest}\n")
    checkout.lock.write_text("".join(lines))
    return checkout
