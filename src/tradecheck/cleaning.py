"""From the raw tables of a study to checked, tidy ones."""

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from tradecheck.cards import load_card
from tradecheck.errors import TradecheckError
from tradecheck.flows import HALF_UNIT, Ledger, sort_out, tidy
from tradecheck.study.periods import fiscal_months
from tradecheck.study.project import Project
from tradecheck.sources import ecb, eidb, goods
from tradecheck.study import Study

HS2022_FROM = "2022-04"  # the month from which India reports in the edition of 2022


@dataclass(frozen=True)
class Cleaned:
    """The tables that cleaning makes, and the ledger that balances them.

    flows: see `flows.FLOWS`. set_aside: raw rows with a reason. checks: one row a flow, with its
    implied exchange rate and unit value (see `check`). flags: the checks that found something.
    coverage: one row a code and year (see `cover`).
    """

    flows: pd.DataFrame
    set_aside: pd.DataFrame
    checks: pd.DataFrame
    flags: pd.DataFrame
    coverage: pd.DataFrame
    ledger: Ledger

    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by name, the ledger among them."""
        held = {field.name: getattr(self, field.name) for field in fields(self)}
        return held | {"ledger": self.ledger.table()}


def clean(project: Project, study: Study) -> Cleaned:
    """Read the study's yearly totals, set aside what cannot stand, check and map the rest."""
    listed = goods.read(project, study.goods_list)
    lines = eidb.lines(project, study.yearly_totals)
    kept, aside = sort_out(lines, set(listed["hs6"]))
    card = load_card(project, study.yearly_totals)
    flows = tidy(kept, listed, study, card.data_as_of or "")
    checks = check(flows, ecb.read(project, study.exchange_rates), study)
    years = sorted("FY" + year for year in lines["fiscal_year"].unique())
    return Cleaned(
        flows=flows,
        set_aside=aside,
        checks=checks,
        flags=find_flags(checks),
        coverage=cover(flows, listed, years, set(card.codes_without_file)),
        ledger=Ledger.of(lines, flows, aside),
    )


def check(flows: pd.DataFrame, rates: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Each flow's implied exchange rate and unit value, with the room that rounding leaves.

    Columns: period, hs6, value_usd_mn; rate, rate_lo, rate_hi (₹ crore by US$ million, as ₹ per
    US$) and market_lo, market_hi (lowest and highest day of the year); quantity; unit_value (US$),
    unit_value_usual (the median over the code's years) and factor_lo, factor_hi (how many times
    the usual, at least and at most); rate_flag and quantity_flag. A missing upper end is unbounded.
    """
    room = HALF_UNIT * flows["hs8_lines"]
    dollars_lo = (flows["value_usd_mn"] - room).clip(lower=0)
    dollars_hi = flows["value_usd_mn"] + room
    rupees_lo = (flows["value_inr_crore"] - room).clip(lower=0) * 10  # million
    rupees_hi = (flows["value_inr_crore"] + room) * 10
    table = flows[["period", "hs6", "value_usd_mn"]].assign(
        rate=_ratio(flows["value_inr_crore"] * 10, flows["value_usd_mn"]),
        rate_lo=_ratio(rupees_lo, dollars_hi),
        rate_hi=_ratio(rupees_hi, dollars_lo),
    )
    table = table.join(_market(rates, flows["period"].unique()), on="period")
    each = _ratio(flows["value_usd_mn"] * 1e6, flows["quantity"])
    usual = _usual(each, flows)
    table = table.assign(
        quantity=flows["quantity"],
        unit_value=each,
        unit_value_usual=usual,
        factor_lo=_ratio(dollars_lo * 1e6, flows["quantity"]) / usual,
        factor_hi=_ratio(dollars_hi * 1e6, flows["quantity"]) / usual,
    ).round(6)
    gap = study.rate_gap_flag_percent / 100
    most = study.unit_value_flag_factor
    return table.assign(
        rate_flag=(table["rate_lo"] > table["market_hi"] * (1 + gap))
        | (table["rate_hi"] < table["market_lo"] * (1 - gap)),
        quantity_flag=(table["factor_lo"] > most)
        | (table["factor_hi"] < 1 / most)
        | ((flows["quantity"] == 0) & (dollars_lo > 0)),
    )


def find_flags(checks: pd.DataFrame) -> pd.DataFrame:
    """The flows that a check flags, the largest values first: the columns of `checks`."""
    flagged = checks[checks["rate_flag"] | checks["quantity_flag"]]
    order = ["value_usd_mn", "period", "hs6"]
    return flagged.sort_values(order, ascending=[False, True, True], ignore_index=True)


def cover(
    flows: pd.DataFrame, listed: pd.DataFrame, years: list[str], without_file: set[str]
) -> pd.DataFrame:
    """What is known of each listed code in each year: hs6, tier, description, period, state,
    value_usd_mn.

    state: `value`; `no line` (the source holds the code, and no trade with the partner that year);
    `not in source` (the source was never asked for the code); `no such code` (new in the edition
    of 2022, and the year lies before India's use of it).
    """
    frame = listed.merge(pd.DataFrame({"period": years}), how="cross").merge(
        flows[["hs6", "period", "value_usd_mn"]], on=["hs6", "period"], how="left"
    )
    last_months = frame["period"].map({year: fiscal_months(year)[-1] for year in years})
    state = np.select(
        [
            frame["value_usd_mn"].notna(),
            frame["new_in_hs2022"] & (last_months < HS2022_FROM),
            frame["hs6"].isin(without_file),
        ],
        ["value", "no such code", "not in source"],
        "no line",
    )
    columns = ["hs6", "tier", "description", "period", "state", "value_usd_mn"]
    return frame.assign(state=pd.Series(state, dtype="str"))[columns]


def _ratio(above: pd.Series, below: pd.Series) -> pd.Series:
    """above / below, missing where below is zero."""
    return above / below.where(below > 0)


def _market(rates: pd.DataFrame, periods: np.ndarray) -> pd.DataFrame:
    """Lowest and highest daily market rate of each fiscal year, ₹ per US$."""
    found = {}
    for period in periods:
        year = rates[rates["month"].isin(fiscal_months(period))]
        if len(year) != 12:
            raise TradecheckError(
                f"The exchange rates hold {len(year)} of the 12 months of {period}; "
                "add the missing months to the raw table."
            )
        found[period] = (year["low"].min(), year["high"].max())
    return pd.DataFrame.from_dict(found, orient="index", columns=["market_lo", "market_hi"])


def _usual(each: pd.Series, flows: pd.DataFrame) -> pd.Series:
    """The median unit value of a code and unit over its years.

    Taken on logarithms, so that of an even number of years too high and too low count alike.
    """
    logs = np.log(each.where(each > 0))
    return np.exp(logs.groupby([flows["hs6"], flows["unit"]]).transform("median"))
