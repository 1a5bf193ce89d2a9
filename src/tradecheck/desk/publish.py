"""Finished reports as a folder that any web host can serve: all of it or nothing."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from pathlib import Path

from tradecheck.desk.site import place, place_stored
from tradecheck.errors import TradecheckError
from tradecheck.report import gate
from tradecheck.runner.build import asked
from tradecheck.runner.freshness import Seen, digest, read_manifest
from tradecheck.runner.index import index_manifest, listed_of
from tradecheck.runner.jobs import Job, Plan, plan
from tradecheck.runner.publish import MEMORY
from tradecheck.study.cards import load_card
from tradecheck.study.project import Project
from tradecheck.study.stores import is_stored
from tradecheck.study.study import load_study
from tradecheck.study.values import alike

INDEX = "index.html"
SUMS = "SHA256SUMS"
_ADDRESS = re.compile(r"https://[\w.-]+(:\d+)?(/[\w.~%+-]+)*/?")
_DRAFT = re.compile(r'<meta name="tradecheck:draft" content="([^"]*)">')
_NOTE = "  note = {tradecheck "


def publish(
    project: Project, target: str | Path, studies: Sequence[str] = (), address: str = ""
) -> list[str]:
    """Put pages, their list, JSON and data of these studies (none: of all) into a folder, or below
    an address in an object store.

    `address` is where the folder will be found; the pages then name it. Returns what was done, a
    line each. Raises a TradecheckError, and leaves the folder as it was, where a report is out of
    date, a draft or not fit to be published, or where the folder holds another file of its name.
    """
    if address and not _ADDRESS.fullmatch(address):
        raise TradecheckError(
            f"--address {address} is no address of a folder: give it as https://example.org/reports."
        )
    stored = str(target) if is_stored(str(target)) else ""
    if not stored:
        _check_folder(project, Path(target))
    planned = plan(project)
    names = list(dict.fromkeys(studies)) or [n for n in project.study_names() if asked(project, n)]
    problems = [sentence for name in names for sentence in _problems(planned, project, name)]
    if problems:
        raise TradecheckError(" ".join(["Nothing was published.", *problems]))
    files = {INDEX: _index(project, names)}
    for name in names:
        for job in planned.jobs[name]:
            files |= _files(job)
    files = _addressed(files, address.rstrip("/"))
    if problems := list(_unfit(files, _contacts(project, names))):
        raise TradecheckError(" ".join(["Nothing was published.", *problems]))
    lines = [f"{digest(content)}  {name}\n" for name, content in sorted(files.items())]
    files[SUMS] = "".join(lines).encode()
    return place_stored(stored, files, SUMS) if stored else place(Path(target), files, SUMS)


def _check_folder(project: Project, folder: Path) -> None:
    inside = folder.resolve()
    own = (project.reports, project.notebooks, project.root / "data", project.root / "src")
    if inside == project.root.resolve() or any(inside.is_relative_to(one.resolve()) for one in own):
        raise TradecheckError(
            f"{folder} is a folder of the project itself: publish into another, such as site."
        )


def _problems(planned: Plan, project: Project, name: str) -> Iterator[str]:
    """Why a study is not to be published, as sentences."""
    if name in planned.broken:
        yield planned.broken[name]
        return
    if name not in planned.jobs:
        yield f"There is no study {name!r}{alike(name, project.study_names())}."
        return
    jobs, seen = planned.jobs[name], Seen(project)
    if old := [
        job.page for job in jobs if not any(job.is_fresh(embed, seen) for embed in (True, False))
    ]:
        yield f"{name}: {old[0]} is out of date or not built; run tradecheck report {name} first."
        return
    missing: dict[str, None] = {}
    for job in jobs:
        page = (project.root / job.page).read_text(encoding="utf-8")
        missing |= dict.fromkeys(map(unescape, _DRAFT.findall(page)))
    if missing:
        yield (
            f"{name} is a draft. {' '.join(missing)} Complete this and run tradecheck report {name}, "
            "or name the other studies after the folder."
        )


def _index(project: Project, names: Sequence[str]) -> bytes:
    """The list of these studies."""
    from tradecheck.runner.pages import studies_page

    held = read_manifest(index_manifest(project))
    facts = held.page.facts if held else {}
    named = {study: told for study, told in facts.items() if study in names}
    return studies_page(project, listed_of(project, named)).encode()


def _files(job: Job) -> dict[str, bytes]:
    """What a report consists of and what it rests on, by the name in the folder."""
    found, held = {}, job.manifest
    for name, sha256 in ({**held.outputs, **held.writes} if held else {}).items():
        if name.startswith(f"{MEMORY}/"):
            continue
        content = (job.project.root / name).read_bytes()
        if digest(content) != sha256:
            raise TradecheckError(f"{name} changed just now: run tradecheck report, then again.")
        for own, shared in {"reports/": "", "data/processed/": "data/"}.items():
            if name.startswith(own):
                found[shared + name.removeprefix(own)] = content
    return found


def _addressed(files: Mapping[str, bytes], address: str) -> dict[str, bytes]:
    """The files with their address in them; without one as they are."""
    held = dict(files)
    for name, content in files.items() if address else ():
        if name.endswith(".html"):
            held[name] = _page(content.decode(), f"{address}/{name}", address).encode()
        elif name.endswith(".claimreview.json"):
            reviews = json.loads(content)
            for review in reviews:
                review["url"] = f"{address}/{review['url']}"
            text = json.dumps(reviews, indent=1, sort_keys=True, ensure_ascii=False)
            held[name] = f"{text}\n".encode()
    return held


def _page(html: str, own: str, address: str) -> str:
    """A page that names its address, for search engines, in its citation and at its foot."""
    how = ' how it was made stands under <a href="#built">how this page was built</a>;'
    built = how if 'id="built"' in html else ""
    told = (
        f'<p class="w">Address of this page, for citing it: <a href="{own}">{own}</a>. To check it:'
        f"{built} the SHA-256 of every file is in "
        f'<a href="{address}/{SUMS}">{SUMS}</a>.</p>'
    )
    html = html.replace("</title>\n", f'</title>\n<link rel="canonical" href="{own}">\n', 1)
    html = html.replace(_NOTE, f"  url = {{{own}}},\n{_NOTE}", 1)
    before, foot, after = html.rpartition('<footer class="page">')
    return f"{before}{foot}{told}{after}"


def _contacts(project: Project, names: Sequence[str]) -> list[str]:
    """The e-mail addresses that may stand on these studies' pages."""
    from tradecheck.runner.pages import contacts

    found = []
    for name in names:
        cards = [load_card(project, raw) for raw in load_study(project, name).raw_names()]
        found += contacts(project, name, cards)
    return found


def _unfit(files: Mapping[str, bytes], contacts: Sequence[str]) -> Iterator[str]:
    """What the gate finds on the pages, and in the files beside them, as they would stand there."""
    pages = [name for name in files if name.endswith(".html")]
    for name, content in files.items():
        if name in pages:
            found = gate.findings(content.decode(), pages, contacts)
        else:
            found = gate.findings_in_file(content, contacts)
        for sentence in found:
            yield f"{name}: {sentence}"
