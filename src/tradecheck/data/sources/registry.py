"""Every format that tradecheck reads: one line each."""

from tradecheck.data.sources import (
    calendar,
    census,
    comtrade,
    dgcis,
    eurostat_browser,
    eurostat_bulk,
    eurostat_easy,
    eurostat_sdmx,
    hmrc,
    lists,
    tidy,
    trademap,
    tradestat,
    usa_trade_online,
)
from tradecheck.data.sources.base import Listing, Source

FORMATS: tuple[Source, ...] = (
    tidy.SOURCE,
    comtrade.SOURCE,
    eurostat_sdmx.SOURCE,
    eurostat_easy.SOURCE,
    eurostat_browser.SOURCE,
    eurostat_bulk.SOURCE,
    hmrc.SOURCE,
    census.SOURCE,
    usa_trade_online.SOURCE,
    tradestat.SOURCE,
    trademap.SOURCE,
    *dgcis.SOURCES,
)
LISTINGS: tuple[Listing, ...] = (
    lists.FIGURES,
    lists.RATES,
    lists.GOODS,
    calendar.CALENDAR,
    calendar.LAST_MONTHS,
    lists.TABLE,
)
