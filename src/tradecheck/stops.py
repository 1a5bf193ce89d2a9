"""How a command ends when it is asked to: at once, clearing up what it had begun."""

import signal
from types import FrameType

# Ctrl-C, an end asked for by another program, a closed terminal.
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(SystemExit):
    """The end of a command that was asked to end; what it had begun is cleared up on the way."""


def heed_signals() -> None:
    """End by `Stopped` on each signal that is not ignored, as under nohup."""
    for number in STOPS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)


def _stop(number: int, _: FrameType | None) -> None:
    """Stop with the status that a shell gives a command ended by this signal."""
    raise Stopped(128 + number)
