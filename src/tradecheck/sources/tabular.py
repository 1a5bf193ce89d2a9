"""Raw CSV tables: every row checked against a model, every mistake named with its place."""

import csv
import io
import re
from collections.abc import Sequence
from datetime import date
from typing import Annotated

import pandas as pd
from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

from tradecheck.cards import load_card, verified_path
from tradecheck.errors import TradecheckError
from tradecheck.study.project import Project

SHOWN = 5  # a sentence with more findings than this is no longer read


def _plain_number(text: str) -> float:
    if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]+)?", text):
        raise ValueError("a plain number is expected, such as 1234.5, without separators or units")
    return float(text)


def _whole_number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,15}", text):
        raise ValueError("a whole number is expected, such as 12, without separators or units")
    return int(text)


def _truth(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("true or false is expected, in small letters")
    return text == "true"


def _code(text: str) -> str:
    if not re.fullmatch(r"[0-9]{6}", text):
        raise ValueError("an HS6 code is six digits; write it as text, with all its zeros")
    return text


def _fiscal_year(text: str) -> str:
    years = re.fullmatch(r"([0-9]{4})-([0-9]{2})", text)
    if not years or (int(years[1]) + 1) % 100 != int(years[2]):
        raise ValueError("a fiscal year is expected, such as 2024-25")
    return text


def _month(text: str) -> str:
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", text):
        raise ValueError("a month is expected, such as 2024-07")
    return text


def _day(text: str) -> str:
    try:
        if date.fromisoformat(text).isoformat() == text:
            return text
    except ValueError:
        pass
    raise ValueError("a date is expected, such as 2024-07-31")


Number = Annotated[float, BeforeValidator(_plain_number)]
OptionalNumber = Annotated[
    float, BeforeValidator(lambda text: float("nan") if text == "" else _plain_number(text))
]
Count = Annotated[int, BeforeValidator(_whole_number)]
Truth = Annotated[bool, BeforeValidator(_truth)]
Code = Annotated[str, BeforeValidator(_code)]
Month = Annotated[str, BeforeValidator(_month)]
Day = Annotated[str, BeforeValidator(_day)]
FiscalYear = Annotated[str, BeforeValidator(_fiscal_year)]
Filled = Annotated[str, StringConstraints(min_length=1)]


class Row(BaseModel):
    """The base of every table's row model: one field a column, in the table's order."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def read(project: Project, name: str, model: type[Row], key: Sequence[str] = ()) -> pd.DataFrame:
    """The raw table `data/raw/NAME.csv`, hash-checked, with the model's columns and types.

    `key` names the columns that together may occur once only; empty: repeats are allowed.
    Text columns are text throughout, so codes keep their zeros; empty text stays "".
    """
    card = load_card(project, name)
    path = verified_path(project, card)
    table = parse(path.read_bytes(), project.relative(path), model, key)
    if len(table) != card.rows:
        raise TradecheckError(
            f"{project.relative(path)} holds {len(table)} rows, but its card says {card.rows}; "
            "correct the field rows of the card."
        )
    return table


def parse(content: bytes, place: str, model: type[Row], key: Sequence[str] = ()) -> pd.DataFrame:
    """A table from a CSV file's bytes; `place` names the file in an error's sentence."""
    lines = _lines(content, place)
    columns = list(model.model_fields)
    _check_header(lines[0][1], columns, place)
    rows, findings, seen = [], [], {}
    for number, cells in lines[1:]:
        if len(cells) != len(columns):
            findings.append(
                f"line {number} has {len(cells)} fields where {len(columns)} are expected "
                "(a comma too many or too few; text with a comma stands in quotes)"
            )
            continue
        found = _check_row(cells, columns, model)
        if isinstance(found, list):
            findings += [f"line {number}, {finding}" for finding in found]
            continue
        rows.append(found)
        values = tuple(found[column] for column in key)
        if key and (first := seen.setdefault(values, number)) != number:
            named = ", ".join(f"{column} {value}" for column, value in zip(key, values))
            findings.append(f"line {number} repeats line {first} ({named}): delete one of them")
    if findings:
        raise TradecheckError(f"{place}: {_listed(findings)}.")
    if not rows:
        raise TradecheckError(f"{place} holds a header but no rows; add the rows.")
    return pd.DataFrame(rows, columns=columns)


def _lines(content: bytes, place: str) -> list[tuple[int, list[str]]]:
    """The header and rows, each with the number of the line it ends on."""
    if content.startswith(b"\xef\xbb\xbf"):
        raise TradecheckError(
            f"{place} begins with a byte order mark; save it as UTF-8 without one."
        )
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise TradecheckError(
            f"{place}, line {line}: not UTF-8 text; save the file as UTF-8."
        ) from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        lines = [(reader.line_num, cells) for cells in reader if cells]
    except csv.Error as error:
        raise TradecheckError(
            f"{place}, line {reader.line_num}: not valid CSV ({error}); check the quotes."
        ) from error
    if not lines:
        raise TradecheckError(f"{place} is empty; restore it with git checkout.")
    return lines


def _check_header(header: list[str], columns: list[str], place: str) -> None:
    repeated = sorted({column for column in header if header.count(column) > 1})
    missing = [column for column in columns if column not in header]
    unknown = [column for column in header if column not in columns]
    findings = [
        f"{what} {', '.join(repr(column) for column in named)}"
        for what, named in (
            ("repeated column", repeated), ("missing column", missing), ("unknown column", unknown)
        )
        if named
    ]
    if not findings and header != columns:
        findings = ["the columns stand in another order"]
    if findings:
        raise TradecheckError(
            f"{place}, line 1: {'; '.join(findings)}; the header must be {','.join(columns)}."
        )


def _check_row(cells: list[str], columns: list[str], model: type[Row]) -> dict | list[str]:
    """The row's values, or what is wrong with it."""
    padded = [
        f"column {column} ({cell!r}): blanks stand around the value; delete them"
        for column, cell in zip(columns, cells)
        if cell != cell.strip()
    ]
    if padded:
        return padded
    try:
        return model.model_validate(dict(zip(columns, cells))).model_dump()
    except ValidationError as error:
        return [_sentence(finding) for finding in error.errors()]


def _sentence(finding: dict) -> str:
    rule = finding["msg"].removeprefix("Value error, ")
    if finding["type"] == "string_too_short":
        rule = "the value is missing; fill it in"
    if not finding["loc"]:
        return rule
    return f"column {finding['loc'][0]} ({finding['input']!r}): {rule}"


def _listed(findings: list[str]) -> str:
    more = [f"and {len(findings) - SHOWN} more"] if len(findings) > SHOWN else []
    return "; ".join(findings[:SHOWN] + more)
