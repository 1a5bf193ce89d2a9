"""The three axes of a cell: names of reporters, partners and goods, and the atoms they split into.

An atom is a set of points (areas, or regions of customs codes) that no name splits further.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property


class Axis:
    """Names as sets of points, and their atoms. A label is an atom's or a name's."""

    def __init__(self, names: Mapping[str, frozenset[str]]):
        self.names = dict(names)
        inside: dict[str, list[str]] = {}
        for name, points in self.names.items():
            for point in points:
                inside.setdefault(point, []).append(name)
        groups: dict[tuple[str, ...], set[str]] = {}
        for point, holders in inside.items():
            groups.setdefault(tuple(holders), set()).add(point)
        self.atoms: dict[str, frozenset[str]] = {}
        for among, together in sorted(groups.items(), key=lambda item: min(item[1])):
            self.atoms[self._label(among, together)] = frozenset(together)
        self.atom_of = {point: atom for atom, points in self.atoms.items() for point in points}
        self._parts: dict[str, frozenset[str]] = {atom: frozenset({atom}) for atom in self.atoms}
        for name, points in self.names.items():
            self._parts.setdefault(name, frozenset(self.atom_of[point] for point in points))
        self._label_of: dict[frozenset[str], str] = {}
        for label, atoms in self._parts.items():
            self._label_of.setdefault(atoms, label)

    def __contains__(self, label: str) -> bool:
        return label in self._parts

    def parts(self, label: str) -> frozenset[str]:
        """The atoms of a label."""
        return self._parts[label]

    def canonical(self, label: str) -> str:
        """The one label for all labels that stand for the same atoms."""
        return self._label_of[self._parts[label]]

    def label(self, points: Iterable[str]) -> str | None:
        """The label of a set of points, None if it cuts an atom or is no name's."""
        wanted = frozenset(points)
        if not wanted <= self.atom_of.keys():
            return None
        atoms = frozenset(self.atom_of[point] for point in wanted)
        whole = frozenset[str]().union(*(self.atoms[atom] for atom in atoms))
        return self._label_of.get(atoms) if whole == wanted else None

    @cached_property
    def sorted_parts(self) -> dict[str, tuple[str, ...]]:
        """The atoms of each label, in one order."""
        return {label: tuple(sorted(atoms)) for label, atoms in self._parts.items()}

    def _label(self, holders: tuple[str, ...], points: set[str]) -> str:
        """A label of its own; a name that stands for more (8703 with 870321 apart) is none."""
        labels = [*points] if len(points) == 1 else []
        labels += [name for name in holders if self.names[name] == points]
        rest = f"the rest of {' and '.join(holders)}"
        labels += [rest, f"{rest} ({min(points)} …)"]
        return next(
            label
            for label in labels
            if label not in self.atoms and self.names.get(label, points) == points
        )
