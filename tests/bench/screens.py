"""How fast series are scanned, and a study's whole screen is made; prints JSON.

python screens.py ROOT STUDY
"""

import json
import sys
import time
from pathlib import Path

import numpy as np

from tradecheck.bounds.knowledge import Evidence
from tradecheck.data.clean import clean
from tradecheck.data.load import tables_of
from tradecheck.data.screen.scan import scan
from tradecheck.figures.screen.made import screen
from tradecheck.study.project import Project
from tradecheck.study.study import open_study

SERIES, MONTHS = 400_000, 36


def scanning() -> float:
    """Months of series a second on one core, in millions: lumpy series, half of their months empty."""
    random = np.random.default_rng(1)
    values = random.lognormal(10, 1.5, (SERIES, MONTHS)) * (random.random((SERIES, MONTHS)) < 0.5)
    begin = time.perf_counter()
    scan(values, range(MONTHS - 6, MONTHS))
    return SERIES * MONTHS / (time.perf_counter() - begin) / 1e6


def main(root: Path, name: str) -> None:
    project = Project(root)
    study, claims = open_study(project, name)
    cleaned = clean(project, study, claims)
    evidence = Evidence(study, claims, tables_of(project, study, cleaned.flows, cleaned.published))
    begin = time.perf_counter()
    screen(evidence)
    seconds = time.perf_counter() - begin
    print(json.dumps({"scan": scanning(), "seconds": seconds}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
