"""`tradecheck add`: the file as received, a card that is true, and plain lines on what it holds."""

import gzip
import hashlib
import os

import pytest
import yaml
from click.testing import CliRunner

from strangers import Desk
from tradecheck.cli import tradecheck
from tradecheck.data.sources import base, read_flows
from tradecheck.desk import add as desk
from tradecheck.errors import TradecheckError
from tradecheck.study.cards import load_card
from tradecheck.study.project import Project

CARS = "period,hs6,value\n" + "".join(
    f"{year}-{month:02d},870323,{100 * month + year}\n"
    for year in (2021, 2022)
    for month in range(1, 13)
)
SAID = {
    "reporter": "Türkiye",
    "partner": "Russia",
    "flow": "exports",
    "currency": "usd",
    "valuation": "FOB",
}
WRITTEN = {"publisher": "TurkStat", "title": "Cars", "address": "https://example.org",
 "retrieved": "2024-01-05",
           "terms": "free"}  # fmt: skip


@pytest.fixture
def project(tmp_path):
    root = tmp_path / "a project"
    (root / "data" / "raw").mkdir(parents=True)
    (root / "notebooks" / "studies").mkdir(parents=True)
    return Project(root)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "Türkiye, cars (1).CSV"
    path.write_text(CARS)
    return path


def raw_files(project) -> list[str]:
    return sorted(path.name for path in project.raw.iterdir())


def test_a_file_is_copied_as_it_is_and_its_card_is_true(project, file):
    lines = desk.add(project, file, said=SAID | WRITTEN)
    assert raw_files(project) == ["turkiye-cars-1.card.yaml", "turkiye-cars-1.csv"]
    copy = project.raw / "turkiye-cars-1.csv"
    assert copy.read_bytes() == file.read_bytes()
    card = load_card(project, "turkiye-cars-1")
    assert card.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert (card.rows, card.format, card.grade, card.unit) == (
        24,
        "tidy",
        "observed",
        "units of USD",
    )
    assert (card.publisher, card.title, card.retrieved, card.terms) == (
        "TurkStat",
        "Cars",
        "2024-01-05",
        "free",
    )
    assert (
        card.coverage
        == "Exports of Türkiye to Russia; codes of 6 digits; 2021-01 to 2022-12, no month missing."
    )
    assert card.holds.model_dump(exclude_defaults=True) == {
        "reporters": ["TUR"], "partners": ["RUS"], "flow": "X", "frequency": "monthly",
        "months": "2021-01..2022-12",
        "currency": "USD", "valuation": "FOB", "digits": [6], "absent": "zero",
    }  # fmt: skip
    assert lines == [
        "Added as data/raw/turkiye-cars-1.csv (tidy, 24 rows).",
        "It holds exports of Türkiye to Russia; goods: 870323; 2021-01 to 2022-12, no month "
        "missing.",
        "Sum of the rows kept: 64,116 USD.",
        "A month without a row counts as zero, if the reporter has published that month; write "
        "absent: unknown into "
        "the card if that is not so.",
    ]
    assert set(read_flows(project, "turkiye-cars-1").flows["reporter"]) == {"TUR"}


def test_what_is_not_stated_is_written_so_and_said_with_its_remedy(project, file):
    lines = desk.add(project, file, name="cars")
    assert "trade of an unnamed reporter with an unnamed partner" in lines[1]
    assert "in a currency that is not stated" in lines[2]
    assert lines[-1] == (
        "Not stated: publisher, title, address, retrieved, terms, reporter, partner, flow, "
        "currency, valuation. Write what is true into data/raw/cars.card.yaml, or say it like "
        "this: tradecheck add --renew cars --reporter COUNTRY --partner COUNTRY --flow exports "
        "--currency LETTERS --valuation FOB"
    )
    card = load_card(project, "cars")
    assert card.publisher == card.holds.flow == card.holds.currency == "not stated"
    lines = desk.renew(project, "cars", SAID | WRITTEN)
    assert not any("Not stated" in line for line in lines)
    assert load_card(project, "cars").holds.reporters == ["TUR"]


def test_months_that_are_missing_rows_set_aside_and_blanks_are_told(project, tmp_path):
    path = tmp_path / "cars.csv"
    path.write_text(
        "period,partner,product,value_usd\n2021-01,RUS,8703,5\n2021-02,RUS,8703,5\n2021-02,RUS,8703,5\n2021-05,RUS,8703,\n"
        "2021-06,RUS,870323,-1\n2021-08,World,870323,7\n"
    )
    lines = desk.add(project, path, said=SAID | {"partner": "", "currency": ""})
    assert lines[1:6] == [
        "It holds exports of Türkiye to Russia, World; goods: 8703, 870323; 2021-01 to 2021-08, "
        "but nothing for "
        "2021-03 to 2021-04, 2021-06 to 2021-07.",
        "Sum of the rows kept: 17 USD; codes of 4 and 6 digits; World and single areas stand side "
        "by side, so it counts "
        "trade more than once.",
        "Set aside, exact repeat: 1 (row 4 of the file).",
        "Set aside, impossible value: 1 (row 6 of the file).",
        "1 row has no value: unknown, not zero.",
    ]
    assert load_card(project, "cars").holds.absent == "unknown"
    assert load_card(project, "cars").holds.months == "2021-01..2021-02, 2021-05, 2021-08"


def test_at_a_terminal_only_what_is_unsaid_is_asked(project, file):
    asked = []

    def ask(question: str) -> str:
        asked.append(question)
        return {
            "Which country or group reports?": "Turkey",
            "Who published the figures?": " TurkStat ",
        }.get(question, "")

    desk.add(
        project,
        file,
        "cars",
        said={"partner": "Russia", "flow": "exports", "title": "Cars"},
        ask=ask,
    )
    assert len(asked) == 7 and not any("exports" in question for question in asked)
    card = load_card(project, "cars")
    assert (card.publisher, card.title, card.terms, card.holds.reporters) == (
        "TurkStat",
        "Cars",
        "not stated",
        ["TUR"],
    )


def test_a_scale_and_rounding_are_said_once_and_kept(project, file):
    desk.add(project, file, "cars", said=SAID | {"scale": "thousand", "rounded_to": "1"})
    flows = read_flows(project, "cars").flows
    assert flows[["value_lo", "value", "value_hi"]].iloc[0].tolist() == [
        2120500.0,
        2121000.0,
        2121500.0,
    ]
    desk.renew(project, "cars")
    assert (
        load_card(project, "cars").holds.scale,
        load_card(project, "cars").holds.rounded_to,
    ) == (1000.0, 1.0)


def test_the_same_file_again_changes_nothing_or_fills_in_the_card(project, file):
    desk.add(project, file, "cars")
    before = (project.raw / "cars.card.yaml").read_bytes()
    assert "nothing was changed" in desk.add(project, file, "cars")[0]
    assert (project.raw / "cars.card.yaml").read_bytes() == before
    desk.add(project, file, "cars", said={"currency": "EUR"})
    assert load_card(project, "cars").holds.currency == "EUR"


def test_a_name_that_another_file_has_is_refused(project, file, tmp_path):
    desk.add(project, file, "cars")
    other = tmp_path / "cars.csv"
    other.write_text(CARS.replace("870323", "870324"))
    before = {name: (project.raw / name).read_bytes() for name in raw_files(project)}
    with pytest.raises(
        TradecheckError, match="data/raw/cars.csv is already there, with other content.*--name"
    ):
        desk.add(project, other)
    assert {name: (project.raw / name).read_bytes() for name in raw_files(project)} == before


def test_a_run_that_was_broken_off_is_finished_by_the_next(project, file):
    (project.raw / "cars.csv").write_bytes(file.read_bytes())
    assert desk.add(project, file, "cars")[0].startswith("Added as data/raw/cars.csv")
    assert load_card(project, "cars").rows == 24


def test_a_file_that_lies_among_the_raw_files_gets_its_card_there(project, file):
    (project.raw / "cars.csv").write_bytes(file.read_bytes())
    desk.add(project, project.raw / "cars.csv")
    assert raw_files(project) == ["cars.card.yaml", "cars.csv"]
    (project.raw / "My Cars.csv").write_bytes(file.read_bytes())
    with pytest.raises(TradecheckError, match="My Cars.csv would lie there twice.*my-cars.csv"):
        desk.add(project, project.raw / "My Cars.csv")


@pytest.mark.parametrize(
    ("content", "options", "words"),
    [
        ("a,b\n1,2\n", {}, ["x.csv is of no format", "formats"]),
        (CARS.replace(",870323,2121", ",70323,2121"), {}, ["x.csv, line 2, column hs6", "070323"]),
        (CARS, {"said": {"reporter": "Türkiye", "flow": "sideways"}}, ["'sideways'", "exports"]),
        (CARS, {"said": {"scale": "lots"}}, ["--scale lots", "a number above 0"]),
        (CARS, {"said": {"scale": "0"}}, ["--scale 0"]),
        (CARS, {"said": {"colour": "red"}}, ["colour cannot be said"]),
        (CARS, {"said": {"goods": "8703"}}, ["column hs6 says the goods"]),
        (CARS, {"name": "süß"}, ["--name süß", "cars-by-month"]),
        (CARS, {"name": "../out"}, ["--name ../out"]),
        (CARS, {"format": "xls"}, ["--format: there is no format 'xls'"]),
        (CARS, {"format": "comtrade"}, ["x.csv: no line names the columns"]),
        (
            "period,hs6,value\n2021-01,870323,-5\n",
            {},
            ["no row of it can be kept: impossible value (1)"],
        ),
    ],
)
def test_nothing_is_written_of_what_cannot_be_added(project, tmp_path, content, options, words):
    path = tmp_path / "x.csv"
    path.write_text(content)
    with pytest.raises(TradecheckError) as error:
        desk.add(project, path, **options)
    for word in words:
        assert word in str(error.value)
    assert raw_files(project) == []


@pytest.mark.parametrize("broken", [1, 2])
def test_a_failure_between_the_two_leaves_no_file_that_is_half_there(
    project, file, monkeypatch, broken
):
    calls = []

    def replace(source, target):
        calls.append(target)
        if len(calls) == broken:
            raise OSError("disk full")
        os.rename(source, target)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(OSError, match="disk full"):
        desk.add(project, file, "cars")
    assert raw_files(project) == ([] if broken == 1 else ["cars.csv"])
    monkeypatch.undo()
    desk.add(project, file, "cars")
    assert load_card(project, "cars").rows == 24


@pytest.mark.parametrize(
    ("name", "content", "stored"),
    [
        ("a.csv.gz", gzip.compress(CARS.encode()), "a.csv.gz"),
        ("download", CARS.encode(), "download.csv"),
        ("BULK[2023-01-03].gz", gzip.compress(CARS.encode()), "bulk-2023-01-03.csv.gz"),
        ("b.c.txt", CARS.replace(",", "\t").encode(), "b-c.txt"),
    ],
)
def test_the_ending_stays_as_received(project, tmp_path, name, content, stored):
    path = tmp_path / name
    path.write_bytes(content)
    desk.add(project, path, said=SAID)
    assert stored in raw_files(project)
    assert len(read_flows(project, stored.split(".")[0]).flows) == 24


def test_renewing_writes_anew_what_is_counted_and_keeps_what_a_person_wrote(project, file):
    desk.add(project, file, "cars", said=SAID)
    path = project.raw / "cars.card.yaml"
    fields = yaml.safe_load(path.read_text())
    fields |= {"known_errors": ["March is odd."], "columns": {"hs6": "code"}, "title": "My cars"}
    fields["holds"] |= {"absent": "unknown", "provisional": "2022-12"}
    path.write_text("# a note\n" + yaml.safe_dump(fields, sort_keys=False))
    (project.raw / "cars.csv").write_text(CARS + "2023-01,870323,7\n2023-02,870324,8\n")
    with pytest.raises(TradecheckError, match="--renew cars"):
        read_flows(project, "cars")
    lines = desk.renew(project, "cars")
    assert (
        lines[0]
        == "data/raw/cars.card.yaml is written anew: its file has changed (24 rows before, 26 now)."
    )
    assert "Comments that stood in the card are gone" in lines[-1]
    card = load_card(project, "cars")
    assert (card.rows, card.holds.months, card.holds.reporters) == (26, "2021-01..2023-02", ["TUR"])
    assert (card.holds.absent, card.holds.provisional) == ("unknown", "2022-12")
    assert (card.known_errors, card.columns, card.title) == (
        ["March is odd."],
        {"hs6": "code"},
        "My cars",
    )
    assert card.coverage.endswith("2021-01 to 2023-02, no month missing.")
    assert len(read_flows(project, "cars").flows) == 26
    assert "its file has not changed" in desk.renew(project, "cars")[0]
    assert "Comments" not in desk.renew(project, "cars")[-1]


def test_renewing_twice_writes_the_same_bytes(project, file):
    desk.add(project, file, "cars", said=SAID | WRITTEN)
    before = (project.raw / "cars.card.yaml").read_bytes()
    desk.renew(project, "cars")
    assert (project.raw / "cars.card.yaml").read_bytes() == before


def test_renewing_what_is_not_there(project):
    with pytest.raises(TradecheckError, match="data/raw/cars.card.yaml does not exist"):
        desk.renew(project, "cars")
    (project.raw / "cars.card.yaml").write_text("file: cars.csv\n")
    with pytest.raises(TradecheckError, match="lacks the field file or format"):
        desk.renew(project, "cars")


def test_tables_that_hold_no_trade(project, tmp_path):
    for name, content, said in (
        ("goods", "hs6,new\n870323,true\n", {}),
        ("inr", "month,mean\n2024-01,83\n2024-02,82\n", {"currency": "inr", "per": "usd"}),
        ("other", "a,b\n1,2\n", {}),
    ):
        path = tmp_path / f"{name}.csv"
        path.write_text(content)
        desk.add(project, path, format="table" if name == "other" else None, said=said)
    goods, inr, other = (load_card(project, name) for name in ("goods", "inr", "other"))
    assert (goods.format, goods.grade, goods.holds) == ("goods-list", "definition", None)
    assert (inr.format, inr.currency, inr.per, inr.unit) == ("rates", "INR", "USD", "INR per USD")
    assert (other.format, other.rows) == ("table", 1)


def test_rates_of_unsaid_currencies(project, tmp_path):
    path = tmp_path / "inr.csv"
    path.write_text("month,mean\n2024-01,83\n2024-02,82\n")
    assert "--currency LETTERS --per LETTERS" in desk.add(project, path)[-1]
    (project.raw / "inr.csv").write_text("month,mean\n2024-01,83\n")
    desk.renew(project, "inr", {"currency": "INR", "per": "USD"})
    card = load_card(project, "inr")
    assert (card.unit, card.rows, card.coverage) == ("INR per USD", 1, "1 row, 2024-01 to 2024-01.")


def test_a_large_file_is_described_block_by_block(project, file, monkeypatch):
    desk.add(project, file, "small", said=SAID)
    monkeypatch.setattr(base, "LARGE", 100)
    lines = desk.add(project, file, "big", said=SAID)
    assert any("The file is large" in line for line in lines)
    small, big = load_card(project, "small"), load_card(project, "big")
    assert (big.holds, big.rows, big.sha256) == (small.holds, small.rows, small.sha256)
    assert len(read_flows(project, "big").flows) == 24


def test_the_commands(project, file, monkeypatch):
    monkeypatch.setenv("TRADECHECK_ROOT", str(project.root))

    def run(*words):
        return CliRunner().invoke(tradecheck, words)

    found = run("add", str(file), "--name", "cars", "--reporter", "Türkiye", "--rounded-to", "1")
    assert found.exit_code == 0 and found.output.startswith(
        "Added as data/raw/cars.csv (tidy, 24 rows)."
    )
    assert load_card(project, "cars").holds.rounded_to == 1
    assert run("add", "--renew", "cars", "--currency", "EUR").exit_code == 0
    assert load_card(project, "cars").holds.currency == "EUR"
    assert "Give a FILE to add, or --renew NAME" in run("add").output
    assert run("add", str(file), "--renew", "cars").exit_code == 2
    names = [line.split()[0] for line in run("formats").output.splitlines()]
    assert {"tidy", "comtrade", "goods-list", "rates", "table"} <= set(names)


@pytest.mark.parametrize(
    ("text", "words"), [("a;b\n1;2\n", "semicolons"), ("a\tb\n1\t2\n", "tabs")]
)
def test_what_parts_the_columns_of_an_unknown_table_is_named(tmp_path, text, words):
    stranger = Desk(tmp_path / "project")
    with pytest.raises(TradecheckError, match=f"read with {words} between"):
        stranger.add("odd", text)
