"""The kinds of value that people write, each checked in one place, with words for its mistakes."""

import math
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, ClassVar

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    StringConstraints,
    model_validator,
)

from tradecheck.errors import Mistake, Mistakes, TradecheckError, short
from tradecheck.study.currencies import CURRENCIES
from tradecheck.study.periods import Period, parse_months
from tradecheck.study.texts import LONGEST, plain_text, with_real_days

SCHEMA = "# yaml-language-server: $schema={}docs/schemas/{}.schema.json\n"  # editors read this line
MOST_BYTES = 5_000_000  # of a YAML file: a study is pages of text, not a data set
MOST_DEPTH = 40
MOST_ALIASES = 200
NO_CHAPTERS = ("00", "77")  # 77 is kept free
MOST_NAMED = 100  # characters of a name that becomes a file's
LEAST, MOST = 1e-9, 1e15  # sizes of a number that a solver tells from nothing and from no limit


def _day(text: str) -> str:
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise ValueError("there is no such day") from error
    if not 1900 <= found.year <= 2100:
        raise ValueError("a year from 1900 to 2100 is expected")
    return text


def _months(text: str) -> str:
    parse_months(text)
    return text


def _address(text: str) -> str:
    if text and not text.startswith(("https://", "http://")):
        raise ValueError("an address begins with https://")
    return text


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError("a finite number is expected")
    if number and not LEAST <= abs(number) <= MOST:
        raise ValueError(f"a number of a size from {LEAST:g} to {MOST:g} is expected")
    return number


def is_code(text: str) -> bool:
    """Whether a text can be a customs code: 2 to 10 digits, of a chapter that there is."""
    return bool(re.fullmatch("[0-9]{2,10}", text)) and text[:2] not in NO_CHAPTERS


def _code(text: str) -> str:
    if text[:2] in NO_CHAPTERS:
        raise ValueError(
            f"there is no chapter {text[:2]}; those of the Harmonized System are 01 to 97 without "
            "77, and 98 and 99 are a country's own"
        )
    return text


def no_truth(value: Any) -> Any:
    """Refuses true where 1 is meant: for Python they are the same."""
    if isinstance(value, bool):
        raise ValueError("a number without quotes is expected")
    return value


def _currency(code: str) -> str:
    if code not in CURRENCIES:
        raise ValueError(
            f"no currency of ISO 4217 has these letters{alike(code, sorted(CURRENCIES))}"
        )
    return code


_LENGTH = StringConstraints(max_length=LONGEST, strip_whitespace=True)
Quoted = Annotated[str, _LENGTH, AfterValidator(plain_text)]  # as somebody else wrote it
Words = Annotated[Quoted, AfterValidator(with_real_days)]
Text = Annotated[
    str,
    StringConstraints(min_length=1, max_length=LONGEST, strip_whitespace=True),
    AfterValidator(plain_text),
    AfterValidator(with_real_days),
]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=MOST_NAMED)]
RawName = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9]+([._-][A-Za-z0-9]+)*$", max_length=MOST_NAMED),
]
Id = RawName
Month = Annotated[str, StringConstraints(pattern=r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$")]
Day = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"),
    AfterValidator(_day),
]
Months = Annotated[
    str, AfterValidator(plain_text), AfterValidator(_months)
]  # "2021-03..2022-02", "2024", "2024Q2", "2024-07"
Code = Annotated[str, StringConstraints(pattern=r"^[0-9]{2,10}$"), AfterValidator(_code)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$"), AfterValidator(_currency)]
Number = Annotated[float, AfterValidator(_finite)]
Address = Annotated[Quoted, AfterValidator(_address)]

FORMS = {
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "small letters, digits and hyphens",
    r"^[A-Za-z0-9]+([._-][A-Za-z0-9]+)*$": "letters and digits, with points or hyphens between them",
    r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$": "a month such as '2024-07'",
    r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$": "a day such as '2024-07-31'",
    r"^[0-9]{2,10}$": "the digits of a customs code, 2 to 10, in quotes, zeros among them",
    r"^[A-Z]{3}$": "a currency's three letters (ISO 4217), such as USD",
    r"^[0-9a-f]{64}$": "the 64 signs of a SHA-256 digest",
}


class Strict(BaseModel):
    """Data that a person wrote: an unknown key is an error, and no number is infinite."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    PAIRS: ClassVar[tuple[str, ...]] = ()  # from, to: fields in which both may be the same

    @model_validator(mode="after")
    def _nothing_twice(self) -> "Strict":
        """What stands twice in a list counts twice somewhere, which nobody means."""
        for field in type(self).model_fields:
            held = getattr(self, field)
            if isinstance(held, list) or (isinstance(held, tuple) and field not in self.PAIRS):
                for place, entry in enumerate(held):
                    if entry in held[:place]:
                        told = f" ({short(entry)})" if isinstance(entry, str | int) else ""
                        raise ValueError(f"{field}, entry {place + 1}{told}, stands twice")
        return self


try:  # the reader in C is the same, ten times as fast
    from yaml import CSafeLoader as SafeLoader
except ImportError:
    from yaml import SafeLoader  # type: ignore[assignment]  # the same methods, by another base


class _Loader(SafeLoader):
    """YAML without the trap that of a field written twice the last counts in silence, and in which
    a day stays the text that was written."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen and key.tag != "tag:yaml.org,2002:merge":
                raise yaml.MarkedYAMLError(
                    problem=f"{short(key.value)} stands twice", problem_mark=key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


_Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: node.value)


@dataclass(frozen=True)
class OddNumber:
    """What YAML takes for a number that it does not look like: 0101 for 65, 12:30 for 750.

    It is neither text nor a number, so that each field refuses it and asks for quotes.
    """

    typed: str

    def __str__(self) -> str:
        return self.typed

    __repr__ = __str__


def _whole(loader: Any, node: yaml.ScalarNode) -> Any:
    is_plain = re.fullmatch(r"[-+]?(0|[1-9][0-9_]*)", node.value)
    return loader.construct_yaml_int(node) if is_plain else OddNumber(node.value)


_Loader.add_constructor("tag:yaml.org,2002:int", _whole)


def read_yaml(path: Path, place: str) -> Any:
    """The content of a YAML file; `place` names the file in an error's sentence."""
    return parse_yaml(path.read_bytes(), place)


def parse_yaml(content: bytes, place: str) -> Any:
    """The content of a YAML text. Limits on size, depth and aliases hold before anything is
    built."""
    if len(content) > MOST_BYTES:
        raise TradecheckError(
            f"{place}: {len(content):,} bytes are too many for a file of fields (most: "
            f"{MOST_BYTES:,}); data belong in data/raw/."
        )
    try:
        text = content.decode("utf-8-sig")
        _limit(text, place)
        return yaml.load(text, _Loader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        if isinstance(error, UnicodeDecodeError):
            raise TradecheckError(f"{place}: not UTF-8 text; save the file as UTF-8.") from error
        mark = getattr(error, "problem_mark", None)
        at = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        problem = getattr(error, "problem", None) or "it cannot be read"
        raise Mistakes([Mistake(place, f"not valid YAML ({problem})", *at)]) from error


def _limit(text: str, place: str) -> None:
    depth = aliases = 0
    for event in yaml.parse(text, SafeLoader):
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            depth += 1
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            depth -= 1
        aliases += isinstance(event, yaml.AliasEvent)
        if depth > MOST_DEPTH or aliases > MOST_ALIASES:
            what = "levels" if depth > MOST_DEPTH else "references"
            line = f", line {event.start_mark.line + 1}" if event.start_mark else ""
            raise TradecheckError(f"{place}{line}: too many {what}; write it plainly.")


def alike(word: str, known: list[str]) -> str:
    """What a misspelt word may have meant: ", did you mean …?" or nothing."""
    from difflib import get_close_matches

    folded = {name.casefold(): name for name in known}
    found = get_close_matches(word.casefold(), folded, n=1, cutoff=0.7)
    return f"; did you mean {folded[found[0]]!r}?" if found else ""


__all__ = [
    "Address", "Code", "Currency", "Day", "Id", "Month", "Months", "Name", "Number", "Period",
    "Quoted", "RawName", "Strict", "Text", "Words", "alike", "is_code", "no_truth", "parse_yaml", "read_yaml",
]  # fmt: skip
