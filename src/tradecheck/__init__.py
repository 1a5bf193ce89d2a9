"""tradecheck puts a published claim about trade beside the evidence and says what follows."""

__version__ = "0.1.0"
RELEASED = "2026-11-22"
