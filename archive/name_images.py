"""姓名图: a name without a code point stays what it is on paper, a place of one image, beside its nearest reading.

The picture is cut from the stored image whenever it is shown and is kept nowhere. It counts only while its page lies in a
dossier of that person: a page that is taken out or goes to another dossier takes its picture out of sight with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from archive import audit
from archive.access import Viewer, scoped
from archive.page_acts import find_page
from archive.tables import Account, Dossier, NameImage, Page, PageVersion, Reading
from archive.viewing import StoredImage
from base.clock import now
from base.errors import AccessError, InputError
from base.text import unreadable

LONGEST = 40
_SMALLEST_PX = 6
# A name is a small part of a page. What is larger shows more of the paper than who may see a name may see.
_LARGEST_SHARE = 0.05

Corners = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class NameLine:
    """One picture as the clerk's screens list it; `box` as (left, top, right, bottom) in pixels of the stored image."""

    id: int
    person_id: int
    page_id: int
    box: tuple[int, int, int, int]
    reading: str
    by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Cut:
    """What a picture is made of; `rotation` is the clockwise turn in degrees that sets it upright."""

    image: StoredImage
    box: tuple[int, int, int, int]
    rotation: int
    reading: str


def keep(session: Session, viewer: Viewer, version_id: int, corners: Corners, reading: str) -> int:
    """Keeps a place of a page's current image as the name of the dossier's person; its id.

    InputError `name-image.old-image`, `name-image.nobody` (a dossier of no known person), `name-image.box` (no place on
    the image, or smaller than a character), `name-image.too-large`, `name-image.reading` (nothing, or too long).
    AccessError out of the viewer's sight or away from the clerk's desk.
    """
    viewer.must_work_at("clerk")
    version = session.get(PageVersion, version_id)
    if version is None:
        raise AccessError("not-found")
    page = find_page(session, viewer, version.page_id)
    if version.state != "current" or page.state != "active":
        raise InputError("name-image.old-image")
    if page.dossier.person_id is None:
        raise InputError("name-image.nobody")
    row = NameImage(
        person_id=page.dossier.person_id, version_id=version.id, box=_checked_box(corners, version),
        reading=_checked_reading(reading), account_id=viewer.must_have_account(), made_at=now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    _said(session, viewer, "name-image.keep", row, page)
    return row.id


def withdraw(session: Session, viewer: Viewer, image_id: int) -> None:
    """The picture is shown no more; its row stays. Twice is once."""
    row, page = _open(session, viewer, image_id)
    if row.withdrawn_at is None:
        row.withdrawn_at, row.withdrawn_by = now(), viewer.must_have_account()
        _said(session, viewer, "name-image.withdraw", row, page)


def put_back(session: Session, viewer: Viewer, image_id: int) -> None:
    """Takes a withdrawal back. Twice is once."""
    row, page = _open(session, viewer, image_id)
    if row.withdrawn_at is not None:
        row.withdrawn_at = row.withdrawn_by = None
        _said(session, viewer, "name-image.put-back", row, page)


def of_page(session: Session, viewer: Viewer, page_id: int) -> list[NameLine]:
    """The pictures in force of the person whose dossier a page lies in, the newest first."""
    page = find_page(session, viewer, page_id)
    statement = _in_force(
        select(NameImage, Page.id, Account.name).join(Account, Account.id == NameImage.account_id)
    ).where(NameImage.person_id == page.dossier.person_id)
    return [
        NameLine(row.id, row.person_id, of, _box(row), row.reading, name, row.made_at)
        for row, of, name in session.execute(scoped(statement, viewer, Page).order_by(NameImage.id.desc()))
    ]


def shown(session: Session, viewer: Viewer, person_ids: Iterable[int]) -> dict[int, int]:
    """Person → their newest picture in force within the viewer's sight; persons without one are left out."""
    statement = _in_force(select(NameImage.person_id, func.max(NameImage.id)))
    statement = statement.where(NameImage.person_id.in_(set(person_ids))).group_by(NameImage.person_id)
    return dict(session.execute(scoped(statement, viewer, Page)).tuples().all())


def readings(session: Session, person_id: int) -> list[str]:
    """The nearest readings that a person is searched by, besides the names of the list."""
    statement = _in_force(select(NameImage.reading)).where(NameImage.person_id == person_id)
    return list(dict.fromkeys(session.scalars(statement.order_by(NameImage.id))))


def cut(session: Session, viewer: Viewer, image_id: int) -> Cut:
    """AccessError `not-found` out of the viewer's sight, `access.denied` for who sees no names."""
    if not (viewer.works_at("clerk") or viewer.works_at("frontdesk")):
        raise AccessError("access.denied")
    statement = _in_force(select(NameImage)).where(NameImage.id == image_id)
    row: NameImage | None = session.scalar(scoped(statement, viewer, Page))
    if row is None:
        raise AccessError("not-found")
    version = row.version
    image = StoredImage(version.object_key, version.view_key, version.thumbnail_key, version.frame, version.sha256)
    return Cut(image, _box(row), _rotation(session, version), row.reading)


def record_view(session: Session, viewer: Viewer, image_id: int) -> None:
    """Who sees the picture sees that part of the page: it stands in the trail as a view of the page."""
    row = session.get_one(NameImage, image_id)
    page = row.version.page
    audit.record(
        session, viewer, "page.view", f"page:{page.id}", dossier_id=page.dossier_id, name_image=row.id, region=row.box
    )


def _in_force(statement: Select[Any]) -> Select[Any]:
    return (
        statement.join(PageVersion, PageVersion.id == NameImage.version_id)
        .join(Page, Page.id == PageVersion.page_id)
        .join(Dossier, Dossier.id == Page.dossier_id)
        .where(NameImage.withdrawn_at.is_(None), Page.state == "active", Dossier.person_id == NameImage.person_id)
    )


def _open(session: Session, viewer: Viewer, image_id: int) -> tuple[NameImage, Page]:
    viewer.must_work_at("clerk")
    row = session.get(NameImage, image_id)
    if row is None:
        raise AccessError("not-found")
    return row, find_page(session, viewer, row.version.page_id)


def _said(session: Session, viewer: Viewer, act: str, row: NameImage, page: Page) -> None:
    """What it reads stays in the catalogue: the trail names rows by their ids."""
    session.flush()
    audit.record(session, viewer, act, f"page:{page.id}", dossier_id=page.dossier_id, name_image=row.id)


def _checked_reading(text: str) -> str:
    """One line with □ for what nobody can type: boxes, private code points and broken characters become it."""
    plain = " ".join(
        "".join(char if char.isprintable() or char.isspace() else unreadable.UNREADABLE for char in text).split()
    )
    reading = unreadable.nearest(plain)
    if not reading or len(reading) > LONGEST:
        raise InputError("name-image.reading", limit=LONGEST)
    return reading


def _checked_box(corners: Corners, version: PageVersion) -> list[int]:
    """The upright rectangle around the corners, within the image."""
    width, height = version.width or 0, version.height or 0
    if len(corners) != 4:
        raise InputError("name-image.box")
    xs = [min(max(x, 0.0), float(width)) for x, _ in corners]
    ys = [min(max(y, 0.0), float(height)) for _, y in corners]
    left, top, right, bottom = int(min(xs)), int(min(ys)), -int(-max(xs) // 1), -int(-max(ys) // 1)
    if min(right - left, bottom - top) < _SMALLEST_PX:
        raise InputError("name-image.box")
    if (right - left) * (bottom - top) > _LARGEST_SHARE * width * height:
        raise InputError("name-image.too-large", percent=round(100 * _LARGEST_SHARE))
    return [left, top, right, bottom]


def _box(row: NameImage) -> tuple[int, int, int, int]:
    left, top, right, bottom = row.box
    return left, top, right, bottom


def _rotation(session: Session, version: PageVersion) -> int:
    """As reading found it; what a repair of ours made stands upright already."""
    if version.origin == "ours":
        return 0
    statement = select(Reading.rotation).where(Reading.version_id == version.id, Reading.current)
    return session.scalar(statement.order_by(Reading.id.desc()).limit(1)) or 0
