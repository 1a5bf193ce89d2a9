"""One trade as the exporter and as the importer report it, month by month."""

import math

import pandas as pd

from tradecheck.bounds.knowledge import Evidence, Taken
from tradecheck.bounds.terms import Range
from tradecheck.study.sides import EXPORTER, IMPORTER, SIDES
from tradecheck.study.study import SeriesSpec
from tradecheck.verdicts.findings import quantity

NOTHING = (math.nan, math.nan)


def mirror_months(evidence: Evidence) -> pd.DataFrame:
    """The study's own trade in each month shown, by each side's monthly statistics, in the report's
    unit.

    Columns: month; exporter, importer (missing where the side holds nothing of the month; a floor
    where a part of it is missing); exporter_floor, importer_floor (whether it is one); ratio (the
    importer's to the exporter's, missing unless both are whole and the exporter's is above zero).
    """
    rows = []
    for month in evidence.study.shown:
        held = {side: _of_side(evidence, side, month) for side in SIDES}
        floors = {side: math.isinf(hi) for side, (_, hi) in held.items()}
        values = {side: lo if floors[side] else (lo + hi) / 2 for side, (lo, hi) in held.items()}
        whole = values[EXPORTER] > 0 and not any(floors.values())
        ratio = values[IMPORTER] / values[EXPORTER] if whole else math.nan
        rows.append((month, *values.values(), *floors.values(), ratio))
    columns = ["month", *SIDES, *(f"{side}_floor" for side in SIDES), "ratio"]
    return pd.DataFrame(rows, columns=columns)


def _of_side(evidence: Evidence, side: str, month: str) -> Range:
    taken = Taken(side=side)
    values = evidence.known(taken).values
    cells = evidence.taken(taken).scope.cells(quantity(SeriesSpec(), [month]), month)
    found = [values[cell] for cell in cells if cell in values]
    if not found:
        return NOTHING
    most = sum(hi for _, hi in found) if len(found) == len(cells) else math.inf
    return sum(lo for lo, _ in found), most
