"""解除对象锁定: a lawful transfer to another archive ends the server's lock on the originals of the dossiers handed over.

Nothing is deleted here: the bytes stay readable, and what becomes of them is the act of whoever keeps the server. Who ended it,
for whom, why and on what paper is in the audit trail before the first lock ends. An original that other dossiers name as
well stays locked, and none is released that is held (保全、冻结).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, aliased

from archive import audit
from archive.access import Viewer, scoped
from archive.custody.holds import must_not_be_held
from archive.office import Office
from archive.store.keys import is_original
from archive.tables import Dossier, Page, PageVersion, ReceivedFile
from base.errors import AccessError, InputError


@dataclass(frozen=True, slots=True)
class Released:
    """How many originals are released now, and how many stay locked because other dossiers name them too."""

    released: int
    shared: int


def release(office: Office, viewer: Viewer, dossier_ids: Sequence[int], *, to: str, reason: str) -> Released:
    """Ends the locks. AccessError for who is no administrator or does not see a dossier; InputError `release.unsaid`,
    `hold.held`; StorageError as the store says, and then the same call goes on where it stopped."""
    if "admin" not in viewer.desks:
        raise AccessError("access.denied")
    if not to.strip() or not reason.strip():
        raise InputError("release.unsaid")
    with office.catalogue.write() as session:
        _must_see_all(session, viewer, dossier_ids)
        keys = _originals(session, dossier_ids)
        shared = _shared(session, dossier_ids, keys)
        for dossier_id in dossier_ids:
            must_not_be_held(session, dossier_id)
            audit.record(
                session, viewer, "store.release", f"dossier:{dossier_id}", dossier_id=dossier_id,
                to=to, reason=reason, originals=len(keys - shared), shared=len(shared),
            )  # fmt: skip
    for key in sorted(keys - shared):
        office.store.release(key)
    with office.catalogue.write() as session:
        for dossier_id in dossier_ids:
            subject = f"dossier:{dossier_id}"
            audit.record(
                session, viewer, "store.released", subject, dossier_id=dossier_id, originals=len(keys - shared)
            )
    return Released(len(keys - shared), len(shared))


def _must_see_all(session: Session, viewer: Viewer, dossier_ids: Sequence[int]) -> None:
    statement = scoped(select(Dossier.id).where(Dossier.id.in_(dossier_ids)), viewer, Dossier)
    if not dossier_ids or set(session.scalars(statement)) != set(dossier_ids):
        raise AccessError("not-found")


def _originals(session: Session, dossier_ids: Sequence[int]) -> set[str]:
    """Of delivered files and of what was handed in at the desk: every version of every page."""
    statement = (
        select(ReceivedFile.object_key, PageVersion.object_key)
        .join(PageVersion, PageVersion.file_id == ReceivedFile.id)
        .join(Page, Page.id == PageVersion.page_id)
        .where(Page.dossier_id.in_(dossier_ids))
    )
    return {key for row in session.execute(statement) for key in row if is_original(key)}


def _shared(session: Session, dossier_ids: Sequence[int], keys: set[str]) -> set[str]:
    found: set[str] = set()
    of_version = aliased(PageVersion)
    elsewhere = Page.dossier_id.not_in(dossier_ids)
    for key in keys:
        named = (
            select(Page.id)
            .join(of_version, of_version.page_id == Page.id)
            .join(ReceivedFile, ReceivedFile.id == of_version.file_id)
            .where(or_(ReceivedFile.object_key == key, of_version.object_key == key), elsewhere)
        )
        if session.scalar(select(exists(named))):
            found.add(key)
    return found
