"""Work shared among forked processes, where a run allows a notebook more than one.

A run tells its notebooks by TRADECHECK_PROCESSES how many processes each may use. Without it, as in
JupyterLab and in kernels, whose threads a fork would not survive, all is done in one.
"""

import os
import traceback
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from threading import active_count
from typing import Any, TypeVar

from tradecheck.errors import TradecheckError

PROCESSES = "TRADECHECK_PROCESSES"
Item, Result = TypeVar("Item"), TypeVar("Result")


def each(function: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """The function's result for every item, in their order, whatever the number of processes.

    The function may change nothing that another item's result or this process rests on. Raises what
    it raises for any item, and TradecheckError where a process that shares the work ends.
    """
    allowed = os.environ.get(PROCESSES, "1")
    count = min(int(allowed), len(items))
    if count < 2 or active_count() > 1:  # a lock that another thread holds would stay locked
        return [function(item) for item in items]
    os.environ[PROCESSES] = "1"  # whoever shares work does his part alone
    helpers = [_helper(function, items[first::count]) for first in range(1, count)]
    try:
        shares = [[function(item) for item in items[::count]]]
        shares += [_finished(connection) for _, connection in helpers]
    except BaseException:
        for process, _ in helpers:
            process.kill()
            process.join()
        raise
    finally:
        os.environ[PROCESSES] = allowed
    # A helper that has answered ends by itself, while this process goes on.
    return [shares[place % count][place // count] for place in range(len(items))]


def outcome(function: Callable[..., Any], *arguments: Any) -> tuple[bool, Any]:
    """Whether a call returned, and what it returned or raised, fit to be sent to another process."""
    try:
        return True, function(*arguments)
    except TradecheckError as error:
        return False, error
    except Exception as error:
        error.add_note(traceback.format_exc())
        return False, error


def _helper(function: Callable, items: Sequence) -> tuple[BaseProcess, Connection]:
    fork = get_context("fork")
    ours, theirs = fork.Pipe(duplex=False)
    process = fork.Process(target=_share, args=(theirs, function, items))
    with theirs:
        process.start()
    return process, ours


def _share(connection: Connection, function: Callable, items: Sequence) -> None:
    connection.send(outcome(lambda: [function(item) for item in items]))


def _finished(connection: Connection) -> list:
    with connection:
        try:
            returned, value = connection.recv()
        except EOFError as error:
            raise TradecheckError(
                "A process that shared a notebook's work has ended; it may have run out of memory. "
                "Run again, or with tradecheck report --jobs 1."
            ) from error
    if returned:
        return value
    raise value
