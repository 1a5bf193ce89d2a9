"""What people write: every kind of value is checked in one place, and a mistake is one sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecheck.errors import TradecheckError
from tradecheck.study.claims import claims_of
from tradecheck.study.periods import following, month_range, parse_months, parse_period
from tradecheck.study.study import study_of
from tradecheck.study.values import parse_yaml

SMALLEST = {
    "name": "cars", "question": "Did car exports double?", "reporter": "Türkiye", "partner": "Russia",
    "flow": "exports", "goods": ["8703"], "months": "2021-01..2023-10", "evidence": [{"months": "cars"}],
}  # fmt: skip


def claim(**reading):
    held = {
        "id": "C1a", "words": "the year", "predicate": {"above": 1},
        "measure": {"value": {"months": "2022"}}, **reading,
    }  # fmt: skip
    return {"claims": [{"id": "C1", "title": "A claim", "readings": [held]}]}


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024-07", "2024-07", "2024-07"), ("2024Q2", "2024-04", "2024-06"),
        ("2024-Q4", "2024-10", "2024-12"), ("2024", "2024-01", "2024-12"),
        ("2021-03..2022-02", "2021-03", "2022-02"), ("2024-04/2025-03", "2024-04", "2025-03"),
        (" 2022Q1 .. 2022 ", "2022-01", "2022-12"), ("2024-07..2024-07", "2024-07", "2024-07"),
        ("1900..2100", "1900-01", "2100-12"),
    ],
)  # fmt: skip
def test_periods_as_people_write_them(text, first, last):
    assert parse_period(text) == (first, last)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2024-13", "no period"), ("July 2024", "no period"), ("2024-07..2024-01", "ends before"),
        ("9999-12", "1900 to 2100"), ("2024-01, 2024", "twice"), ("", "no period"),
        ("２０２４-07", "no period"), ("2024-07..2024-08..2024-09", "no period"),
    ],
)  # fmt: skip
def test_periods_that_make_no_sense(text, words):
    with pytest.raises(ValueError, match=words):
        parse_months(text)


@given(st.integers(1900, 2099), st.integers(1, 12), st.integers(0, 120))
def test_months_follow_each_other(year, month, steps):
    first = f"{year}-{month:02d}"
    last = following(first, steps)
    months = month_range(first, last)
    assert len(months) == steps + 1 and months[-1] == last
    assert following(last, -steps) == first


def test_the_smallest_study():
    study = study_of(SMALLEST, "study.yaml")
    assert (study.flow_code, study.corridor) == ("X", "Türkiye to Russia")
    assert study.base_months == tuple(month_range("2021-01", "2021-12"))
    assert study.raw_names() == ["cars"]
    assert list(study.all_series()) == ["Türkiye to Russia"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reporter": "Indai"}, "did you mean 'India'?"),
        ({"goods": ["８４７１５０"]}, "digits of a customs code"),
        ({"goods": [8703]}, "put the value in quotes"),
        ({"goods": ["8703", "8703"]}, "stands twice"),
        ({"months": "2023-10..2021-01"}, "ends before it begins"),
        ({"base": "2019"}, "not shown"),
        ({"flow": "export"}, "flow"),
        ({"corridor": "x"}, "no such field"),
        ({"question": ""}, "question"),
        ({"partner": "Rus\u200bsia"}, "invisible"),
        ({"evidence": [{"month": "cars"}]}, "did you mean 'months'?"),
        ({"evidence": ["cars"]}, "months: my-table"),
        ({"evidence": [{"months": "../../etc/passwd"}]}, "evidence"),
        ({"claim_date": "2025-06-31"}, "no such day"),
        ({"unit": {"currency": "euro"}}, "three letters"),
        ({"unit": {"currency": "EUO"}}, "no currency of ISO 4217"),
        ({"authors": ["A", "A"]}, "authors, entry 2 ('A'), stands twice"),
        ({"evidence": [{"months": "cars"}, {"months": "cars"}]}, "entry 2, stands twice"),
        ({"flag_rate_percent": 1e308}, "of a size"),
        ({"flag_rate_percent": 1e-300}, "of a size"),
        ({"question": "x" * 100_000, "months": "x" * 100_000}, "no period"),
        (
            {"evidence": [{"months": "cars", "provisional": {"months": 1, "revision": [0.1, -0.1], "because": "x"}}]},
            "the smaller one comes first",
        ),
    ],
)  # fmt: skip
def test_a_study_that_makes_no_sense_is_one_sentence(change, words):
    with pytest.raises(TradecheckError) as caught:
        study_of({**SMALLEST, **change}, "notebooks/studies/cars/study.yaml")
    sentence = str(caught.value)
    assert sentence.startswith("notebooks/studies/cars/study.yaml: ")
    assert words in sentence and "\n" not in sentence and "Traceback" not in sentence


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        ({"predicate": {"at_least": float("nan")}}, "finite"),
        ({"predicate": {"between": [2.1, 1.9]}}, "the smaller one comes first"),
        ({"predicate": {"between": [1, float("inf")]}}, "finite"),
        ({"predicate": {"above": 1, "below": 2}}, "exactly one of"),
        ({"predicate": {"is": "2022-09"}}, "no other does"),
        ({"measure": {"value": {"months": "2022-13"}}}, "no period"),
        ({"measure": {"value": {"months": "2022"}, "peak": {"months": "2022"}}}, "exactly one of"),
        ({"measure": {"valeu": {"months": "2022"}}}, "no such field"),
        ({"measure": None}, "needs a measure"),
        ({"believing": ["C9z"]}, "believes 'C9z'"),
    ],
)
def test_a_claim_that_makes_no_sense_is_one_sentence(reading, words):
    with pytest.raises(TradecheckError) as caught:
        claims_of(claim(**reading), "claims.yaml")
    assert words in str(caught.value) and "\n" not in str(caught.value)


def test_claims_may_be_empty_or_missing():
    assert claims_of(None, "claims.yaml").claims == []
    assert claims_of({}, "claims.yaml").claims == []


def test_an_id_is_never_read_for_meaning():
    held = claim()["claims"][0]
    second = {**held, "id": "C10", "readings": [{**held["readings"][0], "id": "N1-B1"}]}
    found = claims_of({"claims": [held, second]}, "claims.yaml")
    assert {name: reading.claim for name, reading in found.readings.items()} == {
        "C1a": "C1",
        "N1-B1": "C10",
    }


def test_choices_that_say_the_same_are_refused():
    dimension = {"id": "about", "words": "what about means", "choices": {"a": {}, "b": {}}}
    with pytest.raises(TradecheckError, match="says the same as another"):
        claims_of({**claim(), "dimensions": [dimension]}, "claims.yaml")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"a: 1\na: 2\n", "stands twice"),
        (b"a: [1\n", "not valid YAML"),
        (b"a: \xff\n", "UTF-8"),
        (b"[" * 100_000, "too many levels"),
        (b"a: &a [x]\n" + b"b: [" + b"*a, " * 500 + b"*a]\n", "too many references"),
        (b"a: " + b"x" * 6_000_000, "too many for a file of fields"),
    ],
    ids=["twice", "open", "bytes", "deep", "references", "large"],
)
def test_a_file_of_fields_that_cannot_be_read(text, words):
    with pytest.raises(TradecheckError, match=words):
        parse_yaml(text, "study.yaml")


def test_a_day_stays_the_text_that_was_written():
    assert parse_yaml(b"day: 2024-13-45\n", "study.yaml") == {"day": "2024-13-45"}


def test_a_sentence_is_short_and_shows_what_nobody_sees():
    with pytest.raises(TradecheckError) as caught:
        study_of({**SMALLEST, "flow": "\u202e\ud83d" * 50_000}, "study.yaml")
    sentence = str(caught.value)
    assert len(sentence) < 4000 and "\u202e" not in sentence and sentence.encode()


@pytest.mark.parametrize("field", ["not_testable", "remark", "tolerance"])
@pytest.mark.parametrize("sign", ["\u200b", "\u00ad", "\ufeff", "\0", "\u202e", "\u2028", "\u3164"])
def test_no_text_of_a_claim_holds_what_nobody_sees(field, sign):
    with pytest.raises(TradecheckError, match="invisible character"):
        claims_of(claim(**{field: f"a{sign}b"}), "claims.yaml")
