"""The command `tradecheck`, also as `python -m tradecheck`; Ctrl-C ends it from the first moment."""

import signal
import sys


def main() -> None:
    """Run the command line; Ctrl-C while it is imported ends it at once, for nothing has begun."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # as under nohup
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        from tradecheck.cli import main as command_line

        command_line()
    except Exception as error:
        if module := _broken(error) or _broken(error.__cause__):  # click has its own for some
            sys.exit(f"Error: {module} is cut short or damaged: delete it, then run again.")
        if type(error).__name__ == "Abort" and error.__cause__ is None:  # Ctrl-D at a question
            sys.exit("Error: No answer was given, so nothing was changed.")
        raise


def _broken(error: BaseException | None) -> str:
    """The compiled module whose reading an error broke off; "" for any other error."""
    found, trace = "", error.__traceback__ if error else None
    while trace:
        is_import = trace.tb_frame.f_code.co_filename.startswith("<frozen importlib")
        held = trace.tb_frame.f_locals.get("bytecode_path")
        found = (held or found) if is_import else ""
        trace = trace.tb_next
    return found


if __name__ == "__main__":
    main()
