"""The screen in words: the answer, what a line is, what it cannot tell."""

from collections.abc import Mapping
from math import ceil

from tradecheck.figures.amounts import counted, first_upper, in_words
from tradecheck.figures.screen.made import Screen, mean_of
from tradecheck.show.exhibits import Answer, Cards
from tradecheck.show.prose import Prose, escape_markdown, listing, period_name
from tradecheck.show.units import Unit, count, money, percent
from tradecheck.study import areas
from tradecheck.study.cards import Card
from tradecheck.study.periods import Period

SCALE = 1_000  # of the currency, in which the months of a line are written


def unit_of(screen: Screen) -> Unit:
    """The unit in which a line's months are written."""
    return money(screen.currency, SCALE)


def opening(screen: Screen, cards: Mapping[str, Card]) -> Answer:
    """What was found, beside what a usual half-year gives."""
    study, found = screen.study, screen.found
    shown, half = len(screen.shown), period_name(*screen.half)
    card = cards[screen.table]
    if shown:
        answer = (
            f"**{first_upper(counted(shown, 'line'))}** stood out. In a usual half-year "
            f"**{count(screen.expected)}** of {_these(shown)} would appear; we cannot say which."
        )
    else:
        answer = "No line stood out. A quiet screen does not prove that nothing happened."
    finest = found.counts.iloc[-1]
    rule = (
        f"{count(finest['eligible'])} monthly series of codes were looked through; "
        f"**{count(finest['doubled'])}** doubled. In ordinary half-years it was "
        f"{listing([f'{count(doubled)} ({period_name(*half)})' for half, doubled in doublings(screen)])}. "
        "A doubling alone is common, so a line has to be stronger than those of its corridor in "
        "ordinary half-years, and its chapter has to move as a whole."
    )
    first = screen.shown.head(1)
    largest = [largest_words(screen, row) for row in first.itertuples()]
    span = period_name(screen.matrix.months[0], screen.matrix.months[-1])
    return Answer(
        question=f"Which {study.flow} from {study.corridor} doubled in {half}, of all codes?",
        answer=Prose(answer),
        paragraphs=[Prose(rule), *map(Prose, largest)],
        meta=f"{card.publisher.split(',')[0]} · {span} · every month is",
        grade="observed",
        author=listing(study.authors) if study.authors else "",
    )


def doublings(screen: Screen) -> list[tuple[Period, int]]:
    """How many series doubled in each usual half-year."""
    sums = screen.found.corridors["doubled"].groupby("half").sum()
    return [(half, int(sums[half.last])) for half in screen.ordinary]


def largest_words(screen: Screen, line) -> str:
    """The strongest line in a sentence."""
    unit, times = unit_of(screen), line.level / line.base
    return (
        f"The strongest is code {line.product}, to {escape_markdown(areas.name_of(line.partner))}: "
        f"{unit(line.level / SCALE, 0)} a month without its largest month, against "
        f"{unit(line.base / SCALE, 0)} "
        f"before, ×{times:,.1f}."
    )


def rule_cards(screen: Screen) -> Cards:
    """How a line comes about, in short notes."""
    spec, unit = screen.spec, money(screen.currency, 1)
    usual = listing([period_name(*half) for half in screen.ordinary])
    error = percent(spec.error_rate, 0)
    return Cards(
        [
            (
                "A doubling",
                Prose(
                    "Three months in a row, without the largest of them, reach "
                    f"{spec.times:g} times the mean of the twelve before, "
                    f"{spec.times:g} times the same months a year earlier, and "
                    f"{unit(spec.least, 0)} a month."
                ),
            ),
            (
                "A list",
                Prose(
                    "The weakest month against the base says how strong a doubling is. It is listed "
                    f"where ordinary half-years of its corridor explain at most {error} of those as "
                    "strong."
                ),
            ),
            (
                "A line",
                Prose(
                    "Codes are folded into their heading or chapter where these are listed, too, "
                    "unless one of them holds most of the rise."
                ),
            ),
            (
                "A chapter that moved",
                Prose(
                    "More of its codes doubled than codes as large and as active do in ordinary "
                    f"half-years, at {percent(spec.breadth, 0)}."
                ),
            ),
            ("Ordinary half-years", Prose(f"{usual}: the same rules, on other months.")),
            (
                "The usual number",
                Prose(
                    "Each ordinary half-year goes through the whole screen, with cuts that the "
                    "others make. What comes out there is the usual number."
                    if len(screen.ordinary) > 1
                    else "There is one ordinary half-year, which also makes the cuts; the usual number "
                    "is too low."
                ),
            ),
        ]
    )


def limits(screen: Screen) -> Prose:
    """What the page cannot tell, as a list."""
    halves = len(screen.ordinary)
    told = [
        f"{first_upper(counted(halves, 'ordinary half-year'))} "
        f"{'is' if halves == 1 else 'are'} few. With a handful of years the usual number would be "
        "surer.",
        "How strong a doubling is could be counted in several ways. This one was chosen on trade "
        "whose surges were known already; its error rates come from ordinary months, its yield "
        "does not.",
        "There is no control by the rest of the world: prices, exchange rates and demand that rise "
        "everywhere make lines, too.",
        "“False” means as in any half-year, not untrue. That a rise falls into a period is no "
        "proof of its cause.",
        "A lone surge among ordinary business cannot be told from it: here "
        f"{counted(together(screen), 'chapter')} or more have to move at once for any to count. A "
        "quiet screen is no proof.",
        "Values do not say who uses the goods in the end, nor where they came from.",
    ]
    if screen.untested:
        told.append(
            f"{first_upper(counted(len(screen.untested), 'code'))} "
            f"{'is' if len(screen.untested) == 1 else 'are'} not testable: without trade before or "
            f"since {listing([period_name(month, month) for month in screen.revisions])}, when "
            "the codes changed. Their goods may have another number."
        )
    return Prose("\n".join(f"* {one}" for one in told))


def study_of_a_line(screen: Screen) -> Prose:
    """How a line becomes a study of its own."""
    if screen.lines.empty:
        return Prose("")
    line = (screen.shown if len(screen.shown) else screen.lines).iloc[0]
    return Prose(
        f"`tradecheck new NAME --from-screen {screen.study.name} {line['id']}` writes a study of the "
        "strongest line: its months, with every fair way to count the doubling."
    )


def together(screen: Screen) -> int:
    """How many chapters have to move at once, with so few ordinary half-years, for any to pass."""
    chapters = max(len(screen.found.chapters), 1)
    least = 1 / (1 + chapters * len(screen.ordinary))  # the smallest p that such a null can give
    return max(1, ceil(least * chapters / screen.spec.breadth))


def births_words(screen: Screen) -> Prose:
    """How many corridors began, and how many begin in a usual half-year."""
    begun = len(screen.births[screen.half.last])
    usual = mean_of({half.last: len(screen.births[half.last]) for half in screen.ordinary})
    if not begun:
        return Prose("No series began after fourteen months without trade.")
    return Prose(
        f"{first_upper(in_words(begun))} series began after fourteen months without trade, while "
        f"others traded the code. In a usual half-year {count(usual)} would."
    )


def _these(lines: int) -> str:
    return "these" if lines > 1 else "such lines"


def named(names: Mapping[str, str], product: str) -> str:
    """A code with the name of its heading or chapter, if the study has one."""
    found = next((names[product[:n]] for n in (len(product), 4, 2) if product[:n] in names), "")
    return f"{product} {found}".strip()


def times(value: float | None) -> str:
    """A multiple of the base: "×5.2"; a dash where there is no base."""
    if value is None or value != value:
        return "–"
    return f"×{value:,.1f}" if value >= 0.05 else "none"


def cautions(screen: Screen, line) -> list[str]:
    """What a reader should know before believing a line."""
    told = []
    if line.others is not None and line.others >= screen.spec.times:
        told.append("the others doubled, too")
    if line.direct is not None and line.direct >= screen.spec.times:
        told.append(f"{screen.study.display(screen.spec.beside or '')} doubled, too")
    if line.untestable:
        codes = counted(int(line.untestable), "code")
        told.append(f"{codes} of {line.product[:4]} began or ended when the codes changed")
    if line.provisional:
        told.append(f"{listing([period_name(m, m) for m in line.provisional])} may be revised")
    if line.peak == "spike":
        told.append("its largest month stands alone")
    return told
