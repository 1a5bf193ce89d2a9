"""The page on adding a source: what it shows does what it says."""

import re
from pathlib import Path
from types import ModuleType

import source_files
from tradecheck.data.sources import registry
from tradecheck.data.sources.base import Said

PAGE = Path(__file__).resolve().parents[3] / "docs" / "add-a-source.md"


def test_the_source_on_the_page_reads_the_sample_on_the_page(monkeypatch):
    blocks = dict(
        enumerate(re.findall(r"```(?:csv|python)\n(.*?)```", PAGE.read_text(), re.DOTALL))
    )
    norland = ModuleType("norland")
    exec(compile(blocks[1], "norland.py", "exec"), norland.__dict__)
    formats = (*registry.FORMATS, norland.SOURCE)
    monkeypatch.setattr(source_files, "FORMATS", formats)
    helpers = {name: getattr(source_files, name) for name in ("raw", "recognised", "rows")}
    test = {"norland": norland, "SAMPLE": blocks[0], "Said": Said, **helpers}
    exec(compile(blocks[2], "test_norland.py", "exec"), test)
    test["test_a_month_by_country"]()
