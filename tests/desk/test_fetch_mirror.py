"""Both sides of one trade, fetched: what each says, month by month, and what follows from it."""

import json

import pytest

from fakes.comtrade import Comtrade
from fakes.ecb import Ecb, days_of
from fakes.serving import Time, serving
from tradecheck.bounds.knowledge import Evidence
from tradecheck.data.clean import clean
from tradecheck.data.load import tables_of
from tradecheck.desk.fetch import fetch
from tradecheck.desk.fetched import Desk
from tradecheck.figures.mirror import mirror
from tradecheck.runner.build import Settings, build
from tradecheck.study.periods import month_range
from tradecheck.study.project import Project, find_project
from tradecheck.study.study import open_study
from tradecheck.verdicts.claims import judge_claims
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
  - {{months: fetched, from: [comtrade]}}
  - {{months: fetched, from: [comtrade], mirror: true}}
  - {{rates: fetched, currency: EUR}}
"""
CLAIMS = """\
claims:
  - id: A
    title: May was high
    readings:
      - {id: A-may, main: true, words: May 2021 nine million or more, predicate: {at_least: 9},
         measure: {value: {months: "2021-05"}}}
  - id: B
    title: High at once
    readings:
      - {id: B-first, main: true, words: January nine million or more, predicate: {at_least: 9},
         measure: {value: {months: "2021-01"}}}
      - {id: B-both, words: by both sides, side: both, predicate: {at_least: 7},
         measure: {value: {months: "2021-01"}}}
"""
MONTHS = month_range("2021-01", "2022-06")
MISSING = ("2021-05", "2021-09", "2022-06")  # the exporter has not sent them


@pytest.fixture
def project(tmp_path, monkeypatch) -> Project:
    """A million dollars a code and month left Türkiye, of which Russia counted 1.2 million; a code
    that Russia has no row of in February 2021 counts as none. A euro is 1.25 dollars."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("COMTRADE_API_KEY", raising=False)
    project = Project(tmp_path)
    (project.studies / "cars").mkdir(parents=True)
    project.raw.mkdir(parents=True)
    for name, text in (("study", STUDY), ("claims", CLAIMS)):
        (project.studies / "cars" / f"{name}.yaml").write_text(text, encoding="utf-8")
    values, released = {}, {}
    for month in MONTHS:
        for reporter, partner, value in ((792, 643, 1e6), (643, 792, 1.2e6)):
            period = month.replace("-", "")
            if reporter == 792 and month in MISSING:
                continue
            day = "2022-09-01" if reporter == 792 else "2022-10-01"
            released[reporter, period] = f"{day}T10:00:00"
            values[reporter, 0, "TOTAL", period] = 9e9
            values[reporter, partner, "TOTAL", period] = 5e7
            values |= {(reporter, partner, code, period): value for code in CODES}
    del values[643, 792, CODES[0], "202102"]
    office = Comtrade(values, released, flows={792: "X", 643: "M"})
    bank = Ecb({"USD": dict.fromkeys(days_of("2020-01", "2022-12"), 1.25)}, last="2022-12")
    with serving(office, Time()) as one, serving(bank, Time()) as other:
        monkeypatch.setenv("TRADECHECK_COMTRADE_ADDRESS", one.address)
        monkeypatch.setenv("TRADECHECK_ECB_ADDRESS", other.address)
        yield project


def fetched(project) -> Evidence:
    assert fetch(Desk(project, lambda line: None, clock=Time().clock), ["cars"]) == []
    study, claims = open_study(project, "cars")
    cleaned = clean(project, study, claims)
    return Evidence(study, claims, tables_of(project, study, cleaned.flows, cleaned.published))


def test_the_plan_counts_the_mirrors_calls_too(project):
    lines: list[str] = []
    fetch(Desk(project, lines.append, clock=Time().clock), ["cars"], only_plan=True)
    assert len([line for line in lines if line.startswith("cars: UN Comtrade")]) == 2


def test_both_sides_of_one_service_stand_beside_each_other_in_the_reports_currency(project):
    evidence = fetched(project)
    _, words, table = mirror(evidence.study, evidence.claims, evidence.tables)
    rows = {row.cells["month"].replace("\xa0", " "): row.cells for row in table.rows}
    assert len(rows) == 18 + 1
    values = [rows["January 2021"][name] for name in ("exporter", "importer", "ratio")]
    assert values == ["8.0", "9.6", "1.20"]
    assert rows["February 2021"]["importer"] == "8.6"  # nine codes; the tenth is none, not unknown
    values = [rows["May 2021"][name] for name in ("exporter", "importer", "ratio")]
    assert values == ["not held", "9.6", "–"]
    text = words.markdown.replace("\xa0", " ")
    assert "Both sides report 15 of the 18 months shown" in text and "(CIF)" in text
    assert (
        "The importer's figures alone are held of May 2021, September 2021 and June 2022." in text
    )


def test_a_claim_is_judged_by_each_side(project):
    evidence = fetched(project)
    may, first = judge_claims(Judge(evidence))
    assert str(may.verdict) == "undecided"  # no gap is filled with the other side's figure
    assert [str(one.outcome.verdict) for one in may.also] == ["holds"]
    assert str(first.verdict) == "fails" and str(first.also[0].outcome.verdict) == "holds"
    both = first.readings[1].outcome
    assert str(both.verdict) == "holds" and (both.lo, both.hi) == pytest.approx((8.0, 9.6))


@pytest.mark.e2e
def test_the_report_says_so_on_every_page(project):
    fetched(project)
    own = find_project()
    for path in own.notebooks.glob("*.ipynb"):
        (project.notebooks / path.name).write_bytes(path.read_bytes())
    assert build(project, ["cars"], Settings(), lambda line: None) == []
    held = json.loads((project.reports / "cars.json").read_text(encoding="utf-8"))
    assert [one["also"][0]["side"] for one in held["claims"]] == ["importer", "importer"]
    pages = {
        name: (project.reports / f"cars{name}.html").read_text(encoding="utf-8")
        for name in ("", "-data", "-robustness")
    }
    assert 'id="table-mirror"' in pages["-data"]
    assert "cars-data.html#table-mirror" in pages[""]
    assert "which side reports (mirror data)" in pages["-robustness"]
    # No gap is filled from the other side, and the page on the data says the same.
    assert "No figure of its own: May 2021, September 2021 and June 2022" in pages["-data"].replace(
        "\N{NO-BREAK SPACE}", " "
    )
