"""The real services, asked for one small thing each: TRADECHECK_LIVE=1 make test."""

import os

import pytest

from tradecheck.data.fetch.asked import Asked
from tradecheck.data.fetch.ecb import Ecb
from tradecheck.data.fetch.kept import Kept
from tradecheck.data.fetch.line import Line
from tradecheck.data.fetch.run import Fetching
from tradecheck.data.fetch.services import SERVICES
from tradecheck.data.fetch.states import FAILED, HELD

SMALL = {
    "comtrade": Asked("live", "X", ("NOR",), ("DEU",), ("8703",), ("2023-03",)),
    "comext": Asked("live", "X", ("DEU",), ("NOR",), ("8703",), ("2023-03",)),
    "census": Asked("live", "X", ("USA",), ("NOR",), ("8703",), ("2023-03",)),
    "meidb": Asked("live", "X", ("IND",), ("DEU",), ("8703",), ("2023-03",)),
    "comext-bulk": Asked("live", "X", ("DEU",), ("NOR",), ("8703",), ("2023-03",)),
    "hmrc": Asked("live", "X", ("GBR",), ("NOR",), ("8703",), ("2023-03",)),
}


@pytest.mark.skipif(
    os.environ.get("TRADECHECK_LIVE") != "1", reason="asks real services: set TRADECHECK_LIVE=1"
)
@pytest.mark.parametrize("name", sorted(SERVICES))
def test_the_service_answers_one_small_question(name, tmp_path):
    service = SERVICES[name]()
    if service.key_needed and not service.key:
        pytest.skip(f"set {service.key_name}")
    line = Line(service.title, service.pace, secrets=(service.key,) if service.key else ())
    asked = service.narrowed(SMALL[name])
    if service.by_name:  # its answers are large: what is out is question enough
        assert service.calendar(line, asked).out["DEU"].keys() == {"2023-03"}
        return
    ended = Fetching(service, asked, Kept(tmp_path, name), line).run()
    assert ended.counts()[FAILED] == 0, list(ended.runs())
    assert ended.rows


@pytest.mark.skipif(
    os.environ.get("TRADECHECK_LIVE") != "1", reason="asks real services: set TRADECHECK_LIVE=1"
)
def test_the_bank_answers_one_small_question(tmp_path):
    service, asked = Ecb(), Asked("live", "rates", ("USD",), ("EUR",), ("SP00.A",), ("2023-03",))
    line = Line(service.title, service.pace)
    ended = Fetching(service, asked, Kept(tmp_path, "ecb"), line).run()
    assert ended.counts()[HELD] == 1, list(ended.runs())
