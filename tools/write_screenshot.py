"""Writes docs/report.png from a built report (needs Chromium): python tools/write_screenshot.py"""

import os
import subprocess
import tempfile
from pathlib import Path

from tradecheck.desk.pdf import browser

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "reports" / "eu-neighbours-2022.html"
PICTURE = ROOT / "docs" / "report.png"

if __name__ == "__main__":
    if not PAGE.is_file():
        raise SystemExit(f"There is no {PAGE.name} yet: make report STUDY={PAGE.stem} first.")
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                browser(), "--headless", "--disable-gpu", "--hide-scrollbars", "--window-size=1280,1080",
                f"--user-data-dir={profile}", f"--screenshot={PICTURE}", PAGE.as_uri(),
                *(["--no-sandbox"] if os.geteuid() == 0 else []),
            ],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
