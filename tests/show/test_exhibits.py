"""What a notebook may show, and the sentences for what it may not."""

import json

import pytest

from report_sample import (
    HOSTILE,
    answer,
    claims,
    figure,
    masthead,
    plain_table,
    readings,
)
from tradecheck.errors import TradecheckError
from tradecheck.show.exhibits import (
    Answer,
    Cards,
    Cell,
    Cite,
    Claim,
    Claims,
    Column,
    Fold,
    Glance,
    Pair,
    Row,
    Siblings,
    Source,
    Sources,
    Strip,
    Table,
    claim_anchor,
    mark_words,
)
from tradecheck.show.prose import Prose


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"title": "word " * 16}, "16 words"),
        ({"title": ""}, "0 words"),
        ({"subtitle": " "}, "no subtitle"),
        ({"unit": " "}, "no unit"),
        ({"source": ""}, "no source"),
        ({"alt": "A chart."}, "8 characters"),
        ({"alt": "x" * 401}, "401 characters"),
        (
            {"alt": "A chart of months that says nothing about how they are known. " * 2},
            "“bounded”",
        ),
        ({"grades": ["guessed"]}, "'guessed'"),
        ({"wide": "<img>"}, "charts.draw"),
        ({"name": "Claim 1"}, "lower-case"),
    ],
)
def test_a_figure_that_lacks_something_is_refused_by_name(changes, complaint):
    with pytest.raises(TradecheckError, match=complaint) as caught:
        figure(**changes)
    assert changes.get("name", "claim") in str(caught.value)


COLUMNS = [Column("a", "A"), Column("b", "B", "right")]


@pytest.mark.parametrize(
    ("columns", "rows", "complaint"),
    [
        (COLUMNS, [{"a": "x"}], "row 1 has the cells"),
        (COLUMNS, [{"a": "x", "b": "y"}, {"a": "x", "b": "y", "c": "z"}], "row 2 has the cells"),
        (COLUMNS, [{"a": "x", "b": 95.0}], "row 1, column 'b' holds 95.0"),
        (COLUMNS, [{"a": "x", "b": Cell("", mark="true")}], "mark 'true'"),
        (COLUMNS, [Row({"a": "x", "b": "y"}, id="q"), Row({"a": "x", "b": "y"}, id="q")], "twice"),
        ([Column("a", " ")], [], "no heading"),
        ([], [], "no columns"),
    ],
)
def test_a_wrong_table_is_refused_by_row_and_column(columns, rows, complaint):
    with pytest.raises(TradecheckError, match=complaint):
        Table(name="t", title="T", columns=columns, rows=rows)


def test_a_table_is_laid_out_in_one_of_the_known_ways():
    with pytest.raises(TradecheckError, match="layout 'scroll': use one of auto, cards, compact"):
        Table("t", "T", COLUMNS, [], layout="scroll")


HOLDS = [("holds", "")]
CLAIM = Claim("A", "x", HOLDS, "y")


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda: answer(question=""), "The question has 0 words"),
        (lambda: answer(question="word " * 31), "The question has 31 words"),
        (lambda: answer(answer=" "), "answer is empty"),
        (lambda: answer(paragraphs=["a", "b", "c"]), "3 paragraphs"),
        (lambda: answer(grade="guessed"), "'guessed'"),
        (lambda: masthead(title=""), "The title has 0 words"),
        (lambda: Glance("x", "#y", []), "0 verdicts"),
        (lambda: Glance("x", "#y", HOLDS * 3), "3 verdicts"),
        (lambda: Claim("C1", "x", [("true", "")], "y"), "Claim 'C1' has the verdict 'true'"),
        (lambda: Claim("C1", "x", [], "y"), "0 verdicts"),
        (lambda: Claim("C1", " ", HOLDS, "y"), "no title"),
        (lambda: Claim("C1", "x", HOLDS, " "), "no sentence"),
        (lambda: Claim("§", "x", HOLDS, "y"), "letters or digits"),
        (lambda: Claims([]), "no claims"),
        (lambda: Claims([Claim(id, "x", HOLDS, "y") for id in ("C1", "c1")]), "#claim-c1"),
        (lambda: Claims([CLAIM], further=[CLAIM]), "#claim-a"),
        (lambda: Strip((0, float("inf")), (1, 1), "a", "b"), "without both, leave it out"),
        (lambda: Strip((2, 1), (1, 1), "a", "b"), "smallest and a largest"),
        (lambda: Strip((0, 1), (None, None), "a", "b"), "open end is None"),
        (lambda: Strip((0, 1), (2, 1), "a", "b"), "open end is None"),
        (lambda: Strip((0, 1), (1, 1), "a", " "), "words for both"),
        (lambda: Pair([figure()]), "holds 1 figures"),
        (lambda: Fold(" ", []), "no summary"),
        (lambda: Cards([]), "no cards"),
        (lambda: Cards([("One two three four five six", "x")]), "6 words"),
        (lambda: Sources([]), "no sources"),
        (lambda: Source(" ", "x", "y"), "no name"),
        (lambda: Cite(" "), "citation is empty"),
        (lambda: Siblings([]), "no other pages"),
    ],
)  # fmt: skip
def test_what_says_nothing_or_too_much_is_refused(make, complaint):
    with pytest.raises(TradecheckError, match=complaint):
        make()


@pytest.mark.parametrize(
    ("claim", "anchor"),
    [("E1", "claim-e1"), ("C10", "claim-c10"), ("S.2_b", "claim-s-2-b"), ("-x-", "claim-x")],
)
def test_a_claims_address_comes_from_its_id(claim, anchor):
    assert claim_anchor(claim) == anchor


EXHIBITS = [
    answer(),
    masthead(),
    claims(),
    figure(),
    Pair([figure("left"), figure("right")]),
    plain_table(),
    Fold("More", [readings(), Prose("And *so* on.")]),
    Cards([("One", "Two *three*.")]),
    Sources([Source("A", "b", "c", "https://example.org")], note="*d*"),
    Cite("A", "@misc{a}", Prose("*MIT*")),
    Siblings([("Data", "a-data.html", "what came from where")]),
]


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda exhibit: exhibit.kind)
def test_an_exhibit_travels_as_json_and_shows_natively(exhibit):
    bundle = exhibit._repr_mimebundle_()
    own = f"application/vnd.tradecheck.{exhibit.kind}+json"
    assert json.loads(json.dumps(bundle[own], allow_nan=False)) == bundle[own]
    assert bundle["text/plain"]
    # JupyterLab sets what stands between two dollar signs as a formula, except under this class
    assert bundle["text/html"].startswith('<div class="mathjax_ignore')


H = HOSTILE


@pytest.mark.parametrize(
    "exhibit",
    [
        answer(question=H, answer=H, paragraphs=[H], meta=H, author=H, date=H, status=H,
               glance=[Glance(H, H, [("holds", H)])]),
        masthead(title=H, standfirst=H, facts=[(H, H)], status=H),
        Claims([Claim("A", H, [("holds", H)], H, quote=H, context=H, said_by=Prose(H), date=H,
                      address=H, address_words=H, decided_by=H, strip=Strip((0, 1), (0, 0), H, H),
                      fold=Fold(H, [readings(title=H)]))], says=H, note=H),
        figure(title=H, subtitle=H, unit=H, source=H, notes=H),
        readings(title=H, note=H, source=Prose(H)),
        Table("t", "T", [Column("a", H)], [Row({"a": H}, group=H)]),
        Fold(H, [readings(title=H)]),
        Cards([("One", H)]),
        Sources([Source(H, H, H, H)], note=H),
        Cite(H, H, H),
        Siblings([(H, H, H)]),
    ],
    ids=lambda exhibit: exhibit.kind,
)  # fmt: skip
def test_jupyterlab_shows_hostile_text_as_text(exhibit):
    html = exhibit.html()
    assert "<script" not in html and 'onerror="' not in html
    assert "&lt;script&gt;" in html


def test_a_mark_is_a_symbol_and_a_word():
    assert "✓ holds" in readings().html()
    assert "▨ bounded" in figure().data.html()
    assert mark_words("observed") == "**● observed**"
    assert "? undecided so far" in answer().html()


def test_text_is_shown_as_it_stands_and_prose_is_markdown():
    """A title comes from a person's file, a sentence from a template."""
    claim = Claim("A", "5 * 6 * 7", HOLDS, "**8**", said_by=Prose("[B](https://example.org)"))
    html = claim.html()
    assert "5 * 6 * 7" in html and "<strong>8</strong>" in html
    assert '<a href="https://example.org">B</a>' in html


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        ([("undecided", "so far")], "? undecided so far"),
        ([("undecided", "the year has room for it")], "? undecided"),
        (
            [("holds", "in this release"), ("undecided", "until November is final")],
            "✓ holds in this release; ? undecided until November is final",
        ),
    ],
)
def test_the_panel_leaves_out_a_long_remark_that_no_second_verdict_needs(verdicts, said):
    html = Answer("Q?", "Yes.", glance=[Glance("x", "#y", verdicts)]).html()
    assert f"<li>x: {said}</li>" in html


@pytest.mark.parametrize(
    ("count", "said"), [(1, "One claim at"), (7, "Seven claims at"), (13, "13 claims at")]
)
def test_the_panel_counts_its_claims(count, said):
    glance = [Glance("x", "#y", HOLDS)] * count
    assert Answer("Q?", "Yes.", glance=glance).glance_title.startswith(said)
