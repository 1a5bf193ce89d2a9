"""The one error a user sees: a sentence with the place, the rule and the remedy."""

from collections.abc import Iterable
from dataclasses import dataclass


class TradecheckError(Exception):
    """A mistake a user can mend. Its text is one sentence, shown without a traceback."""


@dataclass(frozen=True)
class Mistake:
    """Something wrong in a file that a person wrote; line and column count from 1, 0 is unknown."""

    file: str
    sentence: str
    line: int = 0
    column: int = 0

    @property
    def place(self) -> str:
        """As compilers write it, so that editors find it: file:line:column."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


class Mistakes(TradecheckError):
    """All that is wrong in a file, as one sentence."""

    def __init__(self, found: Iterable[Mistake]):
        self.found = tuple(dict.fromkeys(found))
        parts = [
            (f"line {one.line}: " if one.line else "") + one.sentence.rstrip(".")
            for one in self.found
        ]
        first = self.found[0]
        told = "; ".join(parts)
        end = "" if told.endswith("?") else "."
        super().__init__(f"{first.file}{', ' if first.line else ': '}{told}{end}")


FAULTS = (TradecheckError, PermissionError)  # what a user can mend


def sentence_of(fault: Exception) -> str:
    """One of the faults as a sentence."""
    if isinstance(fault, PermissionError):
        return f"{fault.filename} cannot be used: correct its permissions, then run again."
    return str(fault)


def mistakes_of(fault: Exception, file: str) -> tuple[Mistake, ...]:
    """What is wrong, each with its place; of other faults the sentence, about this file."""
    if isinstance(fault, Mistakes):
        return fault.found
    return (Mistake(file, sentence_of(fault).removeprefix(f"{file}: ")),)
