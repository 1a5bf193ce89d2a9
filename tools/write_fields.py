"""Writes the tables of docs/study.md from the models of what people write: python
tools/write_fields.py"""

import types
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from tradecheck.study import (
    beliefs,
    cards,
    changes,
    claims,
    dimensions,
    evidence,
    goods,
    measures,
    screen,
    study,
    values,
)

PAGE = Path(__file__).resolve().parents[1] / "docs" / "study.md"
MARK = (
    "<!-- From here on made from the models by tools/write_fields.py; edit descriptions there. -->"
)
PARTS = {
    "study.yaml": [
        study.Study, goods.GoodsSpec, study.Groups, study.SeriesSpec, study.UnitSpec,
        screen.ScreenSpec,
        *evidence.EVIDENCE.values(), evidence.Provisional,
    ],
    "claims.yaml": [
        claims.ClaimsFile, claims.Claim, claims.Reading, measures.Measure, measures.Quantity,
        measures.Ratio, measures.Share, measures.Change, measures.Excess, measures.FirstMonth,
        measures.Rank, measures.Count, measures.Predicate, claims.Combinations,
        claims.Numerator, claims.Base,
        claims.CounterCheck, dimensions.Dimension, dimensions.Choice, beliefs.Reported, beliefs.Amount,
        beliefs.Shape, beliefs.Scenario, beliefs.Told, claims.Story,
    ],
    "changes.yaml": [changes.Changes, changes.Change],
    "NAME.card.yaml": [cards.Card, cards.Holds, cards.AskedFor],
}  # fmt: skip
TITLES = {
    study.Study: "A study", goods.GoodsSpec: "Goods", study.Groups: "Groups", study.SeriesSpec: "A series",
    study.UnitSpec: "The unit", screen.ScreenSpec: "Screen", evidence.Provisional: "Provisional months", claims.ClaimsFile: "The file",
    claims.Claim: "A claim", claims.Reading: "A reading", measures.Measure: "A measure",
    measures.Quantity: "A quantity", measures.FirstMonth: "A first month",
    measures.Predicate: "A predicate", claims.Numerator: "A numerator", claims.Base: "A base",
    claims.CounterCheck: "A counter-check", dimensions.Dimension: "A dimension",
    dimensions.Choice: "A choice", beliefs.Reported: "A reported figure", beliefs.Amount: "An amount",
    beliefs.Shape: "A shape", beliefs.Scenario: "A scenario", beliefs.Told: "A month as told",
    claims.Story: "The story", changes.Changes: "The file of changes", changes.Change: "A change",
    cards.Card: "A card", cards.Holds: "What a table holds",
    cards.AskedFor: "What was asked for",
}  # fmt: skip
TITLES |= {model: f"Evidence: {kind}" for kind, model in evidence.EVIDENCE.items()}
KINDS = [
    (values.Text, "text"), (values.Name, "name"), (values.RawName, "raw table"), (values.Id, "id"),
    (values.Month, "month"), (values.Day, "day"), (values.Months, "months"), (values.Code, "code"),
    (values.Currency, "currency"), (values.Number, "number"), (values.Address, "address"),
    (cards.Sha256, "64 signs"), (str, "text"), (float, "number"), (int, "whole number"),
    (bool, "true or false"),
]  # fmt: skip


def fields_markdown() -> str:
    """Every field of every file that people write, in Markdown tables."""
    lines = [MARK]
    for file, models in PARTS.items():
        lines += ["", f"## {file}"]
        for model in models:
            lines += ["", f"### {_title(model)}", "", _about(model), "", *_table(model)]
    return "\n".join(lines) + "\n"


def _title(model: type[BaseModel]) -> str:
    return TITLES.get(model) or f"A {model.__name__.lower()}"


def _about(model: type[BaseModel]) -> str:
    return " ".join((model.__doc__ or "").split())


def _table(model: type[BaseModel]) -> list[str]:
    hints = get_type_hints(model, include_extras=True)
    rows = ["| field | is | default | means |", "|---|---|---|---|"]
    for name, field in model.model_fields.items():
        if (
            (field.description or "").startswith("filled in")
            or name == "name"
            and model is study.Study
        ):
            continue
        usual = field.get_default(call_default_factory=True)
        given = "needed" if field.is_required() else _default(usual)
        rows.append(
            f"| `{field.alias or name}` | {_kind(hints[name])} | {given} | "
            f"{field.description or ''} |"
        )
    return rows


def _default(value: Any) -> str:
    plain = (str, int, float, bool)
    if value is PydanticUndefined or value in ("", None) or not isinstance(value, plain):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value:}`"


def _kind(hint: Any) -> str:
    """A type in plain words, with links to the tables of other models."""
    for known, words in KINDS:
        if hint == known:
            return words
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _kind(inner[0])
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in inner)
    if origin in (Union, types.UnionType):
        forms = {get_args(one)[0] if get_origin(one) is Annotated else one for one in inner}
        if set(evidence.EVIDENCE.values()) <= forms:
            return "a kind of evidence"
        return " or ".join(_kind(one) for one in inner if one is not type(None))
    if origin is dict:
        return f"names, each with {_kind(inner[1])}"
    if origin in (list, tuple):
        items = [one for one in inner if one is not Ellipsis]
        if origin is tuple and len(items) == 2:
            return f"[{_kind(items[0])}, {_kind(items[1])}]"
        return f"list: {_kind(items[0])}"
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        title = _title(hint)
        return (
            f"[{title[:1].lower()}{title[1:]}](#{title.lower().replace(':', '').replace(' ', '-')})"
        )
    raise TypeError(f"{hint} has no words; add them to KINDS")


def page_with(text: str) -> str:
    """The page with its tables renewed."""
    return text.partition(MARK)[0] + fields_markdown()


if __name__ == "__main__":
    PAGE.write_text(page_with(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
