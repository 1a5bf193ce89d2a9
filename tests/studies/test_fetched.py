"""The shipped studies with invented months from services on this machine: what fetching changes."""

import json
import shutil
from pathlib import Path

import pytest

from fakes.comext import Comext
from fakes.comtrade import Comtrade
from fakes.ecb import Ecb, days_of
from fakes.meidb import Meidb
from fakes.serving import Time, serving
from tradecheck.bounds.knowledge import Evidence
from tradecheck.data.clean import clean
from tradecheck.data.load import tables_of
from tradecheck.data.revisions import own_revisions
from tradecheck.data.sources import read_flows
from tradecheck.data.sources.lists import rates
from tradecheck.desk.fetch import Desk, fetch
from tradecheck.figures.revisions import revisions
from tradecheck.runner.build import Settings, build
from tradecheck.study import areas
from tradecheck.study.periods import month_range
from tradecheck.study.project import Project, find_project
from tradecheck.study.study import open_study
from tradecheck.verdicts.claims import judge_claims
from tradecheck.verdicts.findings import findings, months_table
from tradecheck.verdicts.judge import Judge

OWN = find_project(Path(__file__))
YEARS = {"2023-04": "2024-03", "2024-04": "2025-03"}
# Shares of a fiscal year's months, invented: an early half with a peak in July, and a late half.
EARLY, LATE = [1, 1, 1, 6, 1, 1, 1, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1]

SOME = 20  # one code in so many is traded, so that the test takes seconds
HEADINGS = "8542 8534 8457 8458 8459 8460 8461 8466".split()


def copied(folder: Path, study: str, *entries: str) -> Project:
    """The project with the study's evidence lengthened by some lines."""
    for part in ("notebooks", "data/raw"):
        shutil.copytree(OWN.root / part, folder / part)
    path = folder / "notebooks" / "studies" / study / "study.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("\ntables:\n", "\n" + "\n".join(entries) + "\ntables:\n"), encoding="utf-8"
    )
    return Project(folder)


def fetched(project: Project, time: Time, study: str) -> list[str]:
    lines: list[str] = []
    assert fetch(Desk(project, lines.append, clock=time.clock), [study]) == []
    return lines


def judged(project: Project, study: str) -> Judge:
    opened, claims = open_study(project, study)
    cleaned = clean(project, opened, claims)
    return Judge(
        Evidence(opened, claims, tables_of(project, opened, cleaned.flows, cleaned.published))
    )


def shares(rate: float, rates: list[float]) -> list[float]:
    """Shares of the months at which the year's mean rate is the one that India converted at."""
    early, late = ([w / sum(half) for w in half] for half in (EARLY, LATE))
    low, high = (sum(w * r for w, r in zip(half, rates)) for half in (early, late))
    part = min(1.0, max(0.0, (high - rate) / (high - low)))
    return [part * a + (1 - part) * b for a, b in zip(early, late)]


def months_of_india() -> Comtrade:
    """Months that add up to what India published of the two years, code by code, in both
    currencies."""
    totals = read_flows(OWN, "dgcis-india-russia-chpl").flows
    totals = totals[totals["period_start"].isin(YEARS)]
    sums = totals.groupby(["period_start", "product", "currency"])["value"].sum().unstack()
    market = rates(OWN, "ecb-inr-usd").set_index("month")["mean"]
    values: dict[tuple[int, int, str, str], float] = {}
    released = {}
    for (first, code), row in sums.iterrows():
        months = month_range(first, YEARS[first])
        rate = row["INR"] / row["USD"] if row["USD"] else 0.0
        for month, share in zip(months, shares(rate, list(market[months]))):
            period = month.replace("-", "")
            value = round(row["USD"] * share, 2)
            released[699, period] = "2025-06-12T01:47:07.73"
            values[699, 643, "TOTAL", period], values[699, 0, "TOTAL", period] = 4e8, 3.5e10
            if value:
                values[699, 643, code, period] = value
                heading = (699, 643, code[:4], period)
                values[heading] = values.get(heading, 0.0) + value
    # Of all eight headings, listed or not, other lines were found of at least so much.
    for first, last in YEARS.items():
        periods = [month.replace("-", "") for month in month_range(first, last)]
        held = sum(values.get((699, 643, code, one), 0.0) for code in HEADINGS for one in periods)
        for one in periods:
            key = (699, 643, "8457", one)
            values[key] = values.get(key, 0.0) + round((76e6 - held) / 12, 2)
    return Comtrade(values, released)


def same_months(comtrade: Comtrade) -> Meidb:
    """The same trade as India's own site gives it: in million dollars with two decimals."""
    values: dict[tuple[str, str, str], float | None] = {}
    for (_, partner, code, period), dollars in comtrade.values.items():
        month = f"{period[:4]}-{period[4:]}"
        if partner and code != "TOTAL":
            values["RUSSIA", code, month] = round(dollars / 1e6, 2)
        values["U S A", "85", month] = 1500.0
    return Meidb(values, last="2025-03", final="2024-03", updated="14/05/2025")


@pytest.fixture
def india(tmp_path, monkeypatch, request):
    services = getattr(request, "param", ["comtrade"])
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("COMTRADE_API_KEY", raising=False)
    names = ", ".join(services)
    project = copied(tmp_path, "india-russia-2024", "  - months: fetched", f"    from: [{names}]")
    time, months = Time(), months_of_india()
    with serving(months, time) as one, serving(same_months(months), time) as other:
        monkeypatch.setenv("TRADECHECK_COMTRADE_ADDRESS", one.address)
        monkeypatch.setenv("TRADECHECK_MEIDB_ADDRESS", other.address)
        yield project, time


BOTH = ["comtrade", "meidb"]
DIGITS = 0.01 * 60  # million dollars: as far as the last digits of some sixty codes may lie apart


@pytest.mark.parametrize("india", [["comtrade"]], indirect=True)
def test_the_plan_reads_the_release_calendar_that_the_study_holds(india):
    """India's months were public up to June 2024 when the calendar was drawn up; China's differ."""
    project, time = india
    lines: list[str] = []
    assert not fetch(
        Desk(project, lines.append, clock=time.clock), ["india-russia-2024"], only_plan=True
    )
    (line,) = [line for line in lines if "India" in line]
    assert line.startswith(
        "  Not public on 2024-11-28, by data/raw/comtrade-release-calendar: India"
    )
    assert line.endswith("2024-07..2025-03 (9); asked for all the same.")
    fetched(project, time, "india-russia-2024")
    lines.clear()
    fetch(Desk(project, lines.append, clock=time.clock), ["india-russia-2024"], only_plan=True)
    assert not [line for line in lines if "2024-11-28" in line]  # the service's own is newer
    assert any("China" in line and "by the service's calendar" in line for line in lines)


@pytest.mark.parametrize(
    ("india", "apart"), [(["comtrade"], 1e-6), (BOTH, DIGITS)], indirect=["india"]
)
def test_with_monthly_figures_the_ranges_shrink_to_points(india, apart):
    project, time = india
    before = judged(project, "india-russia-2024")
    lines = fetched(project, time, "india-russia-2024")
    after = judged(project, "india-russia-2024")
    months = [months_table(judge.evidence) for judge in (before, after)]
    first = [table[table["series"] == table["series"].iloc[0]] for table in months]
    assert "observed" not in set(first[0]["grade"]) and set(first[1]["grade"]) == {"observed"}
    assert (first[0]["hi"] - first[0]["lo"]).min() > 1
    assert (first[1]["hi"] - first[1]["lo"]).max() == pytest.approx(0, abs=apart)
    found = findings(after.evidence)[0]
    assert found.peak.month == "2024-07" and found.first_double == "2024-07"
    old, new = (
        {r.reading.id: str(r.outcome.verdict) for one in judge_claims(judge) for r in one.readings}
        for judge in (before, after)
    )
    of_others = {name for name in old if name.startswith(("C4", "C5"))}  # what China sent, too
    undecided = {name for name in old if old[name] == "undecided"} - of_others
    assert len(undecided) > 20 and {new[name] for name in undecided} == {"holds", "fails"}
    assert all(new[name] == old[name] for name in old if old[name] != "undecided")
    assert new["C1b"] == new["C3b"] == "holds" and new["C1a"] == new["C3a"] == "fails"
    assert any("China" in line and "not released" in line for line in lines)


@pytest.mark.e2e
@pytest.mark.parametrize("india", [BOTH], indirect=True)
def test_the_report_shows_observed_bars_where_it_showed_ranges(india):
    project, time = india
    fetched(project, time, "india-russia-2024")
    assert build(project, ["india-russia-2024"], Settings(), lambda line: None) == []
    held = json.loads((project.reports / "india-russia-2024.json").read_text(encoding="utf-8"))
    months = [one for one in held["months"] if one["series"] == held["months"][0]["series"]]
    assert {one["grade"] for one in months} == {"observed"}
    assert all(one["lo"] == pytest.approx(one["hi"], abs=DIGITS) for one in months)
    first = held["findings"][0]
    assert first["peak"]["month"] == first["first_double"]["month"] == "2024-07"
    inputs = {one["path"] for one in held["inputs"]}
    page = (project.reports / "india-russia-2024.html").read_text(encoding="utf-8")
    for name, title in zip(BOTH, ("UN Comtrade", "TradeStat"), strict=True):
        assert f"data/raw/india-russia-2024.{name}.csv.gz" in inputs and title in page


@pytest.fixture
def europe(tmp_path, monkeypatch):
    """The months that are held, one per cent higher in November 2022, all of it from one member but
    for the Netherlands' tenth."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    project = copied(tmp_path, "eu-neighbours-2022", "  - months: fetched", "    from: [comext]")
    flows = read_flows(OWN, "eurostat-eu27-sanctioned").flows
    values: dict[tuple[str, str, str, str], int] = {}
    keys = zip(flows["partner"], flows["product"], flows["period_start"], flows["value"])
    for partner, code, month, value in keys:
        if int(code) % SOME:
            continue
        euros = int(value * 1.01) if month == "2022-11" else int(value)
        dutch = euros // 10
        other = areas.area(partner).alpha2
        for reporter, part in (("EU27_2020", euros), ("NL", dutch), ("DE", euros - dutch)):
            values[reporter, other, code, month] = part
            whole = (reporter, other, "TOTAL", month)
            values[whole] = values.get(whole, 0) + 2 * part
    for month in month_range("2020-01", "2022-11"):
        for member in areas.members("EU27"):
            code = "EL" if member == "GRC" else areas.area(member).alpha2
            values[code, "WORLD", "TOTAL", month] = 10**11
        values["EU27_2020", "WORLD", "TOTAL", month] = 27 * 10**11
    time = Time()
    bank = Ecb({"USD": dict.fromkeys(days_of("2019-01", "2023-12"), 1.1)}, last="2023-12")
    with serving(Comext(values), time) as server, serving(bank, Time()) as rated:
        monkeypatch.setenv("TRADECHECK_COMEXT_ADDRESS", server.address)
        monkeypatch.setenv("TRADECHECK_ECB_ADDRESS", rated.address)
        yield project, time


@pytest.mark.e2e
def test_a_later_vintage_is_fetched_and_it_is_said_what_was_revised(europe):
    project, time = europe
    fetched(project, time, "eu-neighbours-2022")
    judge = judged(project, "eu-neighbours-2022")
    own = own_revisions(judge.evidence.study, judge.evidence.tables)
    assert set(own["later"]) == {"2026-09-15"} and own["month"].max() == "2022-11"
    assert judge.evidence.known().values
    shown = revisions(judge.evidence.study, judge.evidence.tables)
    words = shown[1].markdown.replace("\xa0", " ")
    assert "15 September 2026" in words and "moved" in words
    assert build(project, ["eu-neighbours-2022"], Settings(), lambda line: None) == []
    pages = {
        name: (project.reports / f"eu-neighbours-2022-{name}.html").read_text(encoding="utf-8")
        for name in ("data", "robustness")
    }
    assert "What changed between releases" in pages["data"]
    assert "which release counts" in pages["robustness"] and "as known on 20" in pages["robustness"]
