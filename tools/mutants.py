"""Changes one thing in the code at a time and looks whether a test notices: `make mutants`.

Nothing is written: in a fork of this process, which holds the libraries already, one module is
compiled from a changed tree, and the tests that run the changed line follow, file by file, the
quickest first. mutmut 3 takes every test that runs the function, in an order that makes each shared
fixture anew, and leaves constants and properties alone; cosmic-ray starts an interpreter and runs all
tests for each mutant. Both took too long to be used.
"""

import argparse
import gc
import importlib
import importlib.util
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import Any

from mutations import Mutant, changed, mutants

ROOT = Path(__file__).resolve().parents[1]
SOURCE = Path("src", "tradecheck")
PACKAGES = ROOT / "tests" / "mutants" / "requirements-mutants.txt"
ROOMS = ("data", "bounds", "verdicts")  # imports point one way, so the earlier ones can be kept
BEFORE = ("study",)
TESTS = [f"tests/{room}" for room in ("data", "bounds", "verdicts", "studies")]
LEFT_OUT = "data/fetch"  # its tests wait for servers
LIBRARIES = "hypothesis.strategies numpy pandas polars pyarrow.parquet pydantic pytest yaml highspy"
MEMORY = 8 << 30  # bytes of addresses: a loop without an end must not fill the machine
LEAST = 0.9
RESULTS = ("killed", "timeout", "survived", "no test")


class Changed(SourceFileLoader):
    """Finds and loads one module as a mutant."""

    def __init__(self, mutant: Mutant):
        super().__init__(_dotted(mutant.path), str(mutant.path))
        self.mutant = mutant

    def find_spec(self, name: str, *_: object) -> Any:
        same = name == self.name
        return (
            importlib.util.spec_from_file_location(name, self.path, loader=self) if same else None
        )

    def get_code(self, fullname: str) -> Any:
        return compile(changed(self.mutant), self.path, "exec")


class Covered:
    """A pytest plugin that notes the lines that each test runs, and its seconds. What a fixture of
    several tests runs counts for all tests of the file."""

    def __init__(self, coverage: Any):
        self.coverage = coverage
        self.seconds: dict[str, float] = defaultdict(float)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.coverage.switch_context(_plain(nodeid))

    def pytest_fixture_setup(self, fixturedef: Any, request: Any) -> None:
        if fixturedef.scope != "function":
            self.coverage.switch_context(_file(request.node.nodeid))

    def pytest_runtest_call(self, item: Any) -> None:
        self.coverage.switch_context(_plain(item.nodeid))

    def pytest_runtest_logreport(self, report: Any) -> None:
        for name in (_plain(report.nodeid), _file(report.nodeid)):
            self.seconds[name] += report.duration


class Suite:
    """The tests: which of them run a line, and how long each takes."""

    def __init__(self, folder: Path):
        packages = str(folder / "packages")
        install = [sys.executable, "-m", "pip", "install", "-qq", "--no-deps", "--target", packages]
        subprocess.run([*install, "--require-hashes", "-r", PACKAGES], check=True)
        sys.path.append(packages)
        self.file, self.times = folder / "coverage", folder / "seconds.json"
        if run(self._cover) != 0:
            sys.exit("Some tests fail as the code is: mend them first (make test).")
        import coverage

        self.lines = coverage.CoverageData(str(self.file))
        self.lines.read()
        self.seconds: dict[str, float] = json.loads(self.times.read_text())

    def _cover(self) -> int:
        import coverage

        whole = coverage.Coverage(self.file, config_file=False, source=[str(SOURCE)])
        covered = Covered(whole)
        whole.start()
        code = tested(TESTS, covered)
        whole.stop()
        whole.save()
        self.times.write_text(json.dumps(covered.seconds))
        return code

    def tests(self, mutant: Mutant) -> list[str]:
        """The tests that run the mutant's lines; of what runs at an import, those that run anything
        of the module. Single tests of a file that runs as a whole are left out."""
        lines = self.lines.contexts_by_lineno(str(mutant.path.resolve()))
        found = {test for n in range(mutant.first, mutant.last + 1) for test in lines.get(n, ())}
        if found == {""}:
            found = {test for tests in lines.values() for test in tests}
        found = {test for test in found if test == _file(test) or _file(test) not in found} - {""}
        whole = Counter[str]()
        for test in found:
            whole[_file(test)] += self.seconds[test]
        return sorted(found, key=lambda test: (whole[_file(test)], _file(test), self.seconds[test]))

    def result(self, mutant: Mutant) -> str:
        """One of RESULTS."""
        if not (tests := self.tests(mutant)):
            return "no test"

        def with_change() -> int:
            sys.meta_path.insert(0, Changed(mutant))
            return tested(tests)

        code = run(with_change, most=30 + 10 * sum(self.seconds[test] for test in tests))
        if code in (4, 5) and run(lambda: tested(tests)):  # what cannot be imported has no tests
            sys.exit(f"pytest does not find {tests[0]}, or one named with it.")
        return "timeout" if code is None else "killed" if code else "survived"


def tested(tests: list[str], *plugins: object) -> int:
    """What pytest returns for some tests, of which the first that fails is the last."""
    import pytest

    options = ["-x", "-q", "-p", "no:cacheprovider", "-m", "not e2e and not browser"]
    return int(pytest.main([*options, f"--ignore=tests/{LEFT_OUT}", *tests], [*plugins]))


def run(work: Callable[[], int], most: float = 3600) -> int | None:
    """What some work in a silent fork returns; None where it takes more than so many seconds."""
    if not (child := os.fork()):
        code = 3
        try:
            os.setsid()
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            silent = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silent, 1)
            os.dup2(silent, 2)
            code = work()
        finally:
            os._exit(code)
    end = time.monotonic() + most
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def copy_project(folder: Path) -> None:
    """The files that git knows or would take, so that an edit meanwhile changes nothing here."""
    ask = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    told = subprocess.run(ask, cwd=ROOT, check=True, capture_output=True, text=True)
    for name in filter(None, told.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def keep(room: str) -> None:
    """Import all modules of a room, for every fork that follows."""
    for path in sorted((SOURCE / room).rglob("*.py")):
        importlib.import_module(_dotted(path))


def ask(rooms: list[str], sample: int | None, seed: int, folder: Path) -> Counter[str]:
    """How many mutants came to what; what is not killed is said at once, the rest as a table."""
    chosen = {}
    for room in rooms:
        held = [one for path in modules(room) for one in mutants(path)]
        size = min(sample or len(held), len(held))
        chosen[room] = sorted(random.Random(seed).sample(held, size))
        print(f"{room}: {size} of {len(held)} mutants", flush=True)
    suite = Suite(folder)
    for room in BEFORE:
        keep(room)
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for room in ROOMS:
        for mutant in (
            one for name in chosen if name.split("/")[0] == room for one in chosen[name]
        ):
            gc.freeze()
            result = suite.result(mutant)
            module = str(mutant.path.relative_to(SOURCE))
            if result != "killed":
                print(f"{result}: {module}:{mutant.first} {mutant.words}", flush=True)
            for name in (module, f"{room}/ together", "together"):
                found[name][result] += 1
        keep(room)
    print(f"\n{'':<36}" + "".join(f"{name:>9}" for name in RESULTS))
    for name, counts in sorted(found.items()):
        print(f"{name:<36}" + "".join(f"{counts[result]:>9}" for result in RESULTS))
    return found["together"]


def modules(name: str) -> list[Path]:
    """The modules of a room, or one (`bounds/totals`)."""
    single = SOURCE / f"{name.removesuffix('.py')}.py"
    paths = [single] if single.is_file() else sorted((SOURCE / name).rglob("*.py"))
    return [path for path in paths if not path.is_relative_to(SOURCE / LEFT_OUT)]


def main() -> None:
    wanted = argparse.ArgumentParser(
        description="Change the code, and look whether a test notices."
    )
    wanted.add_argument("rooms", nargs="*", default=[*ROOMS], help="rooms, or modules of them")
    wanted.add_argument("--sample", type=int, help="so many of each, at random (default: all)")
    wanted.add_argument("--seed", type=int, default=1)
    options = wanted.parse_args()
    with tempfile.TemporaryDirectory(prefix="tradecheck-mutants-") as name:
        project = Path(name, "project")
        copy_project(project)
        os.chdir(project)
        sys.path.insert(0, str(project / "src"))
        sys.dont_write_bytecode = True
        for library in LIBRARIES.split():
            importlib.import_module(library)
        counts = ask(options.rooms, options.sample, options.seed, Path(name))
    ratio = (counts["killed"] + counts["timeout"]) / counts.total()
    print(f"{ratio:.1%} of {counts.total()} killed (a timeout counts); {LEAST:.0%} are asked for")
    sys.exit(ratio < LEAST)


def _dotted(path: Path) -> str:
    return ".".join(path.with_suffix("").parts[1:]).removesuffix(".__init__")


def _plain(test: str) -> str:
    return test.partition("[")[0]


def _file(test: str) -> str:
    return test.partition("::")[0]


if __name__ == "__main__":
    main()
