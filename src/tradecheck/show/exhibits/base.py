"""What all exhibits share: marks, plain JSON, a MIME type of their own, and checks in sentences."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar, NamedTuple

from tradecheck.errors import TradecheckError
from tradecheck.show.prose import native


class Mark(NamedTuple):
    """A verdict or grade as a reader sees it: a symbol and a word, never a colour alone."""

    symbol: str
    word: str


VERDICTS = {
    "holds": Mark("✓", "holds"),
    "fails": Mark("✗", "fails"),
    "undecided": Mark("?", "undecided"),
    "not_testable": Mark("–", "not testable"),
}
GRADES = {
    "observed": Mark("●", "observed"),
    "bounded": Mark("▨", "bounded"),
    "reported": Mark("○", "reported"),
    "allowed_path": Mark("⋯", "one allowed path"),
}
MARKS = VERDICTS | GRADES
STATES = (*VERDICTS, "contradiction")  # what a specification can come to


@dataclass(frozen=True)
class Exhibit:
    """Base of everything a cell can show."""

    kind: ClassVar[str]

    def payload(self) -> dict[str, Any]:
        """The exhibit as plain JSON, for the report."""
        return {"kind": self.kind} | {f.name: plain(getattr(self, f.name)) for f in fields(self)}

    def html(self) -> str:
        """A plain, escaped rendering for JupyterLab."""
        raise NotImplementedError

    def text(self) -> str:
        """One line for a terminal."""
        raise NotImplementedError

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, Any]:
        return {
            f"application/vnd.tradecheck.{self.kind}+json": self.payload(),
            "text/html": native(self.html()),
            "text/plain": self.text(),
        }


def plain(value: Any) -> Any:
    if isinstance(value, str):  # first, for most are
        return value
    if hasattr(value, "payload"):
        return value.payload()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [plain(item) for item in value]
    return value


def require(condition: Any, sentence: str) -> None:
    if not condition:
        raise TradecheckError(sentence)


def check_name(name: str, where: str) -> None:
    require(
        re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name),
        f"{where} needs a name of lower-case letters, digits and single hyphens.",
    )
