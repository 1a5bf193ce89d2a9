"""What must not stand on a page, as a sentence."""

from collections.abc import Sequence
from typing import NamedTuple


class Finding(NamedTuple):
    """What is wrong, where, and the remedy; ``text`` is what was found, which nobody may print."""

    what: str
    where: str = ""
    remedy: str = ""
    text: str = ""

    def __str__(self) -> str:
        where = f" {self.where}" if self.where else ""
        remedy = f": {self.remedy}" if self.remedy else ""
        return f"{self.what}{where}{remedy}."


def told(findings: Sequence[Finding]) -> list[str]:
    """The findings as sentences, each once; none repeats as a place what another must not show."""
    hidden = [found.text for found in findings if found.text and found.text not in found.what]
    sentences = dict.fromkeys(map(str, findings))
    for text in hidden:
        sentences = dict.fromkeys(one.replace(text, f"{text[:4]}…") for one in sentences)
    return list(sentences)
