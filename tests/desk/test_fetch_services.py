"""Studies whose months come from one service each: what is planned, fetched and cleaned is the
truth."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from fakes.census import Census
from fakes.comext_bulk import ComextBulk, line
from fakes.hmrc import Hmrc, row
from fakes.meidb import Meidb
from fakes.serving import Time, serving
from tradecheck.data.clean import clean
from tradecheck.desk.fetch import Desk, fetch
from tradecheck.study.cards import all_cards
from tradecheck.study.claims import read_claims
from tradecheck.study.project import Project
from tradecheck.study.study import load_study


@dataclass
class Made:
    """A project with one study, and a server in the place of its service."""

    project: Project
    server: object
    time: Time

    def fetch(self, **options) -> list[str]:
        lines: list[str] = []
        desk = Desk(self.project, lines.append, clock=self.time.clock)
        failed = fetch(desk, ("made",), **options)
        return [*lines, *failed]

    def flows(self) -> pd.DataFrame:
        study = load_study(self.project, "made")
        return clean(self.project, study, read_claims(self.project, "made")).flows


@pytest.fixture
def made(tmp_path, monkeypatch):
    """Makes such a project; it ends with the test."""
    servers = []

    def make(service: str, fake: object, *lines: str) -> Made:
        project = Project(Path(tmp_path))
        (project.studies / "made").mkdir(parents=True)
        project.raw.mkdir(parents=True)
        text = "\n".join(["question: How much?", *lines, "evidence:", "  - months: fetched",
                          f"    from: [{service}]", ""])  # fmt: skip
        (project.studies / "made" / "study.yaml").write_text(text, encoding="utf-8")
        time = Time()
        server = serving(fake, time)
        servers.append(server)
        running = server.__enter__()
        variable = f"TRADECHECK_{service.upper().replace('-', '_')}_ADDRESS"
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setenv(variable, running.address)
        return Made(project, running, time)

    yield make
    for server in servers:
        server.__exit__(None, None, None)


def held(flows: pd.DataFrame) -> dict:
    """Partner, product, month → value, None where it is withheld."""
    keys = zip(flows["partner"], flows["product"], flows["period_start"], strict=True)
    return {
        key: None if value != value else value
        for key, value in zip(keys, flows["value"], strict=True)
    }


def test_hmrc(made):
    months = (202201, 202202, 202203)
    lines = [
        row(month, country, code, float(month % 100 * country), port)
        for month in months
        for country in (4, 75, 79)
        for code in (87032319, 87032410, 8104050)
        for port in (1, 2)
    ]
    lines.append(row(202202, 959, 8104050, 77.0, hidden=2))
    study = made(
        "hmrc", Hmrc(lines), "reporter: United Kingdom", "partner: neighbours",
        'goods: ["8703", "08104050"]', 'months: "2022-01..2022-04"',
        "groups: {partners: {neighbours: [Russia, Kazakhstan]}}",
    )  # fmt: skip
    planned = study.fetch(only_plan=True)
    assert planned[0].startswith("made: UK HMRC: 7 calls,") and not study.server.requests
    told = study.fetch()
    assert told[0] == "made: UK HMRC: 16 held, 6 not released, 2 withheld; 6 calls."
    flows = study.flows()
    assert set(flows["currency"]) == {"GBP"} and set(flows["reporter"]) == {"GBR"}
    assert held(flows) == {
        (partner, code, f"2022-0{month}"): None
        if (code, month) == ("08104050", 2)
        else month * country * each
        for month in (1, 2, 3)
        for partner, country in (("RUS", 75), ("KAZ", 79))
        for code, each in (("8703", 4), ("08104050", 2))
    }
    card = all_cards(study.project)["made.hmrc"]
    assert "OGL" in card.credit and card.holds.absent == "zero"
    assert "made.hmrc" not in (study.project.raw / ".gitignore").read_text()
    before = {path: path.read_bytes() for path in study.project.raw.glob("made*")}
    study.fetch()
    assert {path: path.read_bytes() for path in study.project.raw.glob("made*")} == before


def test_census(made, monkeypatch):
    """Imports, as they are valued by customs; nothing is asked without a key."""
    monkeypatch.delenv("CENSUS_API_KEY", raising=False)
    values = {
        (country, code, f"2022-{month:02d}"): month * int(country) * many
        for country in ("4621", "4634", "1220")
        for code, many in (("-", 100), ("8703", 3), ("01", 1), ("85", 50))
        for month in range(1, 12)
        if (country, code, month) != ("4621", "8703", 4)
    }
    study = made(
        "census", Census(values, key="secret+key", way="imports"), "reporter: United States",
        "partner: neighbours", "flow: imports", 'goods: ["8703", "01", "87032319"]', 'months: "2022-01..2022-12"',
        "groups: {partners: {neighbours: [Russia, Kazakhstan]}}",
    )  # fmt: skip
    assert study.fetch(only_plan=True)[2:] == [
        "  It answers nobody without a key: set CENSUS_API_KEY.",
        "  US Census Bureau is not asked for what it does not have: codes 87032319.",
    ]
    assert study.fetch()[-1].endswith("without a key: set CENSUS_API_KEY, then run again.")
    assert not study.server.requests
    monkeypatch.setenv("CENSUS_API_KEY", "secret+key")
    told = study.fetch()
    assert told[0] == "made: US Census Bureau: 65 held, 1 no trade, 6 not released; 7 calls."
    flows = study.flows()
    assert set(flows["currency"]) == {"USD"} and set(flows["valuation"]) == {"customs value"}
    assert held(flows) == {
        (partner, code, month): values[country, code, month]
        for partner, country in (("RUS", "4621"), ("KAZ", "4634"))
        for code in ("8703", "01")
        for month in (f"2022-{number:02d}" for number in range(1, 12))
        if (country, code, month) in values
    }
    card = all_cards(study.project)["made.census"]
    assert "Census Bureau" in card.credit
    for path in study.project.root.rglob("*"):
        assert path.is_dir() or b"secret" not in path.read_bytes()


def test_meidb(made):
    """Each figure is known to half its last digit; what may not be passed on stays out of git."""
    values: dict[tuple[str, str, str], float | None] = {
        (country, code, month): 0.01 * int(month[5:])
        for month in ("2023-01", "2023-02", "2024-01")
        for country, code in (("RUSSIA", "84713010"), ("RUSSIA", "85"), ("U S A", "85"))
    }
    values["RUSSIA", "8542", "2023-02"] = 1234.5
    study = made(
        "meidb", Meidb(values, last="2024-01", final="2023-12", updated="20/03/2024"),
        "reporter: India", "partner: Russia", 'goods: ["8542", "84713010"]',
        'months: "2023-01, 2023-02, 2024-01, 2024-02"',
    )  # fmt: skip
    told = study.fetch()
    assert told[:2] == [
        "made: India TradeStat (MEIDB): 7 held, 2 no trade, 3 not released; 14 calls.",
        "  India, 2024-02: not released (2024-01 was the last month out, on 2024-03-20); try again "
        "at the next release.",
    ]
    flows = study.flows()
    assert set(flows["currency"]) == {"USD"} and set(flows["valuation"]) == {"FOB"}
    assert held(flows) == {
        ("RUS", "84713010", "2023-01"): 1e4,
        ("RUS", "84713010", "2023-02"): 2e4,
        ("RUS", "84713010", "2024-01"): 1e4,
        ("RUS", "8542", "2023-02"): 1234.5e6,
    }
    assert set((flows["value_hi"] - flows["value"]).round()) == {5000}
    assert set(flows["released"]) == {"2024-03-20"}
    card = all_cards(study.project)["made.meidb"]
    assert (card.holds.scale, card.holds.rounded_to, card.holds.absent) == (1e6, 0.01, "zero")
    assert card.publisher.startswith("DGCI&S") and "stay out of git" in card.terms
    kept_out = (study.project.raw / ".gitignore").read_text().split()
    assert kept_out == ["/.fetched/", "/made.meidb.csv.gz", "/made.meidb.card.yaml"]


def test_comext_bulk(made):
    """Two members, one of which has not reported the last month."""
    lines = {
        period: [
            line(reporter, partner, product, 2, period, int(period[4:]) * 1000 + at, procedure)
            for reporter in ("DE", "LT")
            if (reporter, period) != ("LT", "202203")
            for partner in ("KG", "UZ", "US")
            for at, product in enumerate(("87032319", "87032410", "8104050"))
            for procedure in (1, 3)
        ]
        for period in ("202201", "202202", "202203")
    }
    study = made(
        "comext-bulk", ComextBulk(lines), "reporter: two", "partner: neighbours",
        'goods: ["8703", "08104050"]', 'months: "2022-01..2022-04"',
        "groups: {partners: {neighbours: [Kyrgyzstan, Uzbekistan]}, "
        "reporters: {two: [Germany, Lithuania]}}",
    )  # fmt: skip
    planned = study.fetch(only_plan=True)
    assert planned[0].startswith("made: Eurostat Comext, bulk files: ")
    assert not study.server.requests
    told = study.fetch()
    assert told[0] == (
        "made: Eurostat Comext, bulk files: 30 held, 18 not released; 8 calls."
    )  # fmt: skip
    assert any("the month's file is out without it" in text for text in told)
    flows = study.flows()
    assert set(flows["currency"]) == {"EUR"} and set(flows["unit"]) == {"kg"}
    for reporter, months in (("DEU", (1, 2, 3)), ("LTU", (1, 2))):
        assert held(flows[flows["reporter"] == reporter]) == {
            (partner, code, f"2022-0{month}"): value
            for month in months
            for partner in ("KGZ", "UZB")
            for code, value in (("8703", month * 4000 + 2), ("08104050", month * 2000 + 4))
        }
    assert set(flows["released"]) == {"2022-03-15", "2022-04-15", "2022-05-15"}
    card = all_cards(study.project)["made.comext-bulk"]
    assert card.credit == "Source: Eurostat (Comext)" and card.holds.absent == "zero"
    ignored = (study.project.raw / ".gitignore").read_text().split()
    assert ignored == ["/.fetched/"]  # where the archives lie
