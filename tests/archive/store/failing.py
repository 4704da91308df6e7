"""Things that break on purpose: sources that end, stores that fill up, answer late, die or corrupt."""

from __future__ import annotations

import errno
import io
import time
from collections.abc import Iterator
from typing import BinaryIO

from archive.store.contract import Check, ObjectInfo, ObjectStore, Protection
from base.errors import StorageError


class IsPulledOut(io.BytesIO):
    """A file on a drive that is pulled out after the first megabyte."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() > 0:
            raise OSError(errno.EIO, "pulled out")
        return super().read(size)


class EndsEarly(io.BytesIO):
    """A file that is shorter than it said."""

    def read(self, size: int | None = -1, /) -> bytes:
        return b"" if self.tell() > 0 else super().read(size)


class Delegating:
    """An ObjectStore that hands everything on; the failing ones below change one thing each."""

    def __init__(self, store: ObjectStore) -> None:
        self.store = store

    def put(
        self, key: str, data: bytes | BinaryIO, *, sha256: str, size: int, media_type: str, replace: bool = False
    ) -> ObjectInfo:
        return self.store.put(key, data, sha256=sha256, size=size, media_type=media_type, replace=replace)

    def mend(self, key: str, data: bytes | BinaryIO, *, sha256: str, size: int, media_type: str) -> ObjectInfo:
        return self.store.mend(key, data, sha256=sha256, size=size, media_type=media_type)

    def open(self, key: str) -> BinaryIO:
        return self.store.open(key)

    def read(self, key: str) -> bytes:
        return self.store.read(key)

    def stat(self, key: str) -> ObjectInfo | None:
        return self.store.stat(key)

    def exists(self, key: str) -> bool:
        return self.store.exists(key)

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        return self.store.list(prefix)

    def delete(self, key: str) -> None:
        self.store.delete(key)

    def check(self, key: str, *, sha256: str = "", sm3: str = "") -> Check:
        return self.store.check(key, sha256=sha256, sm3=sm3)

    def protection(self, key: str) -> Protection | None:
        return self.store.protection(key)

    def protect(self, key: str) -> None:
        self.store.protect(key)

    def release(self, key: str) -> None:
        self.store.release(key)


class FillsUp(Delegating):
    """Has room for `room` bytes; then every put is `disk.full`."""

    def __init__(self, store: ObjectStore, room: int) -> None:
        super().__init__(store)
        self.room = room

    def put(
        self, key: str, data: bytes | BinaryIO, *, sha256: str, size: int, media_type: str, replace: bool = False
    ) -> ObjectInfo:
        if size > self.room:
            raise StorageError("disk.full", path=key)
        self.room -= size
        return super().put(key, data, sha256=sha256, size=size, media_type=media_type, replace=replace)


class Dies(Delegating):
    """Goes away after `puts` objects and comes back when told; with `after_write` the object is there, the answer not."""

    def __init__(self, store: ObjectStore, puts: int, *, after_write: bool = False) -> None:
        super().__init__(store)
        self.puts, self.after_write = puts, after_write

    def put(
        self, key: str, data: bytes | BinaryIO, *, sha256: str, size: int, media_type: str, replace: bool = False
    ) -> ObjectInfo:
        self.puts -= 1
        if self.puts < 0 and not self.after_write:
            raise StorageError("store.unreachable", path="test", detail="died")
        info = super().put(key, data, sha256=sha256, size=size, media_type=media_type, replace=replace)
        if self.puts < 0:
            raise StorageError("store.unreachable", path="test", detail="died")
        return info


class Late(Delegating):
    """Answers each put and read after `seconds`."""

    def __init__(self, store: ObjectStore, seconds: float) -> None:
        super().__init__(store)
        self.seconds = seconds

    def put(
        self, key: str, data: bytes | BinaryIO, *, sha256: str, size: int, media_type: str, replace: bool = False
    ) -> ObjectInfo:
        time.sleep(self.seconds)
        return super().put(key, data, sha256=sha256, size=size, media_type=media_type, replace=replace)

    def read(self, key: str) -> bytes:
        time.sleep(self.seconds)
        return super().read(key)


class Corrupts(Delegating):
    """Gives back one wrong bit, as a dying disk does."""

    def read(self, key: str) -> bytes:
        data = super().read(key)
        return bytes([data[0] ^ 1]) + data[1:] if data else data

    def open(self, key: str) -> BinaryIO:
        return io.BytesIO(self.read(key))

    def check(self, key: str, *, sha256: str = "", sm3: str = "") -> Check:
        return Check(key, "bad", "store.damaged")
