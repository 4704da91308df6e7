"""What a ZIP holds, by its directory alone: nothing is unpacked, and what no honest archive has is refused."""

from __future__ import annotations

import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from base.errors import InputError
from ingest.delivery.zip_names import MemberName, RawName, member_names

_UTF8_FLAG = 0x800
_LOCKED_FLAGS = 0x1 | 0x40
MAX_MEMBERS = 200_000
# Scans hardly shrink; blank bitmaps may, a thousandfold, but not whole archives of them.
_MAX_RATIO = 200
_RATIO_FROM_BYTES = 1 << 30
# What the library raises for an archive or member that is none, or no longer one.
DAMAGE = (
    zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, ValueError, RuntimeError, struct.error, IndexError,
    KeyError, TypeError, OverflowError, MemoryError, zlib.error, lzma.LZMAError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a ZIP; `special` is a link, a pipe or a device."""

    info: zipfile.ZipInfo
    name: MemberName
    locked: bool
    special: bool


@contextmanager
def opened_zip(source: Path, name: str) -> Iterator[tuple[zipfile.ZipFile, list[Member]]]:
    """The archive and its members, folders left out. InputError `zip.damaged`, `zip.bomb`, `zip.too-many` under the path as delivered."""
    try:
        archive = zipfile.ZipFile(source)
    except DAMAGE as error:
        raise InputError("zip.damaged", path=name) from error
    with archive:
        infos = archive.infolist()
        if len(infos) > MAX_MEMBERS:
            raise InputError("zip.too-many", path=name, count=len(infos), limit=MAX_MEMBERS)
        _refuse_bomb(source, name, infos)
        yield archive, _members(infos)


def _refuse_bomb(source: Path, name: str, infos: list[zipfile.ZipInfo]) -> None:
    """Members that share their packed bytes, or far more to come out than ever went in."""
    size = source.stat().st_size
    packed = sum(info.compress_size for info in infos)
    unpacked = sum(info.file_size for info in infos)
    if packed > size or (unpacked > _RATIO_FROM_BYTES and unpacked > _MAX_RATIO * size):
        raise InputError("zip.bomb", path=name, megabytes=unpacked >> 20, packed=max(1, size >> 20))


def _members(infos: list[zipfile.ZipInfo]) -> list[Member]:
    names = member_names(RawName(_raw(info), info.flag_bits, info.extra) for info in infos)
    return [
        Member(info, name, bool(info.flag_bits & _LOCKED_FLAGS), _is_special(info))
        for info, name in zip(infos, names, strict=True)
        if not name.is_folder
    ]


def _raw(info: zipfile.ZipInfo) -> bytes:
    coding = "utf-8" if info.flag_bits & _UTF8_FLAG else "cp437"
    return info.orig_filename.encode(coding, errors="replace")


def _is_special(info: zipfile.ZipInfo) -> bool:
    kind = stat.S_IFMT(info.external_attr >> 16)
    return kind not in (0, stat.S_IFREG, stat.S_IFDIR)
