"""One case of a study, made in a folder of its own by a process of its own: what a worker runs.

    python -m tradecheck.runner.remote < request > files

The request names the case and what it depends on; the answer is every file that it writes. Both are
pickled, between processes of one package's version.
"""

import pickle
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tradecheck.errors import FAULTS, TradecheckError, sentence_of
from tradecheck.runner.freshness import Seen
from tradecheck.runner.jobs import CaseJob
from tradecheck.runner.needs import Needs
from tradecheck.runner.notebooks import Notebook
from tradecheck.study.project import Project


@dataclass(frozen=True)
class Request:
    """A case: its job without the project, and what the page says of what it depends on."""

    study: str
    notebook: str
    case: str
    fields: Mapping[str, Any]
    siblings: list[tuple[str, str]]
    head: str
    needs: Needs
    embed: bool
    timeout: int


def on_worker(inputs: Mapping[str, bytes], request: Request) -> dict[str, bytes]:
    """The files of a case, made from inputs by their names in the project.

    Runs in the worker, and does its work in another process: a cell that kills its process kills no
    worker. Raises a TradecheckError with the sentence of what went wrong.
    """
    with tempfile.TemporaryDirectory(prefix="tradecheck-") as folder:
        for name, content in inputs.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        (Path(folder) / "reports").mkdir(exist_ok=True)
        done = subprocess.run(
            [sys.executable, "-m", "tradecheck.runner.remote", folder],
            input=pickle.dumps(request),
            capture_output=True,
        )
    if done.returncode:
        told = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise TradecheckError(told[-1] if told else f"its process ended with {done.returncode}")
    return pickle.loads(done.stdout)


def make(project: Project, request: Request) -> dict[str, bytes]:
    """Run and render the case; its tables, page, copy, executed notebook and manifest, by name."""
    from tradecheck.runner.build import Settings, Work, Workers
    from tradecheck.runner.forks import Forks
    from tradecheck.runner.needs import raw_cards
    from tradecheck.study.study import load_study

    notebook = Notebook(project.root, request.notebook)
    job = CaseJob(
        project,
        request.study,
        notebook,
        {},
        request.siblings,
        request.head,
        request.case,
        request.fields,
    )
    study = load_study(project, request.study)
    settings = Settings(request.embed, False, request.timeout, 1)
    with Forks(project, [notebook], 1, 1, request.timeout) as forks, ThreadPoolExecutor(1) as pages:
        seen = Seen(project)
        work = Work(study, raw_cards(project, study, seen), settings, Workers(forks, pages, seen))
        executed, writes, needs = work.executed(job, request.needs, lambda _: None)
        files = work.report(job, needs, executed, writes, list(writes))
    made = {name: (project.root / name).read_bytes() for name in writes}
    return made | {project.relative(path): content for path, content in files.items()}


def main() -> None:
    request = pickle.load(sys.stdin.buffer)
    try:
        made = make(Project(Path(sys.argv[1]).resolve()), request)
    except FAULTS as fault:
        sys.exit(sentence_of(fault))
    sys.stdout.buffer.write(pickle.dumps(made))


if __name__ == "__main__":
    main()
