"""The one error a user sees: a sentence with the place, the rule and the remedy."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

MOST_SHOWN = 80  # characters of a wrong value that a sentence repeats
MOST_SAID = 3000  # characters of a sentence, whatever a file holds
# Letters and marks by their class that draw nothing (Unicode's Default_Ignorable_Code_Point).
_BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"


def short(value: object) -> str:
    """A wrong value as a sentence repeats it: in quotes where it is text, and cut."""
    told = repr(value[: MOST_SHOWN + 1] if isinstance(value, str) else value)
    return told if len(told) <= MOST_SHOWN else f"{told[:MOST_SHOWN]}…"


def unseen(character: str) -> bool:
    """Whether nobody sees a character: controls, marks of direction, half of a pair …"""
    kind = unicodedata.category(character)
    hidden = kind in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") and character not in "\n\t"
    return hidden or character in _BLANK


def readable(sentence: str) -> str:
    """A sentence on one line, cut where it is endless, that shows by its number what nobody sees."""
    if "\n" in sentence or "\t" in sentence:
        sentence = " ".join(re.split(r"\s*[\n\t]\s*", sentence.strip()))
    if len(sentence) > MOST_SAID:
        sentence = f"{sentence[: MOST_SAID - 202]} … {sentence[-199:]}"
    if sentence.isprintable():
        return sentence
    return "".join(f"\\u{ord(sign):04x}" if unseen(sign) else sign for sign in sentence)


class TradecheckError(Exception):
    """A mistake a user can mend. Its text is one sentence, shown without a traceback."""

    def __init__(self, sentence: str):
        super().__init__(readable(sentence))


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
    if isinstance(fault, OSError):
        named = short(str(fault.filename)) if fault.filename else "The command cannot go on"
        return f"{named}: {fault.strerror or fault}; mend that, then run again."
    return str(fault)


def mistakes_of(fault: Exception, file: str) -> tuple[Mistake, ...]:
    """What is wrong, each with its place; of other faults the sentence, about this file."""
    if isinstance(fault, Mistakes):
        return fault.found
    return (Mistake(file, sentence_of(fault).removeprefix(f"{file}: ")),)
