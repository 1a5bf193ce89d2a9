"""`tradecheck check`: every mistake that can be seen before anything runs, with its place."""

import json
import subprocess
import sys

import pytest

from strangers import Desk, tidy
from tradecheck.desk.check import as_json, check
from tradecheck.errors import TradecheckError

STUDY = """\
question: Did car exports double?
reporter: Türkiye
partner: Russia
goods: ["8703"]
months: "2021-01..2021-03"
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
        measure: {value: {months: "2021-01"}}
        predicate: {at_least: 2}
"""
CARS = {f"2021-0{month}": 1e6 for month in (1, 2, 3)}


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path / "project", notebooks=True)
    desk.add("cars", tidy(CARS))
    for name, text in {"study.yaml": STUDY, "claims.yaml": CLAIMS}.items():
        write(desk, name, text)
    return desk


def write(desk, name, text):
    path = desk.project.studies / "cars" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def told(desk):
    return [f"{one.place}: {one.sentence}" for one in check(desk.project, ["cars"])]


def test_nothing_is_told_of_a_sound_study(desk):
    assert told(desk) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "place", "words"),
    [
        ("study", "reporter:", "reportr:", "2:1", "did you mean 'reporter'?"),
        ("study", "Türkiye", "Turkye", "2:11", "did you mean 'Turkey'?"),
        ("study", '"8703"', "0101", "4:9", 'goods.0 (is 0101): text is expected; put the value in quotes: "0101"'),
        ("study", "partner: Russia", "partner: no", "3:10", 'quotes: "no"'),
        ("study", "2021-01..", "2021-05..", "5:9", "ends before it begins"),
        ("study", "2021-01..", "Jan 2021..", "5:9", "is no period"),
        ("study", "- months", "- month", "7:5", "did you mean 'months'?"),
        ("study", ": cars", ": crs", "7:13", "did you mean 'cars'?"),
        ("study", "partner:", "flow: export\npartner:", "3:7", "did you mean 'exports'?"),
        ("study", "question", "name: x\nquestion", "1:7", "named by its folder"),
        ("study", "goods: [", "goods: [[", "5:1", "not valid YAML"),
        ("claims", "at_least", "atleast", "8:21", "did you mean 'at_least'?"),
        ("claims", "{value", "{valeu", "7:19", "did you mean 'value'?"),
        ("claims", ": 2}", ': "2"}', "8:31", "a number without quotes"),
        ("claims", '-01"}}', '-13"}}', "7:35", "is no period"),
        ("claims", '-01"}}', '-01", goods: cras}}', "7:53", "'cras' are defined nowhere"),
        ("claims", '-01"}}', '-01", partner: Rusia}}', "7:55", "did you mean 'Russia'?"),
        ("claims", "words:", "believing: [b]\n        words:", "6:9", "it believes 'b'"),
        ("claims", "words: at least twice", "words: {twice, and more}", "6:9", "words"),
    ],
)  # fmt: skip
def test_each_mistake_has_a_line_a_column_and_a_remedy(desk, file, old, new, place, words):
    text = {"study": STUDY, "claims": CLAIMS}[file]
    assert old in text
    write(desk, f"{file}.yaml", text.replace(old, new, 1))
    found = told(desk)
    assert len(found) == 1, found
    assert found[0].startswith(f"notebooks/studies/cars/{file}.yaml:{place}: ")
    assert words in found[0] and "\n" not in found[0]


def test_all_mistakes_are_told_at_once(desk):
    write(desk, "study.yaml", STUDY.replace("Türkiye", "Turkye").replace("Russia", "Rusia"))
    write(desk, "claims.yaml", CLAIMS.replace("at_least", "atleast").replace("words", "wrds"))
    write(desk, "changes.yaml", "revision: []\n")
    assert len(told(desk)) == 5


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("04-prices.ipynb", "NN_some_words.ipynb"),
        ("04_prices-Copy1.ipynb", "NN_some_words.ipynb"),
        ("claims.yml", "study.yaml, claims.yaml, changes.yaml"),
        ("months.csv", "tradecheck add"),
    ],
)
def test_a_file_that_fits_nowhere_is_told(desk, name, words):
    write(desk, name, "")
    assert len(told(desk)) == 1
    assert told(desk)[0].startswith(f"notebooks/studies/cars/{name}: is not ")
    assert words in told(desk)[0]


def test_a_typed_figure_is_found_in_its_line_of_the_file(desk):
    cells = [
        {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "outputs": [],
         "execution_count": None, "source": ['study = "cars"']},
        {"cell_type": "markdown", "metadata": {},
         "source": ["## Prices\n", "They rose by 12 per cent in July 2022."]},
    ]  # fmt: skip
    book = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    text = json.dumps(book, indent=1)
    write(desk, "04_prices.ipynb", text)
    (found,) = check(desk.project, ["cars"])
    assert "'12'" in found.sentence and "cell 2" in found.sentence
    assert text.splitlines()[found.line - 1][found.column - 1 :].startswith("12 per cent")


def test_a_raw_file_that_has_changed_is_told(desk):
    path = desk.project.raw / "cars.csv"
    path.write_text(path.read_text() + "\n")
    assert "has changed" in told(desk)[0]


def test_editors_get_json_and_the_status_is_not_zero(desk):
    write(desk, "study.yaml", STUDY.replace("reporter:", "reportr:"))
    done = subprocess.run(
        [sys.executable, "-m", "tradecheck", "check", "--json"],
        cwd=desk.root, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1
    (found,) = json.loads(done.stdout)
    assert (found["line"], found["column"]) == (2, 1)
    assert found == json.loads(as_json(check(desk.project)))[0]


def test_no_table_is_read():
    code = "import sys, tradecheck.desk.check; print({'pandas', 'matplotlib'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_a_study_that_is_not_there_is_one_sentence(desk):
    with pytest.raises(TradecheckError, match="did you mean 'cars'"):
        check(desk.project, ["crs"])
