"""An executed notebook becomes one self-contained HTML page: no script, no request, same bytes."""

from tradecheck.report.downloads import Download
from tradecheck.report.exporter import IndexEntry, index_page, opening_of, render
from tradecheck.report.gate import findings, weigh, without_pages_beside

__all__ = [
    "Download",
    "IndexEntry",
    "findings",
    "index_page",
    "opening_of",
    "render",
    "weigh",
    "without_pages_beside",
]
