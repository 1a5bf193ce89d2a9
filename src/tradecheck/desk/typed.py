"""What is typed after a command: text in which every character can be seen."""

import os
from pathlib import Path
from typing import Any

import click

from tradecheck.errors import TradecheckError, short
from tradecheck.study.texts import UNSEEN, hidden


class Command(click.Command):
    """A command that refuses what nobody can have meant to type, before it does anything."""

    def invoke(self, ctx: click.Context) -> Any:
        for parameter in self.params:
            held = ctx.params.get(parameter.name or "")
            for text in held if isinstance(held, tuple) else (held,):
                sign = hidden(str(text)) if isinstance(text, str | Path) else ""
                if sign and not os.path.lexists(text):  # the name of a file may be of any bytes
                    where = f"{parameter.opts[0]} " * isinstance(parameter, click.Option)
                    shown = short(str(text))
                    raise TradecheckError(f"{where}{shown}: {UNSEEN.format(ord(sign))}.")
        return super().invoke(ctx)


class Group(click.Group):
    """Commands of that kind."""

    command_class = Command
