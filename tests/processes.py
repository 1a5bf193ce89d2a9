"""Looking at other processes."""

import time
from pathlib import Path


def wait_for_end(process: int) -> None:
    """Return when the process is gone or waits to be forgotten; fail after a while."""
    for _ in range(200):
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return
        if state == "Z":
            return
        time.sleep(0.05)
    raise AssertionError(f"process {process} goes on")
