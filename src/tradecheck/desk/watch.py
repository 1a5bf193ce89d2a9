"""Building what an edit touches as soon as it is saved, with the page in the browser."""

import subprocess
import sys
import time
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path

import watchfiles

from tradecheck.desk.live import INDEX, Live
from tradecheck.runner.freshness import PACKAGE
from tradecheck.study.project import Project

Say = Callable[[str], None]
SETTLED, STEP = 100, 25  # ms: how long a burst of saves may last, and how often it is looked for
FIRST = 500  # ms before the first build


class _Edits(watchfiles.DefaultFilter):
    ignore_dirs = (*watchfiles.DefaultFilter.ignore_dirs, ".ipynb_checkpoints")


def watch(
    project: Project, studies: Sequence[str], options: Sequence[str], browser: bool, say: Say
) -> None:
    """Build these studies (none: all), serve their pages, and build again after every edit.

    `options` are those of `tradecheck report`. Goes on until it is interrupted.
    """
    live = Live(project.reports)
    first = f"{studies[0]}.html" if len(studies) == 1 else INDEX
    say(f"The reports stand at {live.address}/{first} while this runs; Ctrl-C ends it.")
    places = [project.notebooks, project.raw]
    if PACKAGE.resolve().is_relative_to(project.root.resolve()):
        places.append(PACKAGE)
    changes = watchfiles.watch(
        *places, watch_filter=_Edits(), debounce=SETTLED, step=STEP,
        yield_on_timeout=True, rust_timeout=FIRST,
    )  # fmt: skip
    next(changes)  # looks from now on, so that an edit during the first build is seen
    _build(project, [*options, *studies], live, say)
    if browser:
        webbrowser.open(f"{live.address}/{first}")
    try:
        for edited in changes:
            if edited:
                named = sorted({Path(path).name for _, path in edited})
                say(f"{named[0]} changed" + (f", and {len(named) - 1} more" if named[1:] else ""))
                _build(project, [*options, *studies], live, say)
    except KeyboardInterrupt:  # what watchfiles makes of any signal
        say("Stopped watching; the last good reports stand in reports/.")


def _build(project: Project, arguments: Sequence[str], live: Live, say: Say) -> None:
    """Build in a process of its own, in which edited modules of the package are read anew."""
    begin = time.monotonic()
    command = [sys.executable, "-m", "tradecheck", "report", *arguments]
    lines: list[str] = []
    with subprocess.Popen(
        command, cwd=project.root, stderr=subprocess.PIPE, text=True, process_group=0
    ) as running:
        try:
            assert running.stderr is not None
            for line in running.stderr:
                lines.append(line.rstrip())
                say(lines[-1])
        except BaseException:
            running.terminate()
            raise
    first = next((n for n, line in enumerate(lines) if line.startswith("Error: ")), len(lines))
    errors = "\n".join(lines[first:] if running.returncode else [])
    live.renew(errors or ("The build ended early." if running.returncode else ""))
    say(f"{'Not built' if running.returncode else 'Ready'}, {time.monotonic() - begin:.1f} s")
