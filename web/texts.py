"""English texts of the screens: each part's `en.po`, joined and compiled at the first start into the data folder."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from base.errors import StorageError
from base.files import make_folders, write_atomically

_HERE = Path(__file__).parent


def po_files() -> list[Path]:
    """The `en.po` of the frame and of each part."""
    return [file for file in (_HERE / "en.po", *sorted(_HERE.glob("*/en.po"))) if file.exists()]


def compiled_translations(cache: Path) -> Path:
    """The folder that Flask-Babel reads, `LANGUAGE/LC_MESSAGES/messages.mo` below it; made again when a text changed."""
    sources = [file.read_bytes() for file in po_files()]
    version = hashlib.sha256(b"\0".join(sources)).hexdigest()[:16]
    folder = cache / f"texts-{version}"
    target = folder / "en" / "LC_MESSAGES" / "messages.mo"
    if target.exists():
        return folder
    joined = Catalog(locale="en")
    for source in sources:
        for entry in read_po(io.BytesIO(source), locale="en"):
            if entry.id:
                joined.add(entry.id, entry.string, flags=entry.flags)
    compiled = io.BytesIO()
    write_mo(compiled, joined)
    try:
        make_folders(target.parent)
        write_atomically(target, compiled.getvalue())
    except OSError as error:
        raise StorageError("disk.full", path=target.name) from error
    return folder
