"""`tradecheck add`: a file as received becomes a raw file with its card, and says what it holds."""

import re
import tempfile
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tradecheck.data.sources.base import RawFile
from tradecheck.data.sources.reading import named, outside_file, recognise, sha256_of
from tradecheck.data.sources.table import kind_of
from tradecheck.desk import card_file
from tradecheck.desk.described import EXAMPLES, FLAGS, WRITTEN, Ask, Described, describe
from tradecheck.errors import TradecheckError
from tradecheck.study.cards import NOT_STATED, SUFFIX, card_of, raw_name, raw_names
from tradecheck.study.project import Project
from tradecheck.study.stores import bring, is_stored
from tradecheck.study.values import parse_yaml

ENDINGS = {
    "text": ".csv",
    "workbook": ".xlsx",
    "html": ".html",
    "json": ".json",
    "parquet": ".parquet",
}
COUNTED = {"sha256": "0" * 64, "rows": 1}  # of a card that is renewed, and may be wrong in it
UNWRITTEN = dict.fromkeys((*WRITTEN, "unit", "coverage"), NOT_STATED) | {"grade": "observed"}
NAME = re.compile(r"[A-Za-z0-9]+([._-][A-Za-z0-9]+)*")


def add(
    project: Project,
    path: Path | str,
    name: str | None = None,
    format: str | None = None,
    said: Mapping[str, str] | None = None,
    ask: Ask | None = None,
    stored: str = "",
) -> list[str]:
    """Copy a file to data/raw/, write its card, and say in lines what it holds.

    said: what the file cannot say itself, by the names in `described.FLAGS`. ask: asks for what is
    still unsaid; without it that is written as not stated. Raises a TradecheckError, and writes
    nothing, for a file that cannot be read, for a name that another file has, and for flags that
    contradict the file.
    """
    if is_stored(str(path)):
        return _from_store(project, str(path), name, format, said, ask)
    flags = _flags(said)
    path = Path(path)
    file = outside_file(path, _name(path, name))
    if path.resolve().parent == project.raw.resolve() and raw_name(path.name) != file.name:
        raise TradecheckError(
            f"data/raw/{path.name} would lie there twice; rename it to {file.name}{_ending(file)} "
            "first, or move it to another folder and add it from there."
        )
    sha256 = sha256_of(file)
    if there := _there(project, file, sha256):
        if flags or format:
            return renew(project, file.name, said, format)
        return [
            f"data/raw/{there} is already there, with the same content and a card; nothing was "
            "changed."
        ]
    form = named(format, "--format") if format else recognise(file)
    found = describe(file, form, flags, ask)
    target = f"{file.name}{_ending(file)}"
    fields = found.fields | {"file": target, "format": form.name, "sha256": sha256}
    if stored:
        fields["stored"] = stored
    card_file.put(project, file.name, file, fields)
    first = f"Added as data/raw/{target} ({form.name}, {_rows(fields['rows'])})."
    return [first, *found.lines, *_unsaid(file.name, found)]


def _from_store(
    project: Project,
    address: str,
    name: str | None,
    format: str | None,
    said: Mapping[str, str] | None,
    ask: Ask | None,
) -> list[str]:
    """The same for a file in an object store: its card says where it lies."""
    with tempfile.TemporaryDirectory(prefix="tradecheck-") as folder:
        target = Path(folder) / (address.rstrip("/").rpartition("/")[2] or "file")
        bring(address, target, "")
        return add(project, target, name, format, said, ask, address)


def renew(
    project: Project, name: str, said: Mapping[str, str] | None = None, format: str | None = None
) -> list[str]:
    """Write hash, rows and holdings of a raw file into its card anew; keep what a person wrote."""
    place = f"data/raw/{name}{SUFFIX}"
    path = project.raw / f"{name}{SUFFIX}"
    if not NAME.fullmatch(name) or not path.is_file():
        raise TradecheckError(
            f"{place} does not exist; tradecheck add FILE makes a card for a new file."
        )
    text = path.read_bytes()
    card = parse_yaml(text, place)
    if not isinstance(card, dict) or not card.get("file") or not (format or card.get("format")):
        raise TradecheckError(f"{place} lacks the field file or format; add it, then run again.")
    form = named(format or str(card["format"]), place)
    card_of({**UNWRITTEN, **card, **COUNTED, "format": form.name}, name, place, text)
    file = outside_file(project.raw / str(card["file"]), name)
    file = RawFile(name, file.path, file.content, f"data/raw/{file.path.name}")
    found = describe(file, form, _flags(said), None, card)
    fields = found.fields | {"format": form.name, "sha256": sha256_of(file)}
    card_file.write_card(project, name, card_file.card_text(fields, place))
    lines = [_changed(name, card, fields), *found.lines, *_unsaid(name, found)]
    comments = [line for line in text.splitlines() if line.lstrip().startswith(b"#")]
    if any(b"yaml-language-server" not in line for line in comments):
        lines.append(
            "Comments that stood in the card are gone; every field that a person wrote is there."
        )
    return lines


def formats() -> list[str]:
    """Every format that is recognised, one a line: name, publisher, how to get such a file."""
    from tradecheck.data.sources.registry import FORMATS, LISTINGS

    rows = [(form.name, form.publisher, form.how) for form in FORMATS]
    rows += [(form.name, "anybody", form.how) for form in LISTINGS]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    return [f"{row[0]:<{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]}" for row in rows]


def _flags(said: Mapping[str, str] | None) -> dict[str, str]:
    flags = {field: text.strip() for field, text in (said or {}).items() if text and text.strip()}
    if unknown := sorted(flags.keys() - set(FLAGS)):
        raise TradecheckError(f"{unknown[0]} cannot be said of a file; {', '.join(FLAGS)} can.")
    return flags


def _name(path: Path, name: str | None) -> str:
    """The raw file's name: as asked for, or made of the file's own."""
    if name is not None:
        if not NAME.fullmatch(name):
            raise TradecheckError(
                f"--name {name}: letters and digits of English, with hyphens between, are "
                "expected, such as cars-by-month."
            )
        return name
    plain = unicodedata.normalize("NFKD", raw_name(path.name)).encode("ascii", "ignore").decode()
    made = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    if not made:
        raise TradecheckError(
            f"{path.name} gives no name of English letters; give one with --name."
        )
    return made


def _ending(file: RawFile) -> str:
    """The file's ending as received, or, if it has none, one that says what it is."""
    own = file.path.name[len(raw_name(file.path.name)) :].lower()
    if own in ("", ".gz") or not re.fullmatch(r"(\.[a-z0-9]{1,8})+", own):
        return ENDINGS[kind_of(file)] + (".gz" if file.gzipped else "")
    return own


def _there(project: Project, file: RawFile, sha256: str) -> str:
    """The raw file of this name, if it has the same content and a card; "" if the name is free.

    Raises a TradecheckError if another file has the name.
    """
    if file.name not in raw_names(project):
        return ""
    card = project.raw / f"{file.name}{SUFFIX}"
    others = [
        path for path in project.raw.iterdir() if raw_name(path.name) == file.name and path != card
    ]
    for path in others:
        if sha256_of(outside_file(path, file.name)) == sha256:
            if not card.is_file():
                return (
                    ""  # a run that was broken off between the two: the card is still to be written
                )
            return path.name
    taken = others[0].name if others else card.name
    raise TradecheckError(
        f"data/raw/{taken} is already there, with other content; give this file another name with "
        "--name, or remove that one and its card."
    )


def _changed(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    place = f"data/raw/{name}{SUFFIX}"
    if before.get("sha256") == after["sha256"]:
        return f"{place} is written anew ({_rows(after['rows'])}); its file has not changed."
    was = before.get("rows")
    rows = (
        f"{was:,} rows before, {after['rows']:,} now"
        if isinstance(was, int) and was != after["rows"]
        else _rows(after["rows"])
    )
    return f"{place} is written anew: its file has changed ({rows})."


def _unsaid(name: str, found: Described) -> list[str]:
    """What nobody has said, and how to say it."""
    if not found.unsaid:
        return []
    told = [field for field in found.unsaid if field not in WRITTEN] or found.unsaid[:1]
    flags = " ".join(f"--{field} {EXAMPLES.get(field, repr('…'))}" for field in told)
    return [
        f"Not stated: {', '.join(found.unsaid)}. Write what is true into data/raw/{name}{SUFFIX}, "
        f"or say it like this: tradecheck add --renew {name} {flags}"
    ]


def _rows(count: int) -> str:
    return f"{count:,} {'row' if count == 1 else 'rows'}"
