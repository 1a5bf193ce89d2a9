"""`tradecheck fetch` where a study counts in another currency than its months."""

import pytest

from fakes.comtrade import Comtrade
from fakes.ecb import Ecb, days_of
from fakes.serving import Time, serving
from tradecheck.bounds.knowledge import Evidence
from tradecheck.data.clean import clean
from tradecheck.data.load import tables_of
from tradecheck.desk.fetch import fetch
from tradecheck.desk.fetched import Desk
from tradecheck.errors import TradecheckError
from tradecheck.figures.known import how_we_know
from tradecheck.figures.missing import missing
from tradecheck.study.cards import all_cards, load_card
from tradecheck.study.claims import read_claims
from tradecheck.study.periods import month_range
from tradecheck.study.project import Project
from tradecheck.study.study import load_study
from tradecheck.verdicts.claims import judge_claims
from tradecheck.verdicts.findings import findings, months_table
from tradecheck.verdicts.judge import Judge

CODES = [f"87032{digit}" for digit in range(10)]
STUDY = f"""\
question: "Did it double?"
reporter: Türkiye
partner: Russia
goods: {CODES}
months: "2021-01..2022-06"
unit: {{currency: EUR, scale: 1000000}}
evidence:
  - months: fetched
"""
WITH_RATES = STUDY + "  - {rates: fetched, currency: EUR}\n"
CLAIM = """\
claims:
  - id: A
    title: In dollars
    quote: "10 million"
    said_by: somebody
    date: "2022-07-01"
    address: https://example.org
    readings:
      - {id: A-usd, main: true, words: in dollars, predicate: {between: [9.99, 10.01]},
         measure: {value: {months: "2021-02", currency: USD}}}
"""
MONTHS = month_range("2021-01", "2022-06")
MISSING = ("2021-05", "2021-09", "2022-06")  # not released


@pytest.fixture
def project(tmp_path) -> Project:
    project = Project(tmp_path)
    (project.studies / "cars").mkdir(parents=True)
    project.raw.mkdir(parents=True)
    written(project, WITH_RATES)
    return project


def written(project, text, claims="claims: []\n"):
    (project.studies / "cars" / "study.yaml").write_text(text, encoding="utf-8")
    (project.studies / "cars" / "claims.yaml").write_text(claims, encoding="utf-8")


@pytest.fixture
def served(monkeypatch):
    """A million dollars a code and month; a euro is 1.25 dollars, 1.6 from 2022 on."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("COMTRADE_API_KEY", raising=False)
    values, released = {}, {}
    for month in MONTHS:
        period = month.replace("-", "")
        if month not in MISSING:
            released[792, period] = "2022-09-01T10:00:00"
            values[792, 0, "TOTAL", period], values[792, 643, "TOTAL", period] = 9e9, 5e7
            values |= {(792, 643, code, period): 1e6 for code in CODES}
    days = {day: 1.25 if day < "2022" else 1.6 for day in days_of("2020-01", "2022-12")}
    bank = Ecb({"USD": days}, last="2022-12")
    with serving(Comtrade(values, released), Time()) as one, serving(bank, Time()) as other:
        monkeypatch.setenv("TRADECHECK_COMTRADE_ADDRESS", one.address)
        monkeypatch.setenv("TRADECHECK_ECB_ADDRESS", other.address)
        other.fake = bank
        yield other


def ran(project, **options):
    lines: list[str] = []
    failed = fetch(Desk(project, lines.append, clock=Time().clock), ["cars"], **options)
    return lines, failed


def evidence_of(project):
    study, claims = load_study(project, "cars"), read_claims(project, "cars")
    cleaned = clean(project, study, claims)
    return Evidence(study, claims, tables_of(project, study, cleaned.flows, cleaned.published))


def test_months_in_dollars_are_a_report_in_euros_at_each_months_rate(project, served):
    lines, failed = ran(project)
    assert not failed and "cars: European Central Bank: 18 held; 4 calls." in lines
    card = load_card(project, "cars.ecb.eur-usd")
    assert (card.currency, card.per, card.grade, card.rows) == ("EUR", "USD", "observed", 18)
    assert all_cards(project)["cars.ecb.eur-usd"].publisher == "European Central Bank"
    table = (project.raw / "cars.ecb.eur-usd.csv").read_text().splitlines()
    assert table[:2] == ["month,mean,low,high,days", "2021-01,0.8,0.8,0.8,21"]
    shown = months_table(evidence_of(project)).set_index("month")
    assert shown.loc["2021-02", ["lo", "hi", "grade"]].to_list() == [8, 8, "observed"]
    assert shown.loc["2022-02", ["lo", "hi"]].to_list() == [6.25, 6.25]
    assert shown.loc["2021-05", "lo"] == 0 and shown.loc["2021-05", "hi"] > 1e6
    assert (project.raw / ".gitignore").read_text().count("ecb") == 0


def test_a_month_without_a_rate_is_unknown_and_named(project, served):
    for day in days_of("2022-03", "2022-03"):
        served.fake.rates["USD"][day] = None
    lines, failed = ran(project)
    assert not failed
    assert any(
        "USD, 2022-03: withheld (the bank gave a rate for fewer than 10 of its days)" in line
        for line in lines
    )
    assert "2022-03" in load_card(project, "cars.ecb.eur-usd").known_errors[0]
    shown = months_table(evidence_of(project)).set_index("month")
    evidence = evidence_of(project)
    told = {
        title: str(text).replace("\xa0", " ")
        for title, text in how_we_know(evidence, evidence.tables.cards).cards
    }
    assert told["USD in EUR"] == (
        "Months in USD count in EUR at each month's mean rate (European Central Bank). There is no "
        "rate of March 2022: those values are unknown."
    )
    (rows,) = [one.rows for one in missing(evidence.study, evidence.tables) if hasattr(one, "rows")]
    told_missing = {row.cells["what"]: row.cells["which"] for row in rows}
    assert "March" in told_missing["Exchange rates"]
    assert shown.loc["2022-03", "lo"] == 0 and shown.loc["2022-03", "hi"] > 1e6
    assert shown.loc["2022-04", ["lo", "hi"]].to_list() == [6.25, 6.25]


def test_without_the_entry_the_remedy_is_told_and_works(project, served):
    written(project, STUDY)
    lines, _ = ran(project)
    assert lines[-1].endswith("study.yaml: - {rates: fetched, currency: EUR}")
    with pytest.raises(TradecheckError, match=r"write \{rates: fetched, currency: EUR\}"):
        evidence_of(project)
    written(project, WITH_RATES)
    assert findings(evidence_of(project))


def test_a_claim_in_another_currency_is_counted_at_the_months_rate(project, served):
    written(project, STUDY.replace("EUR", "USD") + "  - {rates: fetched, currency: EUR}\n",
            CLAIM.replace("USD", "EUR").replace("[9.99, 10.01]", "[7.99, 8.01]"))  # fmt: skip
    ran(project)
    (claim,) = judge_claims(Judge(evidence_of(project)))
    assert str(claim.readings[0].outcome.verdict) == "holds"


def test_a_claim_in_the_currency_of_the_report_needs_no_rate(project, served):
    written(
        project, WITH_RATES, CLAIM.replace("USD", "EUR").replace("[9.99, 10.01]", "[7.99, 8.01]")
    )
    ran(project)
    (claim,) = judge_claims(Judge(evidence_of(project)))
    assert str(claim.readings[0].outcome.verdict) == "holds"


def test_where_all_is_in_one_currency_the_bank_is_not_asked(project, served):
    written(project, STUDY.replace("EUR", "USD"))
    ran(project)
    assert not served.requests


def test_fetching_again_changes_no_byte_and_the_plan_asks_nobody(project, served):
    ran(project)
    before = {path: path.read_bytes() for path in project.raw.glob("cars*")}
    asked = len(served.requests)
    lines, _ = ran(project, only_plan=True)
    assert len(served.requests) == asked and any(
        "European Central Bank: 1 call" in x for x in lines
    )
    ran(project)
    assert {path: path.read_bytes() for path in project.raw.glob("cars*")} == before


def test_rates_of_another_pair_are_refused(project, served):
    ran(project)
    path = project.raw / "cars.ecb.eur-usd.card.yaml"
    path.write_text(path.read_text().replace("per: USD", "per: GBP"))
    with pytest.raises(TradecheckError, match="is in USD|counts EUR per GBP"):
        evidence_of(project)
