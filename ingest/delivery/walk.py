"""The tree of a delivery: every file with its kind, links never followed, nothing opened but unknown extensions."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from base.errors import InputError, JuanzongError
from base.machine import long_path
from ingest.delivery import naming
from ingest.delivery.model import DeliveredFile, FileKind, file_at
from ingest.delivery.packed import Packed

# Looks like a page: also in formats that no archive keeps, so that a finding can name them.
PAGE_EXTENSIONS = frozenset(
    [
        ".jpg",
        ".jpeg",
        ".jpe",
        ".jfif",
        ".png",
        ".tif",
        ".tiff",
        ".jp2",
        ".j2k",
        ".jpx",
        ".jpf",
        ".pdf",
        ".bmp",
        ".gif",
        ".webp",
        ".heic",
        ".heif",
        ".ofd",
    ]
)
LIST_EXTENSIONS = frozenset([".xlsx", ".xlsm", ".xls", ".csv", ".tsv"])
_SYSTEM_NAMES = frozenset({"thumbs.db", "desktop.ini", ".ds_store", "ehthumbs.db"})
_SYSTEM_FOLDERS = frozenset({"__macosx", "system volume information", "$recycle.bin", "@eadir"})
# Opened member by member (`unpack`); other packers are refused by name, because pages in them would be missed in silence.
ZIP_EXTENSION = ".zip"
_OTHER_PACKERS = re.compile(r"\.(rar|7z|tar|gz|tgz|bz2|xz|zst|cab|iso|zipx|[zr][0-9]{2}|00[0-9])", re.IGNORECASE)
_PACKER_MAGIC = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
IMAGE_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*", b"\0\0\0\x0cjP  ")
_KINDS: dict[str, FileKind] = {
    **dict.fromkeys(PAGE_EXTENSIONS, "page"),
    **dict.fromkeys(LIST_EXTENSIONS, "list"),
    ZIP_EXTENSION: "container",
}
# Text with digests of files, by its name; whether it is one its lines say. BagIt's tag manifest is about no page.
_MANIFEST_NAME = re.compile(
    r"(?!tagmanifest)(.*((manifest|checksum|digest)s?|(sha-?(1|256|512)|sm3|md5)(sums?)?)([-_. ].*)?|.*(校验|摘要|清单|哈希).*)"
    r"(\.(txt|md5|sha1|sha256|sha512|sm3|sums?|log))?|.*\.(md5|sha1|sha256|sha512|sm3)"
)
_MANIFEST_EXTENSIONS = frozenset(["", ".txt", ".md5", ".sha1", ".sha256", ".sha512", ".sm3", ".sum", ".sums", ".log"])
# A page by kind, because pages are in it, but never read as one.
PACKED = "packed.unknown"

# What Windows marks a junction with (IO_REPARSE_TAG_MOUNT_POINT).
_JUNCTION = 0xA0000003

Problem = tuple[DeliveredFile, JuanzongError]


def walk(root: Path) -> tuple[Packed[DeliveredFile], list[Problem]]:
    """All files below `root` (or the one file that it is), and the folders that could not be read.

    InputError `path.missing` / `path.unreadable` for the root itself.
    """
    problems: list[Problem] = []
    if not root.exists():
        raise InputError("path.missing", path=root)
    if root.is_file():
        return Packed([classified(root, shown(root.name), root.stat().st_size)]), problems
    if not os.access(root, os.R_OK | os.X_OK):
        raise InputError("path.unreadable", path=root, detail="permission denied")
    return Packed(_below(root, "", problems)), problems


def _below(folder: Path, prefix: str, problems: list[Problem]) -> Iterator[DeliveredFile]:
    try:
        with os.scandir(long_path(folder)) as entries:
            # In the order of `path_key`, so that a large delivery need not be sorted.
            found = sorted(entries, key=lambda entry: naming.natural_key(shown(entry.name)))
    except OSError as error:
        # Whatever pages lie in it are missing: it stands among them with the reason, and is never passed over in silence.
        file = file_at(prefix.rstrip("/"), folder, 0, "page", "ignored.unreadable")
        detail = error.strerror or type(error).__name__
        problems.append((file, InputError("path.unreadable", path=file.path, detail=detail)))
        return
    for entry in found:
        path, source = prefix + shown(entry.name), Path(entry.path)
        if entry.is_symlink() or _is_junction(entry):
            yield file_at(path, source, 0, "ignored", "ignored.link")
        elif entry.is_dir(follow_symlinks=False):
            if _is_system_folder(entry.name):
                yield file_at(path, source, 0, "ignored", "ignored.system")
            else:
                yield from _below(source, path + "/", problems)
        elif not entry.is_file(follow_symlinks=False):
            yield file_at(path, source, 0, "ignored", "ignored.special")
        else:
            yield classified(source, path, entry.stat(follow_symlinks=False).st_size)


def _is_junction(entry: os.DirEntry[str]) -> bool:
    """Windows's other kind of link to a folder: followed, a loop of them never ends."""
    return getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0) == _JUNCTION


def classified(source: Path, path: str, size: int) -> DeliveredFile:
    """A file with its kind, by the name that it was delivered with; `source` may lie under any other name."""
    kind, reason = _kind(source, path.rpartition("/")[2])
    return file_at(path, source, size, kind, reason)


def ignored_by_name(path: str) -> str | None:
    """Why a file is passed over whatever is in it, or None: what systems and office programs leave behind."""
    *folders, name = path.casefold().split("/")
    if any(_is_system_folder(each) for each in folders) or name in _SYSTEM_NAMES or name.startswith("._"):
        return "ignored.system"
    if name.startswith("~$"):
        return "ignored.lock"
    return "ignored.hidden" if name.startswith(".") else None


def _kind(source: Path, name: str) -> tuple[FileKind, str | None]:
    passed_over = ignored_by_name(name)
    if passed_over is not None:
        return "ignored", passed_over
    extension = Path(name).suffix.casefold()
    known = _KINDS.get(extension)
    if known is None and extension in _MANIFEST_EXTENSIONS and _MANIFEST_NAME.fullmatch(name.casefold()):
        known = "manifest"
    return (known, None) if known is not None else _kind_by_content(source, extension)


def _kind_by_content(source: Path, extension: str) -> tuple[FileKind, str | None]:
    start = starts_with(source, 12)
    if start.startswith((*IMAGE_MAGIC, b"%PDF-")):
        return "page", None
    if _OTHER_PACKERS.fullmatch(extension) or start.startswith(_PACKER_MAGIC):
        return "page", PACKED
    return "ignored", "ignored.other"


def starts_with(source: Path, length: int) -> bytes:
    """The first bytes of a file, empty where it cannot be read."""
    try:
        with source.open("rb", buffering=0) as stream:
            return stream.read(length)
    except OSError:
        return b""


def _is_system_folder(name: str) -> bool:
    return name.casefold() in _SYSTEM_FOLDERS or name.startswith(".")


def shown(name: str) -> str:
    """A name that can be printed: names that an old Windows wrote in GB18030 are read so."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return os.fsencode(name).decode("gb18030", errors="backslashreplace")
    return name
