"""What a dossier holds, by class, and which of its pages may be copied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from archive.access import Viewer, scoped
from archive.tables import Dossier, Material, Page, PageVersion, Person, Reading
from base.errors import AccessError
from frontdesk.people import dossiers_of, is_accepted
from frontdesk.policy import main_class


@dataclass(frozen=True, slots=True)
class PageLine:
    """A page of a material; `number` counts from 1 within it."""

    id: int
    number: int


@dataclass(frozen=True, slots=True)
class MaterialLine:
    """A paper of the dossier; `date` as far as it is known (`1986-04`), `pages` those that can be shown now."""

    id: int
    class_code: str
    number: str
    title: str
    date: str
    copies: int | None
    declared_pages: int | None
    pages: tuple[PageLine, ...]


@dataclass(frozen=True, slots=True)
class ClassGroup:
    """The materials of one main class (`4` holds 4-1 to 4-4); code `""` for pages that belong to no material yet."""

    code: str
    materials: tuple[MaterialLine, ...]


@dataclass(frozen=True, slots=True)
class DossierContent:
    """A dossier and what it holds, in the order of its catalogue."""

    id: int
    archive_no: str
    state: str
    copyable: bool
    groups: tuple[ClassGroup, ...]

    @property
    def page_count(self) -> int:
        return sum(len(material.pages) for group in self.groups for material in group.materials)


def contents_of_person(session: Session, viewer: Viewer, person_id: int) -> list[DossierContent]:
    """All dossiers of the person that the viewer may see."""
    return [_content(session, dossier) for dossier in dossiers_of(session, viewer, person_id)]


def _content(session: Session, dossier: Dossier) -> DossierContent:
    materials = session.scalars(
        select(Material).where(Material.dossier_id == dossier.id).order_by(Material.position, Material.id)
    ).all()
    pages: dict[int | None, list[int]] = {}
    shown = session.execute(showable(select(Page.id, Page.material_id)).where(Page.dossier_id == dossier.id))
    for page_id, material_id in shown:
        pages.setdefault(material_id, []).append(page_id)
    lines = [_line(material, pages.get(material.id, ())) for material in materials]
    if None in pages:
        lines.append(MaterialLine(0, "", "", "", "", None, None, _numbered(pages[None])))
    return DossierContent(
        dossier.id, dossier.archive_no or dossier.key, dossier.state, is_accepted(dossier.state, dossier.accepted_at),
        _by_class(lines),
    )  # fmt: skip


def _by_class(lines: Sequence[MaterialLine]) -> tuple[ClassGroup, ...]:
    groups: dict[str, list[MaterialLine]] = {}
    for line in lines:
        groups.setdefault(main_class(line.class_code), []).append(line)
    return tuple(ClassGroup(code, tuple(members)) for code, members in groups.items())


def _line(material: Material, pages: Sequence[int]) -> MaterialLine:
    return MaterialLine(
        material.id, material.class_code, material.number, material.title, material_date(material), material.copies,
        material.declared_pages, _numbered(pages),
    )  # fmt: skip


def _numbered(pages: Sequence[int]) -> tuple[PageLine, ...]:
    return tuple(PageLine(page_id, number) for number, page_id in enumerate(pages, start=1))


def material_date(material: Material) -> str:
    """`1986-04-12`, as far as it is written: parts that are missing end it."""
    parts = []
    for part, width in ((material.year, 4), (material.month, 2), (material.day, 2)):
        if part is None:
            break
        parts.append(f"{part:0{width}d}")
    return "-".join(parts)


def showable(statement: Select[Any]) -> Select[Any]:
    """Pages in their order that are part of the dossier now, with the one image that counts.

    Removed pages and versions that are old, proposed or linked are no part of it.
    """
    return (
        statement.join(PageVersion, PageVersion.page_id == Page.id)
        .where(Page.state == "active", PageVersion.state == "current", PageVersion.width.is_not(None))
        .order_by(Page.position, Page.id)
    )


@dataclass(frozen=True, slots=True)
class PageImage:
    """Where the image of a page lies, with what is needed to show it upright."""

    page_id: int
    dossier_id: int
    object_key: str
    sha256: str
    frame: int
    width: int
    height: int
    rotation: int
    material: Material | None
    dossier: Dossier


def page_images(session: Session, viewer: Viewer, person_id: int, page_ids: Sequence[int] | None) -> list[PageImage]:
    """The images of these pages (None: of all) of the person's dossiers, in the order of the dossiers and their pages.

    Pages that do not belong to the person, that the viewer may not see or that are not showable are left out.
    """
    statement = (
        showable(select(Page, PageVersion, Reading.rotation, Dossier, Material))
        .join(Dossier, Dossier.id == Page.dossier_id)
        .join(Person, Person.id == Dossier.person_id)
        .outerjoin(Material, Material.id == Page.material_id)
        .outerjoin(Reading, (Reading.version_id == PageVersion.id) & Reading.current)
        .where(Dossier.person_id == person_id)
        .order_by(None)
        .order_by(Dossier.id, Page.position, Page.id)
    )
    if page_ids is not None:
        statement = statement.where(Page.id.in_(page_ids))
    rows = session.execute(scoped(scoped(statement, viewer, Page), viewer, Person))
    # A page with two readings that count would come twice.
    return list(
        {
            page.id: PageImage(
                page.id, dossier.id, version.object_key, version.sha256, version.frame, version.width or 0,
                version.height or 0, rotation or 0, material, dossier,
            )
            for page, version, rotation, dossier, material in rows
        }.values()
    )  # fmt: skip


def page_image(session: Session, viewer: Viewer, person_id: int, page_id: int) -> PageImage:
    """AccessError `not-found` where the page is not one of the person's that may be shown."""
    found = page_images(session, viewer, person_id, [page_id])
    if not found:
        raise AccessError("not-found")
    return found[0]
