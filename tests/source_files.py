"""Files for tests of sources: made in memory, or real ones where a machine has them."""

import io
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from tradecheck.data.sources.base import RawFile, Received
from tradecheck.data.sources.registry import FORMATS

ROOT = Path(__file__).resolve().parents[1]
FORMS = ROOT.parent / "shared" / "reference" / "formats"


def raw(content: str | bytes, name: str = "sample.csv") -> RawFile:
    """A file of this content."""
    return RawFile(
        Path(name).stem, Path(name), content.encode() if isinstance(content, str) else content
    )


def real(path: str) -> RawFile:
    """A real sample; its test is skipped where it is not at hand."""
    file = FORMS / path
    if not file.is_file():
        pytest.skip(f"the sample {path} is not at hand")
    return RawFile(file.stem, file, file.read_bytes())


def book(sheets: dict[str, list[list]]) -> bytes:
    """A workbook (xlsx) of these sheets: numbers as numbers, everything else as text, None as no cell."""
    packed = io.BytesIO()
    names = "".join(
        f'<sheet name="{name}" sheetId="{at}" r:id="rId{at}"/>' for at, name in enumerate(sheets, 1)
    )
    targets = "".join(
        f'<Relationship Id="rId{at}" Target="worksheets/sheet{at}.xml" Type="{_OFFICE}/worksheet"/>'
        for at in range(1, len(sheets) + 1)
    )
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{at}.xml" ContentType="{_XML}.worksheet+xml"/>'
        for at in range(1, len(sheets) + 1)
    )
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default '
            'Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_XML}.sheet.main+xml"/>{kinds}</Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_RELS}"><Relationship Id="rId1" Target="xl/workbook.xml" '
            f'Type="{_OFFICE}/officeDocument"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{names}</sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_RELS}">{targets}</Relationships>',
        )
        for at, rows in enumerate(sheets.values(), 1):
            lines = "".join(f'<row r="{n}">{_row(row, n)}</row>' for n, row in enumerate(rows, 1))
            archive.writestr(
                f"xl/worksheets/sheet{at}.xml",
                f'<worksheet xmlns="{_MAIN}"><sheetData>{lines}</sheetData></worksheet>',
            )
    return packed.getvalue()


def _row(cells: list, number: int) -> str:
    made = []
    for at, cell in enumerate(cells):
        place = f'r="{_letters(at)}{number}"'
        if isinstance(cell, int | float):
            made.append(f"<c {place}><v>{cell!r}</v></c>")
        elif cell is not None:
            made.append(f'<c {place} t="inlineStr"><is><t>{escape(cell)}</t></is></c>')
    return "".join(made)


def _letters(at: int) -> str:
    return chr(65 + at) if at < 26 else _letters(at // 26 - 1) + chr(65 + at % 26)


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_XML = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def recognised(file: RawFile) -> list[str]:
    """The publishers' formats that a file is taken for."""
    return [source.name for source in FORMATS if not source.general and source.recognises(file)]


def rows(received: Received, *columns: str) -> list[tuple]:
    """Columns of the flows, row by row, in the order of the file; no value is None."""
    table = received.flows.sort_values("row", kind="stable")[list(columns)]
    return [
        tuple(None if cell != cell else cell for cell in row)
        for row in table.itertuples(index=False)
    ]


def aside(received: Received) -> dict[str, list[int]]:
    """Lines of the file that are set aside, by reason."""
    return {reason: sorted(group["row"]) for reason, group in received.aside.groupby("reason")}
