"""Names that nothing defines, wherever they stand in a study's files."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tradecheck.errors import Mistake, TradecheckError
from tradecheck.study.goods import ALL_GOODS
from tradecheck.study.mistakes import Step, Written
from tradecheck.study.sense import meant_twice
from tradecheck.study.study import Study
from tradecheck.study.values import alike, is_code

AXES = ("reporter", "partner", "goods")
PARTS = ("groups", "series", "reported", "dimensions", "claims")  # of study.yaml and claims.yaml
Named = tuple[str, str, tuple[Step, ...]]  # axis, name, place


def unknown_names(study: Study, fields: Any, written: Written) -> Iterator[Mistake]:
    """Each reporter, partner and goods that a file names and the study does not define.

    fields: of study.yaml or claims.yaml, as they are written.
    """
    check: dict[str, Callable[[str], object]] = {
        "reporter": study.reporters,
        "partner": study.partners,
        "goods": lambda name: _goods(study, name),
        "source": lambda name: _source(study, name),
    }
    for part in PARTS:
        held = fields.get(part) if isinstance(fields, dict) else None
        for axis, name, steps in _named(held, (part,)):
            try:
                check[axis](name)
            except TradecheckError as error:
                yield written.mistake(steps, f"{'.'.join(map(str, steps))}: {error}")
        for axis, names, steps in _lists(held, (part,)):
            if wrong := meant_twice(study, axis, names):
                yield written.mistake(steps, f"{'.'.join(map(str, steps))}: {wrong}")


def _lists(held: Any, steps: tuple[Step, ...]) -> Iterator[tuple[str, list[str], tuple[Step, ...]]]:
    """Every list of names that are ranked or counted, with its place."""
    inner = (
        enumerate(held)
        if isinstance(held, list)
        else held.items()
        if isinstance(held, dict)
        else ()
    )
    for step, value in inner:
        place = (*steps, step)
        if step in ("of", "among") and isinstance(value, list) and held.get("by") in AXES:
            yield held["by"], [name for name in value if isinstance(name, str)], place
        yield from _lists(value, place)


def _named(held: Any, steps: tuple[Step, ...]) -> Iterator[Named]:
    """Every name of an axis in what was written, with its place."""
    if isinstance(held, list):
        for number, item in enumerate(held):
            yield from _named(item, (*steps, number))
    if not isinstance(held, dict):
        return
    for key, value in held.items():
        place = (*steps, key)
        if (
            key in AXES
            and isinstance(value, str)
            or key == "source"
            and len(steps) > 1
            and steps[-2] == "choices"
            and isinstance(value, str)
        ):
            yield key, value, place
        elif key in ("of", "among") and held.get("by") in AXES:
            yield from _listed(held["by"], value, place)
        elif key in ("within", "without") and steps[:2] == ("groups", "goods"):
            yield from _listed("goods", value, place)
        else:
            yield from _named(value, place)


def _listed(axis: str, value: Any, place: tuple[Step, ...]) -> Iterator[Named]:
    if isinstance(value, str):
        yield axis, value, place
    for number, name in enumerate(value if isinstance(value, list) else ()):
        if isinstance(name, str):
            yield axis, name, (*place, number)


def _goods(study: Study, name: str) -> None:
    known = [*study.goods_groups(), ALL_GOODS]
    codes = [part.strip() for part in name.split(",")]
    if name in known or all(map(is_code, codes)):
        return
    raise TradecheckError(
        f"the goods {name!r} are defined nowhere{alike(name, known)}; define them under groups in "
        "study.yaml, or name customs codes"
    )


def _source(study: Study, name: str) -> None:
    known: Sequence[str] = [entry.months for entry in study.of_kind("months")]
    if name not in known:
        raise TradecheckError(
            f"{name!r} is no monthly table of the study{alike(name, list(known))}; those under "
            f"evidence are {', '.join(known) or 'none'}"
        )
