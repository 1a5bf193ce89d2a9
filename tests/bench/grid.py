"""How fast a study's grid is judged: as shipped, and as if every month were observed.

Prints seconds of the default grid and specifications a second with observed months, as JSON.
"""

import json
import sys
import time
from dataclasses import replace
from pathlib import Path

from tradecheck import robustness
from tradecheck.cleaning import clean
from tradecheck.claims import read_claims
from tradecheck.evidence import Knowledge
from tradecheck.official import tables_of
from tradecheck.bounds.programme import Constraint, Evidence, Grade, Row
from tradecheck.study.project import Project
from tradecheck.study import load_study


class WithObservedMonths(robustness.Judge):
    """Judges as if a statistic gave every cell; the values themselves are invented."""

    def _base(self, *where) -> Knowledge:
        base = super()._base(*where)
        rows = tuple(
            Row({cell: 1.0}, 10.0 + place % 7, 10.0 + place % 7)
            for place, cell in enumerate(base.evidence.cells)
        )
        known = Constraint("observed", "observed months", rows, Grade.OBSERVED)
        return replace(base, evidence=Evidence(base.evidence.cells, [known]))


def main() -> None:
    project = Project(Path(sys.argv[1]))
    study = load_study(project, sys.argv[2])
    tables = tables_of(project, study, clean(project, study).flows)
    claims = read_claims(project, study.claims)

    begin = time.perf_counter()
    specifications = len(robustness.run(study, tables, claims).specifications)
    seconds = time.perf_counter() - begin

    alone = study.grid.model_copy(update={"believing": {"nothing": []}})
    study = study.model_copy(update={"grid": alone})
    space = robustness.Space(study, tables, claims)
    valid = [found for found in space.combinations() if not isinstance(found, str)]
    judge = WithObservedMonths(study, tables, claims, space)
    begin = time.perf_counter()
    for specification in valid:
        judge.judge(specification)
    rate = len(valid) / (time.perf_counter() - begin)
    print(json.dumps({"specifications": specifications, "seconds": seconds, "rate": rate}))


if __name__ == "__main__":
    main()
