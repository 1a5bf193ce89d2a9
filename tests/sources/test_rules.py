"""What each source's rows must obey, beyond their types."""

import pytest

from tradecheck.errors import TradecheckError
from tradecheck.sources import comtrade, ecb, eidb, goods, press
from tradecheck.sources.tabular import parse

FIGURE = "id,note,1,US$ mn,{first},2024-07,exact,reported,publisher,https://example.org,{day},"
REPORT = "R1,outlet,,en,each,last year,July,95,not given,via India,"


@pytest.mark.parametrize(
    ("model", "row", "words"),
    [
        (ecb.Rate, "2024-07,80,81,82,20", ["mean 80.0", "between low 81.0 and high 82.0"]),
        (ecb.Rate, "2024-07,80,79,78,20", ["high 78.0"]),
        (ecb.Rate, "2024-07,0,0,0,20", ["mean 0.0"]),
        (ecb.Rate, "2024-13,80,79,81,20", ["column month ('2024-13')", "such as 2024-07"]),
        (ecb.Rate, "Jul 2024,80,79,81,20", ["column month", "such as 2024-07"]),
        (comtrade.Release, "India,2024-07,H6,2024-07-01,2024-06-30", ["2024-07-01", "2024-06-30"]),
        (comtrade.Release, "India,2024-07,H6,2024-06-30,2024-08-01", ["must follow the month"]),
        (comtrade.Release, "India,2024-07,H7,2024-09-01,2024-09-01", ["'H7'", "'H5' or 'H6'"]),
        (comtrade.Release, "India,2024-07,H6,2024-02-30,2024-09-01", ["'2024-02-30'", "a date"]),
        (comtrade.Release, "India,2024-07,H6,20240901,2024-09-01", ["'20240901'", "a date"]),
        (comtrade.Release, ",2024-07,H6,2024-09-01,2024-09-01", ["column reporter", "missing"]),
        (goods.Item, "84715,3.A,Servers,2024-02-23,false,847150", ["column hs6 ('84715')"]),
        (goods.Item, "847150,3,Servers,2024-02-23,false,847150", ["column tier ('3')", "'3.A'"]),
        (goods.Item, "847150,3.A,Servers,2024-02-23,no,847150", ["'no'", "true or false"]),
        (goods.Item, "847150,3.A,Servers,2024-02-23,false,84715", ["column hs2017_code"]),
        (eidb.Line, "2024-25,847150,1.0,8.5,3,,1", ["column qty_unit", "missing"]),
        (eidb.Destination, "2024-25,U S A,,1.0", ["column partner", "missing"]),
        (press.Figure, FIGURE.format(first="2024", day=""), ["column first_month ('2024')"]),
        (press.Figure, FIGURE.format(first="2024-07", day="12 Oct"), ["column published"]),
        (press.ReReport, REPORT.replace("each", "both"), ["'both'", "'each'"]),
        (press.ReReport, REPORT.replace(",95,", ",95 mn,"), ["column july_usd_mn", "'95 mn'"]),
    ],
)
def test_a_row_that_breaks_a_rule(model, row, words):
    with pytest.raises(TradecheckError) as error:
        parse(f"{','.join(model.model_fields)}\n{row}\n".encode(), "data/raw/t.csv", model)
    for word in ["data/raw/t.csv", "line 2", *words]:
        assert word in str(error.value)


def test_yearly_lines_may_hold_bad_codes_and_repeats_for_cleaning_to_set_aside():
    row = "2024-25,84715,1.0,8.5,3,NOS,1\n"
    table = parse((",".join(eidb.Line.model_fields) + f"\n{row}{row}").encode(), "t", eidb.Line)
    assert table["hs6"].tolist() == ["84715", "84715"]


def test_empty_text_stays_empty_and_an_empty_number_is_missing():
    rows = f"{','.join(press.ReReport.model_fields)}\n{REPORT.replace(',95,', ',,')}\n"
    table = parse(rows.encode(), "t", press.ReReport)
    assert table["july_usd_mn"].isna().all()
    assert (table.at[0, "address"], table.at[0, "note"]) == ("", "")
