"""The text of a new study's files: study.yaml, and claims.yaml with an example of a reading."""

from collections.abc import Mapping, Sequence

from tradecheck.study.values import SCHEMA

ABOUT = (
    "# One study = one question; docs/study.md tells every field. Codes and months stand in "
    "quotes, so\n# that no zero is lost and no date is guessed.\n"
)
NO_DATA = """\
# The evidence: raw tables by name, once tradecheck add FILE has taken them in. Years stand under
# totals.
# evidence:
#   - months: NAME-OF-THE-RAW-TABLE
"""
CLAIMS = """\
# The claims that this study checks, each with every way to understand it; docs/claims.md tells how.
"""
NOT_READ = "No measure has been written for it yet."


def study_text(fields: Mapping[str, str], evidence: Sequence[tuple[str, str]]) -> str:
    """The text of study.yaml. fields: by name, as YAML. evidence: kind and raw table of each
    entry."""
    lines = [f"{name}: {text}\n" for name, text in fields.items()]
    entries = [f"  - {kind}: {name}\n" for kind, name in evidence]
    return "".join(
        [
            SCHEMA.format("../../../", "study"),
            ABOUT,
            *lines,
            *(["evidence:\n", *entries] if entries else [NO_DATA]),
        ]
    )


def claims_text(quote: str, shown: Sequence[str]) -> str:
    """The text of claims.yaml: the claim, or without one an example in comments. shown: months."""
    about = SCHEMA.format("../../../", "claims") + CLAIMS
    words, measure, predicate = _example(shown)
    told = [
        "claims:",
        "  - id: C1",
        f"    title: {quoted(' '.join(quote.split()[:8]))}",
        f"    quote: {quoted(quote)}",
        "    # said_by: who said it",
        "    # date: the day on which it was said, in quotes",
        "    # address: https://…",
        "    readings:",
        "      - id: C1-plain",
        "        main: true",
        "        words: not read as a measure yet",
        f"        not_testable: {NOT_READ}",
        "        # In place of the two lines above, for example:",
    ]
    shape = [f"words: {words}", f"measure: {measure}", f"predicate: {predicate}"]
    if quote:
        return "\n".join([about, *told, *(f"        # {line}" for line in shape), ""])
    plain = [line for line in told[:-3] if not line.lstrip().startswith("#")]
    plain = [line.replace('""', "the words as published") for line in plain]
    lines = [*plain, *(f"        {line}" for line in shape)]
    return "\n".join([about + "# An example:", "#", *(f"# {line}" for line in lines), ""])


def quoted(text: str) -> str:
    """A text as YAML in double quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _example(shown: Sequence[str]) -> tuple[str, str, str]:
    """A reading of months that the study shows: words, measure, predicate."""
    half = min(12, len(shown) // 2)
    if not half:
        return (
            "at least one million in the month",
            f'{{value: {{months: "{shown[0]}"}}}}',
            "{at_least: 1}",
        )
    later, earlier = shown[-half:], shown[-2 * half : -half]
    spans = [f'{{months: "{span[0]}..{span[-1]}"}}' for span in (later, earlier)]
    words = (
        f"the last {half} months, at least twice the {half} before"
        if half > 1
        else "at least twice the month before"
    )
    return words, f"{{ratio: {{of: {spans[0]}, to: {spans[1]}}}}}", "{at_least: 2}"
