"""Files too large to hold are read in blocks, and only what is asked for is kept."""

import gzip
import hashlib

import pytest

from tradecheck.data.sources import base, comtrade, parquet, text, tidy
from tradecheck.data.sources.base import RawFile, Said, Wanted
from tradecheck.errors import TradecheckError

MONTHS = [f"{year}-{month:02d}" for year in (2021, 2022) for month in range(1, 13)]


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(base, "LARGE", 2000)
    monkeypatch.setattr(base, "LARGE_GZIP", 200)
    monkeypatch.setattr(text, "BLOCK", 3000)


def lines(count: int = 24) -> str:
    rows = [
        f"{month},{partner},{code},{number}.5,Å{number}\n"
        for number, month in enumerate(MONTHS[:count])
        for partner in ("RUS", "KAZ", "DEU")
        for code in ("870323", "870324", "853400")
    ]
    return "period,partner,hs6,value_usd,note\n" + "".join(rows)


def large(tmp_path, content: bytes, name: str = "t.csv", sha256: str = "") -> RawFile:
    path = tmp_path / name
    path.write_bytes(content)
    file = RawFile("t", path, None, "data/raw/t.csv", sha256)
    assert file.large
    return file


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_blocks_give_what_the_whole_gives(tmp_path, packed, encoding):
    content = lines().encode(encoding)
    whole = tidy.read(RawFile("t", tmp_path / "t.csv", content), Said(), None)
    data = gzip.compress(content) if packed else content
    file = large(tmp_path, data, sha256=hashlib.sha256(data).hexdigest())
    found = tidy.read(file, Said(), None)
    assert found.rows == whole.rows == 216
    assert found.flows.equals(whole.flows)
    blocks = list(tidy.blocks(file, Said()))
    assert len(blocks) > 1 and sum(block.rows for block in blocks) == 216
    assert any("not UTF-8" in note for note in found.notes) == (encoding == "latin-1")


def test_only_rows_that_are_asked_for_are_kept(tmp_path):
    wanted = Wanted(
        partners=frozenset({"RUS"}),
        months=frozenset({"2021-03", "2021-04"}),
        products=("8703", "85340010"),
    )
    found = tidy.read(large(tmp_path, lines().encode()), Said(), wanted)
    assert found.rows == 216
    assert sorted(zip(found.flows["period_start"], found.flows["product"])) == [
        (month, code) for month in ("2021-03", "2021-04") for code in ("853400", "870323", "870324")
    ]
    assert set(found.flows["partner"]) == {"RUS"}


def test_repeats_in_different_blocks_are_found(tmp_path):
    last = lines().splitlines()[1]
    found = tidy.read(large(tmp_path, f"{lines()}{last}\n".encode()), Said(), None)
    assert found.aside[["row", "reason"]].values.tolist() == [[218, "exact repeat"]]


def test_a_file_that_changed_since_its_card_is_refused_after_one_read(tmp_path):
    with pytest.raises(
        TradecheckError, match="has changed: its card expects SHA-256 000.*--renew t"
    ):
        tidy.read(large(tmp_path, lines().encode(), sha256="0" * 64), Said(), None)


def test_a_large_answer_that_changed_is_refused_as_well(tmp_path):
    path = tmp_path / "t.json"
    path.write_text('{"data": [' + '{"cmdCode": 1, "reporterCode": 1, "primaryValue": 1},' * 99)
    with pytest.raises(TradecheckError, match="has changed"):
        comtrade.read(RawFile("t", path, None, "t", "0" * 64), Said(), None)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (lines().encode() + b"2022-01,RUS\n", ["record 218 has 2 fields where 5 are expected"]),
        (lines().encode() + b"2022-01,RUS,870323,x,\n", ["record 218", "'x'", "no number"]),
        (gzip.compress(lines().encode())[:-30], ["broken or cut short"]),
        (lines().encode("utf-16"), ["UTF-16", "save it as UTF-8"]),
    ],
)
def test_a_mistake_in_a_large_file_is_named(tmp_path, content, words):
    with pytest.raises(TradecheckError) as error:
        tidy.read(large(tmp_path, content), Said(), None)
    for word in ["data/raw/t.csv", *words]:
        assert word in str(error.value)


def test_large_parquet_is_read_by_groups_of_rows(tmp_path, monkeypatch):
    import io

    import pandas as pd

    monkeypatch.setattr(parquet, "GROUP", 50)
    out = io.BytesIO()
    pd.read_csv(io.StringIO(lines())).to_parquet(out)
    found = tidy.read(
        large(tmp_path, out.getvalue(), "t.parquet"), Said(), Wanted(partners=frozenset({"KAZ"}))
    )
    assert (found.rows, len(found.flows)) == (216, 72)
    assert found.flows["row"].tolist()[-1] == 213


def test_bulk_files_of_comtrade(tmp_path):
    names = (
        "typeCode freqCode refPeriodId period reporterCode flowCode partnerCode partner2Code "
        "classificationCode cmdCode customsCode mosCode motCode qtyUnitCode qty netWgt cifValue "
        "fobValue primaryValue"
    )
    row = "C M 20220101 202201 792 X {} 0 H6 {} C00 0 {} 8 1 1 - {} {}"
    rows = [
        row.format(partner, code, mode, value, value).replace(" ", "\t").replace("-", "")
        for partner in (643, 398)
        for code in ("8703", "870323")
        for mode, value in ((0, 30), (2100, 10), (3200, 20))
    ]
    data = gzip.compress("\n".join(["\t".join(names.split()), *rows * 20, ""]).encode())
    file = large(tmp_path, data, "bulk.gz")
    found = comtrade.read(file, Said(), Wanted(partners=frozenset({"RUS"})))
    assert found.rows == 240
    assert found.flows[["partner", "product", "value", "quantity", "unit"]].values.tolist() == [
        ["RUS", "8703", 30.0, 1.0, "kg"], ["RUS", "870323", 30.0, 1.0, "kg"],
    ]  # fmt: skip


def test_a_large_file_whose_header_ends_otherwise_is_told(tmp_path, monkeypatch):
    """Its first row would be taken for a part of the header."""
    monkeypatch.setattr(base, "LARGE", 10)
    path = tmp_path / "t.csv"
    path.write_bytes(b"period,product,value_usd\r2024-01,8703,5\n2024-02,8703,6\n")
    with pytest.raises(TradecheckError, match="CR alone"):
        list(tidy.blocks(RawFile("t", path), Said()))
