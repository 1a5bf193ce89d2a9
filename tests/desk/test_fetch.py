"""`tradecheck fetch`: raw tables with cards from services on this machine, and what a study makes of
them."""

import gzip

import pytest

from fakes.comtrade import Comtrade as Fake
from fakes.serving import Time, serving
from tradecheck.bounds.knowledge import Evidence
from tradecheck.data.clean import clean
from tradecheck.data.load import tables_of
from tradecheck.desk.fetch import Desk, fetch
from tradecheck.errors import TradecheckError
from tradecheck.study.cards import all_cards
from tradecheck.study.claims import read_claims
from tradecheck.study.periods import month_range
from tradecheck.study.project import Project
from tradecheck.study.study import load_study
from tradecheck.verdicts.findings import findings

STUDY = """\
question: "Did it double?"
reporter: Türkiye
partner: Russia
goods: ["8703"]
months: "2021-01..2022-06"
evidence:
  - months: fetched
"""
MONTHS = month_range("2021-01", "2022-06")


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def project(tmp_path) -> Project:
    project = Project(tmp_path)
    (project.studies / "cars").mkdir(parents=True)
    project.raw.mkdir(parents=True)
    (project.studies / "cars" / "study.yaml").write_text(STUDY, encoding="utf-8")
    return project


@pytest.fixture
def served(monkeypatch, time):
    """Ten million a month; none in May 2021; 30 million in April 2022; June 2022 is not out."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("COMTRADE_API_KEY", raising=False)
    values, released = {}, {}
    for month in MONTHS[:-1]:
        period = month.replace("-", "")
        released[792, period] = "2022-09-01T10:00:00"
        values[792, 0, "TOTAL", period] = 9e9
        if month != "2021-05":
            values[792, 643, "8703", period] = 30e6 if month == "2022-04" else 10e6
            values[792, 643, "TOTAL", period] = 5e7
    fake = Fake(values, released)
    with serving(fake, time) as server:
        server.fake = fake
        monkeypatch.setenv("TRADECHECK_COMTRADE_ADDRESS", server.address)
        yield server


def ran(project, time, *names, **options):
    lines: list[str] = []
    failed = fetch(Desk(project, lines.append, clock=time.clock), names, **options)
    return lines, failed


def evidence_of(project, name="cars"):
    study, claims = load_study(project, name), read_claims(project, name)
    cleaned = clean(project, study, claims)
    return Evidence(study, claims, tables_of(project, study, cleaned.flows, cleaned.published))


def test_a_fetch_makes_a_table_that_the_study_is_read_from(project, served, time):
    lines, failed = ran(project, time, "cars")
    assert not failed
    assert lines[0] == "cars: UN Comtrade: 32 held, 2 no trade, 2 not released; 19 calls."
    assert "2022-05 was the last month out, on 2022-09-01" in lines[1]
    card = all_cards(project)["cars.comtrade"]
    assert (
        card.format == "comtrade"
        and card.holds.absent == "zero"
        and card.asked.codes == ["8703", "TOTAL"]
    )
    assert "may not be passed on" in card.terms and "stay out of git" in card.terms
    found = findings(evidence_of(project))[0]
    assert found.total[0] == 10 * 15 + 30
    assert found.first_double == "2022-04"


def test_comtrade_stays_out_of_git(project, served, time):
    ran(project, time, "cars")
    held = (project.raw / ".gitignore").read_text().split()
    assert held == ["/.fetched/", "/cars.comtrade.csv.gz", "/cars.comtrade.card.yaml"]


def test_fetching_again_changes_no_byte(project, served, time):
    ran(project, time, "cars")
    before = {path: path.read_bytes() for path in project.raw.glob("cars*")}
    time.passed += 86_400 * 40
    ran(project, time, "cars")
    assert {path: path.read_bytes() for path in project.raw.glob("cars*")} == before


def test_before_anything_was_fetched_the_study_has_no_such_evidence(project):
    assert load_study(project, "cars").evidence == []


def test_a_code_named_after_the_fetch_is_not_taken_for_zero(project, served, time):
    ran(project, time, "cars")
    path = project.studies / "cars" / "study.yaml"
    path.write_text(STUDY.replace('["8703"]', '["8703", "8704"]'), encoding="utf-8")
    with pytest.raises(TradecheckError, match="before the study named 8704; run tradecheck fetch"):
        evidence_of(project)
    ran(project, time, "cars")
    assert evidence_of(project)


def test_the_plan_asks_nobody(project, served, time):
    lines, failed = ran(project, time, "cars", only_plan=True)
    assert not failed and not served.requests
    assert lines[0] == (
        "cars: UN Comtrade, without a key (COMTRADE_API_KEY): 20 calls, at most 72 rows, about 1 min "
        "at one call every 3 s."
    )


def test_a_study_that_names_no_fetched_months_is_told_how(project, served, time):
    path = project.studies / "cars" / "study.yaml"
    path.write_text(STUDY.partition("evidence")[0], encoding="utf-8")
    lines, _ = ran(project, time, "cars")
    assert lines[-1].endswith("notebooks/studies/cars/study.yaml: - months: fetched")
    with pytest.raises(TradecheckError, match="No study names fetched months"):
        ran(project, time)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("[comtrad]", "did you mean 'comtrade'"),
        ("comtrade", "from"),
    ],
)
def test_a_wrong_service_is_refused(words, told, project, time):
    path = project.studies / "cars" / "study.yaml"
    path.write_text(STUDY + f"    from: {words}\n", encoding="utf-8")
    with pytest.raises(TradecheckError, match=told):
        ran(project, time, "cars")


def test_another_machine_is_no_address_for_tests(project, time, monkeypatch):
    monkeypatch.setenv("TRADECHECK_COMTRADE_ADDRESS", "https://example.org")
    with pytest.raises(TradecheckError, match="names another machine"):
        ran(project, time, "cars")


def test_ctrl_c_keeps_what_has_come(project, served, time):
    def stop(fake):
        raise KeyboardInterrupt

    before = served.answer
    count = 0

    def answer(request):
        nonlocal count
        count += 1
        return before(request)

    served.answer = answer
    asleep = time.sleep

    def sleep(seconds):
        asleep(seconds)
        if count == 9:
            raise KeyboardInterrupt

    time.sleep = sleep
    with pytest.raises(KeyboardInterrupt):
        ran(project, time, "cars")
    held = len(list((project.raw / ".fetched" / "comtrade").glob("[0-9]*.gz")))
    assert held == 9
    time.sleep = asleep
    _, failed = ran(project, time, "cars")
    assert not failed and len(served.requests) == 9 + 1 + 9 + 1


def test_the_mirror_is_the_partners_own_figure(project, served, time):
    """Russia's imports from Türkiye, CIF, as exports of Türkiye to Russia."""
    served.fake.flow = "M"
    served.fake.values = {
        (643, 0 if partner == 0 else 792, code, period): value * 1.1
        for (_, partner, code, period), value in served.fake.values.items()
    }
    served.fake.released = {(643, period): day for (_, period), day in served.fake.released.items()}
    path = project.studies / "cars" / "study.yaml"
    path.write_text(STUDY + "    mirror: true\n    from: [comtrade]\n", encoding="utf-8")
    lines, failed = ran(project, time, "cars")
    assert not failed and all_cards(project)["cars.comtrade-mirror"].holds.flow == "M"
    evidence = evidence_of(project)
    rows = evidence.tables.flows
    assert set(rows["reporter"]) == {"TUR"} and set(rows["flow"]) == {"X"}
    assert gzip.decompress((project.raw / "cars.comtrade-mirror.csv.gz").read_bytes())
    assert findings(evidence)[0].total[0] == pytest.approx(198)
