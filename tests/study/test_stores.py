"""Raw files that lie in an object store, tried against an S3-compatible server on this machine."""

import asyncio
import socket

import boto3
import fsspec.asyn
import pytest
import s3fs
from moto.server import ThreadedMotoServer

import small_project
from tradecheck.desk.add import add
from tradecheck.desk.publish import publish
from tradecheck.errors import TradecheckError
from tradecheck.study.cards import load_card, verified_bytes
from tradecheck.study.project import Project
from tradecheck.study.stores import bring, is_stored, replace

TABLE = b"period,reporter,partner,flow,product,value_usd\n2022-01,TUR,RUS,X,8703,5\n2022-02,TUR,RUS,X,8703,7\n"


@pytest.fixture(scope="module")
def bucket():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = ThreadedMotoServer("127.0.0.1", port, verbose=False)
    server.start()
    set_ = pytest.MonkeyPatch()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1",
    }.items():  # fmt: skip
        set_.setenv(name, value)
    boto3.client("s3").create_bucket(Bucket="trade")
    yield boto3.client("s3")
    set_.undo()
    server.stop()
    s3fs.S3FileSystem.clear_instance_cache()
    loop, thread = fsspec.asyn.loop[0], fsspec.asyn.iothread[0]
    if thread:  # no thread is left to tests that fork
        asyncio.run_coroutine_threadsafe(loop.shutdown_default_executor(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        fsspec.asyn.loop[0] = fsspec.asyn.iothread[0] = None


@pytest.fixture
def project(tmp_path):
    (tmp_path / "data" / "raw").mkdir(parents=True)
    (tmp_path / "notebooks" / "studies").mkdir(parents=True)
    return Project(tmp_path)


@pytest.mark.parametrize(
    ("place", "stored"),
    [("s3://a/b.csv", True), ("gs://a/b", True), ("az://a/b", True), ("cars.csv", False),
     ("/tmp/a", False), ("https://a/b.csv", False)],
)  # fmt: skip
def test_what_is_an_address_in_a_store(place, stored):
    assert is_stored(place) == stored


def test_a_stored_file_is_added_and_brought_back(bucket, project):
    bucket.put_object(Bucket="trade", Key="in/cars.csv", Body=TABLE)
    add(project, "s3://trade/in/cars.csv")
    card = load_card(project, "cars")
    assert card.stored == "s3://trade/in/cars.csv"
    (project.raw / "cars.csv").unlink()
    assert verified_bytes(project, card) == TABLE
    assert sorted(path.name for path in project.raw.iterdir()) == ["cars.card.yaml", "cars.csv"]


def test_another_file_in_the_store_is_refused(bucket, project):
    bucket.put_object(Bucket="trade", Key="in/cars.csv", Body=TABLE)
    add(project, "s3://trade/in/cars.csv")
    bucket.put_object(Bucket="trade", Key="in/cars.csv", Body=TABLE + b"2022-03,TUR,RUS,X,8703,9\n")
    (project.raw / "cars.csv").unlink()
    with pytest.raises(TradecheckError, match="is not the file that the card names"):
        verified_bytes(project, load_card(project, "cars"))
    assert [path.name for path in project.raw.iterdir()] == ["cars.card.yaml"]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("s3://trade/nothing.csv", "does not exist in the store"),
        ("s3://no-such-bucket/cars.csv", "no-such-bucket"),
        ("nostore://a/b.csv", "no store is known for nostore://"),
        ("gs://a/b.csv", "needs the package gcsfs"),
    ],
)
def test_stores_that_do_not_answer_are_told(bucket, tmp_path, address, words):
    with pytest.raises(TradecheckError, match=words) as error:
        bring(address, tmp_path / "b.csv", "")
    assert "test" not in str(error.value).replace(str(tmp_path), "")  # the key
    assert list(tmp_path.iterdir()) == []


def test_files_are_published_and_what_is_gone_is_removed(bucket):
    sums = "".join(
        f"{'0' * 64}  {name}\n" for name in ("index.html", "S.html", "data/a.csv")
    ).encode()
    files = {"index.html": b"list", "S.html": b"page", "data/a.csv": b"x", "SUMS": sums}
    assert replace(files, "s3://trade/out/", "SUMS") == []
    held = bucket.get_object(Bucket="trade", Key="out/S.html")["Body"].read()
    assert held == b"page"
    later = {"index.html": b"list", "T.html": b"page", "SUMS": b"no more"}
    assert replace(later, "s3://trade/out", "SUMS") == ["S.html", "data/a.csv"]
    found = bucket.list_objects_v2(Bucket="trade", Prefix="out/")["Contents"]
    assert {one["Key"] for one in found} == {"out/index.html", "out/T.html", "out/SUMS"}


def test_what_somebody_else_put_there_is_not_written_over(bucket):
    bucket.put_object(Bucket="trade", Key="other/index.html", Body=b"theirs")
    with pytest.raises(TradecheckError, match="other/index.html was not written by tradecheck"):
        replace({"index.html": b"ours", "S.html": b"page"}, "s3://trade/other", "SUMS")
    found = bucket.list_objects_v2(Bucket="trade", Prefix="other/")["Contents"]
    assert [one["Key"] for one in found] == ["other/index.html"]


def test_reports_are_published_to_a_store(bucket, tmp_path):
    project = small_project.make(tmp_path / "project")
    assert small_project.rebuild(project)[1] == []
    lines = publish(project, "s3://trade/site", address="https://example.org/site")
    assert lines[0].startswith("wrote ") and "s3://trade/site" in lines[0]
    page = bucket.get_object(Bucket="trade", Key="site/small.html")["Body"].read().decode()
    assert 'href="https://example.org/site/small.html"' in page
    assert "SHA256SUMS" in {
        one["Key"].removeprefix("site/")
        for one in bucket.list_objects_v2(Bucket="trade", Prefix="site/")["Contents"]
    }
