"""What readers see: words, exhibits, charts. It knows no trade.

Imported in a notebook, it makes the kernel show charts the house's way; `%load_ext tradecheck.show`
does the same without another import.
"""

import sys
from typing import Any


def load_ipython_extension(shell: Any) -> None:
    """Make this kernel keep every figure for a page; see `tradecheck.show.own`."""
    from tradecheck.show.own import register

    register(shell)


def __getattr__(name: str) -> Any:
    if name == "show":  # not imported before it is asked for
        from tradecheck.show.own import show

        return show
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


if (interactive := sys.modules.get("IPython")) and (shell := interactive.get_ipython()):
    load_ipython_extension(shell)
