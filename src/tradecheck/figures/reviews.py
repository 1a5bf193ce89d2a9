"""The claims as schema.org ClaimReviews, which search engines and fact-checkers' tools read."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tradecheck import RELEASED
from tradecheck.show.exhibits import MARKS, claim_anchor
from tradecheck.study.claims import ClaimsFile, Story
from tradecheck.study.study import Study
from tradecheck.verdicts.claims import JudgedClaim

CONTEXT = "https://schema.org"
US = {"@type": "Organization", "name": "tradecheck contributors"}
DAY = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")


def claim_reviews(
    study: Study, claims: ClaimsFile, judged: Sequence[JudgedClaim], because: Mapping[str, str]
) -> list[dict[str, Any]]:
    """One ClaimReview a claim, in the order of the file.

    `because` gives each reading's reason in words. The address of a review is the claim's place on
    the study's page, which stands beside this file.
    """
    ours = [{"@type": "Person", "name": name} for name in study.authors] or [US]
    author = ours[0] if len(ours) == 1 else ours
    return [
        {
            "@context": CONTEXT,
            "@type": "ClaimReview",
            "url": f"{study.name}.html#{claim_anchor(one.claim.id)}",
            "claimReviewed": one.claim.quote or one.claim.title,
            "author": author,
            "datePublished": RELEASED,
            "itemReviewed": _claim(one, claims.story or Story(), author),
            "reviewRating": {
                "@type": "Rating",
                "alternateName": MARKS[one.verdict].word,
                "ratingExplanation": _explained(one, because),
            },
        }
        for one in judged
    ]


def _claim(one: JudgedClaim, story: Story, ours: Any) -> dict[str, Any]:
    """Who made the claim, when and where, as far as the file says; our own question is ours."""
    claim = one.claim
    said_by = claim.said_by or (story.publisher if claim.quote else "")
    when, address = claim.date or story.published, claim.address or story.address
    where = {"name": claim.where or story.title, "url": address}
    held: dict[str, Any] = {
        "@type": "Claim",
        "name": claim.title,
        "author": {"@type": "Organization", "name": said_by} if said_by else ours,
    }
    if day := DAY.match(when):
        held["datePublished"] = day[0]
    if any(where.values()):
        told = {key: text for key, text in where.items() if text}
        held["appearance"] = {"@type": "CreativeWork", **told}
    return held


def _explained(one: JudgedClaim, because: Mapping[str, str]) -> str:
    """Why the plainest reading comes out so, and which others come out otherwise."""
    also = [
        f"{MARKS[other.outcome.verdict].word.capitalize()} {other.reading.remark or other.reading.words}."
        for other in one.also
    ]
    return " ".join([because[one.main.reading.id], *also])
