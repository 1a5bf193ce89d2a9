"""Bring the environment of the Makefile's commands up to its lock; do nothing when it is.

    python3 tools/setup_environment.py ENVIRONMENT report|test|lab

ENVIRONMENT is a virtual environment, made when missing and made again when half-made or broken,
or a conda environment, which is filled but never made. What was installed is remembered by content
(lock, pyproject.toml, Python, folder) in a file inside it, written last.

Standard library only, in syntax that Python 3.6 parses: an old Python must get as far as the
sentence that says it is too old.
"""

import errno
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PYPROJECT = os.path.join(ROOT, "pyproject.toml")
LOCKS = {
    "report": "requirements.lock",
    "test": "requirements-test.lock",
    "lab": "requirements-lab.lock",
}

DISK_FULL = "the disk is full: free about 1 GB here and in the folder for temporary files"
NO_PERMISSION = (
    f"there is no permission to write in {ROOT}: make the folder yours, "
    "or clone the project into a folder of your own"
)
OFFLINE = (
    "the package registry cannot be reached, or lacks a package of the lock: connect to the "
    "network, or give pip your proxy, index or certificate (pip config set global.proxy …)"
)
CAUSES = (  # what pip or venv prints → the sentence for it; the first that fits
    (r"No space left on device|Disk quota exceeded", DISK_FULL),
    (r"Permission denied|Read-only file system", NO_PERMISSION),
    (
        r"DO NOT MATCH THE HASHES",
        "a package is not the one that the lock names, so nothing of it was installed: "
        "empty pip's cache (pip cache purge)",
    ),
    (
        r"No module named '?pip",
        "the environment has no pip: delete the folder .venv, or add pip to the conda environment",
    ),
    (r"(?i)connection|timed? ?out|name resolution|\bssl|proxy|No matching distribution", OFFLINE),
)


class SetupError(Exception):
    """One sentence for the user: what stands in the way, and the remedy."""


def supported_range():
    """The lowest supported (major, minor) and the first that is not, from pyproject.toml."""
    with open(PYPROJECT, encoding="utf-8") as file:
        found = re.search(r'requires-python = ">=(\d+)\.(\d+),<(\d+)\.(\d+)"', file.read())
    low, low_minor, high, high_minor = map(int, found.groups())
    return (low, low_minor), (high, high_minor)


def version_of(python):
    """(major, minor) of an interpreter; (0, 0) when it is missing or does not start."""
    ask = "import sys; print(*sys.version_info[:2])"
    try:
        said = subprocess.check_output([python, "-I", "-S", "-c", ask], stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return (0, 0)
    major, minor = said.split()
    return (int(major), int(minor))


class Environment:
    """A folder with a Python, and the memory of what was installed into it."""

    def __init__(self, folder):
        self.folder = os.path.abspath(folder)
        self.python = os.path.join(self.folder, "bin", "python")
        self.memory = os.path.join(self.folder, "tradecheck-setup.json")
        self.version = version_of(self.python)
        self.is_conda = os.path.isdir(os.path.join(self.folder, "conda-meta"))

    def remembered(self):
        """What was installed, {} while an installation is unfinished, None when nothing is said."""
        try:
            with open(self.memory, encoding="utf-8") as file:
                return json.load(file)
        except FileNotFoundError:
            return None
        except ValueError:
            return {}

    def remember(self, installed):
        with open(self.memory, "w", encoding="utf-8") as file:
            json.dump(installed, file, indent=1, sort_keys=True)

    def identity(self):
        """What an installation is tied to; scripts in it hold the folder, libraries the version."""
        return "Python %d.%d in %s for %s" % (*self.version, self.folder, ROOT)

    def is_usable(self):
        """Whether packages can be installed into it as it stands."""
        lowest, beyond = supported_range()
        if not lowest <= self.version < beyond:
            return False
        if self.is_conda:
            return True
        if "PYTHON" in os.environ and self.version != sys.version_info[:2]:
            return False
        remembered = self.remembered()
        return remembered is None or remembered.get("identity") == self.identity()

    def remove(self):
        """Remove what is in the way; never anything but a virtual environment."""
        if not os.path.lexists(self.folder):
            return
        marks = (self.memory, os.path.join(self.folder, "pyvenv.cfg"))
        if os.path.isdir(self.folder) and not os.listdir(self.folder):
            os.rmdir(self.folder)
        elif any(os.path.exists(mark) for mark in marks):
            shutil.rmtree(self.folder)
        else:
            raise SetupError(f"{self.folder} is not a virtual environment: move it elsewhere")


def fingerprint(environment, part):
    """Digest of all that decides what a part installs."""
    digest = hashlib.sha256(environment.identity().encode())
    for name in (LOCKS[part], "pyproject.toml"):
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def interpreter():
    """The Python that .venv is made with: the one that runs this, else a supported one on PATH."""
    lowest, beyond = supported_range()
    # Inside an active virtual environment, the Python below it: that one stays when .venv goes.
    this = getattr(sys, "_base_executable", sys.executable)
    others = ["python3.%d" % minor for minor in range(beyond[1] - 1, lowest[1] - 1, -1)]
    for python in [this] if "PYTHON" in os.environ else [this] + others:
        if lowest <= version_of(python) < beyond:
            break
    else:
        age = "old" if sys.version_info[:2] < lowest else "new"
        raise SetupError(
            "Python %d.%d is too %s: install Python 3.%d to 3.%d, or name an installed one "
            "(make PYTHON=python3.%d report)"
            % (*sys.version_info[:2], age, lowest[1], beyond[1] - 1, beyond[1] - 1)
        )
    if subprocess.call([python, "-I", "-c", "import ensurepip, venv"], stderr=subprocess.DEVNULL):
        raise SetupError(
            "this Python cannot make virtual environments: on Debian or Ubuntu, install its module "
            "with sudo apt install python3-venv"
        )
    return python


def run(*command):
    """Run a command in silence; a failure is a SetupError that says why."""
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
        errors="replace",
    )
    if done.returncode == 0:
        return
    for pattern, sentence in CAUSES:
        if re.search(pattern, done.stdout):
            raise SetupError(sentence)
    last = "\n".join(done.stdout.strip().splitlines()[-5:])
    raise SetupError(f"{' '.join(command)} failed, and said at the end:\n{last}\nMend that")


def set_up(environment, part):
    """Install what a part needs, in steps that are told as they begin."""

    def make():
        environment.remove()
        os.mkdir(environment.folder)
        environment.remember({})
        run(python, "-I", "-m", "venv", "--without-pip", environment.folder)
        run(environment.python, "-I", "-m", "ensurepip", "--default-pip")
        environment.version = version_of(environment.python)

    def pip_install(*arguments):
        # Bytecode is written now, once, not at every start; pip's other settings are the user's.
        options = ("--quiet", "--compile", "--no-user", "--no-input", "--disable-pip-version-check")
        run(environment.python, "-I", "-m", "pip", "install", *options, *arguments)

    def install_packages():
        pip_install("--require-hashes", "--requirement", lock)

    def install_project():
        pip_install("--no-deps", "--no-index", "--no-build-isolation", "--editable", ROOT)

    lock = os.path.join(ROOT, LOCKS[part])
    with open(lock, encoding="utf-8") as file:
        packages = sum("==" in line and line[0] not in "# " for line in file)
    steps = [
        (f"up to {packages} packages for make {part}, a minute or two, once", install_packages),
        ("tradecheck itself", install_project),
    ]
    installed = environment.remembered() or {}
    if not environment.is_usable():
        if environment.is_conda:
            raise SetupError(
                "the conda environment tradecheck has no supported Python: bring it up to date "
                "with conda env update --file environment.yml"
            )
        python = interpreter()
        installed = {}
        steps.insert(0, ("a virtual environment with Python %d.%d" % version_of(python), make))
    else:
        environment.remember({})
    try:
        for number, (what, step) in enumerate(steps, 1):
            print(f"Setting up ({number} of {len(steps)}): {what}", flush=True)
            step()
    except SetupError as error:
        if installed and str(error) == OFFLINE:  # pip fetches all before it installs any
            environment.remember(installed)
        raise
    installed["identity"] = environment.identity()
    installed[part] = fingerprint(environment, part)
    environment.remember(installed)


def is_complete(environment, part):
    """Whether a part is installed from today's lock."""
    if not environment.is_usable():
        return False
    return (environment.remembered() or {}).get(part) == fingerprint(environment, part)


def main(folder, part):
    """Set up once, even when two commands start at the same time."""
    environment = Environment(folder)
    if is_complete(environment, part):
        return
    with open(PYPROJECT) as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another set-up is at work in this folder; waiting for it", flush=True)
            fcntl.flock(held, fcntl.LOCK_EX)
        environment = Environment(folder)
        if not is_complete(environment, part):
            set_up(environment, part)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except SetupError as error:
        sys.exit(f"tradecheck: {error}, then run the command again.")
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            sys.exit(f"tradecheck: {DISK_FULL}, then run the command again.")
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            sys.exit(f"tradecheck: {NO_PERMISSION}, then run the command again.")
        sys.exit(f"tradecheck: {error}: mend that, then run the command again.")
    except KeyboardInterrupt:
        sys.exit("\ntradecheck: set-up was interrupted; the next run starts it afresh.")
