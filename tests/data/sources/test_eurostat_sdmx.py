"""Eurostat's SDMX-CSV: the shape of the API's and the Data Browser's files, and every trap in it."""

import gzip

import pytest

from source_files import aside, raw, real, recognised, rows
from tradecheck.data.sources import eurostat_sdmx
from tradecheck.data.sources.base import Said, Wanted
from tradecheck.errors import TradecheckError

NAMES = "DATAFLOW,LAST UPDATE,freq,reporter,partner,product,flow,indicators,TIME_PERIOD,OBS_VALUE\n"
SET = "ESTAT:DS-045409(1.0),17/02/25 11:00:00"
EU = "European Union - 27 countries (AT, BE, BG, CY, CZ, DE, DK, EE, ES, FI, FR, GR, HR, HU, IE, IT, LT, LU, LV, MT, NL, PL, PT, RO, SE, SI, SK)"  # noqa: E501


def sample(*lines: str, names: str = NAMES) -> str:
    return names + "".join(f"{SET},{line}\n" for line in lines)


def read(content, said=Said(), wanted=None):
    return eurostat_sdmx.SOURCE.read(raw(content), said, wanted)


CODES = sample(
    "M,DE,KG,87032319,2,VALUE_IN_EUROS,2022-03,1500,",
    "M,DE,KG,87032319,2,QUANTITY_IN_100KG,2022-03,7.25,",
    "M,DE,KG,87032319,2,VALUE_IN_EUROS,2022-04,900,p",
    "M,EL,XK,8703,1,VALUE_IN_EUROS,2022-03,70,",
    "M,EU27_2020,KG,TOTAL,2,VALUE_IN_EUROS,2022-03,9000,",
)


def test_ten_names_and_eleven_fields_do_not_shift_the_columns():
    found = read(CODES)
    assert found.rows == 5 and found.absent == "zero"
    assert rows(
        found, "reporter", "partner", "flow", "product", "period_start", "value", "status"
    ) == [
        ("DEU", "KGZ", "X", "87032319", "2022-03", 1500.0, "final"),
        ("DEU", "KGZ", "X", "87032319", "2022-04", 900.0, "provisional"),
        ("GRC", "XKX", "M", "8703", "2022-03", 70.0, "final"),
        ("EU27", "KGZ", "X", "TOTAL", "2022-03", 9000.0, "final"),
    ]


def test_weights_in_hundreds_of_kilograms_stand_beside_their_values():
    assert rows(read(CODES), "value", "quantity", "unit")[:2] == [
        (1500.0, 725.0, "kg"),
        (900.0, None, ""),
    ]


def test_a_weight_without_a_value_is_a_quantity_and_no_value():
    found = read(sample("A,DE,WORLD,3915,1,QUANTITY_IN_100KG,2010,3272312.08,"))
    assert rows(found, "value", "quantity", "unit", "period_start", "period_end") == [
        (None, 327231208.0, "kg", "2010-01", "2010-12")
    ]


def test_the_day_of_the_last_update_comes_first():
    assert set(read(CODES).flows["released"]) == {"2025-02-17"}
    early = CODES.replace("17/02/25 11:00:00", "05/04/26")
    assert set(read(early).flows["released"]) == {"2026-04-05"}


def test_values_are_euros_to_the_unit_and_valued_by_flow():
    table = read(CODES).flows
    assert (table["value_lo"] == table["value"]).all() and (
        table["value_hi"] == table["value"]
    ).all()
    assert set(table["currency"]) == {"EUR"}
    assert set(zip(table["flow"], table["valuation"])) == {("X", "FOB"), ("M", "CIF")}
    assert set(zip(table["product"], table["edition"])) == {
        ("87032319", "CN2022"), ("8703", "HS2022"), ("TOTAL", ""),
    }  # fmt: skip


def test_labels_instead_of_codes():
    found = read(
        sample(
            "Monthly,\"Germany (incl. German Democratic Republic 'DD' from 1991)\",Kyrgyzstan,"
            "8703 - Motor cars,EXPORT,VALUE_IN_EUROS,2022-03,10,",
            f"Monthly,\"{EU}\",Extra-EU (= 'WORLD' - 'EU_INTRA'),[8703],IMPORT,VALUE_IN_EUROS,2022-03,20,",
        )
    )
    assert rows(found, "reporter", "partner", "product", "flow")[0] == ("DEU", "KGZ", "8703", "X")
    assert rows(found, "reporter", "product", "flow")[1] == ("EU27", "8703", "M")


def test_codes_and_labels_in_one_cell():
    names = NAMES.replace("reporter", "reporter:Reporter").replace("product", "product:Product")
    found = read(
        sample("M,DE:Germany,KG,8703:Motor cars,2,VALUE_IN_EUROS,2022-03,10,", names=names)
    )
    assert rows(found, "reporter", "product") == [("DEU", "8703")]


def test_goods_by_one_label_only_take_what_is_said():
    one = sample("M,DE,KG,Motor cars,2,VALUE_IN_EUROS,2022-03,10,")
    assert rows(read(one, Said(goods="8703")), "product") == [("8703",)]
    assert rows(read(one), "product") == [("not stated",)]
    two = one + f"{SET},M,DE,KG,Bicycles,2,VALUE_IN_EUROS,2022-03,10,\n"
    with pytest.raises(
        TradecheckError, match="labels without codes, such as 'Motor cars'.*with codes"
    ):
        read(two, Said(goods="8703"))


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        (":,", []),
        (",", []),
        (":,c", [(None, "confidential")]),
        ("12,c", [(12.0, "confidential")]),
        (": c,", [(None, "confidential")]),
        ("12 p,", [(12.0, "provisional")]),
        ("12,e", [(12.0, "provisional")]),
        ("0,", [(0.0, "final")]),
        ("1.5e3,", [(1500.0, "final")]),
    ],
)
def test_flags_and_cells_without_a_figure(cell, kept):
    lines = sample(
        f"M,DE,KG,8703,2,VALUE_IN_EUROS,2022-03,{cell}", "M,DE,KG,8704,2,VALUE_IN_EUROS,2022-03,1,"
    )
    assert rows(read(lines), "value", "status")[: len(kept)] == kept
    assert len(read(lines).flows) == len(kept) + 1


def test_months_that_hold_no_figure_are_named():
    lines = sample(
        "M,DE,KG,8703,2,VALUE_IN_EUROS,2022-03,1,", "M,DE,KG,8703,2,VALUE_IN_EUROS,2022-04,:,"
    )
    assert any("2022-04: not published yet" in note for note in read(lines).notes)


def test_hidden_goods_stand_under_the_digits_that_are_told():
    found = read(
        sample(
            "M,DE,KG,39XXXXXX,2,VALUE_IN_EUROS,2022-03,5,",
            "M,DE,KG,39161000,2,VALUE_IN_EUROS,2022-03,6,",
            "M,DE,KG,99500000,2,VALUE_IN_EUROS,2022-03,7,",
            "M,DE,KG,99RRR100,2,VALUE_IN_EUROS,2022-03,8,",
        )
    )
    assert rows(found, "product", "value", "status") == [
        ("39", 5.0, "confidential"), ("39161000", 6.0, "final"),
        ("99500000", 7.0, "confidential"), ("99", 8.0, "confidential"),
    ]  # fmt: skip


def test_hidden_goods_are_a_part_of_their_chapter_where_the_file_gives_it():
    found = read(
        sample(
            "M,DE,KG,39,2,VALUE_IN_EUROS,2022-03,50,",
            "M,DE,KG,39XXXXXX,2,VALUE_IN_EUROS,2022-03,5,",
        )
    )
    assert rows(found, "product", "value") == [("39", 50.0)]
    assert aside(found) == {"breakdown of another row": [3]}


def test_repeats_conflicts_years_and_other_indicators_are_set_aside():
    found = read(
        sample(
            "M,DE,KG,8703,2,VALUE_IN_EUROS,2022-03,1,",
            "M,DE,KG,8703,2,VALUE_IN_EUROS,2022-03,1,",
            "A,DE,KG,8703,2,VALUE_IN_EUROS,2022,12,",
            "A,DE,KG,8704,2,VALUE_IN_EUROS,2022,13,",
            "M,DE,KG,8705,2,VALUE_IN_EUROS,2022-03,1,",
            "M,DE,KG,8705,2,VALUE_IN_EUROS,2022-03,2,",
            "M,DE,KG,8703,2,SUPPLEMENTARY_QUANTITY,2022-03,4,",
        )
    )
    assert rows(found, "product", "period_end", "value") == [
        ("8703", "2022-03", 1.0),
        ("8704", "2022-12", 13.0),
    ]
    assert aside(found) == {
        "exact repeat": [3], "year row beside months": [4], "conflicting rows": [6, 7],
        "another indicator than value and weight": [8],
    }  # fmt: skip


def test_two_vintages_in_one_file_are_two_figures():
    later = CODES + sample("M,DE,KG,87032319,2,VALUE_IN_EUROS,2022-03,1600,", names="").replace(
        "17/02/25", "17/03/25"
    )
    found = read(later)
    assert rows(found, "value", "released")[-1] == (1600.0, "2025-03-17") and not aside(found)


def test_gzip_latin_letters_and_semicolons():
    text = CODES.replace("DE,KG", "DE,Türkiye")
    for content in (
        gzip.compress(text.encode()),
        text.encode("cp1252"),
        b"\xef\xbb\xbf" + text.encode(),
    ):
        assert recognised(raw(content)) == ["eurostat-sdmx"]
        assert "TUR" in set(read(content).flows["partner"])
    german = CODES.replace(",", ";").replace("7.25", "7,25")
    assert recognised(raw(german)) == ["eurostat-sdmx"]
    assert rows(read(german), "quantity")[0] == (725.0,)


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("M,DE,KG,8703,9,VALUE_IN_EUROS,2022-03,1,", "line 2, column flow: '9' is no flow"),
        ("M,DE,KG,8703,2,VALUE_IN_EUROS,2022-13,1,", "line 2, column TIME_PERIOD: "),
        ("M,DE,KG,8703,2,VALUE_IN_EUROS,2022-03,many,", "line 2, column OBS_VALUE"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named_with_its_line(line, place):
    with pytest.raises(TradecheckError, match=place):
        read(sample(line))


def test_what_is_said_may_not_contradict_the_file():
    with pytest.raises(
        TradecheckError, match="holds the partner KGZ, XKX, but what is said of it is RUS"
    ):
        read(CODES, Said(partner="Russia"))
    with pytest.raises(TradecheckError, match="currency EUR, but .* USD"):
        read(CODES, Said(currency="USD"))


def test_provisional_months_can_be_said():
    found = read(CODES, Said(provisional=frozenset({"2022-03"})))
    assert set(found.flows["status"]) == {"provisional"}


def test_only_the_rows_that_are_asked_for():
    wanted = Wanted(reporters=frozenset({"DEU"}), months=frozenset({"2022-04"}), products=("8703",))
    assert rows(read(CODES, wanted=wanted), "value") == [(900.0,)]


def test_a_file_without_any_figure_says_so():
    with pytest.raises(TradecheckError, match="holds no figure"):
        read(sample("M,DE,KG,8703,2,VALUE_IN_EUROS,2022-03,:,"))


def test_real_file_of_codes():
    file = real("eurostat_sdmx_csv/estat_ds-045409_filtered_de.csv.gz")
    assert recognised(file) == ["eurostat-sdmx"]
    found = eurostat_sdmx.SOURCE.read(file, Said(), None)
    table = found.flows.set_index(["reporter", "period_start"])
    assert (found.rows, len(table)) == (44, 44)
    assert table.at[("DEU", "2020-01"), "quantity"] == 491487356.0
    assert set(table["partner"]) == {"WLD"} and table["value"].isna().all()


def test_real_file_of_labels():
    found = eurostat_sdmx.SOURCE.read(
        real("eurostat_sdmx_csv/labels_instead_of_codes.csv"), Said(goods="3915"), None
    )
    assert len(found.flows) == 120 and round(found.flows["quantity"].sum()) == 5573783717
    assert set(found.flows["reporter"]) == {"European Union"}
