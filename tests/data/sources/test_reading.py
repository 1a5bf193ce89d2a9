"""A file's format is found by its content; a raw file is read as its card says, or not at all."""

import hashlib
from pathlib import Path

import pytest
import yaml

from source_files import raw
from tradecheck.data.sources import read_flows, recognise, registry
from tradecheck.data.sources.base import RawFile, Wanted
from tradecheck.data.sources.lists import figures, goods_list, rates
from tradecheck.data.sources.reading import named
from tradecheck.errors import TradecheckError
from tradecheck.study.project import Project

TABLE = "period,hs6,value\n2024-04,870323,5\n2024-05,870323,6\n"
HOLDS = {
    "reporters": ["TUR"], "partners": ["RUS"], "flow": "X", "frequency": "monthly",
    "months": "2024-04..2024-05",
    "currency": "USD", "valuation": "FOB", "scale": 1000.0, "rounded_to": 1.0, "absent": "zero",
    "provisional": "2024-05",
}  # fmt: skip


@pytest.fixture
def project(tmp_path):
    (tmp_path / "data" / "raw").mkdir(parents=True)
    return Project(tmp_path)


def put(project: Project, content: str, name: str = "cars", **fields) -> Path:
    path = project.raw / f"{name}.csv"
    path.write_text(content)
    card = {
        "publisher": "p", "title": "t", "address": "a", "retrieved": "r", "terms": "t",
        "file": path.name,
        "format": "tidy", "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "rows": 2,
        "unit": "u",
        "grade": "observed", "coverage": "c", "holds": HOLDS, "data_as_of": "2024-07-01",
    } | fields  # fmt: skip
    (project.raw / f"{name}.card.yaml").write_text(
        yaml.safe_dump({key: card[key] for key in card if card[key] is not None})
    )
    return path


def test_a_table_is_read_with_what_its_card_says(project):
    put(project, TABLE)
    found = read_flows(project, "cars").flows
    columns = ["reporter", "partner", "flow", "currency", "valuation", "value_lo", "value",
     "value_hi", "status",
               "released", "source"]  # fmt: skip
    assert found[columns].values.tolist() == [
        ["TUR", "RUS", "X", "USD", "FOB", 4500.0, 5000.0, 5500.0, "final", "2024-07-01", "cars"],
        [
            "TUR",
            "RUS",
            "X",
            "USD",
            "FOB",
            5500.0,
            6000.0,
            6500.0,
            "provisional",
            "2024-07-01",
            "cars",
        ],
    ]
    assert read_flows(project, "cars", Wanted(months=frozenset({"2024-05"}))).flows[
        "row"
    ].tolist() == [3]


def test_a_name_in_the_card_is_as_good_as_a_code(project):
    put(
        project, TABLE, holds=HOLDS | {"reporters": ["Türkiye"], "partners": ["Russian Federation"]}
    )
    assert read_flows(project, "cars").flows["reporter"].tolist() == ["TUR", "TUR"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"rows": 3}, ["data/raw/cars.csv holds 2 rows", "card says 3", "--renew cars"]),
        ({"sha256": "0" * 64}, ["data/raw/cars.csv has changed", "--renew cars"]),
        (
            {"format": "tidi"},
            ["data/raw/cars.card.yaml: there is no format 'tidi'", "did you mean 'tidy'"],
        ),
        ({"format": "goods-list", "holds": None}, ["cars.card.yaml", "goods-list holds no trade"]),
    ],
)
def test_a_card_that_is_not_true_is_refused(project, change, words):
    put(project, TABLE, **change)
    with pytest.raises(TradecheckError) as error:
        read_flows(project, "cars")
    for word in words:
        assert word in str(error.value)


def test_a_file_of_another_corridor_than_its_card_is_refused(project):
    put(project, "period,reporter,hs6,value\n2024-04,IND,870323,5\n2024-05,IND,870323,6\n")
    with pytest.raises(TradecheckError, match="data/raw/cars.csv holds the reporter IND.*TUR"):
        read_flows(project, "cars")
    put(project, "period,reporter,hs6,value\n2024-04,IND,870323,5\n2024-05,TUR,870323,6\n",
        holds=HOLDS | {"reporters": ["TUR", "KAZ"]})  # fmt: skip
    with pytest.raises(TradecheckError, match="reporter IND, of which its card does not know"):
        read_flows(project, "cars")


def test_tables_without_trade_are_read_by_the_reader_of_their_kind(project):
    put(project, "hs6,new\n870323,true\n010121,false\n", "goods", format="goods-list", holds=None)
    put(
        project,
        "month,mean\n2024-01,83\n2024-02,82\n",
        "inr",
        format="rates",
        holds=None,
        currency="INR",
        per="USD",
    )
    put(project, "id,what,value,unit\na,b,1,u\nc,d,2,u\n", "press", format="figures", holds=None)
    assert goods_list(project, "goods")["code"].tolist() == ["010121", "870323"]
    assert rates(project, "inr")["mean"].tolist() == [83.0, 82.0]
    assert figures(project, "press")["value"].to_dict() == {"a": 1.0, "c": 2.0}
    with pytest.raises(TradecheckError, match="the format is rates, where goods-list is expected"):
        goods_list(project, "inr")


def test_formats_have_names_of_their_own_and_say_how_to_get_them():
    forms = [*registry.FORMATS, *registry.LISTINGS]
    assert len({form.name for form in forms}) == len(forms)
    assert all(form.how for form in forms)
    assert all(named(form.name) is form for form in forms)


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        ("a,b\n1,2\n", "t.csv", ["t.csv is of no format", "'a,b'", "period, product and value",
         "--format table"]),
        ("", "t.csv", ["it is empty"]),
        ("{}", "t.json", ["JSON"]),
        (b"PK\x03\x04", "t.xlsx", ["a workbook"]),
        ("<p>", "t.html", ["a web page"]),
        ("code,2021-01,2021-02,2021-03\n8703,1,2,3\n", "t.csv",
         ["months stand across, from 2021-01", "one row a month"]),
        ("code;Jan-21;Feb-21;Mar-21\n8703;1;2;3\n", "t.csv", ["months stand across, from Jan-21"]),
    ],
)  # fmt: skip
def test_a_file_of_no_format_is_told_what_was_found(content, name, words):
    with pytest.raises(TradecheckError) as error:
        recognise(raw(content, name))
    for word in words:
        assert word in str(error.value)


def test_a_file_that_two_publishers_could_have_made_is_not_guessed(monkeypatch):
    from dataclasses import replace

    twin = replace(registry.FORMATS[1], name="twin", recognises=lambda file: True)
    other = replace(twin, name="other")
    monkeypatch.setattr(registry, "FORMATS", (twin, other))
    with pytest.raises(TradecheckError, match="could be twin or other; say which with --format"):
        recognise(RawFile("t", Path("t.csv"), b""))
