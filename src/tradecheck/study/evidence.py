"""The kinds of evidence that a study may name: each a constraint on the unknown values of
months."""

from collections.abc import Collection, Sequence
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from tradecheck.study.values import (
    Code,
    Currency,
    Month,
    Name,
    Number,
    RawName,
    Strict,
    Text,
    alike,
)


class Provisional(Strict):
    """Months that are not final, with the revisions seen so far.

    A value v may come to lie from v·(1 + min(0, a)) to v·(1 + max(0, b)).
    """

    PAIRS = ("revision",)

    months: Annotated[int, Field(ge=1, le=60)] | Annotated[list[Month], Field(min_length=1)] = (
        Field(description="the last so many months, or the months by name")
    )
    revision: tuple[Number, Number] = Field(
        strict=False, description="smallest and largest, as fractions"
    )
    because: Text = Field(description="where the range comes from")

    def model_post_init(self, _: object) -> None:
        least, most = self.revision
        if least > most:
            raise ValueError(
                f"the revision runs from {least} to {most}; the smaller one comes first"
            )
        if least <= -1:
            raise ValueError("a revision of −1 or less would make a value negative")


class _Entry(Strict):
    def raw_names(self) -> list[str]:
        """The raw files that the entry names; not those that nobody has fetched yet."""
        return [
            name
            for field, info in type(self).model_fields.items()
            if info.json_schema_extra == RAW
            for name in _names(getattr(self, field))
            if name != FETCHED
        ]

    def tables(self, study: str, held: Collection[str], unit: str) -> Sequence["_Entry"]:
        """The entry itself; of what is fetched, one for each table that has been fetched for the
        study. unit: the report's currency, "" if the study leaves it to its data."""
        return [self]


RAW: dict[str, Any] = {"raw": True}
FETCHED = "fetched"
MIRROR = "-mirror"


class MonthsEvidence(_Entry):
    """A monthly statistic: each cell is its value, or that value and half its last digit."""

    months: RawName = Field(
        description="the raw table, or fetched: what tradecheck fetch brings", json_schema_extra=RAW
    )
    from_: list[Name] = Field(
        default=[],
        alias="from",
        description="of fetched months: the services; default: those that know the trade",
    )
    mirror: bool = Field(
        default=False, description="true for the partners' own figures of the same trade"
    )
    provisional: Provisional | None = Field(default=None, description="months that may be revised")

    def model_post_init(self, _: object) -> None:
        if self.from_ and self.months != FETCHED:
            raise ValueError("from goes with fetched months only; delete it")

    def tables(self, study: str, held: Collection[str], unit: str) -> Sequence["_Entry"]:
        if self.months != FETCHED:
            return [self]
        end = MIRROR if self.mirror else ""
        names = [f"{study}.{name}{end}" for name in self.from_] or [
            name
            for name in sorted(held)
            if name.count(".") == 1 and name.endswith(MIRROR) == self.mirror
        ]
        return [
            self.model_copy(update={"months": name, "from_": []}) for name in names if name in held
        ]


class TotalsEvidence(_Entry):
    """Totals over longer periods (years, fiscal years, quarters)."""

    totals: RawName = Field(description="the raw table", json_schema_extra=RAW)
    floors: bool = Field(
        default=False, description="true if lines may be missing: every total is a floor"
    )
    complete: list[Code] = Field(
        default=[], description="codes whose every line is held all the same"
    )


class RemainderEvidence(_Entry):
    """Official totals of wider groups of goods, less what the totals hold of them: a ceiling."""

    remainder: RawName = Field(
        description="the raw table of official totals and of what is held", json_schema_extra=RAW
    )
    of: RawName = Field(
        description="the totals whose unseen trade is limited", json_schema_extra=RAW
    )
    beyond: dict[Text, Text] = Field(
        default={},
        description="groups that take unseen trade, too: group → reported figure of what is held",
    )


class SecondCurrencyEvidence(_Entry):
    """The same totals in another currency: months weighted by each month's exchange rate."""

    second_currency: RawName = Field(
        description="the raw table that gives the totals in both currencies", json_schema_extra=RAW
    )
    currency: Currency = Field(description="the other currency")
    rates: RawName = Field(
        description="the raw table of monthly rates, or fetched", json_schema_extra=RAW
    )
    tolerance: Number | None = Field(
        default=None, ge=0, description="how far customs rates may stand from the month's mean rate"
    )
    lag: Number = Field(default=0.0, ge=0, le=3, description="months by which customs rates lag")

    def tables(self, study: str, held: Collection[str], unit: str) -> Sequence["_Entry"]:
        return _with_rates(self, study, held, unit)[:1]


class RatesEvidence(_Entry):
    """Exchange rates by month, for values in another currency: of measures that ask for it, or of
    monthly tables that are not in the report's."""

    rates: RawName = Field(
        description="the raw table of monthly rates, or fetched", json_schema_extra=RAW
    )
    currency: Currency = Field(description="the currency that they turn values into")

    def tables(self, study: str, held: Collection[str], unit: str) -> Sequence["_Entry"]:
        return _with_rates(self, study, held, unit)


class FiguresEvidence(_Entry):
    """Single reported figures, which claims may name by their id."""

    figures: RawName = Field(description="the raw table", json_schema_extra=RAW)


class ReleasesEvidence(_Entry):
    """Which month was public on which day."""

    releases: RawName = Field(description="the raw table", json_schema_extra=RAW)


EVIDENCE: dict[str, type[_Entry]] = {
    "months": MonthsEvidence,
    "totals": TotalsEvidence,
    "remainder": RemainderEvidence,
    "second_currency": SecondCurrencyEvidence,
    "rates": RatesEvidence,
    "figures": FiguresEvidence,
    "releases": ReleasesEvidence,
}
FIRST = ("second_currency", "remainder", "totals", "months", "figures", "releases", "rates")


def _kind(entry: Any) -> str:
    """The kind of an entry, which its first telling field names."""
    if isinstance(entry, _Entry):
        return next(kind for kind, model in EVIDENCE.items() if type(entry) is model)
    if not isinstance(entry, dict):
        raise ValueError("an entry of evidence is `kind: raw table`, such as `months: my-table`")
    if found := next((kind for kind in FIRST if kind in entry), None):
        return found
    first = str(next(iter(entry), ""))
    raise ValueError(
        f"{first!r} is no kind of evidence; kinds are {', '.join(EVIDENCE)}"
        f"{alike(first, list(EVIDENCE))}"
    )


def _checked(entry: Any) -> Any:
    _kind(entry)
    return entry


Evidence = Annotated[
    Annotated[MonthsEvidence, Tag("entry of months")]
    | Annotated[TotalsEvidence, Tag("entry of totals")]
    | Annotated[RemainderEvidence, Tag("entry of remainder")]
    | Annotated[SecondCurrencyEvidence, Tag("entry of second_currency")]
    | Annotated[RatesEvidence, Tag("entry of rates")]
    | Annotated[FiguresEvidence, Tag("entry of figures")]
    | Annotated[ReleasesEvidence, Tag("entry of releases")],
    Discriminator(lambda entry: f"entry of {_kind(entry)}"),
    BeforeValidator(_checked),
]
Kind = Literal["months", "totals", "remainder", "second_currency", "rates", "figures", "releases"]


def _with_rates(
    entry: SecondCurrencyEvidence | RatesEvidence, study: str, held: Collection[str], unit: str
) -> Sequence[_Entry]:
    """The entry with each table of rates into its currency that was fetched for the study; from or
    into the report's currency alone, where that is known."""
    if entry.rates != FETCHED:
        return [entry]
    found = [name for name in sorted(held) if name.startswith(rates_name(study, entry.currency))]
    fits = [
        name
        for name in found
        if unit in ("", entry.currency) or name == rates_name(study, entry.currency, unit)
    ]
    return [entry.model_copy(update={"rates": name}) for name in fits]


def rates_name(study: str, into: str, per: str = "") -> str:
    """The raw table of rates that were fetched for a study: units of one currency per another."""
    return f"{study}.ecb.{into.lower()}-{per.lower()}"


def _names(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else []
