"""`juanzong restore`: a backup into an empty place. The catalogue gets its name last, so that a half-restored office never opens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archive import audit
from archive.access import Viewer
from archive.catalogue import SQLITE_FILE, Catalogue
from archive.custody import ledger, snapshots
from archive.custody.ledger import Entry, Seen, Written
from archive.store.contract import ObjectStore
from archive.store.keys import original_key
from archive.store.open import create_store, open_store
from base.errors import InputError, StorageError
from base.files import make_folders, sync_folder, write_atomically
from base.progress import Progress, Silent
from base.settings import FILE_NAME, Settings
from ingest.custody import sealed_catalogue
from ingest.custody.looking import at_once, batches, on_record
from ingest.custody.report import named
from ingest.custody.vault import Snapshot, Vault

_MARKER, _WORK = "restoring.json", "restoring"
_MEDIA = "application/octet-stream"


@dataclass(slots=True)
class Restored:
    """`missing` objects the catalogue names and the backup has not; `bad` are damaged in the backup. Both by key and code."""

    snapshot: str
    objects: int = 0
    size: int = 0
    resumed: bool = False
    missing: list[tuple[str, str]] = field(default_factory=list)
    bad: list[tuple[str, str]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "snapshot": self.snapshot,
            "objects": self.objects,
            "bytes": self.size,
            "resumed": self.resumed,
            "missing": named(self.missing),
            "bad": named(self.bad),
        }


def restore(
    settings: Settings, folder: Path, viewer: Viewer, *, name: str = "", progress: Progress | None = None
) -> Restored:
    """Brings the newest snapshot, or the one called `name`, into the empty data folder, database and store of the settings.

    InputError `restore.not-empty` where something is there already; one that broke off is gone on with.
    """
    vault = Vault.open(folder, settings)
    snapshot = vault.snapshot(name)
    done = Restored(snapshot.name, resumed=_starts(settings, snapshot))
    work = settings.data_dir / _WORK
    if done.resumed and (settings.data_dir / SQLITE_FILE).exists():
        _finish(settings, work)
        return done
    make_folders(work)
    store = _store(settings, done)
    if not (done.resumed and _was_put_back(settings)):
        with sealed_catalogue.plain(vault, snapshot, work) as file:
            snapshots.put_back(settings, snapshot.database, file, work)
        _mark(settings, snapshot, put_back=True)
    with snapshots.opened(settings, snapshot.database, work) as catalogue:
        _bring_all(catalogue, store, vault, snapshot, done, progress or Silent())
        with catalogue.write() as session:
            audit.record(session, viewer, "custody.restore", f"snapshot:{snapshot.name}", objects=done.objects)
    _finish(settings, work)
    return done


def _starts(settings: Settings, snapshot: Snapshot) -> bool:
    """Whether a restore of this snapshot broke off here; the place must be empty otherwise."""
    folder = settings.data_dir
    make_folders(folder)
    marker = folder / _MARKER
    if marker.exists():
        if json.loads(marker.read_bytes()).get("snapshot") != snapshot.name:
            raise InputError("restore.other-snapshot", path=folder)
        return True
    allowed = {FILE_NAME, _MARKER, Path(settings.store_key_file or FILE_NAME).name}
    if any(each.name not in allowed for each in folder.iterdir()):
        raise InputError("restore.not-empty", path=folder)
    snapshots.must_be_empty(settings)
    _mark(settings, snapshot, put_back=False)
    return False


def _mark(settings: Settings, snapshot: Snapshot, *, put_back: bool) -> None:
    said = {"snapshot": snapshot.name, "put_back": put_back}
    write_atomically(settings.data_dir / _MARKER, json.dumps(said).encode())


def _was_put_back(settings: Settings) -> bool:
    return bool(json.loads((settings.data_dir / _MARKER).read_bytes()).get("put_back"))


def _store(settings: Settings, done: Restored) -> ObjectStore:
    """The empty store, made where there is none; one that a broken-off restore has begun to fill is opened."""
    try:
        store = create_store(settings)
    except StorageError as error:
        if error.code != "store.marker-exists":
            raise
        store = open_store(settings)
    if not done.resumed and next(iter(store.list()), None) is not None:
        (settings.data_dir / _MARKER).unlink()
        raise InputError("restore.not-empty", path=settings.s3_bucket if settings.store == "s3" else settings.data_dir)
    return store


def _bring_all(
    catalogue: Catalogue, store: ObjectStore, vault: Vault, snapshot: Snapshot, done: Restored, progress: Progress
) -> None:
    ledger.enrol(catalogue)
    for pairs in batches(_side_by_side(on_record(catalogue), vault.listed(snapshot))):
        answers = at_once(lambda pair: _brought(store, vault, pair), pairs)
        with catalogue.write() as session:
            for (entry, line), code in zip(pairs, answers, strict=True):
                if line is not None and not code and entry.sha256 not in ("", line.sha256):
                    ledger.correct(session, Entry(line.key, line.sha256, line.size))
            good = [line for (_, line), code in zip(pairs, answers, strict=True) if line is not None and not code]
            ledger.note(session, [Seen(each.key, "good", "", each.sha256, each.size) for each in good], "restore")
        done.objects += len(good)
        done.size += sum(each.size for each in good)
        for (entry, line), code in zip(pairs, answers, strict=True):
            if line is None:
                done.missing.append((entry.key, "store.missing"))
            elif code:
                done.bad.append((entry.key, code))
        progress.step("progress.restore", done.objects, snapshot.objects)


_Pair = tuple[Entry, Written | None]


def _brought(store: ObjectStore, vault: Vault, pair: _Pair) -> str:
    """Empty where the object lies in the store now, read back there. What the new place cannot take is raised."""
    _, line = pair
    if line is None:
        return ""
    try:
        stream = vault.objects.open(original_key(line.sha256))
    except StorageError as error:
        return error.code
    with stream:
        try:
            store.put(line.key, stream, sha256=line.sha256, size=line.size, media_type=_MEDIA)
        except OSError:
            return "store.failed"
        except StorageError as error:
            if error.code == "store.digest-mismatch":
                return "store.damaged"
            raise
    return ""


def _side_by_side(entries: Iterator[Entry], lines: Iterator[Written]) -> Iterator[_Pair]:
    """Each object on record with its line of the backup. A line that nothing here names came after the snapshot."""
    line = next(lines, None)
    for entry in entries:
        while line is not None and line.key < entry.key:
            line = next(lines, None)
        yield entry, (line if line is not None and line.key == entry.key else None)


def _finish(settings: Settings, work: Path) -> None:
    file = work / SQLITE_FILE
    if file.exists():
        file.rename(settings.data_dir / SQLITE_FILE)
    if work.exists():
        work.rmdir()
    sync_folder(settings.data_dir)
    (settings.data_dir / _MARKER).unlink()
    sync_folder(settings.data_dir)
