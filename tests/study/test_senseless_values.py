"""Every field of every file that people write, found from the models, refuses what makes no sense."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, get_args, get_origin

import pytest
import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

import samples
from tradecheck.errors import Mistakes, TradecheckError
from tradecheck.study.cards import Card, card_of
from tradecheck.study.changes import Changes
from tradecheck.study.claims import ClaimsFile, claims_of
from tradecheck.study.mistakes import Written, validated
from tradecheck.study.study import Study, study_of
from tradecheck.study.values import Strict, parse_yaml

FILES = (Study, ClaimsFile, Card, Changes)
UNSEEN = ("\u200b", "\u200c", "\u200d", "\u00ad", "\ufeff", "\u202e", "\u2066", "\u2028", "\0", "\x85",
          "\u3164", "\ud83d", "\U000e0041")  # fmt: skip
OTHER_DIGITS = ("８４７１", "٨٤٧١", "२०२४", "²", "２０２４-07")
JUNK: tuple[Any, ...] = (None, [], {}, [[]], {"a": [{}]}, b"x", object)
NO_TEXT = (*JUNK, 5, 0o101, 1.5, True, float("nan"))
NO_NUMBER = (
    *JUNK,
    True,
    "5",
    "٥",
    "",
    "nan",
    float("nan"),
    float("inf"),
    float("-inf"),
    1e308,
    -1e308,
)
NO_DAYS = ("2024-02-30", "released 2025-06-31", "31 June 2025", "February 30, 2024", "2024-13-01")
# Free text that may name a day that there is not: somebody else's words, and an address.
AS_GIVEN = {("Claim", "quote"), ("Claim", "also_quoted"), ("Claim", "address"), ("Story", "address"),
            ("Card", "stored"), ("Study", "case")}  # fmt: skip


def models(hint: Any, seen: dict[type, None]) -> dict[type, None]:
    """Every model that a type holds, however deep."""
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        if hint not in seen:
            seen[hint] = None
            for field in hint.model_fields.values():
                models(field.annotation, seen)
        return seen
    for inner in get_args(hint):
        models(inner, seen)
    return seen


def leaves(hint: Any, added: tuple = ()) -> Iterator[Any]:
    """The single values that a type is made of, each with its own rules."""
    origin = get_origin(hint)
    if origin is Annotated:
        inner, *rules = get_args(hint)
        yield from leaves(inner, (*added, *rules))
    elif origin is Literal or hint in (str, int, float, bool):
        yield Annotated[(hint, *added)] if added else hint
    elif origin in (list, dict, tuple) or origin is not None:
        single = origin not in (list, dict, tuple)  # of alternatives each has the rules of all
        for inner in get_args(hint):
            if inner not in (type(None), Ellipsis):
                yield from leaves(inner, added if single else ())


FIELDS = [
    pytest.param(model, name, leaf, id=f"{model.__name__}.{name}-{number}")
    for model in [one for file in FILES for one in models(file, {})]
    for name, field in model.model_fields.items()
    for number, leaf in enumerate(
        leaves(Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation)
    )
]  # fmt: skip
FIELDS = list({one.id: one for one in FIELDS}.values())


def base_of(leaf: Any) -> Any:
    while get_origin(leaf) is Annotated:
        leaf = get_args(leaf)[0]
    return leaf


def taken(leaf: Any, values: Any) -> list[Any]:
    """Which of these values a field takes."""
    adapter = TypeAdapter(leaf, config=ConfigDict(strict=True, allow_inf_nan=False))
    found = []
    for value in values:
        try:
            adapter.validate_python(value)
        except ValidationError:
            continue
        found.append(value)
    return found


def test_the_walk_sees_every_model_that_people_write():
    reached = {model for file in FILES for model in models(file, {})}
    own = {one for one in _subclasses(Strict) if one.__module__.startswith("tradecheck.study")}
    assert {one for one in own if not one.__name__.startswith("_")} <= reached
    assert len(FIELDS) > 200


def _subclasses(model: type) -> Iterator[type]:
    for one in model.__subclasses__():
        yield one
        yield from _subclasses(one)


@pytest.mark.parametrize(("model", "name", "leaf"), FIELDS)
def test_a_field_takes_no_value_that_makes_no_sense(model, name, leaf):
    base = base_of(leaf)
    if base is str:
        wrong = [*NO_TEXT, *(f"a{sign}b" for sign in UNSEEN)]
        if not taken(leaf, ["plain words", "https://example.org"]):  # a code, a month, an id …
            wrong += [*OTHER_DIGITS, "", " ", "2024-12..2024-01", "../x", "x" * 200]
            wrong += [f"{sign}2024-07" for sign in UNSEEN]
            wrong += [] if taken(leaf, ["a-name"]) else ["2024-02-30", "9999-12"]
        else:
            wrong += ["x" * 20_001, *(NO_DAYS if (model.__name__, name) not in AS_GIVEN else ())]
    elif base is bool:
        wrong = [*JUNK, 1, 0, "true", "yes", float("nan")]
    elif base in (int, float):
        wrong = [*NO_NUMBER, 10**30, -(10**30)]
        if base is float:
            wrong += [1e-320, -1e-300]
        else:
            wrong += [1.5, -1]
    else:
        assert get_origin(base) is Literal
        wrong = [*NO_NUMBER, 3, -1]
    assert taken(leaf, wrong) == []


@pytest.mark.parametrize(
    ("model", "fields"),
    [(one, name) for file in FILES for one in models(file, {}) for name, field in one.model_fields.items()
     if get_origin(field.annotation) is list or "..." in str(field.annotation)],
)  # fmt: skip
def test_no_list_holds_an_entry_twice(model, fields):
    held = model.__new__(model)
    object.__setattr__(
        held, "__dict__", dict.fromkeys(model.model_fields) | {fields: ["a", "b", "a"]}
    )
    with pytest.raises(ValueError, match=f"{fields}, entry 3 ..a.., stands twice"):
        model._nothing_twice(held)


# -- in files -----------------------------------------------------------------------------------

READ = {
    "study.yaml": (samples.STUDY, lambda f, p, c: study_of({"name": "own", **f}, p, c)),
    "claims.yaml": (samples.CLAIMS, claims_of),
    "cars.card.yaml": (samples.CARD % (b"a" * 64), lambda f, p, c: card_of(f, "cars", p, c)),
    "changes.yaml": (samples.CHANGES, lambda f, p, c: validated(Changes, f, Written(p, c))),
}  # fmt: skip
TYPED = (
    ".nan",
    ".inf",
    "-.inf",
    '"a\\u200bb"',
    '"\\u202e"',
    "[]",
    "[[]]",
    "{a: [{}]}",
    "!!binary AAAA",
)


def scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.SequenceNode):
        for inner in node.value:
            yield from scalars(inner)
    else:
        for _, inner in node.value:
            yield from scalars(inner)


@pytest.mark.parametrize("file", READ)
def test_a_senseless_value_in_a_file_is_told_with_its_line_and_column(file):
    content, read = READ[file]
    text = content.decode()
    read(parse_yaml(content, file), file, content)
    for node in scalars(yaml.compose(text)):
        for typed in TYPED:
            spoilt = (
                f"{text[: node.start_mark.index]}{typed} {text[node.end_mark.index :]}".encode()
            )
            print(f"line {node.start_mark.line + 1}: {typed}")  # shown if it is taken
            with pytest.raises(TradecheckError) as caught:
                read(parse_yaml(spoilt, file), file, spoilt)
            assert isinstance(caught.value, Mistakes)
            lines = {(one.line, one.column > 0) for one in caught.value.found}
            assert (node.start_mark.line + 1, True) in lines, (typed, caught.value)
            assert "Value error" not in str(caught.value) and "Input should" not in str(
                caught.value
            )


@pytest.mark.parametrize("typed", ["0101", "010", "12:30", "0x1F", "0b1"])
@pytest.mark.parametrize("field", ["goods", "flag_rate_percent", "question"])
def test_a_number_that_yaml_reads_as_another_is_refused(field, typed):
    value = f"[{typed}]" if field == "goods" else typed
    text = f"{field}: {value}\n".encode()
    fields = parse_yaml(samples.STUDY, "s") | {"name": "own"} | parse_yaml(text, "s")
    with pytest.raises(TradecheckError, match="quotes"):
        study_of(fields, "s", text)


def test_a_number_is_what_it_looks_like():
    text = b"[8703, -5, 0, 1_000, 1.5, 2024-02-30]"
    assert parse_yaml(text, "x") == [8703, -5, 0, 1000, 1.5, "2024-02-30"]


@pytest.mark.parametrize("name", ["می\u200cخواهیم", "क्\u200dष", "নাট\u200cক"])
def test_joiners_belong_to_scripts_that_are_spelt_with_them(name):
    study = study_of(parse_yaml(samples.STUDY, "s") | {"name": "own", "authors": [name]}, "s")
    assert study.authors == [name]
    for wrong in (f"a\u200c{name}", f"{name}\u200c", f"\u200d{name}", f"{name} \u200c{name}"):
        with pytest.raises(TradecheckError, match="invisible character U\\+200"):
            study_of(parse_yaml(samples.STUDY, "s") | {"name": "own", "authors": [wrong]}, "s")


def test_one_letter_in_two_forms_is_one_letter():
    fields = parse_yaml(samples.STUDY, "s") | {"name": "own", "authors": ["Zo\u00eb", "Zoe\u0308"]}
    with pytest.raises(TradecheckError, match="stands twice"):
        study_of(fields, "s")
