"""Processed tables appear complete or not at all, with the same bytes for the same tables."""

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from tradecheck.data import store
from tradecheck.data.store import MOST_CSV_ROWS, read_processed, write_processed
from tradecheck.errors import TradecheckError
from tradecheck.runner.forks import environment
from tradecheck.study.project import Project
from tradecheck.study.study import Study

STUDY = Study.model_construct(name="sample")
TABLES = {
    "first": pd.DataFrame({"hs6": pd.Series(["010121", "847150"], dtype="str"), "v": [0.1, None]}),
    "empty": pd.DataFrame({"hs6": pd.Series([], dtype="str"), "v": pd.Series([], dtype="float64")}),
}


def contents(project: Project) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (project.processed / "sample").iterdir()}


def test_tables_come_back_as_they_were(tmp_path):
    project = Project(tmp_path)
    written = write_processed(project, STUDY, TABLES)
    assert [file.path for file in written] == [
        f"data/processed/sample/{name}"
        for name in ("first.parquet", "first.csv", "empty.parquet", "empty.csv")
    ]
    for name, table in TABLES.items():
        pd.testing.assert_frame_equal(read_processed(project, STUDY, name), table)
    assert contents(project)["first.csv"] == b"hs6,v\n010121,0.1\n847150,\n"


def test_the_same_tables_give_the_same_bytes_anywhere(tmp_path):
    one, other = Project(tmp_path / "one"), Project(tmp_path / "another place")
    assert write_processed(one, STUDY, TABLES) == write_processed(other, STUDY, TABLES)
    assert contents(one) == contents(other)
    assert b"pandas" not in contents(one)["first.parquet"]
    assert os.fsencode(tmp_path) not in b"".join(contents(one).values())


def test_a_failure_leaves_the_last_good_tables_alone(tmp_path, monkeypatch):
    project = Project(tmp_path)
    write_processed(project, STUDY, TABLES)
    before = contents(project)

    def full(table, path):
        path.write_text("half")
        raise OSError("No space left on device")

    monkeypatch.setattr(store, "_write_csv", full)
    with pytest.raises(
        TradecheckError, match=r"data/processed/sample cannot be written to \(No space"
    ):
        write_processed(project, STUDY, {"first": TABLES["first"].iloc[:1]})
    assert contents(project) == before


def test_a_table_that_was_not_written_names_the_remedy(tmp_path):
    with pytest.raises(TradecheckError, match="sample/flows.parquet does not exist.*make report"):
        read_processed(Project(tmp_path), STUDY, "flows")


def test_a_table_too_long_for_a_spreadsheet_is_written_for_programs_only(tmp_path):
    project = Project(tmp_path)
    for rows, files in ((MOST_CSV_ROWS, 2), (MOST_CSV_ROWS + 1, 1)):
        written = write_processed(project, STUDY, {"long": pd.DataFrame({"v": range(rows)})})
        assert [file.rows for file in written] == [rows] * files


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads are counted in /proc")
def test_tables_are_written_and_read_in_one_thread(tmp_path):
    """Charts and grids are made in forked processes, which a second thread would endanger."""
    work = f"""
import os, pandas, sys
from pathlib import Path
from tradecheck.data.store import read_processed, write_processed
from tradecheck.study.project import Project
from tradecheck.study.study import Study
project, study = Project(Path({str(tmp_path)!r})), Study.model_construct(name="sample")
write_processed(project, study, {{"one": pandas.DataFrame({{"a": ["x"] * 9999, "b": 0.5}})}})
read_processed(project, study, "one")
print(len(os.listdir("/proc/self/task")))
"""
    done = subprocess.run(
        [sys.executable, "-c", work],
        env=os.environ | environment(None),
        capture_output=True,
        text=True,
    )
    assert done.stdout == "1\n", done.stderr
