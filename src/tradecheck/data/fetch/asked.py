"""What a study wants of a service: the cells reporter × partner × code × month."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import NamedTuple

from tradecheck.data.clean import OPPOSITE
from tradecheck.data.flows import TOTAL
from tradecheck.study import areas
from tradecheck.study.claims import ClaimsFile
from tradecheck.study.goods import ALL_GOODS, ListReader
from tradecheck.study.names import names_of
from tradecheck.study.study import Study

WORLD = "WLD"


class Cell(NamedTuple):
    """One figure that is wanted."""

    reporter: str
    partner: str
    code: str
    month: str


@dataclass(frozen=True)
class Asked:
    """Cells that are wanted, all of one flow. Areas are ISO 3166 alpha-3 or well-known groups;
    codes are digits, or TOTAL for all goods."""

    study: str
    flow: str
    reporters: tuple[str, ...]
    partners: tuple[str, ...]
    codes: tuple[str, ...]
    months: tuple[str, ...]

    def mirrored(self) -> "Asked":
        """The same trade as the partners report it."""
        return replace(
            self, flow=OPPOSITE[self.flow], reporters=self.partners, partners=self.reporters
        )

    def codes_of(self, digits: Collection[int]) -> tuple[str, ...]:
        """The codes of so many digits, with all goods, which every service checks its months by."""
        return tuple(sorted({TOTAL, *(code for code in self.codes if len(code) in digits)}))

    def __len__(self) -> int:
        return len(self.reporters) * len(self.partners) * len(self.codes) * len(self.months)


def asked_of(study: Study, claims: ClaimsFile, read_list: ListReader) -> Asked:
    """Everything that a study and its claims name: its flow, corridor, goods, months and base."""
    names = names_of(study, claims, read_list)
    codes = {code for goods in names.goods.values() for code in goods.mentioned} - {""}
    if ALL_GOODS in names.goods:
        codes.add(TOTAL)
    reporters, partners = (
        _areas(held, study.others) for held in (names.reporters.values(), names.partners.values())
    )
    groups = [group for group in map(areas.group_of, names.reporters) if group]
    return Asked(
        study=study.name,
        flow=study.flow_code,
        reporters=(*dict.fromkeys(groups), *reporters),
        partners=partners,
        codes=tuple(sorted(codes)),
        months=tuple(sorted(names.months)),
    )


def _areas(named: Collection[frozenset[str]], others: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted(frozenset().union(*named) - set(others)))
