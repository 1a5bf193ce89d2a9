"""A forked process shows what a Jupyter kernel shows, and its death is told as a kernel's is."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import pytest
from nbformat import v4, writes
from papermill.engines import papermill_engines
from papermill.iorw import load_notebook_node

from processes import wait_for_end
from tradecheck.errors import TradecheckError
from tradecheck.runner.execute import NotebookFailed, execute, stock_kernel
from tradecheck.runner.forks import Forks, environment, supported
from tradecheck.runner.jobs import plan
from tradecheck.runner.kernel import ForkedKernel
from tradecheck.runner.notebooks import METADATA, Notebook
from tradecheck.study.project import Project

PROJECT = Project(Path(__file__).resolve().parents[1])
SHIPPED = [job for jobs in plan(PROJECT).jobs.values() for job in jobs]

pytestmark = pytest.mark.skipif(not supported(), reason="this system cannot fork safely")

HARD = {
    "the value of the last line": "1 + 1",
    "a value that is not shown": "1 + 1;",
    "earlier values": "_, Out[1], len(In)",
    "rich display": (
        "class Rich:\n"
        "    def _repr_html_(self): return '<b>x</b>'\n"
        "    def _repr_png_(self): return b'\\x89PNG'\n"
        "    def _repr_markdown_(self): return '*x*', {'a': 1}\n"
        "    def __repr__(self): return 'x'\n"
        "display(Rich(), {'a': (1, None)})\nRich()"
    ),
    "a type of its own": (
        "class Own:\n"
        "    def _repr_mimebundle_(self, include=None, exclude=None):\n"
        "        return {'application/x+json': {'a': (1, 2.5)}, 'text/plain': 'own'}, {'b': True}\n"
        "Own()"
    ),
    "a frame": "import pandas as pd\npd.DataFrame({'a': ['0101', None], 'b': [1.5, float('nan')]})",
    "a plot": "import matplotlib.pyplot as plt\nplt.plot([1, 3, 2])\nplt.title('t')",
    "an image": "from IPython.display import Image\nImage(data=b'\\x89PNG\\r\\n\\x1a\\n', format='png')",
    "printed text and a display": "print('a')\ndisplay('b')\nprint('c')\n'd'",
    "stderr after stdout": "import sys\nprint('out')\nprint('err', file=sys.stderr)\nprint('out 2')",
    "stderr before a display": "import sys\nprint('e', file=sys.stderr)\ndisplay(1)\nprint('o')",
    "no line end": "print('a', end='')\nprint('b', end='')",
    "carriage returns": "for n in range(3): print(f'\\r{n} of 2', end='')",
    "any script": "print('भारत → Россия 中国 \\N{GRINNING FACE}')",
    "a shell line": "!echo from a shell; echo $((1 + 1))\nfiles = !echo kept\nfiles",
    "a script magic": "%%bash\necho one\necho two >&2",
    "a line magic": "%precision 2\n3.14159",
    "a cell magic": "%%capture kept\nprint('not shown')\ndisplay(1)\n2",
    "what was captured": "kept.show()\nkept.stdout",
    "a file that is written": "%%writefile note.txt\na note",
    "where it works": "import os\nos.listdir(), open('note.txt').read()",
    "help": "len?",
    "await": "import asyncio\nawait asyncio.sleep(0, 'waited')",
    "a task that goes on": (
        "async def later():\n    await asyncio.sleep(0)\n    return 'done'\n"
        "task = asyncio.create_task(later())\ntask.done()"
    ),
    "and is awaited": "await task",
    "async for": "async def two():\n    yield 1\n    yield 2\n[n async for n in two()]",
    "a loop of one's own": (
        "waiting = later()\ntry:\n    asyncio.run(waiting)\n"
        "except RuntimeError as error:\n    waiting.close()\n    print(error)"
    ),
    "output that is cleared": (
        "from IPython.display import clear_output\nprint('gone')\nclear_output()\nprint('stays')"
    ),
    "output that is replaced": "print('gone')\nclear_output(wait=True)\nprint('stays')\ndisplay(3)",
    "output cleared at the end": "print('stays')\nclear_output(wait=True)",
    "a display to change": "handle = display('before', display_id='shown')",
    "is changed later": "handle.update('after')\nprint('changed')",
    "a warning": "import warnings\nwarnings.warn('careful')",
    "log lines": "import logging\nlogging.warning('logged')",
    "much text": "for n in range(100_000): print('0123456789' * 2)",
    "much data": "display({'text/plain': 'x' * 3_000_000}, raw=True)",
    "an error": "print('before')\nraise ValueError('odd <b>')",
    "an error with a cause": "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise KeyError('k') from e",
    "an error of two lines": "raise RuntimeError('first\\nsecond')",
    "an error while showing": (
        "class Broken:\n    def __repr__(self): raise OSError('no words')\nBroken()"
    ),
    "an error in a display": "display(Broken())\nprint('goes on')",
    "a syntax error": "print('never')\nx = (",
    "a magic that does not exist": "%nosuch",
    "an exit": "import sys\nsys.exit(3)",
    "an interrupt of its own": "raise KeyboardInterrupt",
    "another thread": (
        "import threading\nt = threading.Thread(target=print, args=('from a thread',))\n"
        "t.start()\nt.join()"
    ),
    "displays of several threads": (
        "many = [threading.Thread(target=display, args=({'text/plain': 'x' * 100_000},),"
        " kwargs={'raw': True}) for _ in range(8)]\n"
        "for thread in many: thread.start()\nfor thread in many: thread.join()"
    ),
    "a pool of processes": (
        "from concurrent.futures import ProcessPoolExecutor\nfrom multiprocessing import get_context\n"
        "with ProcessPoolExecutor(2, get_context('fork')) as pool: print(list(pool.map(abs, [-1, 2])))"
    ),
    "its own module": "import __main__\n__main__.task is task, __name__",
    "its own file": "'__file__' in globals()",
    "hashes": "hash('a'), sorted({'b', 'a'}), list({'b', 'a', 'c'})",
    "threads of arithmetic": "os.environ['OPENBLAS_NUM_THREADS'], os.environ['PYTHONHASHSEED']",
    "nothing": "",
    "a comment": "# nothing",
}  # fmt: skip


@pytest.fixture(scope="module")
def forks():
    with Forks(PROJECT, [job.notebook for job in SHIPPED], jobs=2) as started:
        yield started


def run(sources, manager, folder, timeout=120):
    """The cells of a notebook after a run that goes on after errors."""
    cells = [
        v4.new_code_cell(source, metadata={"tags": ["raises-exception"]}) for source in sources
    ]
    notebook = load_notebook_node(v4.new_notebook(cells=cells, metadata=METADATA))
    with tempfile.TemporaryDirectory() as private:
        papermill_engines.execute_notebook_with_engine(
            "tradecheck",
            notebook,
            "python3",
            progress_bar=False,
            deadline=time.monotonic() + timeout,
            folder=str(folder),
            environment=environment(PROJECT) | {"IPYTHONDIR": private},
            make_manager=partial(manager, private),
        )
    return [cell for cell in notebook.cells if "raises-exception" in cell.metadata.tags]


@pytest.fixture(scope="module")
def both(forks, tmp_path_factory):
    """The hard cases in a kernel and in a forked process."""
    managers = {"kernel": stock_kernel, "fork": partial(ForkedKernel, forks)}
    return {
        name: dict(
            zip(HARD, run(HARD.values(), manager, tmp_path_factory.mktemp(name)), strict=True)
        )
        for name, manager in managers.items()
    }


def plain(cell):
    """A cell's outputs without colours, addresses, and the name that the cell's code goes by."""
    kept = []
    for output in cell.outputs:
        output = dict(output)
        if output["output_type"] == "error":
            output["traceback"] = output["traceback"][-1:]
        text = re.sub(r"\\x1b\[[0-9;]*m", "", repr(output))
        text = re.sub(r"/\S*/ipykernel_\d+/\d+\.py|<ipython-input-[\w-]+>", "CELL", text)
        text = re.sub(r"\(\d+\.py, line", "(CELL, line", text)
        kept.append(re.sub(r"0x[0-9a-f]+", "0x", text))
    return cell.execution_count, kept


@pytest.mark.parametrize("case", HARD)
def test_a_forked_process_shows_what_a_kernel_shows(both, case):
    assert plain(both["fork"][case]) == plain(both["kernel"][case])


@pytest.fixture(scope="module")
def shipped(tmp_path_factory) -> Project:
    """A copy of the shipped project, without what was built."""
    copy = Project(tmp_path_factory.mktemp("shipped"))
    shutil.copytree(PROJECT.notebooks, copy.notebooks)
    shutil.copytree(PROJECT.raw, copy.raw)
    return copy


def outcome(project, job, forks):
    """The outputs of an executed notebook of a shipped study, and the tables written so far."""
    notebook = Notebook(project.root, job.notebook.file)
    done = execute(project, notebook, notebook.injected(job.study), 600, forks)
    written = {path: path.read_bytes() for path in project.processed.rglob("*") if path.is_file()}
    return [cell.get("outputs") for cell in done.cells], written


def test_the_shipped_studies_can_all_be_built():
    assert plan(PROJECT).broken == {} and plan(PROJECT).strays == []


@pytest.mark.e2e
@pytest.mark.parametrize("job", SHIPPED, ids=lambda job: job.name)
def test_the_shipped_notebooks_come_out_the_same(forks, shipped, job):
    """Every output, drawings included, and every table; the notebooks run in their order."""
    assert outcome(shipped, job, forks) == outcome(shipped, job, None)


def texts(cells):
    return [[output.get("text") for output in cell.outputs] for cell in cells]


def in_fork(forks, folder, *sources, **settings):
    return run(sources, partial(ForkedKernel, forks), folder, **settings)


def test_what_programs_and_compiled_code_print_is_kept_in_order(forks, tmp_path):
    """A kernel reads it in a thread of its own, and may lose it at the end of a cell."""
    cells = in_fork(
        forks,
        tmp_path,
        "import os, subprocess\nprint('one')\nos.write(1, b'two\\n')\n"
        "subprocess.run(['echo', 'three'], check=True)\nprint('four')",
    )
    assert texts(cells) == [["one\ntwo\nthree\nfour\n"]]


def test_what_is_printed_stays_with_its_cell(forks, tmp_path):
    """Also where nbclient asks in the middle of a cell, which it does every second."""
    cells = in_fork(
        forks,
        tmp_path,
        *(
            f"import time\nfor n in range(12): time.sleep(0.1); print({cell}, n)"
            for cell in range(3)
        ),
    )
    assert texts(cells) == [["".join(f"{cell} {n}\n" for n in range(12))] for cell in range(3)]


@pytest.mark.parametrize("source", ["raise ValueError", "x = (", "import sys\nsys.exit(0)"])
def test_after_an_error_no_cell_is_run(forks, notebook_of, tmp_path, source):
    with pytest.raises(NotebookFailed):
        execute(PROJECT, notebook_of(source, "open('later', 'w').close()"), {}, 60, forks)
    assert not (tmp_path / "later").exists()


def test_cells_that_are_not_to_be_run_are_passed_over(forks, tmp_path):
    cells = [
        v4.new_code_cell("x = 1"),
        v4.new_code_cell("  "),
        v4.new_code_cell("x = 2", metadata={"tags": ["skip-execution"]}),
        v4.new_markdown_cell("x = 3"),
        v4.new_code_cell("print(x)"),
    ]
    path = tmp_path / "01_some.ipynb"
    path.write_text(writes(v4.new_notebook(cells=cells)))
    done = execute(PROJECT, Notebook(tmp_path, path.name), {}, 60, forks)
    assert [output.text for cell in done.cells for output in cell.get("outputs", ())] == ["1\n"]


def test_a_warning_names_no_folder_of_this_machine(both):
    assert "/" not in both["fork"]["a warning"].outputs[0].text


def test_nobody_answers_a_question(forks, tmp_path):
    (cell,) = in_fork(forks, tmp_path, "input('name? ')")
    assert cell.outputs[0].ename == "StdinNotImplementedError"


def test_a_widget_is_refused(forks, tmp_path):
    bundle = {"application/vnd.jupyter.widget-view+json": {}, "text/plain": "Slider()"}
    (cell,) = in_fork(forks, tmp_path, f"display({bundle}, raw=True)")
    assert "A report cannot hold a widget" in cell.outputs[0].evalue


def test_notebooks_do_not_see_each_other(forks, tmp_path):
    """Neither variables nor changed modules nor the same random numbers pass from one to another."""
    draw = "import random, numpy\nprint(random.random(), numpy.random.random())"
    first = in_fork(forks, tmp_path, "import pandas\npandas.left = x = 1", draw)
    second = in_fork(
        forks, tmp_path, "import pandas\nprint('x' in globals(), hasattr(pandas, 'left'))", draw
    )
    assert texts(second)[0] == ["False False\n"]
    assert texts(first)[1] != texts(second)[1]


def test_the_process_that_forks_has_one_thread(forks, tmp_path):
    (cell,) = in_fork(
        forks, tmp_path, "import os\nprint(len(os.listdir(f'/proc/{os.getppid()}/task')))"
    )
    assert texts([cell]) == [["1\n"]]


def test_what_is_made_ready_for_forked_processes_can_be():
    """The process that forks passes over what goes wrong there, as a notebook will tell it."""
    for name in ("data.store", "show.charts", "show.prose", "runner.pages", "runner.shell"):
        made = f"from tradecheck.{name} import prepare; prepare()"
        subprocess.run([sys.executable, "-c", made], env=environment(PROJECT), check=True)


DEATHS = {
    "an exit": "import os\nos._exit(0)",
    "a kill, as when memory runs out": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
    "a crash of compiled code": "import ctypes\nctypes.string_at(0)",
    "an exit while what it started goes on": (
        "import os, time\nfrom multiprocessing import get_context\nos.system('sleep 600 &')\n"
        "get_context('fork').Process(target=time.sleep, args=(600,)).start()\nos._exit(0)"
    ),
}


@pytest.fixture
def notebook_of(tmp_path):
    """A notebook of these cells."""

    def make(*sources: str) -> Notebook:
        path = tmp_path / "01_only.ipynb"
        path.write_text(writes(v4.new_notebook(cells=[*map(v4.new_code_cell, sources)])))
        return Notebook(tmp_path, path.name)

    return make


@pytest.mark.parametrize("source", DEATHS.values(), ids=DEATHS)
def test_a_dead_process_is_told_with_what_it_showed_last(forks, notebook_of, source):
    with pytest.raises(NotebookFailed, match="the Python process of the notebook ended") as told:
        execute(PROJECT, notebook_of(f"print('so far')\n{source}"), {}, 60, forks)
    assert told.value.output == "so far"
    assert execute(PROJECT, notebook_of("print('works')"), {}, 60, forks)


def test_a_cell_that_takes_too_long_is_ended_with_all_it_started(forks, notebook_of):
    source = "import subprocess\nprint(subprocess.Popen(['sleep', '600']).pid)\nwhile True: pass"
    with pytest.raises(NotebookFailed, match="was stopped after 2 seconds") as told:
        execute(PROJECT, notebook_of(source), {}, 2, forks)
    wait_for_end(int(told.value.output))


def test_a_run_that_is_killed_leaves_no_process(tmp_path):
    """The run's parent is killed as the system does it, without a chance to clear up."""
    source = Path(sys.modules["tradecheck"].__file__).parents[1]
    script = (
        "import time\nfrom tradecheck.study.project import find_project\n"
        "from tradecheck.runner.forks import Forks\n"
        "forks = Forks(find_project(), [], 1)\n"
        "cells = [('while True: pass', True)]\n"
        "work = forks.start('tradecheck.runner.shell:serve', PRIVATE, PRIVATE, {}, cells)\n"
        "import json\nprint(json.loads(work.recv_bytes())[1]['content']['pid'], flush=True)\n"
        "time.sleep(600)"
    ).replace("PRIVATE", repr(str(tmp_path)))
    for name in ("stdout", "stderr"):
        (tmp_path / name).touch()
    run = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=PROJECT.root,
        env=os.environ | {"PYTHONPATH": str(source)},
        stdout=subprocess.PIPE,
        text=True,
    )
    child = int(run.stdout.readline())
    assert Path(f"/proc/{child}").exists()
    run.kill()
    run.wait()
    wait_for_end(child)


def test_a_process_that_cannot_start_is_a_sentence(notebook_of):
    with Forks(PROJECT, [], jobs=1) as forks:
        forks.warm()
        forks._server.kill()
        forks._server.wait()
        with pytest.raises(TradecheckError, match="has ended; it may have run out of memory"):
            execute(PROJECT, notebook_of("1"), {}, 60, forks)
