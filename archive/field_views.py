"""字段 as screens show them: the values of one page, and those of a dossier side by side with the paper each stands on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.dossiers import find_dossier
from archive.page_acts import active_pages, find_page
from archive.tables import Account, FieldAct, Material, Page, PageField, PageVersion, Person, Reading
from base.text import dates, identity
from base.text.normalise import fold

# Facts of a life: two papers that state them otherwise contradict each other. A unit, a post or an address may change.
LASTING = (
    "name", "sex", "birth_date", "archive_birth_date", "ethnic_group", "native_place", "birthplace", "id_number",
    "work_start_date", "party_date", "retirement_date",
)  # fmt: skip
# 劳社部发〔1999〕8号: of birth dates that differ, the one that the file records first is asked for. A person decides.
EARLIEST = ("birth_date", "archive_birth_date")
_PAPER_DATE = "form_date"


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One value on one page. `value` is what counts now: the person's where one decided, otherwise the machine's.

    `read` is the machine's, shown beside a typed one; `act_id` the act that undoing takes back.
    """

    id: int
    name: str
    value: str
    normal: str
    read: str
    box: Sequence[Sequence[float]]
    confidence: float
    marks: tuple[str, ...]
    candidates: tuple[str, ...]
    state: str
    by: str
    decided_at: datetime | None
    act_id: int | None
    page_id: int
    page_number: int = 0
    found: bool = True

    @property
    def masked(self) -> str:
        """The value for lists: an ID number without its middle."""
        return identity.mask(self.value) if self.name == "id_number" else self.value

    @property
    def masked_normal(self) -> str:
        return identity.mask(self.normal) if self.name == "id_number" else self.normal

    @property
    def masked_read(self) -> str:
        return identity.mask(self.read) if self.name == "id_number" else self.read

    @property
    def typed(self) -> bool:
        return self.state == "confirmed" and self.value != self.read


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A value in its dossier: the material and its date as digits (unknown parts 00; empty: not known), and how it stands
    to the others. `against_list`: it differs from the sender's list."""

    field: FieldLine
    material: str
    paper_date: str
    earliest: bool = False
    against_list: bool = False


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """All values of one field in a dossier by the date of the paper. `listed` is the list's value, `differ`: not all agree."""

    name: str
    lines: tuple[PaperLine, ...]
    listed: str
    differ: bool

    @property
    def open(self) -> int:
        """How many values nobody has decided on."""
        return sum(each.field.state == "suggested" for each in self.lines)


def fields_of_page(session: Session, viewer: Viewer, page_id: int) -> list[FieldLine]:
    """The values on the page's current image, from top to bottom as they were read; rejected ones too."""
    page = find_page(session, viewer, page_id)
    return _lines(session, _statement().where(Page.id == page.id))


def fields_of_dossier(session: Session, viewer: Viewer, dossier_id: int, order: Sequence[str]) -> list[FieldGroup]:
    """All values of a dossier by field, the fields in `order`; rejected values and dates of papers are no values of a life."""
    dossier = find_dossier(session, viewer, dossier_id)
    numbers = {page.id: number for number, page in enumerate(active_pages(session, dossier.id), start=1)}
    found = _lines(session, _statement().where(Page.dossier_id == dossier.id, Page.state == "active"), numbers)
    papers = _papers(session, dossier.id, found)
    listed = _listed(dossier.person)
    groups = []
    for name in order:
        lines = [each for each in found if each.name == name and each.state != "rejected"]
        if lines and name != _PAPER_DATE:
            groups.append(_group(name, lines, papers, listed.get(name, "")))
    return groups


def _group(name: str, found: Sequence[FieldLine], papers: Mapping[int, tuple[str, str]], listed: str) -> FieldGroup:
    lasting = name in LASTING
    ordered = sorted(found, key=lambda each: (papers[each.page_id][1] or "9", each.page_number))
    first = next((papers[each.page_id][1] for each in ordered if papers[each.page_id][1]), None)
    lines = tuple(
        PaperLine(
            each,
            *papers[each.page_id],
            earliest=name in EARLIEST and first is not None and papers[each.page_id][1] == first,
            against_list=bool(lasting and listed and not agree(name, _said(each), listed)),
        )
        for each in ordered
    )
    differ = lasting and any(
        not agree(name, _said(one.field), _said(other.field)) for at, one in enumerate(lines) for other in lines[:at]
    )
    return FieldGroup(name, lines, identity.mask(listed) if name == "id_number" else listed, differ)


def _said(line: FieldLine) -> str:
    return line.normal or line.value


def agree(name: str, one: str, other: str) -> bool:
    """Two values of a field say the same as far as both go: 1953-03 and 1953-03-08 do."""
    if name.endswith("_date"):
        a, b = dates.parse(one), dates.parse(other)
        if a is None or b is None:
            return one == other
        pairs = ((a.year, b.year), (a.month, b.month), (a.day, b.day))
        return all(x == y for x, y in pairs if x is not None and y is not None)
    plain = [fold(each).replace(" ", "") for each in (one, other)]
    if name in ("native_place", "birthplace"):
        # 江苏无锡 and 江苏省无锡县 are one place; what one leaves out, the other need not.
        plain = [each.translate(_ADMINISTRATIVE) for each in plain]
        return plain[0] in plain[1] or plain[1] in plain[0]
    return plain[0] == plain[1]


_ADMINISTRATIVE = str.maketrans("", "", "省市县区州盟旗乡镇")


def _papers(session: Session, dossier_id: int, found: Sequence[FieldLine]) -> dict[int, tuple[str, str]]:
    """By page, the material's name and its date: the catalogue's, otherwise the one that its pages bear."""
    borne: dict[int, str] = {}
    for line in found:
        if line.name == _PAPER_DATE and line.state != "rejected" and (written := dates.parse(_said(line))) is not None:
            borne[line.page_id] = max(borne.get(line.page_id, ""), written.digits)
    rows = session.execute(
        select(Page.id, Material)
        .outerjoin(Material, Material.id == Page.material_id)
        .where(Page.dossier_id == dossier_id, Page.state == "active")
    ).tuples()
    pages = list(rows)
    by_material: dict[int, str] = {}
    for page_id, material in pages:
        if material is not None and page_id in borne:
            by_material[material.id] = max(by_material.get(material.id, ""), borne[page_id])
    return {
        page_id: ("", borne.get(page_id, ""))
        if material is None
        else (f"{material.key} {material.title}".strip(), _digits(material) or by_material.get(material.id, ""))
        for page_id, material in pages
    }


def _digits(material: Material) -> str:
    return f"{material.year:04d}{material.month or 0:02d}{material.day or 0:02d}" if material.year else ""


def _listed(person: Person | None) -> dict[str, str]:
    """What the sender's list says of the person, by field, in normal form."""
    if person is None:
        return {}
    sex = {"男": "1", "女": "2"}.get(person.sex.strip()[:1], "")
    return {
        "name": person.name,
        "sex": sex,
        "birth_date": person.birth,
        "id_number": person.id_number or person.id_raw,
        "retirement_date": person.retired,
    }


def rotation_of(session: Session, page_id: int) -> int:
    """The clockwise turn in degrees that makes the page's current image upright, as reading found it; 0 while it is not read."""
    statement = (
        select(Reading.rotation)
        .join(PageVersion, PageVersion.id == Reading.version_id)
        .where(PageVersion.page_id == page_id, PageVersion.state == "current", Reading.current)
    )
    return session.scalar(statement.order_by(Reading.id.desc()).limit(1)) or 0


def _statement() -> Select[Any]:
    """Value, page, name of who decided; of current images."""
    return (
        select(PageField, Page.id, Account.name)
        .join(PageVersion, (PageVersion.id == PageField.version_id) & (PageVersion.state == "current"))
        .join(Page, Page.id == PageVersion.page_id)
        .outerjoin(Account, Account.id == PageField.decided_by)
        .where(PageField.found | (PageField.state != "suggested"))
        .order_by(Page.position, Page.id, PageField.found.desc(), PageField.rank, PageField.id)
    )


def _lines(session: Session, statement: Select[Any], numbers: Mapping[int, int] | None = None) -> list[FieldLine]:
    rows = session.execute(statement).tuples().all()
    acts: dict[int, int] = {}
    held = select(FieldAct.field_id, FieldAct.id).where(
        FieldAct.field_id.in_([row.id for row, _, _ in rows]), FieldAct.undone_at.is_(None)
    )
    for field_id, act_id in session.execute(held.order_by(FieldAct.id)):
        acts[field_id] = act_id
    return [
        FieldLine(
            id=row.id, name=row.name, value=row.value if row.settled is None else row.settled,
            normal=row.normal if row.settled is None else row.settled_normal or "", read=row.value, box=row.box,
            confidence=row.confidence, marks=tuple(row.marks), candidates=tuple(row.candidates), state=row.state,
            by=by or "", decided_at=row.decided_at, act_id=acts.get(row.id), page_id=page_id,
            page_number=(numbers or {}).get(page_id, 0), found=row.found,
        )
        for row, page_id, by in rows
    ]  # fmt: skip
