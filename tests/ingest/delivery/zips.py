"""ZIPs as packers on other machines write them: each entry by hand, so that its name's bytes and flags are what they shall be."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

_UTF8_FLAG = 0x800


@dataclass(frozen=True, slots=True)
class Entry:
    """A member: the bytes of its name, its content, the flags and the Unix mode that its entry carries."""

    name: bytes
    data: bytes = b""
    flags: int = 0
    mode: int = 0o100644
    extra: bytes = b""
    stored: bytes | None = None
    method: int = 8


def gbk(name: str, data: bytes = b"", **more: object) -> Entry:
    """As Windows in China packs: GB18030, no flag."""
    return Entry(name.encode("gb18030"), data, **more)  # type: ignore[arg-type]


def utf8(name: str, data: bytes = b"", **more: object) -> Entry:
    """As the standard has it: UTF-8 with its flag."""
    return Entry(name.encode(), data, flags=_UTF8_FLAG, **more)  # type: ignore[arg-type]


def mac(name: str, data: bytes = b"") -> Entry:
    """As a Mac packs: UTF-8 and no flag."""
    return Entry(name.encode(), data)


def packed(*entries: Entry) -> bytes:
    """The bytes of a ZIP with these entries, in order."""
    body, directory = b"", b""
    for entry in entries:
        squeezed = _deflated(entry.data) if entry.stored is None else entry.stored
        head = struct.pack(
            "<HHHHHIIIHH", 20, entry.flags, entry.method, 0, 33, zlib.crc32(entry.data), len(squeezed), len(entry.data),
            len(entry.name), len(entry.extra),
        )  # fmt: skip
        offset = len(body)
        body += b"PK\3\4" + head + entry.name + entry.extra + squeezed
        tail = struct.pack("<HHHII", 0, 0, 0, entry.mode << 16, offset)
        directory += b"PK\1\2" + struct.pack("<H", 0x0314) + head + tail + entry.name + entry.extra
    end = struct.pack("<HHHHIIH", 0, 0, len(entries), len(entries), len(directory), len(body), 0)
    return body + directory + b"PK\5\6" + end


def _deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def write(path: Path, *entries: Entry) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(packed(*entries))
    return path
