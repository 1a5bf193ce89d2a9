"""tradecheck puts a published claim about trade beside the evidence and says what follows."""

__version__ = "0.2.0"
RELEASED = "2026-11-25"
