"""A study that holds lists: one case for each combination, and the whole that they are cases of."""

import re
import unicodedata
from collections.abc import Mapping
from itertools import product
from typing import TYPE_CHECKING, Any

from tradecheck.errors import TradecheckError

if TYPE_CHECKING:
    from tradecheck.study.project import Project

MOST_CASES = 5000
SWEPT = ("reporter", "partner", "goods", "base")
GROUPS = {"reporter": "reporters", "partner": "partners"}

LISTED = re.compile(  # a list of areas or bases; of goods, one of more than codes
    rb"^(reporter|partner|base):[ \t]*(\[|#|\r?$)"
    rb"|^goods:[ \t]*(\[\s*[\[{]|(#.*)?\r?\n\s*-\s*[\[{a-z])",
    re.M,
)

Case = dict[str, Any]  # the overrides of a case, by field


def cases_of(fields: Mapping[str, Any], place: str) -> dict[str, Case]:
    """The cases of a study by name, such as "germany-armenia"; none where it holds no list.

    fields: what stands in study.yaml.
    """
    swept = {field: choices_of(field, fields.get(field), place) for field in SWEPT}
    swept = {field: choices for field, choices in swept.items() if choices}
    if not swept:
        return {}
    found: dict[str, Case] = {}
    for combination in product(*(choices.items() for choices in swept.values())):
        case = "-".join(words for words, _ in combination)
        if case in found:
            raise TradecheckError(
                f"{place}: two cases are called {case!r}; give the lists different names."
            )
        found[case] = dict(zip(swept, (value for _, value in combination), strict=True))
        if len(found) > MOST_CASES:
            raise TradecheckError(
                f"{place}: its lists make more than {MOST_CASES:,} cases; split the study."
            )
    return found


def holds_lists(text: bytes) -> bool:
    """Whether the text of a study may hold lists of cases: most do not, and are not read for that."""
    return bool(LISTED.search(text))


def asked(project: "Project", study: str) -> bool:
    """Whether a study is built without being asked for by name."""
    text = (project.studies / study / "study.yaml").read_bytes()
    return not re.search(rb"^by_default:\s*false\b", text, re.M)


def choices_of(field: str, value: Any, place: str) -> dict[str, Any]:
    """What a list gives a field in turn, by name; nothing for a value that is no list of cases."""
    if not isinstance(value, list) or (field == "goods" and not any(map(_goods, value))):
        return {}  # a list of codes is one set of goods
    if not value:
        raise TradecheckError(f"{place}: the field {field} is an empty list; name at least one.")
    found: dict[str, Any] = {}
    for one in value:
        words = _named(field, one, place)
        if words in found:
            raise TradecheckError(f"{place}: the field {field} names {words} twice; leave one out.")
        found[words] = one
    return found


def whole(fields: Mapping[str, Any], place: str) -> dict[str, Any]:
    """The study of all cases together: a group for a list of areas, else the first of the list."""
    made = dict(fields)
    for field in SWEPT:
        choices = choices_of(field, fields.get(field), place)
        if not choices:
            continue
        if field not in GROUPS:
            made[field] = next(iter(choices.values()))
        elif len(choices) == 1:
            made[field] = fields[field][0]
        else:
            group = f"all {GROUPS[field]}"
            groups = dict(made.get("groups") or {})
            own = dict(groups.get(GROUPS[field]) or {})
            groups[GROUPS[field]] = {group: list(fields[field]), **own}
            made |= {field: group, "groups": groups}
    return made


def _goods(value: Any) -> bool:
    return isinstance(value, list | dict)


def _named(field: str, value: Any, place: str) -> str:
    """The name of a choice, as a part of a file's name."""
    if isinstance(value, dict):
        text = str(value.get("name") or value.get("list") or "")
    elif isinstance(value, list):
        text = "-".join(map(str, value))
    else:
        text = str(value)
    if field == "base" and isinstance(value, str):
        from tradecheck.study.periods import parse_months  # whose checks are slow to import

        try:
            months = parse_months(value)
        except ValueError as error:
            raise TradecheckError(f"{place}: the field base: {error}.") from error
        text = f"base {months[0]} {months[-1]}"
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60]
    if not words:
        raise TradecheckError(
            f"{place}: the field {field} holds {str(value)[:40]!r}, which has no name; write a "
            "text, or for goods codes, {list: NAME} or {name: WORDS, codes: […]}."
        )
    return words
