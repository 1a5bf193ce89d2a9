"""What a notebook leaves for machines: the runner writes it beside the report as JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tradecheck.errors import TradecheckError

MIME = "application/vnd.tradecheck.results+json"
BESIDE = "application/vnd.tradecheck.beside+json"


@dataclass(frozen=True)
class Results:
    """A report's findings as plain JSON: `claims`, `measures`, and `headline` (verdict: count).

    `beside` holds further files by the word in their name: "claimreview" becomes
    STUDY.claimreview.json. Shown in a cell, they travel in the notebook; a page does not show them.
    A value that JSON does not know, NaN and infinity among them, raises a TradecheckError.
    """

    payload: Mapping[str, Any]
    beside: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self):
        try:
            json.dumps([self.payload, self.beside], allow_nan=False)
        except (TypeError, ValueError) as error:
            raise TradecheckError(
                f"The results hold what JSON does not know ({error}): use text, finite numbers, "
                "true, false, null, lists and mappings."
            ) from error

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, Any]:
        claims = self.payload.get("claims", ())
        readings = sum(len(claim.get("readings", ())) for claim in claims)
        words = f"Results for the machine's copy: {len(claims)} claims, {readings} readings"
        return {MIME: self.payload, BESIDE: self.beside, "text/plain": words}
