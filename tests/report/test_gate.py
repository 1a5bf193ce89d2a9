"""The gate finds what must not be published, whoever put it into the page."""

import bz2
import getpass
import gzip
import io
import json
import lzma
import socket
import zipfile
from base64 import b64encode
from html import escape
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_sample import sample
from tradecheck.errors import TradecheckError
from tradecheck.report import findings, for_paper, render
from tradecheck.report.gate import findings_in_file, hold

PAGE = render(sample())
BARE = (
    '<!DOCTYPE html>\n<html lang="en"><head><title>A page</title><style>p { margin: 0 }</style></head>'
    "<body><main><h1>A page</h1></main></body></html>"
)
KEY = "ghp_" + "a1B2" * 9
MAIL = "ana.lee@stats.example.org"


def planted(markup: str) -> str:
    return BARE.replace("</main>", f"{markup}</main>")


def attached(content: bytes, kind: str = "text/csv", name: str = "months.csv") -> str:
    """A download as the house makes them."""
    return (
        f'<a download="{name}" href="data:{kind};base64,{b64encode(content).decode()}">{name}</a>'
    )


def drawing(markup: str) -> str:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg">{markup}</svg>'.encode()
    return f'<img alt="A drawing" src="data:image/svg+xml;base64,{b64encode(svg).decode()}">'


def zipped(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("markup", "finding"),
    [
        ("<script>1</script>", "It holds <script> under “A page”."),
        *((f"<{tag}>x</{tag}>", f"It holds <{tag}>") for tag in (
            "iframe", "object", "embed", "form", "input", "button", "base", "frame", "applet", "audio",
            "video", "canvas", "template", "noscript", "portal", "marquee", "textarea", "select")),
        *((f"<svg><{tag}>x</{tag}></svg>", f"It holds <{tag.lower()}>") for tag in (
            "animate", "set", "animateTransform", "animateMotion", "foreignObject", "script", "style")
          if tag != "style"),
        ("<style>p{}</style>", "<style> outside the head"),
        ('<p style="color:red">x</p>', "style= on <p>"),
        ('<p onclick="x()">x</p>', "handler onclick="),
        ('<svg/onload="x()"></svg>', "handler onload="),
        ("<p hidden>x</p>", "hidden= on <p>"),
        ('<meta http-equiv="refresh" content="0;url=https://example.org">', "<meta http-equiv=refresh>"),
        ('<table background="https://example.org/x.png"></table>', "background= on <table>"),
        ('<img src="data:image/png;base64,AAAA" srcset="https://example.org/x.png 2x" alt="A dot">', "srcset= on <img>"),
        ('<a href="https://example.org" ping="https://example.org/p">x</a>', "ping= on <a>"),
        ('<a href="https://example.org" target="_blank">x</a>', "target= on <a>"),
        ('<a href="java&#10;script:x()">x</a>', "leads to 'java"),
        ('<a href="vbscript:x">x</a>', "leads to 'vbscript:x'"),
        ('<a href="data:text/html;base64,PHA+">x</a>', "leads to 'data:text/html"),
        ('<a download="x" href="data:text/html;base64,PHA+">x</a>', "leads to 'data:text/html"),
        ('<a href="data:text/csv;base64,QUFB">x</a>', "leads to 'data:text/csv"),
        ('<svg><a xlink:href="javascript:x()">x</a></svg>', "xlink:href= on <a>"),
        ('<svg><use href="https://example.org/x.svg#a"></use></svg>', "<use> loads 'https://example.org"),
        ('<svg><use href="data:image/svg+xml;base64,AAAA#a"></use></svg>', "<use> loads 'data:image/svg"),
        ('<svg><path fill="url(https://example.org/x.svg#a)"></path></svg>', "fill= on <path> points out"),
        ('<a href="http://example.org">x</a>', "leads to 'http://example.org'"),
        ('<a href="../other.html">x</a>', "leads to '../other.html'"),
        ('<a href="//host/other.html">x</a>', "leads to '//host/other.html'"),
        ('<a href="/other.html">x</a>', "leads to '/other.html'"),
        ('<a href="other.html?x=1">x</a>', "leads to 'other.html?x=1'"),
        ('<a href="other.html#">x</a>', "leads to 'other.html#'"),
        ('<a href="other.csv">x</a>', "leads to 'other.csv'"),
        ('<a href="http:other.html">x</a>', "leads to 'http:other.html'"),
        ('<a href="file:///x/other.html">x</a>', "leads to 'file:///x/other.html'"),
        ('<a href="">x</a>', "leads to ''"),
        ('<a href="#nowhere">x</a>', "#nowhere, which is not on the page"),
        *((f'<link rel="{kind}" href="https://example.org/x">', f"<link rel={kind}> loads") for kind in (
            "stylesheet", "preload", "prefetch", "dns-prefetch", "preconnect", "icon", "manifest")),
        ('<img src="https://example.org/x.png" alt="A dot">', "loads a picture from elsewhere"),
        ('<img src="data:text/html;base64,AAAA" alt="A dot">', "loads a picture from elsewhere"),
        ("<p>1 <2</p>", "a sign < that begins no tag"),
        ('<p class="a" class="b">x</p>', "an attribute twice on <p>"),
        (drawing("<set attributeName='x' to='1'/>"), "It holds a drawing with <set>"),
        (drawing("<animateTransform type='rotate'/>"), "It holds a drawing with <animateTransform>"),
        (drawing("<style>@im\\70ort url(https://example.org)</style>"), "a style that loads a file"),
        (drawing("<g onload='x()'/>"), "It holds a drawing with onload="),
        ("<p>" + "x " * 500_001 + "</p>", "without the data"),
        (attached(b"1,2\n" * 1_000_000), "embed less data"),
    ],
)  # fmt: skip
def test_what_acts_loads_or_hides_is_found(markup, finding):
    found = findings(planted(markup))
    assert any(finding in sentence for sentence in found), found


@pytest.mark.parametrize(
    "style", ["p{background:url(https://a.example)}", "@import 'a.css';", "p{b:u\\72l( 'x.png')}"]
)
def test_a_style_loads_nothing(style):
    assert findings(BARE.replace("<style>", f"<style>{style}")) == [
        "Its style loads a file from elsewhere."
    ]


@pytest.mark.parametrize(
    "path",
    [
        "/home/ana", "/Users/ana", "/root/x", "/tmp/tmpab12", "/private/var/folders", "/var/lib/jenkins",
        "/mnt/share", "/srv/trade", "/data/raw", "/media/ana", "/Volumes/Backup", "/scratch/ana",
        "C:\\Users\\Ana", "C:\\\\Users\\\\Ana", "c:/Users/Ana", "D:\\projects\\trade", "D:/projects/trade", "/run/media/ana", "/c/Users/Ana", "\\\\server\\share",
        "\\\\\\\\server\\\\share", "file:///x/y.csv", "file://host/x", "sqlite:////x/trade.db", "%2Fhome%2Fana",
    ],
)  # fmt: skip
def test_a_path_of_a_machine_is_found(path):
    for text in (path, f"from {path}/x.csv", f"read_csv('{path}')", f"({path})", f"x={path}"):
        found = findings(planted(f"<p>{escape(text)}</p>"))
        assert len(found) == 1 and "It holds a path of this machine (" in found[0], (text, found)


@pytest.mark.parametrize(
    "text",
    [
        "The square root of a user's home, token by token, &lt;script&gt; and style=",
        "javascript: is a word, onclick= too, and so is @import",
        "data/raw/x.csv, ../data/x, ./data/x, ~/data/x, and /data of a site",
        "https://example.org/data/raw/x.csv, https://example.org/home/x and s3://data/mnt/x",
        "f&quot;{address}/data/v1/get&quot;, root / &quot;data&quot; / &quot;raw&quot;",
        "and/or, n/a, import/export/data/x, 24/7, km/h, a ratio of 1:2",
        "C: and D:, at 10:30, &quot;sum:\\n&quot;, \\alpha\\beta, a \\\\ b, \\\\d+\\w",
        "package@1.2.3, commit@5b5d97ccdfc2fc3ce418233fe340680fe192c18a. The next, git@example.org:a/b",
        "logo@2x.png, @media, x@y.T, @user, 5 @ 3.50, a@b",
        "postgresql://{user}:{password}@host/db",
        "token = next_line_of_file",
    ],
)
def test_what_pages_say_is_let_through(text):
    assert findings(planted(f"<p>{text}</p>")) == []


def test_a_page_of_the_house_is_let_through():
    assert findings(PAGE) == []


def test_links_and_downloads_of_the_house_are_let_through():
    markup = '<a href="https://example.org/home/x">x</a>' + attached(b"month,value\n2024-01,1\n")
    assert findings(planted(markup)) == []


HIDDEN = {
    "plain": "{}",
    "entities": "&#{first};{rest}",
    "attribute": '<a title="{}" href="https://example.org">x</a>',
    "comment": "<!-- {} -->",
    "data of an attribute": '<td data-label="see {} there">x</td>',
}


@pytest.mark.parametrize("form", HIDDEN)
def test_a_secret_is_found_wherever_it_stands(form):
    markup = HIDDEN[form].format(KEY, first=ord(KEY[0]), rest=KEY[1:])
    found = findings(planted(f"<h2>Keys</h2><p>{markup}</p>"))
    assert found == [
        "It holds what looks like a token of GitHub (ghp_…) under “Keys”: take it out, and make it "
        "invalid."
    ]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (f"month,value\n2024-01,{KEY}\n".encode(), "text/csv"),
        (f"month,value\n{KEY}\n".encode("utf-16"), "text/csv"),
        (f"month,value\n{KEY}\n".encode("utf-16-le"), "text/csv"),
        (f"month,value\n{KEY}\n".encode("utf-16-be"), "text/csv"),
        (f"month,value\n{KEY}\n".encode("utf-32"), "text/csv"),
        (f"Zürich {KEY}".encode("latin-1"), "text/csv"),
        (f"\ufeff{KEY}".encode(), "text/csv"),
        (json.dumps({"a": {"b": [KEY]}}).replace("ghp", "\\u0067hp").encode(), "application/json"),
        (gzip.compress(KEY.encode()), "application/gzip"),
        (bz2.compress(KEY.encode()), "application/gzip"),
        (lzma.compress(KEY.encode()), "application/gzip"),
        (gzip.compress(gzip.compress(KEY.encode("utf-16"))), "application/gzip"),
        (zipped(a=b"1", b=KEY.encode()), "application/zip"),
        (zipped(a=zipped(b=gzip.compress(KEY.encode()))), "application/zip"),
        (zipped(**{KEY: b"1"}), "application/zip"),
        (zipped(s=f"<t>{KEY[:9]}</t><t>{KEY[9:]}</t>".encode()), "application/zip"),
        (b64encode(KEY.encode()), "text/plain"),
        (b64encode(b64encode(f"a key: {KEY}".encode())), "text/plain"),
        (b64encode(gzip.compress(KEY.encode())), "text/plain"),
        (f"data:text/csv;base64,{b64encode(KEY.encode()).decode()}".encode(), "text/plain"),
        (b"PAR1\0\1\2" + KEY.encode() + bytes(range(256)), "application/vnd.apache.parquet"),
    ],
    ids=lambda held: held if isinstance(held, str) else "bytes",
)
def test_a_secret_is_found_in_attachments(content, kind):
    found = findings(planted(attached(content, kind)))
    assert len(found) == 1 and "token of GitHub (ghp_…) in the attachment months.csv" in found[0]
    assert KEY not in found[0]


def test_the_cell_of_an_attached_notebook_and_the_file_of_an_archive_are_named():
    cells = [{"source": ["a = 1"]}, {"source": ["# key\n", f"b = '{KEY[:9]}", f"{KEY[9:]}'"]}]
    book = attached(json.dumps({"cells": cells}).encode(), "application/json", "x.ipynb")
    assert "in cell 2 of x.ipynb" in findings(planted(book))[0]
    archive = attached(zipped(**{"a/keys.txt": KEY.encode()}), "application/zip", "x.zip")
    assert "in the attachment x.zip (a/keys.txt)" in findings(planted(archive))[0]


def test_files_beside_the_pages_are_read():
    assert findings_in_file(b"month,value\n2024-01,1\n") == []
    found = findings_in_file(gzip.compress(f"by,{KEY}".encode()))
    assert found == [
        "It holds what looks like a token of GitHub (ghp_…): take it out, and make it invalid."
    ]


def test_no_place_shows_the_secret():
    for markup in (
        f"<h2>{KEY}</h2><p>{KEY}</p>",
        attached(KEY.encode(), name=KEY),
        f'<a href="{KEY}">x</a>',
    ):
        found = findings(planted(markup))
        assert found and KEY not in " ".join(found)


def test_pictures_and_base64_on_the_page_are_read():
    assert "(ghp_…) in a file inside it" in findings(planted(drawing(f"<text>{KEY}</text>")))[0]
    split = drawing(f"<text><tspan>{KEY[:7]}</tspan><tspan>{KEY[7:]}</tspan></text>")
    assert "(ghp_…) in a file inside it" in findings(planted(split))[0]
    body = b64encode(f"From: x\n\nthe key is {KEY}, do not tell\n".encode() * 4).decode()
    wrapped = "\n".join(body[at : at + 76] for at in range(0, len(body), 76))
    for text in (body, wrapped, quote(body)):
        assert "(ghp_…)" in findings(planted(f"<pre>{text}</pre>"))[0]
    svg = quote(f'<svg xmlns="http://www.w3.org/2000/svg"><desc>{KEY}</desc></svg>')
    found = findings(planted(f'<img alt="A dot" src="data:image/svg+xml,{svg}">'))
    assert any("(ghp_…)" in sentence for sentence in found)


@pytest.mark.parametrize(
    ("content", "finding"),
    [
        (gzip.compress(b"1" * 1000)[:-12], "that cannot be opened in the attachment months.csv"),
        (zipped(a=b"1")[:-9], "that cannot be opened in the attachment months.csv"),
        (
            zipped(**{str(n): bytes(9_000_000) for n in range(6)}),
            "over 50,000,000 bytes in the attachment",
        ),
        (gzip.compress(bytes(60_000_000)), "over 50,000,000 bytes in the attachment months.csv"),
    ],
    ids=["gzip cut short", "zip cut short", "zip of zeros", "gzip of zeros"],
)
def test_what_cannot_be_read_is_held(content, finding):
    found = findings(planted(attached(content, "application/zip")))
    assert len(found) == 1 and finding in found[0]


TAGS = ["b", "i", "span", "code", "td", "p", "div", "li", "wbr", "text", "tspan"]


@given(
    st.sampled_from([KEY, MAIL]),
    st.lists(
        st.tuples(st.integers(1, 30), st.sampled_from(TAGS), st.booleans()), min_size=1, max_size=6
    ),
    st.sampled_from([" ", "\n", ". ", "("]),
)
def test_no_tags_hide_a_secret_or_an_address(secret, cuts, before):
    at = {0, len(secret), *(min(cut, len(secret)) for cut, *_ in cuts)}
    starts = sorted(at)
    pieces = [secret[a:b] for a, b in zip(starts, starts[1:], strict=False)]
    markup = "".join(
        f"<{tag}>{piece}</{tag}>{'<!-- > -->' if comment else ''}"
        for piece, (_, tag, comment) in zip(pieces, cuts * 7, strict=False)
    )
    found = findings(f"<main>{before}{markup} and more</main>")
    assert any("GitHub" in one or "an e-mail address (" in one for one in found), markup


@given(st.binary(min_size=20, max_size=400), st.lists(st.floats(allow_nan=False), max_size=30))
def test_digests_and_figures_are_let_through(content, figures):
    texts = [
        content.hex(),
        b64encode(content).decode(),
        *(f"{x:,.2f}" for x in figures),
        *map(str, figures),
    ]
    cells = "".join(f"<td>{text}</td>" for text in texts)
    files = (
        attached(content) + attached("\n".join(texts).encode()) + attached(gzip.compress(content))
    )
    assert findings(f"<main><table><tr>{cells}</tr></table>{files}</main>") == []


def test_an_address_of_a_person_needs_leave():
    for markup in (
        f"<p>Ask {MAIL}.</p>",
        f'<a href="mailto:{MAIL}">write</a>',
        f"<p>{MAIL.upper()}</p>",
        f"<p>&lt;{MAIL}&gt;</p>",
        attached(f"by,{MAIL}\n".encode()),
    ):
        page = planted(f"<h2>Who</h2>{markup}")
        assert len(found := findings(page)) == 1, markup
        assert "It holds an e-mail address (" in found[0] and "authors" in found[0]
        assert MAIL not in found[0] and findings(page, contacts=[MAIL]) == []
    assert len(findings(planted(f"<p>{MAIL}, x@y.org</p>"), contacts=[MAIL])) == 1


def test_machine_names(monkeypatch):
    monkeypatch.setattr(socket, "gethostname", lambda: "lab-7.example.net")
    monkeypatch.setattr(getpass, "getuser", lambda: "analyst")
    assert "host name" in findings(planted("<p>on lab-7.example.net</p>"))[0]
    assert "user name" in findings(planted("<p>analyst@there</p>"))[0]
    assert findings(planted("<p>an analyst wrote it</p>")) == []


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("s.html", True),
        ("s-04_years.html#figure-x", True),
        ("index.html", True),
        ("t.html", False),
        ("s.html.html", False),
    ],
)
def test_pages_beside_must_be_built_with_this_one(address, allowed):
    page = planted(f'<a href="{address}">x</a>')
    files = ["s.html", "s-04_years.html", "synthetic-data.html"]
    assert (findings(page, files) == []) is allowed
    assert findings(page) == []


def test_on_paper_no_link_leads_to_a_page_beside_and_a_drawing_is_the_figure():
    links = '<a href="s.html#x">here</a> <a href="https://example.org">there</a>'
    page = PAGE.replace("</main>", f"{links}</main>")
    paper = for_paper(page)
    assert "<a>here</a>" in paper and '<a href="https://example.org">there</a>' in paper
    assert '<a href="#claim-c1">' in paper and 'href="index.html"' not in paper
    assert paper.count('<figure role="group" ') == page.count("<figure ") > 0


def test_every_finding_is_listed():
    with pytest.raises(TradecheckError, match="<script>.*style= on <p>"):
        hold(planted('<script>1</script><p style="a">x</p>'))
