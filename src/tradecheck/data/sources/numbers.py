"""Numbers as people and spreadsheets write them: the decimal point, column by column."""

from collections.abc import Sequence
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from tradecheck.data.sources.table import Bad, Table, is_number

UNKNOWN = (
    "",
    "na",
    "n/a",
    "n.a.",
    "nan",
    "null",
    "none",
    "<na>",
    "#n/a",
    ":",
    "..",
    "...",
    "…",
    "?",
)
WITHHELD = ("c", ":c", ": c", "c:", "(c)", ":(c)", "conf", "conf.", "confidential", "suppressed")

_GROUPS = r"[1-9][0-9]{0,2}(?:%s[0-9]{3})+"
BLANKS = _GROUPS % "[ \u00a0\u202f\u2009'’]"  # 1 234 567, or 1'234'567 as in Switzerland
KINDS = {  # what the text of a number, without its sign, says of dot and comma
    "whole": r"[0-9]+",
    "point": r"[0-9]*\.[0-9]+|[0-9]+\.|[0-9](?:\.[0-9]+)?[eE][+-]?[0-9]+|"
    + rf"{_GROUPS % ','}\.[0-9]+|[1-9][0-9]?(?:,[0-9]{{2}})+,[0-9]{{3}}(?:\.[0-9]+)?|"
    + r"[1-9][0-9]{0,2}(?:,[0-9]{3}){2,}",
    "comma": r"[0-9]*,[0-9]+|"
    + rf"{_GROUPS % '[.]'},[0-9]+|"
    + r"[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}",
}
EITHER = r"[1-9][0-9]{0,2}[.,][0-9]{3}"  # 1,234 or 1.234: thousands, or three decimals
SHORT = r"[0-9][.,][0-9]{2}E[+][0-9]{2}"  # 1.23E+09: what a spreadsheet leaves of a long number

POINTED = (",", "|")  # who writes decimal commas puts other signs between fields


class Numbers(NamedTuple):
    """A column as numbers, missing where the cell is empty; and where it says confidential."""

    values: pa.Array
    withheld: pa.Array


class Style(NamedTuple):
    """What a column's texts say: which of dot and comma is the decimal point, if any cell tells."""

    decimal: str  # "." or "," or "" where no cell tells
    doubtful: str  # a cell that could be read both ways, or ""


def numbers(table: Table, column: int, others: Sequence[int] = ()) -> Numbers:
    """A column of a table as numbers.

    What dot and comma mean is decided by all cells of the column, and where none tells, by the
    other columns of numbers named. Raises a TradecheckError, with the line, for a cell that is no
    number, for two styles in one column, and for a column that could be read both ways.
    """
    held = table.columns[column]
    if is_number(held):
        values = held.combine_chunks().cast(pa.float64())
        values = pc.if_else(pc.is_finite(values), values, None)
        return Numbers(values, pa.array([False]).take(pa.array([0] * len(values), pa.int8())))
    texts = table.text(column)
    quick = _plain(texts, table)
    if quick is not None:
        return quick
    coded = texts.dictionary_encode()
    try:
        words = coded.dictionary
        folded = pc.utf8_lower(words)
        withheld = pc.is_in(folded, pa.array(WITHHELD))
        silent = pc.or_(withheld, pc.is_in(folded, pa.array(UNKNOWN)))
        unsigned, negative = _unsigned(words)
        style = _style(pc.filter(unsigned, pc.invert(silent)))
        decimal = style.decimal or _fallback(table, style, others, column)
        values = _cast(unsigned, words, silent, decimal)
        values = pc.if_else(negative, pc.negate(values), values)
    except Bad as bad:
        row = pc.index(texts, bad.text).as_py()
        raise table.refusal(row, column, bad.text, bad.rule) from bad
    return Numbers(values.take(coded.indices), withheld.take(coded.indices))


def _plain(texts: pa.Array, table: Table) -> Numbers | None:
    """The quick way for whole numbers and numbers with points that cannot be thousands."""
    empty = pc.equal(texts, "")
    simple = pc.or_(pc.match_substring_regex(texts, r"^-?[0-9]+(?:\.[0-9]+)?$"), empty)
    if not pc.all(simple).as_py():
        return None
    pointed = texts.filter(pc.match_substring(texts, "."))
    if len(pointed) and table.separator not in POINTED:
        return None
    if len(pointed) and pc.all(pc.match_substring_regex(pointed, f"^-?{EITHER}$")).as_py():
        return None
    values = pc.if_else(empty, None, texts).cast(pa.float64())
    return Numbers(values, pc.and_(empty, pc.invert(empty)))


def _unsigned(words: pa.Array) -> tuple[pa.Array, pa.Array]:
    """The texts without sign and without blanks between thousands; and which are negative."""
    words = pc.replace_substring(words, "\u2212", "-")
    bracketed = pc.match_substring_regex(words, r"^\(.*[0-9]\)$")
    negative = pc.or_(pc.starts_with(words, "-"), bracketed)
    words = pc.if_else(bracketed, pc.replace_substring_regex(words, r"[()]", ""), words)
    words = pc.utf8_trim_whitespace(pc.replace_substring_regex(words, r"^[-+]", ""))
    spaced = pc.match_substring_regex(words, rf"^{BLANKS}(?:[.,][0-9]+)?$")
    # A number with blanks between thousands has them nowhere else: its dot or comma is the decimal
    # point.
    marked = pc.replace_substring_regex(words, "[ \u00a0\u202f\u2009'’]", "")
    return pc.if_else(spaced, pc.binary_join_element_wise("0", marked, ""), words), negative


def _style(words: pa.Array) -> Style:
    either = pc.match_substring_regex(words, f"^(?:{EITHER})$")
    doubtful = pc.filter(words, either).to_pylist()
    told = {}
    for kind in ("point", "comma"):
        found = pc.and_(pc.match_substring_regex(words, f"^(?:{KINDS[kind]})$"), pc.invert(either))
        row = pc.index(found, True).as_py()
        if row >= 0:
            told[kind] = words[row].as_py()
    if len(told) == 2:
        raise Bad(
            told["comma"],
            f"the column also holds {told['point']!r}, so it is not clear which sign is the "
            "decimal point; save all numbers in one style",
        )
    decimal = {"point": ".", "comma": ","}[next(iter(told))] if told else ""
    return Style(decimal, doubtful[0] if doubtful else "")


def _fallback(table: Table, style: Style, others: Sequence[int], column: int) -> str:
    """The decimal point of a column that does not tell by itself."""
    if not style.doubtful:
        return "."
    for other in others:
        if other != column and not is_number(table.columns[other]):
            words = _unsigned(table.text(other).unique())[0]
            try:
                if decimal := _style(words).decimal:
                    return decimal
            except Bad:
                continue
    if "." in style.doubtful and table.separator in POINTED:
        return "."
    sign = "," if "," in style.doubtful else "."
    whole = style.doubtful.replace(sign, "")
    raise Bad(
        style.doubtful,
        f"it may be {whole} or {style.doubtful.replace(sign, '.')}, and no other cell tells; save "
        "the numbers without signs between thousands and with a point before decimals",
    )


def _cast(unsigned: pa.Array, words: pa.Array, silent: pa.Array, decimal: str) -> pa.Array:
    group = "," if decimal == "." else "."
    kind = "point" if decimal == "." else "comma"
    fits = pc.match_substring_regex(unsigned, f"^(?:{KINDS['whole']}|{KINDS[kind]}|{EITHER})$")
    fits = pc.and_(fits, pc.invert(pc.match_substring_regex(unsigned, f"^{SHORT}$")))
    bad = pc.index(pc.or_(fits, silent), False).as_py()
    if bad >= 0:
        raise Bad(words[bad].as_py(), _rule(words[bad].as_py()))
    bare = pc.replace_substring(unsigned, group, "")
    bare = pc.replace_substring(bare, ",", ".") if decimal == "," else bare
    bare = pc.replace_substring_regex(bare, r"\.$", "")
    values = pc.if_else(silent, None, bare).cast(pa.float64())
    finite = pc.fill_null(pc.is_finite(values), True)
    bad = pc.index(finite, False).as_py()
    if bad >= 0:
        raise Bad(words[bad].as_py(), "the number is too large")
    return values


def _rule(text: str) -> str:
    import re

    if re.fullmatch(SHORT, text.lstrip("-+")):
        return (
            "a spreadsheet has left only its first digits; give the column the format of a plain "
            "number and save it again"
        )
    if text in ("-", "–", "—"):
        return "a dash may mean zero or unknown; write 0, or leave the cell empty"
    return "no number, such as 1234.5; leave the cell empty if the value is unknown"


def pointed(table: Table, column: int) -> pa.Array:
    """A column of a publisher who writes points before decimals and nothing between thousands."""
    if is_number(table.columns[column]) or table.separator == ";":  # saved anew by a spreadsheet
        return numbers(table, column).values
    texts = table.text(column)
    silent = pc.is_in(pc.utf8_lower(texts), pa.array(UNKNOWN))
    try:
        return pc.if_else(silent, None, texts).cast(pa.float64())
    except pa.ArrowInvalid:
        return numbers(table, column).values
