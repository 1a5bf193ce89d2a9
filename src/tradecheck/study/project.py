"""Where things are in a checkout. Every path the package uses starts from the project's root."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tradecheck.errors import TradecheckError

STUDY_FILES = ("study.yaml", "claims.yaml", "changes.yaml")
DATA = (".csv", ".tsv", ".xls", ".xlsx", ".parquet", ".gz", ".zip", ".7z")  # belongs elsewhere
NOTEBOOK = re.compile(r"[0-9]{2}(_[A-Za-z0-9]+)+\.ipynb")  # what is copied is called otherwise

PARTIAL = ".tradecheck-partial-"  # begins the name of a folder of what is not finished …
RUN = "tradecheck-run-"  # … or of one run; its process, a hyphen and eight letters follow


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
        """The names of all studies, sorted, without reading them: folders that hold study.yaml."""
        found = self.studies.glob("[!.]*/study.yaml")
        return sorted(path.parent.name for path in found if path.is_file())

    def fetched_tables(self, study: str) -> list[str]:
        """The raw tables that were fetched for a study, STUDY.SERVICE, sorted; of exchange rates
        STUDY.SERVICE.PAIR."""
        end = ".card.yaml"
        return sorted(path.name.removesuffix(end) for path in self.raw.glob(f"{study}.*{end}"))

    def notebook_files(self, folder: Path) -> list[str]:
        """The notebooks of a folder in the order in which they run, as named in the project."""
        names = sorted(path.name for path in folder.glob("*.ipynb"))
        base = folder.relative_to(self.root).as_posix()
        return [f"{base}/{name}" for name in names if NOTEBOOK.fullmatch(name)]

    def strays(self) -> Iterator[tuple[str, str]]:
        """Each file or folder that looks like part of a study and is none, and what is the
        matter."""
        for path in (*_seen(self.notebooks), *_seen(self.root)):
            if path.parent == self.notebooks:
                yield from self._stray_notebook(path)
            if (path / "study.yaml").is_file():
                place = path.relative_to(self.root).as_posix()
                yield place, f"is not built: move it to notebooks/studies/{path.name}."
        for entry in _seen(self.studies):
            place = f"notebooks/studies/{entry.name}"
            if entry.is_dir() and not (entry / "study.yaml").is_file():
                yield place, "is not built: it holds no study.yaml; write one, or remove it."
            elif not entry.is_dir() and entry.suffix.lower() in (".yaml", ".yml", ".ipynb"):
                yield (
                    place,
                    "is not read: a study is a folder of its own; what describes it is "
                    f"notebooks/studies/{entry.stem}/study.yaml.",
                )
            for path in _seen(entry) if entry.is_dir() else ():
                yield from self._stray_notebook(path)
                if path.suffix.lower() in (".yaml", ".yml") and path.name not in STUDY_FILES:
                    yield (
                        f"{place}/{path.name}",
                        f"is not read: the files of a study are called {', '.join(STUDY_FILES)}; "
                        "rename it, or move it elsewhere.",
                    )
                if path.suffix.lower() in DATA:
                    yield (
                        f"{place}/{path.name}",
                        "is not read: data belong in data/raw/; tradecheck add takes the file in.",
                    )

    def _stray_notebook(self, path: Path) -> Iterator[tuple[str, str]]:
        if path.suffix.lower() == ".ipynb" and not NOTEBOOK.fullmatch(path.name):
            yield (
                path.relative_to(self.root).as_posix(),
                "is not built: a notebook is called NN_some_words.ipynb, such as "
                "04_unit_prices.ipynb; rename it, or move it away.",
            )

    def relative(self, path: Path) -> str:
        """The path as the user sees it in the repository, with forward slashes.

        A link is named where it stands, whatever it leads to.
        """
        plain, root = Path(os.path.abspath(path)), Path(os.path.abspath(self.root))
        if not plain.is_relative_to(root):
            plain, root = plain.parent.resolve() / plain.name, root.resolve()
        return plain.relative_to(root).as_posix()


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


def _seen(folder: Path) -> list[Path]:
    """What stands in a folder, sorted, without what systems and editors hide there."""
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted(path for path in found if not path.name.startswith((".", "_")))
