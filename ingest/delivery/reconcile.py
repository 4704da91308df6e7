"""What was promised against what arrived: missing, extra, with other bytes. Pure: digests are asked for one at a time."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ingest.delivery.promise import Promise

# How many names of a kind are told; the counts are always whole.
MOST_NAMED = 1000

# The digest (lower-case hex) of an arrived file by its path and an algorithm; None where it cannot be had.
DigestOf = Callable[[str, str], str | None]


@dataclass(frozen=True, slots=True)
class Difference:
    """A file whose bytes are not those promised. `algorithm` is `size` where the number of bytes differs."""

    file: str
    algorithm: str
    promised: str
    got: str


@dataclass(slots=True)
class Reconciled:
    """The end of a hand-over. `unchecked` arrived, but their digest could not be had or told."""

    manifests: list[str] = field(default_factory=list)
    promised: int = 0
    checked: int = 0
    missing: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    other_digest: list[Difference] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """All that was promised is there, byte for byte as far as could be told."""
        return not self.missing and not self.other_digest

    def told(self, name: Callable[[str], str]) -> Reconciled:
        """The same with another name for each file and manifest."""
        return replace(
            self,
            manifests=[name(each) for each in self.manifests],
            missing=[name(each) for each in self.missing],
            extra=[name(each) for each in self.extra],
            other_digest=[replace(each, file=name(each.file)) for each in self.other_digest],
            unchecked=[name(each) for each in self.unchecked],
        )

    def as_json(self) -> dict[str, Any]:
        """Counts, and at most so many names of each kind."""
        return {
            "manifests": self.manifests,
            "promised": self.promised,
            "arrived": self.promised - len(self.missing),
            "checked": self.checked,
            "missing": self.missing[:MOST_NAMED],
            "extra": self.extra[:MOST_NAMED],
            "other_digest": [
                {"file": each.file, "algorithm": each.algorithm, "promised": each.promised, "got": each.got}
                for each in self.other_digest[:MOST_NAMED]
            ],
            "unchecked": self.unchecked[:MOST_NAMED],
            "counts": {
                "missing": len(self.missing), "extra": len(self.extra), "other_digest": len(self.other_digest),
                "unchecked": len(self.unchecked),
            },
        }  # fmt: skip


def reconcile(
    promises: Sequence[Promise], arrived: Mapping[str, int], ignored: Iterable[str], digest_of: DigestOf
) -> Reconciled:
    """Holds the manifests against the files. `arrived` are sizes in bytes by path; `ignored` came too, but were passed over.

    A promise means the file at its path beside the manifest, or from the delivery's root, or else the only one whose path ends
    so: manifests are often written one folder higher or lower than where they lie. Several promises of one file must all hold.
    """
    found = Reconciled(list(dict.fromkeys(promise.manifest for promise in promises)))
    there = _Paths(arrived)
    passed_over = _Paths(dict.fromkeys(ignored, 0))
    named: set[str] = set()
    missing: dict[str, None] = {}
    for promise in promises:
        path = _meant(promise, there.find(promise), digest_of)
        if path is not None:
            named.add(path)
            _hold(promise, path, arrived[path], digest_of, found)
        elif not passed_over.find(promise):
            missing[promise.from_root] = None
    found.missing = list(missing)
    found.promised = len(named) + len(missing)
    found.extra = [path for path in arrived if not _is_named(path, named)]
    return found


def _meant(promise: Promise, paths: Sequence[str], digest_of: DigestOf) -> str | None:
    """The one file that fits; among several of the name, the first with the bytes promised."""
    if len(paths) < 2:
        return paths[0] if paths else None
    fitting = (path for path in paths if any(digest_of(path, each) == promise.digest for each in promise.algorithms))
    return next(fitting, None)


def _is_named(path: str, named: set[str]) -> bool:
    """Itself, or the ZIP that it came in."""
    while path:
        if path in named:
            return True
        path = path.rpartition("/")[0]
    return False


def _hold(promise: Promise, path: str, size: int, digest_of: DigestOf, found: Reconciled) -> None:
    if promise.size is not None and promise.size != size:
        found.other_digest.append(Difference(path, "size", str(promise.size), str(size)))
        return
    if not promise.digest:
        return
    got = {each: digest for each in promise.algorithms if (digest := digest_of(path, each)) is not None}
    if not got:
        found.unchecked.append(path)
        return
    found.checked += 1
    if promise.digest not in got.values():
        algorithm = next(iter(got))
        found.other_digest.append(Difference(path, algorithm, promise.digest, got[algorithm]))


class _Paths:
    """Finds the file that a promise means."""

    def __init__(self, paths: Mapping[str, int]) -> None:
        self._exact: dict[str, str] = {}
        self._folded: dict[str, set[str]] = defaultdict(set)
        self._by_name: dict[str, list[str]] = defaultdict(list)
        # A manifest speaks of the folder that it came in, if any file lies there.
        self._homes = {path.partition("/")[0] for path in paths if "/" in path}
        for path in paths:
            plain = unicodedata.normalize("NFC", path)
            self._exact[plain] = path
            self._folded[plain.casefold()].add(path)
            self._by_name[plain.rpartition("/")[2].casefold()].append(path)

    def find(self, promise: Promise) -> list[str]:
        """The files that it may mean: more than one where only their names tell."""
        folder = promise.manifest.rpartition("/")[0]
        beside = f"{folder}/{promise.path}" if folder else promise.path
        for plain in (beside, promise.from_root, promise.path):
            if plain in self._exact:
                return [self._exact[plain]]
            alike = self._folded.get(plain.casefold(), set())
            if len(alike) == 1:
                return list(alike)
        return self._by_end(promise.path.casefold(), f"{promise.home}/" if promise.home in self._homes else "")

    def _by_end(self, plain: str, home: str) -> list[str]:
        """Those below `home` whose path ends as promised, or is the end of what is promised."""
        named = [path for path in self._by_name.get(plain.rpartition("/")[2], []) if path.startswith(home)]
        longer = [path for path in named if _ends_with(path, plain)]
        if not longer:
            longer = [path for path in named if _ends_with(plain, unicodedata.normalize("NFC", path).casefold())]
        return longer


def _ends_with(path: str, end: str) -> bool:
    plain = unicodedata.normalize("NFC", path).casefold()
    return plain == end or plain.endswith(f"/{end}")
