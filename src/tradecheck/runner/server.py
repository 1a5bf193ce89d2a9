"""The process that others are forked from, and what each of them does first.

The standard library's fork server imports this module. It is told by SETTINGS what else to import:
done once, it is there in every process that is forked. What a module can do once for all of them is
its `prepare`.
"""

import atexit
import gc
import json
import os
import shutil
import signal
import sys
import traceback
from _thread import start_new_thread
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from pkgutil import resolve_name
from typing import Any

SETTINGS = "TRADECHECK_SERVER"
RARELY = 100_000  # new objects between looks for garbage, of which a short life leaves little
PATH = [folder for folder in sys.path if folder]  # before a run's own is put in its place
FAILED: dict[str, str] = {}  # what could not be imported; the cell that imports it will tell


def warm(folder: str, modules: Sequence[str]) -> None:
    """Import these for all processes; `folder` is the run's own, and goes when all have ended.

    What is imported stays out of later collections of garbage, which would find nothing in it, and
    copy the memory that a child shares with this process.
    """
    os.setsid()  # what ends the run's whole group must not reach it
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    del os.environ["PYTHONSAFEPATH"]
    silence = os.open(os.devnull, os.O_RDWR)
    for descriptor in (1, 2):
        os.dup2(silence, descriptor)
    os.chdir(folder)  # where no settings of the user's lie
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    gc.disable()
    for name in modules:
        try:
            getattr(import_module(name), "prepare", lambda: None)()
        except Exception as error:
            FAILED[name] = repr(error)
    gc.freeze()
    gc.set_threshold(RARELY, 10, 10)
    gc.enable()


def begin(connection: Connection, name: str, *arguments: Any) -> None:
    """What every process does: the function of this name, in a session that ends with the run.

    Its connection closes when it dies, whatever goes on that it has started.
    """
    os.setsid()
    start_new_thread(_end_with_the_run, ())
    os.register_at_fork(after_in_child=connection.close)
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()  # as in a new process; Python's own generators do this themselves
    resolve_name(name)(connection, *arguments)


def answer(connection: Connection) -> None:
    """Make pages: call functions by name and send what they return or raise, as (whether, what)."""
    with suppress(Exception):  # whoever asks for a page will be told
        resolve_name("tradecheck.runner.pages:prepare")()
    while True:
        name, arguments = connection.recv()
        try:
            connection.send((True, resolve_name(name)(*arguments)))
        except Exception as error:
            error.add_note(traceback.format_exc())
            connection.send((False, error))


def _end_with_the_run() -> None:
    """End the whole session when the run has ended, however that was."""
    if run := parent_process():
        run.join()
    os.killpg(0, signal.SIGKILL)


if settings := os.environ.pop(SETTINGS, ""):
    warm(**json.loads(settings))
