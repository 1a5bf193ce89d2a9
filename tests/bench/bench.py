"""Speed, as ratios measured in one run: `make bench`, described in docs/bench.md.

Each pair is timed in turn, in an order that changes with every round, so that a busy hour slows
both. The table shows the median of the rounds' ratios and the lowest and highest of them.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from typing import Any, NamedTuple

from nbformat import v4
from papermill.iorw import load_notebook_node

from tradecheck.parallel import PROCESSES
from tradecheck.runner.execute import TradecheckEngine
from tradecheck.runner.forks import Forks, cores
from tradecheck.runner.jobs import plan
from tradecheck.study.project import Project, find_project

HERE = Path(__file__).parent
STUDY = "eu-neighbours-2022"  # the one that the notebooks' cells name
OPEN_STUDY = "india-russia-2024"  # without an observed month, and with choices
LISTS = "eu-members-2022"  # that holds lists
SWEPT = "01_clean"
EDITED = "02_doubling_and_peak"


class Cost(NamedTuple):
    """What a command took: seconds by the clock, and seconds of processors."""

    wall: float
    cpu: float


Way = Callable[[], Cost]


class Bench:
    """A copy of the project, and what is run in it."""

    def __init__(self, project: Project, folder: Path, sets: int):
        self.root = folder / "project"
        for name in ("notebooks", "data/raw", "src", ".git"):  # git too: a fresh page asks it
            if (project.root / name).is_dir():
                shutil.copytree(project.root / name, self.root / name)
        shutil.copy(project.root / "requirements.lock", self.root)
        self.sets = sets
        source = Path(sys.modules["tradecheck"].__file__).parents[1]
        held = {"PYTHONPATH": str(source), "TRADECHECK_ROOT": str(self.root)}
        self.environment = {**os.environ, **held}
        for name in (
            "PYTHONDONTWRITEBYTECODE",
            PROCESSES,
        ):  # slower starts; a floor of two processes
            self.environment.pop(name, None)
        copied = Project(self.root)
        self.names = [Path(file).stem for file in copied.notebook_files(copied.notebooks)]
        self.edits = 0

    def timed(self, *command: str | Path) -> Cost:
        """What a command costs, with all processes that it starts; it has to succeed."""
        before, begin = getrusage(RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run(
            [str(part) for part in command],
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        wall, after = time.perf_counter() - begin, getrusage(RUSAGE_CHILDREN)
        if done.returncode:
            sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}")
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return Cost(wall, used)

    def program(
        self, name: str, notebooks: list[str], sets: int, *jobs: str, python: str = sys.executable
    ) -> Cost:
        where = (self.root, ",".join(notebooks), str(sets))
        return self.timed(python, HERE / "programs.py", name, *where, *jobs)

    def report(self) -> Cost:
        return self.timed(sys.executable, "-m", "tradecheck", "report", STUDY)

    # what is compared

    def rebuild(self) -> Cost:
        shutil.rmtree(self.root / "reports", ignore_errors=True)
        shutil.rmtree(self.root / "data" / "processed", ignore_errors=True)
        return self.report()

    def commands(self) -> Cost:
        """The road by hand: a papermill command and an nbconvert command for every notebook."""
        costs = []
        for name in self.names:
            out = self.root / f"{name}.done.ipynb"
            options = ("--no-progress-bar", "--cwd", "notebooks")
            notebook = self.root / "notebooks" / f"{name}.ipynb"
            costs.append(self.timed(sys.executable, "-m", "papermill", notebook, out, *options))
            costs.append(self.timed(sys.executable, "-m", "nbconvert", "--to", "html", out))
        return Cost(*map(sum, zip(*costs, strict=True)))

    def edit(self, kind: str) -> Cost:
        """The report again after an edit of the last cell of this kind."""
        path = self.root / "notebooks" / f"{EDITED}.ipynb"
        held = json.loads(path.read_text(encoding="utf-8"))
        cell = next(cell for cell in reversed(held["cells"]) if cell["cell_type"] == kind)
        self.edits += 1
        added = f"# {self.edits}\n" if kind == "code" else "<!-- " + "x" * self.edits + " -->\n"
        cell["source"] = added + "".join(cell["source"])
        path.write_text(json.dumps(held), encoding="utf-8")
        return self.report()

    def swept(self, name: str, *jobs: str, python: str = sys.executable) -> Cost:
        return self.program(name, [SWEPT], self.sets, *jobs, python=python)

    def grid(self) -> dict[str, float]:
        """Seconds of cleaning and of a study's whole grid, and observed readings a second."""
        command = [sys.executable, HERE / "grid.py", self.root, STUDY, OPEN_STUDY]
        done = subprocess.run(command, env=self.environment, capture_output=True, check=True)
        return json.loads(done.stdout)

    def bulk(self) -> dict[str, float]:
        """A million generated rows to Parquet, beside igzip, zcat and pandas; megabytes held."""
        command = [sys.executable, HERE / "bulk.py", self.root.parent]
        done = subprocess.run(command, env=self.environment, capture_output=True, check=True)
        return json.loads(done.stdout)

    def screens(self) -> dict[str, float]:
        """Millions of months of series that a core scans a second; seconds of a study's screen."""
        command = [sys.executable, HERE / "screens.py", self.root, STUDY]
        done = subprocess.run(command, env=self.environment, capture_output=True, check=True)
        return json.loads(done.stdout)

    def sweeps(self) -> dict[str, float]:
        """All cases of a study that holds lists, beside papermill and a cluster."""
        command = [sys.executable, HERE / "sweeps.py", self.root, LISTS, "20"]
        done = subprocess.run(command, env=self.environment, capture_output=True, check=True)
        return json.loads(done.stdout)

    def in_fork(self, code: str, rounds: int) -> tuple[float, str]:
        """Median seconds of a notebook of this one cell, and what the cell printed."""
        planned = plan(Project(self.root)).jobs.values()
        notebooks = [job.notebook for jobs in planned for job in jobs]
        seconds, printed = [], ""
        with Forks(Project(self.root), notebooks, 1) as forks:
            for number in range(rounds + 1):
                asked = load_notebook_node(v4.new_notebook(cells=[v4.new_code_cell(code)]))
                begin = time.perf_counter()
                TradecheckEngine.execute_notebook(
                    asked,
                    "python3",
                    progress_bar=False,
                    forks=forks,
                    folder=str(self.root / "notebooks"),
                )
                if number:  # the first one waits for the imports
                    seconds.append(time.perf_counter() - begin)
                outputs = asked.cells[0].outputs
                printed = "".join(output.get("text", "") for output in outputs)
        return median(seconds), printed


def rounds_of(count: int, ways: Mapping[str, Way]) -> dict[str, list[Cost]]:
    """What each way costs in every round."""
    costs: dict[str, list[Cost]] = {name: [] for name in ways}
    for number in range(count):
        for name in list(ways)[:: 1 if number % 2 == 0 else -1]:
            costs[name].append(ways[name]())
            wall, cpu = costs[name][-1]
            print(f"  {name}: {wall:.2f} s, processors {cpu:.2f} s", file=sys.stderr)
    return costs


def ratio(
    what: str, target: str, over: list[Cost], under: list[Cost], floor: list[Cost] | None = None
) -> dict[str, Any]:
    """A row of the table: how many times `under` goes into `over`, round by round.

    `floor` is what no way of running the same work can be under: how often that goes into `over`.
    """
    most = [a.wall / b.wall for a, b in zip(over, floor, strict=True)] if floor else []
    wall = [a.wall / b.wall for a, b in zip(over, under, strict=True)]
    cpu = [a.cpu / b.cpu for a, b in zip(over, under, strict=True)]
    bound = float(target.split()[1])
    middle = median(wall)
    return {
        "measure": what,
        "ratio": round(middle, 2),
        "range": [round(min(wall), 2), round(max(wall), 2)],
        "ratio_of_processor_seconds": round(median(cpu), 2),
        "seconds": [round(median(cost.wall for cost in costs), 3) for costs in (over, under)],
        **({"ratio_of_floor": round(median(most), 2)} if most else {}),
        "target": target,
        "met": middle <= bound if target.startswith("≤") else middle >= bound,
    }


def measure(bench: Bench, rounds: int, peers: str) -> list[dict[str, Any]]:
    """All rows. A peer is measured when an interpreter that has it is named."""
    whole = rounds_of(
        rounds,
        {
            "one plain script": lambda: bench.program("plain", bench.names, 1),
            "full rebuild": bench.rebuild,
            "papermill and nbconvert commands": bench.commands,
        },
    )
    script, ours, commands = whole.values()
    bench.rebuild()
    quick = rounds_of(
        10,
        {
            "python -c pass": lambda: bench.timed(sys.executable, "-c", "pass"),
            "nothing to do": bench.report,
        },
    )
    python, nothing = quick.values()
    one = rounds_of(
        rounds,
        {
            "the notebook's plain script": lambda: bench.program("plain", [EDITED], 1),
            "a code cell edited": lambda: bench.edit("code"),
            "a text cell edited": lambda: bench.edit("markdown"),
        },
    )
    floor, code, text = one.values()
    ways: dict[str, Way] = {
        "one plain process": lambda: bench.swept("plain"),
        "1 worker": lambda: bench.swept("forked", "1"),
        "2 workers": lambda: bench.swept("forked", "2"),
        "papermill loop": lambda: bench.swept("papermill-loop"),
    }
    if peers:
        ways["jupyter-cache"] = lambda: bench.swept("jupyter-cache", python=peers)
        ways["ploomber-engine"] = lambda: bench.swept("ploomber-engine", python=peers)
    sweep = rounds_of(rounds, ways)
    worker, plain = sweep["1 worker"], sweep["one plain process"]
    targets = {"papermill loop": "≥ 5", "jupyter-cache": "≥ 4.5", "ploomber-engine": "≥ 1.5"}
    sets = f"{bench.sets} sets"
    grids = [bench.grid() for _ in range(rounds)]
    bulk = [bench.bulk() for _ in range(rounds)]
    screens = [bench.screens() for _ in range(rounds)]
    lists = bench.sweeps()
    return [
        ratio("full rebuild ÷ one plain script", "≤ 1.3", ours, script),
        ratio("papermill and nbconvert commands ÷ full rebuild", "≥ 2.8", commands, ours),
        ratio("nothing to do ÷ python -c pass", "≤ 10", nothing, python),
        ratio("a code cell edited ÷ the notebook's plain script", "≤ 1.2", code, floor),
        ratio("a text cell edited ÷ the notebook's plain script", "≤ 1", text, floor),
        ratio(f"{sets}: 1 worker ÷ one plain process", "≤ 1.2", worker, plain),
        *(
            ratio(f"{sets}: {name} ÷ 1 worker", target, sweep[name], worker, plain)
            for name, target in targets.items()
            if name in sweep
        ),
        ratio(f"{sets}: 1 worker ÷ 2 workers", "≥ 1.8", worker, sweep["2 workers"]),
        single("a notebook of one empty cell, ms", 1000 * bench.in_fork("1", 10)[0], "≤ 40"),
        single("private memory of a worker, MB", private_memory(bench), "≤ 60"),
        single("raw tables to flows, s of a core", median(g["cleaning"] for g in grids), "≤ 2"),
        single("observed readings a second", median(g["rate"] for g in grids), "≥ 10000"),
        single("grid of a study without months, s", median(g["seconds"] for g in grids), "≤ 3"),
        single(
            "months of series scanned a second, millions",
            median(s["scan"] for s in screens),
            "≥ 10",
        ),
        single("a whole screen, s", median(s["seconds"] for s in screens), "≤ 2"),
        single("papermill and nbconvert ÷ a case of a sweep", lists["papermill"], "≥ 8"),
        single("a case on a cluster, further ms", lists["cluster"], "≤ 50"),
        single("memory of all cases ÷ of twenty", lists["growth"], "≤ 1.1"),
        single("bulk rows to Parquet ÷ igzip", median(b["igzip"] for b in bulk), "≤ 3"),
        single("bulk rows to Parquet ÷ zcat", median(b["zcat"] for b in bulk), "≤ 1"),
        single("pandas ÷ bulk rows to Parquet", median(b["pandas"] for b in bulk), "≥ 5"),
        single("memory of bulk rows to Parquet, MB", max(b["megabytes"] for b in bulk), "≤ 500"),
    ]


def private_memory(bench: Bench) -> float:
    """What a forked process holds for itself alone after the swept notebook."""
    held = json.loads((bench.root / "notebooks" / f"{SWEPT}.ipynb").read_text(encoding="utf-8"))
    cells = ["".join(c["source"]) for c in held["cells"] if c["cell_type"] == "code"]
    cells[0] += f"\nstudy = {OPEN_STUDY!r}"  # after the parameters
    tell = (
        "import re, pathlib\n"
        "held = pathlib.Path('/proc/self/smaps_rollup').read_text()\n"
        "print(sum(map(int, re.findall(r'Private_\\w+: +(\\d+)', held))))"
    )
    _, printed = bench.in_fork("\n".join([*cells, tell]), 1)
    return int(printed.split()[-1]) / 1000


def single(what: str, value: float, target: str) -> dict[str, Any]:
    bound = float(target.split()[1])
    met = value <= bound if target.startswith("≤") else value >= bound
    return {"measure": what, "value": round(value, 1), "target": target, "met": met}


def peers_python(folder: Path, project: Project) -> str:
    """An environment with the peers, made for this run."""
    python = folder / "peers" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", folder / "peers"], check=True)
    files = (project.root / "requirements.lock", HERE / "requirements-bench.txt")
    for file in files:  # the lock has hashes, and all lines of one call would need them
        subprocess.run([python, "-m", "pip", "install", "-q", "--compile", "-r", file], check=True)
    return str(python)


def table(rows: list[dict[str, Any]]) -> str:
    form = "{:<52}{:>8}  {:<8}{:<5}{:<15}{:>10}{:>7}"
    lines = [form.format("", "ratio", "target", "met", "lowest–highest", "processors", "floor")]
    for row in rows:
        value = row.get("ratio", row.get("value"))
        spread = "{}–{}".format(*row["range"]) if "range" in row else ""
        used = row.get("ratio_of_processor_seconds", "")
        met = "yes" if row["met"] else "no"
        floor = row.get("ratio_of_floor", "")
        lines.append(form.format(row["measure"], value, row["target"], met, spread, used, floor))
    return "\n".join(lines)


def main() -> None:
    asked = argparse.ArgumentParser(
        description="Measure speed as ratios; write reports/bench.json."
    )
    asked.add_argument("--rounds", type=int, default=3, help="how often each way is timed")
    asked.add_argument("--sets", type=int, default=20, help="how many sets of parameters")
    asked.add_argument(
        "--peers",
        nargs="?",
        const="install",
        default="",
        metavar="PYTHON",
        help="measure jupyter-cache and ploomber-engine too, from this interpreter's packages, "
        "or installed into an environment of this run",
    )
    options = asked.parse_args()
    project = find_project()
    with tempfile.TemporaryDirectory(prefix="tradecheck-bench-") as name:
        folder = Path(name)
        peers = options.peers
        if peers == "install":
            peers = peers_python(folder, project)
        rows = measure(Bench(project, folder, options.sets), options.rounds, peers)
    print(table(rows))
    held = {"python": sys.version.split()[0], "cores": cores(), "rounds": options.rounds}
    project.reports.mkdir(exist_ok=True)
    text = json.dumps(held | {"rows": rows}, indent=1, ensure_ascii=False)
    (project.reports / "bench.json").write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
