"""A stranger's project in a temporary folder: files added, studies written and judged."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from tradecheck.bounds.knowledge import Evidence
from tradecheck.data.clean import Cleaned, clean
from tradecheck.data.load import tables_of
from tradecheck.desk.add import add
from tradecheck.study.claims import ClaimsFile
from tradecheck.study.project import Project
from tradecheck.study.study import Study, open_study
from tradecheck.verdicts.claims import JudgedClaim, judge_claims
from tradecheck.verdicts.findings import Finding, findings, months_table
from tradecheck.verdicts.judge import Judge

ROOT = Path(__file__).resolve().parents[1]


class Desk:
    """A project as a stranger has it: the shared notebooks, no study, no data."""

    def __init__(self, root: Path, notebooks: bool = False, ready: bool = False):
        self.root, self.project = root, Project(root)
        if ready:
            return
        for folder in ("notebooks/studies", "data/raw", "data/processed", "reports"):
            (root / folder).mkdir(parents=True)
        if notebooks:
            for path in (ROOT / "notebooks").glob("*.ipynb"):
                shutil.copy(path, root / "notebooks")
            for path in (ROOT / "data" / "raw").glob("hs-headings.*"):
                shutil.copy(path, root / "data" / "raw")

    def file(self, name: str, content: str | bytes) -> Path:
        """A file as downloaded, beside the project's folders."""
        path = self.root / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def add(self, name: str, content: str | bytes, ending: str = ".csv", **said: str) -> list[str]:
        """A raw table from a file's content; `absent` goes into its card as a person writes it."""
        absent = said.pop("absent", None)
        lines = add(self.project, self.file(f"{name}{ending}", content), name, None, said)
        if absent:
            card = self.project.raw / f"{name}.card.yaml"
            text = card.read_text(encoding="utf-8")
            other = {"zero": "unknown", "unknown": "zero"}[absent]
            card.write_text(text.replace(f"absent: {other}", f"absent: {absent}"), encoding="utf-8")
        return lines

    def study(self, text: str, claims: str | None = None, name: str = "own") -> "Opened":
        """A study as typed."""
        folder = self.project.studies / name
        folder.mkdir(exist_ok=True)
        (folder / "study.yaml").write_text(text, encoding="utf-8")
        if claims is not None:
            (folder / "claims.yaml").write_text(claims, encoding="utf-8")
        return Opened(self.project, name)


@dataclass(frozen=True)
class Opened:
    """A study opened, cleaned and judged as the notebooks do it."""

    project: Project
    name: str

    @cached_property
    def _read(self) -> tuple[Study, ClaimsFile]:
        return open_study(self.project, self.name)

    @property
    def opened(self) -> Study:
        return self._read[0]

    @property
    def claims(self) -> ClaimsFile:
        return self._read[1]

    @cached_property
    def cleaned(self) -> Cleaned:
        return clean(self.project, *self._read)

    @cached_property
    def evidence(self) -> Evidence:
        tables = tables_of(self.project, self.opened, self.cleaned.flows, self.cleaned.published)
        return Evidence(*self._read, tables)

    @cached_property
    def judged(self) -> list[JudgedClaim]:
        return judge_claims(Judge(self.evidence))

    @cached_property
    def verdicts(self) -> dict[str, str]:
        """The verdict of every reading."""
        return {
            r.reading.id: str(r.outcome.verdict) for claim in self.judged for r in claim.readings
        }

    def ends(self, reading: str) -> tuple[float, float]:
        """The bounds of a reading's measure."""
        found = {r.reading.id: r.outcome for claim in self.judged for r in claim.readings}[reading]
        return found.lo, found.hi

    @cached_property
    def findings(self) -> dict[str, Finding]:
        return {found.series: found for found in findings(self.evidence)}

    @property
    def found(self) -> Finding:
        """The standard answers for the corridor itself."""
        return next(iter(self.findings.values()))

    @cached_property
    def table(self) -> pd.DataFrame:
        """The months shown, of every series."""
        return months_table(self.evidence)

    def months(self, series: str | None = None) -> dict[str, tuple[float, float, str]]:
        """lo, hi and grade of every month shown of a series; default: the corridor."""
        table = self.table
        rows = table[table["series"] == (series or table["series"].iloc[0])]
        return {row.month: (row.lo, row.hi, row.grade) for row in rows.itertuples()}


def tidy(
    values: Mapping[str, float | None],
    reporter: str = "Türkiye",
    partner: str = "Russia",
    flow: str = "exports",
    product: str = "8703",
    currency: str = "usd",
) -> str:
    """A tidy table of months (or longer periods); None is an empty cell."""
    lines = [f"period,reporter,partner,flow,product,value_{currency}"]
    for period, value in values.items():
        cell = "" if value is None else f"{value:.0f}"
        lines.append(f"{period},{reporter},{partner},{flow},{product},{cell}")
    return "\n".join(lines) + "\n"


def joined(*tables: str) -> str:
    """Several tables of the same columns as one."""
    first, *others = tables
    return first + "".join(table.partition("\n")[2] for table in others)


def yaml(**fields: str) -> str:
    """A study's text: the fields given, and those of the smallest study."""
    usual = {
        "question": "Did it double?",
        "reporter": "Türkiye",
        "partner": "Russia",
        "goods": '["8703"]',
        "months": '"2022-01..2022-12"',
        "evidence": "[{months: cars}]",
    }
    return "".join(f"{name}: {text}\n" for name, text in (usual | fields).items())


def reading(id: str, measure: str, predicate: str) -> str:
    """A claim of one reading, as a line of claims.yaml."""
    return (
        f"  - {{id: {id}, title: {id}, readings: [{{id: {id}, words: it, measure: {measure}, "
        f"predicate: {predicate}}}]}}\n"
    )


def claims(*readings: tuple[str, str, str]) -> str:
    """A claims file of claims with one reading each: id, measure, predicate."""
    return "claims:\n" + "".join(reading(*one) for one in readings)
