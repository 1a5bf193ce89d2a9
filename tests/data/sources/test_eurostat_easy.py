"""Easy Comext's CSV: labels with history, months in words, years as month 52, procedures."""

import pytest

from source_files import aside, raw, real, recognised, rows
from tradecheck.data.sources import eurostat_easy
from tradecheck.data.sources.base import Said
from tradecheck.errors import TradecheckError

NAMES = "REPORTER,PARTNER,PRODUCT,FLOW,STAT_PROCEDURE,PERIOD,VALUE_IN_EUR\n"
EU27 = "European Union - 27 countries (AT, BE, BG, CY, CZ, DE, DK, EE, ES, FI, FR, GR, HR, HU, IE, IT, LT, LU, LV, MT, NL, PL, PT, RO, SE, SI, SK)"  # noqa: E501
CHANGING = "European Union (AT-01/1995, BE-01/1958, GB-01/1973->01/2020, HR-07/2013)"
EA20 = "Euro area - 20 countries (AT, BE, CY, DE, EE, ES, FI, FR, GR, HR, IE, IT, LT, LU, LV, MT, NL, PT, SI, SK)"
EURO_AREA = "Euro area (AT-01/1999, BE-01/1999, HR-01/2023)"
GERMANY = "Germany (incl. German Democratic Republic 'DD' from 1991)"


def read(text, said=Said()):
    return eurostat_easy.SOURCE.read(raw(text), said, None)


def month(reporter, value, period="Aug. 2024", product="Total", flow="EXPORT", procedure="Total"):
    return f'"{reporter}","Kyrgyzstan","{product}","{flow}","{procedure}","{period}",{value}\n'


def test_labels_of_members_and_of_the_four_groups_beside_them():
    text = NAMES + "".join(
        month(reporter, value)
        for value, reporter in enumerate(
            (GERMANY, "Ireland (Eire)", EU27, CHANGING, EA20, EURO_AREA), 1
        )
    )
    assert recognised(raw(text)) == ["eurostat-easy-comext"]
    found = read(text)
    assert rows(found, "reporter", "value") == [
        ("DEU", 1.0), ("IRL", 2.0), ("EU27", 3.0), ("European Union", 4.0), ("EA20", 5.0), ("euro area", 6.0),
    ]  # fmt: skip
    assert found.absent == "zero" and set(found.flows["product"]) == {"TOTAL"}


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("Aug. 2024", "2024-08", "2024-08"),
        ("May 2024", "2024-05", "2024-05"),
        ("Sept. 2024", "2024-09", "2024-09"),
        ("202408-Aug. 2024", "2024-08", "2024-08"),
        ("202408", "2024-08", "2024-08"),
        ("201952-Jan.-Dec. 2019", "2019-01", "2019-12"),
        ("201952", "2019-01", "2019-12"),
        ("Jan.-Dec. 2019", "2019-01", "2019-12"),
        ("Jan.-Aug. 2024", "2024-01", "2024-08"),
        ("2019", "2019-01", "2019-12"),
    ],
)
def test_periods_as_easy_comext_writes_them(period, first, last):
    assert rows(read(NAMES + month(GERMANY, 5, period)), "period_start", "period_end") == [
        (first, last)
    ]


@pytest.mark.parametrize("period", ["202413", "Aug 24", "Foo. 2024", "199952-x y", "2024-00"])
def test_a_period_that_is_none(period):
    if period.startswith("1999"):
        assert rows(read(NAMES + month(GERMANY, 5, period)), "period_start") == [("1999-01",)]
        return
    with pytest.raises(TradecheckError, match="line 2, column PERIOD"):
        read(NAMES + month(GERMANY, 5, period))


def test_years_are_set_aside_beside_their_months_and_totals_without():
    found = read(
        NAMES + month(GERMANY, 8, "202408-Aug. 2024") + month(GERMANY, 80, "202452-Jan.-Dec. 2024")
        + month(GERMANY, 70, "202352-Jan.-Dec. 2023") + month("Greece", 9, "202452-Jan.-Dec. 2024")
    )  # fmt: skip
    assert rows(found, "reporter", "period_end", "value") == [
        ("DEU", "2024-08", 8.0), ("DEU", "2023-12", 70.0), ("GRC", "2024-12", 9.0),
    ]  # fmt: skip
    assert aside(found) == {"year row beside months": [3]}


def test_codes_before_their_labels():
    found = read(NAMES + month("DE-Germany", 5, product="87032319-Motor cars, 1 500 cm³", flow="2-EXPORT",
                               procedure="1-Normal"))  # fmt: skip
    assert rows(found, "reporter", "product", "flow") == [("DEU", "87032319", "X")]


def test_procedures_beside_their_total_are_a_breakdown_and_without_it_parts():
    split = month(GERMANY, 5, procedure="1-Normal") + month(
        GERMANY, 2, procedure="2-Inward processing"
    )
    found = read(NAMES + split + month(GERMANY, 7, procedure="T-Total"))
    assert rows(found, "value") == [(7.0,)]
    assert aside(found) == {"breakdown of another row": [2, 3]}
    parts = read(NAMES + split)
    assert rows(parts, "value") == [(5.0,), (2.0,)] and not aside(parts)
    same = parts.flows.drop(
        columns=["value", "value_lo", "value_hi", "row", "quantity"]
    ).drop_duplicates()
    assert len(same) == 1


def test_values_and_weights_in_rows_of_indicators():
    names = NAMES.replace("VALUE_IN_EUR", "INDICATORS,INDICATOR_VALUE")
    text = names + month(GERMANY, "VALUE_IN_EUROS,50") + month(GERMANY, "QUANTITY_IN_100KG,2.5")
    assert recognised(raw(text)) == ["eurostat-easy-comext"]
    assert rows(read(text), "value", "quantity", "unit") == [(50.0, 250.0, "kg")]


def test_values_and_weights_in_columns():
    names = NAMES.replace("VALUE_IN_EUR", "VALUE_IN_EUROS,QUANTITY_IN_100KG")
    assert rows(read(names + month(GERMANY, "50,2.5")), "value", "quantity") == [(50.0, 250.0)]


def test_a_value_that_is_not_available_is_no_row():
    found = read(NAMES + month(GERMANY, 5) + month("Malta", ":"))
    assert rows(found, "reporter") == [("DEU",)] and "no zero" in found.notes[0]


@pytest.mark.parametrize(
    ("path", "count", "members", "total"),
    [
        ("Relational_View_2024-11-16T05_46_58.864Z.csv", 30, 26, 235471584),
        ("Relational_View_2024-11-17T07_25_35.876Z.csv", 31, 27, 921956331),
    ],
)
def test_real_months_whose_members_add_up_to_the_group(path, count, members, total):
    file = real(f"eurostat_easy_comext_csv/{path}")
    assert recognised(file) == ["eurostat-easy-comext"]
    table = eurostat_easy.SOURCE.read(file, Said(), None).flows.set_index("reporter")["value"]
    single = table[[code for code in table.index if len(code) == 3]]
    assert (len(table), len(single), single.sum(), table["EU27"]) == (count, members, total, total)


def test_real_year():
    file = real("eurostat_easy_comext_csv/annual_period_201952.csv")
    table = eurostat_easy.SOURCE.read(file, Said(), None).flows
    assert (len(table), table["value"].sum()) == (39, 343026876)
    assert (
        set(table["period_end"]) == {"2019-12"}
        and table.set_index("partner").at["KIR", "value"] == 3239365
    )
