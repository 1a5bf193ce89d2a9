"""Work shared among forked processes, where a run allows a notebook more than one.

A run tells its notebooks by TRADECHECK_PROCESSES how many processes each may use. Without it, as in
JupyterLab, whose threads a fork would not survive, all is done in one.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from threading import active_count
from typing import Any, TypeVar

from tradecheck.errors import TradecheckError

PROCESSES = "TRADECHECK_PROCESSES"
Item = TypeVar("Item")
Result = TypeVar("Result")
_shared: tuple[Callable[[Any], Any], Sequence[Any]]  # which forked processes find here


def each(function: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """The function's result for every item, in their order, whatever the number of processes.

    The function may change nothing that another item's result or this process rests on. Raises what
    it raises for any item, and TradecheckError where a process that shares the work ends.
    """
    global _shared
    allowed = os.environ.get(PROCESSES, "1")
    count = min(int(allowed), len(items))
    if count < 2 or active_count() > 1:  # a lock that another thread holds would stay locked
        return [function(item) for item in items]
    _shared = function, items
    os.environ[PROCESSES] = "1"  # whoever shares work does his part alone
    try:
        with ProcessPoolExecutor(count - 1, get_context("fork")) as helpers:
            others = [helpers.submit(_share, first, count) for first in range(1, count)]
            shares = [_share(0, count), *(other.result() for other in others)]
    except BrokenProcessPool as error:
        raise TradecheckError(
            "A process that shared a notebook's work has ended; it may have run out of memory. "
            "Run again, or with tradecheck report --jobs 1."
        ) from error
    finally:
        os.environ[PROCESSES] = allowed
        del _shared
    return [shares[place % count][place // count] for place in range(len(items))]


def _share(first: int, count: int) -> list[Any]:
    function, items = _shared
    return [function(item) for item in items[first::count]]
