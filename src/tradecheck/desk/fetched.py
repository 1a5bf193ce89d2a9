"""One service asked for one study, what that tells, and the files beside its table."""

import csv
import io
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tradecheck.data.fetch.asked import Asked
from tradecheck.data.fetch.clock import Clock
from tradecheck.data.fetch.kept import FOLDER, Kept
from tradecheck.data.fetch.line import Line
from tradecheck.data.fetch.progress import Progress
from tradecheck.data.fetch.run import Fetching
from tradecheck.data.fetch.service import Service
from tradecheck.data.fetch.states import FAILED, STATES, Ended, Gap
from tradecheck.study import areas
from tradecheck.study.periods import runs
from tradecheck.study.project import Project

MOST_LINES = 12  # of gaps, told one by one
Tell = Callable[[str], None]
Named = Callable[[str], str]


@dataclass(frozen=True)
class Desk:
    """How a fetch is run: tell gets its lines, wait those of its progress; bar: at a terminal."""

    project: Project
    tell: Tell
    wait: Tell = lambda line: None
    bar: bool = False
    clock: Clock = field(default_factory=Clock)


def ask(
    desk: Desk,
    service: Service,
    asked: Asked,
    table: str,
    write: Callable[[Ended, Line], None],
    named: Named = areas.name_of,
) -> list[str]:
    """Ask a service for everything that is not held, write what has come, and tell how it ended.

    The sentences that come back say what failed. named: a reporter, for a reader.
    """
    if service.key_needed and not service.key:
        return [
            f"{service.title} answers nobody without a key: set {service.key_name}, then run again."
        ]
    progress = Progress(service.title, desk.clock, desk.wait, desk.bar)
    secrets = (service.key,) if service.key else ()
    line = Line(service.title, service.pace, desk.clock, secrets, progress.waits)
    keep_out(desk.project, f"{FOLDER}/")
    fetching = Fetching(service, asked, Kept(desk.project.raw, service.name), line, progress)
    try:
        ended = fetching.run()
    except BaseException:  # Ctrl-C, too: what has come is kept, and goes into the table
        _cells(desk.project, table, read := fetching.read())
        write(read, line)
        raise
    finally:
        progress.close()
    _cells(desk.project, table, ended)
    write(ended, line)
    counts = ended.counts()
    states = ", ".join(f"{counts[state]:,} {state}" for state in STATES if counts[state])
    desk.tell(f"{asked.study}: {service.title}: {states}; {line.asked:,} calls.")
    found = list(gaps(ended, named))
    for text in found[:MOST_LINES]:
        desk.tell(f"  {text}")
    if len(found) > MOST_LINES:
        desk.tell(f"  and {len(found) - MOST_LINES:,} more: data/raw/{FOLDER}/{table}.cells.csv")
    if counts[FAILED]:
        return [
            f"{service.title} did not answer for {counts[FAILED]:,} of the cells of {asked.study}"
        ]
    return []


def gaps(ended: Ended, named: Named = areas.name_of) -> Iterator[str]:
    """What is neither held nor proven to be no trade, in sentences: one a reporter and reason.
    named: the reporter, for a reader."""
    found: dict[tuple[str, Gap], dict[str, set[str]]] = {}
    for run in ended.runs():
        if run.gap.state in STATES[2:]:
            held = found.setdefault((run.reporter, run.gap), {"months": set(), "codes": set()})
            held["months"].add(run.month)
            held["codes"].update(run.codes)
    for (reporter, gap), held in sorted(found.items()):
        codes = sorted(held["codes"])
        whole = len(codes) == len(ended.asked.codes)
        goods = "" if whole else f", {len(codes):,} codes ({', '.join(codes[:3])} …)"
        again = f"; try again {gap.again}" if gap.again else ""
        span = runs(held["months"]).replace("..", " to ")
        yield f"{named(reporter)}, {span}{goods}: {gap.state} ({gap.because}){again}."


def _cells(project: Project, table: str, ended: Ended) -> None:
    """Every asked cell: those of a reporter, partner and month that ended alike in one line."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["reporter", "partner", "month", "state", "because", "again", "count", "codes"])
    for run in ended.runs():
        writer.writerow([*run[:3], *run.gap, run.many, " ".join(run.codes)])
    _put(project, f"{FOLDER}/{table}.cells.csv", text.getvalue())


def keep_out(project: Project, *names: str) -> None:
    """Name files in data/raw/.gitignore, which is made if it is missing."""
    path = project.raw / ".gitignore"
    held = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    wanted = [f"/{name}" for name in names if f"/{name}" not in held]
    if wanted:
        _put(project, path.name, "\n".join([*held, *wanted, ""]))


def _put(project: Project, name: str, text: str) -> None:
    path = project.raw / name
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        beside.write_text(text, encoding="utf-8")
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
