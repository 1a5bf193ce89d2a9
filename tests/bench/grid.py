"""How fast observed readings are judged, and a study's whole grid; prints JSON.

    python grid.py ROOT OBSERVED_STUDY GRID_STUDY

Readings are made from an observed study: the change of its own trade, and of each of its series, over
spans of the months shown. No two are alike, so none is answered from memory.
"""

import json
import sys
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from tradecheck.bounds.knowledge import Evidence
from tradecheck.data.clean import clean
from tradecheck.data.load import tables_of
from tradecheck.study.claims import Reading
from tradecheck.study.project import Project
from tradecheck.study.study import open_study
from tradecheck.verdicts import multiverse
from tradecheck.verdicts.judge import Judge

MOST = 4000


def readings(evidence: Evidence) -> Iterator[Reading]:
    """Distinct readings, at most MOST."""
    shown = evidence.study.shown
    spans = [(i, n) for n in (1, 3, 6, 9, 12) for i in range(12, len(shown) - n + 1)]
    series = list(evidence.study.all_series().values())
    for place, (spec, (start, length), threshold) in enumerate(
        product(series, spans, (0, 50, 95, 200))
    ):
        if place == MOST:
            return
        named = spec.model_dump(exclude_none=True)
        later, earlier = (
            {"months": f"{shown[at]}..{shown[at + length - 1]}", **named}
            for at in (start, start - 12)
        )
        yield Reading.model_validate(
            {
                "id": f"r{place}", "words": "a change", "predicate": {"at_least": threshold},
                "measure": {"change": {"of": later, "from": earlier}},
            }
        )  # fmt: skip


def evidence_of(project: Project, name: str) -> tuple[Evidence, float]:
    """A study's evidence, and the seconds from its raw files to its flows."""
    study, claims = open_study(project, name)
    begin = time.process_time()
    cleaned = clean(project, study, claims)
    seconds = time.process_time() - begin
    return Evidence(
        study, claims, tables_of(project, study, cleaned.flows, cleaned.published)
    ), seconds


def main() -> None:
    project = Project(Path(sys.argv[1]))
    evidence, cleaning = evidence_of(project, sys.argv[2])
    judge = Judge(evidence)
    evidence.taken()
    asked = list(readings(evidence))
    begin = time.process_time()
    for reading in asked:
        judge.judge(reading)
    rate = len(asked) / (time.process_time() - begin)
    evidence, _ = evidence_of(project, sys.argv[3])
    begin = time.perf_counter()
    answers = len(multiverse.run(evidence).answers)
    seconds = time.perf_counter() - begin
    print(json.dumps({"cleaning": cleaning, "rate": rate, "answers": answers, "seconds": seconds}))


if __name__ == "__main__":
    main()
