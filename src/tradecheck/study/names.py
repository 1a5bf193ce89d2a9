"""Every name that a study and its claims use, as sets of areas and of goods."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tradecheck.errors import TradecheckError
from tradecheck.study.claims import ClaimsFile
from tradecheck.study.goods import ALL_GOODS, Goods, ListReader, named_goods
from tradecheck.study.measures import Measure, Quantity
from tradecheck.study.periods import parse_months
from tradecheck.study.sense import meant_twice
from tradecheck.study.study import Study
from tradecheck.study.values import alike, is_code


@dataclass(frozen=True)
class Names:
    """Names as they are written → areas (alpha-3) or goods; and the months that anything asks
    for."""

    reporters: dict[str, frozenset[str]]
    partners: dict[str, frozenset[str]]
    goods: dict[str, Goods]
    months: frozenset[str]


def names_of(study: Study, claims: ClaimsFile, read_list: ListReader) -> Names:
    """All names of a study. Raises a TradecheckError for one that nothing defines."""
    reporters = {study.reporter, *study.groups.reporters}
    partners = {study.partner, *study.groups.partners}
    goods: set[str] = set()
    months = {*study.shown, *study.base_months}
    for spec in study.all_series().values():
        reporters |= _named(spec.reporter)
        partners |= _named(spec.partner)
        goods |= _named(spec.goods)
    if study.screen:
        partners |= _named(study.screen.beside)
    for quantity in quantities(claims):
        reporters |= _named(quantity.reporter)
        partners |= _named(quantity.partner)
        goods |= _named(quantity.goods)
        months |= set(quantity.month_list)
    for measure in measures(claims):
        ranked = [(measure.rank.by, measure.rank.among)] if measure.rank else []
        counted = [(measure.count.by, measure.count.of)] if measure.count else []
        for axis, listed in [*ranked, *counted]:
            if wrong := meant_twice(study, axis, listed):
                raise TradecheckError(f"The claims file lists a name twice: {wrong}.")
        if measure.rank:
            (reporters if measure.rank.by == "reporter" else partners).update(
                [measure.rank.of, *measure.rank.among]
            )
        if measure.count:
            {"reporter": reporters, "partner": partners, "goods": goods}[measure.count.by].update(
                measure.count.of
            )
    for dimension in claims.dimensions:
        for choice in dimension.choices.values():
            reporters |= _named(choice.reporter)
            partners |= _named(choice.partner)
            goods |= _named(choice.goods)
    for figure in claims.reported:
        if figure.shape:
            goods |= _named(figure.shape.goods)
            months |= set(parse_months(figure.shape.months))
    held = named_goods(study.goods_groups(), read_list)
    held |= {name: _codes(name, held) for name in sorted(goods - held.keys())}
    if ALL_GOODS not in goods | {study.goods_name}:  # else no row of all goods is asked for
        del held[ALL_GOODS]
    return Names(
        reporters=_areas(reporters, study.reporters),
        partners=_areas(partners, study.partners),
        goods=held,
        months=frozenset(months),
    )


def quantities(claims: ClaimsFile) -> Iterator[Quantity]:
    """Every quantity that the claims file names."""
    for measure in measures(claims):
        yield from measure.quantities()
    yield from (figure.quantity for figure in claims.reported if figure.quantity)


def measures(claims: ClaimsFile) -> Iterator[Measure]:
    """Every measure that the claims file names."""
    for claim in claims.claims:
        if claim.counter_check:
            yield claim.counter_check.measure
        yield from (reading.measure for reading in claim.all_readings if reading.measure)


def _areas(names: set[str], resolve: Callable[[str], tuple[str, ...]]) -> dict[str, frozenset[str]]:
    return {name: frozenset(resolve(name)) for name in sorted(names)}


def _codes(name: str, held: dict[str, Goods]) -> Goods:
    """Goods named by codes alone: "8703" or "8703, 8704"."""
    codes = [part.strip() for part in name.split(",")]
    if all(map(is_code, codes)):
        return Goods(frozenset(codes))
    raise TradecheckError(
        f"The goods {name!r} are defined nowhere{alike(name, sorted(held))}; add them to the "
        "study's groups, or name customs codes."
    )


def _named(name: str | None) -> set[str]:
    return set() if name is None else {name}
