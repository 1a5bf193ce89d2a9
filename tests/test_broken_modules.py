"""A compiled module that a full disk or a killed install has cut short is named, not traced."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "tradecheck"


@pytest.mark.parametrize("module", ["cli", "study/values"])
@pytest.mark.parametrize("kept", [20, 400])
def test_a_compiled_module_cut_short_is_named(tmp_path, module, kept):
    package = tmp_path / "tradecheck"
    shutil.copytree(SOURCE, package, ignore=shutil.ignore_patterns("__pycache__"))
    run = [sys.executable, "-m", "tradecheck", "check"]
    (tmp_path / "notebooks" / "studies").mkdir(parents=True)
    (tmp_path / "data" / "raw").mkdir(parents=True)
    env = {"PYTHONPATH": str(tmp_path), "TRADECHECK_ROOT": str(tmp_path)}
    assert subprocess.run(run, env=env, cwd=tmp_path).returncode == 0
    path = package / module
    (compiled,) = (path.parent / "__pycache__").glob(f"{path.name}.cpython-*.pyc")
    compiled.write_bytes(compiled.read_bytes()[:kept])
    done = subprocess.run(run, env=env, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1
    assert (
        done.stderr.lstrip()
        == f"Error: {compiled} is cut short or damaged: delete it, then run again.\n"
    )
