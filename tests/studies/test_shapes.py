"""Studies of many shapes, from a stranger's file to findings and verdicts; right answers by
hand."""

import math

import pytest

from strangers import Desk, claims, joined, tidy, yaml
from tradecheck.bounds.knowledge import Taken
from tradecheck.errors import TradecheckError
from tradecheck.figures.moved import moved
from tradecheck.study import areas
from tradecheck.study.periods import month_range
from tradecheck.verdicts.judge import Judge

YEAR = month_range("2022-01", "2022-12")
TWO = month_range("2021-01", "2022-12")
RISING = {month: (place + 1) * 1e6 for place, month in enumerate(TWO)}  # 1, 2, … 24 million
BOTH = '"2021-01..2022-12"'
UNKNOWN = (0.0, math.inf, "none")
MEMBERS = areas.members("EU27")


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path / "project")


def year(times: float = 1.0, without: tuple[str, ...] = ()) -> dict[str, float]:
    """1, 2, … 12 million in the months of 2022, times a factor."""
    return {m: times * (n + 1) * 1e6 for n, m in enumerate(YEAR) if m not in without}


# -- months -----------------------------------------------------------------------------------


def test_one_month(desk):
    desk.add("cars", tidy({"2022-07": 5e6}))
    study = desk.study(
        yaml(months='"2022-07"'), claims(("a", '{value: {months: "2022-07"}}', "{is: 5}"))
    )
    assert study.months() == {"2022-07": (5.0, 5.0, "observed")}
    assert (study.found.peak, study.found.first_double) == (None, None)
    assert study.verdicts == {"a": "holds"}


@pytest.mark.parametrize("how", ["no row", "empty cell"])
def test_a_missing_month_is_unknown_and_no_zero(desk, how):
    gaps = ("2022-04", "2022-05", "2022-09")
    values = year(without=gaps) | ({month: None for month in gaps} if how == "empty cell" else {})
    desk.add("cars", tidy(values))
    study = desk.study(
        yaml(base='"2022-01..2022-03"'),
        claims(
            ("floor", '{value: {months: "2022"}}', "{above: 60}"),
            ("floor-is", '{value: {months: "2022"}}', "{at_least: 60}"),
            ("gap", '{value: {months: "2022-04"}}', "{is: 0}"),
            ("beside", '{value: {months: "2022-06"}}', "{is: 6}"),
            ("peak", '{peak: {months: "2022"}}', '{is: "2022-12"}'),
            ("first", "{first_month: {of: {months: 2022-04..2022-12}, times: 2, "
             'base: {take: mean, months: "2022-01..2022-03"}}}', '{is: "2022-06"}'),
        ),
    )  # fmt: skip
    assert [study.months()[month] for month in gaps] == [UNKNOWN] * 3
    assert study.found.total == (60.0, math.inf)  # 78 less 4, 5 and 9
    # The mean of the base is 2. June, 6, is surely twice; April and May may have been before it.
    assert study.found.first_double == "2022-06"
    assert study.found.peak is None
    assert study.verdicts == {
        "floor": "undecided", "floor-is": "holds", "gap": "undecided", "beside": "holds",
        "peak": "undecided", "first": "undecided",
    }  # fmt: skip


def test_a_base_with_a_gap_is_no_base(desk):
    desk.add("cars", tidy({month: value for month, value in RISING.items() if month != "2021-06"}))
    study = desk.study(yaml(months=BOTH))
    assert study.found.base.lo == 6.0 and math.isinf(study.found.base.hi)  # 78 less 6, over 12
    assert study.found.first_double is None
    assert study.found.peak is None


def test_zeros_are_figures(desk):
    desk.add("cars", tidy(dict.fromkeys(YEAR, 0.0)))
    study = desk.study(
        yaml(base='"2022-01..2022-03"'),
        claims(
            ("none", '{value: {months: "2022"}}', "{is: 0}"),
            ("ratio", '{ratio: {of: {months: "2022-12"}, to: {months: "2022-01"}}}', "{at_least: 2}"),
            ("first", "{first_month: {of: {months: 2022-04..2022-12}, times: 2, "
             'base: {take: mean, months: "2022-01..2022-03"}}}', '{is: "2022-04"}'),
        ),
    )  # fmt: skip
    assert set(study.months().values()) == {(0.0, 0.0, "observed")}
    assert (study.found.peak, study.found.first_double) == (None, None)
    assert study.verdicts == {"none": "holds", "ratio": "not_testable", "first": "not_testable"}


def test_exactly_twice_is_twice(desk):
    base = [1234567, 891, 77777777, 3, 10**8, 5, 6, 7, 8, 9, 10, 5]
    twice = 2 * sum(base) / 12
    assert twice == int(twice)
    desk.add("cars", tidy(dict(zip(TWO, [*base, *[twice - 1] * 3, *[twice] * 9], strict=True))))
    assert desk.study(yaml(months=BOTH)).found.first_double == "2022-04"


# -- reporters and partners -------------------------------------------------------------------


def of_members(times: float = 1.0, without: dict[str, str] | None = None) -> list[str]:
    """The months of each member of the EU27; without: country → the month it has no row of."""
    without = without or {}
    return [tidy(year(times, (without.get(code, ""),)), reporter=code) for code in MEMBERS]


@pytest.mark.parametrize("name", ["EU27", "European Union", "EU27_2020"])
def test_a_group_is_the_sum_of_its_members(desk, name):
    desk.add("cars", joined(*of_members()))
    study = desk.study(yaml(reporter=name, base='"2022-01..2022-03"'))
    assert study.months()["2022-12"] == (324.0, 324.0, "observed")
    assert study.found.total == (27 * 78.0, 27 * 78.0)


def test_a_group_with_a_member_missing_is_a_floor(desk):
    desk.add("cars", joined(*of_members(without={"NLD": "2022-06"})))
    study = desk.study(
        yaml(reporter="EU27", base='"2022-01..2022-03"'),
        claims(("all", '{value: {months: "2022-06"}}', "{at_least: 156}"),
               ("most", '{value: {months: "2022-06"}}', "{at_most: 200}")),
    )  # fmt: skip
    assert study.months()["2022-06"] == (156.0, math.inf, "bounded")
    assert study.months()["2022-07"] == (189.0, 189.0, "observed")
    assert study.verdicts == {"all": "holds", "most": "undecided"}


@pytest.mark.parametrize("asked", ["EU27", "Germany"])
def test_a_group_beside_its_members_counts_once(desk, asked):
    desk.add("cars", joined(*of_members(), tidy(year(27), reporter="EU27")))
    study = desk.study(yaml(reporter=asked, base='"2022-01..2022-03"'))
    assert study.found.total == ((2106.0, 2106.0) if asked == "EU27" else (78.0, 78.0))


def test_a_group_of_its_own_stands_in_for_a_member_missing(desk):
    rows = [*of_members(without={"NLD": "2022-06"}), tidy(year(27), reporter="EU27")]
    desk.add("cars", joined(*rows))
    study = desk.study(
        yaml(reporter="EU27", groups="{reporters: {the Dutch: [Netherlands]}}"),
        claims(("dutch", '{value: {months: "2022-06", reporter: the Dutch}}', "{is: 6}")),
    )
    assert study.months()["2022-06"] == (162.0, 162.0, "observed")
    # What the group has and the other members lack is the missing member's.
    assert study.verdicts == {"dutch": "holds"}


def test_a_group_that_differs_from_its_members_stops(desk):
    desk.add("cars", joined(*of_members(), tidy(year(28), reporter="EU27")))
    with pytest.raises(
        TradecheckError,
        match=r"In 2022-01 the figure for EU27 \(28\) and the sum of its 27 parts \(27\) differ by more "
        "than rounding",
    ):
        desk.study(yaml(reporter="EU27")).found  # noqa: B018


@pytest.mark.parametrize("which", ["partner", "reporter"])
def test_a_group_of_the_study(desk, which):
    three = ("Armenia", "Georgia", "Kazakhstan")
    desk.add("cars", joined(*(tidy(year(n), **{which: name}) for n, name in enumerate(three, 1))))
    other = {"partner": "Russia", "reporter": "Türkiye"} | {which: "three"}
    groups = f"{{{which}s: {{three: [Armenia, GE, KAZ]}}}}"
    study = desk.study(yaml(**other, groups=groups, base='"2022-01..2022-03"'))
    assert study.found.total == (6 * 78.0, 6 * 78.0)
    assert {name: found.total[0] for name, found in study.findings.items() if name in three} == {
        "Armenia": 78.0, "Georgia": 156.0, "Kazakhstan": 234.0,
    }  # fmt: skip


@pytest.mark.parametrize("rows", ["its own", "its members'", "both"])
def test_a_group_of_the_study_with_a_row_of_its_name(desk, rows):
    """A file may hold the group under the study's own name for it, alone or beside its members."""
    members = [tidy(year(n), partner=name) for n, name in enumerate(("Armenia", "Georgia"), 1)]
    own = [tidy(year(3), partner="two neighbours")]
    held = {"its own": own, "its members'": members, "both": members + own}[rows]
    desk.add("cars", joined(*held))
    groups = "{partners: {two neighbours: [Armenia, Georgia]}}"
    study = desk.study(yaml(partner="two neighbours", groups=groups, base='"2022-01..2022-03"'))
    assert study.found.total == (234.0, 234.0)
    armenia = study.findings["Armenia"].total
    assert armenia == ((0.0, 234.0) if rows == "its own" else (78.0, 78.0))


@pytest.mark.parametrize("partner", ["EU27", "Euro area"])
def test_partners_in_groups_beside_their_members_count_once(desk, partner):
    """The world, the EU, the euro area and each member stand among the partners of one table."""
    members = areas.members(partner)
    rows = [tidy(year(1), partner=code) for code in MEMBERS]
    groups = ("EU27", 27), ("Euro area", len(areas.members("Euro area"))), ("World", 100)
    rows += [tidy(year(times), partner=name) for name, times in groups]
    desk.add("cars", joined(*rows))
    study = desk.study(yaml(partner=partner, base='"2022-01..2022-03"'))
    assert study.found.total == (len(members) * 78.0, len(members) * 78.0)


def test_imports(desk):
    desk.add("cars", tidy(RISING, reporter="Russia", partner="Türkiye", flow="imports"))
    study = desk.study(yaml(reporter="RU", partner="TUR", flow="imports", months=BOTH))
    assert study.opened.corridor == "Türkiye to Russia"
    assert study.found.first_double == "2022-01"


@pytest.mark.parametrize(
    ("fields", "asked", "differs"),
    [
        ({"reporter": "Germany", "partner": "Kazakhstan"}, "exports of Germany to Kazakhstan", "reporter"),
        ({"partner": "Kazakhstan"}, "exports of Türkiye to Kazakhstan", "partner"),
        ({"flow": "imports"}, "imports of Türkiye from Russia", "flow"),
        ({"goods": '["8704"]'}, "exports of Türkiye to Russia, goods 8704", "code"),
    ],
    ids=["reporter", "partner", "flow", "code"],
)  # fmt: skip
def test_a_corridor_that_no_table_holds_stops_and_says_what_is_held(desk, fields, asked, differs):
    desk.add("cars", tidy(year()))
    with pytest.raises(TradecheckError) as stopped:
        desk.study(yaml(**fields)).cleaned  # noqa: B018
    assert f"The study own asks for {asked}" in str(stopped.value)
    assert (
        "data/raw/cars holds exports of Türkiye to Russia, goods 8703, 2022-01 to 2022-12 "
        f"(the {differs} differs)" in str(stopped.value)
    )


# -- goods ------------------------------------------------------------------------------------

LEVELS = (("87", 10), ("8703", 6), ("870323", 4), ("870324", 2), ("87032310", 3), ("8704", 4))


@pytest.mark.parametrize(
    ("goods", "total"),
    [
        (["87"], 10), (["8703"], 6), (["870323"], 4), (["870324"], 2), (["87032310"], 3),
        (["87", "8703"], 10), (["870323", "870324"], 6), (["870323", "8704"], 8), (["8703", "8704"], 10),
    ],
    ids=str,
)  # fmt: skip
def test_codes_of_two_to_ten_digits_at_mixed_levels_count_once(desk, goods, total):
    desk.add("cars", joined(*(tidy(year(times), product=code) for code, times in LEVELS)))
    study = desk.study(yaml(goods=str(goods), base='"2022-01..2022-03"'))
    assert study.months()["2022-12"] == (12.0 * total, 12.0 * total, "observed")


@pytest.mark.parametrize("absent", ["zero", "unknown"])
def test_all_goods_beside_their_chapters_count_once(desk, absent):
    rows = [tidy(year(n), product=code) for n, code in ((10, "TOTAL"), (6, "87"), (4, "84"))]
    desk.add("cars", joined(*rows), **({"absent": absent} if absent == "unknown" else {}))
    study = desk.study(yaml(goods="all goods", base='"2022-01..2022-03"'))
    assert study.months()["2022-12"] == (120.0, 120.0, "observed")


def test_the_total_of_a_list_beside_its_codes_counts_once(desk):
    desk.add("listed", "code,name\n870321,small\n870322,middle\n")
    rows = [tidy(year(n), product=p) for n, p in ((10, "listed"), (6, "870321"), (4, "870322"))]
    desk.add("cars", joined(*rows))
    study = desk.study(yaml(goods="{name: listed, list: listed}", base='"2022-01..2022-03"'))
    assert study.months()["2022-12"] == (120.0, 120.0, "observed")


@pytest.mark.parametrize(
    ("absent", "months"),
    [("zero", (24.0, 24.0, "observed")), ("unknown", (24.0, math.inf, "bounded"))],
)
def test_a_list_of_which_half_the_codes_have_rows(desk, absent, months):
    desk.add("listed", "code,name\n870321,a\n870322,b\n870399,c\n950000,d\n")
    rows = [tidy(year(), product=code) for code in ("870321", "870322")]
    desk.add("cars", joined(*rows), **({"absent": absent} if absent == "unknown" else {}))
    study = desk.study(yaml(goods="{list: listed}", base='"2022-01..2022-03"'))
    assert study.months()["2022-12"] == months


def test_a_code_that_another_follows(desk):
    """A code ends with 2021 and another begins: both together have no break, each alone has one."""
    desk.add("cars", joined(
        tidy({m: v for m, v in RISING.items() if m < "2022"}, product="880330"),
        tidy({m: v for m, v in RISING.items() if m > "2022"}, product="880730"),
    ))  # fmt: skip
    groups = '{goods: {old code: {codes: ["8803"]}, new code: {codes: ["8807"]}}}'
    study = desk.study(
        yaml(goods='["8803", "8807"]', groups=groups, months=BOTH),
        claims(
            ("both", '{change: {of: {months: "2022"}, from: a year earlier}}', "{at_least: 184}"),
            ("old", '{value: {months: "2022", goods: old code}}', "{is: 0}"),
            (
                "new",
                '{ratio: {of: {months: "2022", goods: "8807"}, to: a year earlier}}',
                "{above: 0}",
            ),
        ),
    )
    assert study.found.first_double == "2022-01"
    assert study.verdicts == {"both": "holds", "old": "holds", "new": "not_testable"}


# -- measures ---------------------------------------------------------------------------------


def test_quantities_and_unit_values(desk):
    lines = ["period,reporter,partner,flow,product,value_usd,quantity,unit"]
    lines += [f"{m},TUR,RUS,X,8703,{v:.0f},{v / 20000:.0f},u" for m, v in RISING.items()]
    desk.add("cars", "\n".join(lines))
    study = desk.study(
        yaml(months=BOTH),
        claims(
            ("cars", '{value: {months: "2022", what: quantity}}', "{is: 11100}"),  # 222 million / 20,000
            ("more", '{ratio: {of: {months: "2022", what: quantity}, to: a year earlier}}', "{at_least: 2}"),
            ("each-car", '{unit_value: {months: "2022-07"}}', "{is: 20000}"),
            ("every-month", '{unit_value: {months: "2022", take: each}}', "{between: [19999, 20001]}"),
        ),
    )  # fmt: skip
    assert set(study.verdicts.values()) == {"holds"}
    assert study.ends("each-car") == (20000.0, 20000.0)


def test_a_quantity_that_no_table_holds_is_not_testable(desk):
    desk.add("cars", tidy(year()))
    study = desk.study(
        yaml(), claims(("cars", '{value: {months: "2022", what: quantity}}', "{above: 1}"))
    )
    (claim,) = study.judged
    assert (str(claim.verdict), claim.main.outcome.reason) == (
        "not_testable",
        "A measure asks for a quantity, and the study's monthly tables hold none in one unit.",
    )


def test_rank_share_count_and_months_that_stay(desk):
    three = (("Russia", 3), ("Germany", 5), ("Iraq", 1))
    values = {name: {m: v * n for m, v in RISING.items()} for name, n in three}
    desk.add("cars", joined(*(tidy(months, partner=name) for name, months in values.items())))
    among = "among: [Russia, Germany, Iraq], by: partner"
    several = "{count: {of: [Russia, Germany, Iraq], by: partner, measure: "
    first = '{first_month: {of: {months: "2022"}, times: %s, base: {take: mean, months: "2021"}, stays: %s}}'
    share = "{share: {of: {take: %s, months: 2022Q1}, in: {take: %s, months: 2022Q1, partner: all three}}}"
    study = desk.study(
        yaml(months=BOTH, groups="{partners: {all three: [Russia, Germany, Iraq]}}"),
        claims(
            ("second", f'{{rank: {{of: Russia, {among}, quantity: {{months: "2022"}}}}}}', "{is: 2}"),
            ("first", f'{{rank: {{of: Russia, {among}, quantity: {{months: "2022"}}}}}}', "{is: 1}"),
            ("third", share % ("total", "total"), "{between: [33.3, 33.4]}"),
            ("each-month", share % ("each", "each"), "{between: [33.3, 33.4]}"),
            # July 2022 was 19 against 7 in July 2021: 2.7 times for each of the three.
            ("all-doubled", several + '{ratio: {of: {months: "2022-07"}, to: a year earlier}}, '
             "predicate: {at_least: 2}}}", "{is: 3}"),
            # 57, 95 and 19 million
            ("two-large", several + '{value: {months: "2022-07"}}, predicate: {above: 50}}}', "{is: 2}"),
            # The mean of 2021 is 19.5: 39 in January 2022 is twice, 60 in August is three times.
            ("twice", first % (2, 3), '{is: "2022-01"}'),
            ("thrice", first % (3, 3), '{is: "2022-08"}'),
            ("thrice-too-late", first % (3, 6), '{is: "2022-08"}'),
        ),
    )  # fmt: skip
    assert study.verdicts == {
        "second": "holds", "first": "fails", "third": "holds", "each-month": "holds", "all-doubled": "holds",
        "two-large": "holds", "twice": "holds", "thrice": "holds", "thrice-too-late": "fails",
    }  # fmt: skip


def test_a_month_that_does_not_stay(desk):
    values = dict.fromkeys(TWO[:12], 1e6) | dict(
        zip(TWO[12:], [1e6, 3e6, 1e6] + [3e6] * 9, strict=True)
    )
    desk.add("cars", tidy(values))
    first = '{first_month: {of: {months: "2022"}, times: 2, base: {take: mean, months: "2021"}, stays: %s}}'
    study = desk.study(
        yaml(months=BOTH),
        claims(("ever", first % 1, '{is: "2022-02"}'), ("stays", first % 3, '{is: "2022-04"}')),
    )
    assert study.verdicts == {"ever": "holds", "stays": "holds"}


def test_values_in_another_currency(desk):
    desk.add("cars", tidy(RISING, currency="eur"))
    rates = "".join(f"{month},{1.10 if month < '2022' else 1.05}\n" for month in TWO)
    desk.add("usd-per-eur", f"month,mean\n{rates}", currency="USD", per="EUR")
    study = desk.study(
        yaml(months=BOTH, evidence="[{months: cars}, {rates: usd-per-eur, currency: USD}]"),
        claims(
            ("euro", '{value: {months: "2022-12"}}', "{is: 24}"),
            ("dollar", '{value: {months: "2022-12", currency: USD}}', "{is: 25.2}"),
            ("rise", '{ratio: {of: {months: "2022-01", currency: USD}, to: a year earlier}}',
             "{between: [12.40, 12.41]}"),  # 13 × 1.05 over 1 × 1.10
            ("pound", '{value: {months: "2022-12", currency: GBP}}', "{above: 1}"),
        ),
    )  # fmt: skip
    assert study.verdicts == {
        "euro": "holds",
        "dollar": "holds",
        "rise": "holds",
        "pound": "not_testable",
    }


# -- evidence of several kinds ----------------------------------------------------------------


def test_two_sources_that_disagree_leave_a_range_and_a_dimension_picks_one(desk):
    desk.add("cars", tidy(RISING), publisher="Office of the exporter")
    desk.add(
        "mirror", tidy({m: v * 1.1 for m, v in RISING.items()}), publisher="Office of the buyer"
    )
    dimension = (
        "dimensions:\n  - {id: source, words: whose figures, choices: "
        "{exporter: {source: cars}, buyer: {source: mirror}}}\n"
    )
    study = desk.study(
        yaml(months=BOTH, evidence="[{months: cars}, {months: mirror}]"),
        claims(("v", '{value: {months: "2022-12"}}', "{above: 25}")) + dimension,
    )
    assert study.months()["2022-12"] == pytest.approx((24.0, 26.4, "observed"))
    # Whichever is right, December exceeds 25 in one of them only; the mean of 2021 is 6.5 to 7.15.
    assert study.verdicts == {"v": "undecided"}
    assert study.found.first_double == "2022-03"  # 15 is the first at 14.3 or more
    judge, reading = Judge(study.evidence), next(iter(study.claims.readings.values()))
    found = {s: str(judge.judge(reading, Taken(source=s)).verdict) for s in ("cars", "mirror")}
    assert found == {"cars": "fails", "mirror": "holds"}


def test_vintages(desk):
    office = {"publisher": "An office"}
    desk.add("early", tidy(RISING), released="2023-01-13", **office)
    desk.add(
        "late", tidy({m: v * 1.05 for m, v in RISING.items()}), released="2024-01-13", **office
    )
    evidence = "[{months: early}, {months: late}]"
    then = (
        "  - {id: then, title: then, readings: [{id: then, words: it, vintage: '2023-06-01', "
        'measure: {value: {months: "2022-12"}}, predicate: {is: 24}}]}\n'
    )
    now = claims(("now", '{value: {months: "2022-12"}}', "{is: 25.2}")) + then
    assert desk.study(yaml(months=BOTH, evidence=evidence), now).verdicts == {
        "now": "holds",
        "then": "holds",
    }
    before = desk.study(yaml(months=BOTH, evidence=evidence, vintage='"2023-06-01"'), now)
    assert before.verdicts == {"now": "fails", "then": "holds"}
    assert before.found.peak.lo == 24.0


def test_totals_of_fiscal_years_and_some_months(desk):
    months = {m: (n + 1) * 1e6 for n, m in enumerate(month_range("2022-04", "2022-10"))}
    desk.add("cars", tidy({"2021-04/2022-03": 60e6, "2022-04/2023-03": 130e6, **months}))
    study = desk.study(
        yaml(months='"2021-04..2023-03"', evidence="[{months: cars}, {totals: cars}]"),
        claims(
            ("rest", '{value: {months: "2022-11..2023-03"}}', "{is: 102}"),  # 130 less 1 + … + 7
            ("one", '{value: {months: "2022-12"}}', "{at_most: 102}"),
            ("small", '{value: {months: "2022-12"}}', "{at_most: 20}"),
            ("peak", '{peak: {months: "2022-04..2023-03"}}', '{is: "2022-10"}'),
            ("years", '{ratio: {of: {months: "2022-04..2023-03"}, to: {months: "2021-04..2022-03"}}}',
             "{between: [2.16, 2.17]}"),
        ),
    )  # fmt: skip
    assert study.months()["2021-07"] == (0.0, 60.0, "bounded")
    assert study.months()["2022-10"] == (7.0, 7.0, "observed")
    assert study.months()["2022-12"] == (0.0, 102.0, "bounded")
    # A hundred and two over five months are 20.4 on average, so October cannot be the peak.
    assert study.verdicts == {
        "rest": "holds", "one": "holds", "small": "undecided", "peak": "fails", "years": "holds",
    }  # fmt: skip
    assert study.found.base.lo == study.found.base.hi == 5.0
    assert (study.found.first_double, study.found.peak) == (None, None)


@pytest.mark.parametrize("months", [YEAR, YEAR[:11]], ids=["all months known", "one open"])
def test_a_year_that_its_months_exceed_is_a_contradiction(desk, months):
    """January to November add up to 66 million, and December's 12 are beyond the year, too."""
    desk.add("cars", tidy({"2022": 60e6} | {m: v for m, v in year().items() if m in months}))
    study = desk.study(
        yaml(evidence="[{months: cars}, {totals: cars}]", base='"2022-01..2022-03"'),
        claims(("sum", '{value: {months: "2022"}}', "{above: 1}")),
    )
    outcome = study.judged[0].main.outcome
    assert (str(outcome.verdict), outcome.reason) == (
        "not_testable",
        "This cannot be true beside the known months: “the official totals of 2022-01 to 2022-12”; "
        "correct a raw table, or leave one out of the study.",
    )


def test_a_table_of_years(desk):
    desk.add("cars", tidy({"2020": 60e6, "2021": 66e6, "2022": 150e6}))
    study = desk.study(
        yaml(months='"2020-01..2022-12"', evidence="[{totals: cars}]"),
        claims(
            ("years", '{ratio: {of: {months: "2022"}, to: a year earlier}}', "{at_least: 2}"),
            ("month", '{value: {months: "2022-12"}}', "{at_least: 20}"),
            ("mean", '{value: {months: "2022", take: mean}}', "{is: 12.5}"),
        ),
    )
    assert study.verdicts == {"years": "holds", "month": "undecided", "mean": "holds"}
    assert study.found.total == (276.0, 276.0)


@pytest.mark.parametrize(
    ("values", "kind", "other"),
    [({"2021": 60e6, "2022": 66e6}, "months", "totals"), (RISING, "totals", "months")],
    ids=["years as months", "months as totals"],
)
def test_evidence_under_the_wrong_kind_stops(desk, values, kind, other):
    desk.add("cars", tidy(values))
    with pytest.raises(
        TradecheckError, match=rf"names data/raw/cars under {kind}.*name it under {other}"
    ):
        desk.study(yaml(months=BOTH, evidence=f"[{{{kind}: cars}}]")).found  # noqa: B018


def test_provisional_months_with_a_range_of_revisions(desk):
    desk.add("cars", tidy(year()))
    provisional = "{months: 2, revision: [-0.1, 0.2], because: seen before}"
    revised = (
        "  - {id: r, title: r, readings: [{id: revised, words: it, revised: true, "
        "measure: {peak: {months: '2022'}}, predicate: {is: '2022-12'}}]}\n"
    )
    study = desk.study(
        yaml(evidence=f"[{{months: cars, provisional: {provisional}}}]", base='"2022-01..2022-03"'),
        claims(("published", '{peak: {months: "2022"}}', '{is: "2022-12"}')) + revised,
    )
    # November is 9.9 to 13.2, December 10.8 to 14.4, October 10.
    assert study.verdicts == {"published": "holds", "revised": "undecided"}
    assert study.found.peak.month == "2022-12"  # findings use figures as published
    rows = study.table.set_index("month")
    assert rows.loc["2022-12", ["status", "revision_lo", "revision_hi"]].tolist() == pytest.approx(
        ["provisional", 10.8, 14.4]
    )


def test_ten_codes_in_euros_with_three_months_missing(desk):
    codes = [f"8703{n}" for n in range(21, 31)]
    held = {m: v / 10 for m, v in RISING.items() if m not in ("2021-06", "2021-07", "2022-06")}
    desk.add("cars", joined(*(tidy(held, product=code, currency="eur") for code in codes)))
    study = desk.study(yaml(months=BOTH, base='"2021-08..2021-12"'))
    assert study.evidence.currency == "EUR"
    assert study.months()["2022-06"] == UNKNOWN
    assert study.months()["2022-12"] == pytest.approx((24.0, 24.0, "observed"))
    assert study.found.base.lo == pytest.approx(10.0)  # 8 to 12
    assert study.found.first_double == "2022-08"  # 20; June, unknown, may have been before
    assert study.found.total[0] == pytest.approx(300 - 6 - 7 - 18)


def test_a_study_without_data_tests_nothing(desk):
    study = desk.study(
        yaml(evidence="[]"),
        claims(
            ("v", '{value: {months: "2022-12"}}', "{above: 1}"),
            ("p", '{peak: {months: "2022"}}', '{is: "2022-12"}'),
        ),
    )
    assert set(study.months().values()) == {UNKNOWN}
    assert study.verdicts == {"v": "not_testable", "p": "not_testable"}
    assert "names no data" in study.judged[0].main.outcome.reason


# -- what is misspelt -------------------------------------------------------------------------

MISSPELT = {
    "country": ({"partner": "Indai"}, "", "'Indai' is no area or group that tradecheck knows; did you mean 'India'?"),
    "field": ({"partnr": "Russia"}, "", "partnr: no such field; did you mean 'partner'?"),
    "flow": ({"flow": "exprots"}, "", "flow (is 'exprots')"),
    "code": ({"goods": "[8703]"}, "", "goods.0 (is 8703): text is expected; put the value in quotes"),
    "months": ({"months": '"2022-12..2022-01"'}, "", "ends before it begins; swap its ends"),
    "kind": ({"evidence": "[{month: cars}]"}, "", "evidence.0: 'month' is no kind of evidence"),
    "table": ({"evidence": "[{months: carz}]"}, "", "data/raw/carz.card.yaml does not exist"),
    "group in a claim": ({}, '{value: {months: "2022", goods: fast cars}}', "The goods 'fast cars' are defined nowhere"),
    "partner in a claim": ({}, '{value: {months: "2022", partner: Rusia}}', "did you mean 'Russia'?"),
    "measure in a claim": ({}, '{valeu: {months: "2022"}}', "valeu"),
}  # fmt: skip


@pytest.mark.parametrize(("fields", "measure", "sentence"), MISSPELT.values(), ids=MISSPELT)
def test_what_is_misspelt_is_named(desk, fields, measure, sentence):
    desk.add("cars", tidy(year()))
    told = claims(("a", measure, "{above: 1}")) if measure else None
    with pytest.raises(TradecheckError) as stopped:
        desk.study(yaml(**fields), told).found  # noqa: B018
    assert sentence in str(stopped.value)


# -- what moved it ----------------------------------------------------------------------------


def test_what_moved_counts_nothing_twice(desk):
    """Headings beside chapters and parts, a group beside its members, two tables of one trade."""
    rows = []
    for code, times in (("87", 10), ("8703", 6), ("870323", 4), ("8704", 4)):
        months = {m: v * times for m, v in RISING.items()}
        rows += [tidy(months, product=code, reporter=who) for who in ("Austria", "Belgium")]
        both = {m: 2 * v for m, v in months.items()}
        rows.append(tidy(both, product=code, reporter="two members"))
    desk.add("cars", joined(*rows), publisher="An office")
    desk.add("late", joined(*rows).replace("000000\n", "000001\n"), publisher="Another office")
    groups = "{reporters: {two members: [Austria, Belgium]}}"
    study = desk.study(
        yaml(
            reporter="two members", goods='["87"]', groups=groups, months=BOTH,
            evidence="[{months: cars}, {months: late}]",
        )
    )  # fmt: skip
    found = moved(study.evidence, {})
    # 2022 less 2021 is 222 less 78, times 6 and 4, times two members.
    assert dict(zip(found.table["code"], found.table["change"], strict=True)) == {
        "8703": pytest.approx(144 * 12), "8704": pytest.approx(144 * 8),
    }  # fmt: skip
    assert found.change == pytest.approx(2 * 10 * 144)
