"""`juanzong backup`: the catalogue first, then the objects that it names.

Originals never change and nothing is deleted, so what the catalogue named at that moment is still there when it is copied. A
derived object that a step made anew meanwhile is taken as it is now, and the snapshot's own ledger says so.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from archive import audit
from archive.access import Viewer
from archive.catalogue import Catalogue
from archive.custody import ledger, names, runs, snapshots
from archive.custody.ledger import Entry, Seen
from archive.office import Office
from archive.store.keys import original_key
from base.clock import now
from base.digests import sha256_of_file
from base.errors import JuanzongError, StorageError
from base.files import replacing
from base.progress import Progress, Silent
from ingest.custody import sealed_catalogue
from ingest.custody.looking import at_once, batches, look, on_record
from ingest.custody.report import named
from ingest.custody.vault import LIST, Snapshot, Vault

_MEDIA = "application/octet-stream"


@dataclass(slots=True)
class BackedUp:
    """`new` objects were written now, `known` were there; `bad` are not good in the office, by key and code, and not in it."""

    snapshot: str = ""
    objects: int = 0
    size: int = 0
    new: int = 0
    known: int = 0
    bad: list[tuple[str, str]] = field(default_factory=list)
    could_not_check: list[tuple[str, str]] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        return not self.bad and not self.could_not_check

    def as_json(self) -> dict[str, Any]:
        return {
            "snapshot": self.snapshot, "objects": self.objects, "bytes": self.size, "new": self.new, "known": self.known,
            "bad": named(self.bad), "could_not_check": named(self.could_not_check),
        }  # fmt: skip


def back_up(office: Office, folder: Path, viewer: Viewer, progress: Progress | None = None) -> BackedUp:
    """Makes a snapshot in `folder`, which is a backup of this office or empty. A killed one is run again: what lies there already
    is not written twice. StorageError where a disk or the catalogue does not do its part."""
    vault = Vault.open_or_create(folder, office.settings)
    kind = snapshots.kind_of(office.settings)
    with office.catalogue.write() as session:
        run = runs.begin(session, "backup")
        audit.record(session, viewer, "custody.backup", f"run:{run.id}")
    done = BackedUp(snapshot=vault.free_name())
    try:
        ledger.enrol(office.catalogue)
        with sealed_catalogue.workplace(vault, office.settings) as place:
            snapshots.take(office.settings, place / snapshots.file_name(kind))
            with snapshots.opened(office.settings, kind, place) as catalogue:
                _copy_all(office, catalogue, vault, done, progress or Silent())
            file = sealed_catalogue.kept(vault, done.snapshot, place / snapshots.file_name(kind))
        vault.finish(
            Snapshot(
                done.snapshot, now().isoformat(), kind, file.name, sha256_of_file(file),
                sha256_of_file(vault.unfinished / LIST), done.objects, done.size, [key for key, _ in done.bad],
            )
        )  # fmt: skip
    except BaseException as error:
        with office.catalogue.write() as session:
            runs.finish(session, run, "failed", error=error.code if isinstance(error, JuanzongError) else "stopped")
        raise
    with office.catalogue.write() as session:
        runs.finish(session, run, "done", checked=done.objects, bad=len(done.bad))
    return done


def _copy_all(office: Office, catalogue: Catalogue, vault: Vault, done: BackedUp, progress: Progress) -> None:
    """Every object of the snapshot's ledger, and the list of what lies in the backup now."""
    target = vault.unfinished / LIST
    with replacing(target) as file, file.open("w", encoding="utf-8") as lines:
        for entries in batches(on_record(catalogue)):
            answers = at_once(lambda entry: _kept(office, vault, entry), entries)
            sighted = [
                each.entry for entry, each in zip(entries, answers, strict=True) if not entry.sha256 and not each.code
            ]
            with office.catalogue.write() as session:
                # What was read here for the first time is on record from now on.
                ledger.note(session, [Seen(each.key, "good", "", each.sha256, each.size) for each in sighted], "sight")
            moved = [
                each.entry for entry, each in zip(entries, answers, strict=True) if each.entry.sha256 != entry.sha256
            ]
            if moved and catalogue is not office.catalogue:
                with catalogue.write() as session:
                    for entry in moved:
                        ledger.correct(session, entry)
            for each in answers:
                _count(done, each)
                if not each.code:
                    said = {"key": each.entry.key, "sha256": each.entry.sha256, "size": each.entry.size}
                    lines.write(json.dumps(said) + "\n")
            progress.step("progress.backup", done.new + done.known, None)
        lines.flush()
    _leave_out_what_nobody_names(catalogue, done)


@dataclass(frozen=True, slots=True)
class _Kept:
    """An object as it lies in the backup, or why it does not (`code`)."""

    entry: Entry
    code: str = ""
    new: bool = False


def _kept(office: Office, vault: Vault, entry: Entry) -> _Kept:
    if not entry.sha256:
        seen = look(office.store, entry)
        if seen.state != "good":
            return _Kept(entry, seen.code)
        entry = replace(entry, sha256=seen.sha256, size=seen.size)
    found = _brought(office, vault, entry)
    if found.code == "store.digest-mismatch":
        # A step made it anew since the snapshot: the office's ledger knows.
        with office.catalogue.read() as session:
            newer = ledger.entries(session, [entry.key])
        if newer and newer[0].sha256 not in ("", entry.sha256):
            return _brought(office, vault, newer[0])
    return found


def _brought(office: Office, vault: Vault, entry: Entry) -> _Kept:
    """What the office cannot give is a code; what the backup's disk cannot take is raised."""
    key = original_key(entry.sha256)
    there = vault.objects.stat(key)
    if there is not None and there.size == (entry.size if entry.size is not None else there.size):
        return _Kept(replace(entry, size=there.size))
    try:
        info = office.store.stat(entry.key)
        stream = office.store.open(entry.key)
    except StorageError as error:
        return _Kept(entry, error.code)
    with stream:
        try:
            size = info.size if entry.size is None and info else entry.size or 0
            vault.objects.put(key, stream, sha256=entry.sha256, size=size, media_type=_MEDIA)
        except OSError:
            return _Kept(entry, "store.failed")
        except StorageError as error:
            if error.code == "store.digest-mismatch":
                return _Kept(entry, error.code)
            raise
    return _Kept(replace(entry, size=size), new=True)


def _count(done: BackedUp, kept: _Kept) -> None:
    if kept.code in ("store.missing", "store.digest-mismatch", "store.damaged"):
        done.bad.append((kept.entry.key, kept.code))
    elif kept.code:
        done.could_not_check.append((kept.entry.key, kept.code))
    else:
        done.objects += 1
        done.size += kept.entry.size or 0
        done.new, done.known = done.new + kept.new, done.known + (not kept.new)


def _leave_out_what_nobody_names(catalogue: Catalogue, done: BackedUp) -> None:
    """An object that is gone, that nothing names and that a step can make again is no loss."""
    with catalogue.read() as session:
        rows = names.rows_naming(session, [key for key, _ in done.bad])
    done.bad = [
        (key, code) for key, code in done.bad if key in rows or names.expected_digest(key) or code != "store.missing"
    ]
