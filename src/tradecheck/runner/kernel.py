"""A notebook's forked process as nbclient knows a kernel: its manager and its client in one."""

import asyncio
import json
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import Any

from nbclient.exceptions import DeadKernelError

from tradecheck.runner.forks import Forks

STREAMS = ("stdout", "stderr")
Cells = Sequence[tuple[str, bool]]  # the code to be run, and whether an error in it ends the run


class _Channel:
    """Messages of one kind, in order; None at the end says that the process is dead."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()

    def put(self, message: dict[str, Any] | None) -> None:
        self._waiting.put_nowait(message)

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        try:
            message = await asyncio.wait_for(self._waiting.get(), timeout)
        except TimeoutError as error:
            raise Empty from error
        if message is None:
            raise DeadKernelError("Kernel died")
        return message


class ForkedKernel:
    """What nbclient asks of a kernel, answered by `shell.serve` in a forked process.

    The process is told all cells at once, each with whether an error in it ends the run, and goes
    on from cell to cell while nbclient still reads what it has shown: nbclient's requests are
    numbered as the cells are. It writes what is printed into files in `private`, a folder of this
    run alone. Its messages say how far these had grown, so that printed text and messages keep
    their order, and what a process printed before it died is not lost.
    """

    def __init__(self, forks: Forks, private: str, cells: Cells):
        self.has_kernel = False
        self.allow_stdin = False
        self.iopub_channel = _Channel()
        self.shell_channel = _Channel()
        self._forks = forks
        self._printed = {name: Path(private) / name for name in STREAMS}
        self._private = private
        self._read = dict.fromkeys(STREAMS, 0)
        self._process = 0
        self._cells = cells
        self._asked = 0  # the number of nbclient's last request
        self._answered = 0  # and of the last one that the process has answered

    # the manager

    async def start_kernel(self, *, cwd: str, env: Mapping[str, str], **_: Any) -> None:
        for path in self._printed.values():
            path.touch()
        self._connection = self._forks.start(
            "tradecheck.runner.shell:serve", self._private, cwd, dict(env), self._cells
        )
        self.has_kernel = True
        asyncio.get_running_loop().add_reader(self._connection.fileno(), self._receive)

    def client(self) -> "ForkedKernel":
        return self

    async def shutdown_kernel(self, now: bool) -> None:
        """End the process, and all that it has started."""
        if self._process:
            with suppress(ProcessLookupError):
                os.killpg(self._process, signal.SIGKILL)

    async def cleanup_resources(self) -> None:
        """Close the connection, and end what nbclient leaves waiting when a cell is stopped."""
        if self.has_kernel:
            self._hang_up()
            self.has_kernel = False
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0)

    # the client

    def start_channels(self) -> None:
        """They are open as long as the process lives."""

    def stop_channels(self) -> None:
        """They are closed with the process."""

    async def wait_for_ready(self, timeout: float) -> None:
        try:
            message = await self.shell_channel.get_msg(timeout)
        except Empty as error:
            raise RuntimeError(f"it has not answered for {timeout} seconds") from error
        self._process = message["content"]["pid"]

    async def is_alive(self) -> bool:
        """True, for a death is told at once; nbclient asks before it gives a cell up."""
        printed = self._lengths()
        while not self._connection.closed and self._connection.poll():
            self._receive()
        if self._answered < self._asked:  # so what was printed is of the cell that it waits for
            self._show_printed(printed)
        await asyncio.sleep(0)
        return True

    def kernel_info(self) -> str:
        """The number of the process's last answer, after that of the last cell it has run."""
        self._asked += 1
        return str(self._asked)

    def execute(self, code: str, **_: Any) -> str:
        planned, _ = self._cells[self._asked]
        if code != planned:
            raise RuntimeError(f"the cell {code!r} came where {planned!r} is being run")
        self._asked += 1
        return str(self._asked)

    def _receive(self) -> None:
        try:
            channel, message, printed = json.loads(self._connection.recv_bytes())
        except (EOFError, OSError):
            self._hang_up()
            self._show_printed(self._lengths())
            self.shell_channel.put(None)
        else:
            self._show_printed(printed)
            if channel == "shell":  # the answer: nothing more is to be seen of the cell
                self._answered = int(message["parent_header"]["msg_id"])
                self.shell_channel.put(message)
                content = message["content"] | {"execution_state": "idle"}
                message = message | {"msg_type": "status", "content": content}
            self.iopub_channel.put(message)

    def _hang_up(self) -> None:
        if not self._connection.closed:
            asyncio.get_running_loop().remove_reader(self._connection.fileno())
            self._connection.close()

    def _lengths(self) -> dict[str, int]:
        return {name: path.stat().st_size for name, path in self._printed.items()}

    def _show_printed(self, until: Mapping[str, int]) -> None:
        """Pass on what the cell that runs has printed, up to these lengths of the files."""
        for name, path in self._printed.items():
            begin, end = self._read[name], until[name]
            if begin < end:
                with path.open("rb") as file:
                    file.seek(begin)
                    text = file.read(end - begin).decode("utf-8", "replace")
                self._read[name] = end
                message = {
                    "header": {"msg_type": "stream"},
                    "msg_type": "stream",
                    "parent_header": {"msg_id": str(self._answered + 1)},
                    "content": {"name": name, "text": text},
                }
                self.iopub_channel.put(message)
