"""`tradecheck new`: a study of one's own that builds at once."""

from dataclasses import dataclass
from pathlib import Path

from tradecheck.data.clean import clean, trade_tables
from tradecheck.errors import TradecheckError
from tradecheck.study import areas
from tradecheck.study.cards import Card, load_card, raw_names
from tradecheck.study.claims import claims_of
from tradecheck.study.goods import ALL_GOODS
from tradecheck.study.periods import parse_months, parse_period
from tradecheck.study.project import Project
from tradecheck.study.study import FLOW, Study, study_of
from tradecheck.study.values import alike, parse_yaml

HEADINGS = "hs-headings"  # the raw table of names of customs headings, if the project holds it
CLAIMS = """\
# The claims that this study checks, each with every way to understand it. See docs/claims.md.
# A reading is a predicate on a measure; its measure may be as below.
#
# claims:
#   - id: C1
#     title: Doubled in a year
#     quote: "doubled within a year"
#     said_by: Who said it
#     date: "{date}"
#     address: https://…
#     readings:
#       - id: C1a
#         main: true
#         words: the last twelve months on the twelve before
#         measure: {{ratio: {{of: {{months: "{later}"}}, to: {{months: "{earlier}"}}}}}}
#         predicate: {{at_least: 2}}
"""


@dataclass(frozen=True)
class Asked:
    """What the command was given; an empty text was not given."""

    name: str
    reporter: str
    partner: str
    goods: str
    months: str = ""
    data: str = ""
    base: str = ""
    claim: str = ""
    flow: str = ""
    question: str = ""


def new(project: Project, asked: Asked) -> list[str]:
    """Write `notebooks/studies/NAME/` and say what to do next, one line each.

    With data, the study is tried on them first, so that what is written builds. Nothing is written
    if anything is wrong, or if the folder exists.
    """
    folder = project.studies / asked.name
    if folder.exists():
        raise TradecheckError(
            f"notebooks/studies/{asked.name} exists already; choose another name, or edit its study.yaml."
        )
    card = _data_card(project, asked.data)
    text = study_text(project, asked, card)
    place = f"notebooks/studies/{asked.name}/study.yaml"
    study = study_of({"name": asked.name, **parse_yaml(text.encode(), place)}, place)
    claims = claims_text(study, asked.claim)
    held = claims_of(parse_yaml(claims.encode(), "claims.yaml"), f"notebooks/studies/{asked.name}/claims.yaml")
    lines = []
    if trade_tables(study):
        cleaned = clean(project, study, held)
        lines.append(f"data/raw/{card.file}: {len(cleaned.flows):,} rows are of {study.corridor}.")
        lines += _gaps(study, set(cleaned.flows["period_start"]))
    else:
        lines.append(
            "There are no data yet, so the report will say that nothing can be tested, and what to get. "
            "Add a file with tradecheck add, and name it under evidence."
        )
    _write(folder, {"study.yaml": text, "claims.yaml": claims})
    return [f"Wrote {place} and claims.yaml beside it.", *lines, f"Next: make report STUDY={asked.name}"]


def study_text(project: Project, asked: Asked, card: Card | None) -> str:
    """The text of study.yaml."""
    flow = _flow(asked.flow, card)
    months = asked.months or (card.holds.months if card else "")
    if not months:
        raise TradecheckError("Say which months the study is about, such as --months 2021-01..2023-10.")
    _period("--months", months)
    if asked.base:
        _period("--base", asked.base)
    reporter, partner = _area("--reporter", asked.reporter), _area("--partner", asked.partner)
    goods, named = _goods(project, asked.goods)
    ends = (reporter, partner) if flow in ("exports", "re-exports") else (partner, reporter)
    question = asked.question or f"Did {flow} of {named} from {ends[0]} to {ends[1]} double, and when did they peak?"
    lines = [
        "# One study = one question. Codes and months stand in quotes, so that no zero is lost and no date is guessed.",
        f"question: {_quoted(question)}",
        f"reporter: {_quoted(asked.reporter.strip())}",
        f"partner: {_quoted(asked.partner.strip())}",
        f"flow: {flow}",
        f"goods: {goods}",
        f"months: {_quoted(months)}",
    ]
    if asked.base:
        lines.append(f"base: {_quoted(asked.base)}")
    if card:
        lines += ["evidence:", f"  - {'months' if _monthly(card) else 'totals'}: {asked.data}"]
    if HEADINGS in raw_names(project):
        lines += ["tables:", f"  heading names: {HEADINGS}"]
    return "\n".join(lines) + "\n"


def claims_text(study: Study, claim: str) -> str:
    """The text of claims.yaml: an example in comments, and the claim if one was given."""
    shown = study.shown
    later, earlier = shown[-12:], shown[-24:-12] or shown[:1]
    text = CLAIMS.format(
        date=f"{shown[-1]}-28", later=f"{later[0]}..{later[-1]}", earlier=f"{earlier[0]}..{earlier[-1]}"
    )
    if not claim.strip():
        return text
    return text + "\n".join(
        [
            "",
            "claims:",
            "  - id: C1",
            f"    title: {_quoted(' '.join(claim.split()[:8]))}",
            f"    quote: {_quoted(' '.join(claim.split()))}",
            "    readings:",
            "      - id: C1a",
            "        main: true",
            "        words: not yet read as a measure",
            "        not_testable: >-",
            "          No measure has been written for it yet. Replace this line by a measure and a predicate,",
            "          as in the example above.",
            "",
        ]
    )


def _data_card(project: Project, name: str) -> Card | None:
    if not name:
        return None
    if name not in raw_names(project):
        raise TradecheckError(
            f"There is no raw table {name!r}{alike(name, raw_names(project))}; tables here: "
            f"{', '.join(raw_names(project))}. Add a file with tradecheck add FILE."
        )
    card = load_card(project, name)
    if card.holds is None:
        raise TradecheckError(f"data/raw/{card.file} is no table of trade; name one that is.")
    return card


def _monthly(card: Card) -> bool:
    return card.holds.frequency in ("monthly", "mixed")


def _flow(given: str, card: Card | None) -> str:
    words = {code: word for word, code in FLOW.items()}
    if given:
        known = {**{word: word for word in FLOW}, **words}
        if given not in known:
            raise TradecheckError(f"--flow is {given!r}; expected is one of {', '.join(FLOW)}.")
        return known[given]
    return words.get(card.holds.flow, "exports") if card else "exports"


def _period(option: str, text: str) -> None:
    try:
        parse_months(text), parse_period(text.split(",")[0])
    except ValueError as error:
        raise TradecheckError(f"{option}: {error}.") from error


def _area(option: str, text: str) -> str:
    try:
        areas.resolve(text.strip(), {}, ())
    except TradecheckError as error:
        raise TradecheckError(f"{option}: {error}") from error
    return areas.group_of(text) or areas.area(text).name


def _goods(project: Project, text: str) -> tuple[str, str]:
    """Goods as they stand in study.yaml, and in the question."""
    text = text.strip()
    if text == ALL_GOODS:
        return ALL_GOODS, ALL_GOODS
    codes = [part.strip() for part in text.split(",")]
    if all(code.isascii() and code.isdigit() and 2 <= len(code) <= 10 for code in codes):
        return "[" + ", ".join(_quoted(code) for code in codes) + "]", f"goods {', '.join(codes)}"
    if text in raw_names(project):
        return f"{{list: {text}}}", "listed goods"
    lists = [name for name in raw_names(project) if load_card(project, name).format == "goods-list"]
    raise TradecheckError(
        f"--goods is {text!r}, which is neither customs codes of 2 to 10 digits with commas between "
        f"nor a goods list in data/raw/ ({', '.join(lists) or 'none here'}){alike(text, lists)}."
    )


def _gaps(study: Study, held: set[str]) -> list[str]:
    missing = [month for month in study.shown if month not in held]
    if not missing or not study.of_kind("months"):
        return []
    named = ", ".join(missing[:6]) + (f" and {len(missing) - 6} more" if len(missing) > 6 else "")
    return [f"Months without a row: {named}. They stay unknown; a missing month is not a zero."]


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _write(folder: Path, files: dict[str, str]) -> None:
    """All files, or no folder."""
    partial = folder.with_name(f".{folder.name}.new")
    partial.mkdir(parents=True, exist_ok=True)
    try:
        for name, text in files.items():
            (partial / name).write_text(text, encoding="utf-8")
        partial.rename(folder)
    except OSError as error:
        for name in files:
            (partial / name).unlink(missing_ok=True)
        partial.rmdir()
        raise TradecheckError(f"{folder.name} could not be written ({error.strerror}).") from error


