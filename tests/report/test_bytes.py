"""The same notebook gives the same bytes in any zone, locale, folder and hash seed."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from report_sample import sample
from tradecheck.report import render

TESTS = Path(__file__).parents[1]
PROGRAM = """
import sys
from report_sample import sample
from tradecheck.report import render
sys.stdout.buffer.write(render(sample()).encode())
"""


def digest(environment: dict[str, str], folder: Path) -> str:
    path = os.pathsep.join([str(TESTS), *filter(None, sys.path)])
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "PYTHONPATH": path, **environment},
        cwd=folder,
        capture_output=True,
        check=True,
    )
    return hashlib.sha256(result.stdout).hexdigest()


@pytest.mark.parametrize(
    "environment",
    [
        {"TZ": "Asia/Kolkata", "PYTHONHASHSEED": "1"},
        {
            "LC_ALL": "de_DE.UTF-8",
            "LANG": "de_DE.UTF-8",
            "PYTHONHASHSEED": "2",
            "TZ": "America/Caracas",
        },
        {"LC_ALL": "C", "PYTHONUTF8": "0", "MPLBACKEND": "agg", "PYTHONHASHSEED": "3"},
    ],
)
def test_same_bytes(environment, tmp_path):
    assert digest(environment, tmp_path) == hashlib.sha256(render(sample()).encode()).hexdigest()
