"""Where Chromium is and how it is started, or why the tests that need it do not run."""

import os
import shutil

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MISSING = "No Chromium was found: install it, or name it in TRADECHECK_CHROMIUM."


def chromium() -> str:
    """The browser's path; without one the test skips, and under CI it fails."""
    found = [os.environ.get("TRADECHECK_CHROMIUM"), *map(shutil.which, NAMES)]
    if path := next(filter(None, found), None):
        return path
    if os.environ.get("CI"):
        pytest.fail(MISSING)
    pytest.skip(MISSING)
