"""The command line: thin, and quick when there is nothing to do."""

import os
import signal
import sys
from contextlib import suppress
from types import FrameType

import click

from tradecheck import __version__
from tradecheck.errors import FAULTS, sentence_of
from tradecheck.study.project import find_project
from tradecheck.runner.build import Settings, build

# Ctrl-C, an end asked for by another program, a closed terminal.
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

embedding = click.option(
    "--embed/--no-embed",
    default=True,
    envvar="EMBED",
    help="With the data files inside the pages (default), or without, as with EMBED=0.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tradecheck", message="%(prog)s %(version)s")
def tradecheck() -> None:
    """Put published claims about trade beside the evidence; make reports from notebooks."""


@tradecheck.command()
@click.argument("studies", nargs=-1, metavar="[STUDY]...")
@click.option("--force", is_flag=True, help="Build even what is up to date.")
@embedding
@click.option(
    "--timeout",
    default=900,
    type=click.IntRange(min=1),
    metavar="SECONDS",
    help="Stop a notebook that takes longer (default 900).",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many notebooks and pages to work on at once (default one a core).",
)
@click.option("--kernel", is_flag=True, help="Run notebooks in Jupyter kernels: slower.")
def report(
    studies: tuple[str, ...], force: bool, embed: bool, timeout: int, jobs: int | None, kernel: bool
) -> None:
    """Build every report that is out of date, of all studies or of those named.

    Reports appear complete or not at all. If a cell fails, reports/STUDY.failed.html shows it, the
    earlier reports stay, and the status is not zero.
    """
    project = find_project()
    settings = Settings(embed, force, timeout, jobs, kernel)
    finish(build(project, studies, settings, tell))


@tradecheck.command()
@embedding
def status(embed: bool) -> None:
    """Say of each report whether it is fresh, or stale because of what."""
    from tradecheck.runner.inspection import status as lines

    for line in lines(find_project(), embed):
        click.echo(line)


@tradecheck.command()
def verify() -> None:
    """Check raw files against their cards, and tables and reports against what was built."""
    from tradecheck.runner.inspection import verify as check

    finish(check(find_project(), click.echo))


@tradecheck.command()
def pdf() -> None:
    """Print every built report as PDF (needs Chromium or Chrome)."""
    from tradecheck.runner.pdf import print_reports

    for name in print_reports(find_project()):
        tell(f"wrote {name}")


def tell(line: str) -> None:
    click.echo(line, err=True)


def finish(sentences: list[str]) -> None:
    """End with status 1 if anything is to be told, one sentence a line."""
    for sentence in sentences:
        tell(f"Error: {sentence}")
    if sentences:
        sys.exit(1)


class Stopped(SystemExit):
    """The end of a command that was asked to end; what it had begun is cleared up on the way."""


def stop(number: int, _: FrameType | None) -> None:
    """Stop with the status that a shell gives a command ended by this signal."""
    raise Stopped(128 + number)


def main() -> None:
    """Run the command and end at once: Python would clear up for longer than a check takes."""
    try:
        run()
        status = 0
    except SystemExit as end:
        status = end.code
    for stream in filter(None, (sys.stdout, sys.stderr)):  # None where the shell has closed it
        with suppress(OSError):  # whoever read along has gone
            stream.flush()
    os._exit(status)


def run() -> None:
    """Run the command; users' mistakes and Ctrl-C end in a sentence, never in a traceback."""
    for number in STOPS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
            signal.signal(number, stop)
    try:
        tradecheck(prog_name="tradecheck", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except FAULTS as fault:
        finish([sentence_of(fault)])
    except Stopped:
        tell("Stopped; reports that are not named above as written are unchanged.")
        raise
