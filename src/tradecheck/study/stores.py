"""Raw files and folders in an object store: s3://, gs://, az:// and whatever else fsspec knows."""

import hashlib
import os
from collections.abc import Mapping
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


def replace(files: Mapping[str, bytes], address: str, sums: str) -> list[str]:
    """Write files below an address, then remove those of an earlier time that are not among them.

    `sums` names the file that lists what was written, with its SHA-256; a file there that it does
    not list raises a TradecheckError before anything is written. Pages named index.html come last,
    so that a reader finds what they link; a store knows no rename of many files at once. Returns
    the names removed.
    """
    system, folder = opened(address)
    base = folder.rstrip("/")
    try:
        before = set()
        if system.exists(f"{base}/{sums}"):
            listed = system.cat_file(f"{base}/{sums}").decode("utf-8", "replace").splitlines()
            before = {sums, *(line.partition("  ")[2] for line in listed)}
        for name in sorted(files.keys() - before):
            if system.exists(f"{base}/{name}"):
                raise TradecheckError(
                    f"{address.rstrip('/')}/{name} was not written by tradecheck publish: move it "
                    "away, or publish elsewhere."
                )
        for name in sorted(files, key=lambda one: (one.endswith("index.html"), one)):
            system.pipe_file(f"{base}/{name}", files[name])
        gone = sorted(name for name in before - files.keys() if system.exists(f"{base}/{name}"))
        for name in gone:
            system.rm_file(f"{base}/{name}")
        return gone
    except TradecheckError:
        raise
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
