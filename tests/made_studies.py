"""Small studies made in code: rows of trade, claims, and the evidence that they come to."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from tradecheck.bounds.knowledge import Evidence
from tradecheck.data.flows import COLUMNS
from tradecheck.data.tables import Tables, mirrors_of
from tradecheck.study.cards import Card
from tradecheck.study.claims import claims_of
from tradecheck.study.periods import month_range
from tradecheck.study.study import study_of

ROW = {
    "reporter": "TUR", "partner": "RUS", "product": "8703", "source": "table", "released": "",
    "currency": "USD", "status": "final",
}  # fmt: skip
STUDY = {
    "name": "made", "question": "Did it double?", "reporter": "Türkiye", "partner": "Russia",
    "goods": ["8703"], "months": "2021-01..2022-12", "unit": {"currency": "USD", "scale": 1},
}  # fmt: skip


def row(period: str, value: float | tuple[float, float], **fields: Any) -> dict[str, Any]:
    """A row of flows: a month or "2021-01..2021-12", and a value or its smallest and largest."""
    first, _, last = period.partition("..")
    lo, hi = value if isinstance(value, tuple) else (value, value)
    return ROW | {
        "period_start": first, "period_end": last or first, "value_lo": lo, "value": (lo + hi) / 2,
        "value_hi": hi, **fields,
    }  # fmt: skip


def monthly(first: str, values: Iterable[float], **fields: Any) -> list[dict[str, Any]]:
    """Rows of the months from the first on."""
    year = int(first[:4])
    months = month_range(first, f"{year + 9}-12")
    return [row(month, value, **fields) for month, value in zip(months, values)]


def evidence(
    rows: Iterable[Mapping[str, Any]],
    claims: Mapping[str, Any] | None = None,
    holds: Mapping[str, Any] | None = None,
    figures: Mapping[str, float] | None = None,
    more: Mapping[str, Any] | None = None,
    **study: Any,
) -> Evidence:
    """The evidence of a study. Rows of months are a monthly table, others totals, unless the
    study's evidence is given; holds: what is other in the tables' cards; more: other tables, with a
    card each (rates, remainders). Rows of a mirror stand as its study sees them: its reporter's,
    with the flow turned."""
    flows = pd.DataFrame(list(rows)).assign(
        flow="X", edition="HS2022", quantity=np.nan, unit="",
        row=lambda table: range(2, len(table) + 2),
    )  # fmt: skip
    if "evidence" not in study:
        longer = (flows["period_start"] < flows["period_end"]).any()
        study["evidence"] = [{"totals" if longer else "months": "table"}]
    made = study_of(STUDY | study, "study.yaml")
    mirror = flows["source"].isin(sorted(mirrors_of(made)))
    flows = flows.assign(
        valuation=np.where(mirror != (made.flow == "imports"), "CIF", "FOB"), flow=made.flow_code
    )
    told = flows.assign(reporter=flows["reporter"].where(~mirror, flows["partner"]))
    published = told[["source", "reporter", "period_start"]].drop_duplicates()
    others = [name for tables in (more or {}).values() for name in tables]
    tables = Tables(
        flows=flows[list(COLUMNS)],
        published=published.rename(columns={"period_start": "month"}),
        cards={name: card(name, **(holds or {})) for name in [*flows["source"].unique(), *others]},
        figures=figures or {},
        mirrors=mirrors_of(made),
        **(more or {}),
    )
    return Evidence(made, claims_of(claims or {}, "claims.yaml"), tables)


def card(name: str, **holds: Any) -> Card:
    """The card of a made table, by its name published by an office of its own."""
    fields = {
        "reporters": ["TUR"], "partners": ["RUS"], "flow": "X", "frequency": "monthly",
        "months": "2021-01..2022-12", "currency": "USD", "absent": "unknown",
    } | holds  # fmt: skip
    return Card.model_validate(
        {
            "publisher": f"the office of {name}", "title": "a table", "address": "https://example.org",
            "retrieved": "2023-01-01", "terms": "free", "file": f"{name}.csv", "format": "tidy",
            "sha256": "0" * 64, "rows": 1, "unit": "USD", "grade": "observed", "coverage": "all",
            "holds": fields,
        }
    )  # fmt: skip


def claim(claim_id: str, *readings: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
    return {"id": claim_id, "title": "a claim", "readings": list(readings), **fields}


def reading(reading_id: str, predicate: Mapping[str, Any], **measure: Any) -> dict[str, Any]:
    """A reading with a measure of one kind."""
    return {"id": reading_id, "words": "a reading", "predicate": predicate, "measure": measure}
