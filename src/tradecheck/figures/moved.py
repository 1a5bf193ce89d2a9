"""What moved a sum between two periods: by heading of goods, and in codes that are new."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from tradecheck.bounds.axes import Axis
from tradecheck.bounds.corridor import Corridor, area_label
from tradecheck.bounds.knowledge import Evidence
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
    """Rows of headings and longer codes of the study's own trade, from the first table that holds
    every month. No trade stands in them twice: neither a group and its members, nor a code and its
    parts."""
    study, corridor, flows = evidence.study, evidence.corridor, evidence.own_flows
    rows = flows[
        (flows["period_start"] == flows["period_end"])
        & flows["product"].str.isdigit()
        & (flows["product"].str.len() >= HEADING)
        & (flows["flow"] == study.flow_code)
        & (flows["currency"] == evidence.currency)
    ]
    goods = corridor.goods.parts(study.goods_name)
    for entry in study.of_kind("months"):
        own = rows[rows["source"] == entry.months]
        for axis, name in (("reporter", study.reporter), ("partner", study.partner)):
            own = own[own[axis].isin(_areas(getattr(corridor, axis), name, own[axis].unique()))]
        codes = set(own["product"])
        inside = [
            code for code in codes if _inside(corridor, code, goods) and not _nested(code, codes)
        ]
        own = own[own["product"].isin(inside)].sort_values("released", kind="stable")
        own = own.drop_duplicates(["reporter", "partner", "product", "period_start"], keep="last")
        if set(months) <= set(own["period_start"]):
            return own
    return None


def _areas(axis: Axis, name: str, codes: Iterable[str]) -> list[str]:
    """The codes that make up a name: its own, if there is one, else those of its parts."""
    labels = {code: area_label(axis, code) for code in codes}
    whole = axis.canonical(name)
    if whole in labels.values():
        return [code for code, label in labels.items() if label == whole]
    return [code for code, label in labels.items() if label in axis.parts(name)]


def _inside(corridor: Corridor, code: str, goods: frozenset[str]) -> bool:
    label = corridor.goods_label(code)
    return label is not None and corridor.goods.parts(label) <= goods


def _nested(code: str, codes: set[str]) -> bool:
    return any(code[:length] in codes for length in range(HEADING, len(code)))
