"""How an act on pages is kept: the rows it changed, before and after, and the work that follows from the change."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import audit
from archive.access import Viewer
from archive.jobs import enqueue
from archive.tables import Dossier, Material, Page, PageAct, PageActDossier, PageVersion, Reading, ReceivedFile
from base.clock import now
from base.errors import AccessError, InputError

# What an act may change, and undo.
_KEPT: dict[str, tuple[type[Any], tuple[str, ...]]] = {
    "pages": (Page, ("dossier_id", "material_id", "position", "state", "number")),
    "versions": (PageVersion, ("state", "file_id")),
    "dossiers": (Dossier, ("state",)),
    # Whose a dossier is, by which row of the list.
    "matches": (Dossier, ("person_id", "archive_no", "organization_id", "list_row")),
    "files": (ReceivedFile, ("state",)),
}
_NAMES = {kind: name for name, (kind, _) in _KEPT.items() if name != "matches"}
# The state of a dossier goes on by itself when its pages are judged; it is put back, but does not stand in the way.
_MUST_MATCH = ("pages", "versions", "files", "matches")
Rows = dict[str, dict[str, dict[str, Any]]]


class Change:
    """Collects how rows were before an act; `commit` keeps those that changed and starts what follows."""

    def __init__(
        self, session: Session, viewer: Viewer, kind: str, dossier_id: int, page_id: int | None, reason: str
    ) -> None:
        if viewer.account_id is None:
            raise AccessError("access.denied")
        self.page_id = page_id
        self._session, self._viewer, self._account_id = session, viewer, viewer.account_id
        self._kind, self._dossier_id, self._reason = kind, dossier_id, reason
        self._before: dict[tuple[str, int], dict[str, Any]] = {}
        self._rows: dict[tuple[str, int], Any] = {}

    def touch(self, row: Page | PageVersion | Dossier | ReceivedFile) -> None:
        """Notes a row before it is changed; again is harmless."""
        self._note(_NAMES[type(row)], row)

    def touch_match(self, row: Dossier) -> None:
        """Notes whose a dossier is before that is changed."""
        self._note("matches", row)

    def _note(self, name: str, row: Any) -> None:
        if (name, row.id) not in self._rows:
            self._rows[(name, row.id)] = row
            self._before[(name, row.id)] = _values(name, row)

    def made(self, row: Page | PageVersion, *, state: str) -> None:
        """Notes a row that the act made; undoing it leaves the row in `state`."""
        self.touch(row)
        self._before[(_NAMES[type(row)], row.id)]["state"] = state

    def commit(self, *, unchanged: bool = False) -> int:
        """Writes the act, its audit line, its index work and its jobs; returns its id. InputError `page-act.nothing`.

        `unchanged`: the act says something of the rows and leaves them as they are.
        """
        before, after = self._differences(unchanged)
        if not before:
            raise InputError("page-act.nothing")
        act = PageAct(
            kind=self._kind, dossier_id=self._dossier_id, page_id=self.page_id, before=before, after=after,
            reason=self._reason, account_id=self._account_id, made_at=now(),
        )  # fmt: skip
        self._session.add(act)
        self._session.flush()
        others = _dossiers_in(before, after) - {self._dossier_id}
        self._session.add_all(PageActDossier(act_id=act.id, dossier_id=each) for each in sorted(others))
        subject = f"page:{self.page_id}" if self.page_id else f"dossier:{self._dossier_id}"
        audit.record(
            self._session, self._viewer, f"page.{self._kind}", subject, dossier_id=self._dossier_id, act=act.id
        )
        _follow(self._session, [before, after], f"act{act.id}")
        return act.id

    def _differences(self, unchanged: bool) -> tuple[Rows, Rows]:
        before: Rows = {}
        after: Rows = {}
        for (name, row_id), row in self._rows.items():
            old, new = self._before[(name, row_id)], _values(name, row)
            if unchanged or name == "versions" or old != new:
                before.setdefault(name, {})[str(row_id)] = old
                after.setdefault(name, {})[str(row_id)] = new
        changed = unchanged or any(before.get(name) != after.get(name) for name in _KEPT)
        return (before, after) if changed else ({}, {})


def restore(session: Session, viewer: Viewer, act: PageAct) -> None:
    """Puts the rows of an act back to how they were; InputError `page-act.later-first` where one was changed since."""
    if viewer.account_id is None:
        raise AccessError("access.denied")
    rows = {
        (name, row_id): session.get_one(_KEPT[name][0], int(row_id))
        for name, kept in act.before.items()
        for row_id in kept
    }
    for (name, row_id), row in rows.items():
        # An act of an older version of the program kept fewer fields.
        if name in _MUST_MATCH and {**_values(name, row), **act.after[name][row_id]} != _values(name, row):
            raise InputError("page-act.later-first")
    for (name, row_id), row in rows.items():
        for field, value in act.before[name][row_id].items():
            setattr(row, field, value)
    act.undone_at, act.undone_by = now(), viewer.account_id
    session.flush()
    audit.record(session, viewer, "page.undo", f"act:{act.id}", dossier_id=act.dossier_id)
    _follow(session, [act.before, act.after], f"undo{act.id}")


def _dossiers_in(before: Rows, after: Rows) -> set[int]:
    """Where the pages of an act were, and where they came."""
    return {
        int(values["dossier_id"])
        for side in (before, after)
        for values in side.get("pages", {}).values()
        if "dossier_id" in values
    }


def _values(name: str, row: Any) -> dict[str, Any]:
    return {field: getattr(row, field) for field in _KEPT[name][1]}


def _follow(session: Session, sides: list[Rows], cause: str) -> None:
    """Jobs for all that the act touched: pages, their materials, their dossiers, images now current."""
    session.flush()
    versions = [session.get_one(PageVersion, int(each)) for each in sides[0].get("versions", {})]
    page_ids = {int(each) for each in sides[0].get("pages", {})} | {version.page_id for version in versions}
    pages = [session.get_one(Page, page_id) for page_id in sorted(page_ids)]
    kept = [values for side in sides for values in side.get("pages", {}).values()]
    materials = {values["material_id"] for values in kept}
    if _changes_text(sides):
        materials |= {page.material_id for page in pages}
    dossiers = {page.dossier_id for page in pages} | {values["dossier_id"] for values in kept}
    dossiers |= {int(each) for each in sides[0].get("matches", {})}
    for material_id in sorted(each for each in materials if each is not None):
        material = session.get_one(Material, material_id)
        batch_id = material.dossier.batch_id
        material.revision += 1
        enqueue(session, "bind", material_id, batch_id=batch_id, revision=material.revision, priority=200)
    for version in versions:
        _work_on(session, version)
    for dossier_id in sorted(dossiers):
        batch_id = session.get_one(Dossier, dossier_id).batch_id
        enqueue(session, "judge", dossier_id, batch_id=batch_id, revision=cause, priority=150)


def _changes_text(sides: list[Rows]) -> bool:
    """A page came, went or moved, or another image is its current one; an image put beside it changes no text."""
    states = [values["state"] for side in sides for values in side.get("versions", {}).values()]
    return any(side.get("pages") for side in sides) or "current" in states


def _work_on(session: Session, version: PageVersion) -> None:
    """A new image is measured; one that became current and was not read yet is read. A person waits for both."""
    batch_id = version.page.dossier.batch_id
    if version.measured_at is None and version.state in ("current", "proposed"):
        enqueue(session, "measure", version.id, batch_id=batch_id, priority=50)
    elif version.state == "current" and version.width is not None and not _was_read(session, version.id):
        enqueue(session, "read", version.id, batch_id=batch_id, priority=60)


def _was_read(session: Session, version_id: int) -> bool:
    statement = select(Reading.id).where(Reading.version_id == version_id, Reading.current).limit(1)
    return session.scalar(statement) is not None
