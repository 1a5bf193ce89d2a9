"""The programs that `bench.py` times, each run as a process of its own.

    python programs.py NAME PROJECT NOTEBOOK,… SETS [JOBS]

`plain` is what the others are held against: the notebook's code cells in one process. The rest run
the same notebook with the same sets of parameters, each in its own way.
"""

import ast
import json
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import CodeType
from typing import Any

OTHER = "india-russia-2024"
SHOW = """
def show(*values):
    return [getattr(value, "_repr_mimebundle_", dict)() for value in values]
display = show
"""


def code_of(notebook: Path) -> CodeType:
    """A notebook's code cells as one plain script; what a cell shows is formatted, as a cell is."""
    lines = [ast.parse(SHOW)]
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code" and cell["metadata"].get("tags") != ["parameters"]:
            tree = ast.parse("".join(cell["source"]))
            if tree.body and isinstance(last := tree.body[-1], ast.Expr):
                last.value = ast.Call(ast.Name("show", ast.Load()), [last.value], [])
            lines.append(tree)
    whole = ast.Module([line for tree in lines for line in tree.body], [])
    return compile(ast.fix_missing_locations(whole), notebook.name, "exec")


def sets_of(notebook: Path, count: int) -> Iterator[dict[str, Any]]:
    """The notebook's own parameters; of several sets each of the other study, with its own base."""
    for number in range(count):
        first, last = 1 + number // 10, 3 + number % 10
        other = {"study": OTHER, "base": f"2024-{first:02}..2024-{last:02}"}
        yield parameters_of(notebook) | (other if count > 1 else {})


def parameters_of(notebook: Path) -> dict[str, Any]:
    """What the parameters cell sets."""
    held = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    (cell,) = (cell for cell in held if "parameters" in cell["metadata"].get("tags", ()))
    lines = ast.parse("".join(cell["source"])).body
    return {line.targets[0].id: ast.literal_eval(line.value) for line in lines}


def plain(project: Path, notebooks: list[Path], count: int) -> None:
    codes = [code_of(notebook) for notebook in notebooks]
    os.chdir(project / "notebooks")
    for parameters in sets_of(notebooks[0], count):
        for code in codes:
            exec(code, {"__name__": "__main__"} | parameters)


def forked(project: Path, notebooks: list[Path], count: int, jobs: int) -> None:
    from tradecheck.runner.forks import Forks
    from tradecheck.runner.notebooks import Notebook
    from tradecheck.study.project import Project

    notebook = Notebook(project, f"notebooks/{notebooks[0].name}")
    with ThreadPoolExecutor(jobs) as pool, Forks(Project(project), [notebook], jobs) as forks:
        forks.warm()
        from tradecheck.runner.execute import execute

        def one(parameters: dict[str, Any]) -> None:
            with forks.slot:
                execute(notebook, parameters, 600, forks)

        list(pool.map(one, sets_of(notebooks[0], count)))


def papermill_loop(project: Path, notebooks: list[Path], count: int) -> None:
    import papermill

    os.chdir(project / "notebooks")
    for number, parameters in enumerate(sets_of(notebooks[0], count)):
        papermill.execute_notebook(
            notebooks[0], project / f"out-{number}.ipynb", parameters, progress_bar=False
        )


def ploomber_engine(project: Path, notebooks: list[Path], count: int) -> None:
    from ploomber_engine import execute_notebook

    os.chdir(project / "notebooks")
    for number, parameters in enumerate(sets_of(notebooks[0], count)):
        out = project / f"out-{number}.ipynb"
        execute_notebook(notebooks[0], out, parameters=parameters, progress_bar=False)


def jupyter_cache(project: Path, notebooks: list[Path], count: int) -> None:
    import nbformat
    from jupyter_cache import get_cache
    from jupyter_cache.executors import load_executor
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook

    cache = get_cache(str(project / f"cache-{time.monotonic_ns()}"))
    for number, parameters in enumerate(sets_of(notebooks[0], count)):
        path = project / "notebooks" / f"set-{number}.ipynb"
        notebook = load_notebook_node(str(notebooks[0]))
        nbformat.write(parameterize_notebook(notebook, parameters), path)
        cache.add_nb_to_project(str(path))
    done = load_executor("local-serial", cache=cache).run_and_cache()
    assert len(done.succeeded) == count, done


PROGRAMS = {
    function.__name__.replace("_", "-"): function
    for function in (plain, forked, papermill_loop, ploomber_engine, jupyter_cache)
}

if __name__ == "__main__":
    name, root, names, number, *jobs = sys.argv[1:]
    where = Path(root)
    paths = [where / "notebooks" / f"{stem}.ipynb" for stem in names.split(",")]
    PROGRAMS[name](where, paths, int(number), *map(int, jobs))
