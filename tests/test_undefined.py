"""A name that no cell above has made: the sentence says where it is made, or how to get it back."""

import json

import pytest

from tradecheck.runner.notebooks import Notebook
from tradecheck.runner.undefined import told

SAID = "NameError: name 'rows' is not defined"


@pytest.mark.parametrize(
    ("later", "said", "words"),
    [
        ("rows = [1]", SAID, "'rows' is not there yet: cell 3 (Prices) makes it"),
        ("from x import y as rows", SAID, "cell 3 (Prices) makes it"),
        ("def rows(): pass", SAID, "cell 3 (Prices) makes it"),
        ("print(rows)", SAID, "git restore notebooks/04_prices.ipynb brings it back"),
        ("rows ==", SAID, "if a cell that did was deleted"),
        ("", "ValueError: not enough values to unpack (expected 2, got 0)", "is empty; show it"),
        ("", "ValueError: not enough values to unpack (expected 2, got 1)", "got 1)"),
        ("rows = [1]", "KeyError: 'rows'", "KeyError: 'rows'"),
    ],
)
def test_where_a_missing_name_is_made(tmp_path, later, said, words):
    cells = [
        {"cell_type": "code", "metadata": {}, "source": "rows"},
        {"cell_type": "markdown", "metadata": {}, "source": "## Prices"},
        {"cell_type": "code", "metadata": {}, "source": later},
    ]
    folder = tmp_path / "notebooks"
    folder.mkdir()
    book = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "04_prices.ipynb").write_text(json.dumps(book))
    assert words in told(Notebook(tmp_path, "notebooks/04_prices.ipynb"), 1, said)
