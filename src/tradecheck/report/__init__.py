"""An executed notebook becomes one self-contained HTML page: no script, no request, same bytes."""

from tradecheck.report.downloads import Download
from tradecheck.report.exporter import IndexEntry, index_page, opening_of, render
from tradecheck.report.gate import findings, weigh
from tradecheck.report.paper import for_paper

__all__ = [
    "Download",
    "IndexEntry",
    "findings",
    "for_paper",
    "index_page",
    "opening_of",
    "render",
    "weigh",
]
