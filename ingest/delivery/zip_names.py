"""What the names inside a ZIP say: their text, whatever the packer's machine spoke, and whether they stay in their folder.

A name without the UTF-8 flag is GB18030 in China's offices, or UTF-8 from a Mac that forgot the flag. One archive is written
by one machine, so all its names are read alike. No name is ever used as a path here: it only says what a file is called.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

_UTF8_FLAG = 0x800
# Info-ZIP's extra field: version, CRC of the name it stands for, the name in UTF-8.
_UNICODE_PATH = 0x7075
_DRIVE = re.compile(r"^[A-Za-z]:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# From here on a character takes three bytes in UTF-8. Short GB18030 names may pass for the letters below it.
_THREE_BYTES = 0x800


@dataclass(frozen=True, slots=True)
class MemberName:
    """A member's path with `/`; `unsafe` where it led out of its folder; `unread` where no coding fits its bytes."""

    path: str
    unsafe: bool = False
    unread: bool = False
    is_folder: bool = False


@dataclass(frozen=True, slots=True)
class RawName:
    """A name as it stands in the archive: its bytes, the entry's flags and its extra fields."""

    data: bytes
    flags: int
    extra: bytes = b""


def member_names(names: Iterable[RawName]) -> list[MemberName]:
    """All names of one archive, in order."""
    raw = list(names)
    unsure = [name.data for name in raw if _said(name) is None and not name.data.isascii()]
    coding = "utf-8" if unsure and all(map(_is_utf8, unsure)) and any(map(_has_chinese, unsure)) else "gb18030"
    return [_member(name, coding) for name in raw]


def _member(name: RawName, coding: str) -> MemberName:
    text = _said(name)
    unread = False
    if text is None:
        try:
            text = name.data.decode(coding)
        except UnicodeDecodeError:
            text, unread = name.data.decode(coding, errors="backslashreplace").replace("\\x", "%"), True
    return _within(text, unread)


def _said(name: RawName) -> str | None:
    """The name where the archive itself says how it is written."""
    if name.flags & _UTF8_FLAG:
        return name.data.decode("utf-8", errors="backslashreplace").replace("\\x", "%")
    said = _unicode_path(name)
    return said if said is not None else (name.data.decode("ascii") if name.data.isascii() else None)


def _unicode_path(name: RawName) -> str | None:
    rest = name.extra
    while len(rest) >= 4:
        kind, size = struct.unpack_from("<HH", rest)
        field, rest = rest[4 : 4 + size], rest[4 + size :]
        if kind == _UNICODE_PATH and len(field) > 5 and struct.unpack_from("<I", field, 1)[0] == zlib.crc32(name.data):
            try:
                return field[5:].decode("utf-8")
            except UnicodeDecodeError:
                return None
    return None


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _has_chinese(data: bytes) -> bool:
    return any(ord(char) >= _THREE_BYTES for char in data.decode("utf-8"))


def _within(text: str, unread: bool) -> MemberName:
    """The path kept inside its folder: what would lead out is left away, and said."""
    plain = text.encode("utf-8", errors="replace").decode("utf-8").replace("\\", "/")
    rooted = plain.startswith("/") or _DRIVE.match(plain) is not None
    parts = [part for part in _DRIVE.sub("", plain).split("/") if part not in ("", ".")]
    kept = [_CONTROL.sub("?", part) for part in parts if part != ".."]
    unsafe = rooted or len(kept) < len(parts) or _CONTROL.search(plain) is not None or not kept
    return MemberName("/".join(kept) or "_", unsafe, unread, plain.endswith("/"))
