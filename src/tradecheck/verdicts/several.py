"""Measures over several reporters, partners or goods, as measures of each."""

from typing import Any

from tradecheck.study.measures import Measure, Predicate, Rank

AHEAD = Predicate(above=0.0)


def members(measure: Measure) -> list[Measure]:
    """The measure of each that is counted; or by how much each of the others exceeds the ranked
    one."""
    if measure.rank:
        return [
            _ahead(measure.rank, name) for name in measure.rank.among if name != measure.rank.of
        ]
    assert measure.count is not None
    return [_renamed(measure.count.measure, measure.count.by, name) for name in measure.count.of]


def _ahead(asked: Rank, name: str) -> Measure:
    def of(one: str) -> dict[str, Any]:
        return asked.quantity.model_dump(exclude_none=True) | {asked.by: one}

    return Measure.model_validate({"excess": [{"of": of(name), "over": of(asked.of)}]})


def _renamed(measure: Measure, axis: str, name: str) -> Measure:
    """The measure with a name put on one axis of each of its quantities."""

    def named(value: object) -> object:
        if isinstance(value, dict):
            inner = {key: named(held) for key, held in value.items()}
            return {**inner, axis: name} if "months" in value else inner
        return [named(held) for held in value] if isinstance(value, list) else value

    return Measure.model_validate(named(measure.model_dump(exclude_none=True, by_alias=True)))
