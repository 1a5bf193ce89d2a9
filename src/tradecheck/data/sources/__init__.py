"""One module a publisher: each reads its files into flows, and says which files it recognises.

A source is one module, one line in `registry.FORMATS`, one synthetic sample, one test:
docs/add-a-source.md.
"""

from tradecheck.data.sources.reading import read_flows, recognise

__all__ = ["read_flows", "recognise"]
