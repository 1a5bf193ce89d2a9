"""USA Trade Online's CSV: title rows, codes inside labels, thousands, a column without a name."""

import pytest

from source_files import aside, raw, real, recognised, rows
from tradecheck.data.sources import usa_trade_online
from tradecheck.data.sources.base import Said
from tradecheck.errors import TradecheckError

TITLES = "State Imports by HS Commodities\n\nMeasures: Customs Value\n"
NAMES = "Commodity,Country,District,Time,Customs  Value (Gen) ($US),\n"


def line(goods, country, value, time="January 2024", district="All Districts"):
    return f'"{goods}",{country},{district},{time},"{value}",\n'


def read(text, said=Said()):
    return usa_trade_online.SOURCE.read(raw(text), said, None)


SAMPLE = (
    TITLES + NAMES
    + line("0101210020 Horses, Live, Purebred Breeding Female (no)", "South Africa", "1,716,414")
    + line("0106110000 Primates, Live (no)", '"Korea, South"', "26,320")
)  # fmt: skip


@pytest.mark.parametrize("titles", [TITLES, "", "a\nb\nc\nd\n"])
def test_titles_codes_in_labels_and_thousands(titles):
    text = SAMPLE.replace(TITLES, titles)
    assert recognised(raw(text)) == ["usa-trade-online"]
    found = read(text)
    assert rows(found, "reporter", "partner", "flow", "product", "value", "period_start") == [
        ("USA", "ZAF", "M", "0101210020", 1716414.0, "2024-01"),
        ("USA", "KOR", "M", "0106110000", 26320.0, "2024-01"),
    ]
    assert set(found.flows["row"]) == {titles.count("\n") + 2, titles.count("\n") + 3}
    assert found.absent == "zero" and set(found.flows["valuation"]) == {"customs value"}


def test_the_column_without_a_name_may_be_saved_with_one():
    assert len(read(SAMPLE.replace("($US),", "($US),Unnamed: 5")).flows) == 2


@pytest.mark.parametrize(
    ("time", "first", "last"),
    [
        ("2024", "2024-01", "2024-12"),
        ("January 2024", "2024-01", "2024-01"),
        ("Feb 2024", "2024-02", "2024-02"),
        ("2024 through March", "2024-01", "2024-03"),
        ("2024 through Mar", "2024-01", "2024-03"),
    ],
)
def test_times(time, first, last):
    text = NAMES + line("8703 Cars", "Canada", "5", time)
    assert rows(read(text), "period_start", "period_end") == [(first, last)]


def test_years_beside_months_groups_and_districts_are_set_aside():
    text = (
        NAMES + line("8703 Cars", "Canada", "5") + line("8703 Cars", "Canada", "60", "2024")
        + line("8703 Cars", "World Total", "9") + line("8703 Cars", "OPEC", "4")
        + line("8703 Cars", "Canada", "3", district="Detroit, MI".replace(",", ""))
        + line("Total All Commodities", "Canada", "50") + line("8703 Cars", "Canada", "5")
    )  # fmt: skip
    found = read(text)
    assert rows(found, "partner", "product", "value") == [
        ("CAN", "8703", 5.0),
        ("WLD", "8703", 9.0),
        ("CAN", "TOTAL", 50.0),
    ]
    assert aside(found) == {
        "year row beside months": [3], "group of countries beside its members": [5],
        "breakdown of another row": [6], "exact repeat": [8],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("column", "titles", "flow", "valuation"),
    [
        ("Customs Value (Gen) ($US) (Default Member)", "", "M", "customs value"),
        ("Customs Value (Cons) ($US)", "", "M", "customs value"),
        ("Total Exports Value ($US)", "", "X", "FAS"),
        ("Value ($US)", "Exports by HS\n\n\n", "X", "FAS"),
        ("Value ($US)", "Imports by HS\n", "M", "customs value"),
        ("Total Value ($US)", "", "not stated", "not stated"),
    ],
)
def test_the_measure_says_the_flow(column, titles, flow, valuation):
    text = titles + f"Commodity,Country,Time,{column},\n" + '8703 Cars,Canada,2024,"1,000",\n'
    assert recognised(raw(text)) == ["usa-trade-online"]
    assert rows(read(text), "flow", "valuation") == [(flow, valuation)]


def test_goods_that_are_no_customs_codes_are_refused():
    with pytest.raises(
        TradecheckError, match="line 2, column Commodity: '336 Transportation.*choose HS, not NAICS"
    ):
        read(NAMES + line("336 Transportation Equipment", "Canada", "5"))
    with pytest.raises(TradecheckError, match="line 2, column .*'1.7e' is no number"):
        read(NAMES + line("8703 Cars", "Canada", "1.7e"))


def test_real_file():
    file = real("usa_trade_online_csv/africa_exports_to_us_2024_ustrade_raw_excerpt.csv")
    assert recognised(file) == ["usa-trade-online"]
    table = usa_trade_online.SOURCE.read(file, Said(), None).flows
    assert (len(table), table["value"].sum()) == (1499, 2553538222)
    assert table.iloc[0][["partner", "product", "value"]].tolist() == [
        "ZAF",
        "0101210020",
        1716414.0,
    ]
