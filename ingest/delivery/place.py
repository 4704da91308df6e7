"""Where a page belongs by its path: which folder is the dossier, which the material, which set of images."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ingest.delivery import naming
from ingest.delivery.model import ImageSet
from ingest.delivery.naming import Who
from ingest.delivery.packed import Plain

Parts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FolderPlace(Plain):
    """What a folder says of the pages in it.

    `dossier` are the folders down to the dossier, without set folders; () is the delivery's root, None says nothing.
    `who` is whose it is by its name; `rest` are folders below the dossier that say nothing known.
    """

    dossier: Parts | None
    material: str | None = None
    covers: bool = False
    who: Who | None = None
    rest: Parts = ()
    classed: bool = False


def without_sets(parts: Parts) -> tuple[Parts, ImageSet]:
    """The folders without 原始 / 优化 and `scan/PT` / `scan/GQ`, and which set they name (original if none)."""
    kept: list[str] = []
    found: ImageSet = "original"
    for part in parts:
        named = naming.image_set(naming.unzipped(part))
        if named is None:
            kept.append(part)
            continue
        found = named
        if kept and kept[-1].casefold() == "scan":
            kept.pop()
    return tuple(kept), found


def without_zips(parts: Parts) -> Parts:
    """A ZIP stands for the folder that was packed: `张三.zip` is the folder 张三."""
    return tuple(map(naming.unzipped, parts))


@lru_cache(maxsize=4096)
def folder_place(parts: Parts, root_who: Who | None) -> FolderPlace:
    """`parts` are folders from the root, sets taken out; `root_who` is whose the root itself is by its name."""
    head, material, covers = _tail(parts)
    if root_who is not None:
        return _below((), root_who, parts)
    named = [(end, who) for end, part in enumerate(head, start=1) if (who := naming.who_of(part)) is not None]
    if named:
        # An ID number or 档号 says it for all below; of folders 工号+姓名 the last, as `2023张家口/10234张三`.
        end, who = next(((end, who) for end, who in named if is_number(who)), named[-1])
        return _below(head[:end], who, parts[end:])
    if not parts:
        return FolderPlace(None)
    return FolderPlace(head, material, covers, classed=_is_classed(parts[len(head) :]))


def is_number(who: Who) -> bool:
    """Says whose it is by a number that one person alone has."""
    return who.id_number is not None or who.archive_no is not None


def _below(dossier: Parts, who: Who, rest: Parts) -> FolderPlace:
    """A place below a dossier that is known by its name, so all folders under it are its materials."""
    if not rest:
        return FolderPlace(dossier, who=who)
    if naming.is_covers(rest[-1]):
        return FolderPlace(dossier, covers=True, who=who)
    material = _material(rest) or _material_by_data_code(rest)
    return FolderPlace(dossier, material, who=who, rest=() if material else rest, classed=_is_classed(rest))


def _material_by_data_code(rest: Parts) -> str | None:
    """`<ID>/41/1`: believed only below a dossier that is known by its name."""
    if len(rest) != 2:
        return None
    class_code, item = naming.data_code(rest[0]), naming.item_folder(rest[1])
    return naming.material_key(class_code, item) if class_code and item else None


def _material(rest: Parts) -> str | None:
    if len(rest) == 1:
        return naming.material_name(rest[0]) or naming.item_folder(rest[0]) or naming.class_folder(rest[0])
    if len(rest) == 2:
        class_code, item = naming.class_folder(rest[0]), naming.item_folder(rest[1])
        if class_code and item:
            return naming.material_key(class_code, item)
        return naming.material_name(rest[1]) if class_code else None
    return None


def _is_classed(rest: Parts) -> bool:
    return len(rest) == 2


def _tail(parts: Parts) -> tuple[Parts, str | None, bool]:
    """Splits folders into (dossier, material key, covers) where no name tells whose they are.

    Two folders `class/item` end the dossier, or one `9-1-2`, `目录`, or a number below another folder. A single number
    right under the root is a dossier (序号), two numbers that can be class and item belong to the root.
    """
    if not parts:
        return parts, None, False
    if naming.is_covers(parts[-1]):
        return parts[:-1], None, True
    if len(parts) >= 2 and naming.class_folder(parts[-2]) and (key := _material(parts[-2:])):
        return parts[:-2], key, False
    combined = naming.material_name(parts[-1])
    if combined:
        return parts[:-1], combined, False
    if len(parts) >= 2 and (key := _material(parts[-1:])):
        return parts[:-1], key, False
    return parts, None, False
