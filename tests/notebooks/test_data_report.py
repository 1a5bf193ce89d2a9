"""`01_clean.ipynb` for any study: what is missing comes first, and no section stands empty."""

import shutil
from pathlib import Path

import pytest

from notebooks.running import cells_of, run, words
from strangers import Desk, joined, tidy
from tradecheck.show.exhibits import Figure, Table, shown
from tradecheck.show.prose import NBSP, Prose

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "notebooks" / "01_clean.ipynb"
STUDY = """\
question: Did it double?
reporter: Türkiye
partner: {partner}
goods: ["8703"]
months: "2022-01..2022-04"
base: "2022-01..2022-01"
groups:
  partners: {{two partners: [Russia, Georgia]}}
evidence:
  - months: cars
"""


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.setenv("TRADECHECK_ROOT", str(tmp_path))
    return Desk(tmp_path)


@pytest.fixture
def ran(tmp_path, monkeypatch):
    """A shipped study's report, run in a copy of the project."""

    def report(name: str) -> dict:
        for folder in ("data/raw", "notebooks/studies"):
            shutil.copytree(ROOT / folder, tmp_path / folder)
        monkeypatch.setenv("TRADECHECK_ROOT", str(tmp_path))
        return run(NOTEBOOK, study=name)

    return report


def headings(found: list) -> list[str]:
    return [
        one.markdown for one in found if isinstance(one, Prose) and one.markdown.startswith("## ")
    ]


def rows(table: Table, *columns: str) -> list[tuple[str, ...]]:
    return [
        tuple(shown(row.cells[column]).replace(NBSP, " ") for column in columns)
        for row in table.rows
    ]


def test_it_opens_with_what_is_missing():
    titles = [
        "".join(cell["source"]) for cell in cells_of(NOTEBOOK) if cell["cell_type"] == "markdown"
    ]
    assert titles[0].startswith("## What is missing")


def test_a_study_of_whole_months(desk):
    desk.add("cars", tidy({f"2022-{month:02}": 10 * month for month in range(1, 5)}))
    desk.study(STUDY.format(partner="Russia"))
    found = run(NOTEBOOK, study="own")
    assert "Nothing that the tables could show" in found["missing"][0].markdown
    assert "No row counts as" in found["missing"][1].markdown
    assert "every figure that came in was kept" in found["ledger"][0].markdown
    assert rows(found["ledger"][1], "source", "rows") == [("cars", "4")]
    figure = found["coverage"][0]
    assert (
        isinstance(figure, Figure) and figure.title == "Every month shown has a figure of its own"
    )
    for silent in ("revisions", "currencies", "quantities"):
        assert found[silent] == []


def test_gaps_and_what_was_set_aside_are_named(desk):
    desk.add(
        "cars",
        joined(tidy({"2022-01": 10, "2022-03": 30}), tidy({"2022-01": 1}, partner="Armenia")),
    )
    desk.study(STUDY.format(partner="two partners"))
    found = run(NOTEBOOK, study="own")
    missing = dict(rows(found["missing"][0], "what", "which"))
    assert missing["Months of a reporter"] == "Türkiye, February 2022, in cars"
    assert missing["Partners"] == "Georgia, in cars"
    assert missing["Months without any figure"].startswith(
        "February 2022 and April 2022, 2 of the 4 months"
    )
    entries = dict(rows(found["ledger"][1], "entry", "rows"))
    assert entries == {"received": "3", "kept": "2", "set aside: another partner": "1"}
    assert (
        found["coverage"][0].title.replace(NBSP, " ")
        == "No figure of its own: February 2022 and April 2022"
    )


def test_two_releases_show_what_changed(desk):
    desk.add("cars", tidy({"2022-01": 100, "2022-02": 100}), released="2022-03-31")
    desk.add("later", tidy({"2022-01": 100, "2022-02": 125}), released="2023-03-31")
    desk.study(STUDY.format(partner="Russia") + "  - months: later\n")
    found = run(NOTEBOOK, study="own")
    assert headings(found["revisions"]) == ["## What changed between releases"]
    assert "moved most, by **+25.0" in found["revisions"][1].markdown


def test_quantities_that_cannot_be_right_are_shown(desk):
    head = "period,reporter,partner,flow,product,value_usd,quantity,unit"
    lines = [
        f"2022-0{m},Türkiye,Russia,exports,8703,{1000 * m},{q},pieces"
        for m, q in ((1, 10), (2, 20), (3, 9000))
    ]
    desk.add("cars", "\n".join([head, *lines]) + "\n")
    desk.study(STUDY.format(partner="Russia"))
    found = run(NOTEBOOK, study="own")
    assert headings(found["quantities"]) == ["## Can the quantities be right?"]
    assert rows(found["quantities"][2], "quantity", "why") == [
        ("9,000 pieces", "at most 1/300 of it")
    ]


def test_a_study_without_data_says_so_and_builds(desk):
    desk.study(STUDY.format(partner="Russia").partition("evidence")[0])
    found = run(NOTEBOOK, study="own")
    assert "names no table of trade yet" in found["masthead"][0].standfirst.markdown
    assert rows(found["missing"][0], "what") == [("Months without any figure",)]
    assert found["ledger"] == found["coverage"] == found["files"] == []


def test_overrides_are_obeyed(desk):
    desk.add("cars", joined(tidy({"2022-01": 10}), tidy({"2022-01": 7e6}, partner="Armenia")))
    desk.study(STUDY.format(partner="Russia"))
    found = run(NOTEBOOK, study="own", partner="Armenia", months="2022-01..2022-01")
    assert found["masthead"][0].title == "Türkiye to Armenia: how the data were cleaned"
    assert dict(found["masthead"][0].facts)["Months shown"].replace(NBSP, " ") == "January 2022"


def test_the_eu_study(ran):
    found = ran("eu-neighbours-2022")
    missing = rows(found["missing"][0], "what", "which")
    assert missing[0][1].startswith(
        "Netherlands, November 2022, in eurostat-members-sanctioned and"
    )
    assert missing[1] == (
        "Partners",
        "Belarus and Uzbekistan, in eurostat-members-all-goods-2024-11",
    )
    words_ = found["revisions"][1].markdown
    assert "+7.4" in words_ and "(Netherlands)" in words_
    changes = rows(found["revisions"][3], "partner", "change", "without")
    assert changes == [
        ("Armenia", "+5.8 %", "+0.4 %"), ("Georgia", "+5.3 %", "−2.8 %"),
        ("Kazakhstan", "+8.9 %", "+0.2 %"), ("Kyrgyzstan", "+4.9 %", "+0.2 %"),
    ]  # fmt: skip


def test_the_india_study(ran):
    found = ran("india-russia-2024")
    missing = rows(found["missing"][0], "what", "which")
    assert missing[0][1].startswith("January 2024 to March 2025, which is every month shown")
    assert missing[1][1].startswith("10 of 50: 848610")
    beyond = rows(found["missing"][2], "goods", "unseen")
    assert ("Chapter 85", "205.38") in beyond and ("All goods", "919.06") in beyond
    assert (
        found["currencies"][2].title
        == "Both currencies agree in every row, once rounding is counted"
    )
    assert "**Flagged: 20 of 237.**" in found["quantities"][1].markdown
    assert "845710, April 2023 to March 2024" in words({"quantities": found["quantities"]}).replace(
        NBSP, " "
    )
