"""Whose figures of one trade: the exporter's own, or the importer's, its mirror data."""

from typing import Literal

Side = Literal["exporter", "importer"]
EXPORTER: Side = "exporter"
IMPORTER: Side = "importer"
SIDES: tuple[Side, Side] = (EXPORTER, IMPORTER)
BOTH = "both"


def reporting(flow: str) -> Side:
    """The side that reports a flow (X, RX, M or RM)."""
    return EXPORTER if flow in ("X", "RX") else IMPORTER


def facing(side: Side) -> Side:
    """The other one."""
    return IMPORTER if side == EXPORTER else EXPORTER


def by_figures(side: str) -> str:
    """ "by the exporter's figures"."""
    return f"by the {side}'s figures"
