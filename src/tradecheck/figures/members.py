"""What small multiples say of each member and of all: when it doubled, when it peaked, who rose
furthest."""

from collections.abc import Mapping, Sequence

from tradecheck.figures.amounts import first_upper, in_words, month_alone, short_month
from tradecheck.figures.scene import Scene
from tradecheck.figures.sentences import doubled, highest_observed
from tradecheck.figures.series import DOUBLE

TITLE_WORDS = 15


def member_words(scene: Scene, short: bool) -> list[str]:
    """When a member doubled, and when it peaked at what multiple of its base."""
    series, last = scene.series, scene.series.months[-1]

    def named(month: str) -> str:
        if month[:4] != last[:4]:
            return short_month(month)
        return short_month(month, year=False) if short else month_alone(month)

    told = []
    if scene.base is None:
        told.append("no base to compare")
    elif scene.doubled_at is not None:
        _, when = doubled(series, scene.base, scene.finding.first_double)
        told.append(f"doubled {when} {named(scene.finding.first_double)}")
    elif _never(scene):
        told.append("never doubled")
    else:
        told.append("doubling open" if short else "whether it doubled is open")
    peak = scene.finding.peak.month if scene.finding.peak else ""
    head, months = ("peak", [peak]) if peak else ("highest seen", highest_observed(series))
    if len(months) == 1:
        place = series.at(months[0])
        words = f"{head} {short_month(months[0], months[0][:4] != last[:4])}"
        times = f", {_times(scene, place)}" if scene.base and series.observed[place] else ""
        told.append(words + times)
    elif len(months) > 1:
        told.append("several months as high")
    return told


def _times(scene: Scene, place: int) -> str:
    """ "×3.7", or its range."""
    low, high = scene.series.lo[place] / scene.base.hi, scene.series.hi[place] / scene.base.lo
    one, other = f"×{low:,.1f}", f"×{high:,.1f}"
    return one if one == other else f"{one} to {other}"


def members_title(
    scenes: Sequence[Scene], called: Mapping[str, str], what: str, members: str
) -> str:
    """How many members doubled, and which rose furthest, where the bounds prove it."""
    total = len(scenes)
    if not any(scene.series.observed.any() for scene in scenes):
        return f"No month of {what} is observed for any of {total} {members}"
    count = sum(scene.doubled_at is not None for scene in scenes)
    if total == 1:
        return f"{called[scenes[0].finding.series]}: {member_words(scenes[0], short=False)[0]}"
    all_of = f"{in_words(total)} {members}"
    if count == total:
        head = f"All {all_of} reached twice their old level"
    elif count:
        head = f"{first_upper(in_words(count))} of {all_of} reached twice the old level"
    else:
        surely = "" if all(map(_never, scenes)) else "surely "
        head = f"None of {all_of} {surely}reached twice the old level"
    furthest = _furthest(scenes)
    if furthest is None or not count:
        return head
    scene, times = furthest
    longer = f"{head}; {called[scene.finding.series]} rose furthest, {times}"
    return longer if len(longer.split()) <= TITLE_WORDS else head


def _never(scene: Scene) -> bool:
    if scene.base is None:
        return False
    return bool((scene.series.hi[scene.series.after(scene.base)] < DOUBLE * scene.base.lo).all())


def _furthest(scenes: Sequence[Scene]) -> tuple[Scene, str] | None:
    """The member whose highest month is surely the largest multiple of its base."""
    if any(scene.base is None for scene in scenes):
        return None
    least, most = [], []
    for scene in scenes:
        after = scene.series.after(scene.base)
        least.append(scene.series.lo[after].max() / scene.base.hi)
        most.append(scene.series.hi[after].max() / scene.base.lo)
    best = max(range(len(scenes)), key=least.__getitem__)
    if any(high >= least[best] for n, high in enumerate(most) if n != best):
        return None
    sure = least[best] == most[best]
    return scenes[best], f"{'' if sure else 'at least '}×{least[best]:,.1f}"
