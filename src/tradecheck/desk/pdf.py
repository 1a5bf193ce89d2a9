"""Reports as PDF, printed by a browser without a window."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tradecheck.errors import TradecheckError
from tradecheck.report.paper import for_paper
from tradecheck.runner.jobs import plan
from tradecheck.study.project import Project

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
OPTIONS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-pdf-header-footer",
    "--export-tagged-pdf",
    "--generate-pdf-document-outline",
)
SECONDS = 120


def browser() -> str:
    """Chromium or Chrome: the one that TRADECHECK_CHROMIUM names, else the first that is found."""
    named = os.environ.get("TRADECHECK_CHROMIUM")
    for name in [named] if named else BROWSERS:
        if found := shutil.which(name):
            return found
    found = f"TRADECHECK_CHROMIUM names {named!r}, no program" if named else "none was found"
    raise TradecheckError(
        f"A PDF needs Chromium or Chrome, and {found}: install one, or set TRADECHECK_CHROMIUM "
        "to where it is."
    )


def print_reports(project: Project) -> Iterator[str]:
    """Print every built report to `reports/NAME.pdf`; yields their names as they are done."""
    jobs = (job for own in plan(project).jobs.values() for job in own)
    built = [page for job in jobs if (page := project.root / job.page).is_file()]
    if not built:
        raise TradecheckError("There is no report to print: run make report first.")
    program = browser()
    for page in built:
        target = page.with_suffix(".pdf")
        _print(program, page, target)
        yield project.relative(target)


def _print(program: str, page: Path, target: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="tradecheck-", dir=target.parent) as folder:
        made = Path(folder) / target.name
        paper = Path(folder) / page.name
        paper.write_text(for_paper(page.read_text("utf-8")), "utf-8")
        command = [program, *OPTIONS, f"--user-data-dir={folder}/profile", f"--print-to-pdf={made}"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--no-sandbox")  # Chromium has no sandbox for the superuser
        try:
            done = subprocess.run(
                [*command, paper.as_uri()], capture_output=True, text=True, timeout=SECONDS
            )
        except subprocess.TimeoutExpired as error:
            raise TradecheckError(f"Printing {page.name} took over {SECONDS} seconds.") from error
        if done.returncode or not made.is_file():
            last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
            raise TradecheckError(f"{page.name} could not be printed by {program}: {last}")
        made.replace(target)
