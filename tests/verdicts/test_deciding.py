"""Which figure more would settle a reading, and which revision would upset it: by hand."""

import pytest

from made_studies import claim, evidence, monthly, reading, row
from tradecheck.figures.deciding import look_up, place_words, would_settle
from tradecheck.figures.measured import Measured
from tradecheck.verdicts.claims import judge_claims
from tradecheck.verdicts.deciding import deciding, undecided
from tradecheck.verdicts.judge import Judge
from tradecheck.verdicts.revision import revisions

APRIL, YEAR_BEFORE = {"months": "2022-04"}, {"take": "mean", "months": "2021"}
TOTALS = [
    {"totals": "before", "floors": True}, {"totals": "table"},
]  # fmt: skip
ROWS = [row("2021-01..2021-12", 1200.0, source="before"), row("2022-01..2022-12", 2400.0)]
JULY = reading("C3a", {"between": [90, 110]}, value={"months": "2022-07"})
DOUBLED = reading("C2a", {"between": [1.7, 2.3]}, ratio={"of": APRIL, "to": YEAR_BEFORE})
LARGE = reading("C1a", {"at_least": 600}, value=APRIL)
BELIEVING = {
    "id": "believing", "words": "what is believed",
    "choices": {"nothing": {}, "April": {"believing": ["C1a"]}, "July": {"believing": ["C3a"]}},
}  # fmt: skip


def made(*claims, rows=ROWS, **study):
    """A floor of 1,200 for 2021, and 2,400 for 2022; no month is known."""
    told = {"claims": list(claims), "dimensions": [BELIEVING] if len(claims) == 3 else []}
    return Judge(evidence(rows, told, evidence=study.pop("evidence", TOTALS), **study))


def three():
    return made(
        claim("C1", LARGE), claim("C2", DOUBLED | {"believing": ["C1a", "C3a"]}), claim("C3", JULY)
    )


def decided(judge):
    every = undecided(judge, judge.evidence.claims.readings.values())
    return deciding(judge, every, every)


class TestMonths:
    found = decided(three()).months

    def test_july_decides_what_is_said_of_july(self):
        first = self.found[self.found["reading"] == "C3a"].iloc[0]
        assert first["month"] == "2022-07"
        assert first["settles"] == first["tried"] > 1

    def test_another_month_leaves_july_what_the_year_has_left(self):
        rest = self.found[(self.found["reading"] == "C3a") & (self.found["month"] != "2022-07")]
        assert (rest["settles"] == 0).all() and (rest["left"] < 1).all()
        assert (rest["hi"] <= 2400).all()

    def test_the_most_decisive_comes_first(self):
        for _, rows in self.found.groupby("reading"):
            assert (rows["settles"] / rows["tried"]).is_monotonic_decreasing

    def test_a_reading_is_told_the_same_alone_and_among_others(self):
        judge = three()
        alone = deciding(judge, [judge.evidence.claims.reading("C3a")], []).months
        together = self.found[self.found["reading"] == "C3a"]
        assert alone["month"].to_list() == together["month"].to_list()
        assert alone["hi"].to_list() == pytest.approx(together["hi"].to_list(), abs=1e-5)


class TestLimits:
    def test_the_limit_under_which_no_doubling_is_left(self):
        """April of 600 over a mean of T / 12 is above 2.3 once T is under 600 · 12 / 2.3."""
        rows = decided(three()).limits
        (found,) = rows[rows["reading"] == "C2a"].itertuples()
        assert (found.first, found.last, found.published) == ("2021-01", "2021-12", True)
        assert found.below == pytest.approx(600 * 12 / 2.3, rel=1e-4)
        assert (found.verdict, found.believing) == ("fails", ("C1a",))  # July is of no use

    def test_a_limit_that_only_the_floor_itself_would_meet_is_none(self):
        """April of 230 or more: above 2.3 only where the year before is its floor of 1,200."""
        small = LARGE | {"predicate": {"at_least": 230}}
        judge = made(claim("C1", small), claim("C2", DOUBLED | {"believing": ["C1a"]}))
        assert decided(judge).limits.empty

    def test_what_is_limited_already_is_not_asked_for(self):
        rows = decided(three()).limits
        assert set(rows["reading"]) == {"C2a"}


class TestRevisions:
    TABLE = [
        {"months": "table", "provisional": {"months": 1, "revision": [-0.02, 0.08], "because": "b"}}
    ]
    ROWS = monthly("2022-01", [80.0, 100.0, 99.0])

    def test_the_smallest_revision_that_makes_another_peak(self):
        """99 is 100 once it is revised by 1 in 99; a fall changes nothing."""
        peak = reading("C1a", {"is": "2022-02"}, peak={"months": "2022-01..2022-03"})
        judge = made(claim("C1", peak), rows=self.ROWS, evidence=self.TABLE)
        (found,) = revisions(judge, judge.evidence.claims.readings.values()).itertuples()
        assert (found.first, found.last, found.now) == ("2022-03", "2022-03", "holds")
        assert found.then == "fails"
        assert found.revision == pytest.approx(1 / 99, abs=2e-5)

    @pytest.mark.parametrize(
        ("limit", "revision"),
        [({"at_least": 98}, -1 / 99), ({"at_most": 105}, 6 / 99), ({"at_least": 60}, None)],
    )
    def test_in_both_directions_as_far_as_seen_so_far(self, limit, revision):
        march = reading("C1a", limit, value={"months": "2022-03"})
        judge = made(claim("C1", march), rows=self.ROWS, evidence=self.TABLE)
        found = revisions(judge, judge.evidence.claims.readings.values())
        assert found["revision"].to_list() == (
            [] if revision is None else [pytest.approx(revision, abs=2e-5)]
        )

    def test_a_final_month_is_not_revised(self):
        judge = made(
            claim("C1", reading("C1a", {"at_least": 98}, value={"months": "2022-02"})),
            rows=self.ROWS, evidence=self.TABLE,
        )  # fmt: skip
        assert revisions(judge, judge.evidence.claims.readings.values()).empty


class TestInWords:
    def shown(self, judge):
        return would_settle(Measured(judge), judge_claims(judge))

    def test_the_figure_to_look_up_is_a_sentence(self):
        judge = three()
        words = Measured(judge)
        told = look_up(decided(judge), words).replace("\xa0", " ")
        assert "an upper limit for 2021, Türkiye to Russia" in told
        assert "C2a (a reading) fails once it is under **US$ 3,130" in told
        assert "if it is believed that C1a is true" in told

    def test_tables_follow_the_kinds_of_data(self):
        names = [getattr(one, "name", getattr(one, "summary", "")) for one in self.shown(three())]
        assert names[1] == "months-to-look-up"
        assert any("limit that would settle" in name for name in names)

    def test_where_everything_is_settled_nothing_is_shown(self):
        judge = made(
            claim("C1", reading("C1a", {"at_least": 60}, value={"months": "2022-02"})),
            rows=monthly("2022-01", [80.0, 100.0]), evidence=[{"months": "table"}],
        )  # fmt: skip
        assert self.shown(judge) == []

    def test_goods_that_are_not_the_study_s_are_named(self):
        words = Measured(three())
        place = {"reporter": "Germany", "partner": "", "goods": "servers"}
        assert place_words(place, words) == "Germany to Russia, servers"
