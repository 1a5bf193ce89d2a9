"""Every service that is asked, and which of them know a study's trade."""

from tradecheck.data.fetch.asked import Asked
from tradecheck.data.fetch.comtrade import Comtrade
from tradecheck.data.fetch.service import Service
from tradecheck.errors import TradecheckError
from tradecheck.study.values import alike

SERVICES: dict[str, type[Service]] = {Comtrade.name: Comtrade}


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
    return [name for name in SERVICES if not SERVICES[name]().cannot(asked)]
