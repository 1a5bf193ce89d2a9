"""The tables of a study as its evidence needs them: cleaned flows, and what stands beside them."""

from collections.abc import Mapping

import pandas as pd

from tradecheck.data.clean import clean, lists_of, trade_tables
from tradecheck.data.flows import COLUMNS
from tradecheck.data.sources.dgcis import remainders
from tradecheck.data.sources.lists import figures, rates
from tradecheck.data.store import is_processed, read_processed
from tradecheck.data.tables import Tables, mirrors_of
from tradecheck.data.turned import turned
from tradecheck.errors import TradecheckError
from tradecheck.study.cards import Card, load_card
from tradecheck.study.claims import read_claims
from tradecheck.study.project import Project
from tradecheck.study.study import Study

CLEANED = {"flows": COLUMNS, "published": ("source", "reporter", "month")}


def load_tables(project: Project, study: Study) -> Tables:
    """The tables that cleaning left in `data/processed/`, and the raw ones that need no cleaning.

    Before cleaning has run, as in a notebook that is opened first of all, it is done here, and
    nothing is written.
    """
    if all(is_processed(project, study, name) for name in CLEANED):
        flows, published = (
            read_processed(project, study, name, columns) for name, columns in CLEANED.items()
        )
    else:
        cleaned = clean(project, study, read_claims(project, study.name))
        flows, published = cleaned.flows, cleaned.published
    return tables_of(project, study, flows, published)


def tables_of(
    project: Project, study: Study, flows: pd.DataFrame, published: pd.DataFrame
) -> Tables:
    """The tables of a study, from its cleaned flows."""
    entries = [*study.of_kind("second_currency"), *study.of_kind("rates")]
    found: dict[str, float] = {}
    for entry in study.of_kind("figures"):
        table = figures(project, entry.figures)
        if twice := found.keys() & set(table.index):
            raise TradecheckError(
                f"Two tables of figures hold the id {min(twice)!r}; rename one, or leave one out."
            )
        found |= table["value"].to_dict()
    cards = cards_of(project, study)
    means = {
        entry.rates: rates(project, entry.rates).set_index("month")["mean"].to_dict()
        for entry in entries
    }
    return Tables(
        flows=turned(flows, study, means, cards),
        published=published,
        cards=cards,
        rates=means,
        figures=found,
        remainders={
            entry.remainder: remainders(project, entry.remainder)
            for entry in study.of_kind("remainder")
        },
        lists=lists_of(project, study),
        mirrors=mirrors_of(study),
    )


def cards_of(project: Project, study: Study) -> Mapping[str, Card]:
    """The cards of the raw files that the study names, by name; those of trade say what they hold."""
    cards = {name: load_card(project, name) for name in study.raw_names()}
    for name in trade_tables(study):
        if cards[name].holds is None:
            raise TradecheckError(
                f"data/raw/{name}.card.yaml does not say what the table holds; run "
                f"tradecheck add --renew {name}."
            )
    return cards
