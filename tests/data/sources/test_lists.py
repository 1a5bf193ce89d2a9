"""Tables that hold no trade: lists of goods, rates, figures."""

import pytest

from source_files import raw
from tradecheck.data.sources import lists, recognise
from tradecheck.errors import TradecheckError

GOODS = "hs6,Group,new,note\n870323,cars,true,a\n010121,horses,FALSE,\n"
RATES = "month;mean;low;high;days\nFeb-24;82,5;82;83,1;20\nJan-24;83,0;82,5;83,2;21\n"
FIGURES = "id,what,value,unit,grade\na1,cars,1.5,US$ mn,reported\na2,share,-3,percent,reported\n"


def read(content: str):
    return recognise(raw(content)).read(raw(content))


def test_a_goods_list_in_order_of_codes_with_columns_of_their_kind():
    table = read(GOODS)
    assert recognise(raw(GOODS)) is lists.GOODS
    assert table["code"].tolist() == ["010121", "870323"]
    assert table["new"].tolist() == [False, True] and table["new"].dtype == bool
    assert table["note"].tolist() == ["", "a"] and table["group"].tolist() == ["horses", "cars"]


@pytest.mark.parametrize("name", ["code", "HS6", "cn8", "hs_code", "Commodity code", "product"])
def test_the_column_of_codes_by_its_name(name):
    assert read(f"{name},note\n8703.23,a\n")["code"].tolist() == ["870323"]


def test_rates_in_order_of_months_and_in_a_spreadsheets_style():
    assert recognise(raw(RATES)) is lists.RATES
    assert read(RATES).values.tolist() == [
        ["2024-01", 83.0, 82.5, 83.2],
        ["2024-02", 82.5, 82.0, 83.1],
    ]
    alone = read("month,rate\n2024-01,83.0\n")
    assert alone["mean"].tolist() == [83.0] and alone[["low", "high"]].isna().all(axis=None)


def test_figures_keep_their_order():
    table = read(FIGURES)
    assert recognise(raw(FIGURES)) is lists.FIGURES
    assert table["value"].tolist() == [1.5, -3.0] and table["grade"].tolist() == ["reported"] * 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("hs6,note\n84715,a\n", ["line 2, column hs6 ('84715')", "084715"]),
        ("hs6,note\n847150,a\n847150,b\n", ["line 3 repeats line 2", "847150", "delete one"]),
        ("hs6,note\n8471.50,a\n847150,b\n", ["line 3 repeats line 2"]),
        ("code,note\nTOTAL,a\n", ["line 2, column code", "all goods"]),
        ("code,note\nservers,a\n", ["line 2, column code", "no customs code"]),
        ("code,note\n,a\n", ["line 2, column code", "missing"]),
        (
            "month,mean,low,high\n2024-07,80,81,82\n",
            ["line 2", "mean 80.0", "low 81.0 and high 82.0"],
        ),
        ("month,mean,low,high\n2024-07,80,79,78\n", ["high 78.0"]),
        ("month,mean\n2024-07,0\n", ["line 2", "above 0"]),
        ("month,mean\n2024-07,\n", ["line 2", "mean"]),
        ("month,mean\n2024-13,80\n", ["line 2, column month ('2024-13')"]),
        ("month,mean\n2024Q1,80\n", ["line 2, column month", "month by month"]),
        ("month,mean\n2024-07,80\nJul-24,81\n", ["line 3 repeats line 2", "2024-07"]),
        ("id,what,value,unit\na,b,,percent\n", ["line 2, column value", "missing"]),
        ("id,what,value,unit\na,b,x,percent\n", ["line 2, column value ('x')"]),
        ("id,what,value,unit\na,b,1,percent\na,c,2,percent\n", ["line 3 repeats line 2"]),
    ],
)
def test_what_breaks_a_rule_is_named(content, words):
    with pytest.raises(TradecheckError) as error:
        read(content)
    for word in ["sample.csv", *words]:
        assert word in str(error.value)
