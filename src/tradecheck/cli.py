"""The command line: thin, and quick when there is nothing to do."""

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import click

from tradecheck import __version__
from tradecheck.desk.typed import Group
from tradecheck.errors import FAULTS, sentence_of
from tradecheck.runner.build import Settings, build, no_event, print_event
from tradecheck.stops import Stopped, heed_signals
from tradecheck.study.project import find_project

embedding = click.option(
    "--embed/--no-embed",
    default=True,
    envvar="EMBED",
    help="With the data files inside the pages (default), or without, as with EMBED=0.",
)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
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
    help="Stop a notebook or a page that takes longer (default 900).",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many notebooks to run at once (default one a core).",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Make the cases of studies with lists on a Dask cluster, such as tcp://10.0.0.5:8786.",
)
@click.option("--watch", "watching", is_flag=True, help="Go on: see tradecheck watch.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a study and case on stdout.")
def report(
    studies: tuple[str, ...],
    force: bool,
    embed: bool,
    timeout: int,
    jobs: int | None,
    scheduler: str | None,
    watching: bool,
    as_json: bool,
) -> None:
    """Build every report that is out of date, of all studies or of those named.

    Reports appear complete or not at all. If a cell fails, reports/STUDY.failed.html shows it, the
    earlier reports stay, and the status is not zero.
    """
    project = find_project()
    if watching:
        from tradecheck.desk.watch import watch as go_on

        given = {"--timeout": timeout, "--jobs": jobs, "--scheduler": scheduler}
        options = [f"{name}={value}" for name, value in given.items() if value is not None]
        go_on(project, studies, [*options, *([] if embed else ["--no-embed"])], True, tell)
        return
    settings = Settings(
        embed, force, timeout, jobs, scheduler, print_event if as_json else no_event
    )
    finish(build(project, studies, settings, tell))


@tradecheck.command()
@click.argument("studies", nargs=-1, metavar="[STUDY]...")
@click.option("--browser/--no-browser", default=True, help="Open the page (default), or do not.")
def watch(studies: tuple[str, ...], browser: bool) -> None:
    """Build, show the page in the browser, and build again after every edit that is saved.

    The browser loads the page anew by itself; what failed stands on it, with its cell. Only this
    machine can see it. Ctrl-C ends it; the last good reports stay.
    """
    from tradecheck.desk.watch import watch as go_on

    go_on(find_project(), studies, (), browser, tell)


@tradecheck.command()
@embedding
def status(embed: bool) -> None:
    """Say of each report whether it is fresh, or stale because of what."""
    from tradecheck.runner.inspection import status as lines

    say(lines(find_project(), embed))


@tradecheck.command()
@click.argument("studies", nargs=-1, metavar="[STUDY]...")
@click.option("--json", "as_json", is_flag=True, help="For editors: file, line, column, message.")
def check(studies: tuple[str, ...], as_json: bool) -> None:
    """Look for mistakes in studies, claims, cards and notebooks, without running anything.

    All of them are told, each as file:line:column, and the status is then not zero.
    """
    from tradecheck.desk import check as desk

    project = find_project()
    found = desk.check(project, studies)
    if as_json:
        click.echo(desk.as_json(found))
    for mistake in () if as_json else found:
        click.echo(f"{mistake.place}: {mistake.sentence}")
    if not found and not as_json:
        click.echo("No mistake was found.")
    sys.exit(1 if found else 0)


@tradecheck.command()
def verify() -> None:
    """Check raw files against their cards, and tables and reports against what was built."""
    from tradecheck.runner.inspection import verify as check

    finish(check(find_project(), click.echo))


@tradecheck.command()
@click.argument("folder", metavar="DIR")
@click.argument("studies", nargs=-1, metavar="[STUDY]...")
@click.option("--address", default="", metavar="URL", help="Where DIR will be found: https://…")
def publish(folder: str, studies: tuple[str, ...], address: str) -> None:
    """Copy finished reports to DIR (a folder or s3://…), for a web host or a mail, or say why not.

    Pages, their list, JSON and data of all studies, or of those named; none of a draft, or of a
    study that is out of date. What stands in DIR and was not published before is left as it is.
    """
    from tradecheck.desk.publish import publish as copy

    for line in copy(find_project(), folder, studies, address):
        tell(line)


@tradecheck.command()
def pdf() -> None:
    """Print every built report as PDF (needs Chromium or Chrome)."""
    from tradecheck.desk.pdf import print_reports

    for name in print_reports(find_project()):
        tell(f"wrote {name}")


@tradecheck.command()
@click.argument("file", required=False)
@click.option(
    "--name", metavar="NAME", help="The raw file's name (default: made of the file's own)."
)
@click.option(
    "--format", metavar="F", help="Its format, if it is not recognised: see tradecheck formats."
)
@click.option(
    "--renew", metavar="NAME", help="Write hash, rows and holdings of an edited raw file anew."
)
@click.option("--publisher", help="Who published the figures.")
@click.option("--title", help="What the table is called.")
@click.option("--address", help="Where it was found.")
@click.option("--retrieved", help="When it was retrieved.")
@click.option("--terms", help="Licence or terms of use.")
@click.option(
    "--reporter", help="Who reports, if the file does not say: a name, ISO code or group."
)
@click.option("--partner", help="With whom, if the file does not say.")
@click.option(
    "--flow", help="exports, imports, re-exports or re-imports, if the file does not say."
)
@click.option("--goods", help="A code, or a goods list's name, if the file has no codes.")
@click.option("--currency", help="Three letters, such as USD, if the file does not say.")
@click.option("--per", help="Of exchange rates: for one unit of this currency.")
@click.option("--valuation", help="FOB or CIF, if the file does not say.")
@click.option(
    "--scale", metavar="N", help="A value of 1 in the file is so many units: 1000, million …"
)
@click.option(
    "--rounded-to", metavar="N", help="The file's values are rounded to this, in its unit."
)
@click.option("--released", metavar="DAY", help="The day of release, such as 2023-01-13.")
def add(
    file: str | None, name: str | None, format: str | None, renew: str | None, **said: str | None
) -> None:
    """Copy FILE to data/raw/ with a card, and say what it holds.

    The file's format is recognised by its content. What the file cannot say is taken from the options,
    asked for at a terminal, and elsewhere written as not stated.
    """
    from tradecheck.desk import add as desk

    project = find_project()
    given = {field: text for field, text in said.items() if text}
    if renew is not None and file is None:
        lines = desk.renew(project, renew, given, format)
    elif file is not None and renew is None:
        ask = question if sys.stdin.isatty() and sys.stderr.isatty() else None
        lines = desk.add(project, file, name, format, given, ask)
    else:
        raise click.UsageError("Give a FILE to add, or --renew NAME.")
    say(lines)


@tradecheck.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--name", required=True, metavar="NAME", help="The raw file's name.")
@click.option("--reporter", multiple=True, help="Keep only this reporter's rows (may be repeated).")
@click.option(
    "--partner", multiple=True, help="Keep only rows with this partner (may be repeated)."
)
@click.option("--flow", help="Keep only exports, or only imports.")
@click.option("--goods", metavar="CODES", help="Keep only these codes and what is within them.")
@click.option("--retrieved", help="When the files were retrieved.")
@click.option("--released", metavar="DAY", help="The day of release, such as 2023-01-13.")
def bulk(
    files: tuple[Path, ...],
    name: str,
    reporter: tuple[str, ...],
    partner: tuple[str, ...],
    flow: str | None,
    goods: str | None,
    **said: str | None,
) -> None:
    """Turn bulk FILES of Comext or UN Comtrade (.gz, .7z or plain) into one raw Parquet file.

    Rows and values in are reconciled with rows and values kept; a bad line is named by file and line.
    """
    from tradecheck.desk import bulk as desk

    given = {field: text for field, text in said.items() if text}
    wanted = desk.wanted_of(reporter, partner, flow, goods)
    say(desk.bulk(find_project(), files, name, wanted, given))


@tradecheck.command()
@click.argument("studies", nargs=-1, metavar="[STUDY]...")
@click.option("--plan", is_flag=True, help="Say what would be asked, and ask nobody.")
def fetch(studies: tuple[str, ...], plan: bool) -> None:
    """Download the months that studies need, of those named or of all that name fetched months.

    Every answer is kept, so a fetch that was stopped goes on where it was, and a second one asks
    for what is new or released anew only. Keys come from the environment: see docs/fetch.md.
    """
    from tradecheck.desk.fetch import fetch as run_fetch
    from tradecheck.desk.fetched import Desk

    desk = Desk(find_project(), click.echo, tell, bar=sys.stderr.isatty())
    finish(run_fetch(desk, studies, plan))


@tradecheck.command()
def formats() -> None:
    """List the file formats that add recognises: name, publisher, how to get such a file."""
    from tradecheck.desk.add import formats as lines

    say(lines())


@tradecheck.command()
@click.argument("name")
@click.option("--reporter", metavar="R", help="Who reports: a name, ISO code or group.")
@click.option("--partner", metavar="P", help="With whom: a name, ISO code or group.")
@click.option("--goods", metavar="G", help="Codes with commas between, all goods, or a goods list.")
@click.option("--months", metavar="A..B", help="First and last month, such as 2021-01..2023-10.")
@click.option("--data", metavar="RAW", help="The raw table, by its name in data/raw.")
@click.option("--base", metavar="A..B", help="Months whose mean the doubling is measured on.")
@click.option("--claim", metavar="WORDS", help="A claim to check, in the words as published.")
@click.option("--flow", metavar="F", help="exports, imports, re-exports or re-imports.")
@click.option("--question", metavar="Q", help="The question that the report answers.")
@click.option("--currency", metavar="C", help="The report's, where the data hold several.")
@click.option(
    "--from-screen",
    nargs=2,
    metavar="STUDY LINE",
    help="A line of a screen, by its id or rank, in place of all other options.",
)
def new(name: str, from_screen: tuple[str, str] | None, **asked: str | None) -> None:
    """Write a study of your own that builds at once.

    It becomes notebooks/studies/NAME/; tradecheck report NAME then builds its reports. The months
    may be left out where the data are given: then they are those of the data.
    """
    from tradecheck.desk.from_screen import write

    given = {field: text for field, text in asked.items() if text is not None}
    say(write(find_project(), name, from_screen, given))


def question(text: str) -> str:
    """The answer of whoever sits at the terminal; Enter leaves it unsaid."""
    return click.prompt(f"{text} (Enter: not stated)", default="", show_default=False, err=True)


def say(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


def tell(line: str) -> None:
    click.echo(line, err=True)


def finish(sentences: list[str]) -> None:
    """End with status 1 if anything is to be told, one sentence a line."""
    for sentence in sentences:
        tell(f"Error: {sentence}")
    if sentences:
        sys.exit(1)


def main() -> None:
    """Run the command and end at once: Python would clear up for longer than a check takes."""
    try:
        run()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    for stream in filter(None, (sys.stdout, sys.stderr)):  # None where the shell has closed it
        with suppress(OSError):  # whoever read along has gone
            stream.flush()
    os._exit(status)


def run() -> None:
    """Run the command; users' mistakes and Ctrl-C end in a sentence, never in a traceback."""
    heed_signals()
    try:
        tradecheck(prog_name="tradecheck", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (*FAULTS, OSError) as fault:
        finish([sentence_of(fault)])
    except Stopped:
        tell("Stopped; reports that are not named above as written are unchanged.")
        raise
