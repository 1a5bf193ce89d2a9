"""Cases on the machines of a Dask cluster: inputs travel once, by content; answers come back whole."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tradecheck.errors import TradecheckError
from tradecheck.runner.freshness import PACKAGE, locate
from tradecheck.runner.jobs import CaseJob
from tradecheck.runner.needs import Needs
from tradecheck.runner.remote import Request, on_worker
from tradecheck.study.project import Project

if TYPE_CHECKING:
    from distributed import Client, Future

RETRIES = 2  # of a case whose worker has gone


class Cluster:
    """Where cases are made, and what has been sent there: files by their names."""

    def __init__(self, client: "Client"):
        self._client = client
        self._sent: dict[str, Any] = {}

    def submit(
        self, job: CaseJob, needs: Needs, files: Sequence[str], embed: bool, timeout: int
    ) -> "Future[dict[str, bytes]]":
        """The files that a case makes, once they have come back; `files` are those that it reads."""
        project = job.project
        inputs = {name: self._at_workers(project, name) for name in files}
        request = Request(
            job.study, job.notebook.file, job.case, dict(job.fields), list(job.siblings), job.head, needs,
            embed, timeout,
        )  # fmt: skip
        return self._client.submit(on_worker, inputs, request, retries=RETRIES, pure=False)

    def _at_workers(self, project: Project, name: str) -> Any:
        """A file at the workers, read once; Dask sends each content once."""
        if name not in self._sent:
            content = locate(project, name).read_bytes()
            (self._sent[name],) = self._client.scatter([content], hash=True)
        return self._sent[name]


@contextmanager
def cluster(address: str) -> Iterator[Cluster]:
    """A Dask cluster by its scheduler's address.

    Raises a TradecheckError where Dask is not installed, nobody answers, there is no worker, or a
    worker has another version of the package.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise TradecheckError(
            "--scheduler needs Dask: pip install 'tradecheck[cluster]', here and on every worker."
        ) from error
    try:
        client = Client(address, timeout="10s")
    except (OSError, ValueError) as error:
        raise TradecheckError(
            f"No scheduler answers at {address} ({str(error) or 'no answer in 10 seconds'}); start "
            "one with dask scheduler, and give its address, such as tcp://10.0.0.5:8786."
        ) from error
    with client:
        known = client.run(package_digest)
        if not known:
            raise TradecheckError(f"The scheduler at {address} has no worker: start dask worker.")
        if others := sorted(worker for worker, found in known.items() if found != package_digest()):
            raise TradecheckError(
                f"The worker {others[0]} has another version of tradecheck: install the same on all "
                "machines, so that a report is the same wherever it is made."
            )
        yield Cluster(client)


def package_digest() -> str:
    """One digest of the package's files: the same on machines that make the same reports."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix in (".py", ".csv", ".css", ".j2") and path.is_file():
            digest.update(path.relative_to(PACKAGE).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def inputs_of(job: CaseJob, needs: Needs, tables: Mapping[str, str]) -> list[str]:
    """The project's files that a case needs: its notebook, the study, raw files, tables."""
    read = [name for name in needs.run.files if not name.startswith("tradecheck/")]
    page = [name for name in needs.page.files if not name.startswith("tradecheck/")]
    names = [job.notebook.file, *read, *page, *tables]
    root = job.project.root
    return [name for name in dict.fromkeys(names) if (root / name).is_file()]
