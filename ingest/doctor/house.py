"""What the machine and the data folder offer to everything else."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

from sqlalchemy import select

from archive.catalogue import is_newest
from archive.office import Office, open_office
from archive.store.open import open_store
from archive.tables import Material, Page, Person
from base.errors import JuanzongError
from base.settings import Settings
from ingest.doctor.check import Check
from ingest.index_status import Backlog, backlog
from ingest.indexer import existing_index
from printing.typeset import find_font
from search.index import IndexState

# What prints, reports and samples are set in; the first is needed, the others are the samples'.
_FONTS = ("NotoSansCJK-Regular.ttc", "wqy-zenhei.ttc", "uming.ttc", "ukai.ttc")
_LEAST_FREE = 2_000_000_000
_GB = 1_000_000_000


def fonts() -> Check:
    missing = [name for name in _FONTS if not _has_font(name)]
    data = {"missing": missing}
    if missing:
        return Check("fonts", "warn", "doctor.fonts.missing", {"names": ", ".join(missing)}, data)
    return Check("fonts", "ok", "doctor.fonts.found", {"count": len(_FONTS)}, data)


def poppler() -> Check:
    """Draws the pages of PDF files; its data are the character maps of Chinese ones."""
    program = shutil.which("pdftoppm")
    if program is None:
        return Check("poppler", "fail", "doctor.poppler.missing", data={"version": None})
    told = subprocess.run([program, "-v"], capture_output=True, text=True, check=False, timeout=30)
    version = (told.stderr or told.stdout).partition("version ")[2].split("\n")[0].strip()
    maps = any(Path(folder).is_dir() for folder in ("/usr/share/poppler", "/usr/local/share/poppler"))
    data = {"version": version, "character_maps": maps}
    code = "doctor.poppler.found" if maps else "doctor.poppler.no-maps"
    return Check("poppler", "ok" if maps else "warn", code, {"version": version}, data)


def data_folder(settings: Settings) -> Check:
    """Whether an office is there that opens, and room to grow. Nothing in it is changed."""
    folder = settings.data_dir
    params: dict[str, object] = {"path": folder}
    if not folder.is_dir():
        return Check("data-folder", "warn", "doctor.data.none", params, {"office": False})
    free = shutil.disk_usage(folder).free
    params["free"] = round(free / _GB, 1)
    data: dict[str, Any] = {"office": True, "free_bytes": free}
    try:
        newest = is_newest(settings)
        open_store(settings)
    except JuanzongError as error:
        if error.code == "catalogue.missing":
            return Check("data-folder", "warn", "doctor.data.none", params, {**data, "office": False})
        return Check("data-folder", "fail", error.code, error.params, data)
    data["newest_schema"] = newest
    if not newest:
        return Check("data-folder", "warn", "doctor.data.older", params, data)
    if free < _LEAST_FREE:
        return Check("data-folder", "warn", "doctor.data.full", params, data)
    return Check("data-folder", "ok", "doctor.data.found", params, data)


def search_index(settings: Settings) -> Check:
    """What the engine says of itself, and what waits for it or was refused. Nothing is changed."""
    try:
        office = open_office(settings) if is_newest(settings) else None
    except JuanzongError:
        office = None  # `data_folder` says why
    if office is None:
        return Check("index", "warn", "doctor.index.none")
    try:
        index = existing_index(office)
        state, now = index.state(), backlog(office)
        index.close()
        if state.detail == "search.index-missing" and _holds_nothing(office):
            return Check("index", "ok", "doctor.index.new")
    except JuanzongError as error:
        return Check("index", "fail", error.code, error.params)
    finally:
        office.close()
    return _index_check(settings.search, state, now)


def _holds_nothing(office: Office) -> bool:
    """A new office: its index is made with its first delivery."""
    with office.catalogue.read() as session:
        return all(session.scalar(select(each.id).limit(1)) is None for each in (Person, Material, Page))


def _index_check(engine: str, state: IndexState, now: Backlog) -> Check:
    params: dict[str, object] = {"engine": engine, "waiting": now.waiting}
    data = {**params, "state": state.state, "rejected": now.rejected}
    unusable = state.state in ("down", "wrong-version") or (state.state == "rebuild" and not now.rebuilding)
    if unusable or (state.detail and not now.rejected):
        told = {"path": "", **dict(state.values)}
        return Check("index", "fail" if unusable else "warn", state.detail, told, data)
    if now.rejected:
        return Check("index", "warn", "doctor.index.rejected", {"count": now.rejected}, data)
    if now.alarming:
        return Check("index", "warn", "index.late", {**params, "minutes": int(now.oldest_s // 60)}, data)
    return Check("index", "ok", "doctor.index.well", params, data)


def _has_font(name: str) -> bool:
    try:
        find_font(name)
    except (JuanzongError, OSError):
        return False
    return True
