"""Tables: columns, rows, and cells that may carry the mark of a verdict or grade."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, ClassVar, Literal, NamedTuple

from tradecheck.show.exhibits.base import (
    MARKS,
    STATES,
    Exhibit,
    Words,
    check_name,
    inline,
    plain,
    require,
)

LAYOUTS = ("auto", "cards", "compact")


class Column(NamedTuple):
    """A column: its key in the rows, its heading, and where its text stands."""

    key: str
    label: str
    align: Literal["left", "right"] = "left"

    def payload(self) -> dict[str, str]:
        return self._asdict()


class Cell(NamedTuple):
    """A cell's text, perhaps with a link or with the mark of a verdict or grade before it.

    `shares`: (state, count) pairs, drawn as a small bar above the text, which has to say them too.
    """

    text: str
    href: str = ""
    mark: str = ""
    shares: Sequence[tuple[str, int]] = ()

    def payload(self) -> dict[str, Any]:
        return self._asdict() | {"shares": [list(share) for share in self.shares]}

    @classmethod
    def whole(cls, held: str | Mapping[str, Any]) -> Mapping[str, Any]:
        """A cell in a table's payload, where most are a text and nothing else."""
        return cls(held)._asdict() if isinstance(held, str) else held


@dataclass(frozen=True)
class Row:
    """A row of cells by column key; ``id`` makes it a link's target, ``group`` is a sub-heading."""

    cells: Mapping[str, str | Cell]
    id: str = ""
    group: str = ""

    def payload(self) -> dict[str, Any]:
        return {"cells": plain(self.cells), "id": self.id, "group": self.group}


@dataclass(frozen=True)
class Table(Exhibit):
    """A table whose first column names its rows.

    On a phone, one that has no room there, or asks for it (``layout="cards"``), becomes one card a
    row, so that nothing is cut. ``"compact"`` is set small on every screen.
    """

    kind: ClassVar[str] = "table"
    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row | Mapping[str, str | Cell]]
    note: Words = ""
    source: Words = ""
    layout: Literal["auto", "cards", "compact"] = "auto"

    def __post_init__(self):
        where = f"Table {self.name!r}"
        check_name(self.name, where)
        require(self.title.strip(), f"{where} has no title: say what it shows.")
        require(self.columns, f"{where} has no columns.")
        require(
            self.layout in LAYOUTS,
            f"{where} has the layout {self.layout!r}: use one of {', '.join(LAYOUTS)}.",
        )
        for column in self.columns:
            require(column.label.strip(), f"{where}, column {column.key!r} has no heading.")
        rows = tuple(row if isinstance(row, Row) else Row(row) for row in self.rows)
        keys = [column.key for column in self.columns]
        for position, row in enumerate(rows, start=1):
            require(
                sorted(row.cells) == sorted(keys),
                f"{where}, row {position} has the cells {sorted(row.cells)}: "
                f"give exactly one for each column {sorted(keys)}.",
            )
            for key, cell in row.cells.items():
                _check_cell(cell, f"{where}, row {position}, column {key!r}")
        ids = [row.id for row in rows if row.id]
        require(len(ids) == len(set(ids)), f"{where} gives the same row id twice.")
        object.__setattr__(self, "columns", tuple(self.columns))
        object.__setattr__(self, "rows", rows)

    def html(self) -> str:
        left, top = 'style="text-align:left"', 'style="text-align:left;vertical-align:top"'
        head = "".join(f"<th {left}>{escape(column.label)}</th>" for column in self.columns)
        body, group = [], ""
        for row in self.rows:
            assert isinstance(row, Row)  # made one above
            if row.group != group:
                group = row.group
                body.append(
                    f'<tr><th {left} colspan="{len(self.columns)}">{escape(group)}</th></tr>'
                )
            cells = (shown(row.cells[column.key]) for column in self.columns)
            body.append(
                "<tr>" + "".join(f"<td {top}>{escape(cell)}</td>" for cell in cells) + "</tr>"
            )
        return (
            f"<table><caption>{escape(self.title)}</caption><thead><tr>{head}</tr></thead>"
            f"<tbody>{''.join(body)}</tbody></table>"
            f"<p>{inline(self.note)} {inline(self.source)}</p>"
        )

    def text(self) -> str:
        return f"{self.title} ({len(self.rows)} rows)"


def shown(cell: str | Cell) -> str:
    """A cell as plain text: the mark's symbol and word, then its own text."""
    if isinstance(cell, str):
        return cell
    if not cell.mark:
        return cell.text
    mark = MARKS[cell.mark]
    own = "" if cell.text == mark.word else cell.text
    return f"{mark.symbol} {mark.word} {own}".rstrip()


def _check_cell(cell: Any, where: str) -> None:
    require(
        isinstance(cell, str | Cell), f"{where} holds {cell!r}: write it as text with a prose unit."
    )
    if isinstance(cell, Cell):
        require(
            not cell.mark or cell.mark in MARKS,
            f"{where} has the mark {cell.mark!r}: use one of {', '.join(MARKS)}.",
        )
        for state, share in cell.shares:
            require(
                state in STATES and share >= 0,
                f"{where} has the share {state!r}: {share!r}; use counts of {', '.join(STATES)}.",
            )
        require(
            not cell.shares or cell.text.strip(),
            f"{where} has shares without words: say them for those who cannot see a bar.",
        )
