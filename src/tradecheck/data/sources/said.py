"""What is said of a file from outside, in the words of the flows, and whether the file agrees."""

import re
from dataclasses import replace

import pyarrow as pa

from tradecheck.data.sources import moments, settle, who
from tradecheck.data.sources.base import NOT_STATED, Said
from tradecheck.data.sources.table import Bad
from tradecheck.errors import TradecheckError
from tradecheck.study.currencies import CURRENCIES

VALUATIONS = ("", NOT_STATED, "FOB", "CIF", "FAS", "customs value")


def settled(said: Said, place: str) -> Said:
    """Names as codes: Türkiye as TUR, exports as X. Raises a TradecheckError for what means
    nothing."""
    try:
        flow = who.flow_code(said.flow) if said.flow else ""
        released = moments.days([said.released])[0]
    except Bad as bad:
        raise TradecheckError(f"What is said of {place} ({bad.text!r}): {bad.rule}.") from bad
    currency = said.currency.upper()
    if currency and currency not in CURRENCIES:
        raise TradecheckError(
            f"What is said of {place}: {said.currency!r} is no currency; write its three letters, "
            "such as USD."
        )
    valuation = {text.casefold(): text for text in VALUATIONS}.get(said.valuation.casefold())
    if valuation is None:
        raise TradecheckError(
            f"What is said of {place}: {said.valuation!r} is no valuation; write "
            f"{', '.join(VALUATIONS[2:])}."
        )
    return replace(
        said,
        reporter=who.area_code(said.reporter) if said.reporter else "",
        partner=who.area_code(said.partner) if said.partner else "",
        flow=flow,
        currency=currency,
        valuation=valuation if valuation != NOT_STATED else "",
        goods=re.sub(r"[. ]", "", said.goods)
        if re.fullmatch("[0-9. ]+", said.goods)
        else said.goods,
        released=released,
    )


def agreed(place: str, said: Said, rows: pa.Table) -> None:
    """Refuses rows of another reporter, partner, flow, currency or valuation than is said."""
    for name in ("reporter", "partner", "flow", "currency", "valuation"):
        told = getattr(said, name)
        if not told:
            continue
        found = settle.texts(rows, name)
        if found != [told]:
            shown = ", ".join(found[:5]) + (f" and {len(found) - 5} more" if len(found) > 5 else "")
            raise TradecheckError(
                f"{place} holds the {name} {shown}, but what is said of it is {told}; correct "
                "that, or leave it out."
            )
