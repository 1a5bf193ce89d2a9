"""A later release that was fetched is a choice beside the one before it."""

from made_studies import claim, evidence, monthly, reading
from tradecheck.bounds.knowledge import Evidence
from tradecheck.bounds.vintages import before_the_last
from tradecheck.study.cards import AskedFor
from tradecheck.verdicts import multiverse

FEBRUARY = {"ratio": {"of": {"months": "2021-02"}, "to": {"months": "2021-01"}}}
CLAIMS = {
    "claims": [
        claim(
            "C1",
            reading("R", {"at_least": 2}, **FEBRUARY),
            reading("V", {"at_least": 2}, **FEBRUARY) | {"vintage": "2022-01-15"},
        )
    ]
}
ROWS = [
    *monthly("2021-01", [10, 21], released="2022-01-15"),
    *monthly("2021-01", [12], released="2022-06-15"),
]


def made(rows, claims=CLAIMS, fetched=True, **study):
    found = evidence(rows, claims, **study)
    cards = {
        name: card.model_copy(update={"asked": AskedFor(codes=["8703"])} if fetched else {})
        for name, card in found.tables.cards.items()
    }
    found.tables.cards.update(cards)
    return Evidence(found.study, found.claims, found.tables)


def test_each_reading_that_fixes_no_vintage_is_tried_as_it_was_known_before():
    found = made(ROWS)
    answers = multiverse.run(found).answers
    assert {(one.reading, one.choices): (one.verdict, one.lo) for one in answers.itertuples()} == {
        ("R", ""): ("fails", 1.75),  # 21 ÷ 12
        ("R", "as known on 2022-01-15"): ("holds", 2.1),
        ("V", ""): ("holds", 2.1),
    }


def test_the_day_is_the_last_on_which_a_replaced_figure_stood():
    three = [*ROWS, *monthly("2021-02", [22], released="2022-09-15")]
    assert before_the_last(made(three).study, made(three).tables) == "2022-01-15"
    again = [*three, *monthly("2021-01", [13], released="2022-10-15")]
    assert before_the_last(made(again).study, made(again).tables) == "2022-06-15"


def test_nothing_is_chosen_where_nothing_was_replaced_or_fetched_or_all_is_fixed():
    single = monthly("2021-01", [10, 20], released="2022-01-15")
    for found in (
        made(single), made(ROWS, fetched=False), made(ROWS, vintage="2022-01-15"),
        made(ROWS, claims={}),
    ):  # fmt: skip
        assert not found.claims.dimensions


def test_two_sides_are_not_two_releases():
    rows = [
        *monthly("2021-01", [10], released="2022-01-15"),
        *monthly("2021-01", [12], released="2022-06-15", source="theirs"),
    ]
    sides = [{"months": "table"}, {"months": "theirs", "mirror": True}]
    found = made(rows, evidence=sides)
    assert [one.id for one in found.claims.dimensions] == ["mirror-data"]
