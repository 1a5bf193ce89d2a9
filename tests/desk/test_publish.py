"""What `tradecheck publish` puts into a folder, what it refuses, and what it never touches."""

import hashlib
import json
import re
from pathlib import Path

import pytest

import small_project
from tradecheck.desk.publish import publish
from tradecheck.desk.site import place
from tradecheck.errors import TradecheckError
from tradecheck.runner.build import Settings, build
from tradecheck.study.project import Project

PAGES = {"small.html", "small-data.html", "small.json", "index.html"}


def contents(folder: Path) -> dict[str, bytes]:
    held = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in held}


@pytest.fixture(scope="module")
def shared(tmp_path_factory) -> Project:
    """Two small studies, built once, whose reports no test changes."""
    project = small_project.make(tmp_path_factory.mktemp("two"), "small", "other")
    assert build(project, [], Settings(), print) == []
    return project


@pytest.fixture
def own(tmp_path) -> Project:
    project = small_project.make(tmp_path / "project")
    assert small_project.rebuild(project)[1] == []
    return project


def test_the_folder_holds_pages_list_json_data_and_their_hashes(shared, tmp_path):
    site = tmp_path / "a site"
    lines = publish(shared, site)
    held = contents(site)
    assert PAGES | {"other.html", "data/small/flows.csv", "SHA256SUMS"} <= held.keys()
    assert not any("failed" in name or ".tradecheck" in name for name in held)
    assert held["small.html"] == (shared.reports / "small.html").read_bytes()
    assert lines == [f"wrote {len(held)} files to {site} (0.0 MB)".replace("0.0", size(held))]
    for line in held.pop("SHA256SUMS").decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(held.pop(name)).hexdigest() == digest
    assert held == {}


def size(held: dict[str, bytes]) -> str:
    return f"{sum(map(len, held.values())) / 1e6:.1f}"


def test_a_second_time_gives_the_same_bytes(shared, tmp_path):
    site = tmp_path / "site"
    publish(shared, site, address="https://example.org/")
    before = contents(site)
    publish(shared, site, address="https://example.org/")
    assert contents(site) == before


def test_one_study_alone_has_a_list_of_its_own_and_no_link_leads_astray(shared, tmp_path):
    site = tmp_path / "site"
    publish(shared, site, ["small"])
    held = contents(site)
    assert not any("other" in name for name in held)
    for name in held:
        if name.endswith(".html"):
            for target in re.findall(r'<a [^>]*href="([\w.-]+\.html)', held[name].decode()):
                assert target in held
    assert b"other.html" not in held["index.html"]
    lines = publish(shared, site, ["other"])
    assert {name for name in contents(site) if "small" in name} == set()
    assert "removed small.html, which is no longer published" in lines


def test_an_address_stands_on_each_page_and_in_each_review(shared, tmp_path):
    publish(shared, tmp_path / "site", address="https://example.org/reports")
    held = contents(tmp_path / "site")
    for name in PAGES - {"small.json"}:
        page = held[name].decode()
        assert page.count(f'<link rel="canonical" href="https://example.org/reports/{name}">') == 1
        assert f'for citing it: <a href="https://example.org/reports/{name}"' in page
        assert "SHA256SUMS" in page


@pytest.mark.parametrize("address", [
    "http://example.org", "example.org", 'https://example.org/"><script>', "https://", "file:///a",
])  # fmt: skip
def test_an_address_that_is_none_is_refused(shared, tmp_path, address):
    with pytest.raises(TradecheckError, match="is no address of a folder"):
        publish(shared, tmp_path / "site", address=address)
    assert not (tmp_path / "site").exists()


def test_what_is_out_of_date_is_refused(own, tmp_path):
    small_project.edit(own.notebooks / small_project.FIRST, 3, "## Washing")
    with pytest.raises(TradecheckError, match=r"small-data.html is out of date .* report small"):
        publish(own, tmp_path / "site")
    assert not (tmp_path / "site").exists()


def test_a_draft_is_refused_with_all_that_it_lacks(own, tmp_path):
    for card in own.raw.glob("*.card.yaml"):
        text = card.read_text(encoding="utf-8")
        card.write_text(text.replace("An invented office", "not stated"), encoding="utf-8")
    assert small_project.rebuild(own)[1] == []
    with pytest.raises(TradecheckError, match=r"small is a draft.*does not state: publisher"):
        publish(own, tmp_path / "site")


def test_a_name_that_is_none_and_a_folder_of_the_project_are_refused(shared, tmp_path):
    with pytest.raises(TradecheckError, match=r"no study 'smal', did you mean|no study 'smal'"):
        publish(shared, tmp_path / "site", ["smal"])
    for folder in (shared.root, shared.reports / "site", shared.root / "data"):
        with pytest.raises(TradecheckError, match="a folder of the project itself"):
            publish(shared, folder)


def test_a_claim_review_names_the_whole_address(own, tmp_path):
    notebook = own.notebooks / small_project.SECOND
    code = small_project.RESULTS.removesuffix(")")
    beside = '{"claimreview": [{"url": "small.html#claim-c1"}]}'
    small_project.edit(notebook, 6, f"{code}, beside={beside})")
    assert small_project.rebuild(own)[1] == []
    assert json.loads((own.reports / "small.claimreview.json").read_bytes()) == [
        {"url": "small.html#claim-c1"}
    ]
    publish(own, tmp_path / "site", address="https://example.org/r/")
    held = json.loads((tmp_path / "site" / "small.claimreview.json").read_bytes())
    assert held == [{"url": "https://example.org/r/small.html#claim-c1"}]


# a folder that one command keeps

FILES = {"a.html": b"a", "data/b.csv": b"b", "SUMS": b""}


def sums(files: dict[str, bytes]) -> dict[str, bytes]:
    listed = files.items() - {("SUMS", b"")}
    text = "".join(f"{hashlib.sha256(held).hexdigest()}  {name}\n" for name, held in listed)
    return files | {"SUMS": text.encode()}


@pytest.fixture
def placed(tmp_path) -> Path:
    place(tmp_path / "site", sums(FILES), "SUMS")
    return tmp_path / "site"


def test_what_is_no_longer_written_goes_and_what_others_wrote_stays(placed):
    (placed / "CNAME").write_bytes(b"mine")
    (placed / ".git").mkdir()
    (placed / ".git" / "HEAD").write_bytes(b"git's")
    lines = place(placed, sums({"a.html": b"new", "SUMS": b""}), "SUMS")
    assert contents(placed).keys() == {"a.html", "SUMS", "CNAME", ".git/HEAD"}
    assert (placed / "a.html").read_bytes() == b"new"
    assert lines[1:] == [
        "removed data/b.csv, which is no longer published",
        "kept CNAME, which tradecheck publish did not write",
    ]


@pytest.mark.parametrize("file", ["a.html", "data/b.csv"])
def test_a_file_that_somebody_changed_is_never_written_over(placed, file):
    (placed / file).write_bytes(b"by hand")
    before = contents(placed)
    with pytest.raises(TradecheckError, match="was changed since"):
        place(placed, sums({name: b"new" for name in FILES}), "SUMS")
    assert contents(placed) == before


def test_a_changed_file_that_is_no_longer_written_stays(placed):
    (placed / "data" / "b.csv").write_bytes(b"by hand")
    place(placed, sums({"a.html": b"a", "SUMS": b""}), "SUMS")
    assert (placed / "data" / "b.csv").read_bytes() == b"by hand"


def test_a_folder_of_somebody_else_with_a_file_of_the_name_is_refused(tmp_path):
    (tmp_path / "a.html").write_bytes(b"mine")
    with pytest.raises(TradecheckError, match="was not written by tradecheck publish"):
        place(tmp_path, sums(FILES), "SUMS")
    assert contents(tmp_path) == {"a.html": b"mine"}


def test_a_failure_leaves_the_folder_as_it_was(placed):
    (placed / "c.html").mkdir()
    (placed / "c.html" / "kept").write_bytes(b"")
    before = contents(placed)
    with pytest.raises(TradecheckError, match="c.html is a folder"):
        place(placed, sums(FILES | {"a.html": b"new", "c.html": b"c"}), "SUMS")
    assert contents(placed) == before


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "site").write_bytes(b"mine")
    with pytest.raises(TradecheckError, match="is a file: name a folder"):
        place(tmp_path / "site", sums(FILES), "SUMS")
