"""What has changed in a study's published reports: revisions and corrections, kept apart."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from tradecheck.errors import TradecheckError
from tradecheck.study.project import Project
from tradecheck.study.values import Day, explain, read_yaml

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class Change(BaseModel):
    """One change of a published report."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    date: Day
    version: Text
    what: Text
    why: Text
    effect: Text = Field(description="what it did to the findings")


class Changes(BaseModel):
    """A revision follows new or better data; a correction mends a mistake of ours."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    superseded_by: str = Field(default="", description="version and day of the report that follows")
    revisions: list[Change] = []
    corrections: list[Change] = []


def changes_file(study: str) -> str:
    """Where a study's changes stand in the project."""
    return f"notebooks/changes/{study}.yaml"


def read_changes(project: Project, study: str) -> Changes:
    """The changes of a study; none where it has no file."""
    place = changes_file(study)
    path = project.root / place
    if not path.is_file():
        return Changes()
    try:
        return Changes.model_validate(read_yaml(path, place) or {})
    except ValidationError as error:
        raise TradecheckError(f"{place}: {explain(error)}.") from error
