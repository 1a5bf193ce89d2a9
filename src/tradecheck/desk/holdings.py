"""What a table of trade holds: for its card, and in plain lines for whoever adds it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tradecheck.data.sources.base import NOT_STATED, Received
from tradecheck.study import areas
from tradecheck.study.periods import month_range, parse_months, runs

NAMED = 6  # reporters, partners or codes that a line names; the rest are counted
SPOTS = 3  # rows that a line names
WORDS = {"X": "exports", "M": "imports", "RX": "re-exports", "RM": "re-imports"}
SPANS = {1: "monthly", 3: "quarterly"}


@dataclass
class Holdings:
    """What has been seen of a table so far; large files are seen block by block."""

    seen: dict[str, set[str]] = field(default_factory=dict)
    months: set[str] = field(default_factory=set)
    frequencies: set[str] = field(default_factory=set)
    totals: dict[str, float] = field(default_factory=dict)
    aside: dict[str, list[int]] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)
    kept: int = 0
    rows: int = 0
    blank: int = 0
    absent: str = "zero"

    def add(self, received: Received) -> None:
        """What another block, or the whole file, holds."""
        flows = received.flows
        for column in (
            "reporter",
            "partner",
            "flow",
            "product",
            "currency",
            "valuation",
            "edition",
        ):
            self.seen.setdefault(column, set()).update(flows[column].unique())
        for start, end in (
            flows[["period_start", "period_end"]].drop_duplicates().itertuples(index=False)
        ):
            span = month_range(start, end)
            self.months.update(span)
            year = "annual" if start.endswith("-01") else "fiscal year"
            self.frequencies.add(SPANS.get(len(span), year if len(span) == 12 else "mixed"))
        for currency, value in flows.groupby("currency")["value"].sum().items():
            self.totals[currency] = self.totals.get(currency, 0.0) + float(value)
        for reason, group in received.aside.groupby("reason"):
            self.aside.setdefault(reason, []).extend(group["row"].tolist())
        self.notes |= dict.fromkeys(received.notes)
        self.kept += len(flows)
        self.rows += received.rows
        self.blank += int(flows["value"].isna().sum())
        if received.absent == "unknown":
            self.absent = "unknown"

    def fields(self) -> dict[str, Any]:
        """The fields of a card's `holds`, those that the file tells."""
        codes = self._goods(digits=True)
        names = self._goods(digits=False)
        holds = {
            "reporters": sorted(self.seen["reporter"]),
            "partners": sorted(self.seen["partner"]),
            "flow": _one(self.seen["flow"]),
            "frequency": _one(self.frequencies),
            "months": runs(self.months),
            "currency": _one(self.seen["currency"]),
            "valuation": _one(self.seen["valuation"]),
            "edition": _span(self.seen["edition"]),
            "digits": sorted({len(code) for code in codes}),
            "goods": names[0] if len(names) == 1 and not codes and names != ["TOTAL"] else "",
            "absent": self.absent,
        }
        return {name: value for name, value in holds.items() if value not in ("", [])}

    def unsaid(self) -> list[str]:
        """What neither the file nor anybody has said: reporter, partner, flow, goods, currency,
        valuation."""
        asked = {"reporter": "reporter", "partner": "partner", "flow": "flow", "goods": "product",
                 "currency": "currency", "valuation": "valuation"}  # fmt: skip
        return [name for name, column in asked.items() if NOT_STATED in self.seen[column]]

    def sentence(self) -> str:
        """Who, with whom, which goods and months, in one line."""
        codes, names = self._goods(digits=True), self._goods(digits=False)
        told = ["all goods" if name == "TOTAL" else name for name in names]
        few = len(codes) + len(names) <= NAMED
        told += (
            codes if few else [f"{len(codes):,} codes of {_digits(codes)} digits"] if codes else []
        )
        fields = self.fields()
        goods = ", ".join(told) or NOT_STATED
        return f"{_corridor(fields)}; goods: {goods}; {_months(fields, self.months)}"

    def lines(self) -> list[str]:
        """Everything else in plain sentences: totals, what is set aside and why, notes."""
        lines = []
        sums = ", ".join(
            f"{total:,.0f} "
            f"{'in a currency that is not stated' if currency == NOT_STATED else currency}"
            for currency, total in sorted(self.totals.items())
        )
        twice = self._twice()
        lines.append(
            f"Sum of the rows kept: {sums or 'nothing'}" + (f"; {twice}." if twice else ".")
        )
        for reason, rows in sorted(self.aside.items()):
            spots = ", ".join(f"{row:,}" for row in rows[:SPOTS])
            more = f" and {len(rows) - SPOTS:,} more" if len(rows) > SPOTS else ""
            noun = "row" if len(rows) == 1 else "rows"
            lines.append(f"Set aside, {reason}: {len(rows):,} ({noun} {spots}{more} of the file).")
        if self.blank:
            lines.append(
                f"{self.blank:,} {'row has' if self.blank == 1 else 'rows have'} no value: "
                "unknown, not zero."
            )
        return lines + list(self.notes)

    def _twice(self) -> str:
        """Why a sum over all rows counts trade more than once."""
        levels = sorted({len(code) for code in self._goods(digits=True)})
        reasons = []
        if len(levels) > 1:
            reasons.append(f"codes of {' and '.join(map(str, levels))} digits")
        if "TOTAL" in self.seen["product"] and len(self.seen["product"]) > 1:
            reasons.append("TOTAL and codes")
        for column in ("reporter", "partner"):
            groups = [code for code in self.seen[column] if code == "WLD" or areas.group_of(code)]
            if groups and len(self.seen[column]) > len(groups):
                reasons.append(f"{_areas(groups, 'group')} and single areas")
        return (
            f"{'; '.join(reasons)} stand side by side, so it counts trade more than once"
            if reasons
            else ""
        )

    def _goods(self, digits: bool) -> list[str]:
        return sorted(
            code for code in self.seen["product"] if code.isdigit() == digits and code != NOT_STATED
        )


def in_words(holds: Mapping[str, Any]) -> str:
    """What a card's `holds` says, as a sentence."""
    goods = holds.get("goods") or (
        f"codes of {' and '.join(map(str, holds['digits']))} digits"
        if holds.get("digits")
        else "all goods"
    )
    told = f"{_corridor(holds)}; {goods}; {_months(holds, set(parse_months(holds['months'])))}."
    return told[:1].upper() + told[1:]


def _corridor(holds: Mapping[str, Any]) -> str:
    flow = holds["flow"]
    to = {"X": "to", "RX": "to", "M": "from", "RM": "from"}.get(flow, "with")
    reporters = _areas(holds["reporters"], "reporter")
    partners = _areas(holds["partners"], "partner")
    return f"{WORDS.get(flow, 'trade')} of {reporters} {to} {partners}"


def _months(holds: Mapping[str, Any], months: set[str]) -> str:
    """First and last month, and the months between that are missing."""
    first, last = min(months), max(months)
    gaps = runs(set(month_range(first, last)) - months).replace("..", " to ")
    span = first if first == last else f"{first} to {last}"
    told = span if holds["frequency"] == "monthly" else f"{span} ({holds['frequency']})"
    if gaps:
        return f"{told}, but nothing for {gaps}"
    return told if first == last else f"{told}, no month missing"


def _digits(codes: list[str]) -> str:
    return " and ".join(map(str, sorted({len(code) for code in codes})))


def listed(names: list[str], what: str) -> str:
    """Names, or how many they are and the first of them."""
    if len(names) <= NAMED:
        return ", ".join(names)
    return f"{len(names)} {what} ({', '.join(names[:NAMED])} …)"


def _areas(codes: Iterable[str], what: str) -> str:
    names = sorted(
        f"an unnamed {what}" if code == NOT_STATED else areas.name_of(code) for code in codes
    )
    return listed(names, f"{what}s")


def _one(values: set[str]) -> str:
    return next(iter(values)) if len(values) == 1 else "mixed"


def _span(editions: set[str]) -> str:
    told = sorted(editions - {""})
    return told[0] if len(told) == 1 else f"{told[0]}-{told[-1]}" if told else ""
