"""A Comext archive, unpacked as a stream and added up as it comes: nothing of it lies on disk
unpacked, and what is in memory does not grow with the month."""

from pathlib import Path

import polars as pl
import py7zr
from py7zr.io import Py7zIO, WriterFactory

from tradecheck.data.bulk_pieces import PIECE, Piece
from tradecheck.data.fetch.asked import WORLD
from tradecheck.data.fetch.line import Trouble
from tradecheck.data.fetch.service import Block
from tradecheck.data.flows import TOTAL
from tradecheck.data.sources import who
from tradecheck.errors import TradecheckError

FLOWS = {"M": "1", "X": "2"}
DIGITS = (2, 4, 6, 8)
FIELDS = {
    "reporter": "REPORTER", "partner": "PARTNER", "product": "PRODUCT_NC", "flow": "FLOW",
    "period": "PERIOD", "value": "VALUE_EUR", "quantity": "QUANTITY_KG",
}  # fmt: skip
NUMBERS = ("value", "quantity")
MOST = 4_000_000_000  # bytes unpacked: ten times a month's file
LONGEST = 1 << 20  # bytes of a line
SUMMED = "sum"  # of all codes, where the file gives no total
CODE = r"^[0-9]{2}[0-9A-Z]{6}$|^[0-9]{7}$"  # letters hide; seven lack the zero in front
WHOLE, PARTS = "GBR", ("_XI", "_XU")  # the United Kingdom, in one or in two
SLACK = 1e-6


class Damaged(Exception):
    """An archive that must be received anew."""


def added_up(path: Path, block: Block) -> pl.DataFrame:
    """One row a reporter, partner and code that are asked for: reporter, partner, code, value
    (euros), quantity (kilograms). Raises Damaged for a broken archive, Trouble for another table
    than is known and for what would unpack to more than a month's file."""
    into = _Sums(block)
    try:
        with py7zr.SevenZipFile(path, max_extract_size=MOST) as archive:
            inside = [entry for entry in archive.list() if not entry.is_directory]
            if len(inside) != 1:
                raise Trouble(f"its archive holds {len(inside)} files where one is expected")
            if inside[0].uncompressed > MOST:
                raise _Bomb
            archive.extract(targets=[inside[0].filename], factory=into)
        return into.table()
    except (_Bomb, py7zr.exceptions.DecompressionBombError):
        raise Trouble(f"its archive unpacks to more than {MOST:,} bytes", again="never") from None
    except py7zr.exceptions.UnsupportedCompressionMethodError:
        raise Trouble("its archive is packed in a way that is not known", again="never") from None
    except Exception as error:  # broken bytes end in errors of every kind, here and there
        if not _sound(path):
            raise Damaged from error
        if isinstance(error, TradecheckError):
            raise Trouble(str(error).partition(";")[0]) from None  # its remedy is no reader's
        raise


def _sound(path: Path) -> bool:
    """Whether the archive unpacks to what its own sums (CRC) say."""
    try:
        with py7zr.SevenZipFile(path, max_extract_size=MOST) as archive:
            return archive.testzip() is None
    except Exception:
        return False


class _Bomb(Exception):
    pass


class _Sums(WriterFactory, Py7zIO):
    """Takes the unpacked bytes, and adds up whole lines of them."""

    def __init__(self, block: Block):
        self._block, self._rest, self._line = block, bytearray(), 1
        self._names: tuple[str, ...] = ()
        self._parts: list[pl.DataFrame] = []

    def create(self, filename: str) -> Py7zIO:
        return self

    def write(self, s: bytes | bytearray) -> int:
        self._rest += s
        if len(self._rest) >= PIECE:
            end = self._rest.rfind(b"\n") + 1
            if not end and len(self._rest) > PIECE + LONGEST:
                raise Trouble("its table has a line without end")
            self._take(bytes(self._rest[:end]))
            del self._rest[:end]
        return len(s)

    def read(self, size: int | None = None) -> bytes:
        return b""

    def seek(self, offset: int, whence: int = 0) -> int:
        return 0

    def flush(self) -> None:
        pass

    def size(self) -> int:
        return 0

    def table(self) -> pl.DataFrame:
        """The sums, with those over all partners."""
        if self._rest:
            self._take(bytes(self._rest).rstrip(b"\n") + b"\n")
        if not self._names:
            raise Trouble("its table is empty")
        sums = _summed(pl.concat(self._parts), "reporter", "partner", "code")
        parts = pl.col("partner").is_in(PARTS)
        if sums.filter(pl.col("partner") == WHOLE).is_empty():  # only its parts are given
            one = sums.filter(parts).with_columns(partner=pl.lit(WHOLE))
            sums = pl.concat([sums, _summed(one, "reporter", "partner", "code")])
        world = _summed(sums.filter(~parts), "reporter", "code").with_columns(partner=pl.lit(WORLD))
        sums = _with_totals(pl.concat([sums, world.select(sums.columns)]))
        wanted = pl.col("partner").is_in(self._block.partners)
        return sums.filter(wanted).sort("reporter", "partner", "code")

    def _take(self, lines: bytes) -> None:
        if not self._names and lines:
            head, _, lines = lines.partition(b"\n")
            self._names = tuple(head.decode("utf-8-sig", "replace").strip().upper().split(","))
            if lacking := set(FIELDS.values()) - set(self._names):
                raise Trouble(f"its table lacks the column {min(lacking)}")
            self._line = 2
        if not lines:
            return
        lines = lines.replace(b"\r\n", b"\n")
        piece = Piece("its table", self._names, ",", lines, self._line)
        self._line += lines.count(b"\n")
        at = {field: self._names.index(name) for field, name in FIELDS.items()}
        self._add(piece.frame(at, NUMBERS))

    def _add(self, rows: pl.DataFrame) -> None:
        month = self._block.months[0].replace("-", "")
        if rows["period"].unique().to_list() != [month]:
            raise Trouble("it answered what was not asked")
        if rows["value"].null_count():
            raise Trouble("a row of its table has no value")
        rows = rows.filter(
            (pl.col("flow") == FLOWS[self._block.flow]) & (pl.col("partner").str.len_chars() == 2)
        )
        rows = _named(_named(rows, "reporter"), "partner")
        rows = rows.filter(pl.col("reporter").is_in(self._block.reporters))
        goods = rows.filter(pl.col("product").str.contains(CODE)).with_columns(
            pl.col("product").str.zfill(8)
        )
        self._keep(rows.filter(pl.col("product") == TOTAL).with_columns(code=pl.lit(TOTAL)))
        self._keep(goods.with_columns(code=pl.lit(SUMMED)))
        for digits in DIGITS:
            codes = [code for code in self._block.codes if len(code) == digits]
            shortened = goods.with_columns(code=pl.col("product").str.slice(0, digits))
            self._keep(shortened.filter(pl.col("code").is_in(codes)))

    def _keep(self, rows: pl.DataFrame) -> None:
        self._parts.append(_summed(rows, "reporter", "partner", "code"))


def _summed(rows: pl.DataFrame, *by: str) -> pl.DataFrame:
    return rows.group_by(*by).agg(pl.col("value").sum(), pl.col("quantity").sum())


def _named(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    """Letters of areas as their codes."""
    known = {text: who.area_code(text) for text in rows[column].unique()}
    return rows.with_columns(pl.col(column).replace(known))


def _with_totals(sums: pl.DataFrame) -> pl.DataFrame:
    """All goods: the total that the file gives of a reporter, else the sum of its codes."""
    told = sums.filter(pl.col("code") == TOTAL)
    counted = sums.filter(pl.col("code") == SUMMED)
    both = counted.join(told, on=["reporter", "partner"])
    both = both.filter(pl.col("value") > pl.col("value_right") * (1 + SLACK) + 1)
    for reporter, partner, _, value, _, _, total, _ in both.head(1).iter_rows():
        raise Trouble(
            f"its codes of {reporter} with {partner} come to {value:,.0f}, its total to {total:,.0f}"
        )
    silent = counted.filter(~pl.col("reporter").is_in(told["reporter"].unique().to_list()))
    rest = sums.filter(pl.col("code") != SUMMED)
    return pl.concat([rest, silent.with_columns(code=pl.lit(TOTAL))])
