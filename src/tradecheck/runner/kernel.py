"""A notebook's cells in a process of its own: ipykernel's kernel, which sends through a pipe.

What a cell does, asks for and shows is what it does in JupyterLab, without sockets and threads. What
is printed, also by other programs and by compiled code, lands in two files, and each message says
how far these have grown.
"""

import asyncio
import json
import logging
import multiprocessing
import os
import signal
import sys
import warnings
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock
from types import ModuleType, SimpleNamespace
from typing import Any, NoReturn

from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from IPython.core.compilerop import CachingCompiler
from IPython.core.error import StdinNotImplementedError
from IPython.core.profiledir import ProfileDir
from jupyter_client.jsonutil import json_default
from jupyter_client.session import Session
from traitlets import Type
from traitlets.config import Config

from tradecheck.errors import TradecheckError
from tradecheck.runner import server
from tradecheck.runner.opened import LOG, watch

STREAMS = ("stdout", "stderr")
WIDGET = "application/vnd.jupyter.widget-view+json"
SHOWN = ("display_data", "execute_result", "update_display_data", "clear_output", "error")
OWN = Config(
    {
        "HistoryManager": {"enabled": False},  # it would start a thread
        "InteractiveShellApp": {"extensions": ["tradecheck.show"]},  # keeps figures for the page
    }
)
FORM = warnings.formatwarning
Cells = Sequence[tuple[str, bool]]  # the code to be run, and whether an error in it ends the run


class _Session(Session):
    """The way out for what a kernel shows, in the order in which a reader is to see it."""

    connection: Connection
    one_at_a_time = Lock()  # a cell's own threads may display, too

    def send(self, stream: Any, msg_or_type: Any, content: Any = None, *_: Any, **__: Any) -> None:
        if isinstance(msg_or_type, dict):
            msg_or_type, content = msg_or_type["msg_type"], msg_or_type["content"]
        if WIDGET in (content or {}).get("data", ()):
            raise TradecheckError("A report cannot hold a widget: show a Figure, a Table or text.")
        if msg_or_type in SHOWN:
            self.tell(msg_or_type, content)

    def tell(self, kind: str, content: Mapping[str, Any]) -> None:
        """Send something to be seen after all that was printed until now."""
        faults = "strict" if "data" in content else "replace"  # half a character is no text
        text = json.dumps(content, default=json_default, ensure_ascii=False).encode(errors=faults)
        with self.one_at_a_time:
            for stream in filter(None, (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__)):
                stream.flush()
            printed = [os.fstat(descriptor).st_size for descriptor in (1, 2)]
            self.connection.send_bytes(json.dumps([kind, printed]).encode() + b"\n" + text)


class _Kernel(IPythonKernel):
    """The kernel; nobody is there to answer it."""

    shell: Any  # of IPython's classes, which say little of their types
    session: Any
    compiler_class: Any = Type(CachingCompiler)  # names a cell by its number, not by a folder
    _supports_kernel_subshells = False

    def raw_input(self, *_: Any, **__: Any) -> NoReturn:
        raise StdinNotImplementedError("Nobody is there to answer while a report is built.")

    getpass = raw_input


def prepare() -> None:
    """Make the kernel that every forked process inherits; a run gives it its own folders."""
    none = sys.modules["ipykernel.debugger"] = ModuleType("ipykernel.debugger")  # slow to import
    vars(none).update(Debugger=object, _is_debugpy_available=False)
    app = IPKernelApp.instance(config=OWN, log_level=logging.CRITICAL)
    app.kernel = _Kernel.instance(
        parent=app,
        log=app.log,
        session=_Session(),
        profile_dir=ProfileDir(),
        user_ns=None,
        shell_channel_thread=SimpleNamespace(parent_thread=None),
    )
    app.shell = app.kernel.shell
    app.init_extensions()
    asyncio.run(app.kernel.do_execute("pass", silent=True, store_history=False))
    app.kernel.shell.display_formatter.format("")  # what a first value imports


def serve(
    connection: Connection,
    private: str,
    folder: str,
    cells: Cells,
    project: tuple[str, str] | None,
) -> None:
    """Run these cells and wait to be ended.

    `private` is a folder of this run alone, `folder` the one that the notebook works in, `project`
    the root of the project and the folder of tables that this run may write, if it is one's.
    """
    for descriptor, name in enumerate(STREAMS, start=1):
        os.dup2(os.open(Path(private) / name, os.O_WRONLY | os.O_APPEND), descriptor)
        setattr(sys, name, open(descriptor, "w", 1, "UTF-8", "backslashreplace", closefd=False))  # noqa: SIM115
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115
    if not _Kernel.initialized():
        prepare()
    kernel = _Kernel.instance()
    kernel.session.connection = connection
    os.environ["IPYTHONDIR"] = private  # not the user's
    os.chdir(folder)
    sys.path[:], sys.argv[:] = ["", *server.PATH], [""]
    sys.modules["__main__"] = kernel.shell.user_module
    multiprocessing.set_start_method(None, force=True)
    multiprocessing.current_process().name = "MainProcess"
    warnings.formatwarning = _warning
    kernel.shell.init_ipython_dir(private)
    kernel.shell.init_profile_dir(None)
    kernel.shell.starting_dir = folder
    kernel.shell.history_manager.dir_hist[:] = [folder]
    if project:
        watch(*project, Path(private) / LOG)
    asyncio.run(_run(kernel, cells))
    signal.pause()


async def _run(kernel: _Kernel, cells: Cells) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which asyncio replaces
    kernel.start()
    for source, ends_the_run in cells:
        reply = await kernel.do_execute(source, silent=False)
        if len(asyncio.all_tasks()) > 1:  # what a cell has started goes on before the next one
            await asyncio.sleep(0.001)
        if kernel.shell.exit_now:  # as a kernel does
            os._exit(0)
        kernel.session.tell("reply", reply)
        if reply["status"] == "error" and ends_the_run:
            break


def _warning(message: Any, category: Any, filename: str, lineno: int, line: Any = None) -> str:
    """A warning's words, with the file that gave it named within its package."""
    own = next((path for path in server.PATH if filename.startswith(path + os.sep)), None)
    return FORM(message, category, filename[len(own) + 1 :] if own else filename, lineno, line)
