"""An office with rows and real small images, for tests of the desks: nothing here needs ingest."""

from __future__ import annotations

import atexit
import io
import json
import shutil
import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import accounts
from archive.access import Viewer, machine_viewer, viewer_of
from archive.office import Office, make_office, open_office
from archive.store.keys import derived_key, original_key
from archive.tables import (
    Account,
    Batch,
    Dossier,
    FindingRow,
    Material,
    Organization,
    Page,
    PageVersion,
    Person,
    Reading,
    ReceivedFile,
)  # fmt: skip
from base.clock import now
from base.digests import sha256_of_bytes
from base.settings import Settings
from ocr.lines import Line, PageReading
from tests.databases import copy_office

PASSWORD = "correct horse 9"
MACHINE = machine_viewer("tester")


def make_settings(folder: Path, **values: object) -> Settings:
    return Settings(data_dir=folder / "data", office_name="城东区档案所", **values)  # type: ignore[arg-type]


def page_image(text: str, size: tuple[int, int] = (420, 594), image_format: str = "JPEG") -> bytes:
    """A small page with lines on it and `text` in Latin letters; another text gives other bytes."""
    image = Image.new("RGB", size, (250, 246, 236))
    draw = ImageDraw.Draw(image)
    for row in range(8):
        draw.line([(40, 90 + row * 56), (size[0] - 40, 90 + row * 56)], fill=(150, 140, 130))
    draw.rectangle([(40, 34), (size[0] - 40, size[1] - 40)], outline=(120, 100, 90), width=2)
    draw.text((60, 48), text, fill=(20, 20, 30))
    draw.ellipse([(size[0] - 150, size[1] - 170), (size[0] - 70, size[1] - 90)], outline=(180, 30, 30), width=4)
    out = io.BytesIO()
    image.save(out, image_format, dpi=(200, 200))
    return out.getvalue()


@dataclass
class Made:
    """Rows of one office: the ids a test asks for. Two units that do not see each other, and an administrator."""

    office: Office
    organizations: dict[str, int] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)
    batches: dict[str, int] = field(default_factory=dict)

    def viewer(self, login: str) -> Viewer:
        with self.office.catalogue.read() as session:
            return viewer_of(session, session.get_one(Account, self.accounts[login]))


def make_desks(folder: Path, **settings: object) -> Made:
    """An office with an administrator `admin`, units 东城/西城 and clerks `east`, `west`, a planner and a front desk.

    Copied from one made once: hashing passwords and making the schema take a second.
    """
    template, ids = _template()
    copy_office(template, folder / "data")
    return Made(open_office(make_settings(folder, **settings)), dict(ids.organizations), dict(ids.accounts))


@cache
def _template() -> tuple[Path, Made]:
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = Made(make_office(make_settings(folder), "城东区档案所", "admin", PASSWORD))
    with made.office.catalogue.write() as session:
        root = accounts.root_organization(session)
        made.organizations["root"] = root.id
        for login, name, unit, desks in _DESKS:
            organization = accounts.make_organization(session, unit, "enterprise", root)
            made.organizations[login] = organization.id
            account = accounts.make_account(session, login, name, PASSWORD, desks=desks, organization=organization)
            made.accounts[login] = account.id
        made.accounts["admin"] = session.scalars(select(Account.id).where(Account.login == "admin")).one()
    made.office.close()
    return folder / "data", made


_DESKS: tuple[tuple[str, str, str, list[str]], ...] = (
    ("east", "王静", "东城纺织厂", ["clerk"]),
    ("west", "李强", "西城机床厂", ["clerk"]),
    ("planner", "赵敏", "规划", ["planner"]),
    ("desk", "孙丽", "窗口", ["frontdesk"]),
)


def add_batch(made: Made, unit: str, name: str) -> int:
    with made.office.catalogue.write() as session:
        batch = Batch(
            name=name, organization_id=made.organizations[unit], state="working", promised={"people": 1, "pages": 4},
            created_at=now(), received_at=now(),
        )  # fmt: skip
        session.add(batch)
        session.flush()
        made.batches[name] = batch.id
        return batch.id


def add_dossier(
    made: Made, batch_id: int, key: str, name: str, *, pages: int = 4, layout: str = "folders", read: bool = True
) -> int:
    """A dossier of two materials with `pages` pages, measured and (unless told otherwise) read; returns its id."""
    with made.office.catalogue.write() as session:
        batch = session.get_one(Batch, batch_id)
        unit = session.get_one(Organization, batch.organization_id)
        person = Person(
            organization_id=unit.id, name=name, id_number="110105194912310021", id_raw="110105194912310021", id_state="ok",
            created_at=now(),
        )  # fmt: skip
        session.add(person)
        session.flush()
        dossier = Dossier(
            batch_id=batch.id, organization_id=unit.id, person_id=person.id, key=key, archive_no=key, layout=layout,
            state="splitting" if layout == "run" else "checked", created_at=now(),
        )  # fmt: skip
        session.add(dossier)
        session.flush()
        materials = [_material(session, dossier, number, pages) for number in (1, 2)]
        for index in range(pages):
            material = None if layout == "run" else materials[0 if index < (pages + 1) // 2 else 1]
            _page(made.office, session, dossier, material, index, read=read)
        return dossier.id


def _material(session: Session, dossier: Dossier, number: int, pages: int) -> Material:
    row = Material(
        dossier_id=dossier.id, key=f"1-{number}", position=number, class_code="1", number=str(number),
        title=("职工登记表", "履历表")[number - 1], year=1965 + number, copies=1,
        declared_pages=(pages + 1) // 2 if number == 1 else pages // 2,
        list_row={"title": ("职工登记表", "履历表")[number - 1], "pages": pages // 2},
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _page(
    office: Office, session: Session, dossier: Dossier, material: Material | None, index: int, *, read: bool
) -> None:
    page = Page(
        dossier_id=dossier.id, material_id=material.id if material else None, position=(index + 1) * 1000,
        number=index + 1, state="active", created_at=now(),
    )  # fmt: skip
    session.add(page)
    session.flush()
    data = page_image(f"{dossier.key} page {index + 1}")
    add_version(office, session, page, data, f"{dossier.key}/{index + 1:03}.jpg", read=read)


def add_version(
    office: Office, session: Session, page: Page, data: bytes, path: str, *, state: str = "current",
    image_set: str = "original", read: bool = True,
) -> PageVersion:  # fmt: skip
    """One image of a page with its file, and its reading of two lines where `read`."""
    sha256 = sha256_of_bytes(data)
    key = original_key(sha256)
    office.store.put(key, io.BytesIO(data), sha256=sha256, size=len(data), media_type="image/jpeg")
    batch_id = session.get_one(Dossier, page.dossier_id).batch_id
    file = ReceivedFile(
        batch_id=batch_id, path=path, sha256=sha256, size=len(data), object_key=key, state="received", received_at=now()
    )
    session.add(file)
    session.flush()
    version = PageVersion(
        page_id=page.id, file_id=file.id, file_page=1, state=state, image_set=image_set, object_key=key, sha256=sha256,
        width=420 if read else None, height=594 if read else None, measured_at=now() if read else None, created_at=now(),
    )  # fmt: skip
    session.add(version)
    session.flush()
    if read:
        _read(office, session, version)
    return version


def _read(office: Office, session: Session, version: PageVersion) -> None:
    lines = (
        Line("职工登记表", ((60, 44), (200, 44), (200, 64), (60, 64)), 0.99),
        Line("姓名 张桂兰", ((60, 100), (240, 100), (240, 124), (60, 124)), 0.93),
    )
    body = PageReading("rapidocr", "test", 420, 594, 0, 0.1, lines, {}).as_json()
    data = json.dumps(body, ensure_ascii=False).encode()
    key = derived_key(version.sha256, "reading0_rapidocr", "test", ".json")
    office.store.put(
        key, io.BytesIO(data), sha256=sha256_of_bytes(data), size=len(data), media_type="application/json", replace=True
    )
    session.add(
        Reading(
            version_id=version.id, engine="rapidocr", engine_version="test", object_key=key, rotation=0, line_count=2,
            characters=10, confidence=0.96, current=True, read_at=now(),
        )
    )  # fmt: skip


def add_finding(session: Session, version: PageVersion, rule: str = "page.dpi", verdict: str = "fail") -> FindingRow:
    page = session.get_one(Page, version.page_id)
    dossier = session.get_one(Dossier, page.dossier_id)
    row = FindingRow(
        batch_id=dossier.batch_id, dossier_id=dossier.id, material_id=page.material_id, page_id=page.id,
        version_id=version.id, scope="page", rule=rule, verdict=verdict, severity="major", measured="198", limit="200",
        unit="dpi", clause="DA/T 31-2017 9.2", certainty="text", params={"measured": 198, "limit": 200}, found_at=now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row
