"""Bring the environment of the Makefile's commands up to requirements.lock; do nothing when it is.

    python3 tools/setup_environment.py ENVIRONMENT

ENVIRONMENT is a virtual environment, made when missing and made again when half-made or broken,
or a conda environment, which is filled but never made. What was installed is remembered by content
(lock, pyproject.toml, Python, folders) in a file inside it, written last and empty until then.

Standard library only, in syntax that Python 3.6 parses: an old Python must get as far as the
sentence that says it is too old.
"""

import ast
import fcntl
import glob
import hashlib
import os
import re
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
LOCK = os.path.join(ROOT, "requirements.lock")
PYPROJECT = os.path.join(ROOT, "pyproject.toml")
ENVIRONMENT = os.path.realpath(sys.argv[1])
PYTHON = os.path.join(ENVIRONMENT, "bin", "python")
MEMORY = os.path.join(ENVIRONMENT, "tradecheck-setup")
IS_CONDA = os.path.isdir(os.path.join(ENVIRONMENT, "conda-meta"))

CAUSES = {  # what pip, venv or the system says: the sentence for it
    "No space left on device|Disk quota exceeded": "the disk is full: free about 2 GB here and in "
    "the folder for temporary files",
    "Permission denied|Operation not permitted|Read-only file system": f"{ROOT} cannot be written "
    "to: make the folder yours, or clone the project into a folder of your own",
    "DO NOT MATCH THE HASHES": "a package is not the one that requirements.lock names, so it was "
    "not installed: empty pip's cache (pip cache purge)",
    "No module named '?(ensurepip|venv)": "this Python cannot make virtual environments: on Debian "
    "or Ubuntu, install its module with sudo apt install python3-venv",
    r"(?i)connection|timed? ?out|name resolution|\bssl|proxy|No matching distribution": "the package "
    "registry cannot be reached, or lacks a package of the lock: connect to the network, or give "
    "pip your proxy, index or certificate (pip config set global.proxy …)",
}

# The user's settings of pip and uv that count: whence packages come, and how that place is reached.
# Where they go, and which are taken, is said here.
PIP_SOURCES = (
    "cache-dir|cert|client-cert|default-timeout|extra-index-url|find-links|index-url|"
    "keyring-provider|no-cache-dir|no-index|proxy|retries|timeout|trusted-host|use-feature"
)
UV_SOURCES = "UV_.*(CACHE|CERT|FIND_LINKS|HTTP|INDEX|INSECURE|KEYRING|OFFLINE|TLS)"

PIP_INSTALL = "-I -m pip install --quiet --no-input --disable-pip-version-check --no-deps".split()
UV_INSTALL = "uv pip install --no-config --require-hashes --python".split()


class SetupError(Exception):
    """One sentence for the user: what stands in the way, and the remedy."""


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def supported():
    """The supported versions of Python, as (major, minor), from pyproject.toml."""
    low, beyond = re.search(r'requires-python = ">=3\.(\d+),<3\.(\d+)"', read(PYPROJECT)).groups()
    return [(3, minor) for minor in range(int(low), int(beyond))]


def version_of(python):
    """(major, minor) of an interpreter; (0, 0) when it is missing or does not start."""
    ask = "import sys; print(*sys.version_info[:2])"
    try:
        said = subprocess.check_output([python, "-I", "-S", "-c", ask], stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return (0, 0)
    return tuple(map(int, said.split()))


def interpreter():
    """The Python that .venv is made with: the one that runs this, else a supported one here."""
    # Inside an active virtual environment, the Python below it: that one stays when .venv goes.
    found = [getattr(sys, "_base_executable", sys.executable)]
    versions = ["%d.%d" % version for version in supported()]
    if "PYTHON" not in os.environ:
        pyenv = os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")
        found += ["python" + version for version in reversed(versions)]
        for version in reversed(versions):  # which pyenv starts by name only once it is told to
            found += glob.glob(os.path.join(pyenv, "versions", version + ".*", "bin", "python"))
    for python in found:
        if version_of(python) in supported():
            return python
    raise SetupError(
        "Python %d.%d is not supported: install Python %s to %s, or name an installed one "
        "(make PYTHON=python%s report)"
        % (*sys.version_info[:2], versions[0], versions[-1], versions[-1])
    )


def sentence_of(said):
    """The sentence for what a program or the system said; None where there is none."""
    return next((sentence for cause, sentence in CAUSES.items() if re.search(cause, said)), None)


def run(*command, **settings):
    """What a command prints; a failure is a SetupError that says why."""
    own = {k: v for k, v in os.environ.items() if not re.match("PYTHON|PIP_|UV_", k)}
    done = subprocess.run(
        command,
        env=dict(own, **settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
        errors="replace",
    )
    if done.returncode:
        last = "\n".join(done.stdout.strip().splitlines()[-5:])
        unknown = f"{' '.join(command)} failed, and said at the end:\n{last}\nMend that"
        raise SetupError(sentence_of(done.stdout) or unknown)
    return done.stdout


def remember(installed):
    with open(MEMORY, "w", encoding="utf-8") as file:
        file.write(installed)


def remembered():
    """What was installed; "" until that is done once, None in an environment not from here."""
    return read(MEMORY) if os.path.exists(MEMORY) else None


def identity():
    """What an installation is tied to: scripts in it hold the folder, libraries the version."""
    return "Python %d.%d in %s for %s\n" % (*version_of(PYTHON), ENVIRONMENT, ROOT)


def wanted():
    """What is remembered once all is installed that is to be, as things are now."""
    return identity() + hashlib.sha256((read(LOCK) + read(PYPROJECT)).encode()).hexdigest()


def is_usable():
    """Whether packages can be installed into the environment as it stands."""
    version = version_of(PYTHON)
    if version not in supported():
        return False
    is_the_named = "PYTHON" not in os.environ or version == sys.version_info[:2]
    is_whole = remembered() is None or remembered().startswith(identity())
    return IS_CONDA or (is_the_named and is_whole)


def make():
    """Make the environment, in place of a virtual environment or of an empty folder."""
    python = interpreter()
    if os.path.lexists(ENVIRONMENT):
        marks = (MEMORY, os.path.join(ENVIRONMENT, "pyvenv.cfg"))
        if IS_CONDA or (os.listdir(ENVIRONMENT) and not any(map(os.path.exists, marks))):
            raise SetupError(
                f"{ENVIRONMENT} is not a virtual environment: move it elsewhere, or, if it is of "
                "conda, bring it up to date with conda env update --file environment.yml"
            )
        shutil.rmtree(ENVIRONMENT)
    os.mkdir(ENVIRONMENT)
    remember("")
    run(python, "-I", "-m", "venv", "--without-pip", ENVIRONMENT)


def pip_sources():
    """The user's settings of pip that count, as variables, with the others put out of force."""
    own = {k: v for k, v in os.environ.items() if k.startswith("PIP_")}
    own.update(PIP_QUIET="0", PIP_USER="0")  # which would shorten the list
    listed = run(PYTHON, "-I", "-m", "pip", "config", "list", **own)
    found = {"PIP_CONFIG_FILE": os.devnull}
    for section in ("global", "install", ":env:"):  # the later one counts
        for name, value in re.findall(rf"^{section}\.({PIP_SOURCES})=('.+')$", listed, re.M):
            found["PIP_" + name.upper().replace("-", "_")] = ast.literal_eval(value)
    return found


def install_packages():
    """Install what the lock names, with uv where it is there and gets it, else with pip."""
    try:
        sources = {k: v for k, v in os.environ.items() if re.match(UV_SOURCES, k)}
        run(*UV_INSTALL, PYTHON, "--requirement", LOCK, **sources)
    except (OSError, SetupError):  # pip has other ways into the network, and tells what is wrong
        run(PYTHON, "-I", "-m", "ensurepip", "--default-pip")
        newer_pip = os.path.join(ENVIRONMENT, "pip.lock")  # than that of Python, and twice as fast
        with open(newer_pip, "w", encoding="utf-8") as file:
            file.write("".join(re.findall(r"^pip==.*\n(?: .*\n)*", read(LOCK), re.M)))
        sources = pip_sources()
        for lock in (newer_pip, LOCK):
            options = ("--require-hashes", "--no-compile", "--requirement", lock)
            run(PYTHON, *PIP_INSTALL, *options, **sources)
    # Bytecode is written once, by all processors, and not at every start.
    libraries = os.path.join(ENVIRONMENT, "lib")
    subprocess.call([PYTHON, "-I", *"-m compileall -qq -j 0 -x /tests?/".split(), libraries])


def install_project():
    options = ("--no-index", "--no-build-isolation", "--editable", ROOT)
    run(PYTHON, *PIP_INSTALL, *options, PIP_CONFIG_FILE=os.devnull)


def set_up():
    """Make and fill the environment, in steps that are told as they begin."""
    packages = f"{read(LOCK).count('==')} packages, a minute or so, once"
    steps = [(packages, install_packages), ("tradecheck itself", install_project)]
    if is_usable():
        remember(identity())  # not complete, yet worth keeping: what is missing comes the next time
    else:
        steps.insert(0, ("a virtual environment", make))
    for number, (what, step) in enumerate(steps, 1):
        print(f"Setting up ({number} of {len(steps)}): {what}", flush=True)
        step()
    remember(wanted())


def main():
    """Set up once, even when two commands start at the same time."""
    with open(PYPROJECT) as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another set-up is at work in this folder; waiting for it", flush=True)
            fcntl.flock(held, fcntl.LOCK_EX)
        if not (is_usable() and remembered() == wanted()):
            set_up()


if __name__ == "__main__":
    try:
        main()
    except SetupError as error:
        sys.exit(f"tradecheck: {error}, then run the command again.")
    except OSError as error:
        sentence = sentence_of(str(error)) or f"{error}: mend that"
        sys.exit(f"tradecheck: {sentence}, then run the command again.")
    except KeyboardInterrupt:
        sys.exit("\ntradecheck: set-up was interrupted; the next run starts it afresh.")
