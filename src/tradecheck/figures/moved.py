"""What moved a sum between two periods: by heading of goods, and in codes that are new."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from tradecheck.bounds.knowledge import Evidence
from tradecheck.figures.own_rows import own_rows
from tradecheck.study.periods import Period, following

HEADING = 4  # digits


@dataclass(frozen=True)
class Moved:
    """A change of the study's own trade between two periods of equal length, by heading.

    table: code, name, before, after, change, part_new (value after in codes that have no figure
    before), in the report's unit, the largest rise first. Only rows of codes count: a total that a
    table gives of itself says nothing of its parts.
    """

    before: Period
    after: Period
    table: pd.DataFrame

    @property
    def change(self) -> float:
        return float(self.table["change"].sum())

    @property
    def new(self) -> float:
        """Value in codes without a figure before."""
        return float(self.table["part_new"].sum())


def moved(evidence: Evidence, names: Mapping[str, str], months: Sequence[str] = ()) -> Moved | None:
    """What moved the months after the base, against the same months a year earlier.

    months: the later period (default: the shown months after the base, the last twelve at most).
    None where the flows hold no codes for both periods, or months are missing.
    """
    study = evidence.study
    later = list(months) or [m for m in study.shown if m > max(study.base_months)][-12:]
    earlier = [following(month, -12) for month in later]
    rows = _own_rows(evidence, [*later, *earlier]) if later else None
    if rows is None:
        return None
    before, after = (
        rows[rows["period_start"].isin(span)].groupby("product")["value"].sum() / evidence.scale
        for span in (earlier, later)
    )
    first = rows[rows["value"] > 0].groupby("product")["period_start"].min()
    table = pd.DataFrame({"before": before, "after": after}).fillna(0.0)
    table["part_new"] = (
        table["after"].where(first.reindex(table.index) > max(earlier), 0.0).fillna(0.0)
    )
    table = table.groupby(table.index.str[: _digits(table.index)]).sum()
    table["change"] = table["after"] - table["before"]
    table = table.rename_axis("code").reset_index()
    table.insert(1, "name", [names.get(code, code) for code in table["code"]])
    table = table.sort_values(["change", "code"], ascending=[False, True], ignore_index=True)
    return Moved(Period(earlier[0], earlier[-1]), Period(later[0], later[-1]), table)


def _digits(codes: pd.Index) -> int:
    """How many digits tell the goods apart: those of a heading, or more where there is one
    alone."""
    longest = codes.str.len().max()
    return next((n for n in range(HEADING, longest, 2) if codes.str[:n].nunique() > 1), longest)


def by_chapter(found: Moved, names: Mapping[str, str]) -> pd.DataFrame:
    """The change by HS chapter, and its share of the whole: code, name, change, share, share_old
    (of the change without the codes that are new)."""
    table = found.table.assign(old=found.table["change"] - found.table["part_new"])
    sums = table.groupby(table["code"].str[:2])[["change", "old"]].sum()
    sums = sums.assign(
        share=sums["change"] / sums["change"].sum(), share_old=sums["old"] / sums["old"].sum()
    )
    sums = sums.rename_axis("code").reset_index()
    sums.insert(1, "name", [names.get(code, f"chapter {code}") for code in sums["code"]])
    return sums.sort_values(["change", "code"], ascending=[False, True], ignore_index=True)


def _own_rows(evidence: Evidence, months: Sequence[str]) -> pd.DataFrame | None:
    """Rows of headings and longer codes from the first table that holds every month. No trade
    stands in them twice: of a code and its parts, only the code."""
    for entry in evidence.study.of_kind("months"):
        own = own_rows(evidence, entry.months, HEADING)
        codes = set(own["product"])
        own = own[~own["product"].map({code: _nested(code, codes) for code in codes}).astype(bool)]
        if set(months) <= set(own["period_start"]):
            return own
    return None


def _nested(code: str, codes: set[str]) -> bool:
    return any(code[:length] in codes for length in range(HEADING, len(code)))
