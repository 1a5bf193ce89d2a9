"""The claims one by one: quote, verdict, the reason with its number, what would decide."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import isfinite
from typing import Any, ClassVar

from tradecheck.show.exhibits.base import (
    Exhibit,
    Part,
    Words,
    inline,
    number_word,
    require,
    set_markdown,
    verdict_pairs,
    verdict_words,
)
from tradecheck.show.exhibits.blocks import Fold

Range = tuple[float | None, float | None]


def claim_anchor(claim: str) -> str:
    """The id of a claim's row on a page: "E1" → "claim-e1"."""
    return "claim-" + re.sub(r"[^a-z0-9]+", "-", claim.lower()).strip("-")


@dataclass(frozen=True)
class Strip(Part):
    """What is possible beside what is claimed, on one scale, as capped lines.

    ``possible`` has two ends; an end of ``claimed`` that is None is open, and a claim of one value
    has it at both. The words stand at the lines: "0 to 801.2", "more than 60". ``limits`` are the
    ends of the scale where the measure has some, such as 0 and 100 per cent of a share.
    """

    possible: tuple[float, float]
    claimed: Range
    possible_words: str
    claimed_words: str
    limits: Range = (None, None)

    def __post_init__(self):
        where = f"The strip {self.possible_words!r}"
        lo, hi = self.possible
        require(
            lo is not None and hi is not None and isfinite(lo) and isfinite(hi) and lo <= hi,
            f"{where} needs a smallest and a largest possible value; without both, leave it out.",
        )
        ends = [end for end in self.claimed if end is not None]
        require(
            ends and all(map(isfinite, ends)) and ends == sorted(ends),
            f"{where} needs the claim's value or range; an open end is None.",
        )
        require(
            self.possible_words.strip() and self.claimed_words.strip(),
            f"{where} needs words for both of its lines.",
        )


@dataclass(frozen=True)
class Claim(Part):
    """One claim: who said what, the verdicts, the sentence that gives the reason.

    ``verdicts``: (verdict, remark), one, or two where an honest second count differs. ``quote`` is
    the words as published, ``context`` what follows them or stands in their place; the link to
    ``address`` is called ``address_words``. ``sentence`` and ``decided_by`` are Markdown. ``fold``
    holds the readings, under "3 ways to read it".
    """

    id: str
    title: Words
    verdicts: Sequence[tuple[str, str]]
    sentence: Words
    quote: str = ""
    context: Words = ""
    said_by: Words = ""
    date: str = ""
    address: str = ""
    address_words: str = "page"
    decided_by: Words = ""
    strip: Strip | None = None
    fold: Fold | None = None

    def __post_init__(self):
        where = f"Claim {self.id!r}"
        require(re.search("[A-Za-z0-9]", self.id), f"{where} needs an id of letters or digits.")
        require(str(self.title).strip(), f"{where} has no title.")
        require(str(self.sentence).strip(), f"{where} has no sentence: give the reason.")
        object.__setattr__(self, "verdicts", verdict_pairs(self.verdicts, 2, where))
        set_markdown(self, "sentence", "decided_by")

    @property
    def anchor(self) -> str:
        return claim_anchor(self.id)

    def payload(self) -> dict[str, Any]:
        return super().payload() | {"anchor": self.anchor}

    def html(self) -> str:
        quote = f"<q>{escape(self.quote)}</q> " if self.quote else ""
        strip = ""
        if self.strip:
            strip = f"<p>Possible: {escape(self.strip.possible_words)}. Claimed: " + (
                f"{escape(self.strip.claimed_words)}.</p>"
            )
        decided = (
            f"<p>Would decide it: {inline(self.decided_by)}</p>" if str(self.decided_by) else ""
        )
        return (
            f"<li><strong>{escape(self.id)} {inline(self.title)}</strong>: "
            f"{escape(verdict_words(self.verdicts))}<br>{quote}{inline(self.context)} "
            f"{inline(self.said_by)} {escape(self.date)}<br>{inline(self.sentence)}{strip}{decided}"
            f"{self.fold.html() if self.fold else ''}</li>"
        )


@dataclass(frozen=True)
class Claims(Exhibit):
    """All claims as rows. ``says`` heads the third column; ``further`` claims stand in a fold after
    the rows, and so do the ``untestable``, which no trade figure measures; ``note`` is Markdown.
    """

    kind: ClassVar[str] = "claims"
    claims: Sequence[Claim]
    says: str = "What the months say"
    further: Sequence[Claim] = ()
    untestable: Sequence[Claim] = ()
    note: Words = ""

    def __post_init__(self):
        anchors = [claim.anchor for claim in (*self.claims, *self.further, *self.untestable)]
        require(anchors, "There are no claims to list.")
        for anchor in anchors:
            require(anchors.count(anchor) == 1, f"Two claims would have the address #{anchor}.")
        set_markdown(self, "note")

    def folds(self) -> list[tuple[str, Sequence[Claim]]]:
        """The claims after the list, under their summaries."""
        kinds = (
            (self.further, "more claim", "more claims"),
            (
                self.untestable,
                "claim that trade data cannot test",
                "claims that trade data cannot test",
            ),
        )
        found = []
        for claims, one, several in kinds:
            if claims:
                titles = "; ".join(re.sub(r"[*_`\\]", "", str(claim.title)) for claim in claims)
                words = f"{number_word(len(claims))} {one if len(claims) == 1 else several}"
                found.append((f"{words}: {titles}", claims))
        return found

    def payload(self) -> dict[str, Any]:
        held = super().payload()
        del held["further"], held["untestable"]
        folds = [
            {"summary": summary, "claims": [claim.payload() for claim in claims]}
            for summary, claims in self.folds()
        ]
        return held | {"folds": folds}

    def html(self) -> str:
        rows = "".join(claim.html() for claim in self.claims)
        folds = "".join(
            f"<details><summary>{escape(summary)}</summary>"
            f"<ol>{''.join(claim.html() for claim in claims)}</ol></details>"
            for summary, claims in self.folds()
        )
        return f"<ol>{rows}</ol><p>{inline(self.note)}</p>{folds}"

    def text(self) -> str:
        shown = (*self.claims, *self.further, *self.untestable)
        return "\n".join(f"{claim.id}: {verdict_words(claim.verdicts)}" for claim in shown)
