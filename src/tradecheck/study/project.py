"""Where things are in a checkout. Every path the package uses starts from the project's root."""

import os
from dataclasses import dataclass
from pathlib import Path

from tradecheck.errors import TradecheckError


@dataclass(frozen=True)
class Project:
    """The folders of one checkout."""

    root: Path

    @property
    def notebooks(self) -> Path:
        return self.root / "notebooks"

    @property
    def studies(self) -> Path:
        return self.notebooks / "studies"

    @property
    def raw(self) -> Path:
        return self.root / "data" / "raw"

    @property
    def processed(self) -> Path:
        return self.root / "data" / "processed"

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    def study_names(self) -> list[str]:
        """The names of all studies, sorted, without reading them."""
        return sorted(path.stem for path in self.studies.glob("*.yaml"))

    def relative(self, path: Path) -> str:
        """The path as the user sees it in the repository, with forward slashes."""
        return path.resolve().relative_to(self.root.resolve()).as_posix()


def find_project(start: Path | None = None) -> Project:
    """The checkout that holds `start` (default: `TRADECHECK_ROOT`, else the working folder).

    A notebook runs with the folder it was opened in as its working folder, so the root is looked
    for upwards, and no path in a notebook depends on where Jupyter was started.
    """
    begin = (start or Path(os.environ.get("TRADECHECK_ROOT") or Path.cwd())).resolve()
    for folder in (begin, *begin.parents):
        if (folder / "notebooks" / "studies").is_dir() and (folder / "data" / "raw").is_dir():
            return Project(folder)
    raise TradecheckError(
        f"No tradecheck project was found in {begin} or above it: a project holds the folders "
        "notebooks/studies and data/raw; run the command inside the cloned repository."
    )
