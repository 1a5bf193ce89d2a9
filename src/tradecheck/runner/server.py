"""The process that others are forked from: it has done their imports and keeps to one thread.

    python -P -m tradecheck.runner.server SOCKET MODULE… -- LATER_MODULE…

Started by `forks.Forks`. The first modules are imported at once, the later ones one by one after the
first fork, while nobody waits. What a module does once for all of them is its `prepare`; that of the
first modules is then done some times more.
"""

import gc
import os
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from itertools import takewhile
from multiprocessing.connection import Connection
from pkgutil import resolve_name
from select import select
from typing import Any

from tradecheck.parallel import outcome

SOON = 0.02  # seconds within which whoever starts at the same time asks, too
OFTEN = 4  # Python adapts what has run a few times (PEP 659), and a fork inherits that
RARELY = 100_000  # new objects between looks for garbage, of which a short life leaves little


def main(control: socket.socket, modules: list[str], later: list[str]) -> None:
    """Fork a process for every connection that arrives; end them all when the run ends."""
    _import(modules)
    ready = [name for name in modules if hasattr(sys.modules.get(name), "prepare")]
    children, idle = [], [*later, *ready * OFTEN]
    while True:
        patience = SOON
        while children and idle and not select([control], [], [], patience)[0]:
            _import([idle.pop(0)])
            patience = 0
        connection = socket.recv_fds(control, 1, 1)[1]
        if not connection:
            break
        child = os.fork()
        if child == 0:
            control.close()
            _work(Connection(connection[0]))
        os.close(connection[0])
        children.append(child)
    # The dead are waited for here and not before: until then no other process gets their number.
    for child in children:
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
    os._exit(0)  # at once: the run waits, and there is nothing to tidy up


def _import(modules: list[str]) -> None:
    """Import what can be imported, and leave it out of later collections of garbage.

    They would find nothing in it, and copy the memory that a child shares with this process.
    """
    gc.disable()
    for name in modules:
        with suppress(Exception):  # the cell that imports it will tell
            module = import_module(name)
            getattr(module, "prepare", lambda: None)()
    gc.freeze()
    gc.set_threshold(RARELY, 10, 10)
    gc.enable()


def _work(connection: Connection) -> None:
    """What a forked process does: one function, in a session that no Ctrl-C reaches.

    Its connection closes when it dies, whatever goes on that it has started.
    """
    try:
        os.setsid()
        os.set_inheritable(connection.fileno(), False)
        os.register_at_fork(after_in_child=connection.close)
        if numpy := sys.modules.get("numpy"):
            numpy.random.seed()  # as in a new process; Python's own generators do this themselves
        name, arguments = connection.recv()
        resolve_name(name)(connection, *arguments)
    finally:
        os._exit(0)


def answer(connection: Connection, name: str, arguments: Sequence[Any]) -> None:
    """Call the function of this name and send what it returns or raises, as (whether, what)."""
    connection.send(outcome(resolve_name(name), *arguments))


if __name__ == "__main__":
    _, descriptor, *names = sys.argv
    first = list(takewhile(lambda name: name != "--", names))
    main(socket.socket(fileno=int(descriptor)), first, names[len(first) + 1 :])
