"""The wrong turns that analysts take, as one table: what was done, and the sentence that follows.

Each sentence names the file, the place, the rule and the remedy; the command ends with a status that
is not zero, and nothing of what people wrote is changed.
"""

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from strangers import ROOT, Desk, tidy
from tradecheck import cli
from tradecheck.errors import TradecheckError

STUDY = """\
question: Did car exports double?
reporter: Türkiye
partner: Russia
goods: ["8703"]
months: "2021-01..2022-12"
base: "2021-01..2021-12"
evidence:
  - months: cars
"""
CLAIMS = """\
claims:
  - id: C1
    title: Doubled
    readings:
      - id: a
        words: at least twice
        measure: {value: {months: "2022-01"}}
        predicate: {at_least: 2}
"""
MONTHS = {f"{year}-{month:02}": 1e6 * month for year in (2021, 2022) for month in range(1, 13)}
CARS = tidy(MONTHS)
FIRST = CARS.splitlines()[1]
FOLDER = "notebooks/studies/cars"
Turn = Callable[[Desk], object]


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> Path:
    desk = Desk(tmp_path_factory.mktemp("sound") / "project", notebooks=True)
    desk.add("cars", CARS)
    desk.study(STUDY, CLAIMS, "cars")
    return desk.root


@pytest.fixture
def desk(sound, tmp_path) -> Desk:
    shutil.copytree(sound, tmp_path / "project")
    return Desk(tmp_path / "project", ready=True)


@pytest.fixture
def run(desk, monkeypatch, capsys):
    """The command as typed in the project: its status and all that it says."""

    def typed(*arguments: str) -> tuple[int, list[str]]:
        monkeypatch.chdir(desk.root)
        monkeypatch.setattr(sys, "argv", ["tradecheck", *arguments])
        monkeypatch.setattr(cli, "heed_signals", lambda: None)
        status = 0
        try:
            cli.run()
        except SystemExit as end:
            status = int(end.code or 0)
        told = capsys.readouterr()
        return status, f"{told.out}{told.err}".replace("\N{NO-BREAK SPACE}", " ").splitlines()

    return typed


def contents(root: Path) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def edit(name: str, old: str, new: str) -> Turn:
    """Type something else into a file of the study."""

    def turn(desk: Desk) -> None:
        path = desk.root / FOLDER / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return turn


def save(text: str) -> Turn:
    """A file as downloaded."""
    return lambda desk: desk.file("cars-2.csv", text)


def notebook(*sources: str, name: str = "04_prices.ipynb") -> Turn:
    """An annex with these cells after its parameters; text where a cell begins with a hash."""

    def turn(desk: Desk) -> None:
        cells = [
            {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "outputs": [],
             "execution_count": None, "source": 'study = "cars"'},
            *({"cell_type": "markdown", "metadata": {}, "source": source} if source[0] == "#" else
              {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None,
               "source": source.splitlines(keepends=True)} for source in sources),
        ]  # fmt: skip
        book = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        (desk.root / FOLDER / name).write_text(json.dumps(book, indent=1), encoding="utf-8")

    return turn


def remove(name: str) -> Turn:
    return lambda desk: (desk.root / name).unlink()


def move(there: str) -> Turn:
    return lambda desk: shutil.move(desk.root / FOLDER, desk.root / there)


def with_values(write: Callable[[int], str]) -> str:
    """The cars with their values written otherwise, in columns with semicolons between."""
    lines = [line.rsplit(",", 1) for line in CARS.splitlines()]
    rows = [f"{front.replace(',', ';')};{write(int(value))}" for front, value in lines[1:]]
    return "\n".join([CARS.splitlines()[0].replace(",", ";"), *rows]) + "\n"


ADD, CHECK = ("add", "cars-2.csv"), ("check",)
NO_FORMAT = (
    "a table of trade needs at least the columns period, product and value. tradecheck formats lists "
    "what is read; a table of another kind can be kept with --format table."
)
TURNS: dict[str, tuple[Turn, tuple[str, ...], str]] = {
    "semicolons between": (
        save(CARS.replace("period", "when").replace(",", ";")), ADD,
        "Error: cars-2.csv is of no format that tradecheck knows (its first line is "
        "'when;reporter;partner;flow;product;value_usd', read with semicolons between); " + NO_FORMAT,
    ),
    "a column's name misspelt": (
        save(CARS.replace("value_usd", "valu_usd")), ADD,
        "Error: cars-2.csv is of no format that tradecheck knows (its first line is "
        "'period,reporter,partner,flow,product,valu_usd'; did you mean value_usd where it says "
        "valu_usd?); " + NO_FORMAT,
    ),
    "a workbook under another name": (
        save("PK\x03\x04" + "x" * 99), ADD,
        "Error: cars-2.csv is of no format that tradecheck knows (a workbook; save its sheet as CSV if "
        "this goes on); " + NO_FORMAT,
    ),
    "the publisher's error page": (
        save("<html><body>403</body></html>"), ADD,
        "Error: cars-2.csv is of no format that tradecheck knows (a web page; open it, and save the "
        "table that it shows or leads to); " + NO_FORMAT,
    ),
    "an empty file": (
        save(""), ADD,
        "Error: cars-2.csv is of no format that tradecheck knows (it is empty); " + NO_FORMAT,
    ),
    "a header alone": (
        save(CARS.splitlines()[0] + "\n"), ADD,
        "Error: cars-2.csv holds a header but no rows; add the rows.",
    ),
    "a month as nobody writes it": (
        save(CARS.replace("2021-03", "03/21")), ADD,
        "Error: cars-2.csv, line 4, column period ('03/21'): no month; write it as 2024-04.",
    ),
    "a month that is none": (
        save(CARS.replace("2021-03", "2021-13")), ADD,
        "Error: cars-2.csv, line 4, column period ('2021-13'): there is no month 13; write a fiscal year "
        "as its months, such as 2021-04..2022-03.",
    ),
    "a flow that is none": (
        save(CARS.replace("exports", "ex port", 1)), ADD,
        "Error: cars-2.csv, line 2, column flow ('ex port'): no flow; write exports, imports, re-exports "
        "or re-imports.",
    ),
    "a code that lost its zero": (
        save(CARS.replace(",8703,", ",101,")), ADD,
        "Error: cars-2.csv, line 2, column product ('101'): a code of 3 digits, so its first zero is lost "
        "(0101); give the column the format of text and save it again with all zeros.",
    ),
    "a currency by its name": (
        save(CARS.replace("value_usd", "value")), (*ADD, "--currency", "dollars"),
        "Error: What is said of the file: 'dollars' is no currency; write its three letters, such as USD.",
    ),
    "a file that is not there": (
        lambda desk: None, ("add", "crs.csv"),
        "Error: crs.csv does not exist or is no file; give the path of the file to add.",
    ),
    "octal codes": (
        edit("study.yaml", '"8703"', "0301"), CHECK,
        f'{FOLDER}/study.yaml:4:9: goods.0 (is 0301): text is expected; put the value in quotes: "0301"',
    ),
    "an unknown area": (
        edit("study.yaml", "Russia", "Rusia"), CHECK,
        f"{FOLDER}/study.yaml:3:10: partner: 'Rusia' is no area or group that tradecheck knows; did you "
        "mean 'Russia'?",
    ),
    "an unknown field": (
        edit("study.yaml", "partner", "partnr"), CHECK,
        f"{FOLDER}/study.yaml:3:1: partnr: no such field; did you mean 'partner'?",
    ),
    "an unknown word of a claim": (
        edit("claims.yaml", "at_least", "atleast"), CHECK,
        f"{FOLDER}/claims.yaml:8:21: claims.0.readings.0.predicate.atleast: no such field; did you mean "
        "'at_least'?",
    ),
    "an unknown group of goods": (
        edit("claims.yaml", '"2022-01"', '"2022-01", goods: trucks'), CHECK,
        f"{FOLDER}/claims.yaml:7:53: claims.0.readings.0.measure.value.goods: the goods 'trucks' are "
        "defined nowhere; define them under groups in study.yaml, or name customs codes",
    ),
    "months in words": (
        edit("study.yaml", "2021-01..2022-12", "Jan 2021 to Dec 2022"), CHECK,
        f"{FOLDER}/study.yaml:5:9: months (is 'Jan 2021 to Dec 2022'): 'Jan 2021 to Dec 2022' is no "
        "period; write a month such as 2024-07, a quarter such as 2024Q2, a year such as 2024, or two of "
        "them with two dots between, such as 2021-03..2022-02",
    ),
    "a base that is not shown": (
        edit("study.yaml", "2021-01..2021-12", "2019-01..2019-12"), CHECK,
        f"{FOLDER}/study.yaml:6:7: the base 2019-01..2019-12 holds months that are not shown "
        "(2021-01..2022-12); widen months, so that readers see the base",
    ),
    "units forgotten": (
        edit("study.yaml", "evidence:", "unit: 1000000\nevidence:"), CHECK,
        f"{FOLDER}/study.yaml:7:7: unit (is 1000000): fields are expected, one a line",
    ),
    "a missing card": (
        remove("data/raw/cars.card.yaml"), CHECK,
        f"{FOLDER}/study.yaml:8:13: data/raw/cars.card.yaml does not exist: every raw file needs a data "
        "card, and tradecheck add FILE makes both.",
    ),
    "a missing table": (
        remove("data/raw/cars.csv"), CHECK,
        "data/raw/cars.card.yaml: data/raw/cars.csv does not exist, but its card does; restore the file "
        "with git checkout or delete the card.",
    ),
    "an edited table": (
        lambda desk: (desk.root / "data/raw/cars.csv").write_text("edited\n"), CHECK,
        "data/raw/cars.card.yaml: data/raw/cars.csv has changed: its card expects SHA-256 1f25bcfadc2e…, "
        "found 68f01b289aed…; restore it with git checkout, or, if you meant the change, run tradecheck "
        "add --renew cars.",
    ),
    "no study of that name": (
        lambda desk: None, ("report", "crs"),
        "Error: There is no study 'crs': notebooks/studies/crs/study.yaml does not exist; did you mean "
        "'cars'? (studies here: cars).",
    ),
    "a study's folder in the wrong place": (
        move("notebooks/cars"), ("check", "cars"),
        "Error: There is no study 'cars': notebooks/studies/cars/study.yaml does not exist; "
        "notebooks/cars/ holds one: move it to notebooks/studies/cars/ (studies here: none).",
    ),
    "the same, told without a name": (
        move("cars"), CHECK, "cars: is not built: move it to notebooks/studies/cars."
    ),
    "a notebook's name that does not fit": (
        lambda desk: (desk.root / FOLDER / "prices.ipynb").write_text("{}"), CHECK,
        f"{FOLDER}/prices.ipynb: is not built: a notebook is called NN_some_words.ipynb, such as "
        "04_unit_prices.ipynb; rename it, or move it away.",
    ),
    "typed digits in text": (
        notebook("# Prices", "# More\nThey rose by 12 per cent."), CHECK,
        f"{FOLDER}/04_prices.ipynb:22:36: 04_prices.ipynb, cell 3 (More) holds the typed figure '12': "
        "compute it in a code cell and show it with say(…).",
    ),
    "a deleted cell": (
        notebook("# Prices", "print(rows)"), CHECK,
        f"{FOLDER}/04_prices.ipynb:25:1: 04_prices.ipynb, cell 3 (Prices), line 1: 'rows' is not there: no "
        "cell above makes it; if a cell that did was deleted, git diff "
        f"{FOLDER}/04_prices.ipynb shows it and git restore {FOLDER}/04_prices.ipynb brings it back.",
    ),
    "a cell above the one that it needs": (
        notebook("# Prices", "print(rows)", "# Rows", "rows = [1]"), CHECK,
        f"{FOLDER}/04_prices.ipynb:25:1: 04_prices.ipynb, cell 3 (Prices), line 1: 'rows' is not there "
        "yet: cell 5 (Rows) makes it; move that cell above this one.",
    ),
    "a line that Python cannot read": (
        notebook("# Prices", "rows = [1]\nprint(rows"), CHECK,
        f"{FOLDER}/04_prices.ipynb:26:1: 04_prices.ipynb, cell 3 (Prices), line 2: Python cannot read "
        "this line: '(' was never closed.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TURNS)
def test_a_wrong_turn_is_told_and_nothing_is_lost(desk, run, name):
    turn, typed, sentence = TURNS[name]
    turn(desk)
    before = contents(desk.root)
    status, said = run(*typed)
    assert said[-1:] == [sentence]
    assert status != 0
    assert before.items() <= contents(desk.root).items()


TAKEN_IN = {
    "decimal commas": (with_values(lambda v: f"{v},50"), "Sum of the rows kept: 156,000,012 USD."),
    "thousands separated by dots": (
        with_values(lambda v: f"{v:,}".replace(",", ".")), "Sum of the rows kept: 156,000,000 USD."
    ),
    "thousands separated by blanks": (
        with_values(lambda v: f"{v:,}".replace(",", " ")), "Sum of the rows kept: 156,000,000 USD."
    ),
    "two rows for one cell": (
        CARS + FIRST.rsplit(",", 1)[0] + ",7\n", "Set aside, conflicting rows: 2 (rows 2, 26 of the file).",
    ),
    "a partner's name misspelt": (
        CARS.replace("Russia", "Rusia"),
        "In column partner, kept by name because no area has it: Rusia (did you mean 'Russia'?).",
    ),
    "a column of a name misspelt": (
        CARS.replace("partner", "partnr"),
        "Columns that are not read: partnr; did you mean partner where it says partnr?",
    ),
    "no currency": (
        CARS.replace("value_usd", "value"),
        "Sum of the rows kept: 156,000,000 in a currency that is not stated.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TAKEN_IN)
def test_what_can_be_taken_in_is_and_what_was_understood_is_said(desk, run, name):
    text, sentence = TAKEN_IN[name]
    desk.file("cars-2.csv", text)
    status, said = run(*ADD)
    assert status == 0 and sentence in said
    assert (desk.root / "data/raw/cars-2.csv").read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("months", "held"),
    [(("2015-01", "2015-02"), "2015-01 to 2015-02"), (("2031-01",), "2031-01")],
    ids=["before", "after"],
)
def test_evidence_out_of_the_window_names_its_file(desk, months, held):
    desk.add("cars-2", tidy(dict.fromkeys(months, 1e6)))
    opened = desk.study(STUDY + "  - months: cars-2\n", CLAIMS, "cars")
    with pytest.raises(TradecheckError) as caught:
        opened.cleaned  # noqa: B018  as the first notebook does
    assert str(caught.value) == (
        "The study cars and its claims ask for 2021-01 to 2022-12, and data/raw/cars-2 holds "
        f"{held}, no month of it; correct months in {FOLDER}/study.yaml, or leave the table out."
    )


@pytest.mark.parametrize("folder", ["notebooks", "notebooks/studies", "data"])
def test_make_works_in_a_folder_of_the_project(folder):
    done = subprocess.run(
        ["make", "-n", "report", "STUDY=cars"], cwd=ROOT / folder, capture_output=True, text=True
    )  # fmt: skip
    assert done.returncode == 0 and 'report "cars"' in done.stdout


@pytest.mark.parametrize(
    "source",
    [
        "%matplotlib inline\n!ls\nx = 1\nx?",
        "%%time\ny = 1",
        "print([z for z in range(3)], (lambda a: a)(1))",
        "def f():\n    return made_later\nclass C:\n    k = 1\n    m = k",
        "made_later = 1\nf()",
        "import os.path as p, json\nfrom math import pi\np, json, pi, display, get_ipython",
        "try:\n    unknown\nexcept NameError:\n    unknown = 1",
        "with open('x') as file:\n    for line in file:\n        print(line)\nelse_ = line",
        "match 1:\n    case int(n):\n        print(n)",
        "if (w := 1):\n    print(w)\ndel w",
        "async def g(): pass\nawait g()",
        "globals()['q'] = 1\nq",
    ],
)
def test_code_that_runs_is_not_found_fault_with(desk, run, source):
    later = "" if "made_later = 1" in source else "made_later = 1"
    notebook("def f(): pass", source, *([later] if later else []))(desk)
    assert run("check") == (0, ["No mistake was found."])
