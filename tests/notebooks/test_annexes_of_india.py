"""The annexes of India to Russia: right answers, and no sentence that the bounds do not prove."""

import re
import shutil
from pathlib import Path

import pytest

from notebooks.running import run, words
from tradecheck.show.exhibits import Figure, Fold, Table, shown
from tradecheck.show.prose import NBSP

ROOT = Path(__file__).parents[2]
STUDY = "india-russia-2024"
FOLDER = ROOT / "notebooks" / "studies" / STUDY


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """Every annex run in a copy of the project, after cleaning; what its cells show."""
    root = tmp_path_factory.mktemp("a copy")
    for folder in ("data/raw", "notebooks/studies"):
        shutil.copytree(ROOT / folder, root / folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRADECHECK_ROOT", str(root))
        run(ROOT / "notebooks" / "01_clean.ipynb", study=STUDY)
        yield {path.stem[:2]: run(path) for path in sorted(FOLDER.glob("0*.ipynb"))}


def said(found: dict, cell: str) -> str:
    return found[cell][-1].markdown.replace(NBSP, " ")


def only(found: dict, kind: type) -> list:
    return [one for held in found.values() for one in held if isinstance(one, kind)]


def table_rows(table: Table) -> list[dict[str, str]]:
    return [
        {key: shown(cell).replace(NBSP, " ") for key, cell in row.cells.items()}
        for row in table.rows
    ]


def test_every_annex_shows_figures_and_says_something(ran):
    assert set(ran) == {"04", "05", "06"}
    for found in ran.values():
        assert only(found, Figure)
        assert len(words(found)) > 1000


def test_two_floors_are_not_told_as_a_fall(ran):
    text = said(ran["04"], "rest")
    assert "at least US$ 108.6 million" in text and "US$ 98.7 to 397.7 million" in text
    assert "**whether they fell is open**" in text


def test_the_tiers_add_up_to_what_is_known_by_hand(ran):
    table = ran["04"]["tiers"][0].exhibits[0]
    last = [row["2024-04"] for row in table_rows(table)]
    assert last == ["5.02", "10.46", "30.79", "12.50", "1.62", "38.65", "440.58", "539.62"]


def test_machines_are_read_both_ways(ran):
    text = said(ran["04"], "shares-words")
    assert "machine tools, such goods were 5.2 to 38.3 %" in text
    assert "57.8 to 93.1 %" in text


def test_the_dating_says_if_and_shows_how_fragile_it_is(ran):
    text = said(ran["04"], "dating-words")
    assert text.startswith("If customs rates stood within 0.10 rupees")
    assert "**US$ 82.5 million**" in text and "half a month late it is US$ 7.6 million" in text
    assert "a month late, nothing" in text and "vanishes at ±0.22 rupees" in text
    figure = ran["04"]["dating-figure"][0]
    limits = {row["tolerance"]: row["lag-0"] for row in table_rows(figure.data)}
    assert limits == {
        "±0.02": "137.3 to 440.6", "±0.05": "116.7 to 440.6", "±0.10": "82.5 to 440.6",
        "±0.15": "48.2 to 440.6", "±0.20": "13.9 to 440.6", "±0.22": "0.2 to 440.6", "±0.25": "at most 440.6",
    }  # fmt: skip


def test_the_check_favours_no_lag_and_tells_its_gap(ran):
    text = said(ran["04"], "residuals-words")
    assert "**favours no lag**" in text and "one year is 0.26 off, more than the 0.22" in text
    rows = {row["period"]: row for row in table_rows(ran["04"]["residuals-table"][0].exhibits[0])}
    assert rows["2020-21"]["lag-0"] == "+0.26" and rows["2024-25"]["lag-0"] == "+0.04"
    assert rows["2017-18"]["lag-1"] == "–"  # March 2017 is not held


def test_a_ratio_without_limits_is_any_value(ran):
    table = ran["04"]["doubling-table"][0]
    assert [row["B1"] for row in table_rows(table)] == ["any value"] * 4
    assert table_rows(table)[0]["B4"] == "at most ×32.41"


def test_the_peak_stays_open(ran):
    text = said(ran["04"], "peak")
    assert (
        "all 14 other months shown may still have been larger" in text and "none has to be" in text
    )
    table = ran["04"]["peak-table"][0].exhibits[0]
    assert len(table.rows) == 14


def test_the_path_says_what_it_minimises_and_where_its_year_stands(ran):
    figure = ran["04"]["path"][0]
    notes = figure.notes.markdown.replace(NBSP, " ")
    assert (
        "least total change of slope" in notes
        and "US$ 838.3 million, at the year’s upper limit" in notes
    )
    assert "31.8 to 623.8 million" in said(ran["04"], "left-over")


def test_every_condition_of_second_only_to_china_is_shown(ran):
    rows = table_rows(ran["05"]["conditions-table"][0])
    assert [row["who"] for row in rows] == [
        "India less Hong Kong", "India less the largest other supplier", "China less India",
        "India less the largest other supplier", "China with Hong Kong less India",
    ]  # fmt: skip


def test_a_fifth_in_one_range(ran):
    text = said(ran["05"], "fifth")
    assert "**9.1 %**" in text and "US$ 475 to 559 million" in text and "less than 47 %" in text


def test_a_rank_of_floors_is_called_one(ran):
    figure = ran["05"]["customers"][0]
    assert figure.title == "Of what was found, Russia ranks second among India’s customers"
    assert "the order of the full values may differ" in figure.notes.markdown


def test_what_was_public_is_said_of_tariff_line_data_only(ran):
    text = said(ran["05"], "calendar-words")
    assert "tariff-line data" in text and "says nothing of other data sets" in text
    assert "months of January to June 2024 were there" in text
    assert (
        ran["05"]["calendar"][0]
        .title.replace(NBSP, " ")
        .endswith("last public month was June 2024")
    )


def test_the_wording_adds_up_to_all_pages(ran):
    figure = ran["06"]["drift-figure"][0]
    by_question: dict[str, int] = {}
    for row in figure.data.rows:
        by_question[row.group] = by_question.get(row.group, 0) + int(shown(row.cells["pages"]))
    assert set(by_question.values()) == {36}
    assert figure.title == "8 of 36 re-reports say “each month”"


def test_every_reading_is_in_the_grid(ran):
    combined = ran["06"]["combinations"][0]
    assert len(combined.rows) == 4 and len(combined.columns) == 6
    listed = ran["06"]["readings"][0]
    assert len(listed.rows) == 26 and "C3b and C3c believe" in str(listed.note)


def test_no_page_speaks_as_a_machine_does(ran):
    banned = re.compile(
        r"predicate|specification|\d to US\$|\d …|−0\.0+(?!\d)|\bnan\b|\binf\b|at least ×0\.00",
        re.I,
    )
    for name, found in ran.items():
        text = re.sub(r"<[^>]+>", " ", words(found)).replace(NBSP, " ")
        assert not banned.search(text), (name, banned.search(text))


def test_folds_hold_what_is_read_on_demand(ran):
    assert [fold.summary for fold in only(ran["04"], Fold)] == [
        "Values found, by tier of the list", "The check, year by year", "By how much each month can exceed July"
    ]  # fmt: skip
