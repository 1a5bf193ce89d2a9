"""`tradecheck new`: a study of one's own that builds at once."""

from pathlib import Path

from tradecheck.bounds.knowledge import Evidence
from tradecheck.bounds.terms import Contradiction
from tradecheck.data.clean import clean
from tradecheck.data.flows import TOTAL
from tradecheck.data.gaps import (
    areas_without_rows,
    codes_without_rows,
    months_uncovered,
    months_without_rows,
)
from tradecheck.data.load import tables_of
from tradecheck.data.tables import Tables
from tradecheck.desk.asked import Asked, data_card, fields_of, quote_of, study_name
from tradecheck.desk.study_files import claims_text, study_text
from tradecheck.errors import TradecheckError
from tradecheck.study import areas
from tradecheck.study.cards import load_card, raw_name
from tradecheck.study.claims import claims_of
from tradecheck.study.goods import ALL_GOODS
from tradecheck.study.periods import parse_months, runs
from tradecheck.study.project import Project
from tradecheck.study.study import Study, study_of
from tradecheck.study.values import parse_yaml
from tradecheck.verdicts.findings import findings, months_table

KINDS = {
    "monthly": ("months",),
    "mixed": ("months", "totals"),
}  # by frequency; of any other: totals
MOST_NAMED = 8
SCALES = (1_000_000, 1_000, 1)


def new(project: Project, asked: Asked) -> list[str]:
    """Write `notebooks/studies/NAME/` and say what to do next, one line each.

    With data, the study is tried on them first, so that what is written builds. Nothing is written
    if anything is wrong, or if the folder exists.
    """
    place = f"notebooks/studies/{study_name(project, asked.name)}"
    quote = quote_of(asked.claim)
    card = data_card(project, asked.data)
    table, held = (raw_name(card.file), card.holds) if card else ("", None)
    fields = fields_of(project, asked, held)
    kinds = KINDS.get(held.frequency, ("totals",)) if held else ()
    text = study_text(fields, [(kind, table) for kind in kinds])
    lines: list[str] = []
    if card:
        try:
            text, lines = _tried(project, place, text, table)
        except Contradiction:  # a year that is not the sum of its months
            text = study_text(fields, [("months", table)])
            text, lines = _tried(project, place, text, table)
            lines.append(
                "Its totals of longer periods do not fit its months, so only the months count."
            )
    study = study_from(place, text)
    claims = claims_text(quote, study.shown)
    claims_of(parse_yaml(claims.encode(), "claims.yaml"), f"{place}/claims.yaml")
    write_files(project.studies / asked.name, {"study.yaml": text, "claims.yaml": claims})
    return [
        f"Wrote {place}/study.yaml, and claims.yaml beside it.",
        *lines,
        *_next(asked, place, study),
    ]


def _tried(project: Project, place: str, text: str, card: str) -> tuple[str, list[str]]:
    """The study on its data: its text, in thousands if it is about small sums, and what is to be
    said."""
    study = study_from(place, text)
    nothing = claims_of(None, place)
    held = load_card(project, card).holds
    if held and not {*study.shown} & {*parse_months(held.months)}:
        raise TradecheckError(
            f"--months {study.months}: the data hold {held.months.replace('..', ' to ')}, and no "
            "month of these; choose months that they hold."
        )
    cleaned = clean(project, study, nothing)
    tables = tables_of(project, study, cleaned.flows, cleaned.published)
    missing = months_uncovered(study, tables)
    evidence = Evidence(study, nothing, tables)
    evidence.taken().body.check()
    found = findings(evidence)[0]
    rows = f"{len(cleaned.flows):,} {'row is' if len(cleaned.flows) == 1 else 'rows are'}"
    lines = [f"{rows} of {study.flow} of {study.goods_words}, {study.corridor}."]
    lines += _gaps(evidence, missing, card)
    lines += _members(study, tables)
    lines += _codes(study, tables)
    if study.base_months[-1] >= study.shown[-1] and len(study.shown) > 1:
        lines.append(
            "The base is all months shown, so no month after it can have doubled; a shorter one "
            "goes under base in study.yaml."
        )
    mean = found.total[0] / len(study.shown)
    if study.unit is None and 0 < mean < 1:
        scale = next((one for one in SCALES if mean * SCALES[0] >= one), 1)
        unit = f"unit: {{currency: {evidence.currency}, scale: {scale}}}\n"
        text = text.replace("evidence:\n", f"{unit}evidence:\n", 1)
    return text, lines


def _gaps(evidence: Evidence, missing: list[str], name: str) -> list[str]:
    """What is to be said of months without a row: unknown, or zero where the card says so."""
    shown = months_table(evidence).drop_duplicates("month").set_index("month")["hi"]
    lines = []
    for told, zero in (
        ("Months without a figure: {}. They stay unknown, which is not zero.", False),
        (
            f"Months without a row: {{}}. They count as zero, as data/raw/{name}.card.yaml says.",
            True,
        ),
    ):
        if months := [month for month in missing if bool(shown[month] == 0) == zero]:
            lines.append(told.format(runs(months).replace("..", " to ")))
    return lines


def _members(study: Study, tables: Tables) -> list[str]:
    """What is to be said of members of a group without a row: what they make is a floor."""
    lines = []
    for row in areas_without_rows(study, tables).itertuples():
        if len(getattr(study, f"{row.axis}s")()) > 1:
            named = _named([areas.name_of(code) for code in row.areas])
            lines.append(f"The data hold no row of the {row.axis} {named}.")
    if len(study.reporters()) > 1:
        for row in months_without_rows(study, tables).itertuples():
            gaps = runs(row.months).replace("..", " to ")
            name = areas.name_of(row.reporter)
            lines.append(f"{name} has no row in {gaps}; the sum of the others is a floor.")
    return lines


def _codes(study: Study, tables: Tables) -> list[str]:
    """What is to be said of codes: those without a row, and those that are sums of longer ones."""
    lines = []
    held = set(tables.flows["product"])
    if lacking := codes_without_rows(study, tables):
        lines.append(
            f"Codes without a row: {_named(lacking)}; check that they exist in these years."
        )
    if TOTAL not in held and study.goods_name == ALL_GOODS:
        lines.append(
            "No row is of all goods, so all goods are the sum of the codes that the data hold."
        )
    for code in study.goods.codes:
        longer = {product for product in held if product.startswith(code) and product != code}
        if code not in held and longer:
            count = "the one longer code" if len(longer) == 1 else f"the {len(longer)} longer codes"
            lines.append(
                f"{code} has no row of its own: it is the sum of {count} that the data hold."
            )
    return lines


def _next(asked: Asked, place: str, study: Study) -> list[str]:
    lines = []
    if asked.claim.strip():
        lines.append(f"The claim is not testable yet: give it a measure in {place}/claims.yaml.")
    if not study.evidence:
        lines += [
            "It names no data yet, so its report can test nothing and says what it takes.",
            "tradecheck formats lists the files that are read; tradecheck add FILE takes one in; "
            f"then name it under evidence in {place}/study.yaml.",
        ]
    return [*lines, f"Next: make report STUDY={asked.name}"]


def study_from(place: str, text: str) -> Study:
    """The study that a text is, in a folder that may not exist yet."""
    file, content = f"{place}/study.yaml", text.encode()
    return study_of({"name": Path(place).name, **parse_yaml(content, file)}, file, content)


def _named(items: list[str]) -> str:
    more = f" and {len(items) - MOST_NAMED} more" if len(items) > MOST_NAMED else ""
    return ", ".join(items[:MOST_NAMED]) + more


def write_files(folder: Path, files: dict[str, str]) -> None:
    """All files, or no folder."""
    partial = folder.with_name(f".{folder.name}.new")
    try:
        partial.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (partial / name).write_text(text, encoding="utf-8")
        partial.rename(folder)
    except OSError as error:
        for name in files:
            (partial / name).unlink(missing_ok=True)
        if partial.is_dir():
            partial.rmdir()
        raise TradecheckError(f"{folder.name} could not be written ({error.strerror}).") from error
