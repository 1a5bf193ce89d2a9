"""What `tradecheck new` is given, read as the fields of a study."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from tradecheck.data.flows import TOTAL
from tradecheck.data.sources.lists import goods_list
from tradecheck.desk.study_files import quoted
from tradecheck.errors import TradecheckError
from tradecheck.runner.notebooks import Notebook
from tradecheck.show.prose import listing
from tradecheck.study import areas
from tradecheck.study.cards import (
    NOT_STATED,
    Card,
    Holds,
    load_card,
    raw_name,
    raw_names,
)
from tradecheck.study.claims import MOST_QUOTED
from tradecheck.study.goods import ALL_GOODS
from tradecheck.study.periods import parse_months
from tradecheck.study.project import Project
from tradecheck.study.study import FLOW
from tradecheck.study.values import alike, is_code

HEADINGS = "hs-headings"  # the raw table of names of customs headings, if the project holds it
MOST_CODES = 6  # named one by one in a question
MILLION = 1_000_000


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
    currency: str = ""


def fields_of(project: Project, asked: Asked, holds: Holds | None) -> dict[str, str]:
    """The fields of study.yaml, as YAML."""
    flow = _flow(asked.flow, holds)
    _stated(asked, flow, holds)
    goods, named = _goods(project, asked.goods, holds)
    others = [
        text.strip()
        for axis, text in (("reporter", asked.reporter), ("partner", asked.partner))
        if not _known(axis, text, getattr(holds, f"{axis}s", []))
    ]
    ends = [areas.name_of(text.strip()) for text in (asked.reporter, asked.partner)]
    first, last = ends if flow in ("exports", "re-exports") else ends[::-1]
    question = f"Did {flow} of {named} from {first} to {last} double, and when did they peak?"
    fields = {
        "question": quoted(asked.question.strip() or question),
        "reporter": quoted(asked.reporter.strip()),
        "partner": quoted(asked.partner.strip()),
        "flow": flow,
        "goods": goods,
        "months": quoted(_months("--months", asked.months) if asked.months else _span(holds)),
    }
    if asked.base:
        fields["base"] = quoted(_months("--base", asked.base))
    if currency := _currency(asked.currency, holds):
        fields["unit"] = f"{{currency: {currency}, scale: {MILLION}}}"
    if others:
        fields["others"] = f"[{', '.join(map(quoted, others))}]"
    if HEADINGS in raw_names(project):
        fields["tables"] = f"{{heading names: {HEADINGS}}}"
    return fields


def study_name(project: Project, name: str) -> str:
    """The name, if a new study can have it."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        plain = unicodedata.normalize("NFKD", name.casefold().replace("ı", "i"))
        made = re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")
        hint = f", such as {made}" if made else ", such as car-exports"
        raise TradecheckError(
            f"The name {name!r} cannot be a study's: small letters of English, digits and hyphens "
            f"are expected{hint}."
        )
    if (project.studies / name).exists():
        raise TradecheckError(
            f"notebooks/studies/{name} exists already; choose another name, or edit its study.yaml."
        )
    shared = [Notebook(project.root, file) for file in project.notebook_files(project.notebooks)]
    own, *others = (
        [f"{study}{book.suffix}" for book in shared] for study in (name, *project.study_names())
    )
    if taken := {"index"}.union(*others).intersection(own):
        raise TradecheckError(
            f"A study called {name} would write reports/{min(taken)}.html, which is another "
            "page's; choose another name."
        )
    return name


def quote_of(claim: str) -> str:
    """The words of a claim, if they are few enough for a quotation."""
    words = claim.split()
    if len(words) > MOST_QUOTED:
        raise TradecheckError(
            f"--claim has {len(words)} words; quote the phrase that counts, in {MOST_QUOTED} at "
            "most."
        )
    return " ".join(words)


def data_card(project: Project, name: str) -> Card | None:
    """The card of the raw table that is named, None if none is."""
    if not name:
        return None
    known = raw_names(project)
    found = name if name in known else raw_name(Path(name).name)
    if found not in known:
        held = [one for one in known if load_card(project, one).holds]
        raise TradecheckError(
            f"--data {name}: data/raw/ holds no table of this name{alike(found, held)} (tables of "
            f"trade there: {', '.join(held) or 'none'}); tradecheck add FILE takes one in."
        )
    card = load_card(project, found)
    if card.holds is None:
        raise TradecheckError(
            f"--data {name}: data/raw/{card.file} is no table of trade; name one that is."
        )
    return card


def _stated(asked: Asked, flow: str, holds: Holds | None) -> None:
    """Raises a TradecheckError where the data do not say whose trade they are."""
    told = {"reporter": asked.reporter, "partner": asked.partner, "flow": flow}
    held = {} if holds is None else {
        "reporter": holds.reporters, "partner": holds.partners, "flow": [holds.flow],
    }  # fmt: skip
    silent = [name for name, values in held.items() if values == [NOT_STATED]]
    if silent:
        name = raw_name(Path(asked.data).name)
        flags = " ".join(f"--{one} {_word(told[one].strip())}" for one in silent)
        raise TradecheckError(
            f"data/raw/{name} does not state its {listing(silent)}; if it holds what this study is "
            f"about, say so: tradecheck add --renew {name} {flags}"
        )


def _word(text: str) -> str:
    return f'"{text}"' if " " in text else text


def _flow(given: str, holds: Holds | None) -> str:
    words = {code: word for word, code in FLOW.items()}
    if given:
        known = {word[:-1]: word for word in FLOW} | {word: word for word in FLOW} | words
        if given not in known:
            raise TradecheckError(
                f"--flow {given}: one of {', '.join(FLOW)} is "
                f"expected{alike(given, list(FLOW)) or '.'}"
            )
        return known[given]
    return words.get(holds.flow, "exports") if holds else "exports"


def _months(option: str, text: str) -> str:
    try:
        parse_months(text)
    except ValueError as error:
        raise TradecheckError(f"{option}: {error}.") from error
    return text


def _span(holds: Holds | None) -> str:
    """The first to the last month that the data hold."""
    if holds is None:
        raise TradecheckError(
            "Say which months the study is about, such as --months 2021-01..2023-10."
        )
    held = sorted(parse_months(holds.months))
    return f"{held[0]}..{held[-1]}"


def _known(axis: str, text: str, held: list[str]) -> bool:
    """Whether the text names an area or group; False where only the data have such a name."""
    try:
        areas.resolve(text.strip(), {}, ())
    except TradecheckError as error:
        if text.strip() in held:
            return False
        raise TradecheckError(f"--{axis}: {error}") from error
    return True


def _currency(given: str, holds: Holds | None) -> str:
    if not given and holds and holds.currency == "mixed":
        raise TradecheckError(
            "The data hold values in several currencies; say in which the report is, such as "
            "--currency USD."
        )
    return given.strip().upper()


def _goods(project: Project, text: str, holds: Holds | None) -> tuple[str, str]:
    """Goods as they stand in study.yaml, and in the question."""
    text = " ".join(text.split())
    if text.casefold() in (ALL_GOODS, "all", TOTAL.casefold()):
        return ALL_GOODS, ALL_GOODS
    if text in raw_names(project) and load_card(project, text).format == "goods-list":
        own = f"name: {text}, " if holds and holds.goods == text else ""  # rows of the list's total
        return f"{{{own}list: {text}}}", "listed goods"
    codes = [re.sub(r"[ .]", "", part) for part in text.split(",")]
    if all(map(is_code, codes)):
        return f"[{', '.join(map(quoted, codes))}]", _goods_words(project, codes)
    lists = [name for name in raw_names(project) if load_card(project, name).format == "goods-list"]
    raise TradecheckError(
        f"--goods {text}: customs codes of 2 to 10 digits with commas between are expected, or all "
        "goods, or a goods list in data/raw/ "
        f"({', '.join(lists) or 'none there'}){alike(text, lists) or '.'}"
    )


def _goods_words(project: Project, codes: list[str]) -> str:
    """ "cars (8703)" where the project knows the heading's name, else "goods 8703"."""
    if len(codes) > MOST_CODES:
        return f"goods of {len(codes)} customs codes"
    if len(codes) == 1 and HEADINGS in raw_names(project):
        table = goods_list(project, HEADINGS)
        for name in table.loc[table["code"] == codes[0], "name"]:
            plain = name[:1].lower() + name[1:] if name[1:2].islower() else name
            return f"{plain} ({codes[0]})"
    return f"goods {', '.join(codes)}"
