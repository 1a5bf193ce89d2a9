"""A study: one question, as typed parameters. Its YAML file and the notebooks' cells agree."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from tradecheck.errors import TradecheckError
from tradecheck.study.project import Project

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
FigureId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$")]
Month = Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]
Hs6 = Annotated[str, StringConstraints(pattern=r"^\d{6}$")]
HsPrefix = Annotated[str, StringConstraints(pattern=r"^\d{2}(\d{2}){0,2}$")]

FORMS = {
    kind.__metadata__[0].pattern: words
    for kind, words in {
        Name: "small letters, digits and hyphens",
        FigureId: "small letters, digits and underscores",
        Month: "a month such as '2024-07'",
        Day: "a day such as '2024-07-31'",
        Hs6: "the six digits of an HS code, zeros among them",
        HsPrefix: "two, four or six digits of an HS code, zeros among them",
    }.items()
}
REMEDIES = {
    "extra_forbidden": "no such field; correct the spelling or delete the line",
    "missing": "this field is missing; add it",
    "string_type": "text is expected; put the value in quotes, so that no zero or date is lost",
    "string_pattern_mismatch": "expected is {form}",
}


class Grid(BaseModel):
    """The defensible choices of each kind; every combination of them is a specification."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    claims: list[str] = Field(min_length=1, description="claims whose every reading is tried")
    goods: list[str] = Field(min_length=1, description="lists the story may mean")
    coverage: list[Literal["as published", "worst case"]] = Field(
        min_length=1, description="official totals as published, or with all unseen trade at worst"
    )
    believing: dict[str, list[str]] = Field(
        min_length=1, description="sets of reported figures and readings that may be believed"
    )
    rate_tolerance_inr: list[float | None] = Field(
        min_length=1, description="tolerances of the second currency, null to leave it out"
    )
    about: list[list[float]] = Field(
        min_length=1, description='ranges that "about double" may mean'
    )
    hong_kong: list[Literal["apart", "with China"]] = Field(
        min_length=1, description="where Hong Kong stands in the ranking"
    )
    vintage: list[Literal["claim date", "latest"]] = Field(
        min_length=1, description="official totals known on the day of the claim, or by now"
    )
    months: list[Literal["none"] | Name] = Field(
        min_length=1, description="observed monthly sources, none to use none"
    )


class Study(BaseModel):
    """Every parameter of a study, typed and described. An unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: Name = Field(description="the study's name: its file, its reports, its processed data")
    question: str = Field(min_length=10, description="the question the report answers")
    reporter: str = Field(description="the exporting country")
    partner: str = Field(description="the importing country")
    goods_list: Name = Field(description="raw table that lists the goods (HS6 codes)")
    goods: dict[str, list[HsPrefix]] = Field(
        description="named groups of goods: HS chapters, headings or HS6 codes, in quotes"
    )
    complete_codes: list[Hs6] = Field(
        description="codes whose every tariff line is in the yearly table: its total is exact"
    )
    beyond_list: dict[str, FigureId] = Field(
        description="groups of goods with an official total also outside the list: context figure"
    )
    suppliers: list[str] = Field(description="other suppliers of the partner, one group a name")
    claims: Name = Field(description="raw file with the quoted claims and their readings")
    rereports: Name = Field(description="raw table of coded re-reports of the story")
    claim_date: Day = Field(description="the day the claim was published")
    first_month: Month = Field(description="first month shown")
    last_month: Month = Field(description="last month shown")
    yearly_totals: Name = Field(description="raw table of official fiscal-year totals by HS6")
    destinations: Name = Field(description="raw table of the largest destinations by year")
    context: Name = Field(description="raw table of reported figures")
    exchange_rates: Name = Field(description="raw table of monthly rupees per US dollar")
    release_calendar: Name = Field(description="raw table: which month was public on which day")
    rate_tolerance_inr: float = Field(
        ge=0, le=5, description="how far customs rates may stand from the month's market rate, INR"
    )
    grid: Grid = Field(description="the choices that the robustness report varies")
    rate_gap_flag_percent: float = Field(
        gt=0, description="implied exchange rates further than this from the year's range are flagged"
    )
    unit_value_flag_factor: float = Field(
        gt=1, description="unit values this many times above or below the code's median are flagged"
    )

    @classmethod
    def from_cell(cls, variables: Mapping[str, Any]) -> "Study":
        """The study of a notebook: the variables that its `parameters` cell has set."""
        given = {key: variables[key] for key in cls.model_fields if key in variables}
        return cls.build(given, place="the notebook's parameters cell")

    @classmethod
    def build(cls, fields: Mapping[str, Any], place: str) -> "Study":
        """A validated study; `place` is where the fields stand, for the error's sentence."""
        try:
            study = cls.model_validate(dict(fields))
        except ValidationError as error:
            raise TradecheckError(f"{place}: {explain(error)}.") from error
        if study.first_month > study.last_month:
            raise TradecheckError(
                f"{place}: first_month {study.first_month} lies after last_month "
                f"{study.last_month}; swap them."
            )
        return study


def explain(error: ValidationError) -> str:
    """All findings of a validation as one sentence: which field, what it holds, the remedy."""
    parts = []
    for finding in error.errors():
        field = ".".join(str(step) for step in finding["loc"]) or "the whole"
        pattern = finding.get("ctx", {}).get("pattern")
        form = FORMS.get(pattern, f"a text of the form {pattern}")
        remedy = REMEDIES.get(finding["type"], finding["msg"]).replace("{form}", form)
        held = "" if finding["type"] == "missing" else f" (is {finding['input']!r})"
        parts.append(f"{field}{held}: {remedy}")
    return "; ".join(parts)


# The reader in C is the same, ten times as fast.
class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """YAML without the trap that of a field written twice the last counts in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"{key.value} stands twice", problem_mark=key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def read_yaml(path: Path, place: str) -> Any:
    """The content of a YAML file; `place` names the file in an error's sentence."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "it cannot be read"
        raise TradecheckError(f"{place}{line}: not valid YAML ({problem}).") from error
    except UnicodeDecodeError as error:
        raise TradecheckError(f"{place}: not UTF-8 text; save the file as UTF-8.") from error


def load_study(project: Project, name: str) -> Study:
    """The study `notebooks/studies/NAME.yaml`."""
    path = project.studies / f"{name}.yaml"
    if not path.is_file():
        known = ", ".join(project.study_names()) or "none"
        raise TradecheckError(
            f"There is no study {name!r}: notebooks/studies/{name}.yaml does not exist "
            f"(studies here: {known})."
        )
    place = project.relative(path)
    fields = read_yaml(path, place)
    if not isinstance(fields, dict):
        raise TradecheckError(f"{place}: a study is a list of fields, one `field: value` a line.")
    study = Study.build(fields, place)
    if study.name != name:
        raise TradecheckError(
            f"{place}: the field name is {study.name!r} but the file is called {name!r}; "
            "make them equal."
        )
    return study
