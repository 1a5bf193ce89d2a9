"""From the raw tables of a study to flows of its corridor; everything else is set aside with a reason."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd

from tradecheck.data.flows import COLUMNS, TOTAL, check, made
from tradecheck.data.ledger import Ledger
from tradecheck.data.sources import read_flows
from tradecheck.data.sources.base import RawFile, Received, Wanted
from tradecheck.data.sources.lists import goods_list
from tradecheck.data.tables import list_key, mirrors_of
from tradecheck.errors import TradecheckError
from tradecheck.study import areas
from tradecheck.study.cards import NOT_STATED, Card, load_card
from tradecheck.study.claims import ClaimsFile
from tradecheck.study.goods import ALL_GOODS, Regions
from tradecheck.study.groups import CHANGING, FIXED
from tradecheck.study.names import Names, names_of
from tradecheck.study.project import Project
from tradecheck.study.study import FLOW, Study

OTHER_FLOW, OTHER_REPORTER = "another flow", "another reporter"
OTHER_PARTNER, OTHER_GOODS = "another partner", "other goods"
DIFFERS = {  # the reasons from the last to the first; what is set aside for the last has the rest
    OTHER_GOODS: "the code", OTHER_PARTNER: "the partner", OTHER_REPORTER: "the reporter",
    OTHER_FLOW: "the flow",
}  # fmt: skip
OPPOSITE = {"X": "M", "M": "X", "RX": "RM", "RM": "RX"}
WORDS = {code: word for word, code in FLOW.items()}
MOST_NAMED = 8


@dataclass(frozen=True)
class Cleaned:
    """The tables that cleaning makes, and the ledger that balances them.

    flows: `flows.COLUMNS`. set_aside: the same and `reason`; of a file too large to be read whole the
    ledger alone counts the rows that nobody asked for. published: source, reporter, month: months for
    which a table holds any row of a reporter (of a mirror, of the study's partner). ledger: see `Ledger`.
    """

    flows: pd.DataFrame
    set_aside: pd.DataFrame
    published: pd.DataFrame
    ledger: Ledger

    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by name, the ledger among them."""
        held = {field.name: getattr(self, field.name) for field in fields(self)}
        return held | {"ledger": self.ledger.table}


def clean(project: Project, study: Study, claims: ClaimsFile) -> Cleaned:
    """Read every table of trade that the study's evidence names, and select the study's corridor.

    Raises a TradecheckError, which says what the tables do hold, where none holds a row of it.
    """
    names = names_of(study, claims, list_reader(project))
    regions = Regions(code for goods in names.goods.values() for code in goods.mentioned)
    mirrors = mirrors_of(study)
    received: dict[str, pd.DataFrame] = {}
    unread: dict[str, int] = {}
    differs: dict[str, str] = {}
    kept, aside, published = [], [], []
    for name in trade_tables(study):
        large = RawFile(name, project.raw / load_card(project, name).file).large
        found = read_flows(
            project, name, wanted_of(study, names, name in mirrors) if large else None
        )
        _asked_for(load_card(project, name), regions)
        _complete(study, name, found.flows["product"].unique())
        published.append(_published(found, name, study, name in mirrors))
        if name in mirrors:
            found = mirrored(found)
        flows, reasons = _reasons(found.flows, study, names, regions)
        kept.append(flows[reasons == ""])
        aside.append(flows[reasons != ""].assign(reason=reasons[reasons != ""]))
        if len(found.aside):
            aside.append(found.aside)
        differs[name] = next(
            (words for reason, words in DIFFERS.items() if reason in reasons), "what"
        )
        received[name] = pd.concat([found.flows, found.aside[list(COLUMNS)]], ignore_index=True)
        if large:
            unread[name] = found.rows - received[name]["row"].nunique()
    flows = _joined(kept)
    if received and flows.empty:
        raise TradecheckError(_nothing(study, received, differs))
    for table in kept:
        _in_time(study, table, names.months)
    set_aside = _joined(aside, [*COLUMNS, "reason"])
    order = [
        "source",
        "currency",
        "period_start",
        "period_end",
        "reporter",
        "partner",
        "product",
        "row",
    ]
    return Cleaned(
        flows=check(made(flows.sort_values(order, kind="stable"))),
        set_aside=set_aside.sort_values(["source", "row"], kind="stable", ignore_index=True),
        published=pd.concat(published, ignore_index=True) if published else _no_months(),
        ledger=Ledger.of(received, flows, set_aside, unread),
    )


def _in_time(study: Study, table: pd.DataFrame, asked: Collection[str]) -> None:
    """Refuses a table that holds the corridor, and no month that the study or a claim asks for."""
    if table.empty:
        return
    first, last = table["period_start"].min(), table["period_end"].max()
    if any(first <= month <= last for month in asked):
        return
    held, wanted = (
        one if one == other else f"{one} to {other}"
        for one, other in ((first, last), (min(asked), max(asked)))
    )
    raise TradecheckError(
        f"The study {study.name} and its claims ask for {wanted}, and data/raw/"
        f"{table['source'].iloc[0]} holds {held}, no month of it; correct months in "
        f"notebooks/studies/{study.name}/study.yaml, or leave the table out."
    )


def mirrored(found: Received) -> Received:
    """The partners' figures of a trade as figures of the reporter's: the flow and the two ends
    change places, the valuation stays."""
    turned = {
        name: table.assign(
            reporter=table["partner"],
            partner=table["reporter"],
            flow=table["flow"].map(OPPOSITE).fillna(table["flow"]),
        )
        for name, table in (("flows", found.flows), ("aside", found.aside))
    }
    return replace(found, **turned)


def _complete(study: Study, name: str, held: Collection[str]) -> None:
    """Refuses a code whose every line a table is said to hold, and which it does not hold at all."""
    for entry in study.of_kind("totals"):
        for code in entry.complete if entry.totals == name else ():
            if not any(one.startswith(code) or code.startswith(one) for one in held):
                raise TradecheckError(
                    f"The study {study.name} calls the code {code} complete, and data/raw/{name} "
                    "holds no row of it; correct the code, or take it out of complete."
                )


def _asked_for(card: Card, regions: Regions) -> None:
    """Refuses a fetched table in whose fetch a code of the study was not asked for: no row of it
    would count as zero."""
    codes = frozenset(card.asked.codes) if card.asked else frozenset()
    lengths = {len(code) for code in codes}
    lacking = sorted(
        code for code in regions.codes - codes - {*card.codes_without_file} if len(code) in lengths
    )
    if lacking:
        raise TradecheckError(
            f"data/raw/{card.file} was fetched before the study named {', '.join(lacking[:5])}; "
            "run tradecheck fetch again."
        )


def trade_tables(study: Study) -> list[str]:
    """The raw tables of trade that the study's evidence names, once."""
    entries = [*study.of_kind("months"), *study.of_kind("totals")]
    second = [entry.second_currency for entry in study.of_kind("second_currency")]
    return list(dict.fromkeys([entry.raw_names()[0] for entry in entries] + second))


def list_reader(project: Project):
    """A reader of goods lists for `names_of`: the codes of a list's rows that fit."""

    def read(name: str, where: dict) -> frozenset[str]:
        table = goods_list(project, name)
        for column, value in where.items():
            if column not in table:
                raise TradecheckError(
                    f"The study picks rows of data/raw/{name} by the column {column!r}, which it does "
                    f"not have; it has {', '.join(table.columns)}."
                )
            table = table[table[column] == value]
        if table.empty:
            chosen = ", ".join(f"{column} {value}" for column, value in where.items())
            raise TradecheckError(f"data/raw/{name} holds no code with {chosen}.")
        return frozenset(table["code"])

    return read


def wanted_of(study: Study, names: Names, mirror: bool = False) -> Wanted:
    """What the study needs of a table too large to be read whole."""
    reporters, partners = (
        frozenset().union(*held.values()) for held in (names.reporters, names.partners)
    )
    mentioned = frozenset().union(*(goods.mentioned for goods in names.goods.values()))
    ends = (
        reporters | _groups_within(reporters) | names.reporters.keys(),
        partners | _groups_within(partners) | names.partners.keys(),
    )
    return Wanted(
        reporters=ends[1 if mirror else 0],
        partners=ends[0 if mirror else 1],
        flows=frozenset({OPPOSITE[study.flow_code] if mirror else study.flow_code}),
        products=() if ALL_GOODS in names.goods else tuple(sorted(mentioned | names.goods.keys())),
    )


def lists_of(project: Project, study: Study) -> dict[tuple, frozenset[str]]:
    """The goods lists of a study, for `Tables`."""
    read = list_reader(project)
    specs = [study.goods, *study.groups.goods.values()]
    return {
        list_key(spec.list, spec.where): read(spec.list, spec.where) for spec in specs if spec.list
    }


def _reasons(
    flows: pd.DataFrame, study: Study, names: Names, regions: Regions
) -> tuple[pd.DataFrame, np.ndarray]:
    """Why each row is set aside; empty where it is of the study's corridor. The first reason counts."""
    tests = {
        OTHER_FLOW: (flows["flow"] != study.flow_code).to_numpy(),
        OTHER_REPORTER: ~_within(flows["reporter"], names.reporters),
        OTHER_PARTNER: ~_within(flows["partner"], names.partners),
        OTHER_GOODS: ~flows["product"]
        .map({code: _asked(code, names, regions) for code in flows["product"].unique()})
        .to_numpy(dtype=bool),
    }
    return flows, np.select([*tests.values()], [*tests], "") if len(flows) else np.array([], "str")


def _within(codes: pd.Series, named: Mapping[str, frozenset[str]]) -> np.ndarray:
    """Rows whose area is asked for, or a group by its name, or one all of whose members are."""
    every = frozenset().union(*named.values())

    def asked(code: str) -> bool:
        if code in every or code in named:
            return True
        group = areas.group_of(code)
        return bool(group) and bool(areas.members(group)) and every.issuperset(areas.members(group))

    return codes.map({code: asked(code) for code in codes.unique()}).to_numpy(dtype=bool)


def _groups_within(codes: frozenset[str]) -> frozenset[str]:
    """The well-known groups all of whose members are among the codes."""
    return frozenset(
        group for group in (*CHANGING, *FIXED) if codes.issuperset(areas.members(group))
    )


def _asked(product: str, names: Names, regions: Regions) -> bool:
    if product == TOTAL:
        return ALL_GOODS in names.goods
    if not product.isdigit():
        return product in names.goods
    return regions.of(product) is not None


def _published(found: Received, name: str, study: Study, mirror: bool) -> pd.DataFrame:
    flow = OPPOSITE[study.flow_code] if mirror else study.flow_code
    months = found.flows[
        (found.flows["flow"] == flow) & (found.flows["period_start"] == found.flows["period_end"])
    ]
    table = months[["reporter", "period_start"]].drop_duplicates()
    table = table.rename(columns={"period_start": "month"}).assign(source=name)
    return table[["source", "reporter", "month"]].sort_values(
        ["reporter", "month"], ignore_index=True
    )


def _no_months() -> pd.DataFrame:
    return pd.DataFrame({"source": [], "reporter": [], "month": []}, dtype="str")


def _joined(tables: list[pd.DataFrame], columns: Iterable[str] = COLUMNS) -> pd.DataFrame:
    held = [table for table in tables if len(table)]
    if not held:
        return pd.DataFrame(columns=list(columns))
    return pd.concat(held, ignore_index=True)[list(columns)]


def _nothing(study: Study, received: dict[str, pd.DataFrame], differs: dict[str, str]) -> str:
    """What the tables do hold, where none holds a row of the study's corridor."""
    held = "; ".join(
        f"data/raw/{name} holds {holdings(table)} ({differs[name]} differs)"
        for name, table in received.items()
    )
    asked = _flow_words(study.flow, study.display(study.reporter), study.display(study.partner))
    return (
        f"The study {study.name} asks for {asked}, {study.goods_words}, and no table holds a row of it: "
        f"{held}. Correct the study, or add a table that holds its corridor."
    )


def holdings(table: pd.DataFrame) -> str:
    """A table of trade in words: flow, reporters, partners, goods and months."""
    flows = " and ".join(WORDS.get(one, "trade") for one in sorted(set(table["flow"])))
    reporters, partners = (
        _named(table[axis].replace(NOT_STATED, f"an unnamed {axis}"), areas.name_of)
        for axis in ("reporter", "partner")
    )
    goods = _named(table["product"], str)
    first, last = table["period_start"].min(), table["period_end"].max()
    return f"{_flow_words(flows, reporters, partners)}, goods {goods}, {first} to {last}"


def _flow_words(flow: str, reporter: str, partner: str) -> str:
    """ "exports of Northland to Southland", "imports of Southland from Northland"."""
    to = {"exports": "to", "re-exports": "to", "imports": "from", "re-imports": "from"}.get(
        flow, "with"
    )
    return f"{flow} of {reporter} {to} {partner}"


def _named(values: pd.Series, name) -> str:
    found = sorted(name(value) for value in values.unique())
    more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return ", ".join(found[:MOST_NAMED]) + more
