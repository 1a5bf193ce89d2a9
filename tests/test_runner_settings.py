"""What the user has set for other programs, and what a cell prints, decide neither run nor page."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from nbformat import v4, write

import small_project
from small_project import SECOND, SECOND_CODE, SOURCE, STUDY, edit, rebuild
from tradecheck.errors import TradecheckError
from tradecheck.runner.forks import Forks
from tradecheck.runner.notebooks import METADATA
from tradecheck.runner.outputs import Outputs
from tradecheck.study.project import Project

SHOWS_SETTINGS = """\
import sys, time, warnings
import matplotlib.pyplot as plt
print(plt.rcParams["lines.linewidth"], time.localtime(0).tm_hour, sys.argv, hash("a"))
warnings.warn("careful")"""


@pytest.fixture
def project(tmp_path) -> Project:
    return small_project.make(tmp_path / "project")


def contents(project: Project) -> dict[str, bytes]:
    found = [*project.reports.rglob("*"), *project.processed.rglob("*")]
    return {str(p.relative_to(project.root)): p.read_bytes() for p in found if p.is_file()}


def page_after(project: Project, source: str) -> str:
    edit(project.notebooks / SECOND, SECOND_CODE, source)
    assert rebuild(project)[1] == []
    return (project.reports / f"{STUDY}.html").read_text()


def test_no_setting_of_the_users_changes_a_byte(project, tmp_path, monkeypatch):
    page_after(project, SHOWS_SETTINGS)
    before = contents(project)
    home = tmp_path / "home"
    files = {
        ".config/matplotlib/matplotlibrc": "lines.linewidth: 9",
        "matplotlibrc": "lines.linewidth: 8",
        ".ipython/profile_default/startup/00.py": "print('from the profile')",
        ".ipython/profile_default/ipython_config.py": "c.InteractiveShell.ast_node_interactivity = 'all'",
        ".jupyter/jupyter_config.py": "c.TemplateExporter.exclude_markdown = True",
        "startup.py": "print('from the start')",
    }
    for base in (".local/share/jupyter", "jupyter"):
        for template in ("base", "tradecheck"):
            for name in ("index.html.j2", "display_priority.j2", "null.j2"):
                files[f"{base}/nbconvert/templates/{template}/{name}"] = "the user's own"
    for name, content in files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(content)
    settings = {
        "HOME": home,
        "IPYTHONDIR": home / ".ipython",
        "JUPYTER_PATH": home / "jupyter",
        "JUPYTER_CONFIG_DIR": home / ".jupyter",
        "MATPLOTLIBRC": home / "matplotlibrc",
        "MPLBACKEND": "Agg",
        "PYTHONSTARTUP": home / "startup.py",
        "PYTHONWARNINGS": "error",
        "PYTHONHASHSEED": "7",
        "TZ": "Asia/Kolkata",
        "LC_ALL": "de_DE.UTF-8",
    }
    monkeypatch.chdir(home)
    for name, value in settings.items():
        monkeypatch.setenv(name, str(value))
    done = subprocess.run(
        [sys.executable, "-m", "tradecheck", "report", "--force"],
        env=dict(os.environ, PYTHONPATH=SOURCE, TRADECHECK_ROOT=str(project.root)),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert contents(project) == before


def test_the_folder_for_temporary_files_may_have_a_long_name(project, tmp_path, monkeypatch):
    """Longer than the name of a socket may be; nothing stays in it."""
    long = tmp_path / ("x" * 110)
    long.mkdir()
    monkeypatch.setenv("TMPDIR", str(long))
    monkeypatch.setattr("tempfile.tempdir", None)
    assert rebuild(project)[1] == []
    assert list(long.iterdir()) == []


@pytest.mark.parametrize(
    "source",
    [
        "print(list(range(26_000)))",
        "print('x' * 500_000, '\\r', 'y')",
        "print('\\r'.join(map(str, range(200_000))))",
    ],
)
def test_a_long_printed_line_takes_seconds(project, source):
    begin = time.monotonic()
    page_after(project, source)
    assert time.monotonic() - begin < 20


def test_six_megabytes_in_a_line_are_told(project):
    begin = time.monotonic()
    edit(project.notebooks / SECOND, SECOND_CODE, "print('x ' * 3_000_000)")
    assert "show fewer rows" in rebuild(project)[1][0]
    assert time.monotonic() - begin < 20


def test_the_deadline_holds_while_a_cell_prints_without_end(project):
    edit(project.notebooks / SECOND, SECOND_CODE, "while True: display('x' * 1000)")
    begin = time.monotonic()
    assert "was stopped after 2 seconds" in rebuild(project, timeout=2)[1][0]
    assert time.monotonic() - begin < 20


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("1 of 2\r2 of 2", "2 of 2"),
        ("a\rb\n\rc\r\n", "b\nc\r\n"),
        ("a\r\rb", "b"),
        ("a\r\r", "\r"),
        ("\r", "\r"),
        ("", ""),
        ("a\r", "a\r"),
    ],
)
def test_what_a_carriage_return_overwrites_is_not_seen(text, seen):
    outputs, cell = Outputs(), v4.new_code_cell()
    outputs.begin(cell)
    outputs.take("stream", {"name": "stdout", "text": text})
    outputs.keep()
    assert [output.text for output in cell.outputs] == [seen]


def test_a_librarys_warning_names_no_folder_of_this_machine(project):
    page = page_after(
        project,
        "import warnings\nfrom tradecheck.study import periods\n"
        "warnings.warn_explicit('odd', UserWarning, periods.__file__, 7)",
    )
    assert "tradecheck/study/periods.py:7: UserWarning: odd" in page


def test_labels_in_any_script_need_no_warning(project):
    page = page_after(
        project,
        "from tradecheck.show.charts import draw\n"
        "def paint(figure, wide):\n"
        "    axes = figure.subplots()\n"
        "    axes.bar([0, 1], [1, 2])\n"
        "    axes.set_yticks([0, 1, 2])\n"
        "    axes.set_xticks([0, 1], ['中国', 'भारत'])\n"
        "drawn = draw('any-script', paint)",
    )
    assert "Glyph" not in page


def test_a_page_that_takes_too_long_or_ends_its_process_is_told(project):
    with Forks(project, [], jobs=1, timeout=6) as forks:
        forks.warm()
        with pytest.raises(TradecheckError, match="not made within 6 seconds.*--timeout"):
            forks.call("time:sleep", 60)
        with pytest.raises(TradecheckError, match="that makes pages has ended"):
            forks.call("os:abort")
        with pytest.raises(ValueError, match="could not convert"):
            forks.call("builtins:float", "x")
        assert forks.call("builtins:len", "four") == 4


def test_papermill_runs_it_as_an_engine(tmp_path):
    """By the entry point that the installed package declares."""
    cells = [
        v4.new_code_cell("x = 1", metadata={"tags": ["parameters"]}),
        v4.new_code_cell("import os\nprint(x, os.path.basename(os.getcwd()))\n%matplotlib inline"),
        v4.new_markdown_cell("words"),
        v4.new_code_cell("get_ipython().__class__.__name__"),
    ]
    write(v4.new_notebook(cells=cells, metadata=METADATA), tmp_path / "in.ipynb")
    papermill = shutil.which("papermill", path=str(Path(sys.executable).parent))
    command = [papermill, "--engine", "tradecheck", "in.ipynb", "out.ipynb", "-p", "x", "7"]
    subprocess.run([*command, "--no-progress-bar"], cwd=tmp_path, check=True, capture_output=True)
    done = json.loads((tmp_path / "out.ipynb").read_text())
    outputs = [output for cell in done["cells"] for output in cell.get("outputs", ())]
    assert "".join(outputs[0]["text"]) == f"7 {tmp_path.name}\n"
    assert "".join(outputs[1]["data"]["text/plain"]) == "'ZMQInteractiveShell'"
    assert done["metadata"]["papermill"]["exception"] is None


@pytest.mark.parametrize("first", ["execute", "forks", "outputs"])
def test_the_engine_is_there_whatever_is_imported_first(first):
    source = (
        f"import tradecheck.runner.{first}\n"
        "from papermill.engines import papermill_engines\n"
        "from tradecheck.runner.execute import TradecheckEngine\n"
        "assert papermill_engines.get_engine('tradecheck') is TradecheckEngine"
    )
    subprocess.run([sys.executable, "-c", source], check=True)


def test_no_home_leaves_no_warning_and_no_folder(project, tmp_path):
    """matplotlib and IPython would make folders of their own, and warn with their paths."""
    edit(
        project.notebooks / SECOND, SECOND_CODE, "import matplotlib.pyplot, matplotlib.font_manager"
    )
    folder = tmp_path / "temporary"
    folder.mkdir()
    held = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "MPL"))}
    own = {"HOME": "/proc/none/home", "TMPDIR": str(folder), "TRADECHECK_ROOT": str(project.root)}
    done = subprocess.run(
        [sys.executable, "-m", "tradecheck", "report", "--force"],
        env=held | own | {"PYTHONPATH": SOURCE},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert list(folder.iterdir()) == []
