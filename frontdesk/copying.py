"""复制: pages of an approved request become a certified copy, stored before its row is written.

The guard is here and not on the screen: only accepted dossiers, only pages that count now, only within the request's person
and the viewer's units, only after approval.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import BinaryIO
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive import audit
from archive.access import Viewer
from archive.accounts import root_organization
from archive.custody.holds import must_not_be_frozen
from archive.office import Office
from archive.store.keys import copy_key
from archive.tables import Account, Copy, Material, Page, Request
from base.clock import now
from base.digests import sha256_of_bytes
from base.errors import AccessError, BusyError, InputError
from base.messages import message
from base.text.identity import mask
from frontdesk.errors import DeskError, Words
from frontdesk.holdings import PageImage, material_date, page_images
from frontdesk.people import is_accepted
from frontdesk.policy import class_name_code, needs_officer, policy_of
from frontdesk.requests import approved_by_officer, find_request
from printing.copies import CopyDocument, CopyPage, CopyPaper, make_copy, make_sheet, sheet_count

MOST_PAGES = 200
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is about to be copied: the drawing's values, and the pages behind it in the same order."""

    document: CopyDocument
    number: int
    images: tuple[PageImage, ...]


def choose(office: Office, session: Session, viewer: Viewer, request_id: int, page_ids: Sequence[int]) -> Chosen:
    """The copy that these pages would make now, with the serial it would get; every guard is held here.

    InputError `frontdesk.not-approved`, `.not-accepted`, `.page-not-copyable`, `.nothing-chosen`, `.too-many-pages`,
    `.needs-officer`; AccessError `not-found` for a request of another unit.
    """
    viewer.must_work_at("frontdesk")
    request = find_request(session, viewer, request_id)
    if request.state != "approved":
        raise InputError("frontdesk.not-approved", serial=request.serial)
    images = _copyable(session, viewer, request, page_ids)
    number = 1 + (session.scalar(select(func.count()).where(Copy.request_id == request.id)) or 0)
    return Chosen(_document(office, session, viewer, request, images, number), number, tuple(images))


def _copyable(session: Session, viewer: Viewer, request: Request, page_ids: Sequence[int]) -> list[PageImage]:
    wanted = list(dict.fromkeys(page_ids))
    if not wanted:
        raise InputError("frontdesk.nothing-chosen")
    if len(wanted) > MOST_PAGES:
        raise InputError("frontdesk.too-many-pages", limit=MOST_PAGES, count=len(wanted))
    images = page_images(session, viewer, request.person_id, wanted)
    for image in images:
        _must_be_accepted(image)
        _must_be_allowed(request, image.material)
    must_not_be_frozen(session, {image.dossier_id for image in images})
    if len(images) < len(wanted):
        raise InputError("frontdesk.page-not-copyable", count=len(wanted) - len(images))
    return images


def _must_be_accepted(image: PageImage) -> None:
    if not is_accepted(image.dossier.state, image.dossier.accepted_at):
        raise InputError("frontdesk.not-accepted", archive_no=image.dossier.archive_no or image.dossier.key)


def _must_be_allowed(request: Request, material: Material | None) -> None:
    """Appraisals, reviews and penalties go out only with an officer's approval; so does what is in no known class."""
    policy = policy_of(request.asker_kind)
    if approved_by_officer(request):
        return
    code = material.class_code if material else ""
    if needs_officer(policy, code):
        name = Words((class_name_code(code),))
        raise DeskError("frontdesk.needs-officer", title=material.title if material else "", class_name=name)


def _document(
    office: Office, session: Session, viewer: Viewer, request: Request, images: Sequence[PageImage], number: int
) -> CopyDocument:
    person, first = request.person, images[0].dossier
    return CopyDocument(
        office=office.settings.office_name or root_organization(session).name,
        serial=f"{request.serial}-{number}",
        made_at=now().astimezone(ZoneInfo(office.settings.time_zone)).strftime("%Y-%m-%d %H:%M"),
        operator=viewer.name,
        person=person.name,
        id_number=person.id_number or mask(person.id_raw),
        archive_no="、".join(dict.fromkeys(image.dossier.archive_no or image.dossier.key for image in images)),
        unit=first.organization.name,
        asker=request.asker_name,
        asker_kind=message(f"frontdesk.asker.{request.asker_kind}", "zh_CN"),
        purpose=purpose_text(request.purpose),
        papers=_papers(session, viewer, request.person_id, images),
        pages=tuple(
            CopyPage(partial(office.store.read, image.object_key), image.frame, image.rotation) for image in images
        ),
    )


def purpose_text(purpose: str) -> str:
    """`notary:房产` as it is printed: 公证(房产); of `other` the note alone."""
    code, _, note = purpose.partition(":")
    name = message(f"frontdesk.purpose.{code}", "zh_CN")
    if code == "other" and note:
        return note
    return f"{name}（{note}）" if note else name


def _papers(session: Session, viewer: Viewer, person_id: int, images: Sequence[PageImage]) -> tuple[CopyPaper, ...]:
    """The list of the cover: each paper once, in order, with how many of its pages are copied."""
    whole: dict[tuple[int, int], int] = {}
    for each in page_images(session, viewer, person_id, None):
        whole[_paper(each)] = whole.get(_paper(each), 0) + 1
    copied: dict[tuple[int, int], int] = {}
    materials: dict[tuple[int, int], Material | None] = {}
    for image in images:
        copied[_paper(image)] = copied.get(_paper(image), 0) + 1
        materials[_paper(image)] = image.material
    return tuple(
        CopyPaper(
            material.class_code if material else "", material.title if material else "",
            material_date(material) if material else "", copied[key], whole[key],
        )
        for key, material in materials.items()
    )  # fmt: skip


def _paper(image: PageImage) -> tuple[int, int]:
    return image.dossier_id, image.material.id if image.material else 0


def preview_sheet(office: Office, viewer: Viewer, request_id: int, page_ids: Sequence[int], sheet: int) -> bytes:
    """One sheet (from 1) of the copy as it would be printed, as a PDF; a sheet that shows a page is a page seen.

    AccessError `not-found` for a sheet that the copy has not.
    """
    with office.catalogue.read() as session:
        chosen = choose(office, session, viewer, request_id, page_ids)
    covers = len(sheets_of(chosen.document)) - len(chosen.images)
    if not 1 <= sheet <= covers + len(chosen.images):
        raise AccessError("not-found")
    if sheet > covers:
        image = chosen.images[sheet - covers - 1]
        with office.catalogue.write() as session:
            audit.record(
                session, viewer, "page.view", f"page:{image.page_id}",
                dossier_id=image.dossier_id, request_id=request_id, where="preview",
            )  # fmt: skip
    return make_sheet(chosen.document, sheet)


def sheets_of(document: CopyDocument) -> range:
    """The numbers of its sheets."""

    return range(1, sheet_count(document) + 1)


def make(
    office: Office,
    viewer: Viewer,
    request_id: int,
    page_ids: Sequence[int],
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Makes the copy and answers its id: drawn, stored and read back, then the row with its trace in one transaction.

    Two at once on one request do not get one serial: who comes second draws again with the next; BusyError
    `frontdesk.copy-busy` after three tries. What an interrupted making left in the store is an object no row names.
    """
    for _ in range(_TRIES):
        with office.catalogue.read() as session:
            chosen = choose(office, session, viewer, request_id, page_ids)
        data = make_copy(chosen.document, progress)
        digest = sha256_of_bytes(data)
        office.store.put(copy_key(digest), data, sha256=digest, size=len(data), media_type="application/pdf")
        copy_id = _commit(office, viewer, request_id, chosen, copy_key(digest))
        if copy_id is not None:
            return copy_id
    raise BusyError("frontdesk.copy-busy")


def _commit(office: Office, viewer: Viewer, request_id: int, chosen: Chosen, key: str) -> int | None:
    """The row, unless the serial was taken or a page changed in the meantime (None: draw again)."""
    page_ids = [image.page_id for image in chosen.images]
    with office.catalogue.write() as session:
        request = find_request(session, viewer, request_id, lock=True)
        again = choose(office, session, viewer, request_id, page_ids)
        if (again.number, _digests(again)) != (chosen.number, _digests(chosen)):
            return None
        copy = Copy(
            request_id=request.id, serial=chosen.document.serial, pages=page_ids, object_key=key,
            account_id=_account_id(viewer), made_at=now(),
        )  # fmt: skip
        session.add(copy)
        session.flush()
        audit.record(
            session, viewer, "copy.make", f"copy:{copy.id}",
            dossier_id=chosen.images[0].dossier_id, request_id=request.id, pages=page_ids,
        )  # fmt: skip
        return copy.id


def _digests(chosen: Chosen) -> list[tuple[str, int, int]]:
    return [(image.sha256, image.frame, image.rotation) for image in chosen.images]


def _account_id(viewer: Viewer) -> int:
    if viewer.account_id is None:
        raise AccessError("frontdesk.account-needed")
    return viewer.account_id


@dataclass(frozen=True, slots=True)
class CopyLine:
    """A copy as the desk lists it."""

    id: int
    serial: str
    pages: int
    made_at: datetime
    operator: str


def open_copy(office: Office, viewer: Viewer, copy_id: int) -> tuple[str, BinaryIO]:
    """The serial and the PDF as handed out, for printing; each of its pages is then a page printed (`page.print`).

    AccessError `not-found` for a copy of another unit.
    """
    viewer.must_work_at("frontdesk")
    with office.catalogue.write() as session:
        copy = session.get(Copy, copy_id)
        if copy is None:
            raise AccessError("not-found")
        request = find_request(session, viewer, copy.request_id)
        must_not_be_frozen(session, session.scalars(select(Page.dossier_id).where(Page.id.in_(copy.pages))))
        for page_id in copy.pages:
            audit.record(
                session, viewer, "page.print", f"page:{page_id}",
                dossier_id=request.dossier_id, request_id=request.id, copy=copy.id,
            )  # fmt: skip
    return copy.serial, office.store.open(copy.object_key)


def copy_lines(session: Session, request: Request) -> list[CopyLine]:
    statement = (
        select(Copy, Account.name)
        .join(Account, Account.id == Copy.account_id)
        .where(Copy.request_id == request.id)
        .order_by(Copy.id)
    )
    return [
        CopyLine(copy.id, copy.serial, len(copy.pages), copy.made_at, name) for copy, name in session.execute(statement)
    ]


def page_picture(office: Office, viewer: Viewer, request_id: int, page_id: int) -> PageImage:
    """A page that the desk looks at while it chooses, within an open request; seen, so in the trail."""
    viewer.must_work_at("frontdesk")
    with office.catalogue.write() as session:
        request = find_request(session, viewer, request_id)
        if request.state not in ("registered", "approved"):
            raise InputError("frontdesk.not-approved", serial=request.serial)
        found = page_images(session, viewer, request.person_id, [page_id])
        if not found:
            raise AccessError("not-found")
        audit.record(
            session, viewer, "page.view", f"page:{page_id}",
            dossier_id=found[0].dossier_id, request_id=request_id, where="desk",
        )  # fmt: skip
        return found[0]
