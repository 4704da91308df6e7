"""Writing an off-line package: the objects that lie in no package yet, with an extract of the catalogue, proved on the disk.

It is written under `NAME.writing` and gets its name when every byte was read back. One that was broken off is gone on with.
A disk that is full closes its package with what it holds; the rest goes onto the next disk.
"""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archive import audit
from archive.access import Viewer
from archive.custody import copies, ledger
from archive.custody.extract import write_extract
from archive.custody.ledger import Entry
from archive.office import Office
from base.clock import now
from base.errors import InputError, JuanzongError, StorageError
from base.files import make_folders, replacing, sync_folder
from base.progress import Progress, Silent
from ingest.custody import bag
from ingest.custody.copying import proved
from ingest.custody.looking import AT_ONCE, batches, look, on_record
from ingest.custody.report import named

_WRITING = ".writing"
# Left free on the disk, for the extract, the manifests and the file system itself.
_RESERVE = 256 << 20
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


@dataclass(slots=True)
class Packed:
    """`objects` lie in the package `name` now; `left` did not fit; `bad` are not good where we have them, by key and code.

    `same_disk`: the package lies on the disk of the data folder, which is no copy for a fire or a theft.
    """

    name: str = ""
    objects: int = 0
    size: int = 0
    left: int = 0
    same_disk: bool = False
    manifest_sha256: str = ""
    bad: list[tuple[str, str]] = field(default_factory=list)

    @property
    def wrong(self) -> list[tuple[str, str]]:
        """What was not brought to this copy."""
        return self.bad

    def as_json(self) -> dict[str, Any]:
        return {
            "package": self.name, "objects": self.objects, "bytes": self.size, "left": self.left,
            "same_disk": self.same_disk, "manifest_sha256": self.manifest_sha256,
            "bad": named(self.bad),
        }  # fmt: skip


def write_package(
    office: Office, disk: Path, viewer: Viewer, progress: Progress | None = None, *, everything: bool = False
) -> Packed:
    """Writes one package onto `disk`; `name` is empty where nothing is left to write. `everything`: all objects, not only those
    that lie in no package. InputError `custody.no-disk`, StorageError where the disk does not do its part."""
    if not disk.is_dir():
        raise InputError("custody.no-disk", path=disk)
    told, packed = progress or Silent(), Packed(same_disk=_same_disk(disk, office.settings.data_dir))
    ledger.enrol(office.catalogue)
    name, root = _root(office, disk)
    try:
        full = _write_objects(office, root, packed, told, everything=everything)
        if not packed.objects:
            _remove_empty(root)
            return packed
        packed.name = name
        with office.catalogue.write() as session:
            package_id = copies.open_package(session, name)
        _close(office, root, packed, told)
    except OSError as error:
        code = "disk.full" if error.errno in _FULL else "store.failed"
        raise StorageError(code, path=disk, key=name, detail=error.strerror or str(error)) from error
    root.rename(disk / name)
    sync_folder(disk)
    with office.catalogue.write() as session:
        for digests in batches(_held(disk / name)):
            copies.note_package(session, package_id, digests)
        copies.close_package(session, package_id, packed.objects, packed.size, packed.manifest_sha256)
        packed.left = _left(session) if full else 0
        audit.record(
            session, viewer, "custody.package", f"package:{package_id}", objects=packed.objects,
            manifest=packed.manifest_sha256,
        )  # fmt: skip
    return packed


def _same_disk(one: Path, other: Path) -> bool:
    return one.stat().st_dev == other.stat().st_dev


def _root(office: Office, disk: Path) -> tuple[str, Path]:
    """The package that was being written on this disk, or a new one."""
    for folder in sorted(disk.glob(f"juanzong-*{_WRITING}")):
        return folder.name.removesuffix(_WRITING), folder
    with office.catalogue.read() as session:
        number = len(copies.packages(session)) + 1
    name = f"juanzong-{now():%Y%m%d}-{number:04}"
    root = disk / f"{name}{_WRITING}"
    make_folders(root / bag.OBJECTS)
    return name, root


def _remove_empty(root: Path) -> None:
    """Only folders, and only while nothing lies in them."""
    for folder in (root / bag.OBJECTS, root / "data", root):
        folder.rmdir()


def _write_objects(office: Office, root: Path, packed: Packed, told: Progress, *, everything: bool) -> bool:
    """Whether the disk is full: then what is left goes onto the next one."""
    for entry in on_record(office.catalogue) if everything else _unpacked(office):
        if shutil.disk_usage(root).free - (entry.size or 0) < _RESERVE:
            return True
        try:
            size = _write(office, root, entry)
        except JuanzongError as error:
            packed.bad.append((entry.key, error.code))
            continue
        packed.objects += 1
        packed.size += size
        told.step("progress.package", packed.objects, None)
    return False


def _unpacked(office: Office) -> Iterator[Entry]:
    last = ""
    while True:
        with office.catalogue.read() as session:
            entries = copies.without_package(session, last, AT_ONCE)
        yield from entries
        if not entries:
            return
        last = entries[-1].key


def _write(office: Office, root: Path, entry: Entry) -> int:
    """The size of the object as it lies in the package; StorageError where it is not good in the store."""
    path = root / bag.object_path(entry.key)
    if not entry.sha256:
        seen = look(office.store, entry)
        if seen.state != "good":
            raise StorageError(seen.code, key=entry.key, path=entry.key, detail="")
        with office.catalogue.write() as session:
            ledger.note(session, [seen], "sight")
        entry = Entry(entry.key, seen.sha256, seen.size)
    if path.exists() and bag.digest_on_disk(path)[0] == entry.sha256:
        return path.stat().st_size
    make_folders(path.parent)
    with office.store.open(entry.key) as source, replacing(path) as file:
        with file.open("wb") as target:
            found = proved(source, target, entry.sha256)
        if found is None:
            raise StorageError("store.damaged", key=entry.key)
    return found.size


def _close(office: Office, root: Path, packed: Packed, told: Progress) -> None:
    """The extract, then the manifest from what the disk gives back, then what the package says of itself."""
    make_folders(root / bag.CATALOGUE)
    with office.catalogue.read() as session:
        write_extract(session, root / bag.CATALOGUE)
    count = size = 0
    with replacing(root / bag.MANIFEST) as part, part.open("w", encoding="utf-8") as lines:
        for file in bag.files_below(root / "data"):
            if file.name.startswith("."):
                file.unlink()  # what a killed run left unfinished
                continue
            digest, length = bag.digest_on_disk(file)
            lines.write(f"{digest}  {file.relative_to(root).as_posix()}\n")
            count, size = count + 1, size + length
            told.step("progress.package-verify", count, None)
    _prove(office, root)
    info = {
        "Source-Organization": office.settings.office_name or "-",
        "Bagging-Date": f"{now():%Y-%m-%d}",
        "External-Identifier": root.name.removesuffix(_WRITING),
        "Payload-Oxum": f"{size}.{count}",
        "Bag-Software-Agent": "juanzong",
    }
    bag.finish(root, info)
    packed.manifest_sha256 = bag.digest_on_disk(root / bag.MANIFEST)[0]
    packed.objects = sum(1 for _ in _held(root))


def _held(root: Path) -> Iterator[tuple[str, str]]:
    """(key, digest) of each object in a package, as its manifest says."""
    with (root / bag.MANIFEST).open(encoding="utf-8") as lines:
        for line in lines:
            sha256, _, path = line.rstrip("\n").partition("  ")
            key = bag.key_of(path)
            if key is not None:
                yield key, sha256


def _prove(office: Office, root: Path) -> None:
    """What the disk gave back is what is on record; what a step made anew since it was written is written again."""
    for held in batches(_held(root)):
        with office.catalogue.read() as session:
            known = {each.key: each.sha256 for each in ledger.entries(session, [key for key, _ in held])}
        for key, sha256 in held:
            if known.get(key, sha256) != sha256:
                (root / bag.object_path(key)).unlink()
                raise StorageError("custody.package-changed", path=root, key=key)


def _left(session: Any) -> int:
    return len(copies.without_package(session, "", 1_000_000))
