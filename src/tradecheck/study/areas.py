"""Areas of the world: one code, one name, and every other name and number that files have for them.

The table `areas.csv` holds, one line an area:

    code      ISO 3166-1 alpha-3; for areas that ended their former ISO code, or the World Bank's;
              XKX for Kosovo, WLD for the world; an underscore and the publisher's own code for
              partners without one (_899, UN Comtrade's "Areas, nes"; _QR, Eurostat's stores)
    alpha2    ISO 3166-1 alpha-2, or Eurostat's two letters
    m49       the number in the United Nations' standard M49 (and ISO 3166-1 numeric)
    comtrade  UN Comtrade's numbers, today's first, where they are known as a partner
    name      as an English newspaper writes it
    since     the first and the last year of the area in trade statistics, where it
    until     began or ended after 1960
    others    names and codes in files and official use, with semicolons between

Sources: ISO 3166-1 (through pycountry 26.2), Unicode CLDR (through Babel 2.18) for English names,
UN M49, the code lists of UN Comtrade (reporters and partners), Eurostat's GEONOM, US Census
Schedule C, the Indian DGCI&S, ITC and the World Bank; checked against country-converter 1.3. It is
a table, since no library knows UN Comtrade's numbers, Eurostat's labels and areas that ended.
"""

import csv
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tradecheck.errors import TradecheckError
from tradecheck.study.groups import ALIASES, CHANGING, FIXED, NEVER
from tradecheck.study.periods import parse_period
from tradecheck.study.values import alike

TABLE = Path(__file__).with_name("areas.csv")

_WORDS = {
    "br": "british", "dem": "democratic", "fmr": "former", "is": "islands", "isd": "islands",
    "isds": "islands", "island": "islands", "peoples": "people", "rep": "republic", "st": "saint",
    "terr": "territory",
}  # fmt: skip
_LITTLE = {"and", "of", "or", "s", "the"}
# What a bracket after a name may hold without naming another area: "Germany (incl. … from 1991)".
_HISTORY = re.compile(r"\b(incl|excl|including|excluding|formerly|from|since)\b", re.IGNORECASE)
_BRACKET = re.compile(r"([^(]+?)\s*\((.+)\)\W*")
_MEMBERSHIP = re.compile(r"\b[A-Z]{2}-[0-9]{2}/[0-9]{4}\b")  # "Euro area (AT-01/1999, …)"
_CODE_FIRST = re.compile(r"(\w{2,})\s*[-:]\s*(\S.*)")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}(?:-(?:0[1-9]|1[0-2]))?")
_DATED = re.compile(rf"(.+?)[\s-]+({_YEAR.pattern})")


@dataclass(frozen=True)
class Area:
    """A reporter or partner. since, until: its first and last year, where it began or ended."""

    code: str
    name: str
    m49: int | None = None
    comtrade: int | None = None
    since: int | None = None
    until: int | None = None
    alpha2: str = ""


def area(text: str) -> Area:
    """The area of a name or of a code of two or three letters, however it is written.

    A bracket that tells of an area's history is passed over: "Italy (incl. San Marino -> 1993)".
    Raises TradecheckError, with the likeliest name, for anything else; numbers are read by
    `from_m49` and `from_comtrade`, since the two differ.
    """
    found = _found(text)
    if found:
        return found
    if group := group_of(text):
        raise TradecheckError(f"{text!r} is a group of areas ({group}), not one area; name one.")
    raise _unknown(text, "area", [])


def from_m49(number: int) -> Area:
    """The area with a number of UN M49, which is also its ISO 3166-1 numeric code."""
    return _numbered(number, "UN M49", _table().m49)


def from_comtrade(number: int) -> Area:
    """The reporter or partner with a number of UN Comtrade. A group's code is its name."""
    return _numbered(number, "UN Comtrade", _table().comtrade)


def name_of(code: str) -> str:
    """The name that a reader sees; a group's or an invented name stays as it is."""
    found = _found(code)
    return found.name if found else group_of(code) or code


def group_of(text: str) -> str | None:
    """The well-known group that a label names: "EU27" for "EU27_2020", None for no group.

    Eurostat's labels may list the members in a bracket, and then these decide. A group whose
    members change may be followed by a year or month: "BRICS 2022", as it was at the end of 2022.
    """
    text = text.strip()
    known = _group_names()
    if found := known.get(_key(text)):
        return found
    if bracket := _BRACKET.fullmatch(text):
        return _group_in_brackets(known.get(_key(bracket[1])), bracket[2])
    if labelled := _CODE_FIRST.fullmatch(text):
        first = known.get(_key(labelled[1]))
        if first and first == group_of(labelled[2]):
            return first
    if (dated := _DATED.fullmatch(text)) and (base := known.get(_key(dated[1]))) in CHANGING:
        return f"{base} {dated[2]}"
    return None


def members(group: str, when: str | None = None) -> tuple[str, ...]:
    """The alpha-3 codes of a well-known group, in order.

    when: a month or a longer period, such as 2019-06 or 2019, which means its last month; default:
    today's members. It tells only for groups whose members change (European Union, euro area,
    BRICS …), not for EU27 or EA20. Raises TradecheckError for no group, ValueError for no period.
    """
    name = group_of(group)
    if name is None:
        raise _unknown(group, "group of areas", sorted(_group_names().values()))
    if name in FIXED:
        name, when = FIXED[name]
    elif name not in CHANGING:
        name, dated = name.rsplit(" ", 1)
        when = when or dated
    month = parse_period(when).last if when else NEVER
    return tuple(code for code, first, last in CHANGING[name] if first <= month <= last)


def resolve(
    text: str, groups: Mapping[str, Collection[str]], others: Collection[str] = ()
) -> tuple[str, ...]:
    """The codes of a name: of a study's own group, a well-known group or an area, each once.

    groups: the study's own, by name; their members are areas, or groups again. others: names
    without a code that the study declares, which stay as they are. Raises TradecheckError for an
    unknown name, an empty group and a group that holds itself.
    """
    return tuple(dict.fromkeys(_resolved(text, groups, others, ())))


def _resolved(
    text: str, groups: Mapping[str, Collection[str]], others: Collection[str], path: tuple[str, ...]
) -> Iterable[str]:
    if text in path:
        raise TradecheckError(
            f"The group {text!r} holds itself ({' → '.join([*path, text])}); take it out of the "
            "members, or write an area of that name by its ISO code."
        )
    if text in groups:
        if not groups[text]:
            raise TradecheckError(
                f"The group {text!r} has no members; list them, or delete the group."
            )
        return [
            code
            for member in groups[text]
            for code in _resolved(member, groups, others, (*path, text))
        ]
    if group := group_of(text):
        return members(group)
    if found := _found(text):
        return [found.code]
    if text in others:
        return [text]
    raise _unknown(text, "area or group", [*groups, *others, *sorted(set(_group_names().values()))])


@dataclass(frozen=True)
class _Table:
    codes: dict[str, Area]
    names: dict[str, Area]  # by key
    written: list[str]
    m49: dict[int, Area]
    comtrade: dict[int, Area]


@cache
def _table() -> _Table:
    table = _Table({}, {}, [], {}, {})
    with TABLE.open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            numbers = [int(number) for number in line["comtrade"].split(";") if number]
            found = Area(
                code=line["code"],
                name=line["name"],
                m49=int(line["m49"]) if line["m49"] else None,
                comtrade=numbers[0] if numbers else None,
                since=int(line["since"]) if line["since"] else None,
                until=int(line["until"]) if line["until"] else None,
                alpha2=line["alpha2"],
            )
            table.codes.update({code: found for code in (found.code, found.alpha2) if code})
            for name in filter(None, (found.name, *line["others"].split(";"))):
                table.names[_key(name)] = found
                table.written.append(name)
            table.comtrade.update(dict.fromkeys(numbers, found))
            if found.m49 is not None:
                table.m49[found.m49] = found
    for number, group in ((97, "European Union"), (975, "ASEAN")):
        table.comtrade[number] = Area(group, group, comtrade=number)
    return table


@cache
def _group_names() -> dict[str, str]:
    names = {_key(name): name for name in (*CHANGING, *FIXED)}
    return names | {_key(alias): name for name, aliases in ALIASES.items() for alias in aliases}


def _group_in_brackets(base: str | None, inner: str) -> str | None:
    """The group of a label such as "Euro area - 20 countries (AT, BE, …)" or "BRICS (2022)"."""
    if base is None or _MEMBERSHIP.search(inner):
        return base
    if base in CHANGING and _YEAR.fullmatch(inner):
        return f"{base} {inner}"
    listed = [_found(code) for code in re.split(r",\s*", inner)]
    codes = {found.code if found else "" for found in listed}
    return next((name for name in FIXED if codes == set(members(name))), None)


def _found(text: str) -> Area | None:
    table = _table()
    text = text.strip()
    if found := table.codes.get(text.upper()) or table.names.get(_key(text)):
        return found
    if bracket := _BRACKET.fullmatch(text):
        base = _found(bracket[1])
        if base and (_HISTORY.search(bracket[2]) or base.until or _found(bracket[2]) == base):
            return base
    if labelled := _CODE_FIRST.fullmatch(text):  # "KG-Kyrgyzstan", "KG: Kyrgyzstan"
        first = table.codes.get(labelled[1].upper()) or table.names.get(_key(labelled[1]))
        if first and first == _found(labelled[2]):
            return first
    return None


def _key(text: str) -> str:
    """A name without what files write differently: accents, case, signs, little words, order."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ı", "i"))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign)).replace("_", " ")
    plain = re.sub(r"\b(\w)[\s.]+(?=\w\b)", r"\1", plain)  # U.S.A. and U S A are USA
    words = {_WORDS.get(word, word) for word in re.findall(r"\w+", plain)} - _LITTLE
    return " ".join(sorted(words))


def _numbered(number: int, list_name: str, table: Mapping[int, Area]) -> Area:
    if number not in table:
        raise TradecheckError(
            f"{list_name} has no area with the number {number} that tradecheck knows; correct the "
            "number, or write the area's name."
        )
    return table[number]


def likeliest(text: str) -> str:
    """Which area a misspelt name may mean: ", did you mean …?" or nothing."""
    return alike(text, _table().written)


def _unknown(text: str, what: str, also: Collection[str]) -> TradecheckError:
    if text.strip().isdigit():
        return TradecheckError(
            f"{text!r} is no {what}: numbers mean one thing in UN M49 and another at UN Comtrade; "
            "write its English name or its ISO code of three letters."
        )
    hint = alike(text, [*also, *_table().written])
    return TradecheckError(
        f"{text!r} is no {what} that tradecheck knows"
        + (hint or "; write its English name or its ISO code of three letters.")
    )
