"""`tradecheck fetch`: what a study's months need, asked of the services, as raw tables with cards."""

import csv
import gzip
import hashlib
import io
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from tradecheck.data.clean import list_reader
from tradecheck.data.fetch.asked import Asked, asked_of
from tradecheck.data.fetch.clock import Clock
from tradecheck.data.fetch.kept import FOLDER, Kept
from tradecheck.data.fetch.line import Line
from tradecheck.data.fetch.plan import plan
from tradecheck.data.fetch.progress import Progress
from tradecheck.data.fetch.run import Fetching
from tradecheck.data.fetch.service import Service
from tradecheck.data.fetch.services import service, usual
from tradecheck.data.fetch.states import FAILED, STATES, Ended, Gap
from tradecheck.data.sources.base import RawFile
from tradecheck.data.sources.reading import named
from tradecheck.desk import card_file
from tradecheck.desk.described import describe
from tradecheck.desk.holdings import runs
from tradecheck.errors import TradecheckError
from tradecheck.study import areas
from tradecheck.study.claims import read_claims
from tradecheck.study.evidence import FETCHED, MIRROR, MonthsEvidence
from tradecheck.study.project import Project
from tradecheck.study.study import Study, written_study

MOST_LINES = 12  # of gaps, told one by one
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Desk:
    """How a fetch is run: tell gets its lines, wait those of its progress; bar: at a terminal."""

    project: Project
    tell: Tell
    wait: Tell = lambda line: None
    bar: bool = False
    clock: Clock = field(default_factory=Clock)


def fetch(desk: Desk, names: Sequence[str] = (), only_plan: bool = False) -> list[str]:
    """Fetch the months of the studies that are named, or of those that name fetched months.

    The sentences that come back say what failed, for a status that is not zero.
    """
    chosen = list(names) or [
        name for name in desk.project.study_names() if _entries(written_study(desk.project, name))
    ]
    if not chosen:
        raise TradecheckError(
            "No study names fetched months: name a study, as in tradecheck fetch NAME, or write "
            "- months: fetched under evidence in its study.yaml."
        )
    failed: list[str] = []
    for name in chosen:
        study = written_study(desk.project, name)
        for found, asked, table in _wanted(desk.project, study):
            kept = Kept(desk.project.raw, found.name)
            if only_plan:
                for line in plan(found, asked, kept, desk.clock).lines():
                    desk.tell(line)
            else:
                failed += _fetched(desk, found, asked, table, kept)
        if not only_plan and not _entries(study):
            desk.tell(
                f"To use them, write under evidence in notebooks/studies/{name}/study.yaml: "
                f"- months: {FETCHED}"
            )
    return failed


def _entries(study: Study) -> list[MonthsEvidence]:
    return [entry for entry in study.of_kind("months") if entry.months == FETCHED]


def _wanted(project: Project, study: Study) -> Iterator[tuple[Service, Asked, str]]:
    """Each service with what is to be asked of it, and the table that this becomes."""
    whole = asked_of(study, read_claims(project, study.name), list_reader(project))
    some = False
    for entry in _entries(study) or [MonthsEvidence(months=FETCHED)]:
        asked = whole.mirrored() if entry.mirror else whole
        for name in entry.from_ or usual(asked):
            found = service(name)
            if reason := found.cannot(asked):
                raise TradecheckError(
                    f"notebooks/studies/{study.name}/study.yaml asks {found.title} for its months, "
                    f"but {reason}; take {name} out of from."
                )
            some = True
            yield found, found.narrowed(asked), f"{study.name}.{name}{MIRROR * entry.mirror}"
    if not some:
        raise TradecheckError(
            f"No service that tradecheck can ask knows the trade of the study {study.name}; "
            "tradecheck formats lists files to download by hand."
        )


def _fetched(desk: Desk, found: Service, asked: Asked, table: str, kept: Kept) -> list[str]:
    """Ask one service, write its table, and tell how it ended."""
    if found.key_needed and not found.key:
        return [
            f"{found.title} answers nobody without a key: set {found.key_name}, then run again."
        ]
    progress = Progress(found.title, desk.clock, desk.wait, desk.bar)
    line = Line(
        found.title, found.pace, desk.clock, (found.key,) if found.key else (), progress.waits
    )
    keep_out(desk.project, f"{FOLDER}/")
    fetching = Fetching(found, asked, kept, line, progress)
    try:
        ended = fetching.run()
    except BaseException:  # Ctrl-C, too: what has come is kept, and goes into the table
        _write(desk.project, found, table, fetching.read(), line)
        raise
    finally:
        progress.close()
    _write(desk.project, found, table, ended, line)
    counts = ended.counts()
    told = ", ".join(f"{counts[state]:,} {state}" for state in STATES if counts[state])
    desk.tell(f"{asked.study}: {found.title}: {told}; {line.asked:,} calls.")
    gaps = list(_gaps(ended))
    for text in gaps[:MOST_LINES]:
        desk.tell(f"  {text}")
    if len(gaps) > MOST_LINES:
        desk.tell(f"  and {len(gaps) - MOST_LINES:,} more: data/raw/{FOLDER}/{table}.cells.csv")
    if counts[FAILED]:
        return [
            f"{found.title} did not answer for {counts[FAILED]:,} of the cells of {asked.study}"
        ]
    return []


def _gaps(ended: Ended) -> Iterator[str]:
    """What is neither held nor proven to be no trade, in sentences: one a reporter and reason."""
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
        yield f"{areas.name_of(reporter)}, {span}{goods}: {gap.state} ({gap.because}){again}."


# -- files -----------------------------------------------------------------------------------------


def _write(project: Project, found: Service, table: str, ended: Ended, line: Line) -> None:
    """The table of every whole vintage, its card, and how each cell ended."""
    _cells(project, table, ended)
    lines = {}
    for row, release in ended.rows:  # of two releases of one day the later one counts
        lines[row.reporter, row.month, release.day, row.partner, row.code] = found.released(
            row, release
        )
    if not lines:
        return
    file = f"{table}{found.ending}"
    if not found.committed:
        keep_out(project, file, f"{table}.card.yaml")
    content = _content(found.columns(), [lines[key] for key in sorted(lines)])
    path = project.raw / file
    raw = RawFile(table, path, content, f"data/raw/{file}")
    form = named(found.format)
    described = describe(raw, form, {"title": found.title, "terms": found.terms})
    days = sorted({release.day for _, release in ended.rows})
    fields = described.fields | {
        "address": found.home,
        "retrieved": f"by tradecheck fetch; releases of {days[0]} to {days[-1]}",
        "file": file,
        "format": form.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "grade": "observed",
        "known_errors": [line.hidden(text) for text in _gaps(ended)],
        "how_made": (
            f"The answers of the service as received lie in data/raw/{FOLDER}/{found.name}; their "
            f"rows stand here once for each release, of months that were answered whole. "
            f"{found.vintage}. No row of a code that was asked for means no trade: the month is "
            "out, and its total was given."
        ),
        "asked": {
            "codes": [code for code in ended.asked.codes if code not in ended.unknown],
            # Seen from the other end, the partners are reporters.
            "partners": [] if table.endswith(MIRROR) else list(ended.asked.partners),
        },
        "codes_without_file": sorted(ended.unknown),
    }
    fields["holds"] = fields["holds"] | {"absent": "zero"}
    card_file.put(project, table, raw, fields)


def _content(columns: Sequence[str], lines: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(lines)
    return gzip.compress(text.getvalue().encode(), 6, mtime=0)


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
