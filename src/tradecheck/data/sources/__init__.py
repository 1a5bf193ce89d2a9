"""One module a publisher: each reads its files into flows, and says which files it recognises.

A source is one module, one line in `FORMATS`, one synthetic sample, one test: docs/add-a-source.md.
"""
