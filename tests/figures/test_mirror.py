"""The exporter's figures beside the importer's: a sentence and a table, or nothing at all."""

from dataclasses import replace

import pytest

from made_studies import card, evidence, monthly
from tradecheck.figures.mirror import mirror
from tradecheck.study.evidence import MonthsEvidence

TWO = [{"months": "table"}, {"months": "theirs", "mirror": True}]


def shown(rows, **study):
    """The words and the table's rows, with plain spaces."""
    found = evidence(rows, evidence=study.pop("evidence", TWO), **study)
    exhibits = mirror(found.study, found.claims, found.tables)
    if len(exhibits) < 3:
        return exhibits, [], ""
    _, words, table = exhibits
    rows = [
        tuple(str(cell).replace("\xa0", " ") for cell in row.cells.values()) for row in table.rows
    ]
    return words.markdown.replace("\xa0", " "), rows, table.note


def test_each_month_has_both_values_and_their_ratio():
    mine = monthly("2021-01", [10, 20, 0, 5])
    theirs = monthly("2021-01", [12, 21, 12], source="theirs")
    words, rows, note = shown(mine + theirs, months="2021-01..2021-06")
    assert rows == [
        ("January 2021", "10.00", "12.00", "1.20"),
        ("February 2021", "20.00", "21.00", "1.05"),
        ("March 2021", "0.00", "12.00", "–"),
        ("April 2021", "5.00", "not held", "–"),
        ("Three months on both sides", "30.00", "45.00", "1.50"),
    ]
    assert words.startswith(
        "Both sides report three of the six months shown. There the importer's figures (CIF) "
        "come to **1.50 times** the exporter's (FOB), from 1.05 in February 2021 to 1.20 in January 2021. "
        "The exporter's figures alone are held of April 2021. Neither side's are held of May 2021 and "
        "June 2021. "
    )
    assert "no proof of fraud" in words and "exporter's zero" in note


def test_of_an_import_the_importer_is_the_reporter():
    words, rows, _ = shown(
        [*monthly("2021-01", [12]), *monthly("2021-01", [10], source="theirs")], flow="imports",
        months="2021-01..2021-01",
    )  # fmt: skip
    assert rows == [("January 2021", "10.00", "12.00", "1.20")]
    assert words.startswith(
        "Both sides report the one month shown. There the importer's figures (CIF) come to **1.20 "
        "times** the exporter's (FOB). This report takes the importer's figures where nothing else is said"
    )


def test_a_part_that_is_missing_makes_a_floor_without_a_ratio():
    rows = [
        *monthly("2021-01", [4], product="8703"), *monthly("2021-01", [6], product="8704"),
        *monthly("2021-01", [5], product="8703", source="theirs"),
    ]  # fmt: skip
    _, found, note = shown(rows, goods=["8703", "8704"], months="2021-01..2021-01")
    assert found == [("January 2021", "10.00", "at least 5.00", "–")] and "part" in note


def test_a_mirror_in_another_currency_is_said_to_be_apart():
    rows = [
        *monthly("2021-01", [10], currency="EUR"),
        *monthly("2021-01", [13.2], currency="USD", source="theirs"),
    ]
    more = {"unit": {"currency": "EUR", "scale": 1}, "months": "2021-01..2021-01"}
    (_, words), _, _ = shown(rows, **more)
    assert "compared with nothing" in words.markdown


def test_a_mirror_of_another_detail_that_holds_none_of_the_goods_is_said():
    rows = monthly("2021-01", [10], product="870323")  # the importer's 8703 was set aside
    found = evidence(rows, evidence=TWO[:1], goods=["870323"])
    theirs = MonthsEvidence(months="theirs", mirror=True)
    study = found.study.model_copy(update={"evidence": [*found.study.evidence, theirs]})
    cards = {**found.tables.cards, "theirs": card("theirs")}
    tables = replace(found.tables, mirrors=frozenset({"theirs"}), cards=cards)
    (_, words) = mirror(study, found.claims, tables)
    assert words.markdown.startswith("theirs holds no figure of this trade")


def test_what_was_turned_at_the_months_rate_is_said():
    rows = [*monthly("2021-01", [10]), *monthly("2021-01", [12], source="theirs")]
    _, found, note = shown(rows, months="2021-01..2021-01", holds={"currency": "EUR"})
    assert found == [("January 2021", "10.00", "12.00", "1.20")]
    assert "The importer's figures are in EUR, counted at each month's rate." in note


@pytest.mark.parametrize("evidence", [TWO[:1], TWO[1:]])
def test_without_both_sides_nothing_appears(evidence):
    rows = monthly("2021-01", [10], source=evidence[0]["months"])
    assert shown(rows, evidence=evidence) == ([], [], "")
