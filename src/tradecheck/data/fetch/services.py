"""Every service that is asked, and which of them know a study's trade."""

from tradecheck.data.fetch.asked import Asked
from tradecheck.data.fetch.census import Census
from tradecheck.data.fetch.comext import Comext
from tradecheck.data.fetch.comext_bulk import ComextBulk
from tradecheck.data.fetch.comtrade import Comtrade
from tradecheck.data.fetch.hmrc import Hmrc
from tradecheck.data.fetch.meidb import Meidb
from tradecheck.data.fetch.service import Service
from tradecheck.errors import TradecheckError
from tradecheck.study import areas
from tradecheck.study.values import alike

# The most detailed first: the first that knows all of a trade is asked alone.
SERVICES: dict[str, type[Service]] = {
    found.name: found for found in (Comext, Hmrc, Census, Comtrade, Meidb, ComextBulk)
}


def service(name: str) -> Service:
    """The service of a name. Raises a TradecheckError for none."""
    if name not in SERVICES:
        raise TradecheckError(
            f"There is no service {name!r}{alike(name, list(SERVICES))}; services are "
            f"{', '.join(SERVICES)}."
        )
    return SERVICES[name]()


def usual(asked: Asked) -> list[str]:
    """The services that know this trade, where the study names none."""
    usually = [made() for made in SERVICES.values() if not made.by_name]
    able = [found for found in usually if not found.cannot(asked)]
    ready = [found for found in able if found.key or not found.key_needed]
    able = ready or able
    whole = [found for found in able if _whole(asked, found.narrowed(asked))]
    return [found.name for found in whole[:1] or able]


def _whole(asked: Asked, known: Asked) -> bool:
    single = {code for code in asked.reporters if not areas.group_of(code)}
    return single <= set(known.reporters) and set(asked.codes) <= set(known.codes)
