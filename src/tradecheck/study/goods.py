"""Named groups of goods as sets of customs codes, and the regions of codes that their names tell
apart."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from pydantic import Field

from tradecheck.errors import TradecheckError
from tradecheck.study.values import Code, RawName, Strict, Text, Words, alike, is_code

ALL_GOODS = "all goods"


class GoodsSpec(Strict):
    """Goods by codes (each with all codes that begin with it), or by a list among the raw
    tables."""

    name: Text | None = Field(default=None, description="what the report calls these goods")
    codes: list[Code] = Field(default=[], description="customs codes of 2 to 10 digits, in quotes")
    list: RawName | None = Field(default=None, description="a goods list in data/raw/")
    where: dict[Text, bool | Words] = Field(
        default={}, description="rows of the list, by its columns"
    )
    within: Text | None = Field(default=None, description="only what another group holds, too")
    without: tuple[Text, ...] = Field(
        default=(), strict=False, description="groups (or codes) that are left out"
    )

    def model_post_init(self, _: object) -> None:
        if not self.codes and self.list is None and not self.within:
            raise ValueError("goods are codes, a list, both together, or what lies within a group")
        if len(set(self.codes)) != len(self.codes):
            raise ValueError("a code stands twice")


ListReader = Callable[[str, Mapping[str, bool | str]], frozenset[str]]


@dataclass(frozen=True)
class Goods:
    """A set of goods: all codes that begin with one of `codes`, inside `within`, outside
    `without`."""

    codes: frozenset[str]
    within: tuple["Goods", ...] = ()
    without: tuple["Goods", ...] = ()

    def holds(self, code: str) -> bool:
        """Whether the code (or region) belongs to these goods as a whole."""
        return (
            any(code[:length] in self.codes for length in self._lengths)
            and all(other.holds(code) for other in self.within)
            and not any(other.holds(code) for other in self.without)
        )

    @cached_property
    def _lengths(self) -> tuple[int, ...]:
        return tuple(sorted({len(code) for code in self.codes}))

    @cached_property
    def mentioned(self) -> frozenset[str]:
        """Every code that the set is made from."""
        return self.codes.union(*(other.mentioned for other in (*self.within, *self.without)))


EVERYTHING = Goods(frozenset({""}))


def named_goods(groups: Mapping[str, GoodsSpec], read_list: ListReader) -> dict[str, Goods]:
    """Each group as a set of goods. `read_list(name, where)` gives a list's codes."""
    made: dict[str, Goods] = {ALL_GOODS: EVERYTHING}

    def goods(name: str, asked: tuple[str, ...] = ()) -> Goods:
        if name in asked:
            raise TradecheckError(
                f"The goods group {name!r} is defined by itself; break the circle."
            )
        if name in made:
            return made[name]
        if name not in groups:
            if is_code(name):
                return Goods(frozenset({name}))
            near = alike(name, [*groups, ALL_GOODS])
            raise TradecheckError(
                f"The study names the goods {name!r}, which it does not define under groups{near}; "
                "define them, or name a code of 2 to 10 digits."
            )
        spec, chain = groups[name], (*asked, name)
        codes = frozenset(spec.codes)
        if spec.list is not None:
            codes |= read_list(spec.list, spec.where)
        if spec.within and not codes:
            codes = frozenset({""})
        within = (goods(spec.within, chain),) if spec.within else ()
        without = tuple(goods(other, chain) for other in spec.without)
        return made.setdefault(name, Goods(codes, within, without))

    for name in groups:
        goods(name)
    return made


class Regions:
    """The codes that names mention, as disjoint regions: what begins with a code and with no
    longer one."""

    def __init__(self, mentioned: Iterable[str]):
        self.codes = frozenset(mentioned)
        self._sorted = sorted(self.codes)
        self._lengths = sorted({len(code) for code in self.codes})

    def of(self, code: str) -> str | None:
        """The region that a code lies in, None if no name mentions it."""
        for length in reversed(self._lengths):
            if length <= len(code) and code[:length] in self.codes:
                return code[:length]
        return None

    def under(self, code: str) -> frozenset[str]:
        """The regions whose codes begin with the code."""
        first = bisect_left(self._sorted, code)
        last = bisect_left(self._sorted, code + ":")  # the sign after 9
        return frozenset(self._sorted[first:last])
