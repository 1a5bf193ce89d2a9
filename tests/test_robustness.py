"""The grid of specifications: complete, in one order, and judged as a single reading would be."""

import io
import math
import random
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from judged import multiverse, small_grid, with_grid
from real import claims, study, tables

from tradecheck.claims import Reading
from tradecheck.errors import TradecheckError
from tradecheck.evidence import Knowledge, monthly
from tradecheck.measures import Measure, Predicate, Quantity, Ratio, Scope
from tradecheck.official import Choices
from tradecheck.bounds.programme import (
    Case,
    Cell,
    Constraint,
    Contradiction,
    Evidence,
    Grade,
    Row,
    Term,
)
from tradecheck.robustness import (
    CONTRADICTION,
    RULES,
    Body,
    Judge,
    Parts,
    Space,
    Specification,
    ask,
    run,
    smallest_clashes,
)
from tradecheck.verdicts import Verdict, judge

MONTHS = ("2024-04", "2024-05", "2024-06")
A, B, C = CELLS = tuple(Cell("India", "listed goods", month) for month in MONTHS)
SCOPE = Scope("India", {"listed goods": ("listed goods",)})


def constraint(weights, lo=-math.inf, hi=math.inf, name="a total"):
    return Constraint(name, name, (Row(weights, lo, hi),), Grade.BOUNDED)


def parquet(table):
    buffer = io.BytesIO()
    table.to_parquet(buffer)
    return buffer.getvalue()


class TestTheGrid:
    def test_it_holds_the_product_less_what_is_excluded(self):
        grid = study().grid
        readings = [
            reading
            for claim in claims().claims
            if claim.id in grid.claims
            for reading in claim.all_readings
            if not reading.not_testable
        ]
        kinds = (
            readings, grid.goods, grid.coverage, grid.believing, grid.rate_tolerance_inr,
            grid.about, grid.hong_kong, grid.vintage, grid.months,
        )  # fmt: skip
        found, excluded = multiverse().specifications, multiverse().exclusions["combinations"]
        assert len(found) == math.prod(map(len, kinds)) - excluded.sum()
        assert len(found) >= 10_000

    def test_no_specification_stands_twice(self):
        choices = [name for name in Specification._fields if name != "about"]
        table = multiverse().specifications
        assert not table.duplicated([*choices, "about_lo", "about_hi"]).any()

    def test_the_order_of_the_study_file_changes_no_byte(self):
        plain = small_grid()
        grid = plain.grid.model_dump()
        turned = {name: value[::-1] for name, value in grid.items() if isinstance(value, list)}
        turned["believing"] = {
            name: beliefs[::-1] for name, beliefs in reversed(grid["believing"].items())
        }
        other = plain.model_copy(
            update={
                "grid": plain.grid.model_copy(update=turned),
                "goods": dict(reversed(plain.goods.items())),
            }
        )
        one, two = (run(each, tables(), claims()).tables() for each in (plain, other))
        assert {name: parquet(table) for name, table in one.items()} == {
            name: parquet(table) for name, table in two.items()
        }

    @pytest.mark.parametrize(
        ("rule", "reading", "choices"),
        [
            ("about", "C1a", {"about": [[1.9, 2.1], [1.5, 2.5]]}),
            ("hong_kong", "C4a", {"hong_kong": ["with China", "apart"]}),
            ("goods", "C5a", {"goods": ["listed goods", "servers"]}),
            ("year", "C6a", {"rate_tolerance_inr": [None, 0.1]}),
            ("rate_tolerance", "C1a", {"goods": ["tiers 1 and 2"], "rate_tolerance_inr": [None, 0.1]}),
            ("believing", "C1a", {"believing": {"nothing": [], "its own claim": ["C1a"]}}),
        ],
    )
    def test_each_rule_leaves_out_what_it_says(self, rule, reading, choices):
        """The first choice of the pair stays, the second goes, and the rule is named."""
        single = {
            "claims": [reading[:2]], "goods": ["listed goods"], "coverage": ["worst case"],
            "believing": {"nothing": []}, "rate_tolerance_inr": [None], "about": [[1.9, 2.1]],
            "hong_kong": ["apart"], "vintage": ["latest"],
        }  # fmt: skip
        space = Space(with_grid(**single | choices), tables(), claims())
        space.readings = [claims().reading(reading)]
        kept, left_out = sorted(space.combinations(), key=lambda found: isinstance(found, str))
        assert isinstance(kept, Specification) and left_out == rule
        assert rule in RULES

    def test_a_grid_without_a_specification_is_a_sentence(self):
        empty = with_grid(claims=["C5"], goods=["servers"])
        with pytest.raises(TradecheckError, match="holds no valid specification.*whole list only"):
            run(empty, tables(), claims())


    def test_observed_months_that_nobody_holds_are_a_sentence(self):
        with pytest.raises(TradecheckError, match="observed months 'comtrade'.*months: .none."):
            run(with_grid(months=["none", "comtrade"]), tables(), claims())


class TestItsVerdicts:
    def test_they_are_those_of_a_single_judgement(self):
        """A sample is judged again, each on its whole body of evidence, nothing shared."""
        space = Space(small_grid(), tables(), claims())
        bench = Judge(small_grid(), tables(), claims(), space)
        every = [found for found in space.combinations() if not isinstance(found, str)]
        for specification in random.Random(4).sample(every, 60):
            verdict, lo, hi = bench.judge(specification)
            choices = Choices(
                specification.goods, specification.coverage, specification.rate_tolerance,
                study().claim_date if specification.vintage == "claim date" else None,
            )  # fmt: skip
            reading = claims().reading(specification.reading)
            knowledge = bench.body(specification).knowledge
            if reading.evidence == "monthly":
                base = monthly(tables(), study(), choices)
                beliefs = space.beliefs(reading, specification.goods, specification.believing)
                knowledge = base.believing(claims().constraints(beliefs, base, tables().figures))
            alone = judge(reading, knowledge)
            if alone.clash:
                assert verdict == CONTRADICTION
                continue
            assert verdict == alone.verdict, specification
            assert (lo, hi) == pytest.approx((alone.lo, alone.hi), rel=1e-6, abs=1e-6)

    def test_tiers_one_and_two_contradict_july_by_hand(self):
        """All of tiers 1 and 2 in FY2024-25 is less than the reported July alone."""
        year = tables().yearly[tables().yearly["period"] == "FY2024-25"]
        held = year[year["hs6"].isin(study().goods["tiers 1 and 2"])]["value_usd_mn"].sum()
        assert held == pytest.approx(15.48, abs=0.01) and held < 94.5
        found = multiverse().clashes.query("goods == 'tiers 1 and 2' and coverage == 'as published'")
        assert any("C3a" in clash and "official totals of FY2024-25" in clash for clash in found["clash"])
        spoiled = multiverse().specifications.query(
            "goods == 'tiers 1 and 2' and coverage == 'as published' and believing == 'July'"
            " and vintage == 'latest' and claim != 'C3'"
        )
        assert len(spoiled) and (spoiled["verdict"] == CONTRADICTION).all()

    def test_questions_are_shared(self):
        solved = multiverse().solved.set_index("what")["count"]
        assert solved["questions"] < len(multiverse().specifications) / 5


def test_all_smallest_clashes_are_found():
    """A cannot be below 1 and above 2, nor B; what does not clash is in no set."""
    evidence = Evidence(
        CELLS,
        [
            constraint({A: 1.0}, hi=1, name="A low"),
            constraint({A: 1.0}, lo=2, name="A high"),
            constraint({B: 1.0}, hi=1, name="B low"),
            constraint({B: 1.0}, lo=2, name="B high"),
            constraint({C: 1.0}, hi=5, name="C"),
        ],
    )
    found = {frozenset(one.id for one in clash) for clash in smallest_clashes(evidence)}
    assert found == {frozenset({"A low", "A high"}), frozenset({"B low", "B high"})}


weights = st.dictionaries(st.sampled_from(CELLS), st.sampled_from([1.0, 2.0]), min_size=1)
edges = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(sorted)
rows = st.lists(st.tuples(weights, edges), max_size=4)


def evidence_of(drawn):
    return Evidence(
        CELLS, [constraint(sum_, *ends, name=f"row {n}") for n, (sum_, ends) in enumerate(drawn)]
    )


def readings():
    """A reading of the first months: their sum, each of them, or one over another."""
    value = st.sampled_from(["total", "each"]).map(
        lambda of: {"unit": "US$ million", "value": Quantity(of=of, months=list(MONTHS[:2]))}
    )
    over = st.just(
        {"unit": "ratio", "ratio": Ratio(of=Quantity(months=[MONTHS[0]]), to=Quantity(months=[MONTHS[1]]))}
    )
    return st.tuples(st.one_of(value, over), st.integers(0, 30), st.integers(1, 20)).map(
        lambda drawn: Reading(
            id="X",
            words="x",
            measure=Measure(name="x", **drawn[0]),
            predicate=Predicate(between=(drawn[1], drawn[1] + drawn[2])),
        )
    )


@settings(max_examples=300, deadline=None)
@given(rows, st.lists(st.tuples(st.sampled_from(CELLS), st.integers(0, 20)), max_size=3))
def test_parts_contradict_themselves_where_the_whole_does(drawn, observed):
    """Also where all cells of a row are observed, so that it lies in no part."""
    evidence = evidence_of([*drawn, *(({cell: 1.0}, (value, value)) for cell, value in observed)])
    assert Body(Knowledge(SCOPE, evidence), Parts()).possible == (not evidence.clash)


@settings(max_examples=150, deadline=None)
@given(rows, st.tuples(weights, edges), readings())
def test_what_holds_never_fails_when_more_is_known(drawn, more, reading):
    """Evidence can only take paths away: a settled verdict is settled for good."""
    before, after = evidence_of(drawn), evidence_of([*drawn, more])
    assume(not after.clash)
    try:
        verdicts = [
            ask(reading, Body(Knowledge(SCOPE, body), Parts())).verdict(reading.predicate.zone)
            for body in (before, after)
        ]
    except TradecheckError:  # a base that is zero on every path
        assume(False)
    if verdicts[0] is not Verdict.UNDECIDED:
        assert verdicts[1] is verdicts[0]


@settings(max_examples=150, deadline=None)
@given(rows, readings())
def test_part_by_part_is_all_at_once(drawn, reading):
    evidence = evidence_of(drawn)
    assume(not evidence.clash)
    cases = reading.measure.cases(SCOPE)
    try:
        whole = evidence.bounds(cases)
    except TradecheckError:
        assume(False)
    assert Body(Knowledge(SCOPE, evidence), Parts()).bounds(cases) == pytest.approx(whole, abs=1e-6)


def test_a_fixed_cell_in_the_rows_of_another_counts_once():
    """B is 4, A and B together are 10: A less B is 2."""
    evidence = Evidence(CELLS, [constraint({B: 1.0}, 4, 4), constraint({A: 1.0, B: 1.0}, 10, 10)])
    cases = [Case((Term({A: 1.0, B: -1.0}),))]
    assert Body(Knowledge(SCOPE, evidence), Parts()).bounds(cases) == pytest.approx((2, 2))


@settings(max_examples=100, deadline=None)
@given(st.tuples(*[st.floats(0.01, 1000)] * 3))
def test_arithmetic_on_observed_months_is_what_the_solver_finds(values):
    """Two rows, one for each side, say the same as one, but leave the question to the solver."""
    months = list(zip(CELLS, values, strict=True))
    observed = Evidence(CELLS, [constraint({c: 1.0}, v, v, c.period) for c, v in months])
    bounded = Evidence(
        CELLS,
        [constraint({c: 1.0}, lo=v, name=f"{c.period} lo") for c, v in months]
        + [constraint({c: 1.0}, hi=v, name=f"{c.period} hi") for c, v in months],
    )
    assert len(observed.fixed) == 3 and not bounded.fixed
    for over, under in product(({A: 1.0}, {A: 0.5, B: 0.5}), (None, {C: 1.0}, {B: 1.0, C: 2.0})):
        cases = [Case((Term(over, under),))]
        assert observed.bounds(cases) == pytest.approx(bounded.bounds(cases), rel=1e-5, abs=1e-6)


def test_observed_months_that_clash_with_a_total_are_a_contradiction():
    evidence = Evidence(CELLS, [constraint({A: 1.0}, 9, 9, "A"), constraint({A: 1.0, B: 1.0}, hi=5)])
    with pytest.raises(Contradiction, match="a total"):
        evidence.check()
