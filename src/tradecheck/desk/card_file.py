"""A card as text, and a raw file and its card put in place together."""

import os
import shutil
from pathlib import Path
from typing import Any

import yaml

from tradecheck.data.sources.base import RawFile
from tradecheck.data.sources.reading import sha256_of
from tradecheck.errors import TradecheckError
from tradecheck.study.cards import SUFFIX, Card
from tradecheck.study.mistakes import Written, validated
from tradecheck.study.project import Project
from tradecheck.study.values import SCHEMA

WIDTH = 110
FOLDED = 100  # characters from which on a text stands folded below its field


class _Dumper(yaml.SafeDumper):
    """YAML as a person would write it: long texts folded, lists of words on one line."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = (
        ">"
        if len(text) > FOLDED
        else '"'
        if ":" in text and " " not in text and "/" not in text
        else None
    )
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _list(dumper: yaml.SafeDumper, values: list[Any]) -> yaml.Node:
    short = all(not isinstance(value, str) or len(value) <= 30 for value in values)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=short)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(list, _list)


def card_text(fields: dict[str, Any], place: str) -> str:
    """The fields of a card as YAML, in the order of `Card`. Raises a TradecheckError for a wrong
    field."""
    validated(Card, fields, Written(place))
    ordered = {name: fields[name] for name in Card.model_fields if name in fields}
    text = yaml.dump(ordered, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH)
    return SCHEMA.format("../../", "card") + str(text)


def put(project: Project, name: str, file: RawFile, card: dict[str, Any]) -> None:
    """The file as received and its card into data/raw/, both or neither."""
    text = card_text(card, f"data/raw/{name}{SUFFIX}")
    beside = project.raw / f".{card['file']}.{os.getpid()}.tmp"
    try:
        if file.content is None:
            shutil.copyfile(file.path, beside)
        else:
            beside.write_bytes(file.content)
        if sha256_of(RawFile(name, beside)) != card["sha256"]:
            raise TradecheckError(
                f"{file.path.name} changed while it was read; run the command again."
            )
        write_card(
            project, name, text, first=lambda: os.replace(beside, project.raw / card["file"])
        )
    finally:
        beside.unlink(missing_ok=True)


def write_card(project: Project, name: str, text: str, first: Any = lambda: None) -> None:
    """A card's text in its place, by a rename; `first` is done when nothing else can fail."""
    path: Path = project.raw / f"{name}{SUFFIX}"
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        beside.write_text(text, encoding="utf-8")
        first()
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
