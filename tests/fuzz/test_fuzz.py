"""Whatever a file holds, reading it ends in a result or in one sentence, soon, and leaves no half.

`make fuzz` looks for FUZZ_MINUTES in all, with new examples each time; `make test` for a moment.
"""

import os
import shutil
import signal
import time
from itertools import count
from pathlib import Path

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase, given, settings

import samples
from spoiling import spoilt
from targets import ANSWERS, Target, targets
from tradecheck.data.sources import recognise, tidy
from tradecheck.data.sources.base import RawFile, Said
from tradecheck.data.sources.registry import FORMATS, LISTINGS
from tradecheck.errors import MOST_SAID, TradecheckError, unseen
from tradecheck.runner import inspection

MINUTES = float(os.environ.get("FUZZ_MINUTES", 0))
EXAMPLES = 40 if MINUTES else 12
LONGEST = 20  # seconds of work for one small file


@pytest.fixture(scope="session")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@pytest.fixture(scope="session")
def made(folder) -> dict[str, Target]:
    return {target.name: target for target in targets(folder)}


NAMES = (
    "study.yaml", "claims.yaml", "changes.yaml", "card", "card, renewed", *samples.TABLES, "add", "bulk",
    "notebook", "manifest of a report", "manifest of the set", "flows.parquet", "published.parquet",
    *(f"answer of {name}" for name in ANSWERS), "kept answer",
)  # fmt: skip


def attempt(target: Target, start: Path, content: bytes) -> None:
    """One example, in a folder of its own, within the time that it may take."""
    folder = start.with_name("example")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(start, folder)
    signal.setitimer(signal.ITIMER_PROF, LONGEST)  # of this process, however busy the machine is
    try:
        target.read(folder, content)
    except TradecheckError as error:
        sentence = str(error)
        assert not any(unseen(sign) or sign in "\n\t" for sign in sentence), sentence
        assert len(sentence) <= MOST_SAID and sentence.encode()
        assert target.told in sentence
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    parts = [path for path in folder.rglob("*") if ".tradecheck-partial" in path.name]
    assert not parts, "a half-written file is left"


def endless(*_: object) -> None:
    raise AssertionError(f"it has worked for {LONGEST} seconds")


@pytest.mark.parametrize("name", NAMES)
def test_a_spoilt_file_is_read_or_told(name, made, tmp_path, monkeypatch):
    target, start = made[name], tmp_path / "start"
    start.mkdir()
    if target.prepare(start / "x") is None:
        (start / "x").mkdir(exist_ok=True)
    signal.signal(signal.SIGPROF, endless)
    monkeypatch.setattr(inspection, "changed", str)  # hashes every package, for seconds

    @settings(
        max_examples=EXAMPLES,
        derandomize=not MINUTES,
        database=None,
        phases=[Phase.generate],  # a shorter example would take longer than the search
        suppress_health_check=list(HealthCheck),
    )
    @given(content=spoilt(target.samples))
    def examples(content: bytes) -> None:
        attempt(target, start / "x", content)

    end = time.monotonic() + MINUTES * 60 / len(NAMES)
    for seed in count():
        (hypothesis.seed(time.time_ns() + seed)(examples) if MINUTES else examples)()
        if time.monotonic() >= end:
            return


def test_every_format_has_a_sample_and_every_target_a_test(made):
    assert set(samples.TABLES) == {form.name for form in (*FORMATS, *LISTINGS)}
    assert set(made) == set(NAMES)


@pytest.mark.parametrize("name", ["a.csv.gz", "a.xlsx"])
def test_a_file_that_unpacks_to_gigabytes_is_told(name):
    content = samples.bombs()[name]
    assert len(content) < 10_000_000
    with pytest.raises(TradecheckError, match="no format that tradecheck knows"):
        recognise(RawFile("a", Path(name), content))
    with pytest.raises(TradecheckError, match="unpacks to over 600 MB; unpack it yourself"):
        tidy.read(RawFile("a", Path(name), content), Said(), None)
