"""A notebook's cells in a forked process: what they show, as the messages of a Jupyter kernel.

IPython's own shell runs the cells, and nbclient reads the messages as it reads a kernel's, so the
outputs are those of a kernel. There are no message sockets and no threads: what is printed, also
by other programs and by compiled code, lands in two files, and each message says how far these
have grown.
"""

import asyncio
import builtins
import getpass
import json
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock
from typing import Any

from IPython.core import page
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.profiledir import ProfileDir
from traitlets import Instance, Type
from traitlets.config import Config

from tradecheck.errors import TradecheckError

STREAMS = {"stdout": 1, "stderr": 2}
WIDGET = "application/vnd.jupyter.widget-view+json"
LANGUAGE = {"name": "python", "version": platform.python_version(), "file_extension": ".py"}
# As in a kernel: programs that a cell starts show colours and no pager.
TERMINAL = {
    "TERM": "xterm-color",
    "CLICOLOR": "1",
    "CLICOLOR_FORCE": "1",
    "FORCE_COLOR": "1",
    "PAGER": "cat",
    "GIT_PAGER": "cat",
}


def prepare() -> None:
    """Make the shell that every forked process inherits; a run gives it its own folders."""
    config = Config({"HistoryManager": {"enabled": False}})  # it would start a thread
    shell = _Shell.instance(config=config, ipython_dir=os.curdir, profile_dir=ProfileDir())
    shell.run_cell("pass", silent=True)  # what a first cell imports and compiles
    shell.display_formatter.format("")


def serve(
    connection: Connection,
    private: str,
    folder: str,
    environment: Mapping[str, str],
    cells: Sequence[tuple[str, bool]],
) -> None:
    """Run these cells, each with whether an error in it ends the run, and wait to be ended.

    `private` is a folder of this run alone, `folder` the one that the notebook works in.
    """
    os.environ.update(TERMINAL | environment)
    os.chdir(folder)
    sys.path.insert(0, "")
    for name, descriptor in STREAMS.items():
        os.dup2(os.open(Path(private) / name, os.O_WRONLY | os.O_APPEND), descriptor)
        setattr(sys, name, open(descriptor, "w", 1, "utf-8", "backslashreplace", closefd=False))  # noqa: SIM115
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115
    builtins.input = getpass.getpass = _ask
    shell = _Shell.instance()
    shell.outlet = _Outlet(connection)
    shell.init_ipython_dir(private)
    shell.init_profile_dir(None)
    shell.history_manager.dir_hist[:] = [Path.cwd()]
    asyncio.run(_run(shell.outlet, shell, cells))
    with suppress(EOFError):
        connection.recv_bytes()


def _as_json(value: Any) -> Any:
    """What a kernel makes of a value that JSON does not know."""
    from jupyter_client.jsonutil import json_default  # with all of jupyter_client, for few cells

    return json_default(value)


def _ask(*_: Any) -> None:
    raise StdinNotImplementedError("Nobody is there to answer while a report is built.")


async def _run(outlet: "_Outlet", shell: "_Shell", cells: Sequence[tuple[str, bool]]) -> None:
    outlet.reply({"pid": os.getpid()})
    for source, ends_the_run in cells:
        outlet.request += 1
        reply = await shell.run(source)
        outlet.reply(reply)
        if reply["status"] == "error" and ends_the_run:
            break
    outlet.request += 1
    outlet.reply({"status": "ok", "language_info": LANGUAGE})


class _Outlet:
    """The way out for messages, in the order in which a reader is to see them."""

    def __init__(self, connection: Connection):
        self.request = 0  # the number of the cell, from 1
        self._connection = connection
        self._one_at_a_time = Lock()  # a cell's own threads may display, too

    def show(self, kind: str, content: Mapping[str, Any]) -> None:
        """Something for the reader to see, after all that was printed until now."""
        if WIDGET in content.get("data", ()):
            raise TradecheckError("A report cannot hold a widget: show a Figure, a Table or text.")
        self._send("iopub", kind, content)

    def reply(self, content: Mapping[str, Any]) -> None:
        self._send("shell", "reply", content)

    def _send(self, channel: str, kind: str, content: Mapping[str, Any]) -> None:
        message = {
            "header": {"msg_type": kind},
            "msg_type": kind,
            "parent_header": {"msg_id": str(self.request)},
            "content": content,
        }
        with self._one_at_a_time:
            for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
                stream.flush()
            printed = {name: os.fstat(number).st_size for name, number in STREAMS.items()}
            text = json.dumps([channel, message, printed], default=_as_json)
            self._connection.send_bytes(text.encode())


class _DisplayHook(DisplayHook):
    """The value of a cell's last line."""

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: dict, md_dict: dict | None = None) -> None:
        content = {"data": format_dict, "metadata": md_dict or {}}
        self.shell.outlet.show("execute_result", content | {"execution_count": self.prompt_count})

    def finish_displayhook(self) -> None:
        self._is_active = False


class _DisplayPublisher(DisplayPublisher):
    """What a cell displays by a call."""

    def publish(self, data, metadata=None, *, transient=None, update=False, **_: Any) -> None:
        self._validate_data(data, metadata)
        kind = "update_display_data" if update else "display_data"
        content = {"data": data, "metadata": metadata or {}, "transient": transient or {}}
        self.shell.outlet.show(kind, content)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outlet.show("clear_output", {"wait": wait})


class _Shell(InteractiveShell):
    """IPython's shell, showing through an outlet."""

    outlet = Instance(_Outlet, allow_none=True)
    displayhook_class = Type(_DisplayHook)
    display_pub_class = Type(_DisplayPublisher)

    def init_hooks(self) -> None:
        super().init_hooks()
        self.set_hook("show_in_pager", page.as_hook(lambda *_, **__: None), 99)  # no output either

    async def run(self, source: str) -> dict[str, Any]:
        """Run a cell; the content of a kernel's reply."""
        self._error: dict[str, Any] | None = None
        self._failed_to_show = False
        try:
            code, problem = self.transform_cell(source), None
        except Exception:
            code, problem = source, sys.exc_info()
        result = None
        try:
            result = await self.run_cell_async(
                source,
                store_history=True,
                transformed_cell=code,
                preprocessing_exc_tuple=problem,
            )
        except BaseException:  # as IPython's run_cell, which would transform the cell again
            self.showtraceback(running_compiled_code=True)
        finally:
            self.events.trigger("post_execute")
            self.events.trigger("post_run_cell", result)
        count = {"execution_count": self.execution_count - 1}
        if self._error and (self._failed_to_show or not (result and result.success)):
            return {"status": "error"} | count | self._error
        return {"status": "ok"} | count

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        self._error = {"ename": etype.__name__, "evalue": str(evalue), "traceback": stb}
        self._failed_to_show |= self.displayhook.is_active
        self.outlet.show("error", self._error)
