"""UK HMRC's Overseas Trade Statistics: rows of ports, two kinds of partners, hidden trade."""

import pytest

from source_files import aside, raw, recognised, rows
from tradecheck.data.sources import hmrc
from tradecheck.data.sources.base import Said, Wanted
from tradecheck.errors import TradecheckError

FETCHED = """\
MonthId,Flow,CommodityId,Country,Value,NetMass,SuppressionIndex,Released
202401,exports,TOTAL,WLD,900,,0,2024-03-15
202401,exports,08104050,DEU,100,7.5,0,2024-03-15
202401,exports,854231,RUS,,,2,2024-03-15
202401,exports,854231,KAZ,30,4,4,2024-03-15
"""
OTS = """\
MonthId,FlowTypeId,SuppressionIndex,CommodityId,CommoditySitcId,CountryId,PortId,Value,NetMass,SuppUnit,CountryCodeAlpha
202401,1,0,8104050,1,4,131,100.0,5.0,0,DE
202401,1,0,8104050,1,4,7,100.0,5.0,0,DE
202401,3,0,85423110,1,75,7,9.0,1.0,0,RU
202401,1,0,859999999,1,4,0,50.0,0,0,DE
202401,1,0,-990,1,4,0,5.0,0,0,DE
"""


def read(text, said=Said(), wanted=None):
    return hmrc.SOURCE.read(raw(text), said, wanted)


def test_what_fetching_writes():
    assert recognised(raw(FETCHED)) == ["hmrc-ots"]
    found = read(FETCHED)
    assert rows(found, "partner", "flow", "product", "value", "quantity", "status", "edition") == [
        ("WLD", "X", "TOTAL", 900.0, None, "final", ""),
        ("DEU", "X", "08104050", 100.0, 7.5, "final", "CN2024"),
        ("RUS", "X", "854231", None, None, "confidential", "HS2022"),
        ("KAZ", "X", "854231", 30.0, None, "final", "HS2022"),
    ]
    table = found.flows
    assert set(table["reporter"]) == {"GBR"} and set(table["currency"]) == {"GBP"}
    assert set(table["valuation"]) == {"FOB"} and set(table["released"]) == {"2024-03-15"}
    assert set(table["unit"]) == {"kg", ""} and found.absent == "zero"


def test_rows_of_the_service_itself():
    """A zero lost from the front; two ports that are alike; what is of no code is set aside."""
    assert recognised(raw(OTS)) == ["hmrc-ots"]
    found = read(OTS)
    assert rows(found, "partner", "flow", "product", "value", "valuation") == [
        ("DEU", "M", "08104050", 100.0, "CIF"),
        ("DEU", "M", "08104050", 100.0, "CIF"),
        ("RUS", "M", "85423110", 9.0, "CIF"),
    ]
    assert aside(found) == {"estimate of trade below the thresholds": [5, 6]}


def test_what_is_asked_for_alone():
    found = read(FETCHED, wanted=Wanted(partners=frozenset({"RUS"})))
    assert rows(found, "partner") == [("RUS",)]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("202401,exports,TOTAL", "202413,exports,TOTAL", "line 2"),
        ("exports,TOTAL", "5,TOTAL", "no flow"),
        ("exports,TOTAL", "re-exports,TOTAL", "'re-exports' is no flow"),
        ("08104050", "8104050x", "no commodity code"),
        (",900,", ",nine,", "no number"),
    ],
)
def test_mistakes_are_named_with_their_line(old, new, told):
    with pytest.raises(TradecheckError, match=told):
        read(FETCHED.replace(old, new))
