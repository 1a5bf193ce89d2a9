"""Names that are written otherwise and mean the same, and codes that no table can hold."""

import pytest

import samples
from strangers import Desk, claims, tidy, yaml
from tradecheck.desk.check import check
from tradecheck.errors import TradecheckError
from tradecheck.study.claims import claims_of
from tradecheck.study.study import study_of
from tradecheck.study.values import parse_yaml

MONTHS = [f"2022-{month:02d}" for month in range(1, 13)]


@pytest.mark.parametrize(
    ("measure", "place"),
    [
        ('{rank: {of: Russia, among: [Russia, RUS], by: partner, quantity: {months: "2022"}}}', "among"),
        ('{rank: {of: Russia, among: [Armenia, Russia, ARM], by: partner, quantity: {months: "2022"}}}', "among"),
        ('{count: {of: [Russia, Russian Federation], by: partner, measure: {value: {months: "2022"}}, '
         'predicate: {above: 1}}}', "of"),
        ('{count: {of: ["8703, 8704", "8704, 8703"], by: goods, measure: {value: {months: "2022"}}, '
         'predicate: {above: 1}}}', "of"),
    ],
)  # fmt: skip
def test_the_same_twice_under_two_names_is_told(tmp_path, measure, place):
    desk = Desk(tmp_path / "project")
    desk.add("cars", tidy(dict.fromkeys(MONTHS, 5e6)))
    study = desk.study(yaml(months='"2022"'), claims(("a", measure, "{at_most: 1}")))
    (mistake,) = [one for one in check(desk.project) if "the same" in one.sentence]
    assert mistake.line > 0 and f".{place}:" in mistake.sentence
    with pytest.raises(TradecheckError, match="are the same (partner|goods); leave one"):
        assert study.judged


@pytest.mark.parametrize("code", ["00", "77", "7703", "770310"])
@pytest.mark.parametrize(
    "field", ["goods: ['{}']", "groups: {{goods: {{x: {{codes: ['{}']}}}}}}",
              "evidence: [{{totals: cars, complete: ['{}']}}]"],
)  # fmt: skip
def test_a_code_of_no_chapter_is_refused(field, code):
    text = field.format(code).encode()
    fields = parse_yaml(samples.STUDY, "s") | {"name": "own"} | parse_yaml(text, "s")
    with pytest.raises(TradecheckError, match=f"there is no chapter {code[:2]}; those of the Harm"):
        study_of(fields, "s", text)


@pytest.mark.parametrize("code", ["01", "97", "98", "9901", "760110"])
def test_every_chapter_that_there_is(code):
    fields = parse_yaml(samples.STUDY, "s") | {"name": "own", "goods": [code]}
    assert study_of(fields, "s").goods.codes == [code]


def test_what_is_ranked_is_among_the_others():
    text = samples.CLAIMS.replace(b"rank: {of: Russia", b"rank: {of: RUS")
    with pytest.raises(TradecheckError, match="line 17: .*'RUS' is ranked and is not among Russia"):
        claims_of(parse_yaml(text, "claims.yaml"), "claims.yaml", text)


def test_a_code_that_no_table_holds_is_not_complete(tmp_path):
    desk = Desk(tmp_path / "project")
    desk.add("cars", tidy({"2022-01..2022-12": 5e6}))
    right = desk.study(yaml(evidence="[{totals: cars, floors: true, complete: ['8703']}]"))
    assert right.cleaned
    wrong = desk.study(yaml(evidence="[{totals: cars, floors: true, complete: ['847151']}]"))
    with pytest.raises(TradecheckError, match="calls the code 847151 complete, and data/raw/cars"):
        assert wrong.cleaned
