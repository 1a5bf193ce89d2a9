"""Months, quarters, years and days as people and spreadsheets write them, column by column."""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from tradecheck.data.sources.table import Bad
from tradecheck.study.periods import Period, following, parse_period

NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
MONTHS = {
    name[:length]: number for number, name in enumerate(NAMES, 1) for length in (3, len(name))
}
MONTHS["sept"] = 9
SERIAL = date(1899, 12, 30)  # day 0 of spreadsheets

_YEAR = "((?:19|20)[0-9]{2})"
_PART = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4}|[0-9]{2})(?:[ t].*)?")
_RULE = "no month; write it as 2024-04"
_DAY = "no day; write it as 2023-01-13"


def periods(texts: Sequence[str]) -> list[Period]:
    """Each different text of a column as the months that it stands for. Raises Bad for one.

    Where day and month could be exchanged (01/04/2024), the whole column decides, or nothing does.
    """
    order = _order(texts)
    found = []
    days: dict[str, str] = {}
    for text in texts:
        period, day = _read(text, order)
        if not "1900" <= period.first[:4] <= period.last[:4] <= "2100":
            raise Bad(text, "the years 1900 to 2100 are expected")
        if day and days.setdefault(period.first, day) != day:
            raise Bad(
                text,
                f"the column also holds {days[period.first]}, another day of that month; add the "
                "days up to months first",
            )
        found.append(period)
    _no_fiscal_years(texts)
    return found


def days(texts: Sequence[str]) -> list[str]:
    """Each different text of a column as a day, such as 2023-01-13; "" stays. Raises Bad."""
    order = _order(texts)
    found = []
    for text in texts:
        try:
            day = _read(text, order)[1] if text else ""
        except Bad as bad:
            raise Bad(text, bad.rule if bad.rule != _RULE else _DAY) from bad
        if text and not day:
            raise Bad(text, _DAY)
        found.append(day)
    return found


def _read(text: str, order: str) -> tuple[Period, str]:
    """The months of a text, and its day if it names one."""
    told = re.sub(r"[\s\u00a0]+", " ", text).strip().casefold()
    told = re.sub(r"^([0-9]{4,8})\.0+$", r"\1", told)  # a number among texts
    for form, made in _FORMS:
        if match := re.fullmatch(form, told):
            try:
                return made(*match.groups())
            except Bad as bad:
                raise Bad(text, bad.rule) from bad
            except ValueError as error:
                raise Bad(text, _RULE) from error
    if match := _PART.fullmatch(told):
        return _three(text, match, order)
    try:
        return parse_period(told), ""
    except ValueError as error:
        raise Bad(text, _RULE) from error


def _order(texts: Sequence[str]) -> str:
    """day first, month first, or "" if nothing tells: 13/04/2024 tells, and so does a day that is
    always 1."""
    parts = [match for text in texts if (match := _PART.fullmatch(text.casefold().strip()))]
    pairs = {(int(match[1]), int(match[2])) for match in parts}
    first, second = {a for a, _ in pairs}, {b for _, b in pairs}
    if max(first, default=0) > 12:
        return "day"
    if max(second, default=0) > 12:
        return "month"
    if first == {1} and len(second) > 1:
        return "day"
    return "month" if second == {1} and len(first) > 1 else ""


def _three(text: str, match: re.Match, order: str) -> tuple[Period, str]:
    """01/04/2024 or 01.04.2024; with points the day comes first everywhere."""
    first, second, year = int(match[1]), int(match[2]), match[3]
    if len(year) == 2 and int(year) <= 31:
        raise Bad(text, "day and year could be exchanged; write years with four digits")
    year = _century(year)
    if "." in text or first == second:
        order = "day"
    if not order:
        raise Bad(
            text,
            f"it may be {NAMES[second - 1].title()} or {NAMES[first - 1].title()} {year}, and no "
            "other cell tells; write months as 2024-04",
        )
    day, month = (first, second) if order == "day" else (second, first)
    try:
        return _day(int(year), month, day)
    except ValueError as error:
        raise Bad(text, f"no day of the calendar, if the {order} comes first") from error


def _day(year: int, month: int, day: int) -> tuple[Period, str]:
    found = date(year, month, day).isoformat()
    return Period(found[:7], found[:7]), found


def _month(year: str, month: int | str) -> tuple[Period, str]:
    number = MONTHS.get(month, 0) if isinstance(month, str) and not month.isdigit() else int(month)
    if number == 52:  # how customs statistics mark a whole year
        return parse_period(year), ""
    if not 1 <= number <= 12:
        last = f"{int(year) + 1}-03"
        raise Bad(
            f"{year}-{month}",
            f"there is no month {month}; write a fiscal year as its months, such as "
            f"{year}-04..{last}",
        )
    return Period(f"{year}-{number:02d}", f"{year}-{number:02d}"), ""


def _century(year: str) -> str:
    if len(year) == 4:
        return year
    return f"{'20' if int(year) < 70 else '19'}{year}"


def _quarter(year: str, quarter: str) -> tuple[Period, str]:
    first = f"{year}-{3 * int(quarter) - 2:02d}"
    return Period(first, following(first, 2)), ""


def _named(day: str, month: str, year: str) -> tuple[Period, str]:
    return _day(int(_century(year)), MONTHS[month], int(day))


def _serial(days_: str) -> tuple[Period, str]:
    found = SERIAL + timedelta(days=int(days_))
    return _day(found.year, found.month, found.day)


def _refused(rule: str) -> Callable:
    def refuse(*parts: str) -> tuple[Period, str]:
        raise Bad("", rule)

    return refuse


_WORD = f"({'|'.join(sorted(MONTHS, key=len, reverse=True))})\\.?"
_FORMS: tuple[tuple[str, Callable], ...] = (
    (rf"{_YEAR}[-/ ]?([0-9]{{2}})", _month),
    (rf"{_YEAR}[-/]([0-9])", _month),
    (rf"{_YEAR}\.([0-9]{{2}})", _month),
    (rf"{_YEAR}\.[0-9]", _refused("2024.1 may be January or October; write months as 2024-04")),
    (rf"{_YEAR}[- ]?m([0-9]{{1,2}})", _month),
    (rf"([0-9]{{1,2}})[-/. ]{_YEAR}", lambda month, year: _month(year, month)),
    (rf"{_YEAR}[- ]?q([1-4])", _quarter),
    (rf"q([1-4])[-/ ]?{_YEAR}", lambda quarter, year: _quarter(year, quarter)),
    (rf"{_YEAR}", lambda year: (parse_period(year), "")),
    (
        rf"{_YEAR}[-/.]?([0-9]{{2}})[-/.]?([0-9]{{2}})(?:[ t][0-9:.]+z?)?",
        lambda year, month, day: _day(int(year), int(month), int(day)),
    ),
    (
        rf"{_YEAR}[-/.]([0-9]{{1,2}})[-/.]([0-9]{{1,2}})",
        lambda year, month, day: _day(int(year), int(month), int(day)),
    ),
    (rf"{_WORD}[-/ ,'’]*((?:19|20)?[0-9]{{2}})", lambda month, year: _month(_century(year), month)),
    (rf"{_YEAR}[-/ ]*{_WORD}", _month),
    (
        rf"[0-9]{{1,2}}[- ]{_WORD}",
        _refused("it may be a day of a month, or a month of a year; write months as 2024-04"),
    ),
    (rf"([0-9]{{1,2}})[-/. ]+{_WORD}[-/ ,]*((?:19|20)?[0-9]{{2}})", _named),
    (
        rf"{_WORD} ([0-9]{{1,2}}),? {_YEAR}",
        lambda month, day, year: _day(int(year), MONTHS[month], int(day)),
    ),
    (r"([2-7][0-9]{4})", _serial),
)


def _no_fiscal_years(texts: Sequence[str]) -> None:
    """Refuses 2009-10, 2010-11, 2011-12: they may be fiscal years, and as months they are odd."""
    parts = [re.fullmatch(r"([0-9]{4})-([0-9]{2})", text.strip()) for text in texts if text.strip()]
    if len(parts) > 1 and all(part and (int(part[1]) + 1) % 100 == int(part[2]) for part in parts):
        text = next(text for text in texts if text.strip())
        raise Bad(
            text,
            "every cell of the column is a year and the next one, so it may be a fiscal year; "
            f"write its months, such as {text[:4]}-04..{int(text[:4]) + 1}-03",
        )
