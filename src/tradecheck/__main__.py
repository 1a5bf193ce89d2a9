"""The command `tradecheck`, also as `python -m tradecheck`; Ctrl-C ends it from the first moment."""

import signal


def main() -> None:
    """Run the command line; Ctrl-C while it is imported ends it at once, for nothing has begun."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # as under nohup
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from tradecheck.cli import main as command_line

    command_line()


if __name__ == "__main__":
    main()
