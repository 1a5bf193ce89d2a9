"""`tradecheck check`: all that is wrong with what people write, found before anything runs."""

import json
from collections.abc import Collection, Iterator
from pathlib import Path

from tradecheck.errors import FAULTS, Mistake, TradecheckError, mistakes_of
from tradecheck.runner.jobs import Job, check_parameters
from tradecheck.runner.notebooks import Notebook
from tradecheck.runner.unrun import faults
from tradecheck.show.prose import typed_digits
from tradecheck.study.cards import SUFFIX, load_card, verified_bytes
from tradecheck.study.changes import changes_file, read_changes
from tradecheck.study.claims import read_claims
from tradecheck.study.mistakes import Step, Written
from tradecheck.study.project import Project
from tradecheck.study.study import Study, load_study
from tradecheck.study.unknown import unknown_names
from tradecheck.study.values import parse_yaml


def check(project: Project, studies: Collection[str] = ()) -> list[Mistake]:
    """Every mistake in the files of these studies (default: of all), in the order of files.

    Nothing is run and no table is parsed: raw files are compared with their cards' hashes.
    """
    known = project.study_names()
    for name in studies:
        if name not in known:
            load_study(project, name)  # raises the sentence that names the likeliest
    found: dict[Mistake, None] = {}
    for name in studies or known:
        found.update(dict.fromkeys(_study(project, name)))
    folders = [f"notebooks/studies/{name}/" for name in studies]
    for file, sentence in project.strays():
        if not studies or any(file.startswith(folder) for folder in folders):
            found[Mistake(file, sentence)] = None
    return sorted(found, key=lambda m: (m.file, m.line, m.column))


def as_json(found: Collection[Mistake]) -> str:
    """The mistakes for editors: a list of file, line, column and sentence."""
    listed = [
        {"file": m.file, "line": m.line, "column": m.column, "message": m.sentence} for m in found
    ]
    return json.dumps(listed, indent=1, ensure_ascii=False)


def _study(project: Project, name: str) -> Iterator[Mistake]:
    place = f"notebooks/studies/{name}"
    study = None
    try:
        study = load_study(project, name)
    except FAULTS as fault:
        yield from mistakes_of(fault, f"{place}/study.yaml")
    for file, read in ((f"{place}/claims.yaml", read_claims), (changes_file(name), read_changes)):
        try:
            read(project, name)
        except FAULTS as fault:
            yield from mistakes_of(fault, file)
    if study:
        for file in ("study.yaml", "claims.yaml"):
            yield from _names(study, project.studies / name / file, f"{place}/{file}")
        yield from _tables(project, study, f"{place}/study.yaml")
    for folder in (project.notebooks, project.studies / name):
        for file in project.notebook_files(folder):
            yield from _notebook(project, name, Notebook(project.root, file))


def _names(study: Study, path: Path, file: str) -> Iterator[Mistake]:
    if not path.is_file():
        return
    content = path.read_bytes()
    try:
        fields = parse_yaml(content, file)
    except TradecheckError:
        return  # told by whoever read the file
    yield from unknown_names(study, fields, Written(file, content))


def _tables(project: Project, study: Study, file: str) -> Iterator[Mistake]:
    """What is wrong with the raw tables that a study names: told where it names them, if there is
    no card."""
    content = (project.root / file).read_bytes()
    fields, written = parse_yaml(content, file), Written(file, content)
    for name in study.raw_names():
        card = f"data/raw/{name}{SUFFIX}"
        try:
            held = load_card(project, name)
            if not held.stored or (project.raw / held.file).is_file():  # else it would be fetched
                verified_bytes(project, held)
        except FAULTS as fault:
            if (project.root / card).is_file():
                yield from mistakes_of(fault, card)
            else:
                yield written.mistake(_where(fields, name), str(fault))


def _where(held: object, name: str, steps: tuple[Step, ...] = ()) -> tuple[Step, ...]:
    """The place of the first field that holds a name."""
    if held == name:
        return steps
    inner = (
        held.items()
        if isinstance(held, dict)
        else enumerate(held)
        if isinstance(held, list)
        else ()
    )
    found = (_where(value, name, (*steps, step)) for step, value in inner)
    return next((place for place in found if place), ())


def _notebook(project: Project, study: str, book: Notebook) -> Iterator[Mistake]:
    """What can be seen of a notebook without running it: its cells, its parameters, typed figures."""
    try:
        cells = book.cells
        check_parameters(Job(project, study, book, book.overrides(study), ()))
    except FAULTS as fault:
        yield from mistakes_of(fault, book.file)
        return
    text, start = book.path.read_text(encoding="utf-8"), 0
    lines: dict[tuple[int, int], int] = {}
    for number, cell in enumerate(cells, start=1):
        for count, line in enumerate(cell["source"].splitlines(keepends=True), start=1):
            at = _position(text, line, start)
            start = max(at, start)
            lines[number, count] = at
            figures = typed_digits(line) if cell["cell_type"] == "markdown" else ()
            if figures and typed_digits(cell["source"]):
                before = text[: max(at, 0)]
                column = at - before.rfind("\n") + line.find(figures[0])
                yield Mistake(
                    book.file,
                    f"{book.place(number)} holds the typed figure {figures[0]!r}: compute it in a "
                    "code cell and show it with say(…).",
                    before.count("\n") + 1,
                    column,
                )

    for number, count, sentence in faults(book):
        place = f"{book.place(number)}, line {count}: {sentence}" if count else sentence
        at = lines.get((number, count), -1)
        yield Mistake(book.file, place, text[:at].count("\n") + 1 if at >= 0 else 0, 1)


def _position(text: str, line: str, start: int) -> int:
    """Where a line of a cell's source stands in the notebook's file."""
    for ascii_only in (False, True):
        written = json.dumps(line, ensure_ascii=ascii_only)[1:-1]
        if (at := text.find(written, start)) >= 0:
            return at
    return start
