"""The data report's figures: titles follow the data, outliers are named, grades are said."""

from pathlib import Path

import pytest

from tradecheck.cards import all_cards
from tradecheck.cleaning import clean, find_flags
from tradecheck.show.exhibits import shown
from tradecheck.figures import cleaning as figures
from tradecheck.figures import cleaning_tables, provenance
from tradecheck.study.project import find_project
from tradecheck.sources import goods
from tradecheck.study import load_study

PROJECT = find_project(Path(__file__).parent)
STUDY = load_study(PROJECT, "india-russia-2024")
GOODS = goods.read(PROJECT, "chpl")


@pytest.fixture(scope="module")
def cleaned():
    return clean(PROJECT, STUDY)


def cells(table, column: str) -> list[str]:
    return [shown(row.cells[column]) for row in table.rows]


def test_the_rates_figure_says_that_all_agree_only_when_all_agree(cleaned):
    figure = figures.implied_rates(cleaned.checks, GOODS, STUDY)
    assert figure.title == "Rupees and dollars agree in every cell once rounding is counted"
    assert "flagged: 0" in figure.notes

    checks = cleaned.checks.copy()
    row = checks.index[(checks["hs6"] == "845811") & (checks["period"] == "FY2023-24")]
    checks.loc[row, ["rate", "rate_lo", "rate_hi"]] = [70.0, 69.9, 70.1]
    checks.loc[row, "rate_flag"] = True
    figure = figures.implied_rates(checks, GOODS, STUDY)
    assert figure.title == "Cells outside the year's exchange rates: 1"
    assert "flagged: 1" in figure.notes
    assert "845811" in figure.wide and "845811" in figure.narrow
    assert cells(figure.data, "flag").count("flagged") == 1


def test_the_coverage_figure_counts_what_is_seen(cleaned):
    figure = figures.coverage_map(cleaned.coverage, STUDY)
    assert figure.title == "35 of 50 codes show a value in FY2024-25; 10 cannot"
    assert len(figure.data.rows) == 50
    servers = next(row for row in figure.data.rows if row.cells["goods"].startswith("847150"))
    assert servers.cells["FY2024-25"] == "440.58"
    assert servers.cells["FY2017-18"] == "no line"

    fewer = cleaned.coverage.copy()
    fewer.loc[fewer["hs6"] == "847150", "state"] = "not in source"
    assert figures.coverage_map(fewer, STUDY).title.startswith("34 of 50")


def test_the_ledger_table_shows_what_comes_in_and_where_it_goes(cleaned):
    table = cleaning_tables.ledger_table(cleaned.ledger)
    assert cells(table, "rows") == ["237", "237", "0", "0", "0", "0", "0"]
    assert cells(table, "usd")[:2] == ["932.14", "932.14"]


def test_the_flags_table_puts_the_largest_value_first(cleaned):
    table = cleaning_tables.flags_table(cleaned.flags, GOODS)
    assert cells(table, "cell")[1] == "FY2023-24 845710 Machining centres"
    assert cells(table, "why")[1] == "at most 1/68 of it"
    checks = cleaned.checks.assign(rate_flag=True, quantity_flag=False)
    table = cleaning_tables.flags_table(find_flags(checks), GOODS)
    assert set(cells(table, "why")) == {"currencies disagree"}


def test_the_flags_sentence_names_the_largest_or_none(cleaned):
    words = cleaning_tables.flags_sentence(cleaned.flags).markdown
    assert words.startswith("Flagged cells: 20. The largest with too high a quantity is 845710")
    assert cleaning_tables.flags_sentence(cleaned.flags.iloc[:0]).markdown == "Flagged cells: 0."


def test_a_run_without_flags_still_has_its_table(cleaned):
    assert cleaning_tables.flags_table(cleaned.flags.iloc[:0], GOODS).rows == ()


def test_the_files_and_parameters_tables_hold_every_one():
    cards = all_cards(PROJECT)
    assert cells(provenance.files_table(cards), "file") == [card.file for card in cards.values()]
    errors = [error for card in cards.values() for error in card.known_errors]
    assert set(errors) <= set(cells(provenance.cards_table(cards), "says"))
    table = provenance.parameters_table(STUDY)
    assert cells(table, "name") == list(type(STUDY).model_fields)
    values = dict(zip(cells(table, "name"), cells(table, "value")))
    assert values["rate_gap_flag_percent"] == "5.0"
    assert "servers: 847150" in values["goods"]
