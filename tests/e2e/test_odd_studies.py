"""Studies that are not like the others, built as whole reports: no notebook stops over its data."""

import pytest

from strangers import Desk, claims, joined, tidy, yaml
from test_stranger import Shell
from tradecheck.study import areas
from tradecheck.study.periods import month_range

MONTHS = month_range("2021-01", "2022-12")
RISING = {month: (place + 1) * 1e6 for place, month in enumerate(MONTHS)}
BOTH = '"2021-01..2022-12"'
DOUBLED = ("doubled", '{ratio: {of: {months: "2022"}, to: a year earlier}}', "{at_least: 2}")


def but(*months: str) -> dict[str, float]:
    return {month: value for month, value in RISING.items() if month not in months}


def members() -> str:
    """The EU27 from its members' rows; one is missing in the last month."""
    rows = (
        tidy(but("2022-12") if code == "NLD" else RISING, reporter=code)
        for code in areas.members("EU27")
    )
    return joined(*rows)


def quantities() -> str:
    rows = ["period,reporter,partner,flow,product,value_eur,quantity,unit"]
    rows += [f"{m},RUS,TUR,M,8703,{v:.0f},{v / 20000:.0f},crates" for m, v in RISING.items()]
    return "\n".join(rows)


def nameless() -> str:
    """Months, codes and values, without a currency."""
    return "\n".join(["month,hs6,value", *(f"{m},870323,{v:.0f}" for m, v in RISING.items())])


SAID = {"reporter": "Türkiye", "partner": "Russia", "flow": "exports"}
FISCAL = {"2021-04/2022-03": 60e6, "2022-04/2023-03": 130e6}
SEVEN = dict(zip(month_range("2022-04", "2022-10"), range(1000000, 8000000, 1000000), strict=True))
SOURCES = (
    "dimensions:\n  - {id: source, words: whose figures, readings: [doubled], choices: "
    "{the exporter: {source: cars}, the buyer: {source: mirror}}}\n"
)
TABLES = {
    "cars": (tidy(RISING), {"publisher": "Office of the exporter"}),
    "mirror": (tidy({m: v * 1.1 for m, v in RISING.items()}), {"publisher": "Office of the buyer"}),
    "buyers": (  # a million more in each month
        tidy({m: v + 1e6 for m, v in RISING.items()}, "Russia", "Türkiye", "imports"),
        {"publisher": "Office of the buyer"},
    ),
    "gaps": (tidy(but("2022-03", "2022-04", "2022-09")), {}),
    "zeros": (tidy(dict.fromkeys(MONTHS, 0.0)), {}),
    "one": (tidy({"2022-07": 5e6}), {}),
    "members": (members(), {}),
    "fiscal": (tidy(FISCAL | SEVEN), {}),
    "crates": (quantities(), {}),
    "nameless": (nameless(), SAID),
    "codes": (joined(*(tidy(RISING, product=f"87{n:02d}10") for n in range(1, 13))), {}),
}
STUDIES = {
    "two-sources": (
        yaml(months=BOTH, evidence="[{months: cars}, {months: mirror}]"),
        claims(DOUBLED) + SOURCES,
    ),
    "both-sides": (
        yaml(months=BOTH, evidence="[{months: cars}, {months: buyers, mirror: true}]"),
        claims(("doubled", DOUBLED[1], "{at_least: 2.8}"), ("more", DOUBLED[1], "{at_least: 2}")),
    ),
    "gaps": (yaml(months=BOTH, evidence="[{months: gaps}]"), claims(DOUBLED)),
    "zeros": (yaml(months=BOTH, evidence="[{months: zeros}]"), claims(DOUBLED)),
    "one-month": (yaml(months='"2022-07"', evidence="[{months: one}]"), None),
    "members": (
        yaml(reporter="EU27", months=BOTH, evidence="[{months: members}]"),
        claims(DOUBLED),
    ),
    "fiscal-years": (
        yaml(months='"2021-04..2023-03"', evidence="[{months: fiscal}, {totals: fiscal}]"),
        claims(("high", '{value: {months: "2022-12"}}', "{at_least: 20}")),
    ),
    "imports": (
        yaml(
            reporter="RU", partner="TUR", flow="imports", months=BOTH, evidence="[{months: crates}]"
        ),
        claims(
            DOUBLED,
            ("price", '{unit_value: {months: "2022"}}', "{is: 20000}"),
            ("crates", '{value: {months: "2022", what: quantity}}', "{above: 11000}"),
        ),
    ),
    "no-currency": (yaml(months=BOTH, evidence="[{months: nameless}]"), claims(DOUBLED)),
    "many-codes": (yaml(goods='["87"]', months=BOTH, evidence="[{months: codes}]"), None),
}
# By hand: 2021 adds up to 78, 2022 to 222.
VERDICTS = {
    "two-sources": {"doubled": "holds"},  # 222 over 85.8 at least
    "both-sides": {"doubled": "holds", "more": "holds"},  # 222 over 78; the buyer has 234 over 90
    "gaps": {"doubled": "holds"},  # 222 less 15, 16 and 21 is 170: 2.2 times at least
    "zeros": {"doubled": "not_testable"},
    "one-month": {},
    "members": {"doubled": "holds"},
    "fiscal-years": {"high": "undecided"},
    "imports": {"doubled": "holds", "price": "holds", "crates": "holds"},
    "no-currency": {"doubled": "holds"},
    "many-codes": {},
}

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def shell(tmp_path_factory) -> Shell:
    shell = Shell(tmp_path_factory.mktemp("odd"))
    desk = Desk(shell.root, ready=True)
    for name, (content, said) in TABLES.items():
        desk.add(name, content, **said)
    for name, (study, told) in STUDIES.items():
        desk.study(study, told, name)
    shell.does("report")
    return shell


@pytest.mark.parametrize("study", STUDIES)
def test_the_reports_are_built_and_the_verdicts_are_right(shell, study):
    for page in ("", "-data", "-robustness"):
        assert (shell.root / "reports" / f"{study}{page}.html").is_file()
    found = shell.result(study)
    assert {c["id"]: c["verdict"] for c in found["claims"]} == VERDICTS[study]


SENTENCES = {
    # The mean is 6.5 to 7.15: 15 in March is twice in any case, 14.3 and 15.4 before it perhaps.
    "two-sources": "Yes: March 2022 surely reached twice the mean of 2021; January 2022 and February "
    "2022 may have reached it before. Which month was the peak is open: October 2022, November 2022 "
    "or December 2022.",
    "gaps": "Which month was the peak is open: March 2022, April 2022 and September 2022 have no full "
    "figure.",
    "zeros": "There were no such exports in any month from January 2021 to December 2022.",
    "one-month": "In July 2022 these exports were US$ 5.0 million. One month says nothing of a "
    "doubling or a peak.",
    "members": "Yes: from January 2022 on, exports were at least twice the mean of 2021.",
    "fiscal-years": "No month surely reached twice the mean of April 2021 to March 2022; 5 months "
    "may have. Which month was the peak is open: 17 months have no full figure.",
    "imports": "Yes: from January 2022 on, imports were at least twice the mean of 2021.",
    "no-currency": "Exports from Türkiye to Russia were 13.0 million in January 2022",
    "many-codes": "2022 against 2021: +US$ 1,728.0 million.",  # twelve codes, 144 each
}


def test_both_sides_of_one_trade_stand_beside_each_other(shell):
    assert "the importer's figures come to 1.08 times the exporter's" in shell.page(
        "both-sides-data"
    )
    assert "which side reports (mirror data)" in shell.page("both-sides-robustness")
    (claim, _) = shell.result("both-sides")["claims"]
    assert claim["also"] == [{"reading": "doubled", "verdict": "fails", "side": "importer"}]
    assert "By the importer's figures: ×2.60" in shell.page("both-sides")


@pytest.mark.parametrize(("study", "sentence"), SENTENCES.items())
def test_the_page_says_it_in_a_sentence(shell, study, sentence):
    assert sentence in shell.page(study)
