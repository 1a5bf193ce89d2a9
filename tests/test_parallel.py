"""Work that processes share comes to the same as work done in one."""

import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import active_children

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tradecheck import parallel
from tradecheck.errors import TradecheckError
from tradecheck.show.charts import draw

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")


@pytest.fixture
def processes(monkeypatch):
    threads = [thread.name for thread in threading.enumerate()]
    assert len(threads) == 1, f"no work is shared here: {threads} were left by other tests"
    return lambda count: monkeypatch.setenv(parallel.PROCESSES, str(count))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(), max_size=9), st.integers(1, 4))
def test_results_come_in_the_order_of_the_items(items, count):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(parallel.PROCESSES, str(count))
        assert parallel.each(lambda item: item * 2, items) == [item * 2 for item in items]


def test_work_is_shared_only_where_a_run_allows_it(processes, monkeypatch):
    monkeypatch.delenv(parallel.PROCESSES, raising=False)
    assert set(parallel.each(lambda _: os.getpid(), range(4))) == {os.getpid()}
    processes(2)
    mine, other = parallel.each(lambda _: os.getpid(), range(2))
    assert mine == os.getpid() != other
    with ThreadPoolExecutor() as threads:
        threads.submit(os.getpid).result()
        assert set(parallel.each(lambda _: os.getpid(), range(2))) == {os.getpid()}


@pytest.mark.parametrize("place", [0, 1])
def test_what_goes_wrong_is_raised_here_and_leaves_no_process(processes, place):
    def work(item):
        if item == place:
            raise TradecheckError(f"The item {item} is bad.")

    processes(2)
    with pytest.raises(TradecheckError, match=f"^The item {place} is bad.$"):
        parallel.each(work, [0, 1])
    assert active_children() == []


def test_a_process_that_is_killed_is_told(processes):
    processes(2)
    with pytest.raises(TradecheckError, match="has ended.*--jobs 1"):
        parallel.each(lambda item: item and os.kill(os.getpid(), signal.SIGKILL), [0, 1])


def test_a_large_result_arrives(processes):
    processes(2)
    assert [len(text) for text in parallel.each(lambda n: "x" * n, [3_000_000] * 4)] == [
        3_000_000
    ] * 4


def test_charts_are_the_same(processes):
    def paint(figure, wide):
        axes = figure.subplots()
        axes.bar([0, 1], [1, 2 if wide else 3])
        axes.set_yticks([0, 1, 2])

    processes(1)
    alone = draw("bars", paint)
    processes(3)
    assert draw("bars", paint) == alone
