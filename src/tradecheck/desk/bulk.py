"""`tradecheck bulk`: a publisher's bulk files become one raw Parquet file with its card."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tradecheck.data.bulk import Converted, convert
from tradecheck.data.sources.base import Wanted
from tradecheck.desk.add import NAME, add
from tradecheck.errors import TradecheckError
from tradecheck.study import areas
from tradecheck.study.cards import raw_names
from tradecheck.study.project import Project
from tradecheck.study.values import is_code


def bulk(
    project: Project,
    files: Sequence[Path],
    name: str,
    wanted: Wanted = Wanted(),
    said: Mapping[str, str] | None = None,
) -> list[str]:
    """Convert bulk files to data/raw/NAME.parquet, write its card, and say what became of the rows.

    Nothing is written where a file is broken, of another layout, or breaks a rule, and where a raw
    file has the name already.
    """
    if not NAME.fullmatch(name):
        raise TradecheckError(
            f"--name {name}: letters and digits of English, with hyphens between, are expected, "
            "such as comext-2022."
        )
    if name in raw_names(project):
        raise TradecheckError(f"data/raw/ holds {name} already; give another --name.")
    with tempfile.TemporaryDirectory(prefix=".bulk-", dir=project.raw) as folder:
        target = Path(folder) / f"{name}.parquet"
        done = convert(files, target, wanted)
        lines = add(project, target, name, done.format, said)
    return [*sentences(done), *lines]


def wanted_of(
    reporters: Sequence[str], partners: Sequence[str], flow: str | None, goods: str | None
) -> Wanted:
    """What is asked for, as a person writes it: names, ISO codes or groups; codes with commas."""
    flows = {"exports": "X", "imports": "M"}
    if flow is not None and flow not in flows:
        raise TradecheckError(f"--flow {flow}: write exports or imports.")
    return Wanted(
        reporters=_codes(reporters),
        partners=_codes(partners),
        flows=frozenset({flows[flow]} if flow else ()),
        products=_products(goods) if goods else (),
    )


def _codes(names: Sequence[str]) -> frozenset[str]:
    """Areas by their codes, groups by their members'."""
    found: set[str] = set()
    for name in names:
        group = areas.group_of(name)
        found |= {*areas.members(group), group} if group else {areas.area(name).code}
    return frozenset(found)


def _products(text: str) -> tuple[str, ...]:
    found = tuple(code.strip() for code in text.split(","))
    if wrong := next((code for code in found if not is_code(code)), None):
        raise TradecheckError(
            f"--goods {wrong}: customs codes of 2 to 10 digits are expected, with commas between."
        )
    return found


def sentences(done: Converted) -> list[str]:
    """Rows in, rows kept, rows not asked for; the sums agree to the last thousandth."""
    files = f"{len(done.files)} file{'' if len(done.files) == 1 else 's'}"
    received, kept, left = done.received, done.kept, done.not_asked
    lines = [f"Read {received.rows:,} rows of {files} ({done.format}); kept {kept.rows:,}."]
    if left.rows:
        lines.append(f"Not asked for, and left out: {left.rows:,} rows.")
    lines.append(
        f"Values in {received.value / 1000:,.3f} = kept {kept.value / 1000:,.3f} + left out "
        f"{left.value / 1000:,.3f}, in the files' currency."
    )
    return lines
