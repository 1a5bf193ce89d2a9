"""`tradecheck new`: of what its options say, or of one line of a screen."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tradecheck.desk.asked import Asked, study_name
from tradecheck.desk.new import new, study_from, write_files
from tradecheck.desk.study_files import CLAIMS, quoted, study_text
from tradecheck.errors import TradecheckError
from tradecheck.show.prose import listing, period_name
from tradecheck.study import areas
from tradecheck.study.claims import claims_of
from tradecheck.study.periods import following, month_range, parse_period
from tradecheck.study.project import Project
from tradecheck.study.screen import BASE, WINDOW
from tradecheck.study.study import Study, load_study
from tradecheck.study.values import SCHEMA, alike, parse_yaml

NEEDED = (
    "id", "rank", "reporter", "partner", "product", "codes", "to", "window", "largest_month",
    "largest_code", "cautions",
)  # fmt: skip
THRESHOLDS = {"1.5": "rose by half", "2": "doubled", "3": "tripled"}


def write(
    project: Project, name: str, line: tuple[str, str] | None, given: Mapping[str, str]
) -> list[str]:
    """A new study, of a line of a screen (study, line) or of what the options say; `given` has
    their texts by name."""
    if line:
        if given:
            raise TradecheckError(f"--from-screen goes alone: leave out --{min(given)}.")
        return from_screen(project, name, *line)
    if lacking := [one for one in ("reporter", "partner", "goods") if one not in given]:
        raise TradecheckError(
            f"A new study needs --{lacking[0]}; tradecheck new --help lists what it can be given."
        )
    return new(project, Asked(name, **given))


def from_screen(project: Project, name: str, screened: str, wanted: str) -> list[str]:
    """Write `notebooks/studies/NAME/` about a line of a screen, and say what to do next.

    wanted: the id of a line in `reports/STUDY-screen.json`, or its rank. Nothing is written if
    anything is wrong, or if the folder exists.
    """
    place = f"notebooks/studies/{study_name(project, name)}"
    source = load_study(project, screened)
    held = _copy(project, screened)
    line = _line(held, wanted, screened)
    text = _study_text(source, held, line)
    claims = _claims_text(line)
    study = study_from(place, text)
    claims_of(parse_yaml(claims.encode(), "claims.yaml"), f"{place}/claims.yaml")
    write_files(project.studies / name, {"study.yaml": text, "claims.yaml": claims})
    return [
        f"Wrote {place}/study.yaml, and claims.yaml beside it: {study.asked}",
        f"A line of a screen is a place to look. In a usual half-year {held['usual']['headlines']} of "
        f"the {len(held['headlines'])} would appear.",
        f"Next: make report STUDY={name}",
    ]


def _copy(project: Project, screened: str) -> Mapping[str, Any]:
    path = project.reports / f"{screened}-screen.json"
    place = f"reports/{path.name}"
    try:
        held = json.loads(path.read_bytes())
        told = [*held["headlines"], *held["other_headlines"]]
        complete = all({*NEEDED} <= {*one} for one in told)
        assert complete and {"usual", "half_year", "table", "unit"} <= {*held}
    except FileNotFoundError:
        raise TradecheckError(
            f"{place} does not exist: give notebooks/studies/{screened}/study.yaml the field screen, "
            f"then run make report STUDY={screened}."
        ) from None
    except (OSError, ValueError, KeyError, TypeError, AssertionError) as error:
        raise TradecheckError(
            f"{place} is not the copy of a screen; run make report STUDY={screened} again."
        ) from error
    return held


def _line(held: Mapping[str, Any], wanted: str, screened: str) -> Mapping[str, Any]:
    lines = [*held["headlines"], *held["other_headlines"]]
    named = wanted.strip().lower()
    for line in lines:
        if named in (line["id"], str(line["rank"])):
            return line
    known = [line["id"] for line in lines]
    first = f"; the strongest is {known[0]}" if known else ""
    raise TradecheckError(
        f"The screen of {screened} has no line {wanted!r}{alike(named, known) or first}. Name a "
        "line by its id or rank."
    )


def _study_text(source: Study, held: Mapping[str, Any], line: Mapping[str, Any]) -> str:
    window = _window(line)
    base = f"{following(window[0], -BASE)}..{following(window[0], -1)}"
    to = areas.name_of(line["partner"])
    codes = ", ".join(quoted(code) for code in line["codes"])
    goods = f"goods {line['product']}"
    fields = {
        "question": quoted(
            f"Did {source.flow} of {goods} from {{corridor}} double in {period_name(*_ends(window))}?"
        ),
        "reporter": quoted(_reporter(source, line)),
        "partner": quoted(to),
        "flow": source.flow,
        "goods": f"{{name: {quoted(goods)}, codes: [{codes}]}}",
        "months": quoted(source.months),
        "base": quoted(base),
        "unit": f"{{currency: {held['unit']['currency']}, scale: {_scale(line['to'])}}}",
    }
    if len(line["codes"]) > 1:
        spec = f"{{within: {quoted(goods)}, without: [{quoted(line['largest_code'])}]}}"
        fields["groups"] = f"{{goods: {{{quoted(_without(line))}: {spec}}}}}"
    if names := source.tables.get("heading names"):
        fields["tables"] = f"{{heading names: {names}}}"
    text = study_text(fields, [("months", held["table"])])
    entry = next(one for one in source.of_kind("months") if one.months == held["table"])
    if entry.provisional:
        told = json.dumps(entry.provisional.model_dump(mode="json"), ensure_ascii=False)
        text += f"    provisional: {told}\n"
    notes = {"Where this comes from": _origin(source, held, line)}
    if line["cautions"]:
        notes["To be wary of"] = f"{listing(line['cautions'])}.".capitalize()
    return (
        text + "notes:\n" + "".join(f"  {title}: {quoted(told)}\n" for title, told in notes.items())
    )


def _origin(source: Study, held: Mapping[str, Any], line: Mapping[str, Any]) -> str:
    ordinary = held["usual"]["headlines"]
    half = period_name(*parse_period(held["half_year"]))
    picked = (
        f"as line {line['rank']} of {len(held['headlines'])}"
        if line["rank"]
        else ("as a line in a chapter that did not move as a whole,")
    )
    return (
        f"A screen of {source.name} for {half} picked this corridor {picked} because it had doubled. "
        f"In a usual half-year {ordinary} of the {len(held['headlines'])} lines in chapters that "
        "moved would appear, so its doubling proves less than that of a corridor named beforehand."
    )


def _claims_text(line: Mapping[str, Any]) -> str:
    """The doubling, counted in every fair way, at three thresholds."""
    lines = [SCHEMA.format("../../../", "claims") + CLAIMS + "claims:\n"]
    for number, (times, words) in enumerate(THRESHOLDS.items(), start=1):
        lines.append(f"  - id: L{number}\n    title: {quoted(words.capitalize())}\n    readings:\n")
        for main, (name, told, measure) in enumerate(_readings(line)):
            marks = "main: true, " if not main else "also: true, "
            lines.append(
                f"      - {{id: L{number}-{name}, {marks}words: {quoted(told)},\n"
                f"         measure: {measure}, predicate: {{at_least: {times}}}}}\n"
            )
    return "".join(lines)


def _readings(line: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """The name, words and measure of each way to count."""
    window = _window(line)
    span = f"{window[0]}..{window[-1]}"
    rest = [month for month in window if month != line["largest_month"]]
    year = f"{following(window[0], -BASE)}..{following(window[0], -1)}"
    ways = [("all", "the three months", span, ""), (
        "without-month", "without its largest month", ", ".join(rest), ""
    )]  # fmt: skip
    if len(line["codes"]) > 1:
        ways.append(("without-code", f"without code {line['largest_code']}", span, _without(line)))
    for name, words, months, goods in ways:
        of_goods = f", goods: {quoted(goods)}" if goods else ""
        of = f"{{take: mean, months: {quoted(months)}{of_goods}}}"
        to = f"{{take: mean, months: {quoted(year)}{of_goods}}}"
        yield (
            f"{name}-year",
            f"{words}, over the twelve months before",
            f"{{ratio: {{of: {of}, to: {to}}}}}",
        )
        yield (
            f"{name}-season",
            f"{words}, over the same months a year earlier",
            (f"{{ratio: {{of: {of}, to: a year earlier}}}}"),
        )


def _without(line: Mapping[str, Any]) -> str:
    return f"without {line['largest_code']}"


def _window(line: Mapping[str, Any]) -> list[str]:
    return month_range(following(line["window"], 1 - WINDOW), line["window"])


def _ends(months: list[str]) -> tuple[str, str]:
    return months[0], months[-1]


def _reporter(source: Study, line: Mapping[str, Any]) -> str:
    name = line["reporter"]
    return name if areas.group_of(name) or name in source.groups.reporters else areas.name_of(name)


def _scale(value: float) -> int:
    return 1_000_000 if value >= 1_000_000 else 1_000
