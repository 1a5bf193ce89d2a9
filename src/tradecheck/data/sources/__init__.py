"""One module a publisher: each reads its files into flows, and says which files it recognises.

A source is one module, one line in `registry.FORMATS`, one synthetic sample, one test:
docs/add-a-source.md.
"""

import csv

from tradecheck.data.sources.reading import read_flows, recognise

csv.field_size_limit(2**31 - 1)  # a cell of any length is read, and told by its rule

__all__ = ["read_flows", "recognise"]
