"""Every format that tradecheck reads: one line each."""

from tradecheck.data.sources import comtrade, lists, tidy
from tradecheck.data.sources.base import Listing, Source

FORMATS: tuple[Source, ...] = (
    tidy.SOURCE,
    comtrade.SOURCE,
)
LISTINGS: tuple[Listing, ...] = (lists.FIGURES, lists.RATES, lists.GOODS, lists.TABLE)
