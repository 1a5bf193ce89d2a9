"""The publishing gate: what a finished page must not hold, each finding one sentence."""

from collections.abc import Collection, Iterator

from tradecheck.errors import TradecheckError
from tradecheck.report.finding import Finding, told
from tradecheck.report.inside import Text, texts_inside, texts_of, without_files
from tradecheck.report.leaks import leaks, sections
from tradecheck.report.markup import acts, odd_markup

MAX_BYTES = 5_000_000
MAX_BYTES_WITHOUT_DATA = 1_000_000


def hold(html: str, files: Collection[str] | None = None) -> str:
    """The page itself if nothing is found; else a TradecheckError that lists every finding."""
    if found := findings(html, files):
        raise TradecheckError("The page cannot be published. " + " ".join(found))
    return html


def findings(
    html: str, files: Collection[str] | None = None, contacts: Collection[str] = ()
) -> list[str]:
    """What the page holds and must not, as sentences; see `search`."""
    return told(search(html, files, contacts))


def findings_in_file(content: bytes, contacts: Collection[str] = ()) -> list[str]:
    """What a file beside the pages holds and must not, as sentences."""
    return told(list(_of_files(texts_of(content, ""), contacts)))


def search(
    html: str, files: Collection[str] | None = None, contacts: Collection[str] = ()
) -> list[Finding]:
    """What the page holds and must not.

    ``files`` are the pages beside this one that links may lead to, apart from the list of all;
    without them, a file name of the right form will do. ``contacts`` are the e-mail addresses that
    may stand on it.
    """
    return [*odd_markup(html, files), *_leaks(html, contacts), *_too_big(html)]


def weigh(html: str) -> tuple[int, int]:
    """The page's size in bytes: in all, and without the data inside it."""
    return len(html.encode()), len(without_files(html).encode())


def _too_big(html: str) -> Iterator[Finding]:
    total, without_data = weigh(html)
    if total > MAX_BYTES:
        yield Finding(f"It has {total:,} bytes, over {MAX_BYTES:,}", remedy="embed less data")
    if without_data > MAX_BYTES_WITHOUT_DATA:
        yield Finding(
            f"It has {without_data:,} bytes without the data, over {MAX_BYTES_WITHOUT_DATA:,}",
            remedy="show fewer rows",
        )


def _leaks(html: str, contacts: Collection[str]) -> Iterator[Finding]:
    plain = without_files(html)
    for found in leaks(plain, contacts):
        yield found._replace(where=_heading(plain, found, contacts))
    yield from _of_files(texts_inside(html), contacts)


def _of_files(texts: Iterator[Text], contacts: Collection[str]) -> Iterator[Finding]:
    try:
        for where, text in texts:
            for found in leaks(text, contacts):
                yield found._replace(where=where)
            if "<svg" in text and (what := acts(text)):
                yield Finding(f"It holds a drawing with {what}", where, "save it without")
    except TradecheckError as error:
        yield Finding(str(error).removesuffix("."))


def _heading(html: str, found: Finding, contacts: Collection[str]) -> str:
    """Under which heading of the page it stands, if that is one place."""
    for heading, section in sections(html):
        if heading and any(one.what == found.what for one in leaks(section, contacts)):
            return f"under “{heading}”"
    return ""
