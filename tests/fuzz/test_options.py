"""Every option and argument of every command, with values that nobody means: a sentence, no traceback."""

import shutil
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import samples
from targets import project
from tradecheck.cli import tradecheck
from tradecheck.errors import FAULTS, sentence_of, unseen
from tradecheck.stops import Stopped

VALUES = (
    "", " ", "\u200b", "a\u202eb", "می\u200cخواهم", "\udcff", "\t", "a\nb", "x" * 5000, "../../x", "/", ".", "..",
    "/proc/none/x", "~", "-1", "0", "nan", "inf", "1e400", "９", "٣", "2024-02-30", "2022-12..2022-01", "9999-12",
    "EU27", "World", "own", "cars", "00", "7703", "{}", "[", "'", '"', "%s", "$(x)", "a,b", "true", "https://",
    "http://127.0.0.1:1/x", "s3://",
)  # fmt: skip
USUAL = {
    "add": ["sample.csv"], "bulk": ["sample.csv", "--name", "big"], "publish": ["out"],
    "new": ["mine", "--reporter", "Türkiye", "--partner", "Russia", "--goods", "8703", "--data", "cars"],
}  # fmt: skip
SKIPPED = {  # what waits, builds for minutes or asks somebody else
    "watch": "goes on until it is stopped", "pdf": "starts a browser", "report": "builds, see the runner's tests",
    "fetch": "asks services, see their tests",
}  # fmt: skip
COMMANDS = [
    pytest.param(name, parameter, id=f"{name}-{parameter.name}")
    for name, command in tradecheck.commands.items()
    if name not in SKIPPED
    for parameter in command.params
    if not (isinstance(parameter, click.Option) and parameter.is_flag)
]


@pytest.fixture(scope="module")
def start(tmp_path_factory) -> Path:
    made = project(tmp_path_factory.mktemp("options") / "project").root
    (made / "sample.csv").write_text(samples.TIDY)
    return made


def typed(name: str, parameter: click.Parameter, value: str) -> list[str]:
    """The command with this value in the place of the parameter."""
    usual = USUAL.get(name, [])
    if isinstance(parameter, click.Argument):
        arguments = [
            one for one in tradecheck.commands[name].params if isinstance(one, click.Argument)
        ]
        at = arguments.index(parameter)
        return [*usual[at + 1 :], *usual[:at], "--", value]
    option = parameter.opts[0]
    if option in usual:
        at = usual.index(option) + 1
        return [*usual[:at], value, *usual[at + 1 :]]
    return [*usual, option, value]


@pytest.mark.parametrize(("name", "parameter"), COMMANDS)
def test_a_value_that_nobody_means_is_told(name, parameter, start, tmp_path, monkeypatch):
    root = tmp_path / "project"
    for value in VALUES:
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(start, root)
        monkeypatch.chdir(root)
        monkeypatch.setenv("TRADECHECK_ROOT", str(root))
        done = CliRunner().invoke(
            tradecheck, [name, *typed(name, parameter, value)], standalone_mode=True
        )
        if done.exception and not isinstance(done.exception, SystemExit):
            assert isinstance(done.exception, (*FAULTS, OSError, Stopped)), (value, done.exc_info)
            told = sentence_of(done.exception)
            assert told and not any(unseen(sign) or sign in "\n\t" for sign in told), value
        if name != "publish":  # which writes where it is told to
            assert sorted(path.name for path in tmp_path.iterdir()) == ["project"], value
        for path in (*root.rglob(".*tmp"), *root.rglob(".bulk-*")):
            raise AssertionError(f"{value!r} leaves {path}")
