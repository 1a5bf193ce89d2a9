"""What is wrong with a file that a person wrote: every mistake, with its line, column and remedy."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, TypeVar, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tradecheck.errors import Mistake, Mistakes, short
from tradecheck.study.values import FORMS, alike

Step = str | int
Model = TypeVar("Model", bound=BaseModel)

REMEDIES = {
    "missing": "this field is missing; add it",
    "string_type": "text is expected; put the value in quotes",
    "bool_type": "true or false is expected",
    "float_type": "a number without quotes is expected",
    "int_type": "a whole number without quotes is expected",
    "finite_number": "a finite number is expected",
    "list_type": "a list is expected: [one, another], or one a line, each after a hyphen",
    "dict_type": "fields are expected, one a line",
    "model_type": "fields are expected, one a line",
    "too_short": "at least one is expected",
    "greater_than": "more than {gt} is expected",
    "greater_than_equal": "{ge} or more is expected",
    "less_than_equal": "{le} or less is expected",
    "string_too_long": "at most {max_length} characters are expected",
    "string_too_short": "the text is missing; write it",
    "invalid_key": "a field's name is text; put it in quotes",
    "model_attributes_type": "fields are expected, one a line",
}
BROKEN_OFF = "no such field; if it belongs to the text before it, put that text in quotes"
TELLING = ("literal_error", "string_pattern_mismatch", "value_error")  # of alternatives
SHOWN = ("value_error", "model_type", "dict_type")  # the mistake tells what a whole field lacks


class Written:
    """A YAML file as it was written: where each field stands, and what was typed there.

    Without its text (fields from elsewhere), mistakes have no line.
    """

    def __init__(self, file: str, content: bytes | None = None):
        self.file = file
        self._content = content

    @cached_property
    def _root(self) -> Any:
        """The tree of its nodes, read only once something is wrong."""
        if self._content is None:
            return None
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        return yaml.compose(self._content.decode("utf-8-sig"), loader)

    def place(self, steps: Iterable[Step], key: bool = False) -> tuple[int, int, str]:
        """Line and column, both from 1, and the value as typed ("" for more than one value).

        key: of the field's name, not of what it holds.
        """
        node = self._root
        if node is None:
            return 0, 0, ""
        mark = node.start_mark
        for step in steps:
            if isinstance(node, yaml.MappingNode):
                pair = next((pair for pair in node.value if pair[0].value == str(step)), None)
                if pair is None:
                    break
                named, node = pair
                plain = isinstance(node, yaml.ScalarNode) and not key
                mark = node.start_mark if plain else named.start_mark
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
                node = node.value[step]
                mark = node.start_mark
        typed = node.value if isinstance(node, yaml.ScalarNode) and not node.style else ""
        return mark.line + 1, mark.column + 1, typed

    def mistake(self, steps: Iterable[Step], sentence: str, key: bool = False) -> Mistake:
        line, column, _ = self.place(steps, key)
        return Mistake(self.file, sentence, line, column)


def validated(model: type[Model], fields: Any, written: Written) -> Model:
    """The model of what a file holds. Raises Mistakes, all that there are."""
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise Mistakes(_found(error, model, fields, written)) from error


def _found(
    error: ValidationError, model: type[BaseModel], fields: Any, written: Written
) -> list[Mistake]:
    by_place: dict[tuple[Step, ...], list[ErrorDetails]] = {}
    for detail in error.errors(include_url=False):
        steps = tuple(_steps(fields, detail))
        by_place.setdefault(steps, []).append(detail)
    meant: set[tuple[Step, ...]] = set()
    told = []
    for steps, details in by_place.items():
        chosen = _chosen(details)
        if len(chosen["loc"]) > len(steps) and any(
            other != steps and other[: len(steps)] == steps for other in by_place
        ):
            continue  # one of several forms; what is wrong within another form says more
        sentence, near = _sentence(chosen, steps, model, written)
        if near:
            meant.add((*steps[:-1], near))
        told.append((steps, chosen, sentence))
    return [
        written.mistake(steps, sentence, key=chosen["type"] == "extra_forbidden")
        for steps, chosen, sentence in told
        if not (chosen["type"] == "missing" and steps in meant)
    ]


def _chosen(details: list[ErrorDetails]) -> ErrorDetails:
    """Of mistakes in one place, one for each form that a value may have, the one that says most."""
    for kind in TELLING:
        for detail in details:
            if detail["type"] == kind and isinstance(detail["input"], str):
                return detail
    return details[0]


def _steps(fields: Any, detail: ErrorDetails) -> Iterator[Step]:
    """The place of a mistake in what was written, without the names of forms and kinds."""
    held: Any = fields
    for step in detail["loc"]:
        if (isinstance(held, dict) and step in held) or (
            isinstance(held, list) and isinstance(step, int)
        ):
            held = held[step]  # type: ignore[index]
        elif step != detail["loc"][-1] or detail["type"] != "missing":
            continue
        yield step


def _sentence(
    detail: ErrorDetails, steps: Sequence[Step], model: type[BaseModel], written: Written
) -> tuple[str, str]:
    """A mistake in words, and the name of the field that was meant, if one is misspelt."""
    kind, held, context = detail["type"], detail["input"], detail.get("ctx", {})
    typed = written.place(steps)[2]
    near = ""
    if kind == "extra_forbidden":
        known = sorted(_fields(model, detail["loc"][:-1]))
        hint = alike(str(steps[-1]), known)
        near = hint.partition("mean ")[2].strip("'?")
        remedy = f"no such field{hint or '; correct the spelling or delete the line'}"
        if held is None and not hint:
            remedy = BROKEN_OFF  # {words: this, and that}
    elif kind == "literal_error":
        words = re.findall(r"'([^']*)'", context["expected"]) or [context["expected"]]
        remedy = f"expected is {_or(words)}{alike(held, words) if isinstance(held, str) else ''}"
    elif kind == "string_pattern_mismatch":
        remedy = f"expected is {FORMS.get(context['pattern'], 'another form')}"
    elif kind == "string_type" and typed:
        remedy = f'text is expected; put the value in quotes: "{typed}"'
    else:
        remedy = REMEDIES[kind].format(**context) if kind in REMEDIES else detail["msg"]
        remedy = remedy.removeprefix("Value error, ")
    field = ".".join(str(step) for step in steps) or "the whole"
    plain = isinstance(held, str | int | float) or held is None
    if kind == "missing" or (kind in SHOWN and not plain) or kind == "extra_forbidden":
        return f"{field}: {remedy}", near
    shown = typed if typed and not isinstance(held, str) else short(held)
    return f"{field} (is {shown}): {remedy}", near


def _fields(model: type[BaseModel], steps: Sequence[Step]) -> set[str]:
    """The names of the fields that may stand in a place."""
    types: list[Any] = [model]
    for step in steps:
        types = [inner for one in types for inner in _within(one, step)] or types
    return {
        field.alias or name
        for one in types
        for name, field in one.model_fields.items()
        if not (field.description or "").startswith("filled in")
    }


def _within(model: type[BaseModel], step: Step) -> list[type[BaseModel]]:
    """The models of a field; a kind's name, and the number of an entry, lead no further."""
    for name, field in model.model_fields.items():
        if step == (field.alias or name):
            return list(_models(field.annotation))
    return []


def _models(hint: Any) -> Iterator[type[BaseModel]]:
    """Every model in a type, however deep in lists, names and alternatives."""
    if get_origin(hint) is None:
        if isinstance(hint, type) and issubclass(hint, BaseModel):
            yield hint
        return
    for inner in get_args(hint):
        yield from _models(inner)


def _or(words: Collection[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last
