"""Which constraints cannot all be true: every set of them of which each smaller part can."""

from collections.abc import Callable, Sequence
from typing import TypeVar

Said = frozenset[int]
One = TypeVar("One")


class Clashes:
    """Clashes, remembered: what holds more than a clash cannot be true, what holds less than a set
    that can be true can be, too."""

    def __init__(self) -> None:
        self._impossible: list[frozenset[Said]] = []
        self._possible: list[frozenset[Said]] = []
        self._among: dict[frozenset[Said], list[frozenset[Said]]] = {}

    def among(
        self, said: Sequence[Said], suspects: Sequence[One], possible: Callable[[list[One]], bool]
    ) -> tuple[tuple[One, ...], ...]:
        """Every smallest clash among suspects, the plainest first. said: what each says.

        Whoever drops one member of a clash may meet another, so every member is dropped in turn
        (Reiter's hitting-set tree, Artificial Intelligence, 1987).
        """
        of: dict[Said, One] = {}
        for what, one in zip(said, suspects, strict=True):
            of.setdefault(what, one)  # two that say the same are one

        def holds(kept: frozenset[Said]) -> bool:
            if any(clash <= kept for clash in self._impossible):
                return False
            if not any(kept <= one for one in self._possible):
                if not possible([one for what, one in of.items() if what in kept]):
                    return False
                self._possible.append(kept)
            return True

        every = frozenset(of)
        if every not in self._among:
            found: list[frozenset[Said]] = []
            waiting, seen = [frozenset[Said]()], {frozenset[Said]()}
            while waiting:
                dropped = waiting.pop()
                clash = next((one for one in found if not one & dropped), None)
                if clash is None and not holds(every - dropped):
                    clash = self._smallest(every - dropped, of, holds)
                    found.append(clash)
                    self._impossible.append(clash)
                for what in clash or ():
                    if (more := dropped | {what}) not in seen:
                        seen.add(more)
                        waiting.append(more)
            self._among[every] = found
        distinct, places = [*of.values()], {what: place for place, what in enumerate(of)}
        sets = [sorted(places[what] for what in clash) for clash in self._among[every]]
        return tuple(tuple(distinct[place] for place in one) for one in sorted(sets, key=_plainest))

    @staticmethod
    def _smallest(
        kept: frozenset[Said], of: dict[Said, One], holds: Callable[[frozenset[Said]], bool]
    ) -> frozenset[Said]:
        """Of what cannot all be true, some that cannot while each smaller part of it can."""
        for one in of:
            if one in kept and not holds(kept - {one}):
                kept -= {one}
        return kept


def _plainest(places: list[int]) -> tuple[int, list[int]]:
    return len(places), places
