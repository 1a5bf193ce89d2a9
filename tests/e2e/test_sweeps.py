"""A study that holds lists, built as a whole: one report a case, ranked; one that fails stops no other."""

import pytest

from strangers import Desk, claims, joined, tidy, yaml
from test_stranger import Shell
from tradecheck.study.periods import month_range

MONTHS = month_range("2021-01", "2022-12")
FLAT = dict.fromkeys(MONTHS, 10e6)


def rising(times: float) -> dict[str, float]:
    return {month: 10e6 * (times if month >= "2022" else 1) for month in MONTHS}


TABLE = joined(
    tidy(rising(3), reporter="Germany", partner="Russia"),
    tidy(rising(1.5), reporter="Germany", partner="Belarus"),
    tidy(FLAT, reporter="Lithuania", partner="Russia"),
    tidy(rising(5), reporter="Lithuania", partner="Belarus"),
)
STUDY = yaml(
    question='"{corridor}: did it double?"',
    reporter="[Germany, Lithuania]",
    partner="[Russia, Belarus, Armenia]",
    months='"2021-01..2022-12"',
    by_default="false",
)
DOUBLED = ("doubled", '{ratio: {of: {months: "2022"}, to: a year earlier}}', "{at_least: 2}")

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def shell(tmp_path_factory) -> Shell:
    shell = Shell(tmp_path_factory.mktemp("sweep"))
    desk = Desk(shell.root, ready=True)
    desk.add("cars", TABLE)
    desk.study(STUDY, claims(DOUBLED), "lists")
    return shell


def test_cases_are_built_when_asked_for_ranked_and_fresh(shell):
    shell.does("report")
    assert not list((shell.root / "reports").glob("lists*"))  # not by default
    shell.does("report", "lists")
    reports = shell.root / "reports"
    found = shell.result("lists")
    assert [(case["case"], case["verdict"]) for case in found["cases"][:4]] == [
        ("lithuania-belarus", "holds"), ("germany-russia", "holds"),
        ("germany-belarus", "fails"), ("lithuania-russia", "fails"),
    ]  # fmt: skip
    assert [case["measure"]["lo"] for case in found["cases"][:4]] == [5, 3, 1.5, 1]
    page = (reports / "lists.html").read_text()
    assert 'href="lists-lithuania-belarus.html"' in page
    assert (
        "Lithuania to Belarus: did it double?"
        in (reports / "lists-lithuania-belarus.html").read_text()
    )
    before = {path.name: path.stat().st_mtime_ns for path in reports.glob("lists-*.html")}
    assert len(before) == 7  # six cases, and the data
    shell.does("report", "lists")
    assert before == {path.name: path.stat().st_mtime_ns for path in reports.glob("lists-*.html")}
    shell.does("verify")


def test_one_case_that_fails_is_named_at_the_end(shell):
    study = shell.root / "notebooks" / "studies" / "lists" / "study.yaml"
    held = study.read_text()
    study.write_text(held.replace("Armenia]", "Armenia, Atlantis]"))
    done = shell.run("report", "lists")
    assert done.returncode == 1
    assert "Atlantis" in done.stderr
    study.write_text(held)
