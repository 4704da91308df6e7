"""What a store is and holds, in plain values, for people and for scripts; nothing here is secret."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from typing import Any

from archive.store.contract import ObjectStore
from archive.store.encrypted import EncryptedStore
from archive.store.keys import is_original
from archive.store.open import folder_of
from base.settings import Settings


@dataclass(slots=True)
class Kind:
    """Objects of one kind; `size` in bytes."""

    count: int = 0
    size: int = 0


@dataclass(slots=True)
class Held:
    """What a store holds by kind (originals, derived …); `unlocked` counts originals without a lock, where it was asked."""

    kinds: dict[str, Kind] = field(default_factory=dict)
    unlocked: int | None = None

    def as_json(self) -> dict[str, Any]:
        kinds = {name: {"count": kind.count, "bytes": kind.size} for name, kind in self.kinds.items()}
        return {"objects": kinds, **({} if self.unlocked is None else {"unlocked": self.unlocked})}


def place_of(settings: Settings) -> str:
    """Where the objects lie: a folder, or server and bucket. Two stores of one place are the same store."""
    if settings.store == "s3":
        return f"{settings.s3_endpoint}/{settings.s3_bucket}"
    return str(folder_of(settings).resolve())


def described(store: ObjectStore, settings: Settings) -> dict[str, Any]:
    """Kind, place, encryption, locks and free room of the office's store; costs no request for any object."""
    answer: dict[str, Any] = {"store": settings.store, "place": place_of(settings), "encrypted": False, "lock": None}
    if isinstance(store, EncryptedStore):
        ring = store.ring
        keys = [{"id": key.id, "cipher": key.cipher, "made": key.made} for key in ring.keys]
        answer |= {"encrypted": True, "cipher": ring.current.cipher, "keys": keys, "wrapped_by": list(ring.wrapped_by)}
    if settings.store == "s3":
        if settings.s3_lock != "off":
            answer["lock"] = {"mode": settings.s3_lock, "years": settings.s3_lock_years}
    else:
        answer["free_bytes"] = shutil.disk_usage(folder_of(settings)).free
    return answer


def count(store: ObjectStore, *, locks: bool = False) -> Held:
    """Counts all objects by their list; with `locks` asks for each original whether it is locked."""
    held = Held(unlocked=0 if locks else None)
    for info in store.list():
        kind = held.kinds.setdefault(info.key.partition("/")[0], Kind())
        kind.count += 1
        kind.size += info.size
        if locks and is_original(info.key) and store.protection(info.key) is None:
            held.unlocked = (held.unlocked or 0) + 1
    return held
