"""The house's charts of data that nobody foresaw: every text can be read, at both widths, and
nothing ever stops a build."""

from math import inf

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chart_data import finding, months_table
from text_faults import text_faults
from tradecheck.figures import coverage_map, rates_chart, revisions
from tradecheck.figures.calendar_chart import calendar
from tradecheck.figures.dating_chart import lower_limits
from tradecheck.figures.months import lead
from tradecheck.figures.movers import moved
from tradecheck.figures.multiples import by_member
from tradecheck.figures.path_chart import one_path
from tradecheck.figures.ranking import ranked
from tradecheck.figures.told import as_told
from tradecheck.figures.wording import wording
from tradecheck.figures.years import totals
from tradecheck.show.charts import draw
from tradecheck.show.units import money, money_per
from tradecheck.study.periods import following

EUR = money("EUR")
FEW = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))

NAMES = st.one_of(
    st.text("abcdefgh äß-WM", min_size=1, max_size=80).map(str.strip).filter(bool),
    st.integers(1, 80).map(lambda n: "W" * n),
    st.integers(1, 13).map(lambda n: "Island " * n).map(str.strip),
)
VALUES = st.one_of(
    st.floats(0, 1e12).map(lambda value: round(value, 2)),
    st.floats(0, 10).map(lambda value: round(value, 4)),
    st.sampled_from([0.0, 1e12]),
)
SIGNED = st.one_of(VALUES, VALUES.map(lambda value: -value))
SPANS = st.one_of(VALUES.map(lambda v: (v, v)), VALUES.map(lambda v: (v / 2, v)),
                  VALUES.map(lambda v: (v, inf)))  # fmt: skip


def lists(values, most=240):
    """Lists of any values, of equal ones, of few and of twenty years."""
    pools = st.lists(values, min_size=1, max_size=8)
    return st.builds(
        lambda pool, length: (pool * length)[:length],
        pools,
        st.sampled_from([1, 2, 5, 13, 37, most]),
    )


def all_read(figure):
    for drawing in (figure.wide, figure.narrow):
        assert text_faults(drawing) == []


def month_span(count, first="2003-11"):
    found = [first]
    while len(found) < count:
        found.append(following(found[-1]))
    return found


@FEW
@given(
    lists(st.one_of(VALUES, st.none(), st.tuples(VALUES, st.just(inf)), st.tuples(st.just(0.0), VALUES))),
    NAMES, st.integers(0, 3), st.booleans(), st.booleans(),
)  # fmt: skip
def test_months(values, name, provisional, with_base, with_claims):
    table = months_table(values, series=name, provisional=provisional, revision=(0.9, 1.3))
    months = list(table["month"])
    base = (months[0], months[(len(months) - 1) // 2]) if with_base else None
    claimed = [(month, (1.0, inf), name) for month in months[:12]] if with_claims else []
    other = months_table([1.0] * len(values), series="other")
    all_read(
        lead(
            pd.concat([table, other]), finding(table, base, name), EUR, "x", claimed=claimed,
            second="other", second_name=name, second_words=name, base_words=name,
        )
    )  # fmt: skip


@settings(FEW, max_examples=4)
@given(
    st.lists(NAMES, min_size=1, max_size=40, unique=True),
    lists(st.one_of(VALUES, st.none(), st.tuples(st.just(0.0), VALUES))), st.integers(0, 3),
)  # fmt: skip
def test_members(names, values, provisional):
    tables = [months_table(values, series=name, provisional=provisional) for name in names]
    months = list(tables[0]["month"])
    base = (months[0], months[(len(months) - 1) // 2])
    found = [finding(table, base, name) for name, table in zip(names, tables)]
    all_read(by_member(pd.concat(tables), found, EUR, "x", members="countries"))


@FEW
@given(lists(st.tuples(NAMES, SIGNED, st.floats(0, 1)), 40), NAMES)
def test_movers(rows, words):
    table = pd.DataFrame(
        [(name, change, max(change, 0) * part) for name, change, part in rows],
        columns=["name", "change", "part_new"],
    )
    all_read(
        moved(
            table, EUR, "x", before=("2021-01", "2021-12"), after=("2022-01", "2022-12"),
            rises=20, falls=20, old_words=words, new_words=words,
        )
    )  # fmt: skip


@FEW
@given(
    lists(st.tuples(NAMES, SPANS, st.sampled_from(["observed", "reported", "computed"])), 40),
    st.booleans(),
)
def test_rankings(rows, half):
    table = pd.DataFrame(
        [(n, lo, hi, grade if lo == hi else "bounded") for n, (lo, hi), grade in rows],
        columns=["name", "lo", "hi", "grade"],
    )
    all_read(ranked(table, EUR, "x", subtitle="Values by area", half=half))


@FEW
@given(lists(st.tuples(NAMES, SPANS, st.floats(0, 1)), 40), NAMES, st.booleans(), st.booleans())
def test_totals(rows, words, pick, half):
    table = pd.DataFrame(
        [(label, lo, hi, lo * part, hi * part if part else 0.0) for label, (lo, hi), part in rows],
        columns=["label", "lo", "hi", "part_lo", "part_hi"],
    )
    picked = {"picked": words, "rest": words} if pick else {}
    all_read(totals(table, EUR, "x", half=half, periods=words, what=words, **picked))


@FEW
@given(
    lists(st.tuples(st.sampled_from(["said", "implied", "more_than", "none"]), SPANS, NAMES), 60),
    SPANS, st.integers(1, 3), NAMES,
)  # fmt: skip
def test_stories(rows, limit, count, words):
    months = month_span(len(rows))
    table = pd.DataFrame(
        [(m, kind, lo, min(hi, 2e12), name) for m, (kind, (lo, hi), name) in zip(months, rows)],
        columns=["month", "kind", "lo", "hi", "words"],
    )
    limits = pd.DataFrame({"month": months, "lo": limit[0], "hi": limit[1]})
    all_read(as_told([(words, table)] * count, limits, EUR, "x", official=words, what=words))


@FEW
@given(lists(VALUES, 60), st.lists(NAMES, min_size=1, max_size=4, unique=True), st.booleans())
def test_paths(values, names, say):
    months = month_span(len(values))
    paths = {
        name: pd.DataFrame({"month": months, "path": [value * (n + 1) for value in values]})
        for n, name in enumerate(names)
    }
    said = [(month, 0.0, inf) for month in months[:20]] if say else []
    all_read(one_path(paths, EUR, "x", said=said, title="A path", subtitle="Exports, one path"))


@FEW
@given(st.lists(NAMES, min_size=1, max_size=40, unique=True), st.sampled_from([1, 2, 14, 240]))
def test_calendars(names, count):
    months = month_span(count)
    releases = pd.DataFrame(
        [(name, months[n % count], "2024-01-31") for n, name in enumerate(names)],
        columns=["reporter", "month", "first_released"],
    ).assign(last_released="2024-12-31")
    all_read(
        calendar(releases, months, "2024-06-30", "x", title="Months", subtitle="Months public")
    )


@FEW
@given(
    st.lists(NAMES, min_size=1, max_size=3), st.lists(NAMES, min_size=1, max_size=12, unique=True)
)
def test_wordings(headings, answers):
    pages = pd.DataFrame({f"q{n}": answers * 300 for n, _ in enumerate(headings)})
    questions = {
        f"q{n}": (heading, {answer: answer for answer in answers})
        for n, heading in enumerate(headings)
    }
    all_read(wording(pages, questions, "x", title="Pages", subtitle="Pages by wording"))


@FEW
@given(lists(VALUES, 40), st.lists(NAMES, min_size=3, max_size=3), NAMES)
def test_lower_limits(values, names, rate):
    lags = dict(zip((0.0, 0.5, 1.0), names))
    rows = [
        (lag, (n + 1) / 10, "spring", value / (1 + lag), value)
        for lag in lags
        for n, value in enumerate(values)
    ]
    dated = pd.DataFrame(rows, columns=["lag", "tolerance", "span", "lo", "hi"])
    all_read(
        lower_limits(
            dated, "spring", EUR, "x", lags=lags, own=0.1, rate=rate, title="Limits", subtitle="Least"
        )
    )  # fmt: skip


@FEW
@given(lists(st.floats(-1, 1e6)))
def test_revisions(changes):
    chart = revisions._Chart(pd.Series(changes, index=month_span(len(changes))))
    for drawing in draw("revisions", chart.paint, (190, 190)):
        assert text_faults(drawing) == []


@FEW
@given(st.lists(NAMES, min_size=1, max_size=40, unique=True), st.sampled_from([1, 2, 14, 240]))
def test_coverage(names, count):
    months = month_span(count)
    held = pd.DataFrame(
        [(name, months[0], months[n % count], 7, 1, n % 2 == 0) for n, name in enumerate(names)],
        columns=["source", "period_start", "period_end", "rows", "codes", "provisional"],
    )
    chart = coverage_map._Map(held, months, tuple(months[-3:]))
    heights = (chart.height(True), chart.height(False))
    for drawing in draw("coverage", chart.paint, heights):
        assert text_faults(drawing) == []


@FEW
@given(lists(st.floats(0.001, 1e6), 40), st.booleans(), st.floats(0, 0.5))
def test_rates(rates, months, room):
    spans = [(month, month if months else following(month, 11)) for month in month_span(len(rates))]
    rows = pd.DataFrame(
        [
            (*span, rate, rate * (1 - room), rate * (1 + room), rate * 0.99, rate * 1.01, rate > 1)
            for span, rate in zip(spans, rates)
        ],
        columns="period_start period_end rate rate_lo rate_hi market_lo market_hi flag".split(),
    )
    unit = money_per("INR", "US$")
    drawn = draw(
        "rates",
        lambda figure, wide: rates_chart._paint(figure.add_subplot(), rows, rows, unit, wide),
        (280, 300),
    )
    for drawing in drawn:
        assert text_faults(drawing) == []
