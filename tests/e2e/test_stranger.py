"""A stranger's first ten minutes: a file taken in, a study made, its report built.

The same figures come as tables of one's own and as downloads of UN Comtrade, by heading and by six
digits, bare and with everything that could be counted twice. All reports must say the same.
"""

import html
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import cars
from tradecheck.study.periods import month_range

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"
FILES = {
    "tidy": cars.tidy(),
    "tidy-codes": cars.tidy(codes=True),
    "spreadsheet": cars.spreadsheet(),
    "comtrade": cars.comtrade(),
    "comtrade-codes": cars.comtrade(codes=True),
    "comtrade-whole": cars.comtrade(whole=True),
    "comtrade-codes-whole": cars.comtrade(codes=True, whole=True),
}
SMALLEST = """\
question: "Did Türkiye's car exports to Russia double in 2022?"
reporter: Türkiye
partner: Russia
flow: exports
goods: ["8703"]
months: "2021-01..2023-10"
evidence:
  - months: tidy
"""
CLAIMS = """\
claims:
  - id: C1
    title: Doubled within a year
    quote: "doubled within a year"
    readings:
      - id: C1-twelve-months
        main: true
        words: the twelve months to October 2023 on the twelve before
        measure: {ratio: {of: {months: "2022-11..2023-10"}, to: {months: "2021-11..2022-10"}}}
        predicate: {at_least: 2}
      - id: C1-three-times
        also: true
        words: at least three times the twelve months before
        measure: {ratio: {of: {months: "2022-11..2023-10"}, to: {months: "2021-11..2022-10"}}}
        predicate: {at_least: 3}
      - id: C1-calendar-year
        words: 2022 on 2021
        measure: {change: {of: {months: "2022"}, from: a year earlier}}
        predicate: {at_least: 100}
      - id: C1-first
        words: May 2022 is the first month at twice the mean of 2021, and it stays
        measure:
          first_month: {of: {months: "2022-01..2023-10"}, times: 2, base: {take: mean, months: "2021"},
                        stays: 6}
        predicate: {is: "2022-05"}
      - id: C1-peak
        words: September 2023 is the peak
        measure: {peak: {months: "2021-01..2023-10"}}
        predicate: {is: "2023-09"}
"""

pytestmark = pytest.mark.e2e


class Shell:
    """Commands in a project that has the shared notebooks and nothing else."""

    def __init__(self, folder: Path):
        self.root = folder / "project"
        for name in ("notebooks/studies", "data/raw", "data/processed", "reports"):
            (self.root / name).mkdir(parents=True)
        for path in (ROOT / "notebooks").glob("*.ipynb"):
            shutil.copy(path, self.root / "notebooks")
        for path in (ROOT / "data" / "raw").glob("hs-headings.*"):
            shutil.copy(path, self.root / "data" / "raw")
        shutil.copy(ROOT / "requirements.lock", self.root)
        self.downloads = folder / "downloads"
        self.downloads.mkdir()

    def run(self, *words: str) -> subprocess.CompletedProcess:
        """`tradecheck …` in another folder than the project's."""
        ours = ("TRADECHECK_", "PYTHON")
        env = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return subprocess.run(
            [sys.executable, "-m", "tradecheck", *words],
            cwd=self.downloads,
            env=env | {"TRADECHECK_ROOT": str(self.root), "PYTHONPATH": str(SOURCE)},
            capture_output=True,
            text=True,
        )

    def does(self, *words: str) -> list[str]:
        done = self.run(*words)
        assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}\n{done.stderr}"
        return done.stdout.splitlines()

    def result(self, study: str) -> dict:
        return json.loads((self.root / "reports" / f"{study}.json").read_text(encoding="utf-8"))

    def page(self, study: str) -> str:
        """The words of a report."""
        text = (self.root / "reports" / f"{study}.html").read_text(encoding="utf-8")
        plain = html.unescape(re.sub(r"<[^>]*>", " ", text))
        return " ".join(plain.replace("\N{NO-BREAK SPACE}", " ").split())

    def write(self, study: str, name: str, text: str) -> None:
        folder = self.root / "notebooks" / "studies" / study
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def shell(tmp_path_factory) -> Shell:
    """Every file taken in, a study made of each, all reports built in one go."""
    shell = Shell(tmp_path_factory.mktemp("stranger"))
    asked = ["--reporter", "Türkiye", "--partner", "Russia", "--goods", "8703"]
    asked += ["--months", "2021-01..2023-10"]
    for name, content in FILES.items():
        (shell.downloads / f"{name}.csv").write_bytes(content)
        shell.does("add", f"{name}.csv")
        shell.does("new", name, *asked, "--data", name, "--claim", "doubled within a year")
        shell.write(name, "claims.yaml", CLAIMS)
    shell.does("new", "waiting", *asked, "--data", "tidy", "--claim", "doubled within a year")
    shell.does("new", "no-data", *asked)
    shell.write("by-hand", "study.yaml", SMALLEST)
    shell.write("by-hand", "claims.yaml", "")
    shell.write("by-hand-alone", "study.yaml", SMALLEST)
    shell.does("report")
    return shell


def test_the_smallest_study_takes_twelve_lines_at_most():
    assert len(SMALLEST.splitlines()) <= 12


def test_every_study_has_its_reports(shell):
    for study in (*FILES, "waiting", "no-data", "by-hand", "by-hand-alone"):
        for name in (
            f"{study}.html",
            f"{study}-data.html",
            f"{study}-robustness.html",
            f"{study}.json",
        ):
            assert (shell.root / "reports" / name).is_file(), name
    assert not list((shell.root / "reports").glob("*.failed.html"))


def test_the_months_are_those_of_the_file(shell):
    found = shell.result("tidy")
    assert found["unit"] == {"currency": "USD", "scale": 1000000}
    assert [row["month"] for row in found["months"]] == month_range("2021-01", "2023-10")
    for row, total in zip(found["months"], cars.TOTALS, strict=True):
        assert row["lo"] == row["hi"] == pytest.approx(total / 1e6, abs=5e-7)
        assert (row["grade"], row["status"]) == ("observed", "final")


def test_the_standard_questions_are_answered(shell):
    """Against a count of our own, from the figures and not from the report's months."""
    (finding,) = shell.result("tidy")["findings"]
    mean = sum(cars.TOTALS[:12]) / 12 / 1e6
    by_month = dict(zip(cars.MONTHS, cars.TOTALS, strict=True))
    first = next(m for m in cars.MONTHS[12:] if by_month[m] / 1e6 >= 2 * mean)
    peak, second = sorted(cars.MONTHS, key=by_month.get)[:-3:-1]
    assert (first, peak, second) == ("2022-05", "2023-09", "2023-10")
    assert finding["series"] == "Türkiye to Russia"
    assert finding["first_double"]["month"] == first
    base = finding["first_double"]["base"]
    assert (base["first"], base["last"]) == ("2021-01", "2021-12")
    assert base["mean_lo"] == base["mean_hi"] == pytest.approx(mean, abs=5e-7)
    assert finding["peak"]["month"] == peak and finding["peak"]["next"] == second
    margin = (by_month[peak] - by_month[second]) / 1e6
    assert finding["peak"]["margin"] == pytest.approx(margin, abs=1e-6)
    assert finding["total"]["lo"] == pytest.approx(sum(cars.TOTALS) / 1e6, abs=5e-7)


def test_the_verdicts_follow(shell):
    """The twelve months to October 2023 were 974 million against 334: 2.9 times."""
    (claim,) = shell.result("tidy")["claims"]
    later, earlier = sum(cars.TOTALS[22:34]), sum(cars.TOTALS[10:22])
    assert 2 < later / earlier < 3
    assert claim["verdict"] == "holds"
    assert claim["also"] == [{"reading": "C1-three-times", "verdict": "fails"}]
    assert {one["id"]: one["verdict"] for one in claim["readings"]} == {
        "C1-twelve-months": "holds", "C1-three-times": "fails", "C1-calendar-year": "holds",
        "C1-first": "holds", "C1-peak": "holds",
    }  # fmt: skip
    twelve = claim["readings"][0]["measure"]
    assert twelve["lo"] == twelve["hi"] == pytest.approx(later / earlier, abs=5e-7)
    assert {one["grade"] for one in claim["readings"]} == {"observed"}


@pytest.mark.parametrize("study", [name for name in FILES if name != "tidy"])
def test_the_same_figures_from_another_file_say_the_same(shell, study):
    ours, theirs = shell.result("tidy"), shell.result(study)
    for part in ("unit", "months", "findings", "claims", "headline", "measures"):
        assert theirs[part] == ours[part], part


@pytest.mark.parametrize("study", ["by-hand", "by-hand-alone"])
def test_a_study_written_by_hand_with_an_empty_claims_file_or_none(shell, study):
    ours, theirs = shell.result("tidy"), shell.result(study)
    assert (theirs["months"], theirs["findings"]) == (ours["months"], ours["findings"])
    assert theirs["claims"] == []
    assert "This study checks no claim yet" in shell.page(study)


def test_a_claim_without_a_measure_is_not_testable_yet(shell):
    (claim,) = shell.result("waiting")["claims"]
    assert (claim["quote"], claim["verdict"]) == ("doubled within a year", "not_testable")
    assert "No measure has been written for it yet." in shell.page("waiting")


def test_a_study_without_data_says_what_it_takes(shell):
    found = shell.result("no-data")
    assert {(row["lo"], row["hi"], row["grade"]) for row in found["months"]} == {
        (0.0, None, "none")
    }
    (finding,) = found["findings"]
    assert finding["peak"] is None and finding["first_double"] is None
    page = shell.page("no-data")
    assert "Nothing can be tested yet" in page and "tradecheck formats" in page


def test_the_page_answers_in_its_first_sentence(shell):
    page = shell.page("tidy")
    assert (
        "Did exports of cars (8703) from Türkiye to Russia double, and when did they peak?" in page
    )
    assert "Yes: from May 2022 on, exports were more than twice the mean of 2021." in page
    assert "September 2023 was the peak." in page


def test_a_second_report_builds_nothing(shell):
    before = {path: path.stat().st_mtime_ns for path in (shell.root / "reports").rglob("*")}
    shell.does("report")
    assert {path: path.stat().st_mtime_ns for path in (shell.root / "reports").rglob("*")} == before


def test_a_corridor_that_the_data_do_not_hold_builds_nothing(shell):
    """A study of Germany and Kazakhstan on Türkiye's rows stops, and the others stay as they
    are."""
    asked = [
        "--reporter",
        "Germany",
        "--partner",
        "Kazakhstan",
        "--goods",
        "8703",
        "--data",
        "tidy",
    ]
    refused = shell.run("new", "another-corridor", *asked)
    assert refused.returncode == 1
    assert "asks for exports of Germany to Kazakhstan" in refused.stderr
    assert "data/raw/tidy holds exports of Türkiye to Russia, goods 8703" in refused.stderr
    assert "Traceback" not in refused.stderr
    text = SMALLEST.replace("reporter: Türkiye", "reporter: Germany")
    shell.write("other", "study.yaml", text.replace("partner: Russia", "partner: Kazakhstan"))
    try:
        built = shell.run("report", "other")
        assert built.returncode == 1 and "Traceback" not in built.stderr
        assert "data/raw/tidy holds exports of Türkiye to Russia" in built.stderr
        assert not (shell.root / "reports" / "other.html").exists()
        assert not list((shell.root / "data" / "processed").glob("other/flows.*"))
    finally:
        shutil.rmtree(shell.root / "notebooks" / "studies" / "other")


def test_verify_finds_nothing_amiss(shell):
    shell.does("verify")
