"""What a package on an off-line disk looks like: BagIt 1.0 (RFC 8493), so that any archive reads it without us.

Every file inside is named by digests: no name and no ID number stands in a path. Who the pages are of is said by our extract of the
catalogue, `data/catalogue/*.jsonl`.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from base.digests import CHUNK
from base.files import write_atomically

BAGIT = "bagit.txt"
INFO = "bag-info.txt"
MANIFEST = "manifest-sha256.txt"
TAGS = "tagmanifest-sha256.txt"
OBJECTS = "data/objects"
CATALOGUE = "data/catalogue"
_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def object_path(key: str) -> str:
    """Where an object lies in a package: as in a store in a folder, two levels down."""
    kind, rest = key.split("/", 1)
    return str(PurePosixPath(OBJECTS, kind, rest[:2], rest[2:4], rest))


def key_of(path: str) -> str | None:
    """The key of the object that lies at `path` in a package; None for other files."""
    parts = path.split("/")
    if not path.startswith(f"{OBJECTS}/") or len(parts) < 6:
        return None
    return "/".join([parts[2], *parts[5:]])


@dataclass(frozen=True, slots=True)
class BagCheck:
    """`bad` are (path, problem): missing, changed, extra; `could_not_check` are paths."""

    checked: int = 0
    size: int = 0
    manifest_sha256: str = ""
    bad: list[tuple[str, str]] = field(default_factory=list)
    could_not_check: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        return not self.bad and not self.could_not_check


def digest_on_disk(path: Path) -> tuple[str, int]:
    """(SHA-256, size) as the disk gives it: what the machine still has in memory is dropped first. OSError as it comes."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as stream:
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size


def files_below(folder: Path) -> Iterator[Path]:
    """Every file below, in the order of names, a folder at a time."""
    for entry in sorted(folder.iterdir()):
        if entry.is_dir() and not entry.is_symlink():
            yield from files_below(entry)
        else:
            yield entry


def finish(root: Path, info: dict[str, str]) -> None:
    """Writes the declaration, what the package is, and the manifest of these. The payload's manifest is there already."""
    write_atomically(root / BAGIT, _DECLARATION)
    write_atomically(root / INFO, "".join(f"{name}: {said}\n" for name, said in info.items()).encode())
    tags = [each for each in (BAGIT, INFO, MANIFEST) if (root / each).exists()]
    lines = "".join(f"{digest_on_disk(root / each)[0]}  {each}\n" for each in tags)
    write_atomically(root / TAGS, lines.encode())


def check(root: Path) -> Iterator[BagCheck]:
    """Reads all of a package and holds it against its manifests; yields how far it is, and last the whole answer."""
    counts, bad, unsure = [0, 0], list[tuple[str, str]](), list[str]()
    listed: set[bytes] = set()
    for name in (TAGS, MANIFEST):
        for path, sha256 in _lines(root / name):
            problem, size = _compared(root / path, sha256)
            counts[0], counts[1] = counts[0] + 1, counts[1] + size
            listed.add(hashlib.sha256(path.encode()).digest()[:12])
            if problem == "unreadable":
                unsure.append(path)
            elif problem:
                bad.append((path, problem))
            yield BagCheck(counts[0], counts[1])
    if not counts[0]:
        bad.append((MANIFEST, "missing"))
    if (root / "data").is_dir():
        for file in files_below(root / "data"):
            path = file.relative_to(root).as_posix()
            if hashlib.sha256(path.encode("utf-8", "surrogateescape")).digest()[:12] not in listed:
                bad.append((path.encode("utf-8", "backslashreplace").decode(), "extra"))
    digest = digest_on_disk(root / MANIFEST)[0] if (root / MANIFEST).exists() else ""
    yield BagCheck(counts[0], counts[1], digest, bad, unsure)


def _lines(file: Path) -> Iterator[tuple[str, str]]:
    """(path, digest) of each line of a manifest; nothing where there is none. A path out of the package is passed over, and is extra."""
    if not file.exists():
        return
    with file.open(encoding="utf-8", errors="surrogateescape") as lines:
        for line in lines:
            sha256, _, path = line.rstrip("\n").partition("  ")
            inside = PurePosixPath(path)
            if path and not inside.is_absolute() and ".." not in inside.parts:
                yield path, sha256


def _compared(file: Path, sha256: str) -> tuple[str, int]:
    try:
        found, size = digest_on_disk(file)
    except FileNotFoundError:
        return "missing", 0
    except OSError:
        return "unreadable", 0
    return ("" if found == sha256 else "changed"), size
