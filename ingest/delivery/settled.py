"""The end of a hand-over: its manifests and lists against its files, for `check` at once, for an office with all its batch holds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from base.digests import CHUNK, new_sm3
from base.errors import InputError, JuanzongError
from base.text.identity import hide_numbers
from ingest.delivery.figures import figures_of
from ingest.delivery.model import Delivery
from ingest.delivery.reconcile import Reconciled, reconcile

# Files named one by one on the page of the batch; the JSON names more.
_MOST_NOTES = 50


@dataclass(frozen=True, slots=True)
class Settled:
    """The answer for the batch as a whole: `files` against manifests (None where there is none), counts against lists."""

    files: Reconciled | None
    lists: dict[str, dict[str, int]]

    @property
    def is_whole(self) -> bool:
        return self.files is None or self.files.is_whole

    def as_json(self) -> dict[str, Any]:
        """`files` of the manifests; `dossiers` and `pages` of the lists, each promised and arrived; null where nobody said."""
        return {
            "files": self.files.as_json() if self.files else None,
            "dossiers": self.lists.get("dossiers"),
            "pages": self.lists.get("pages"),
        }

    def notes(self) -> Iterator[JuanzongError]:
        """What a person has to ask the sender."""
        if self.files is None:
            return
        for each in self.files.other_digest[:_MOST_NOTES]:
            yield InputError("reconcile.other-digest", path=hide_numbers(each.file), algorithm=each.algorithm.upper())
        for code, paths in (("reconcile.missing", self.files.missing), ("reconcile.extra", self.files.extra)):
            if paths:
                yield InputError(code, path=hide_numbers(paths[0]), count=len(paths))


def settle_delivery(delivery: Delivery) -> Settled:
    """The delivery alone, by the bytes as they lie there."""
    if not delivery.promises:
        return Settled(None, counts_of(delivery))
    files = {file.path: file for file in delivery.files if file.kind in ("page", "list", "container")}

    def digest_of(path: str, algorithm: str) -> str | None:
        try:
            with files[path].source.open("rb") as stream:
                return digest_of_stream(stream, algorithm)
        except OSError:
            return None

    ignored = [file.path for file in delivery.files if file.kind in ("ignored", "manifest")]
    sizes = {path: file.size for path, file in files.items()}
    return Settled(reconcile(delivery.promises, sizes, ignored, digest_of), counts_of(delivery))


def counts_of(delivery: Delivery) -> dict[str, dict[str, int]]:
    """Dossiers and pages that the lists promise, and those that came."""
    figures = figures_of(delivery)
    told = {}
    for name, promised in (("dossiers", figures["listed_dossiers"]), ("pages", figures["listed_pages"])):
        if promised is not None:
            told[name] = {"promised": promised, "arrived": figures[name] or 0}
    return told


def digest_of_stream(stream: BinaryIO, algorithm: str) -> str:
    """Lower-case hex of all that is left in `stream`: md5, sha1, sha256, sha512 (for comparing, not for trust) or sm3."""
    try:
        digest = hashlib.new(algorithm, usedforsecurity=False)
    except ValueError:
        # Some systems' OpenSSL comes without SM3.
        return _sm3(stream)
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _sm3(stream: BinaryIO) -> str:
    sm3 = new_sm3()
    while chunk := stream.read(CHUNK):
        sm3.update(chunk)
    return sm3.finalize().hex()
