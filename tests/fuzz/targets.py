"""Every parser, with valid samples of what it reads: one line a target in `TARGETS`."""

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

import samples
from fakes import hmrc, meidb
from strangers import Desk, Opened
from tradecheck.data.bulk import convert
from tradecheck.data.fetch.comext import COLUMNS as COMEXT
from tradecheck.data.fetch.ecb import Ecb
from tradecheck.data.fetch.kept import FOLDER, Kept
from tradecheck.data.fetch.line import Trouble
from tradecheck.data.fetch.service import Block, Calendar, Release, Service
from tradecheck.data.fetch.services import SERVICES
from tradecheck.data.load import load_tables
from tradecheck.data.sources.base import Said, Source
from tradecheck.data.sources.reading import named, outside_file, recognise
from tradecheck.data.store import write_processed
from tradecheck.desk import add as desk
from tradecheck.desk.check import check
from tradecheck.errors import TradecheckError
from tradecheck.runner.inspection import status, verify
from tradecheck.runner.jobs import plan
from tradecheck.runner.notebooks import Notebook
from tradecheck.study.cards import load_card, verified_bytes
from tradecheck.study.changes import read_changes
from tradecheck.study.claims import read_claims
from tradecheck.study.study import load_cases, load_study, open_study

SAID = Said(reporter="TUR", partner="RUS", flow="exports", currency="USD", goods="8703")
VALUES = {f"{year}-{month:02d}": 1e6 * month for year in (2021, 2022) for month in range(1, 13)}


@dataclass(frozen=True)
class Target:
    """What is read. prepare: makes the folder that every example starts from. read: puts the
    content where it belongs and reads it. told: a part of every sentence about it, the file."""

    name: str
    samples: tuple[bytes, ...]
    read: Callable[[Path, bytes], object]
    told: str
    prepare: Callable[[Path], object] = lambda folder: None


def project(folder: Path, study: bytes = samples.STUDY, claims: bytes = samples.CLAIMS) -> Desk:
    """A project with a table of cars, and a study of it."""
    made = Desk(folder)
    rows = "".join(
        f"{month},Türkiye,{partner},8703,{value * share}\n"
        for month, value in VALUES.items()
        for partner, share in (("Russia", 3), ("Armenia", 1))
    )
    made.add("cars", f"month,reporter,partner,code,value_usd\n{rows}", flow="exports")
    made.study(study.decode(), claims.decode())
    (folder / "notebooks" / "01_clean.ipynb").write_bytes(samples.NOTEBOOK)
    return made


def study(folder: Path, content: bytes) -> None:
    """A study's file, and all that is made of a study: data, evidence, findings and verdicts."""
    made = Desk(folder, ready=True)
    (made.project.studies / "own" / "study.yaml").write_bytes(content)
    all(mistake.place and mistake.sentence for mistake in check(made.project))
    plan(made.project)
    load_cases(made.project, "own")
    load_study(made.project, "own")
    judged(made)


def claims(folder: Path, content: bytes) -> None:
    made = Desk(folder, ready=True)
    (made.project.studies / "own" / "claims.yaml").write_bytes(content)
    check(made.project)
    read_claims(made.project, "own")
    judged(made)


def judged(made: Desk) -> None:
    opened = Opened(made.project, "own")
    assert opened.judged is not None and opened.findings is not None


def changes(folder: Path, content: bytes) -> None:
    made = Desk(folder, ready=True)
    (made.project.studies / "own" / "changes.yaml").write_bytes(content)
    check(made.project)
    read_changes(made.project, "own")


def card(folder: Path, content: bytes) -> None:
    made = Desk(folder, ready=True)
    (made.project.raw / "cars.card.yaml").write_bytes(content)
    check(made.project)
    verified_bytes(made.project, load_card(made.project, "cars"))
    judged(made)


def renewed(folder: Path, content: bytes) -> None:
    """A spoilt card, whose hash and rows are written anew."""
    made = Desk(folder, ready=True)
    (made.project.raw / "cars.card.yaml").write_bytes(content)
    desk.renew(made.project, "cars")
    load_card(made.project, "cars")


def table(form: str) -> Callable[[Path, bytes], object]:
    """A raw table, recognised by its content, and read as its format."""

    def read(folder: Path, content: bytes) -> None:
        path = folder / "sample.csv"
        path.write_bytes(content)
        file, source = outside_file(path, "sample"), named(form)
        with suppress(TradecheckError):
            recognise(file)
        told = source.read(file, SAID, None) if isinstance(source, Source) else source.read(file)
        assert told is not None

    return read


def added(folder: Path, content: bytes) -> None:
    """A downloaded file taken in, and a study of it; nothing is left where it is refused."""
    made = Desk(folder, ready=True)
    before = sorted(made.project.raw.iterdir())
    try:
        made.add("sample", content)
    except TradecheckError:
        assert sorted(made.project.raw.iterdir()) == before
        raise
    text = samples.STUDY.replace(b"months: cars", b"months: sample")
    (made.project.studies / "own" / "study.yaml").write_bytes(text)
    judged(made)


def bulk(folder: Path, content: bytes) -> None:
    path, target = folder / "sample.csv", folder / "made.parquet"
    path.write_bytes(content)
    try:
        convert([path], target)
    except TradecheckError:
        assert not target.exists()
        raise


def notebook(folder: Path, content: bytes) -> None:
    made = Desk(folder, ready=True)
    (made.project.notebooks / "01_clean.ipynb").write_bytes(content)
    check(made.project)
    list(status(made.project, embed=True))
    book = Notebook(folder, "notebooks/01_clean.ipynb")
    assert [book.suffix, book.title, book.needs, book.digest, book.code_digest, book.parameters]


def manifest(name: str) -> Callable[[Path, bytes], object]:
    """A manifest beside the reports: what looks at it may call them stale, and nothing else."""

    def read(folder: Path, content: bytes) -> None:
        made = Desk(folder, ready=True)
        (made.project.reports / ".tradecheck").mkdir(exist_ok=True)
        (made.project.reports / ".tradecheck" / name).write_bytes(content)
        list(status(made.project, embed=True))
        verify(made.project, lambda line: None)

    return read


def processed(file: str) -> Callable[[Path, bytes], object]:
    """A cleaned table that another program has written to."""

    def read(folder: Path, content: bytes) -> None:
        made = Desk(folder, ready=True)
        (made.project.processed / "own" / f"{file}.parquet").write_bytes(content)
        load_tables(made.project, open_study(made.project, "own")[0])

    return read


def cleaned(folder: Path) -> dict[str, pd.DataFrame]:
    made = project(folder)
    opened = Opened(made.project, "own")
    tables = {"flows": opened.cleaned.flows, "published": opened.cleaned.published}
    write_processed(made.project, opened.opened, tables)
    return tables


BLOCK = Block("X", ("DEU",), ("KGZ",), ("TOTAL", "8703"), ("2022-03",))
COMEXT_BODY = (
    ",".join(COMEXT)
    + "\nESTAT:DS-045409(1.0),17/02/25 11:00:00,M,DE,KG,8703,2,VALUE_IN_EUROS,2022-03,5\n"
).encode()
ROW = samples.COMTRADE | {
    "reporterCode": 276, "partnerCode": 417, "period": "202203", "primaryValue": 5.0,
}  # fmt: skip
SPAN = ("2022-03",)
CENSUS = [
    ["I_COMMODITY", "COMM_LVL", "CTY_CODE", "GEN_VAL_MO", "time"], ["870323", "HS6", "-", "7", "2022-03"],
    ["870323", "HS6", "4280", "7", "2022-03"],
]  # fmt: skip
HMRC = [
    {"CountryId": 4, "CountryCodeAlpha": "DE"}, {"CountryId": 75, "CountryCodeAlpha": "RU"},
    hmrc.row(202203, 75, 87032319, 9.0), hmrc.row(202203, 75, 87032319, 9.0, port=7),
    {"MonthId": 202203, "FlowTypeId": 4, "SuppressionIndex": 0, "CommodityId": 87032319, "CountryId": 75,
     "Value": 18.0},
]  # fmt: skip
DAYS = "".join(
    f"D,{currency},EUR,SP00,A,2022-03-{day:02d},{1 + day / 100},F\n"
    for currency in ("USD", "INR")
    for day in range(1, 13)
)
TRADESTAT = meidb.Meidb({("RUSSIA", "87", "2022-03"): 5.0, ("U S A", "87", "2022-03"): 7.0})
ANSWERS: dict[str, tuple[Block, bytes]] = {  # one of every service
    "comext": (BLOCK, COMEXT_BODY),
    "comtrade": (BLOCK, json.dumps({"count": 1, "data": [ROW]}).encode()),
    "census": (Block("M", ("USA",), ("DEU", "WLD"), ("870323",), SPAN), json.dumps(CENSUS).encode()),
    "hmrc": (
        Block("X", ("GBR",), ("RUS", "WLD"), ("8703",), SPAN), json.dumps({"value": HMRC}).encode(),
    ),
    "ecb": (
        Block("X", ("INR",), ("EUR",), ("SP00.A",), SPAN),
        ("FREQ,CURRENCY,CURRENCY_DENOM,EXR_TYPE,EXR_SUFFIX,TIME_PERIOD,OBS_VALUE,OBS_CONF\n" + DAYS).encode(),
    ),
    "comext-bulk": (
        Block("X", ("DEU",), ("KGZ",), ("8703",), SPAN),
        b"2022-03\nreporter,partner,code,value,quantity\nDEU,KGZ,8703,5.0,7.5\n",
    ),
    "meidb": (
        Block("X", ("IND",), ("RUS", "WLD"), ("87",), SPAN),
        TRADESTAT._page(TRADESTAT._table("87", "2022-03", "US $ Million")).body,
    ),
}  # fmt: skip


def answer(service: type[Service]) -> Callable[[Path, bytes], object]:
    """What a service answers: rows, or the trouble that it is."""

    def read(folder: Path, content: bytes) -> None:
        with suppress(Trouble):
            service().read(ANSWERS[service.name][0], content)

    return read


def kept(folder: Path) -> bytes:
    """An answer as it is kept."""
    held = Kept(folder, "comext")
    release = {"DEU": {"2022-03": Release("2023-01-13", "x")}}
    held.answer(BLOCK, Calendar(release), COMEXT_BODY, "2023-01-13", {"format": "SDMX-CSV"})
    held.calendar("X", Calendar(release), "2023-01-14")
    return (folder / FOLDER / "comext" / "000001.gz").read_bytes()


def held(folder: Path, content: bytes) -> None:
    """A kept answer that was damaged is passed over, and asked for again."""
    target = folder / FOLDER / "comext" / "000001.gz"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    found = Kept(folder, "comext")
    assert len(found.answers) + len(found.damaged) <= 1
    for one in found.answers:
        all(found.sure(one, r, m) for r, out in one.releases.items() for m in out)
        list(found.covering("X", "DEU", "2022-03", {"KGZ"}))
        try:
            one.body()
        except ValueError:
            found.damaged.append(one.path.name)


def targets(folder: Path) -> list[Target]:
    """All of them; `folder` is for what samples are made of."""
    cars = project(folder / "cars").project.raw
    digest = hashlib.sha256((cars / "cars.csv").read_bytes()).hexdigest().encode()
    cards = (samples.CARD % digest, (cars / "cars.card.yaml").read_bytes())
    cleaned(folder / "cleaned")
    parquet = folder / "cleaned" / "data" / "processed" / "own"
    answers = (
        kept(folder / "kept"),
        (folder / "kept" / FOLDER / "comext" / "000002.gz").read_bytes(),
    )
    digests = {"notebooks/studies/own/study.yaml": "0" * 64, "data/raw/cars.csv": digest.decode()}
    inputs = {"files": digests, "facts": {"package pandas": "3.0"}}
    written = {"data/processed/own/flows.parquet": "1" * 64}
    report = json.dumps({
        "run": inputs, "page": inputs, "opened": {}, "writes": written, "head": "x", "form": 3,
        "outputs": {"reports/own-words.html": "2" * 64},
    })  # fmt: skip
    links = {"files": digests, "facts": {"own": '[["Words", "own-words.html"]]'}}
    listed = json.dumps({
        "run": {"files": {}, "facts": {}}, "page": links, "outputs": {"reports/index.html": "3" * 64},
    })  # fmt: skip
    everything = tuple(one for held in samples.TABLES.values() for one in held)
    return [
        Target("study.yaml", (samples.STUDY, samples.CASES), study, "", project),
        Target("claims.yaml", (samples.CLAIMS,), claims, "", project),
        Target("changes.yaml", (samples.CHANGES,), changes, "changes.yaml", project),
        Target("card", cards, card, "", project),
        Target("card, renewed", cards, renewed, "data/raw/cars", project),
        *(Target(form, held, table(form), "sample") for form, held in samples.TABLES.items()),
        Target("add", everything, added, "", project),
        Target("bulk", (samples.BULK.encode(), samples.TABLES["comtrade"][0]), bulk, "sample.csv"),
        Target("notebook", (samples.NOTEBOOK,), notebook, "", project),
        Target("manifest of a report", (report.encode(),), manifest("own-words.json"), "", project),
        Target("manifest of the set", (listed.encode(),), manifest("index.json"), "", project),
        *(
            Target(f"{name}.parquet", ((parquet / f"{name}.parquet").read_bytes(),), processed(name), name, cleaned)
            for name in ("flows", "published")
        ),
        *(
            Target(f"answer of {one.name}", (ANSWERS[one.name][1],), answer(one), "")
            for one in (*SERVICES.values(), Ecb)
            if one.name in ANSWERS  # archives are unpacked, and read as a table is
        ),
        Target("kept answer", answers, held, ""),
    ]  # fmt: skip
