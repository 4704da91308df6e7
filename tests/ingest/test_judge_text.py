"""From a folder with a stranger's page to the finding in the catalogue, on the real engine; what follows from each act."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook
from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import machine_viewer
from archive.jobs import LocalQueue, enqueue
from archive.office import Office, make_office
from archive.store.keys import derived_key
from archive.tables import Batch, Dossier, FindingRow, JobRow, Material, Page, PageAct, PageVersion, Reading
from base.clock import now
from base.digests import sha256_of_bytes
from base.progress import Silent
from base.settings import load_settings
from ingest.batch import ingest
from ingest.workers import run_job
from ingest.workshop import Workshop
from ocr import lines as ocr

SONG = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
WHO = machine_viewer("tester")
OWN, OTHER = "11010519491231002X", "34052419800101001X"


def _write(path: Path, title: str, texts: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.new("RGB", (1240, 1754), (250, 247, 240))
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(SONG, 46)
    draw.text((620 - 23 * len(title), 120), title, fill=(25, 25, 30), font=font)
    for number, text in enumerate(texts):
        draw.text((200, 260 + 120 * number), text, fill=(25, 25, 30), font=font)
    image.save(path, dpi=(150, 150), quality=88)


def _list(path: Path, *rows: list[object]) -> None:
    book = Workbook()
    sheet = book.create_sheet("目录", 0)
    for row in rows:
        sheet.append(row)
    book.save(path)


def _deliver(root: Path) -> None:
    _write(root / "A001/1/1/001.jpg", "职工登记表", ["姓名:欧阳建国", f"身份证号码:{OWN}", "填表日期:1968年7月1日"])
    _write(root / "A001/1/1/002.jpg", "", ["姓名:司徒秀英", f"身份证号码:{OTHER}", "家庭住址:建设路五号"])
    _write(root / "A001/9-1/1/001.jpg", "入党志愿书", ["申请人姓名:欧阳建国", "填表日期:1975年3月4日"])
    _list(
        root / "移交案卷目录.xlsx",
        ["序号", "姓名", "身份证号码", "性别", "档号", "页数"],
        [1, "欧阳建国", OWN, "男", "A001", 3],
    )
    _list(
        root / "卷内目录.xlsx",
        ["档号", "类号", "序号", "材料名称", "年", "月", "日", "页数"],
        ["A001", "1", 1, "职工登记表", 1968, 7, 1, 2],
        ["A001", "9-1", 1, "退休审批表", 2009, 12, 31, 1],
    )


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Three pages received, measured, read and judged, in this process: one engine is enough."""
    folder = tmp_path_factory.mktemp("strangers")
    _deliver(folder / "delivery")
    made = make_office(load_settings(folder / "office", {}), "测试区", "admin", "password-1")
    ingest(made, folder / "delivery", "一批", WHO, Silent(), wait=False)
    _work(made)
    result = ingest(made, folder / "delivery", "一批", WHO, Silent(), wait=True)
    assert (result.failed_jobs, result.as_json()["critical"]) == (0, 2)
    yield made
    made.close()


def _work(office: Office) -> None:
    queue, workshop = LocalQueue(office.catalogue), Workshop(office)
    while (job := queue.claim("test")) is not None:
        run_job(workshop, queue, job)


def _found(session: Session) -> dict[str, list[str]]:
    """Rules of the text by the path of the page they are about."""
    statement = select(FindingRow).where(FindingRow.scope == "text").order_by(FindingRow.rule)
    rows: dict[str, list[str]] = {}
    for row in session.scalars(statement):
        version = session.get_one(PageVersion, row.version_id)
        rows.setdefault(version.file.path, []).append(row.rule)
    return rows


STRANGE = {
    "A001/1/1/002.jpg": ["person.other-id", "person.other-name"],
    "A001/9-1/1/001.jpg": ["catalogue.date", "catalogue.title"],
}


def test_what_was_read_is_judged_before_the_batch_is_ready(office: Office) -> None:
    with office.catalogue.read() as session:
        assert session.scalar(select(Batch.state)) == "ready"
        assert _found(session) == STRANGE
        told = session.scalars(select(FindingRow).where(FindingRow.rule == "person.other-id")).one()
        assert (told.verdict, told.severity, told.measured) == ("review", "critical", "340524********001X")
        assert len(told.params["boxes"]) == 1
        titles = session.scalars(select(FindingRow).where(FindingRow.rule == "catalogue.title")).one()
        assert session.get_one(Material, titles.material_id).key == "9-1-1"
        kept = json.dumps([row.params for row in session.scalars(select(FindingRow))], ensure_ascii=False)
    assert "司徒" not in kept
    assert OTHER not in kept


def test_each_page_knows_whether_its_text_is_cut_off(office: Office) -> None:
    with office.catalogue.read() as session:
        measures = session.scalars(select(PageVersion.measures)).all()
    assert [each["cut_off"]["value"] for each in measures] == [0, 0, 0]


def _judge_again(office: Office, cause: str) -> None:
    with office.catalogue.write() as session:
        dossier = session.scalars(select(Dossier).where(Dossier.key == "A001")).one()
        enqueue(session, "judge", dossier.id, batch_id=dossier.batch_id, revision=cause)
    _work(office)


def _change(office: Office, path: str, state: str, **catalogue: object) -> dict[str, list[str]]:
    """What is found once the page's state and its material's line are so."""
    with office.catalogue.write() as session:
        version = session.scalars(select(PageVersion).where(PageVersion.file.has(path=path))).one()
        version.page.state = state
        for field, value in catalogue.items():
            setattr(version.page.material, field, value)
    _judge_again(office, f"{path} {state} {catalogue}")
    with office.catalogue.read() as session:
        return _found(session)


def test_judging_again_doubles_nothing(office: Office) -> None:
    _judge_again(office, "again")
    with office.catalogue.read() as session:
        assert _found(session) == STRANGE
        assert session.scalars(select(JobRow.id).where(JobRow.state == "failed")).all() == []


def test_a_page_taken_out_takes_its_findings_with_it(office: Office) -> None:
    path = "A001/1/1/002.jpg"
    assert path not in _change(office, path, "removed")
    assert _change(office, path, "active") == STRANGE


def test_a_corrected_catalogue_is_judged_anew(office: Office) -> None:
    path = "A001/9-1/1/001.jpg"
    assert path not in _change(office, path, "active", title="入党志愿书", year=1975, month=3, day=4)
    assert _change(office, path, "active", title="退休审批表", year=2009, month=12, day=31) == STRANGE


def _reading(text: str) -> ocr.PageReading:
    box: ocr.Box = ((200.0, 200.0), (700.0, 200.0), (700.0, 246.0), (200.0, 246.0))
    return ocr.PageReading("test", "1", 1240, 1754, 0, 0.1, (ocr.Line(text, box, 0.99),), {})


def _give_reading(office: Office, session: Session, version: PageVersion, text: str) -> None:
    data = json.dumps(_reading(text).as_json(), ensure_ascii=False).encode()
    key = derived_key(version.sha256, "reading0_test", "1", ".json")
    office.store.put(
        key, data, sha256=sha256_of_bytes(data), size=len(data), media_type="application/json", replace=True
    )
    for old in version.readings:
        old.current = False
    session.add(
        Reading(
            version_id=version.id, engine="test", engine_version="1", object_key=key, rotation=0, line_count=1,
            characters=len(text), confidence=0.99, read_at=now(),
        )
    )  # fmt: skip


@pytest.mark.parametrize(("second", "left"), [("1977年11月26日", 1), ("1987年8月1日", 0)])
def test_look_alikes_with_other_dates_are_cleared(office: Office, second: str, left: int) -> None:
    with office.catalogue.write() as session:
        pages = session.scalars(select(Page).order_by(Page.position)).all()
        before = {reading.id for page in pages for reading in page.versions[0].readings}
        _give_reading(office, session, pages[0].versions[0], "1977年11月26日")
        _give_reading(office, session, pages[1].versions[0], second)
        _call_double(session, pages[0], pages[1])
        enqueue(session, "judge_text", pages[0].dossier_id, batch_id=pages[0].dossier.batch_id, revision=second)
    _work(office)
    with office.catalogue.write() as session:
        doubles = session.scalars(select(FindingRow).where(FindingRow.rule == "page.duplicate")).all()
        assert len(doubles) == left
        # As it was, for the tests that come after in any order.
        for reading in session.scalars(select(Reading)):
            reading.current = reading.id in before
            if not reading.current:
                session.delete(reading)
    _judge_again(office, f"after {second}")


def test_a_pair_that_a_person_marked_is_not_called_a_double(office: Office) -> None:
    with office.catalogue.write() as session:
        pages = session.scalars(select(Page).order_by(Page.position)).all()
        _call_double(session, pages[0], pages[1])
        both = {"pages": {str(pages[0].id): {}, str(pages[1].id): {}}}
        mark = PageAct(
            kind="pair", dossier_id=pages[0].dossier_id, page_id=pages[1].id, before=both, after=both, account_id=1,
            made_at=now(),
        )  # fmt: skip
        session.add(mark)
        enqueue(session, "judge_text", pages[0].dossier_id, batch_id=pages[0].dossier.batch_id, revision="pair")
    _work(office)
    with office.catalogue.write() as session:
        assert session.scalars(select(FindingRow).where(FindingRow.rule == "page.duplicate")).all() == []
        session.delete(session.scalars(select(PageAct)).one())


def _call_double(session: Session, first: Page, later: Page) -> None:
    session.add(
        FindingRow(
            batch_id=first.dossier.batch_id, dossier_id=first.dossier_id, page_id=later.id,
            version_id=later.versions[0].id, scope="dossier", rule="page.duplicate", verdict="review", severity="major",
            measured=first.versions[0].file.path, certainty="text", params={"certain": 0.9}, found_at=now(),
        )
    )  # fmt: skip
