"""The manifest of a hand-over: which files its sender says there are, with the digests or sizes they shall have.

Text as `sha256sum`, `md5sum`, OpenSSL and BSD write it, manifests of BagIt, and tables with a column of file names and one of
digests. A digest's algorithm is what the line, the column or the file's name says, else what its length allows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from base.errors import InputError
from base.images import read_file
from ingest.delivery.lists.cells import text
from ingest.delivery.lists.sheets import Sheet
from ingest.delivery.model import DeliveredFile
from ingest.delivery.promise import Promise

MAX_BYTES = 256 << 20
_LENGTHS: dict[int, tuple[str, ...]] = {32: ("md5",), 40: ("sha1",), 64: ("sha256", "sm3"), 128: ("sha512",)}
_ALGORITHMS = ("sha256", "sha512", "sha1", "sm3", "md5")
_HEX = r"[0-9A-Fa-f]{32}(?:[0-9A-Fa-f]{8}|[0-9A-Fa-f]{32}|[0-9A-Fa-f]{96})?"
_SUM_LINE = re.compile(rf"\\?(?P<hex>{_HEX})[ \t]+\*?(?P<path>\S.*)")
_BSD_LINE = re.compile(rf"(?P<name>[A-Za-z0-9/-]+) ?\((?P<path>.+)\) ?= ?(?P<hex>{_HEX})")
_AFTER_LINE = re.compile(rf"(?P<path>\S.*?)[ \t]*[,;:\t][ \t]*(?P<hex>{_HEX})")
# What must be like a manifest before odd lines in it are passed over: comments, a title, an empty end.
_LEAST_SHARE = 0.5
_SEARCHED_ROWS = 30
_PATHS = frozenset(
    [
        "文件路径",
        "路径",
        "文件名",
        "文件名称",
        "相对路径",
        "存储路径",
        "电子文件名",
        "电子文件名称",
        "计算机文件名",
        "filename",
        "path",
        "file",
        "filepath",
    ]
)
_DIGESTS = frozenset(
    [
        "校验值",
        "校验码",
        "摘要",
        "摘要值",
        "数字摘要",
        "数字摘要值",
        "哈希",
        "哈希值",
        "散列值",
        "hash",
        "checksum",
        "digest",
        "固化信息",
    ]
)
_SIZES = frozenset(
    ["文件大小", "大小", "字节数", "文件大小(字节)", "大小(字节)", "计算机文件大小", "size", "bytes", "filesize"]
)


def read_manifest(file: DeliveredFile) -> list[Promise]:
    """What a text manifest promises, empty where it is none. InputError `list.too-large`, `path.unreadable`."""
    if file.size > MAX_BYTES:
        raise InputError("list.too-large", path=file.path, megabytes=file.size >> 20, limit=MAX_BYTES >> 20)
    lines = [line.strip() for line in _decoded(read_file(file.source, file.path)).splitlines()]
    written = [line for line in lines if line and not line.startswith(("#", ";"))]
    said = algorithms_in(file.path.rpartition("/")[2])
    found = [promise for line in written if (promise := _line(line, file.path, said)) is not None]
    return found if found and len(found) >= _LEAST_SHARE * len(written) else []


def manifest_sheet(path: str, sheet: Sheet) -> list[Promise]:
    """What a table promises, empty where it has no column of file names beside one of digests or sizes."""
    for number, row in enumerate(sheet.rows[:_SEARCHED_ROWS]):
        labels = [_label(text(cell)) for cell in row]
        columns = _columns(labels)
        if columns is not None:
            return list(_rows(path, sheet, number + 1, labels, columns))
    return []


def algorithms_in(name: str) -> tuple[str, ...]:
    """The algorithm that a name says: of a file, a column, a line."""
    plain = re.sub(r"[^a-z0-9]", "", name.casefold())
    return tuple(each for each in _ALGORITHMS if each in plain)[:1]


def _line(line: str, manifest: str, said: tuple[str, ...]) -> Promise | None:
    bsd = _BSD_LINE.fullmatch(line)
    if bsd and (named := algorithms_in(bsd["name"])):
        return _promise(bsd["path"], manifest, bsd["hex"], named)
    match = _SUM_LINE.fullmatch(line) or _AFTER_LINE.fullmatch(line)
    return _promise(match["path"], manifest, match["hex"], said) if match else None


def _promise(path: str, manifest: str, digest: str, said: tuple[str, ...], size: int | None = None) -> Promise:
    """The length of a digest says more than a name: `manifest-md5.txt` with 64 digits a line holds no MD5."""
    possible = _LENGTHS.get(len(digest), ())
    algorithms = tuple(each for each in possible if each in said) or possible
    return Promise(plain_path(path), manifest, digest.lower(), algorithms, size)


def plain_path(path: str) -> str:
    """The path as this house writes it: `/`, composed, no `./` in front."""
    plain = unicodedata.normalize("NFC", path.strip().strip('"')).replace("\\", "/")
    while plain.startswith("./"):
        plain = plain[2:]
    return plain.lstrip("/")


def _label(label: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", label)).casefold()


def _columns(labels: list[str]) -> tuple[int, int | None, int | None] | None:
    """Where file names, digests and sizes stand; None where it is no manifest."""
    path = next((at for at, label in enumerate(labels) if label in _PATHS), None)
    digest = next((at for at, label in enumerate(labels) if label in _DIGESTS or algorithms_in(label)), None)
    size = next((at for at, label in enumerate(labels) if label in _SIZES), None)
    return None if path is None or (digest is None and size is None) else (path, digest, size)


def _rows(
    path: str, sheet: Sheet, start: int, labels: list[str], columns: tuple[int, int | None, int | None]
) -> Iterator[Promise]:
    at_path, at_digest, at_size = columns
    said = algorithms_in(labels[at_digest]) if at_digest is not None else ()
    for row in sheet.rows[start:]:
        name, digest, size = (
            text(row[at]) if at is not None and at < len(row) else "" for at in (at_path, at_digest, at_size)
        )
        digest = digest if re.fullmatch(_HEX, digest) else ""
        count = int(size) if size.isascii() and size.isdigit() else None
        # A line of sums names no file.
        if name and (digest or count is not None or "." in name):
            yield _promise(name, path, digest, said, count)


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", errors="replace")
