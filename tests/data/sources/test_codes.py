"""Customs codes: cleaned of what spreadsheets add, refused where a zero is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecheck.data.sources.codes import codes
from tradecheck.data.sources.table import Bad


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("87", "87"), ("8703", "8703"), ("010121", "010121"), ("87032319", "87032319"),
        ("0101210020", "0101210020"), ("8703.23", "870323"), ("8703.23.19", "87032319"),
        ("0101.21.0020", "0101210020"), ("8703 23", "870323"), ("87 03 23 19", "87032319"),
        ("'870323", "870323"), ("’85", "85"), ("HS870323", "870323"), ("HS 8703", "8703"),
        ("870323.0", "870323"), ("870323 - Motor cars", "870323"), ("8703 Motor cars", "8703"),
        ("0101210020 Horses, live (no)", "0101210020"), ("8703\u00a023", "870323"),
        ("Total", "TOTAL"), ("All commodities", "TOTAL"), ("total - all products", "TOTAL"),
        ("eu-sanctioned-2022", "eu-sanctioned-2022"), ("sanctioned goods", "sanctioned goods"),
        ("39XXXXXX", "39XXXXXX"), ("9999AA", "9999AA"),
    ],
)  # fmt: skip
def test_codes_in_every_form(text, code):
    assert codes([text]) == [code]


@pytest.mark.parametrize(
    ("texts", "digits", "words"),
    [
        (["870323", "10121"], 0, ["5 digits beside codes of 6", "(010121)", "format of text"]),
        (["87032319", "1012110"], 8, ["7 digits beside codes of 8", "(01012110)"]),
        (["10121"], 6, ["5 digits", "(010121)"]),
        (["1", "85"], 0, ["1 digit beside codes of 2", "(01)"]),
        (["103"], 4, ["3 digits", "(0103)"]),
        (["101210020"], 0, ["9 digits", "(0101210020)"]),
        (["101210020", "8703231900"], 9, ["9 digits beside codes of 10"]),
        (["8703.1"], 0, ["read as a number", "8703.10"]),
        (["870323901234"], 0, ["12 digits", "add up"]),
        ([""], 0, ["missing", "TOTAL"]),
        (["Motor cars"], 0, ["no customs code"]),
        (["8703, 8704"], 0, ["no customs code"]),
        (["8.7E+05"], 0, ["no customs code"]),
        (["８７０３"], 0, ["no customs code"]),
        (["8703-"], 0, ["no customs code"]),
    ],
)
def test_what_is_no_code_is_refused_with_its_remedy(texts, digits, words):
    with pytest.raises(Bad) as error:
        codes(texts, digits)
    assert error.value.text in texts
    for word in words:
        assert word in error.value.rule


def test_nine_digits_are_a_code_only_where_the_column_says_so():
    assert codes(["101210020"], 9) == ["101210020"]


@given(st.lists(st.from_regex(r"([0-9]{2}){1,5}", fullmatch=True), min_size=1))
def test_no_zero_is_lost(texts):
    assert codes(texts) == texts
