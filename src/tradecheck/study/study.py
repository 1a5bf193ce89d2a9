"""A study: one question, its corridor, its goods and months, and the evidence it rests on."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator

from tradecheck.errors import Mistakes, TradecheckError
from tradecheck.study import areas
from tradecheck.study.claims import ClaimsFile, read_claims
from tradecheck.study.evidence import EVIDENCE, Evidence
from tradecheck.study.goods import ALL_GOODS, GoodsSpec
from tradecheck.study.mistakes import Written, validated
from tradecheck.study.periods import Period, parse_months, parse_period
from tradecheck.study.project import Project
from tradecheck.study.screen import ScreenSpec
from tradecheck.study.sense import senseless
from tradecheck.study.sweep import Case, cases_of, holds_lists, whole
from tradecheck.study.values import (
    Currency,
    Day,
    Months,
    Name,
    Number,
    Quoted,
    RawName,
    Strict,
    Text,
    alike,
    no_truth,
    parse_yaml,
)

FLOW = {"exports": "X", "imports": "M", "re-exports": "RX", "re-imports": "RM"}
MOST_CODES = 6  # named one by one in a sentence
MOST_SERIES = 12  # members of a group that a report shows one by one
OVERRIDES = ("months", "base", "goods", "reporter", "partner", "flow")


class UnitSpec(Strict):
    """The unit of every money value in the report."""

    currency: Currency = Field(description="three letters of ISO 4217")
    scale: Annotated[Literal[1, 1000, 1000000, 1000000000], BeforeValidator(no_truth)] = Field(
        default=1000000, description="values are counted in so many units of it"
    )


class Groups(Strict):
    """The study's own names for several reporters, partners or goods."""

    reporters: dict[Text, list[Text]] = Field(default={}, description="names with their members")
    partners: dict[Text, list[Text]] = Field(default={}, description="names with their members")
    goods: dict[Text, GoodsSpec] = Field(default={}, description="names with their codes or list")

    @field_validator("goods", mode="before")
    @classmethod
    def _codes(cls, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: _goods(spec) for name, spec in value.items()}
        return value


class SeriesSpec(Strict):
    """A named line of months that the report shows; what is not given is the study's own."""

    reporter: Text | None = Field(default=None, description="an area or a group")
    partner: Text | None = Field(default=None, description="an area or a group")
    goods: Text | None = Field(default=None, description="a group of goods, or a code")


class Study(Strict):
    """What a person writes in `study.yaml`. Only the corridor, goods, months and question must
    be there."""

    name: Name = Field(description="the folder's name")
    case: Quoted = Field(
        default="", description="filled in: which case of the study's lists this is"
    )
    question: Text = Field(
        description="the question that the report answers; {corridor} stands for who trades with whom"
    )
    by_default: bool = Field(
        default=True, description="whether `make report` builds it without being asked by name"
    )
    reporter: Text = Field(description="who reports: an area, a group of the study, or EU27 …")
    partner: Text = Field(description="with whom: an area or a group")
    flow: Literal["exports", "imports", "re-exports", "re-imports"] = Field(
        default="exports", description="of the reporter"
    )
    goods: GoodsSpec = Field(description="codes in quotes, or {list: NAME}, or all goods")
    months: Months = Field(description="first to last month shown, such as 2021-01..2023-10")
    base: Months | None = Field(
        default=None,
        description="months whose mean the doubling is measured on; default: the first twelve",
    )
    unit: UnitSpec | None = Field(
        default=None, description="default: millions of the data's currency"
    )
    groups: Groups = Field(default=Groups(), description="the study's own names for several")
    others: list[Text] = Field(
        default=[], description="reporters or partners without a code, such as all other suppliers"
    )
    series: dict[Text, SeriesSpec] = Field(
        default={},
        description="further lines of months; members of a group are shown of themselves",
    )
    evidence: list[Evidence] = Field(default=[], description="what is known, one entry a kind")
    tables: dict[Text, RawName] = Field(
        default={}, description="raw tables that annexes read, by use"
    )
    screen: ScreenSpec | None = Field(
        default=None, description="asks for a screen of all series of the study's codes"
    )
    vintage: Day | None = Field(
        default=None, description="data as known on this day; default: latest"
    )
    claim_date: Day | None = Field(default=None, description="the day the claims were published")
    authors: list[Text] = Field(default=[], description="who signs the report")
    published: Day | None = Field(default=None, description="the day on the report")
    notes: dict[Text, Text] = Field(
        default={}, description="what the report must say, by a title of at most five words"
    )
    flag_rate_percent: Number = Field(
        default=5.0,
        gt=0,
        description="rows whose two currencies differ by more from the market are marked",
    )
    flag_unit_value_factor: Number = Field(
        default=20.0,
        gt=1,
        description="rows whose price of one unit is so many times the usual are marked",
    )

    @field_validator("goods", mode="before")
    @classmethod
    def _goods(cls, value: Any) -> Any:
        return _goods(value)

    @cached_property
    def goods_name(self) -> str:
        """What the report calls the study's goods."""
        if self.goods.name:
            return self.goods.name
        if self.goods.list:
            return "listed goods"
        return ALL_GOODS if self.goods.codes == [] else ", ".join(self.goods.codes)

    @property
    def goods_words(self) -> str:
        """The goods in a sentence: "goods 8703", or their name."""
        if self.goods_name == ALL_GOODS or self.goods.name or self.goods.list:
            return self.goods_name
        codes = self.goods.codes
        return (
            f"goods {self.goods_name}"
            if len(codes) <= MOST_CODES
            else f"goods of {len(codes)} customs codes"
        )

    @property
    def flow_code(self) -> str:
        return FLOW[self.flow]

    @cached_property
    def shown(self) -> tuple[str, ...]:
        """The months that the report shows, in order."""
        return tuple(sorted(parse_months(self.months)))

    @cached_property
    def base_months(self) -> tuple[str, ...]:
        """The base of the standard questions."""
        return parse_months(self.base) if self.base else self.shown[:12]

    @property
    def period(self) -> Period:
        return Period(self.shown[0], self.shown[-1])

    def reporters(self, text: str | None = None) -> tuple[str, ...]:
        """The areas of a reporter's name (default: the study's own)."""
        return areas.resolve(text or self.reporter, self.groups.reporters, self.others)

    def partners(self, text: str | None = None) -> tuple[str, ...]:
        """The areas of a partner's name (default: the study's own)."""
        return areas.resolve(text or self.partner, self.groups.partners, self.others)

    def display(self, text: str) -> str:
        """The name that a reader sees: of an area its short name, of a group the group's."""
        groups = {**self.groups.reporters, **self.groups.partners}
        if text in groups or text in self.others or areas.group_of(text):
            return areas.group_of(text) or text
        return areas.area(text).name

    @property
    def corridor(self) -> str:
        """ "Northland to Southland", in the direction in which goods move."""
        ends = self.display(self.reporter), self.display(self.partner)
        first, last = ends if self.flow in ("exports", "re-exports") else ends[::-1]
        return f"{first} to {last}"

    @property
    def asked(self) -> str:
        """The question, with the corridor where it stands for it."""
        return self.question.replace("{corridor}", self.corridor)

    def all_series(self) -> dict[str, SeriesSpec]:
        """Every line of months that the report shows: the corridor first."""
        found = {self.corridor: SeriesSpec()}
        for axis in ("partner", "reporter"):
            found |= self.members(axis)
        for group in self.groups.goods:
            found[f"{self.corridor}, {group}"] = SeriesSpec(goods=group)
        return found | self.series

    def members(self, axis: Literal["reporter", "partner"]) -> dict[str, SeriesSpec]:
        """The series of each member of the study's own group, if it is one of few."""
        members = self.partners() if axis == "partner" else self.reporters()
        if not 1 < len(members) <= MOST_SERIES:
            return {}
        return {areas.name_of(member): SeriesSpec(**{axis: member}) for member in members}

    def goods_groups(self) -> dict[str, GoodsSpec]:
        """The study's goods by their name, and every group."""
        return (
            {self.goods_name: self.goods, **self.groups.goods}
            if self.goods_name != ALL_GOODS
            else {**self.groups.goods}
        )

    def of_kind(self, kind: str) -> list[Any]:
        """The evidence entries of a kind, in the order of the study."""
        return [entry for entry in self.evidence if isinstance(entry, EVIDENCE[kind])]

    def without(self, kind: str) -> "Study":
        """The study as if it had no evidence of a kind."""
        kept = [entry for entry in self.evidence if not isinstance(entry, EVIDENCE[kind])]
        return self.model_copy(update={"evidence": kept})

    def raw_names(self) -> list[str]:
        """Every raw file that the study names, once."""
        lists = [spec.list for spec in (self.goods, *self.groups.goods.values()) if spec.list]
        named = [name for entry in self.evidence for name in entry.raw_names()]
        return list(dict.fromkeys([*named, *lists, *self.tables.values()]))


def load_study(project: Project, name: str) -> Study:
    """The study in the folder `notebooks/studies/NAME/`, with the tables fetched for it; of one
    that holds lists, all cases together."""
    study = written_study(project, name)
    held = project.fetched_tables(name)
    unit = study.unit.currency if study.unit else ""
    evidence = [one for entry in study.evidence for one in entry.tables(name, held, unit)]
    return study.model_copy(update={"evidence": evidence})


def written_study(project: Project, name: str) -> Study:
    """The study as its file says: fetched months are named, but not which tables they are."""
    fields, place = study_fields(project, name)
    content = (project.root / place).read_bytes()
    return study_of({"name": name, **whole(fields, place)}, place, content)


def load_cases(project: Project, name: str) -> dict[str, Case]:
    """The cases of a study that holds lists, by name; none of another."""
    return cases_of(*study_fields(project, name))


def _elsewhere(project: Project, name: str) -> str:
    """Where a folder of this name holds a study all the same, and where to move it."""
    for folder in (name, f"notebooks/{name}", f"studies/{name}", f"data/{name}"):
        if (project.root / folder / "study.yaml").is_file():
            return f"; {folder}/ holds one: move it to notebooks/studies/{name}/"
    return ""


def study_fields(project: Project, name: str) -> tuple[dict[str, Any], str]:
    """What stands in a study's file, unchecked, and the file's place."""
    path = project.studies / name / "study.yaml"
    if not path.is_file():
        known = project.study_names()
        raise TradecheckError(
            f"There is no study {name!r}: notebooks/studies/{name}/study.yaml does not exist"
            f"{_elsewhere(project, name) or alike(name, known)}"
            f" (studies here: {', '.join(known) or 'none'})."
        )
    place = f"notebooks/studies/{name}/study.yaml"
    content = path.read_bytes()
    fields = parse_yaml(content, place)
    if not isinstance(fields, dict):
        raise TradecheckError(f"{place}: a study is a list of fields, one `field: value` a line.")
    for field in ("name", "case"):
        if field in fields:
            told = f"a study is named by its folder; delete the field {field}"
            raise Mistakes([Written(place, content).mistake([field], told)])
    return fields, place


def study_of(fields: Mapping[str, Any], place: str, content: bytes | None = None) -> Study:
    """A checked study. Raises Mistakes: `place` is the file, `content` its text, for the lines."""
    written = Written(place, content)
    study = validated(Study, dict(fields), written)
    if found := list(senseless(study, written)):
        raise Mistakes(found)
    return study


def open_study(project: Project, study: str, **overrides: Any) -> tuple[Study, ClaimsFile]:
    """What a notebook's parameters cell names: the study with its overrides, and its claims.

    An override of None means "as the study says"; the fields are those of OVERRIDES.
    """
    found = load_study(project, study)
    changed = {name: value for name, value in overrides.items() if value is not None}
    if unknown := sorted(set(overrides) - set(OVERRIDES)):
        raise TradecheckError(
            f"The parameters cell sets {unknown[0]!r}, which is no override"
            f"{alike(unknown[0], [*OVERRIDES])}; allowed are {', '.join(OVERRIDES)}."
        )
    if changed:
        fields = found.model_dump(exclude_defaults=True, by_alias=True)
        fields["evidence"] = [entry.model_dump(exclude_defaults=True) for entry in found.evidence]
        case = _case(project, study, changed)
        found = study_of({**fields, **changed, "case": case}, "the notebook's parameters cell")
    return found, read_claims(project, found.name)


def _case(project: Project, name: str, changed: Mapping[str, Any]) -> str:
    """The case that some overrides make of a study; empty if they make none."""
    if not holds_lists((project.studies / name / "study.yaml").read_bytes()):
        return ""
    cases = load_cases(project, name)
    return next((case for case, fields in cases.items() if fields == changed), "")


def _goods(value: Any) -> Any:
    """The short forms of goods: a list of codes, one code, or `all goods`."""
    if value == ALL_GOODS:
        return {"codes": [], "within": ALL_GOODS, "name": ALL_GOODS}
    if isinstance(value, str):
        return {"codes": [value]}
    return {"codes": value} if isinstance(value, list) else value


__all__ = [
    "Study", "load_cases", "load_study", "open_study", "parse_period", "study_of", "written_study",
]  # fmt: skip
