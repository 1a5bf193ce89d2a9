"""A forked process shows what a Jupyter kernel shows, and its death is told as a kernel's is."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from multiprocessing import forkserver
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from nbformat import v4, writes
from papermill.engines import NBClientEngine, papermill_engines
from papermill.iorw import load_notebook_node

from processes import wait_for_end
from small_project import SOURCE
from tradecheck.runner.execute import NotebookFailed, execute
from tradecheck.runner.forks import Forks, environment
from tradecheck.runner.jobs import Job, plan
from tradecheck.runner.notebooks import METADATA, Notebook
from tradecheck.study.project import Project

PROJECT = Project(Path(__file__).resolve().parents[1])
SHIPPED = [job for jobs in plan(PROJECT).jobs.values() for job in jobs if type(job) is Job]

HARD = {
    "the house's charts": "import tradecheck.show  # which a build loads by itself",
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
    "drawn as JupyterLab draws": "%matplotlib inline\nplt.plot([3, 1])\nplt.show()",
    "the old way to draw": "%pylab inline\nplot([1, 2])",
    "a loop of a window": "%gui",
    "a loop that does not exist": "%gui nosuch",
    "which shell it is": "get_ipython().__class__.__name__, get_ipython().kernel.implementation",
    "what tqdm asks": "'IPKernelApp' in get_ipython().config",
    "what rich asks": (
        "from importlib.util import find_spec\n"
        "if find_spec('rich'):\n"
        "    from rich.console import Console\n    print(Console().is_jupyter)"
    ),
    "its magics": "sorted(get_ipython().magics_manager.lsmagic()['line'])",
    "something stored": "kept_here = 5\n%store kept_here\n%store",
    "times": "_ = %timeit -q -o -n1 -r1 pass\ntype(_)",
    "who there is": "%who_ls str",
    "another folder": "%cd -q /\n%pwd\n%cd -q -\nlen(_dh)",
    "how processes start": (
        "import multiprocessing as mp\n"
        "mp.get_start_method(), mp.current_process().name, mp.current_process().daemon"
    ),
    "a loop between cells": "ticks = asyncio.create_task(later())",
    "has gone on": "ticks.done()",
    "a display that is changed at once": "d = display(1, display_id=True)\nd.update(2)\nprint('x')",
    "a pager": "import this as nothing\nget_ipython().run_line_magic('pinfo', 'len')",
    "a script": "%%writefile note.py\nnoted = 3",
    "a script that is run": "%run note.py\nnoted",
    "settings of drawings": "%config InlineBackend.figure_formats = ['png']",
    "reloading": "%load_ext autoreload\n%autoreload 2",
    "its history": "%history -n 1-3",
    "many kinds": (
        "from IPython.display import HTML, JSON, Latex, Markdown, SVG\n"
        "display(HTML('<i>'), Markdown('*x*'), Latex('$x$'), JSON({'a': 1}))"
    ),
    "a channel to a page": (
        "from ipykernel.comm import Comm\nComm(target_name='x', data={}).send({'a': 1})"
    ),
    "the source of a function": (
        "import inspect\ndef own_source(): return 1\ninspect.getsource(own_source)"
    ),
    "an object of its own": (
        "import pickle\nclass Kept: pass\ntype(pickle.loads(pickle.dumps(Kept()))) is Kept"
    ),
    "before every cell": (
        "def before(info): print('before')\nget_ipython().events.register('pre_run_cell', before)"
    ),
    "after that": "get_ipython().events.unregister('pre_run_cell', before)\nsys.stdout.encoding",
    "signals": "import signal\nsignal.getsignal(signal.SIGINT) is signal.default_int_handler",
    "nothing": "",
    "a comment": "# nothing",
}  # fmt: skip


@pytest.fixture(scope="module")
def forks():
    with Forks(PROJECT, [job.notebook for job in SHIPPED], jobs=2) as started:
        yield started


class Stock(NBClientEngine):
    """A stock kernel as papermill runs it, in the same folder and environment."""

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, *, folder, **_):
        with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as own:
            for name, text in (environment(None) | {"IPYTHONDIR": own}).items():
                patch.setenv(name, text)
            where = {"metadata": {"path": folder}}
            super().execute_managed_notebook(
                nb_man, kernel_name, coalesce_streams=True, resources=where
            )


papermill_engines.register("stock", Stock)


def run(engine, forks, folder, *sources, timeout=120):
    """The cells of a notebook after a run that goes on after errors."""
    cells = [
        v4.new_code_cell(source, metadata={"tags": ["raises-exception"]}) for source in sources
    ]
    notebook = load_notebook_node(v4.new_notebook(cells=cells, metadata=METADATA))
    settings = {"forks": forks, "folder": str(folder), "execution_timeout": timeout}
    papermill_engines.execute_notebook_with_engine(
        engine, notebook, "python3", progress_bar=False, **settings
    )
    return notebook.cells


in_fork = partial(run, "tradecheck")


@pytest.fixture(scope="module")
def both(forks, tmp_path_factory):
    """The hard cases in a stock kernel and in a forked process."""
    return {
        engine: dict(zip(HARD, run(engine, forks, tmp_path_factory.mktemp(engine), *HARD.values())))
        for engine in ("stock", "tradecheck")
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
        text = re.sub(rf"({re.escape(sys.prefix)}|/)[^\s']*/site-packages/", "", text)
        text = re.sub(r"\(\d+\.py, line", "(CELL, line", text)
        kept.append(re.sub(r"0x[0-9a-f]+", "0x", text))
    return cell.execution_count, kept


@pytest.mark.parametrize("case", HARD)
def test_a_forked_process_shows_what_a_kernel_shows(both, case):
    assert plain(both["tradecheck"][case]) == plain(both["stock"][case])


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
    done = execute(notebook, notebook.injected(job.study), 600, forks)
    written = {path: path.read_bytes() for path in project.processed.rglob("*") if path.is_file()}
    return [cell.get("outputs") for cell in done.cells], written


def test_the_shipped_studies_can_all_be_built():
    assert plan(PROJECT).broken == {} and plan(PROJECT).strays == []


@pytest.mark.e2e
@pytest.mark.parametrize("job", SHIPPED, ids=lambda job: job.name)
def test_the_shipped_notebooks_come_out_the_same(shipped, job, monkeypatch):
    """Every output, drawings included, and every table; the notebooks run in their order."""
    with Forks(shipped, [job.notebook], jobs=2) as forks:
        ours = outcome(shipped, job, forks)
    monkeypatch.setitem(papermill_engines._engines, "tradecheck", Stock)
    monkeypatch.setenv("TRADECHECK_ROOT", str(shipped.root))
    assert outcome(shipped, job, None) == ours


def texts(cells):
    return [[output.get("text") for output in cell.outputs] for cell in cells]


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
        execute(notebook_of(source, "open('later', 'w').close()"), {}, 60, forks)
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
    done = execute(Notebook(tmp_path, path.name), {}, 60, forks)
    assert [output.text for cell in done.cells for output in cell.get("outputs", ())] == ["1\n"]


def test_a_warning_names_no_folder_of_this_machine(both):
    assert "/" not in both["tradecheck"]["a warning"].outputs[0].text


def test_nobody_answers_a_question(forks, tmp_path):
    (cell,) = in_fork(forks, tmp_path, "input('name? ')")
    assert cell.outputs[0].ename == "StdinNotImplementedError"


def test_half_a_character_is_told(forks, tmp_path):
    printed, raised, shown = in_fork(
        forks,
        tmp_path,
        "print('\\ud83d')",
        "raise ValueError('\\ud83d')",
        "display({'text/plain': '\\ud83d'}, raw=True)",
    )
    assert printed.outputs[0].text == "\\ud83d\n"
    assert (raised.outputs[0].ename, raised.outputs[0].evalue) == ("ValueError", "?")
    assert shown.outputs[0].ename == "UnicodeEncodeError"


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
    for name in ("data.store", "show.charts", "show.prose", "runner.pages", "runner.kernel"):
        made = f"from tradecheck.{name} import prepare; prepare()"
        subprocess.run([sys.executable, "-c", made], env=environment(PROJECT), check=True)


DEATHS = {
    "an end in IPython's way": "exit()",
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
        execute(notebook_of(f"print('so far')\n{source}"), {}, 60, forks)
    assert told.value.output == "so far"
    assert execute(notebook_of("print('works')"), {}, 60, forks)


def test_a_cell_that_takes_too_long_is_ended_with_all_it_started(forks, notebook_of):
    source = "import subprocess\nprint(subprocess.Popen(['sleep', '600']).pid)\nwhile True: pass"
    with pytest.raises(NotebookFailed, match="was stopped after 2 seconds") as told:
        execute(notebook_of(source), {}, 2, forks)
    wait_for_end(int(told.value.output))


@pytest.fixture
def short_folder():
    """Short enough for the name of a socket in it."""
    with TemporaryDirectory(prefix="t", dir="/tmp") as folder:
        yield Path(folder)


def test_a_run_that_is_killed_leaves_nothing(short_folder):
    """The run is killed as the system does it, without a chance to clear up."""
    script = (
        "from tradecheck.study.project import find_project\n"
        "from tradecheck.runner.forks import Forks\n"
        "forks = Forks(find_project(), [], 1)\n"
        "forks.__enter__()\n"
        "forks.warm()\n"
        "import tempfile\nprivate = tempfile.mkdtemp(dir=forks.folder)\n"
        "for name in ('stdout', 'stderr'): open(f'{private}/{name}', 'w').close()\n"
        "cells = [('import os, sys\\ndisplay({\"x\": os.getpid()}, raw=True)\\nwhile True: pass', True)]\n"
        "asked = (private, '.', cells, None)\n"
        "_, work = forks.start('tradecheck.runner.kernel:serve', *asked)\n"
        "print(work.recv_bytes().decode(), flush=True)\n"
        "work.recv_bytes()"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=PROJECT.root,
        env=os.environ | {"PYTHONPATH": SOURCE, "TMPDIR": str(short_folder)},
        stdout=subprocess.PIPE,
        text=True,
    )
    run.stdout.readline()
    child = json.loads(run.stdout.readline())["data"]["x"]
    assert Path(f"/proc/{child}").exists() and list(short_folder.iterdir())
    run.kill()
    run.wait()
    wait_for_end(child)
    for _ in range(100):
        if not list(short_folder.iterdir()):
            break
        time.sleep(0.05)
    assert list(short_folder.iterdir()) == []


def test_a_server_that_ends_is_started_again(forks, notebook_of):
    forks.warm()
    server = forkserver._forkserver._forkserver_pid
    os.kill(server, signal.SIGKILL)
    os.waitid(os.P_PID, server, os.WEXITED | os.WNOWAIT)
    assert execute(notebook_of("print('works')"), {}, 60, forks)
