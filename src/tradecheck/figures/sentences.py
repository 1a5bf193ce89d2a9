"""What a series of months shows, in sentences that its bounds prove and no others."""

from collections.abc import Iterable
from math import isfinite

import numpy as np

from tradecheck.figures.amounts import Amounts, first_upper, full_month, month_alone
from tradecheck.figures.series import DOUBLE, Series, usable
from tradecheck.show.exhibits.figures import MOST_TITLE_WORDS
from tradecheck.show.prose import listing
from tradecheck.verdicts.findings import Base, Finding

ALT_LENGTH = (80, 390)
MOST_ALT = 400
MORE = "Each number of the chart stands in the table that opens below it, and beside its own mark."
TIES_NAMED = 3
OPEN_PEAK = "which month was the peak is open"


def lead_title(series: Series, finding: Finding, what: str, amounts: Amounts) -> str:
    """The finding of a chart of months: "Exports passed twice their old level in August 2022".

    ``what`` names the flow in the plural, as a sentence holds it: exports, imports, re-exports.
    """
    subject, seen = first_upper(what), series.values[series.observed]
    if not len(seen):
        return f"No month of {what} is observed"
    if len(series.months) == 1:
        return f"{subject} were {amounts.full(seen[0])} in {full_month(series.months[0])}"
    if series.observed.all() and seen.min() == seen.max():
        if not seen.max():
            return f"There were no {what} in any month"
        return f"{subject} were {amounts.full(seen[0])} in every month"
    base = usable(finding.base, series)
    if base is None:
        return began(series, finding, what) or first_upper(peaked(series, finding, what))
    if finding.first_double:
        how, when = doubled(series, base, finding.first_double)
        return f"{subject} {how} twice their old level {when} {full_month(finding.first_double)}"
    after = series.after(base)
    if (series.hi[after] < base.lo).all():
        return f"{subject} stayed below their old level after {full_month(base.last)}"
    if (series.hi[after] < DOUBLE * base.lo).all():
        return f"{subject} never doubled; {peaked(series, finding, 'they')}"
    if (series.hi[after & series.observed] < DOUBLE * base.lo).all():
        return f"No observed month of {what} reached twice the old level"
    return f"No month of {what} surely reached twice the old level"


def doubled(series: Series, base: Base, month: str) -> tuple[str, str]:
    """How and when the first doubled month was doubled: ("passed", "in"), or ("reached", "by")
    where a month without a figure may have come first."""
    place = series.at(month)
    before = series.after(base) & (np.arange(len(series.months)) < place)
    sure = (series.hi[before] < DOUBLE * base.lo).all()
    above = series.lo[place] > DOUBLE * base.hi * (1 + 1e-12)
    return "passed" if above else "reached", "in" if sure else "by"


def peaked(series: Series, finding: Finding, who: str) -> str:
    """ "they peaked in March 2021", or that several months were as high, or that it is open."""
    if finding.peak:
        return f"{who} peaked in {full_month(finding.peak.month)}"
    highest = highest_observed(series)
    if not highest:
        return OPEN_PEAK
    if not series.observed.all():
        alone = len(highest) == 1
        return f"{full_month(highest[0])} is the highest month observed" if alone else OPEN_PEAK
    if len(highest) > TIES_NAMED:
        return f"{who} were highest in {len(highest)} months alike"
    return f"{who} were highest in {listing([full_month(month) for month in highest])}"


def highest_observed(series: Series) -> list[str]:
    """The month or months surely highest among those observed; none where that is open."""
    seen = series.observed
    if not seen.any():
        return []
    top = series.lo[seen].max()
    highest = [n for n in np.flatnonzero(seen) if series.hi[n] >= top]
    if len(highest) > 1 and any(series.lo[n] != series.hi[n] for n in highest):
        return []
    return [series.months[n] for n in highest]


def began(series: Series, finding: Finding, what: str) -> str:
    """ "Exports began in May 2021" where every month of the base and up to then is an observed
    zero; an empty text elsewhere."""
    base, known = finding.base, np.flatnonzero(series.lo > 0)
    if base is None or base.hi > 0 or not len(known):
        return ""
    first = int(known[0])
    if not (series.observed[:first].all() and (series.hi[:first] == 0).all()):
        return ""
    return f"{first_upper(what)} began in {full_month(series.months[first])}"


def mean_of(base: Base) -> str:
    """ "mean of March 2021 to February 2022"; one month by its name alone."""
    if base.first == base.last:
        return full_month(base.first)
    if base.first[:4] == base.last[:4]:
        return f"mean of {month_alone(base.first)} to {full_month(base.last)}"
    return f"mean of {full_month(base.first)} to {full_month(base.last)}"


def month_states(series: Series) -> str:
    """How many months are known, and how: "35 months observed", "3 months observed, 2 bounded"."""
    counts = {
        "observed": int(series.observed.sum()),
        "bounded": int(series.bounded.sum()),
        "without a figure": int((series.grade == "none").sum()),
    }
    first, *others = [(count, words) for words, count in counts.items() if count]
    head = f"{first[0]} month{'s' * (first[0] > 1)} {first[1]}"
    return ", ".join([head, *(f"{count} {words}" for count, words in others)])


def findings_sentences(
    series: Series, finding: Finding, amounts: Amounts, base_words: str
) -> list[str]:
    """The base, the first doubled month and the peak, each a short sentence for those who hear
    the chart."""
    told = []
    base = usable(finding.base, series)
    if base:
        told.append(f"{first_upper(base_words)}: {amounts.span(base.lo, base.hi)}.")
        if finding.first_double:
            place = series.at(finding.first_double)
            how, when = doubled(series, base, finding.first_double)
            known = "" if when == "in" else "known to be "
            above = "above" if how == "passed" else "at"
            told.append(
                f"First month {known}{above} twice that: {full_month(finding.first_double)}, "
                f"{amounts.span(series.lo[place], series.hi[place])}."
            )
        else:
            told.append("No month is surely at or above twice that.")
    if finding.peak:
        peak = finding.peak
        told.append(f"Largest: {full_month(peak.month)}, {amounts.span(peak.lo, peak.hi)}.")
    elif len(series.months) > 1 and len(highest_observed(series)) < len(series.months):
        told.append(first_upper(peaked(series, finding, "they")) + ".")
    if not series.observed.any() and isfinite(finding.total[0]):
        told.append(f"All months together: {amounts.span(*finding.total)}.")
    return told


def title_of(words: str) -> str:
    """A title that a chart makes of its data, cut where names make it too long."""
    if len(words.split()) <= MOST_TITLE_WORDS:
        return words
    held = words.split(" ")
    while len(" ".join(held).split()) >= MOST_TITLE_WORDS:  # a narrow space parts words, too
        held.pop()
    return f"{' '.join(held)} …"


def whole_alt(text: str) -> str:
    """An alternative text of a length that can be heard: cut at a word, or told where more is."""
    if len(text) > MOST_ALT:
        text = text[: MOST_ALT - 2].rpartition(" ")[0][: MOST_ALT - 2] + " …"
    return text if len(text) >= ALT_LENGTH[0] else f"{text} {MORE}"


def alt_text(sentences: Iterable[str], title: str) -> str:
    """As many of the sentences as an alternative text holds, the first always; the title, too,
    where they say little."""
    shortest, longest = ALT_LENGTH
    text = ""
    for sentence in sentences:
        longer = f"{text} {sentence}".strip()
        if not text or len(longer) <= longest:
            text = longer
    return whole_alt(text if len(text) >= shortest else f"{text} {title}.")
