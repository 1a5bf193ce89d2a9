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
LOCKS = ("requirements.lock", "requirements-test.lock", "requirements-lab.lock")


def clean_environment(**extra: str) -> dict[str, str]:
    """The process environment as a new user has it, without settings of pip, make or Python."""
    ours = ("PIP_", "CONDA_", "PYTHON", "MAKE", "MFLAGS", "VIRTUAL_ENV")
    return {k: v for k, v in os.environ.items() if not k.startswith(ours)} | extra


@dataclass
class Checkout:
    """A checkout whose locks hold one small package, served from a folder instead of a registry."""

    folder: Path
    env: dict[str, str]

    @property
    def venv(self) -> Path:
        return self.folder / ".venv"

    def make(self, *arguments: str, **env: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            ["make", *arguments],
            cwd=self.folder,
            env=self.env | env,
            capture_output=True,
            text=True,
        )

    def steps(self, done: subprocess.CompletedProcess) -> int:
        """In how many steps something was set up; 0 when nothing was."""
        assert done.returncode == 0, done.stderr
        said = [line for line in done.stdout.splitlines() if line.startswith("Setting up (")]
        assert len(said) == len(set(said))
        return len(said)


def wheel_of(package: str, folder: Path) -> Path:
    """The wheel of an installed pure package, put together again from its files."""
    distribution = metadata.distribution(package)
    name = f"{package}-{distribution.version}"
    wheel = folder / f"{name}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for file in distribution.files:
            if file.suffix != ".pyc" and file.name not in ("INSTALLER", "REQUESTED", "RECORD"):
                archive.write(file.locate(), str(file))
        archive.writestr(f"{name}.dist-info/RECORD", "")
    return wheel


def copy_checkout(folder: Path, **env: str) -> Checkout:
    """The files that set-up reads, with a command that only says where it runs."""
    folder.mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", "LICENSE", "environment.yml", *LOCKS):
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
    return Checkout(folder, clean_environment(PYTHON=BASE_PYTHON, **env))


def small_checkout(parent: Path) -> Checkout:
    """A fresh checkout that needs no registry, in a folder with a space in its name."""
    registry = parent / "registry"
    registry.mkdir()
    wheel = wheel_of("flit_core", registry)
    checkout = copy_checkout(
        parent / "a new place",
        PIP_CONFIG_FILE=os.devnull,
        PIP_NO_INDEX="1",
        PIP_FIND_LINKS=registry.as_uri(),
    )
    version = metadata.version("flit_core")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    for lock in LOCKS:
        (checkout.folder / lock).write_text(f"flit-core=={version} --hash=sha256:{digest}\n")
    return checkout
