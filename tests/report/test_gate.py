"""The gate finds what must not be published, whoever put it into the page."""

import getpass
import socket
from base64 import b64encode

import pytest

from report_sample import sample
from tradecheck.errors import TradecheckError
from tradecheck.report import findings, for_paper, render
from tradecheck.report.gate import hold

PAGE = render(sample())
DRAWING = '<svg role="img" aria-label="{}"></svg>'


def planted(markup: str) -> str:
    return PAGE.replace("</main>", markup + "</main>")


@pytest.mark.parametrize(
    ("markup", "finding"),
    [
        ("<script>1</script>", "<script>"),
        ("<iframe></iframe>", "<iframe>"),
        ("<style>p{}</style>", "<style> outside the head"),
        ('<p style="color:red">x</p>', "style= on <p>"),
        ('<p onclick="x()">x</p>', "handler onclick="),
        ('<a href="java&#10;script:x()">x</a>', "javascript: link"),
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
        ("<input>", "<input>"),
        ('<link rel="stylesheet" href="https://example.org/x.css">', "loads 'https://example.org/x.css'"),
        ('<img src="https://example.org/x.png" alt="A dot">', "loads a picture from elsewhere"),
        ('<img src="data:image/png;base64,AAAA" alt="">', "alternative text says nothing"),
        ('<p id="main">x</p>', "'main' stands 2 times"),
        ('<a href="#nowhere">x</a>', "#nowhere, which is not on the page"),
        ("<h5>x</h5>", "level 5 follows"),
        ("<h1>x</h1>", "2 titles"),
        ("<svg></svg>", "no role or no alternative text"),
        ('<svg role="img"></svg>', "no role or no alternative text"),
        (DRAWING.format("Figure"), "An alternative text says nothing"),
        ('<svg aria-hidden="true"><g><title> </title></g></svg>', "A title says nothing"),
        (DRAWING.format("No description has been provided"), "says nothing"),
        ("<p>/home/analyst/trade</p>", "path of this machine"),
        ("<p>C:\\Users\\Analyst\\trade</p>", "path of this machine"),
        ("<p>/tmp/tmpab12/x.csv</p>", "path of this machine"),
        ("<p>ghp_" + "a1B2" * 9 + "</p>", "an access token"),
        ("<p>AKIA" + "ABCD1234" * 2 + "</p>", "an access key"),
        ("<p>subscription-key=0123456789abcdef</p>", "a password or key"),
        ("<p>-----BEGIN RSA PRIVATE KEY-----</p>", "a private key"),
        ("<p>https://user:word@example.org/</p>", "credentials in an address"),
        (
            f'<a href="data:text/csv;base64,{b64encode(b"/home/analyst/x").decode()}">x</a>',
            "A file inside it holds a path",
        ),
        ("<p>" + "x" * 1_000_001 + "</p>", "without the data"),
        (f'<a href="data:text/csv;base64,{"QUFB" * 1_300_000}">x</a>', "embed less data"),
    ],
)  # fmt: skip
def test_found(markup, finding):
    found = findings(planted(markup))
    assert any(finding in sentence for sentence in found), found


def test_machine_names(monkeypatch):
    monkeypatch.setattr(socket, "gethostname", lambda: "lab-7.example.net")
    monkeypatch.setattr(getpass, "getuser", lambda: "analyst")
    assert "host name" in findings(planted("<p>on lab-7.example.net</p>"))[0]
    assert "user name" in findings(planted("<p>analyst@there</p>"))[0]
    assert findings(planted("<p>an analyst wrote it</p>")) == []


@pytest.mark.parametrize(
    "markup",
    [
        "<p>The square root of a user's home, token by token, &lt;script&gt; and style=</p>",
        '<a href="https://example.org/home/x">x</a><a href="mailto:a@example.org">y</a>',
        "<p>javascript: is a word, onclick= too</p>",
        "<pre>token = next_line_of_file</pre>",
    ],
)
def test_not_found(markup):
    assert findings(planted(markup)) == []


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
    page = planted('<a href="s.html#x">here</a> <a href="https://example.org">there</a>')
    paper = for_paper(page)
    assert "<a>here</a>" in paper and '<a href="https://example.org">there</a>' in paper
    assert '<a href="#claim-c1">' in paper and 'href="index.html"' not in paper
    assert paper.count('<figure role="group" ') == page.count("<figure ") > 0


def test_every_finding_is_listed():
    with pytest.raises(TradecheckError, match="<script>.*style= on <p>"):
        hold(planted('<script>1</script><p style="a">x</p>'))
