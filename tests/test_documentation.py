"""What the documentation says is true: its commands run, its examples come out, its tables are
the models'."""

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from strangers import Desk, Opened
from tradecheck.desk.add import add
from tradecheck.study.measures import Measure
from tradecheck.study.values import parse_yaml

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.M | re.S)
PAGES = ["docs/first-study.md", "docs/claims.md", "docs/verdicts.md", "README.md"]
MAKE = """\
#!/bin/sh
# What `make report STUDY=name` comes to, once the environment is there.
case "$1" in
  report) name="${2#STUDY=}"; shift; exec tradecheck report ${name:+"$name"} ;;
  verify) exec tradecheck verify ;;
  help) exit 0 ;;
  *) echo "make $1 is not for a test" >&2; exit 2 ;;
esac
"""


def blocks(page):
    """Fenced blocks of a page, in order: language, file that the block is, text."""
    return BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path / "project", notebooks=True)


def write(desk, file, text):
    path = desk.root / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def shell(desk, tmp_path):
    """Runs the lines of a block as a reader would, in the project's folder."""
    programs = tmp_path / "bin"
    programs.mkdir()
    command = f'#!/bin/sh\nexec "{sys.executable}" -m tradecheck "$@"\n'
    for name, text in {"tradecheck": command, "make": MAKE}.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    (desk.root / "docs").mkdir()
    for path in DOCS.glob("*.csv"):
        write(desk, f"docs/{path.name}", path.read_text(encoding="utf-8"))
    env = {
        "PATH": f"{programs}:/usr/bin:/bin",
        "PYTHONPATH": str(ROOT / "src"),
        "HOME": str(tmp_path),
    }

    def run(text):
        return subprocess.run(
            ["sh", "-e", "-c", text], cwd=desk.root, env=env, capture_output=True, text=True
        )

    return run


@pytest.mark.e2e
@pytest.mark.parametrize("page", PAGES)
def test_every_command_runs_and_prints_what_the_page_says(desk, shell, page):
    said = ""
    for language, file, text in blocks(page):
        if language == "sh":
            if "git clone" in text:  # the clean clone has a test of its own
                continue
            done = shell(text)
            assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
            said = done.stdout + done.stderr
        elif language == "text":
            for line in text.splitlines():
                assert line in said, line
        elif file:
            write(desk, file, text)


@pytest.mark.e2e
def test_what_was_built_is_shared_as_the_page_says(desk, shell):
    first = [text for language, _, text in blocks("docs/first-study.md") if language == "sh"]
    for text in first[:3]:
        assert shell(text).returncode == 0
    shared = [text for language, _, text in blocks("docs/share.md") if language == "sh"]
    refused = shell(shared[0])
    assert "Nothing was published. turkiye-cars is a draft." in refused.stderr
    card = desk.root / "data" / "raw" / "cars.card.yaml"
    card.write_text(card.read_text(encoding="utf-8").replace("not stated", "invented"), "utf-8")
    for text in shared:
        done = shell(text)
        assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
    assert (desk.root.parent / "site" / "turkiye-cars.claimreview.json").is_file()


def examples(page):
    """Rows of the tables of readings by hand: id, smallest, largest, verdict."""
    text = (ROOT / page).read_text(encoding="utf-8")
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()]
    for row in cells:
        if row[-1] in ("holds", "fails", "undecided") and len(row) in (4, 5):
            yield row[0], row[-3], row[-2], row[-1]


def in_words(value, as_written):
    """A number as the page writes it, with as many decimals."""
    return f"{value:.{len(as_written.partition('.')[2])}f}"


@pytest.mark.parametrize("page", ["docs/claims.md", "docs/verdicts.md"])
def test_the_examples_come_out_as_by_hand(desk, page):
    for _, file, text in blocks(page):
        if file.endswith(".csv"):
            add(desk.project, desk.file(file, text))
        elif file:
            write(desk, file, text)
    found = {
        one.reading.id: one.outcome
        for name in desk.project.study_names()
        for claim in Opened(desk.project, name).judged
        for one in claim.readings
    }
    by_hand = list(examples(page))
    assert len(by_hand) >= 7
    for reading, smallest, largest, verdict in by_hand:
        outcome = found.pop(reading)
        assert str(outcome.verdict) == verdict, reading
        if outcome.months:
            assert (outcome.months[0], outcome.months[-1]) == (smallest, largest), reading
        else:
            ends = in_words(outcome.lo, smallest), in_words(outcome.hi, largest)
            assert ends == (smallest, largest), reading
    assert [str(outcome.verdict) for outcome in found.values() if outcome] in ([], ["not_testable"])


def test_the_belief_of_the_example_changes_the_verdict(desk):
    for _, file, text in blocks("docs/verdicts.md"):
        if file == "bounded.csv":
            add(desk.project, desk.file(file, text))
        elif "/bounded/" in file:
            write(desk, file, text)
    judged = {
        one.reading.id: one
        for claim in Opened(desk.project, "bounded").judged
        for one in claim.readings
    }
    believed = judged["november"].believed
    assert (str(believed.verdict), believed.lo, believed.hi) == ("holds", 0.0, pytest.approx(74.0))


def test_the_numbers_of_the_first_study_are_those_of_its_file(desk):
    add(desk.project, DOCS / "cars.csv")
    text = next(
        text for _, file, text in blocks("docs/first-study.md") if file.endswith("claims.yaml")
    )
    fields = (
        'question: q\nreporter: TUR\npartner: RUS\ngoods: ["8703"]\nmonths: "2021-01..2023-10"\n'
    )
    study = desk.study(fields + "evidence: [{months: cars}]\n", text)
    page = (DOCS / "first-study.md").read_text(encoding="utf-8")
    months = study.months()
    sums = [
        sum(lo for month, (lo, _, _) in months.items() if month[:4] == year)
        for year in ("2022", "2021")
    ]
    assert (
        f"2022 was {sums[0]:.1f} million dollars, 2021 was {sums[1]:.1f}; that is "
        f"{sums[0] / sums[1]:.2f}" in " ".join(page.split())
    )
    assert study.verdicts == {"C1-years": "holds", "C1-each-month": "fails"}
    ratio = months["2022-01"][0] / months["2021-01"][0]
    assert (
        f"2022 was {months['2022-01'][0]:.1f} million, January 2021 was "
        f"{months['2021-01'][0]:.1f}: {ratio:.2f}" in " ".join(page.split())
    )


def test_every_measure_that_is_shown_is_one():
    page = (DOCS / "claims.md").read_text(encoding="utf-8")
    table = page.partition("## Measures")[2].partition("## Predicates")[0]
    shown = re.findall(r"`(\{.*?\})`", table)
    assert len(shown) >= 16
    kinds = {Measure.model_validate(parse_yaml(text.encode(), text)).kind for text in shown}
    assert len(kinds) == 10


def test_every_yaml_block_is_a_file_that_can_be_read():
    for page in PAGES + ["docs/study.md"]:
        for language, file, text in blocks(page):
            if language == "yaml":
                assert file, f"{page}: say which file this is:\n{text}"
                assert isinstance(parse_yaml(text.encode(), file), dict)


def test_the_tables_of_fields_are_those_of_the_models():
    made = runpy.run_path(str(ROOT / "tools" / "write_fields.py"))
    page = (DOCS / "study.md").read_text(encoding="utf-8")
    assert page == made["page_with"](page), "run python tools/write_fields.py"


def test_every_field_says_what_it_means():
    made = runpy.run_path(str(ROOT / "tools" / "write_fields.py"))
    rows = [line for line in made["fields_markdown"]().splitlines() if line.startswith("| `")]
    assert len(rows) > 150
    for row in rows:
        assert row.split("|")[-2].strip(), row


@pytest.mark.parametrize(
    "page",
    sorted(
        path.relative_to(ROOT).as_posix()
        for path in [
            *DOCS.glob("*.md"),
            *ROOT.glob("*.md"),
            ROOT / "data" / "README.md",
            ROOT / "reports" / "README.md",
        ]
    ),
)
def test_links_lead_somewhere(page):
    path = ROOT / page
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)
    text = re.sub(
        r"`[^`\n]+`", lambda code: code[0].replace("](", "] ("), text
    )  # shown, not linked
    anchors = {
        re.sub(r"[^\w -]", "", line.lstrip("# ").lower()).replace(" ", "-")
        for line in text.splitlines()
        if line.startswith("#")
    }
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if target.startswith("#"):
            assert target[1:] in anchors, target
        elif not target.startswith("http"):
            assert (path.parent / target.partition("#")[0]).exists(), target
