"""`tradecheck fetch`: what a study's months need, asked of the services, as raw tables with cards."""

import csv
import gzip
import hashlib
import io
from collections.abc import Iterator, Sequence
from functools import partial

from tradecheck.data.clean import list_reader
from tradecheck.data.fetch.asked import Asked, asked_of
from tradecheck.data.fetch.kept import FOLDER, Kept
from tradecheck.data.fetch.line import Line
from tradecheck.data.fetch.plan import in_calendars, plan
from tradecheck.data.fetch.service import Service
from tradecheck.data.fetch.services import service, usual
from tradecheck.data.fetch.states import Ended
from tradecheck.data.sources.base import RawFile
from tradecheck.data.sources.reading import named
from tradecheck.desk import card_file
from tradecheck.desk.described import describe
from tradecheck.desk.fetch_rates import fetch_rates
from tradecheck.desk.fetched import Desk, ask, gaps, keep_out
from tradecheck.errors import TradecheckError
from tradecheck.study import areas
from tradecheck.study.claims import read_claims
from tradecheck.study.evidence import FETCHED, MIRROR, MonthsEvidence
from tradecheck.study.project import Project
from tradecheck.study.study import Study, written_study

SHOWN = 5  # reporters, partners and codes each that a sentence names


def fetch(desk: Desk, names: Sequence[str] = (), only_plan: bool = False) -> list[str]:
    """Fetch the months of the studies that are named, or of those that name anything fetched, and
    the exchange rates that they need.

    The sentences that come back say what failed, for a status that is not zero.
    """
    chosen = list(names) or [
        name for name in desk.project.study_names() if _fetches(written_study(desk.project, name))
    ]
    if not chosen:
        raise TradecheckError(
            "No study names fetched months: name a study, as in tradecheck fetch NAME, or write "
            "- months: fetched under evidence in its study.yaml."
        )
    failed: list[str] = []
    for name in chosen:
        study = written_study(desk.project, name)
        if _entries(study) or not _fetches(study):
            failed += _months(desk, study, only_plan)
        failed += fetch_rates(desk, study, only_plan)
    return failed


def _months(desk: Desk, study: Study, only_plan: bool) -> list[str]:
    """Fetch the months of one study from every service that it names, or that knows its trade."""
    failed: list[str] = []
    for found, asked, table, beyond in _wanted(desk.project, study):
        if only_plan:
            held = Kept(desk.project.raw, found.name)
            lines = plan(found, asked, held, desk.clock).lines()
            for line in [*lines, *in_calendars(desk.project, study, found, asked, held)]:
                desk.tell(line)
        else:
            write = partial(_write, desk.project, found, table)
            failed += ask(desk, found, asked, table, write)
        if beyond:
            desk.tell(f"  {beyond}")
    if not only_plan and not _entries(study):
        desk.tell(
            f"To use them, write under evidence in notebooks/studies/{study.name}/study.yaml: "
            f"- months: {FETCHED}"
        )
    return failed


def _fetches(study: Study) -> bool:
    """Whether any evidence of a study is fetched."""
    return any(FETCHED in entry.model_dump().values() for entry in study.evidence)


def _entries(study: Study) -> list[MonthsEvidence]:
    return [entry for entry in study.of_kind("months") if entry.months == FETCHED]


def _wanted(project: Project, study: Study) -> Iterator[tuple[Service, Asked, str, str]]:
    """Each service with what is to be asked of it, the table that this becomes, and a sentence on
    what it does not have."""
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
            known = found.narrowed(asked)
            table = f"{study.name}.{name}{MIRROR * entry.mirror}"
            yield found, known, table, _beyond(found, asked, known)
    if not some:
        raise TradecheckError(
            f"No service that tradecheck can ask knows the trade of the study {study.name}; "
            "tradecheck formats lists files to download by hand."
        )


def _beyond(found: Service, asked: Asked, known: Asked) -> str:
    """What of a trade a service does not have, "" for nothing: it is not asked for it."""
    lacking = {
        kind: [
            code
            for code in getattr(asked, kind)
            if code not in (*getattr(known, kind), *known.reporters) and not areas.group_of(code)
        ]
        for kind in ("reporters", "partners", "codes")
    }
    words = [
        f"{kind} {', '.join(map(areas.name_of, codes[:SHOWN]))}"
        + (f" and {len(codes) - SHOWN:,} more" if len(codes) > SHOWN else "")
        for kind, codes in lacking.items()
        if codes
    ]
    return (
        f"{found.title} is not asked for what it does not have: {'; '.join(words)}."
        if words
        else ""
    )


# -- files -----------------------------------------------------------------------------------------


def _write(project: Project, found: Service, table: str, ended: Ended, line: Line) -> None:
    """The table of every whole vintage, and its card."""
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
    described = describe(raw, form, {"title": found.title, "terms": found.terms, **found.said})
    days = sorted({release.day for _, release in ended.rows})
    fields = described.fields | {
        "address": found.home,
        "retrieved": f"by tradecheck fetch; releases of {days[0]} to {days[-1]}",
        "file": file,
        "format": form.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "grade": "observed",
        "known_errors": [line.hidden(text) for text in gaps(ended)],
        "how_made": (
            f"The answers of the service as received lie in data/raw/{FOLDER}/{found.name}; their "
            f"rows stand here once for each release, of months that were answered whole. "
            f"{found.vintage}. No row of a code that was asked for means no trade: the month is "
            f"out, and {found.proof} was given."
        ),
        "asked": {
            "codes": [code for code in ended.asked.codes if code not in ended.unknown],
            "partners": list(ended.asked.partners),
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
