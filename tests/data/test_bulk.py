"""Bulk files become one Parquet file: every row and value accounted for, bad lines named."""

import gzip
import hashlib
import json
from pathlib import Path

import py7zr
import pyarrow.parquet as pq
import pytest

from tradecheck.data import bulk_pieces
from tradecheck.data.bulk import NOTE, RULES, convert
from tradecheck.data.sources import comtrade, eurostat_bulk
from tradecheck.data.sources.base import RawFile, Said, Wanted
from tradecheck.desk.bulk import bulk, wanted_of
from tradecheck.errors import TradecheckError
from tradecheck.study.project import Project

COMTRADE = "freqCode period reporterCode flowCode partnerCode partner2Code cmdCode customsCode motCode qtyUnitCode qty primaryValue"
COMEXT = "REPORTER PARTNER TRADE_TYPE PRODUCT_NC FLOW STAT_PROCEDURE PERIOD VALUE_IN_EUROS QUANTITY_IN_KG"
WORLD = [  # two reporters, a breakdown by transport, a value with thousandths
    "M 202201 276 X 643 0 847130 C00 0 8 10 1000.125",
    "M 202201 276 X 643 0 847130 C00 1000 8 10 1000.125",
    "M 202201 792 X 643 0 870323 C00 0 8 7 500",
    "M 202202 276 M 643 0 270900 C00 0 8 9 12.5",
]
UNION = [
    "DE RU E 84713000 2 1 202201 100 5",
    "DE RU E 84713000 2 4 202201 20.5 1",
    "LT BY E 87032319 2 1 202201 70 9",
]


def text(header, rows, separator="\t"):
    lines = [header, *rows]
    return "".join(separator.join(line.split(" ")) + "\n" for line in lines).encode()


def saved(folder, content, name="a.txt.gz"):
    path = folder / name
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return path


@pytest.mark.parametrize("name", ["a.txt", "a.txt.gz", "a.7z"])
def test_rows_and_values_are_all_there(tmp_path, name):
    content = text(COMTRADE, WORLD)
    if name.endswith(".7z"):
        plain = saved(tmp_path, content, "a.txt")
        with py7zr.SevenZipFile(tmp_path / name, "w") as archive:
            archive.write(plain, "a.txt")
        path = tmp_path / name
    else:
        path = saved(tmp_path, content, name)
    done = convert([path], tmp_path / "all.parquet")
    assert (done.received.rows, done.kept.rows, done.not_asked.rows) == (4, 4, 0)
    assert done.received.value == 1000_125 * 2 + 500_000 + 12_500
    note = json.loads(pq.read_metadata(tmp_path / "all.parquet").metadata[NOTE])
    assert note["files"] == {name: hashlib.sha256(path.read_bytes()).hexdigest()}


@pytest.mark.parametrize(
    ("source", "header", "rows", "separator"),
    [(comtrade, COMTRADE, WORLD, "\t"), (eurostat_bulk, COMEXT, UNION, ",")],
)
@pytest.mark.parametrize("reporters", [frozenset(), frozenset({"DEU"})])
def test_the_copy_says_what_the_file_says(tmp_path, source, header, rows, separator, reporters):
    path = saved(tmp_path, text(header, rows, separator), "a.csv")
    convert([path], tmp_path / "copy.parquet")
    wanted = Wanted(reporters=reporters) if reporters else None
    said = Said(released="2023-01-13")
    one, other = (
        source.SOURCE.read(RawFile("a", at, at.read_bytes()), said, wanted)
        for at in (path, tmp_path / "copy.parquet")
    )
    apart = ["row"]  # lines of another file
    key = ["reporter", "partner", "product", "period_start", "value"]
    for left, right in ((one.flows, other.flows), (one.aside, other.aside)):
        left, right = (
            t.drop(columns=apart).sort_values(key, ignore_index=True) for t in (left, right)
        )
        assert left.equals(right)
        assert len(left) == len(right)


def test_only_what_is_asked_for_is_kept_and_the_rest_is_counted(tmp_path):
    path = saved(tmp_path, text(COMTRADE, WORLD))
    wanted = wanted_of(["Germany"], [], "exports", "8471")
    done = convert([path], tmp_path / "some.parquet", wanted)
    assert (done.kept.rows, done.kept.value) == (2, 2_000_250)
    assert (done.not_asked.rows, done.not_asked.value) == (2, 512_500)


def test_groups_stand_for_their_members():
    assert {"DEU", "LTU"} <= wanted_of(["EU27"], [], None, None).reporters


BAD = [
    ("M 202201 276 X 643 0 847130 C00 0 8 10 1,5", "line 6, column primaryValue ('1,5')"),
    ("M 202201 276 X 643 0 847130 C00 0 8 10 nan", "line 6, column primaryValue ('nan')"),
    ("M 2022-01 276 X 643 0 847130 C00 0 8 10 1", "line 6, column period ('2022-01')"),
    ("M 202201  X 643 0 847130 C00 0 8 10 1", "line 6, column reporterCode ('')"),
    ("M 202201 276 X 643 0 847130 C00 0 8 10", "line 6, has 11 cells where the first line has 12"),
    ("M 202201 276 X 643 0 847130 C00 0 8 10 1 2", "line 6, has 13 cells"),
]


@pytest.mark.parametrize(("row", "words"), BAD)
def test_a_bad_line_is_named_by_file_and_line(tmp_path, row, words):
    path = saved(tmp_path, text(COMTRADE, [*WORLD, row, *WORLD]))
    with pytest.raises(TradecheckError) as error:
        convert([path], tmp_path / "none.parquet")
    assert f"a.txt.gz, {words}" in str(error.value)


def test_lines_are_counted_across_pieces(tmp_path, monkeypatch):
    monkeypatch.setattr(bulk_pieces, "PIECE", 200)
    path = saved(tmp_path, text(COMTRADE, WORLD * 50 + [BAD[0][0]]))
    with pytest.raises(TradecheckError, match="line 202, column primaryValue"):
        convert([path], tmp_path / "none.parquet")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "holds no table"),
        (b"year,money\n2022,5\n", "is no bulk file of a known layout"),
        (gzip.compress(text(COMTRADE, WORLD * 9999))[:-40], "broken or cut short"),
        (b"7z\xbc\xaf\x27\x1cnothing", "is broken"),
        (text(COMTRADE, []), "hold no row"),
    ],
)
def test_files_that_are_no_bulk_files(tmp_path, content, words):
    path = tmp_path / "a"
    path.write_bytes(content)
    with pytest.raises(TradecheckError, match=words):
        convert([path], tmp_path / "none.parquet")


def test_layouts_are_not_mixed(tmp_path):
    one = saved(tmp_path, text(COMTRADE, WORLD), "a.txt")
    other = saved(tmp_path, text(COMEXT, UNION, ","), "b.csv")
    with pytest.raises(TradecheckError, match="files of one publisher at a time"):
        convert([one, other], tmp_path / "none.parquet")


def test_the_command_leaves_a_raw_file_and_its_card_or_nothing(tmp_path):
    (tmp_path / "data" / "raw").mkdir(parents=True)
    (tmp_path / "notebooks" / "studies").mkdir(parents=True)
    project = Project(tmp_path)
    path = saved(tmp_path, text(COMTRADE, WORLD))
    lines = bulk(project, [path], "world-2022")
    assert lines[0] == "Read 4 rows of 1 file (comtrade); kept 4."
    assert sorted(p.name for p in project.raw.iterdir()) == [
        "world-2022.card.yaml", "world-2022.parquet",
    ]  # fmt: skip
    with pytest.raises(TradecheckError, match="holds world-2022 already"):
        bulk(project, [path], "world-2022")
    bad = saved(tmp_path, text(COMTRADE, [BAD[0][0]]), "b.txt")
    with pytest.raises(TradecheckError, match="line 2"):
        bulk(project, [bad], "other")
    assert len(list(project.raw.iterdir())) == 2


def test_the_rules_in_the_documentation_are_those_that_hold():
    written = (Path(__file__).parents[2] / "docs" / "scale.md").read_text(encoding="utf-8")
    table = written.split("<!-- rules -->")[1].split("<!-- end of rules -->")[0]
    rows = [row.strip("| ").split(" | ") for row in table.strip().splitlines()[2:]]
    assert rows == [[rule.field, rule.words] for rule in RULES]


@pytest.mark.parametrize("value", ["1e300", "1e16", "-1e16"])
def test_a_value_as_large_as_no_trade_is_told(tmp_path, value):
    path = saved(tmp_path, text(COMTRADE, [WORLD[0], WORLD[2].replace("500", value)]))
    with pytest.raises(TradecheckError, match="line 3, column primaryValue"):
        convert([path], tmp_path / "all.parquet")


def test_sums_beyond_64_bits_are_exact(tmp_path):
    rows = [WORLD[2].replace("500", "8999999999999")] * 1100
    done = convert([saved(tmp_path, text(COMTRADE, rows))], tmp_path / "all.parquet")
    assert done.kept.value == 1100 * 8_999_999_999_999_000
