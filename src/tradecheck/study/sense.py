"""What fits each field of a study and makes no sense together."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from tradecheck.errors import Mistake, TradecheckError
from tradecheck.study import areas
from tradecheck.study.evidence import FETCHED, MonthsEvidence
from tradecheck.study.mistakes import Written

if TYPE_CHECKING:
    from tradecheck.study.study import Study


def meant_twice(study: "Study", axis: str, names: Sequence[str]) -> str:
    """What is wrong with a list of names of which two mean the same; "" if no two do.

    A place among several, and a count of several, take each of them for another.
    """
    means: dict[str, Callable[[str], Iterable[str]]] = {
        "reporter": study.reporters,
        "partner": study.partners,
        "goods": lambda name: [code.strip() for code in name.split(",")],
    }
    seen: dict[frozenset[str], str] = {}
    for name in names:
        try:
            meant = frozenset(means[axis](name))
        except TradecheckError:
            continue  # told as a name that nobody knows
        if meant in seen:
            return f"{seen[meant]!r} and {name!r} are the same {axis}; leave one of them out"
        seen[meant] = name
    return ""


def senseless(study: "Study", written: Written) -> Iterator[Mistake]:
    """Areas that nobody knows, groups that hold themselves, a base that is not shown."""
    asked: list[tuple[list[str], Callable[[], object]]] = [
        (["reporter"], study.reporters),
        (["partner"], study.partners),
    ]
    for name, spec in study.series.items():
        asked.append((["series", name, "reporter"], partial(study.reporters, spec.reporter)))
        asked.append((["series", name, "partner"], partial(study.partners, spec.partner)))
    for axis in ("reporters", "partners"):
        groups = getattr(study.groups, axis)
        for group in groups:
            resolved = partial(areas.resolve, group, groups, study.others)
            asked.append((["groups", axis, group], resolved))
    told = set()
    for steps, question in asked:
        try:
            question()
        except TradecheckError as error:
            if str(error) not in told:  # of a group and of who names it
                yield written.mistake(steps, f"{'.'.join(steps)}: {error}")
            told.add(str(error))
    sides: dict[str, bool] = {}
    for place, entry in enumerate(study.evidence):
        if not isinstance(entry, MonthsEvidence) or entry.months == FETCHED:
            continue
        if sides.setdefault(entry.months, entry.mirror) != entry.mirror:
            yield written.mistake(
                ["evidence", place],
                f"the table {entry.months} cannot be the reporter's own and a mirror at once; hold "
                "each side in a file of its own",
            )
    if study.base and not set(study.base_months) <= set(study.shown):
        yield written.mistake(
            ["base"],
            f"the base {study.base} holds months that are not shown ({study.months}); "
            "widen months, so that readers see the base",
        )
