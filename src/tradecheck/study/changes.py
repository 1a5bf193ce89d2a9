"""What has changed in a study's published reports: revisions and corrections, kept apart."""

from pydantic import Field

from tradecheck.study.mistakes import Written, validated
from tradecheck.study.project import Project
from tradecheck.study.values import Day, Strict, Text, Words, parse_yaml


class Change(Strict):
    """One change of a published report."""

    date: Day = Field(description="when")
    version: Text = Field(description="of the report")
    what: Text = Field(description="what changed")
    why: Text = Field(description="and why")
    effect: Text = Field(description="what it did to the findings")


class Changes(Strict):
    """A revision follows new or better data; a correction mends a mistake of ours."""

    superseded_by: Words = Field(
        default="", description="version and day of the report that follows"
    )
    revisions: list[Change] = Field(default=[], description="after new or better data")
    corrections: list[Change] = Field(default=[], description="of mistakes of ours")


def changes_file(study: str) -> str:
    """Where a study's changes stand in the project."""
    return f"notebooks/studies/{study}/changes.yaml"


def read_changes(project: Project, study: str) -> Changes:
    """The changes of a study; none where it has no file."""
    place = changes_file(study)
    path = project.root / place
    if not path.is_file():
        return Changes()
    content = path.read_bytes()
    return validated(Changes, parse_yaml(content, place) or {}, Written(place, content))
