"""Every sentence that the main reports make of their numbers: plain words, and no more than is proven."""

import math
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecheck.bounds.knowledge import Evidence
from tradecheck.data.clean import clean
from tradecheck.data.load import cards_of, tables_of
from tradecheck.figures import claims as rows
from tradecheck.figures import held, known, opening, sections
from tradecheck.figures.measured import Measured
from tradecheck.study.project import find_project
from tradecheck.study.study import open_study
from tradecheck.verdicts.claims import judge_claims
from tradecheck.verdicts.findings import findings, months_table
from tradecheck.verdicts.judge import Judge

PROJECT = find_project(Path(__file__))
STUDIES = PROJECT.study_names()

# Words of the trade of statistics, or of a machine, that no reader of a newspaper should meet.
BANNED = re.compile(
    r"\b(predicate|specifications?|allowed paths?|true on (some|no|every)|how often each verdict|operand|"
    r"dataframe|boolean|null|NaN|inf|None|vis-à-vis|aforementioned|thereof|herewith|respective(ly)?|"
    r"utili[sz]e|leverag\w+|in order to|as per|w\.r\.t)\b|\d\s?…\s?\d|\bto US\$ \d|  ",
)


@pytest.fixture(scope="module", params=STUDIES)
def told(request):
    """A study with everything that its main report says in words."""
    study, claims = open_study(PROJECT, request.param)
    cleaned = clean(PROJECT, study, claims)
    evidence = Evidence(study, claims, tables_of(PROJECT, study, cleaned.flows, cleaned.published))
    judge = Judge(evidence)
    words, cards, judged = Measured(judge), cards_of(PROJECT, study), judge_claims(judge)
    table, found = months_table(evidence), findings(evidence)
    basis = list(sections.trade_cards(evidence, cards).values())
    answer = opening.opening(words, table, found[0], judged, basis)
    claim_rows = rows.claims_list(judged, words)
    texts = [str(answer.answer), *map(str, answer.paragraphs), str(answer.meta)]
    texts += [str(row.sentence) for row in (*claim_rows.claims, *claim_rows.further)]
    texts += [remark for row in claim_rows.claims for _, remark in row.verdicts]
    texts += [words.sentence(one) for claim in judged for one in claim.readings]
    texts += [str(text) for _, text in known.how_we_know(evidence, cards).cards]
    if totals := held.held_totals(words):
        texts.append(str(held.held_words(totals, words)))
    return words, judged, texts


def test_no_word_that_a_reader_would_stumble_over(told):
    _, _, texts = told
    found = {text: match[0] for text in texts if (match := BANNED.search(text))}
    assert found == {}


def test_sentences_begin_and_end_as_sentences_do(told):
    _, judged, _ = told
    words = told[0]
    for claim in judged:
        for one in claim.readings:
            text = words.sentence(one).replace("*", "")
            assert text[0].isupper() or text[0].isdigit() or text[0] in "€£¥₹+−×“", text
            assert text.rstrip()[-1] in ".!?”", text


def test_ranges_are_never_told_as_facts(told):
    """A sentence on a range names both ends, or says that nothing limits it."""
    words, judged, _ = told
    for claim in judged:
        for one in claim.readings:
            lo, hi = one.outcome.lo, one.outcome.hi
            if lo is None or lo == hi or words.result(one.reading, one.outcome) == "any value":
                continue
            text = words.sentence(one)
            assert re.search(r"\bto\b|at\sleast|at\smost|no limit|nothing known", text), text


ends = st.tuples(st.floats(0, 1e6), st.floats(0, 1e6)).map(sorted)


@given(ends, ends)
def test_a_comparison_stands_only_where_the_bounds_prove_it(before, after):
    said = held._compared(tuple(before), tuple(after))
    pairs = [(one, other) for one in before for other in after]
    if all(other > one for one, other in pairs):
        assert said == "the total rose"
    elif all(other < one for one, other in pairs):
        assert said == "the total fell"
    else:
        assert said.startswith("whether")


def test_a_floor_without_a_ceiling_proves_no_rise():
    assert held._compared((109.0, math.inf), (99.0, 397.7)).startswith("whether")
    assert held._compared((99.0, 397.7), (398.0, math.inf)) == "the total rose"
