"""Tidy tables: columns known by name, rows kept or set aside with a reason, and what is refused."""

import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from source_files import aside, book, raw, recognised, rows
from tradecheck.data.flows import COLUMNS
from tradecheck.data.sources import recognise, tidy
from tradecheck.data.sources.base import Said, Wanted
from tradecheck.errors import TradecheckError

FULL = """\
Period,Reporter,Partner,Flow,HS6,Value,Currency,Quantity,Unit,Released,Status
Apr-24,Türkiye,Russia,Exports,8703.23,1200.5,USD,3,u,2024-06-01,
2024-05,TUR,RUS,X,870324,c,usd,,,2024-06-01,
2024-05,Turkey,World,import,TOTAL,0,USD,,,2024-06-01,p
"""


def read(content, said=Said(), wanted=None, name="sample.csv"):
    file = raw(content, name)
    assert recognise(file) is tidy.SOURCE
    return tidy.read(file, said, wanted)


def test_every_column_of_a_full_table():
    found = read(FULL)
    assert list(found.flows.columns) == list(COLUMNS)
    assert found.flows.drop(columns=["value_lo",
     "value_hi"]).astype(object).fillna("none").values.tolist() == [
        ["TUR", "RUS", "X", "2024-04", "2024-04", "870323", "", 1200.5, "USD", 3.0, "u",
         "not stated", "final",
         "sample", 2, "2024-06-01"],
        ["TUR", "RUS", "X", "2024-05", "2024-05", "870324", "", "none", "USD", "none", "",
         "not stated",
         "confidential", "sample", 3, "2024-06-01"],
        ["TUR", "WLD", "M", "2024-05", "2024-05", "TOTAL", "", 0.0, "USD", "none", "", "not stated",
         "provisional",
         "sample", 4, "2024-06-01"],
    ]  # fmt: skip
    assert (found.rows, len(found.aside)) == (3, 0)
    assert found.flows["value_lo"].equals(found.flows["value"])


def test_columns_in_any_order_and_case():
    table = pd.read_csv(io.StringIO(FULL), dtype="str", keep_default_na=False)
    turned = table[table.columns[::-1]].rename(columns=str.upper)
    assert rows(read(turned.to_csv(index=False)), *COLUMNS) == rows(read(FULL), *COLUMNS)


def test_one_table_in_every_kind_of_file():
    plain = [["period", "partner", "hs6", "value_eur"], ["2024-04", "Russia", "870323", 1234.5],
             ["2024-05", "Russia", "010121", 0.25]]  # fmt: skip
    text = "\n".join(",".join(map(str, row)) for row in plain)
    german = text.replace(",", ";").replace(".", ",").replace("1234,5", "1.234,50")
    page = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in plain)
    parquet = io.BytesIO()
    pd.DataFrame(plain[1:], columns=plain[0]).to_parquet(parquet)
    columns = [name for name in COLUMNS if name != "row"]
    expected = rows(read(text), *columns)
    assert [row[columns.index("value")] for row in expected] == [1234.5, 0.25]
    for content, name in (
        (german, "t.csv"), (german.encode("utf-16"), "t.txt"), (text.replace(",", "\t"), "t.tsv"),
        ("sep=;\n" + german, "t.csv"), (f"<table>{page}</table>", "t.xls"), (book({"s": plain}),
         "t.xlsx"),
        (parquet.getvalue(), "t.parquet"),
    ):  # fmt: skip
        found = read(content, name=name)
        assert rows(found, *columns) == [
            tuple("t" if cell == "sample" else cell for cell in row) for row in expected
        ]


def test_what_the_file_does_not_say_is_taken_from_what_is_said():
    said = Said(
        reporter="Turkey", partner="Russian Federation", flow="exports", goods="87.03",
         currency="usd",
        valuation="fob", edition="HS2022", scale=1000, rounded_to=1, released="2024-06-01",
        provisional=frozenset({"2024-05"}),
    )  # fmt: skip
    found = read("month,value\n2024-04,5\n2024-05,0\n", said)
    columns = ["reporter", "partner", "flow", "product", "currency", "valuation", "edition",
     "value_lo", "value",
               "value_hi", "status", "released"]  # fmt: skip
    assert rows(found, *columns) == [
        (
            "TUR",
            "RUS",
            "X",
            "8703",
            "USD",
            "FOB",
            "HS2022",
            4500.0,
            5000.0,
            5500.0,
            "final",
            "2024-06-01",
        ),
        (
            "TUR",
            "RUS",
            "X",
            "8703",
            "USD",
            "FOB",
            "HS2022",
            0.0,
            0.0,
            500.0,
            "provisional",
            "2024-06-01",
        ),
    ]


def test_what_nobody_says_is_not_stated():
    found = read("month,value\n2024-04,5\n")
    assert rows(found, "reporter", "partner", "flow", "product", "currency", "valuation") == [
        ("not stated",) * 6
    ]


@pytest.mark.parametrize(
    ("content", "said", "words"),
    [
        ("period,reporter,hs6,value\n2024-04,DEU,870323,5\n", Said(reporter="Türkiye"),
         ["reporter DEU", "TUR"]),
        ("period,partner,hs6,value\n2024-04,RUS,870323,5\n2024-04,KAZ,870323,5\n",
         Said(partner="Russia"),
         ["partner KAZ, RUS"]),
        ("period,flow,hs6,value\n2024-04,X,870323,5\n", Said(flow="imports"), ["flow X", "M"]),
        ("period,hs6,value_eur\n2024-04,870323,5\n", Said(currency="USD"), ["currency EUR", "USD"]),
        ("period,hs6,value_fob\n2024-04,870323,5\n", Said(valuation="CIF"), ["valuation FOB",
         "CIF"]),
        ("period,hs6,value\n2024-04,870323,5\n", Said(goods="8703"), ["column hs6 says the goods",
         "8703"]),
        ("period,hs6,value_usd_mn\n2024-04,870323,5\n", Said(scale=1000), ["1,000,000", "1,000"]),
        ("period,flow,hs6,export_value\n2024-04,M,870323,5\n", Said(), ["flow and export_value",
         "different flows"]),
        ("period,value\n2024-04,5\n", Said(flow="sideways"), ["'sideways'", "no flow"]),
        ("period,value\n2024-04,5\n", Said(currency="dollars"), ["'dollars'", "no currency"]),
        ("period,value\n2024-04,5\n", Said(valuation="net"), ["'net'", "no valuation"]),
        ("period,value\n2024-04,5\n", Said(released="June"), ["'June'", "no day"]),
    ],
)  # fmt: skip
def test_file_and_what_is_said_must_agree(content, said, words):
    with pytest.raises(TradecheckError) as error:
        tidy.read(raw(content), said, None)
    for word in ["sample.csv" if said != Said(flow="sideways") else "sample", *words]:
        assert word in str(error.value)


def test_several_currencies_in_one_file_are_rows_for_each():
    found = read("period,hs6,value_usd,value_eur\n2024-04,870323,5,4\n2024-05,870323,,3\n")
    assert found.rows == 2 and found.absent == "unknown"
    assert rows(found, "period_start", "value", "currency") == [
        ("2024-04", 5.0, "USD"), ("2024-04", 4.0, "EUR"), ("2024-05", None, "USD"), ("2024-05", 3.0,
         "EUR"),
    ]  # fmt: skip


def test_exports_and_imports_side_by_side_are_rows_for_each():
    found = read("period,hs6,exports_usd,imports_usd\n2024-04,870323,5,4\n")
    assert rows(found, "flow", "value") == [("X", 5.0), ("M", 4.0)]


def test_scales_are_read_from_names_and_from_units():
    assert rows(read("period,hs6,value_usd_mn\n2024-04,870323,1.5\n"), "value") == [(1500000.0,)]
    found = read("period,hs6,value,unit\n2024-04,870323,1.5,thousand euros\n2024-05,870323,2,EUR\n")
    assert rows(found, "value", "currency") == [(1500.0, "EUR"), (2.0, "EUR")]


def test_repeats_conflicts_and_impossible_values_are_set_aside():
    found = read(
        "period,partner,hs6,value\n2024-04,RUS,870323,5\n2024-04,RUS,870323,5\n2024-05,RUS,870323,5\n"
        "2024-05,Russia,870323,6\n2024-05,RUS,870323,6\n2024-06,RUS,870323,-4\n2024-07,RUS,39XXXXXX,4\n"
        "2024-04,KAZ,870323,5\n2024-06,RUS,870324,\n2024-06,RUS,870324,7\n"
    )
    assert aside(found) == {
        "exact repeat": [3], "conflicting rows": [4, 5, 6, 10, 11], "impossible value": [7],
        "confidential code": [8],
    }  # fmt: skip
    assert rows(found, "row", "value") == [(2, 5.0), (9, 5.0)]
    assert len(found.flows) + len(found.aside) == found.rows == 10


def test_rows_that_differ_in_a_column_that_is_not_read_are_no_repeats():
    found = read("period,hs6,value,district\n2024-04,870323,5,A\n2024-04,870323,5,B\n")
    assert aside(found) == {"conflicting rows": [2, 3]}
    assert "district" in found.notes[0] and "add them up" in found.notes[1]
    numbered = read("Unnamed: 0,period,hs6,value\n0,2024-04,870323,5\n1,2024-04,870323,5\n")
    assert aside(numbered) == {"exact repeat": [3]}


def test_vintages_stand_side_by_side():
    found = read(
        "period,hs6,value,vintage\n2024-04,870323,5,2024-06-01\n2024-04,870323,6,2024-07-01\n"
    )
    assert rows(found, "value", "released") == [(5.0, "2024-06-01"), (6.0, "2024-07-01")]


def test_a_blank_cell_is_unknown_and_so_is_then_a_missing_row():
    full, holes = (
        read("period,hs6,value\n2024-04,870323,5\n"),
        read("period,hs6,value\n2024-04,870323,\n"),
    )
    assert (full.absent, holes.absent) == ("zero", "unknown")
    assert rows(holes, "value", "status") == [(None, "final")]


def test_levels_groups_and_longer_periods_are_kept():
    found = read(
        "period,partner,product,value\n2024-04,World,8703,9\n2024-04,EU27_2020,870323,8\n2024,RUS,87,7\n"
        "2024Q1,Rest of the world,eu-sanctioned-2022,6\n"
    )
    assert rows(found, "partner", "product", "period_start", "period_end") == [
        ("WLD", "8703", "2024-04", "2024-04"), ("EU27", "870323", "2024-04", "2024-04"),
        ("RUS", "87", "2024-01", "2024-12"), ("Rest of the world", "eu-sanctioned-2022", "2024-01",
         "2024-03"),
    ]  # fmt: skip
    assert any("Rest of the world" in note for note in found.notes)


def test_years_and_months_in_two_columns():
    assert rows(
        read("year,month,hs6,value\n2024,4,870323,5\n2024,12,870323,5\n"), "period_start"
    ) == [("2024-04",), ("2024-12",)]
    assert rows(read("Year,Month,hs6,value\n2024,April,870323,5\n"), "period_start") == [
        ("2024-04",)
    ]
    assert rows(read("year,month,hs6,value\n2024,2024-04,870323,5\n"), "period_start") == [
        ("2024-04",)
    ]
    assert rows(read("year,hs6,value\n2024,870323,5\n"), "period_start", "period_end") == [
        ("2024-01", "2024-12")
    ]
    found = read("period_start,period_end,hs6,value\n2023-04,2024-03,870323,5\n")
    assert rows(found, "period_start", "period_end") == [("2023-04", "2024-03")]


def test_codes_of_the_combined_nomenclature_are_of_the_year_of_their_month():
    found = read("period,cn8,value\n2021-12,87032319,5\n2022-01,87032319,5\n")
    assert rows(found, "edition") == [("CN2021",), ("CN2022",)]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("period,hs6,value\n2024-04,870323,5\n2024-05,10121,5\n", ["line 3, column hs6 ('10121')",
         "010121"]),
        ("period,cn8,value\n2024-04,87032319,5\n2024-05,1012110,5\n", ["line 3, column cn8",
         "01012110"]),
        ("period,hs6,value\n2024-04,870323,5\n01/04/2024,870323,5\n", ["line 3, column period",
         "April or January"]),
        ("period,hs6,value\n2024-04,870323,five\n", ["line 2, column value ('five')", "no number"]),
        ('period,hs6,value\n2024-04,870323,"1,234"\n', ["line 2, column value", "1234 or 1.234"]),
        ("period,hs6,value\n2024-04,870323,1,5\n2024-05,870323,2,5\n", ["line 2 has a field more",
         "decimal comma"]),
        ("period,partner,hs6,value\n2024-04,,870323,5\n", ["line 2, column partner", "empty"]),
        ("period,partner,hs6,value\n2024-04,Rus\u200bsia,870323,5\n", ["line 2", "invisible",
         "U+200B"]),
        ("period,partner,hs6,value\n2024-04,Russ\u00adia,870323,5\n", ["line 2", "invisible",
         "U+00AD"]),
        ("period,partner,hs6,value\n2024-04,999,870323,5\n", ["line 2", "no area's number"]),
        ("period,country,hs6,value\n2024-04,RUS,870323,5\n", ["column country",
         "reporter or the partner"]),
        ("period,flow,hs6,value\n2024-04,both,870323,5\n", ["line 2, column flow ('both')",
         "exports, imports"]),
        ("period,hs6,value,currency\n2024-04,870323,5,bucks\n",
         ["line 2, column currency ('bucks')"]),
        ("period,hs6,value,currency\n2024-04,870323,5,\n", ["line 2, column currency ('')"]),
        ("period,hs6,value,status\n2024-04,870323,5,maybe\n", ["line 2, column status",
         "provisional"]),
        ("period,hs6,value,released\n2024-04,870323,5,17/02/25\n", ["line 2, column released",
         "four digits"]),
        ("period,hs6,value,trade_value\n2024-04,870323,5,5\n", ["value and trade_value",
         "keep one"]),
        ("year,month,hs6,value\n2024,13,870323,5\n", ["line 2, column month ('13')", "no month"]),
        ("period_start,period_end,hs6,value\n2024-05,2024-04,8703,5\n", ["line 2",
         "ends before it begins"]),
        ("period,hs6,value\n2024-04-01,870323,5\n2024-04-02,870323,5\n", ["line 3",
         "another day of that month"]),
        ("period,hs6,value\n", ["holds a header but no rows"]),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_with_its_place(content, words):
    with pytest.raises(TradecheckError) as error:
        tidy.read(raw(content), Said(), None)
    for word in ["sample.csv", *words]:
        assert word in str(error.value)


def test_only_rows_that_are_asked_for_are_returned():
    wanted = Wanted(
        frozenset({"TUR"}), frozenset({"RUS"}), frozenset({"X"}), frozenset({"2024-05"}), ("8703",)
    )
    assert rows(read(FULL, Said(), wanted), "row") == [(3,)]
    assert rows(read(FULL, Said(), Wanted(products=("870323",))), "row") == [(2,)]
    assert len(read(FULL, Said(), Wanted(partners=frozenset({"KAZ"}))).flows) == 0


def test_it_gives_way_to_publishers_and_takes_no_other_table():
    assert recognised(raw(FULL)) == []
    for content in (
        "code,group\n8703,a\n",
        "month,mean\n2024-04,80\n",
        "id,what,value,unit\na,b,1,u\n",
        "a,b\n1,2\n",
    ):
        try:
            found = recognise(raw(content)).name
        except TradecheckError:
            found = ""
        assert found != "tidy"


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["2021-01", "2021-02", "2022-12"]),
            st.sampled_from(["RUS", "KAZ"]),
            st.sampled_from(["010121", "870323"]),
            st.sampled_from(["", "0", "1.5", "2", "-3"]),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_rows_and_values_in_are_kept_or_set_aside(lines):
    content = "period,partner,hs6,value\n" + "".join(",".join(line) + "\n" for line in lines)
    found = read(content)
    together = pd.concat([found.flows, found.aside])
    assert sorted(together["row"]) == list(range(2, len(lines) + 2))
    assert together["value"].sum() == pytest.approx(sum(float(line[3] or 0) for line in lines))
    assert not found.flows.duplicated(["partner", "period_start", "product"]).any()
    assert not (found.flows["value"] < 0).any()


@pytest.mark.parametrize(
    "sign", ["\u200b", "\u00ad", "\ufeff", "\u200f", "\u3164", "\U000e0041", "\u200d"]
)
@pytest.mark.parametrize("column", ["Türkiye", "Russia", "Exports", "8703.23", "Apr-24", "3,u"])
def test_what_nobody_sees_is_told_with_its_place(sign, column):
    spoilt = FULL.replace(column, f"{column[:2]}{sign}{column[2:]}", 1)
    with pytest.raises(TradecheckError, match=r"line 2.*invisible character U\+"):
        read(spoilt)


def test_joiners_of_a_name_in_its_own_script_are_seen():
    found = read(FULL.replace("Russia", "می\u200cخواهم", 1))
    assert "می\u200cخواهم" in set(found.flows["partner"])
