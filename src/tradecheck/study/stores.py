"""Raw files and folders in an object store: s3://, gs://, az:// and whatever else fsspec knows."""

import hashlib
import os
from pathlib import Path
from typing import Any

from tradecheck.errors import TradecheckError

PACKAGES = {"s3": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "az": "adlfs", "abfs": "adlfs"}
PIECE = 1 << 22


def is_stored(place: str) -> bool:
    """Whether a text is an address in a store, and no path."""
    return "://" in place and not place.startswith(("file://", "http://", "https://"))


def bring(address: str, target: Path, sha256: str) -> None:
    """Copy a stored file to `target`, complete and of this SHA-256, or not at all.

    Raises a TradecheckError where the store does not answer, lacks the file, or holds another.
    """
    system, path = opened(address)
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    digest = hashlib.sha256()
    try:
        with system.open(path, "rb") as stored, partial.open("wb") as here:
            while piece := stored.read(PIECE):
                digest.update(piece)
                here.write(piece)
        if sha256 and digest.hexdigest() != sha256:
            raise TradecheckError(
                f"{address} is not the file that the card names: SHA-256 {sha256[:12]}… is expected, "
                f"found {digest.hexdigest()[:12]}…; restore it there, or run tradecheck add --renew."
            )
        partial.replace(target)
    except FileNotFoundError as error:
        raise TradecheckError(
            f"{address} does not exist in the store; correct its address."
        ) from error
    except TradecheckError:
        raise
    except Exception as error:  # each store has errors of its own
        raise _no_answer(address, error) from error
    finally:
        partial.unlink(missing_ok=True)


def put(files: dict[str, bytes], address: str) -> None:
    """Write files below an address, those named index.html last: a reader then finds what it links."""
    system, folder = opened(address)
    base = folder.rstrip("/")
    try:
        for name in sorted(files, key=lambda one: (one.endswith("index.html"), one)):
            system.pipe_file(f"{base}/{name}", files[name])
    except Exception as error:
        raise _no_answer(address, error) from error


def opened(address: str) -> tuple[Any, str]:
    """The store of an address, and the path in it; keys come from the store's own usual settings."""
    import fsspec

    protocol = address.partition("://")[0]
    try:
        system, path = fsspec.core.url_to_fs(address)
    except ImportError as error:
        package = PACKAGES.get(protocol, protocol)
        raise TradecheckError(
            f"{address}: reading {protocol}:// needs the package {package}; pip install {package}."
        ) from error
    except ValueError as error:
        raise TradecheckError(
            f"{address}: no store is known for {protocol}://; s3://, gs:// and az:// are."
        ) from error
    return system, path


def _no_answer(address: str, error: Exception) -> TradecheckError:
    """What went wrong in one line, without what a key may stand in."""
    told = f"{type(error).__name__}: {error}".splitlines()[0].partition("?")[0][:160]
    return TradecheckError(
        f"{address} cannot be reached or written ({told}); check the address, the network, and the "
        "keys in the environment."
    )
