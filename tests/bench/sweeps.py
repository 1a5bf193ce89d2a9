"""A study that holds lists, case by case: beside papermill, on a cluster, and what it holds; JSON.

    python sweeps.py ROOT STUDY FEW

FEW cases are made by hand, on a cluster of two processes and here; then all of them here.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

import yaml

from tradecheck.study.project import Project
from tradecheck.study.study import load_cases


def run(*words: str | Path) -> float:
    begin = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", *map(str, words)], check=True, capture_output=True, text=True
    )
    return time.perf_counter() - begin


def megabytes() -> float:
    """The largest process so far."""
    return getrusage(RUSAGE_CHILDREN).ru_maxrss / 1024


def few_of(project: Project, name: str, few: int) -> str:
    """A copy of the study with so many of its reporters, and one partner."""
    source, made = project.studies / name, f"{name}-few"
    fields = yaml.safe_load((source / "study.yaml").read_text(encoding="utf-8"))
    fields |= {"reporter": fields["reporter"][:few], "partner": fields["partner"][:1]}
    (project.studies / made).mkdir(exist_ok=True)
    text = yaml.safe_dump(fields, allow_unicode=True, sort_keys=False)
    (project.studies / made / "study.yaml").write_text(text, encoding="utf-8")
    shutil.copy(source / "claims.yaml", project.studies / made)
    return made


def by_hand(project: Project, name: str, few: int) -> float:
    """Seconds of a case by a papermill command and an nbconvert command."""
    seconds = 0.0
    for fields in list(load_cases(project, name).values())[:few]:
        given = [word for field, value in fields.items() for word in ("-p", field, value)]
        out = project.root / "case.ipynb"
        notebook = project.notebooks / "02_doubling_and_peak.ipynb"
        options = ("--no-progress-bar", "--cwd", project.notebooks, "-p", "study", name)
        seconds += run("papermill", notebook, out, *options, *given)
        seconds += run("nbconvert", "--to", "html", out)
    return seconds / few


def on_a_cluster(project: Project, name: str) -> float:
    with ExitStack() as held, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        address, plain = f"tcp://127.0.0.1:{port}", ("--no-dashboard", "--host", "127.0.0.1")
        started = [["dask_scheduler", "--port", str(port), *plain]]
        started += [["dask_worker", address, "--no-nanny", "--nthreads", "1", *plain]] * 2
        for words in started:
            process = subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{words[0]}", *words[1:]],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            held.callback(process.wait)
            held.callback(process.kill)
        from distributed import Client

        client = held.enter_context(Client(address, timeout="60s"))
        client.wait_for_workers(2, timeout=60)
        run("tradecheck", "report", name, "--force", "--scheduler", address)  # workers import
        return run("tradecheck", "report", name, "--force", "--scheduler", address)


def main(root: Path, name: str, few: int) -> None:
    os.environ["TRADECHECK_ROOT"] = str(root)
    project = Project(root)
    small = few_of(project, name, few)
    run("tradecheck", "report", small)
    here = run("tradecheck", "report", small, "--force", "--jobs", "2")
    memory = megabytes()
    hand = by_hand(project, small, 3)
    cluster = on_a_cluster(project, small)
    before = megabytes()
    whole = run("tradecheck", "report", name, "--force", "--jobs", "2")
    cases = len(load_cases(project, name))
    found = {
        "cases": cases,
        "papermill": hand / (whole / cases),
        "cluster": 1000 * (cluster - here) / few,
        "growth": megabytes() / max(memory, before),
        "seconds": whole,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
