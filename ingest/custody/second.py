"""The near-line copy: a second object store, on another disk or another server, with every object under the same key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from archive.custody import copies, ledger
from archive.custody.ledger import Entry
from archive.office import Office
from archive.store.contract import ObjectStore
from archive.store.keys import is_original
from archive.store.open import create_store, open_store
from base.errors import JuanzongError, SettingsError, StorageError
from base.progress import Progress, Silent
from base.settings import Settings
from ingest.custody.looking import AT_ONCE, at_once, look
from ingest.custody.report import named

_MEDIA = "application/octet-stream"
Stopping = Callable[[], bool]


@dataclass(slots=True)
class Copied:
    """`copied` objects are safe in the second store now; `bad` are not good where we have them, by key and code; `failed` could
    not be brought there."""

    copied: int = 0
    bytes: int = 0
    bad: list[tuple[str, str]] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)

    @property
    def wrong(self) -> list[tuple[str, str]]:
        """What was not brought to this copy."""
        return [*self.bad, *self.failed]

    def as_json(self) -> dict[str, Any]:
        return {"copied": self.copied, "bytes": self.bytes, "bad": named(self.bad), "failed": named(self.failed)}


@dataclass(slots=True)
class Verified:
    """`bad` and `could_not_check` are (key, code); `mended` of the bad ones are good again."""

    checked: int = 0
    bad: list[tuple[str, str]] = field(default_factory=list)
    could_not_check: list[tuple[str, str]] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "checked": self.checked, "good": self.checked - len(self.bad) - len(self.could_not_check),
            "bad": named(self.bad), "could_not_check": named(self.could_not_check), "mended": self.mended,
        }  # fmt: skip


def open_second(settings: Settings, *, create: bool = False) -> ObjectStore:
    """The second store; SettingsError `custody.no-second` where none is set. `create` makes it where there is none yet:
    only when a person asks for it, for an empty mount point must never be taken for a new store."""
    there = _there(settings)
    if not create:
        return open_store(there)
    try:
        return create_store(there)
    except StorageError as error:
        if error.code != "store.marker-exists":
            raise
        return open_store(there)


def store_in(settings: Settings, folder: Path) -> Settings:
    """The settings of a store in another folder; encrypted with the office's keys where the office's own is."""
    return settings.model_copy(update={"store": "folder", "store_folder": str(folder.absolute())})


def _there(settings: Settings) -> Settings:
    if settings.second_store == "folder" and settings.second_path:
        return store_in(settings, settings.data_dir / settings.second_path)
    if settings.second_store == "s3" and settings.second_s3_endpoint:
        return _on_s3(settings)
    raise SettingsError("custody.no-second", path="second_store")


def _on_s3(settings: Settings) -> Settings:
    names = ("endpoint", "bucket", "access_key", "secret_key", "region", "secure")
    values = {f"s3_{name}": getattr(settings, f"second_s3_{name}") for name in names}
    return settings.model_copy(update={"store": "s3", **values})


def copy_new(
    office: Office,
    second: ObjectStore,
    progress: Progress | None = None,
    stopping: Stopping = lambda: False,
    most: int | None = None,
) -> Copied:
    """Brings what the second store lacks, at most `most` objects; goes on where it stopped. One that fails stops no other."""
    told, done, last = progress or Silent(), Copied(), ""
    ledger.enrol(office.catalogue)
    with office.catalogue.read() as session:
        total = copies.count_without_second(session)
    while not stopping() and (most is None or done.copied < most):
        with office.catalogue.read() as session:
            entries = copies.without_second(session, last, AT_ONCE)
        if not entries:
            break
        last = entries[-1].key
        answers = at_once(lambda entry: _copied(office, second, entry), entries)
        with office.catalogue.write() as session:
            copies.note_second(session, [each.key for each in answers if not each.code])
        for each in answers:
            _count(done, each)
        told.step("progress.second", done.copied + len(done.bad) + len(done.failed), total)
    return done


@dataclass(frozen=True, slots=True)
class _Brought:
    """An object on its way: `code` says what hindered it, empty where it lies in the second store now, read back there."""

    key: str
    size: int = 0
    code: str = ""


def _count(done: Copied, brought: _Brought) -> None:
    if not brought.code:
        done.copied += 1
        done.bytes += brought.size
    elif brought.code in ("store.missing", "store.digest-mismatch", "store.damaged"):
        done.bad.append((brought.key, brought.code))
    else:
        done.failed.append((brought.key, brought.code))


def _copied(office: Office, second: ObjectStore, entry: Entry) -> _Brought:
    if not entry.sha256:
        seen = look(office.store, entry)
        if seen.state != "good":
            return _Brought(entry.key, code=seen.code)
        with office.catalogue.write() as session:
            ledger.note(session, [seen], "sight")
        entry = Entry(entry.key, seen.sha256, seen.size)
    try:
        size = entry.size if entry.size is not None else _size(office, entry.key)
        with office.store.open(entry.key) as stream:
            _put(second, entry, stream, size)
    except JuanzongError as error:
        return _Brought(entry.key, code=error.code)
    except OSError:
        return _Brought(entry.key, code="store.failed")
    return _Brought(entry.key, size)


def _put(second: ObjectStore, entry: Entry, stream: BinaryIO, size: int) -> None:
    derived = not is_original(entry.key)
    try:
        second.put(entry.key, stream, sha256=entry.sha256, size=size, media_type=_MEDIA, replace=derived)
    except StorageError as error:
        if error.code != "store.conflict":
            raise
        # What lies there is damaged: the store keeps it aside.
        stream.seek(0)
        second.mend(entry.key, stream, sha256=entry.sha256, size=size, media_type=_MEDIA)


def _size(office: Office, key: str) -> int:
    info = office.store.stat(key)
    if info is None:
        raise StorageError("store.missing", key=key)
    return info.size


def verify_second(
    office: Office,
    second: ObjectStore,
    progress: Progress | None = None,
    stopping: Stopping = lambda: False,
    *,
    mend: bool = False,
) -> Verified:
    """Reads every copy and holds it against the digest on record. `mend`: a bad one is written anew from ours, where ours is good."""
    told, answer, last = progress or Silent(), Verified(), ""
    while not stopping():
        with office.catalogue.read() as session:
            entries = copies.with_second(session, last, AT_ONCE)
        if not entries:
            break
        last = entries[-1].key
        looks = at_once(lambda entry: look(second, entry), entries)
        wrong = [entry for entry, seen in zip(entries, looks, strict=True) if seen.state == "bad"]
        mended = [entry.key for entry in wrong if mend and not _copied(office, second, entry).code]
        with office.catalogue.write() as session:
            copies.note_second(session, [each.key for each in looks if each.state == "good"] + mended)
            copies.lose_second(session, [each.key for each in wrong if each.key not in mended])
        answer.checked += len(entries)
        answer.mended += mended
        answer.bad += [(each.key, each.code) for each in looks if each.state == "bad"]
        answer.could_not_check += [(each.key, each.code) for each in looks if each.state == "could_not_check"]
        told.step("progress.second-verify", answer.checked, None)
    return answer
