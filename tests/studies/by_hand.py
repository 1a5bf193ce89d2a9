"""Readings of the second study worked out from the raw tables with pandas, without the package.

Values are in millions of euro. Every reading has a lowest and a highest value; they differ only
where a reading takes the provisional month with its revisions.
"""

from functools import cache
from pathlib import Path

import pandas as pd
import yaml

ROOT = Path(__file__).parents[2]
RAW = ROOT / "data" / "raw"
STUDY = ROOT / "notebooks" / "studies" / "eu-neighbours-2022"
SIX = ("ARM", "BLR", "GEO", "KAZ", "KGZ", "UZB")
PARTNERS = {
    "six neighbours": SIX, "Russia": ("RUS",), "Armenia": ("ARM",), "Belarus": ("BLR",),
    "Georgia": ("GEO",), "Kazakhstan": ("KAZ",), "Kyrgyzstan": ("KGZ",), "Uzbekistan": ("UZB",),
}  # fmt: skip
MEMBERS = {
    "Austria": "AUT", "Belgium": "BEL", "Bulgaria": "BGR", "Croatia": "HRV", "Cyprus": "CYP",
    "Czechia": "CZE", "Denmark": "DNK", "Estonia": "EST", "Finland": "FIN", "France": "FRA",
    "Germany": "DEU", "Greece": "GRC", "Hungary": "HUN", "Ireland": "IRL", "Italy": "ITA",
    "Latvia": "LVA", "Lithuania": "LTU", "Luxembourg": "LUX", "Malta": "MLT", "Netherlands": "NLD",
    "Poland": "POL", "Portugal": "PRT", "Romania": "ROU", "Slovakia": "SVK", "Slovenia": "SVN",
    "Spain": "ESP", "Sweden": "SWE",
}  # fmt: skip
WITHOUT = "EU without the Netherlands"
LISTED, OLD, BOTH = "sanctioned goods", "without new codes", "traded in both years"
ALL = "all goods"
RELEASES = {"2023-01-13": "2023-01", "2024-11-16": "2024-11"}


@cache
def table(name: str) -> pd.DataFrame:
    """A raw table, codes as text."""
    ending = ".csv.gz" if (RAW / f"{name}.csv.gz").is_file() else ".csv"
    found = pd.read_csv(RAW / f"{name}{ending}", dtype={"product": str, "cn8": str, "code": str})
    return found.rename(columns={"cn8": "product"})


@cache
def claims() -> dict:
    """The claims file as plain data: reading id → reading."""
    found = yaml.safe_load((STUDY / "claims.yaml").read_text(encoding="utf-8"))
    return {reading["id"]: reading for claim in found["claims"] for reading in claim["readings"]}


@cache
def codes(goods: str) -> frozenset[str]:
    """The codes of a group of goods."""
    held = table("eu-sanctioned-2022")
    if goods == OLD:
        held = held[~held["new_in_2022"]]
    if goods == BOTH:
        held = held[held["traded_2021_and_2022"]]
    return frozenset(held["product"])


@cache
def series(reporter: str, partner: str, goods: str, release: str = "2023-01-13") -> pd.Series:
    """One value a month, millions of euro."""
    if goods == ALL:
        flows = table(f"eurostat-members-all-goods-{RELEASES[release]}")
    elif reporter == "EU27":
        flows = table("eurostat-eu27-sanctioned")
        flows = flows[flows["product"].isin(codes(goods))]
    else:
        flows = table("eurostat-members-sanctioned")
        flows = flows[flows["product"] == goods]
    months = sorted(flows["period"].unique())
    if reporter != "EU27" or goods == ALL:
        own = set(MEMBERS.values()) if reporter in ("EU27", WITHOUT) else {MEMBERS[reporter]}
        flows = flows[flows["reporter"].isin(own - {"NLD"} if reporter == WITHOUT else own)]
    chosen = flows[flows["partner"].isin(PARTNERS[partner])]
    return chosen.groupby("period")["value_eur"].sum().reindex(months, fill_value=0) / 1e6


def months(text: str) -> list[str]:
    """ "2021", "2022-11" or "2022-03..2022-11" as months."""
    first, last = (text.split("..") * 2)[:2]
    first, last = first + "-01" * (len(first) == 4), last + "-12" * (len(last) == 4)
    return [str(month) for month in pd.period_range(first, last, freq="M")]


def each(quantity: dict, factor: float, release: str, renamed: dict) -> list[float]:
    """The quantity month by month; November 2022 of the sanctioned goods times a factor."""
    asked = {**quantity, **renamed}
    goods = asked.get("goods", LISTED)
    reporter, partner = asked.get("reporter", "EU27"), asked.get("partner", "six neighbours")
    line = series(reporter, partner, goods, release)
    revised = {} if goods == ALL else {"2022-11": factor}
    return [line[month] * revised.get(month, 1.0) for month in months(asked["months"])]


def amount(quantity: dict, *how: object) -> float:
    """The quantity taken as it says."""
    values = each(quantity, *how)
    takes = {"total": sum, "largest": max, "mean": lambda held: sum(held) / len(held)}
    return takes[quantity.get("take", "total")](values)


def earlier(quantity: dict) -> dict:
    """The same a year earlier."""
    ends = [f"{int(end[:4]) - 1}{end[4:]}" for end in quantity["months"].split("..")]
    return {**quantity, "months": "..".join(ends)}


def worth(measure: dict, *how: object) -> float | str:
    """A measure's value, or its month."""
    if "value" in measure:
        return amount(measure["value"], *how)
    if "peak" in measure:
        values = each(measure["peak"], *how)
        return months(measure["peak"]["months"])[values.index(max(values))]
    if "first_month" in measure:
        asked = measure["first_month"]
        stays = asked.get("stays", 1)
        wanted = asked["times"] * amount(asked["base"], *how)
        above = [value >= wanted for value in each(asked["of"], *how)]
        place = next(at for at in range(len(above)) if all(above[at : at + stays]))
        return months(asked["of"]["months"])[place]
    if "count" in measure:
        asked, (*rest, _) = measure["count"], how
        return sum(
            met(asked["predicate"], worth(asked["measure"], *rest, {asked["by"]: name}))
            for name in asked["of"]
        )
    kind = "ratio" if "ratio" in measure else "change"
    of, to = measure[kind]["of"], measure[kind]["to" if kind == "ratio" else "from"]
    multiple = amount(of, *how) / amount(earlier(of) if to == "a year earlier" else to, *how)
    return multiple if kind == "ratio" else 100 * (multiple - 1)


def met(predicate: dict, value: float | str) -> bool:
    """Whether a value is as the predicate says."""
    (kind, limit), *_ = predicate.items()
    return {
        "at_least": lambda: value >= limit,
        "at_most": lambda: value <= limit,
        "below": lambda: value < limit,
        "above": lambda: value > limit,
        "between": lambda: limit[0] <= value <= limit[1],
        "is": lambda: value == limit,
    }[kind]()


def answer(reading: dict) -> tuple[str, float | str | None, float | str | None]:
    """Verdict, lowest and highest value of a reading."""
    if "not_testable" in reading or "USD" in str(reading["measure"]):
        return "not_testable", None, None
    study = yaml.safe_load((STUDY / "study.yaml").read_text(encoding="utf-8"))
    most = 1 + study["evidence"][0]["provisional"]["revision"][1] if reading.get("revised") else 1.0
    release = reading.get("vintage", "2023-01-13")
    lo, hi = (worth(reading["measure"], factor, release, {}) for factor in (1.0, most))
    ends = [met(reading["predicate"], end) for end in (lo, hi)]
    verdict = {2: "holds", 0: "fails", 1: "undecided"}[sum(ends)]
    if "between" in reading["predicate"] and lo < reading["predicate"]["between"][0] < hi:
        verdict = "undecided"  # the interval reaches into the zone from below, perhaps beyond it
    return verdict, lo, hi
