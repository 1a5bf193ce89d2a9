"""One module a publisher: each reads its raw tables, checked, as tables with declared types."""
