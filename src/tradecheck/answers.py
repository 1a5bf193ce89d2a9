"""Questions a report asks of the evidence, answered as small tables."""

from collections.abc import Mapping, Sequence

import pandas as pd

from tradecheck.claims import ClaimsFile, Scenario
from tradecheck.evidence import Knowledge, monthly
from tradecheck.measures import Excess, Measure, Quantity, Ratio
from tradecheck.official import Choices, Tables
from tradecheck.sources.goods import members
from tradecheck.study import Study
from tradecheck.verdicts import finite


def take_at_word(
    scenario: Scenario, claims: ClaimsFile, knowledge: Knowledge, figures: Mapping[str, float]
) -> Knowledge:
    """The evidence with everything that a scenario believes."""
    return knowledge.believing(claims.constraints(scenario.believing, knowledge, figures))


def month_bands(knowledge: Knowledge, months: Sequence[str]) -> pd.DataFrame:
    """What is allowed in each month: month, lo, hi (US$ million, infinite where unlimited), path.

    `path` is one allowed path, the one with the least change from month to month.
    """
    series = [knowledge.scope.weights(month) for month in months]
    bounds = [value_range(knowledge, Quantity(months=[month])) for month in months]
    lo, hi = zip(*bounds, strict=True)
    path = knowledge.evidence.smooth_path(series)
    return pd.DataFrame({"month": months, "lo": lo, "hi": hi, "path": path})


def value_range(knowledge: Knowledge, quantity: Quantity) -> tuple[float, float]:
    """Smallest and largest value of a quantity, US$ million."""
    measure = Measure(name="value", unit="US$ million", value=quantity)
    return knowledge.evidence.bounds(measure.cases(knowledge.scope))


def ratio_range(knowledge: Knowledge, of: Quantity, to: Quantity) -> tuple[float, float]:
    """Smallest and largest value of one quantity divided by another."""
    measure = Measure(name="ratio", unit="ratio", ratio=Ratio(of=of, to=to))
    return knowledge.evidence.bounds(measure.cases(knowledge.scope))


def excess_over(knowledge: Knowledge, peak: str, months: Sequence[str]) -> pd.DataFrame:
    """By how much each month can fall short of or exceed the peak month: month, lo, hi."""
    rows = []
    for month in months:
        pair = Excess(of=Quantity(months=[month]), over=Quantity(months=[peak]))
        measure = Measure(name="excess", unit="US$ million", excess=[pair])
        rows.append((month, *knowledge.evidence.bounds(measure.cases(knowledge.scope))))
    return pd.DataFrame(rows, columns=["month", "lo", "hi"])


def timing(
    tables: Tables,
    study: Study,
    goods: str,
    spans: Mapping[str, Sequence[str]],
    tolerances: Sequence[float],
) -> pd.DataFrame:
    """What two currencies say of when some goods left: tolerance, span, lo, hi (US$ million).

    `spans` names runs of months; `tolerances` are rupees either way of the month's mean rate.
    """
    rows = []
    for tolerance in tolerances:
        knowledge = monthly(tables, study, Choices(rate_tolerance_inr=tolerance))
        for name, months in spans.items():
            lo, hi = value_range(knowledge, Quantity(months=list(months), goods=goods))
            rows.append((tolerance, name, lo, hi))
    return pd.DataFrame(rows, columns=["tolerance", "span", "lo", "hi"])


def shares_of_year(
    worst: Knowledge, tables: Tables, study: Study, year: str, groups: Sequence[str]
) -> pd.DataFrame:
    """Each group's share of a year's listed goods: group, seen, lo, hi (fractions).

    `seen` counts only the trade the source holds; lo and hi allow for all unseen trade.
    """
    held = tables.yearly[tables.yearly["period"] == year]
    rows = []
    for group in groups:
        lo, hi = ratio_range(worst, Quantity(months=[year], goods=group), Quantity(months=[year]))
        codes = members(tables.listed, study.goods[group])
        seen = held.loc[held["hs6"].isin(codes), "value_usd_mn"].sum() / held["value_usd_mn"].sum()
        rows.append((group, seen, lo, hi))
    return pd.DataFrame(rows, columns=["group", "seen", "lo", "hi"])


def machine_copy(quantities: Mapping[str, tuple[Knowledge, Quantity]]) -> list[dict]:
    """Named quantities with their bounds and grade, US$ million, as the report's JSON keeps them."""
    copies = []
    for name, (knowledge, quantity) in quantities.items():
        cases = Measure(name=name, unit="US$ million", value=quantity).cases(knowledge.scope)
        lo, hi = knowledge.evidence.bounds(cases)
        grade = knowledge.evidence.grade_of(cases, (lo, hi))
        copies.append(
            {"name": name, "unit": "US$ million", "lo": finite(lo), "hi": finite(hi), "grade": grade}
        )
    return copies
