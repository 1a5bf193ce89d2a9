"""The claims as ClaimReviews hold what readers of that form require."""

import pytest
from jsonschema import Draft202012Validator

from strangers import Desk, tidy, yaml
from tradecheck.figures.reviews import claim_reviews

DAY = {"type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}){0,2}$"}
WORDS = {"type": "string", "minLength": 1}
SOMEBODY = {
    "type": "object",
    "required": ["@type", "name"],
    "properties": {"@type": {"enum": ["Person", "Organization"]}, "name": WORDS},
}
SCHEMA = {
    "type": "object",
    "required": [
        "@context", "@type", "url", "claimReviewed", "author", "datePublished", "itemReviewed",
        "reviewRating",
    ],
    "properties": {
        "@context": {"const": "https://schema.org"},
        "@type": {"const": "ClaimReview"},
        "url": {"type": "string", "pattern": r"^[a-z0-9-]+\.html#claim-[a-z0-9-]+$"},
        "claimReviewed": WORDS,
        "author": {"anyOf": [SOMEBODY, {"type": "array", "items": SOMEBODY, "minItems": 2}]},
        "datePublished": DAY,
        "itemReviewed": {
            "type": "object",
            "required": ["@type", "name", "author"],
            "properties": {
                "@type": {"const": "Claim"},
                "author": SOMEBODY,
                "datePublished": DAY,
                "appearance": {
                    "type": "object",
                    "required": ["@type"],
                    "anyOf": [{"required": ["url"]}, {"required": ["name"]}],
                    "properties": {
                        "@type": {"const": "CreativeWork"},
                        "url": {"type": "string", "pattern": "^https://"},
                    },
                },
            },
        },
        "reviewRating": {
            "type": "object",
            "required": ["@type", "alternateName"],
            "properties": {
                "@type": {"const": "Rating"},
                "alternateName": {"enum": ["holds", "fails", "undecided", "not testable"]},
            },
        },
    },
}  # fmt: skip
CLAIMS = """\
claims:
  - id: C1
    title: It grew
    quote: grew ever more
    said_by: A paper
    date: "2023-01-30, corrected later"
    where: Front page
    address: https://example.org/grew
    readings:
      - {id: C1a, words: December over January, predicate: {above: 1},
         measure: {ratio: {of: {months: "2022-12"}, to: {months: "2022-01"}}}}
      - {id: C1b, also: true, remark: for the worse, words: the other way, predicate: {above: 1},
         measure: {ratio: {of: {months: "2022-01"}, to: {months: "2022-12"}}}}
  - id: C 2
    title: Our own question
    readings:
      - {id: C2a, words: nothing to measure, not_testable: no figure says so}
"""


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    desk.add("cars", tidy({f"2022-{n:02d}": 50 + n for n in range(1, 13)}), publisher="An office")
    return desk


def reviews(desk, claims, **fields):
    made = desk.study(yaml(**fields), claims)
    ids = [one.reading.id for claim in made.judged for one in claim.readings]
    because = {id: f"Why {id}." for id in ids}
    found = claim_reviews(made.opened, made.claims, made.judged, because)
    for one in found:
        Draft202012Validator(SCHEMA).validate(one)
    return found


def test_each_claim_is_a_review_with_its_verdict_and_its_place(desk):
    said, own = reviews(desk, CLAIMS.replace("C 2", "C2"))
    assert said["claimReviewed"] == "grew ever more"
    assert said["url"] == "own.html#claim-c1"
    assert said["reviewRating"]["alternateName"] == "holds"
    assert said["reviewRating"]["ratingExplanation"] == "Why C1a. Fails for the worse."
    assert said["itemReviewed"] == {
        "@type": "Claim",
        "name": "It grew",
        "author": {"@type": "Organization", "name": "A paper"},
        "datePublished": "2023-01-30",
        "appearance": {
            "@type": "CreativeWork", "name": "Front page", "url": "https://example.org/grew",
        },
    }  # fmt: skip
    assert own["claimReviewed"] == "Our own question"
    assert own["itemReviewed"]["author"] == own["author"]
    assert own["reviewRating"]["alternateName"] == "not testable"
    assert "appearance" not in own["itemReviewed"]


def test_who_signs_the_report_is_the_author(desk):
    one = reviews(desk, CLAIMS.replace("C 2", "C2"), authors="[Ada Lovelace]")[0]
    assert one["author"] == {"@type": "Person", "name": "Ada Lovelace"}


def test_a_study_without_claims_has_no_review(desk):
    assert reviews(desk, "claims: []\n") == []
