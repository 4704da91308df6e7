"""A person's word about a line: locked, logged, undone, kept over another reading, and there where the text is used."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from archive import audit, line_corrections, page_needs
from archive.access import Viewer
from archive.jobs import LocalQueue, enqueue
from archive.store.keys import derived_key
from archive.tables import AuditEntry, JobRow, LineCorrection, OutboxRow, PageVersion, Reading
from base.clock import now
from base.digests import sha256_of_bytes
from base.errors import AccessError, InputError
from ingest.corrected import corrected_reading
from ingest.correction_desk import Ask, DeskPage, desk_page, say, take_back
from ingest.index_documents import build_many
from ingest.workers import run_job
from ingest.workshop import Workshop
from ocr.lines import Line, PageReading
from tests.archive.factory import Made, add_batch, add_dossier, make_desks

BOX = ((60, 100), (240, 100), (240, 124), (60, 124))
READ = "姓名 张桂兰"


@pytest.fixture
def made(tmp_path: Path) -> Made:
    made = make_desks(tmp_path)
    add_dossier(made, add_batch(made, "east", "b1"), "D-1", "张桂兰", pages=2)
    return made


@pytest.fixture
def east(made: Made) -> Viewer:
    return made.viewer("east")


def _page(made: Made, viewer: Viewer, page_id: int = 1) -> DeskPage:
    with made.office.catalogue.read() as session:
        return desk_page(made.office, session, viewer, page_id)


def _text(made: Made, version_id: int = 1) -> str:
    with made.office.catalogue.read() as session:
        return corrected_reading(session, made.office.store, session.get_one(PageVersion, version_id)).text


def _read_again(made: Made, *lines: Line, engine_version: str = "2") -> None:
    """Another engine reads the first page."""
    body = json.dumps(
        PageReading("other", engine_version, 420, 594, 0, 0.1, lines, {}).as_json(), ensure_ascii=False
    ).encode()
    with made.office.catalogue.write() as session:
        version = session.get_one(PageVersion, 1)
        key = derived_key(version.sha256, "reading0_other", engine_version, ".json")
        made.office.store.put(
            key, io.BytesIO(body), sha256=sha256_of_bytes(body), size=len(body), media_type="application/json"
        )
        for old in version.readings:
            old.current = False
        session.add(
            Reading(
                version_id=1, engine="other", engine_version=engine_version, object_key=key, rotation=0, line_count=len(lines),
                characters=1, confidence=0.9, current=True, read_at=now(),
            )
        )  # fmt: skip


def test_a_corrected_line_is_locked_and_tells_who_and_when(made: Made, east: Viewer) -> None:
    say(made.office, east, 1, Ask("correct", "姓名 张桂蘭", BOX, READ))
    line = _page(made, east).lines[1]
    assert (line.line.text, line.kind, line.by, line.read_text, line.worth) == (
        "姓名 张桂蘭",
        "correct",
        "王静",
        READ,
        0,
    )
    with made.office.catalogue.read() as session:
        row = session.scalars(select(LineCorrection)).one()
        assert (row.read_confidence, row.engine, row.account_id) == (0.93, "rapidocr", east.account_id)
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "line.correct")).one()
        assert entry.subject == "page:1"
        assert "张" not in json.dumps(entry.detail, ensure_ascii=False)
        assert audit.verify(session).bad == ()


def test_index_pdf_and_rules_follow_once_however_many_lines_are_corrected(made: Made, east: Viewer) -> None:
    with made.office.catalogue.write() as session:
        session.execute(delete(OutboxRow))
    say(made.office, east, 1, Ask("correct", "姓名 张桂蘭", BOX, READ))
    say(made.office, east, 1, Ask("confirm", "职工登记表", ((60, 44), (200, 44), (200, 64), (60, 64)), "职工登记表"))
    with made.office.catalogue.read() as session:
        waits = set(session.scalars(select(OutboxRow.document_id)))
        assert waits == {"page:1"}
        assert sorted(job.kind for job in session.scalars(select(JobRow))) == ["bind", "fields", "judge_text"]
        (document,) = build_many(made.office, session, ["page:1"]).documents
    assert document.text == "职工登记表\n姓名 张桂蘭"


def test_another_engine_reads_the_page_again_and_the_correction_stands(made: Made, east: Viewer) -> None:
    say(made.office, east, 1, Ask("correct", "姓名 张桂蘭", BOX, READ))
    _read_again(
        made,
        Line("职工登汜表", ((60, 44), (200, 44), (200, 64), (60, 64)), 0.7),
        Line("姓名", ((60, 101), (110, 101), (110, 125), (60, 125)), 0.9),
        Line("弓长桂三", ((120, 101), (244, 101), (244, 125), (120, 125)), 0.5),
    )
    assert _text(made) == "职工登汜表\n姓名 张桂蘭"
    _read_again(made, engine_version="3")
    assert _text(made) == "姓名 张桂蘭"


def test_noise_is_no_text_and_unreadable_keeps_its_length(made: Made, east: Viewer) -> None:
    say(made.office, east, 1, Ask("noise", "", BOX, READ))
    page = _page(made, east)
    assert [line.line.text for line in page.lines] == ["职工登记表"]
    assert [(line.kind, line.read_text) for line in page.hidden] == [("noise", READ)]
    say(made.office, east, 2, Ask("unreadable", "", BOX, READ))
    assert _text(made, 2) == "职工登记表\n□□□□□"


def test_a_line_that_the_engine_missed_is_added_by_its_box(made: Made, east: Viewer) -> None:
    say(made.office, east, 1, Ask("add", "一九六五年七月", [[60, 150], [200, 150], [200, 172], [60, 172]]))
    assert _text(made).splitlines()[2] == "一九六五年七月"
    with pytest.raises(InputError) as caught:
        say(made.office, east, 1, Ask("add", "一", [[60, 300], [62, 300], [62, 301], [60, 301]]))
    assert caught.value.code == "line.box"
    with pytest.raises(InputError):
        say(made.office, east, 1, Ask("add", "一", [[float("nan"), 0], [62, 300], [62, 301], [60, 301]]))


def test_undoing_gives_back_what_was_said_before_and_then_what_was_read(made: Made, east: Viewer) -> None:
    first = say(made.office, east, 1, Ask("correct", "姓名 张桂蘭", BOX, READ))
    second = say(made.office, east, 1, Ask("correct", "姓名 张佳蘭", BOX, "", first, first))
    with pytest.raises(InputError) as caught:
        take_back(made.office, east, first)
    assert caught.value.code == "line.later-first"
    take_back(made.office, east, second)
    assert _text(made).endswith("张桂蘭")
    take_back(made.office, east, first)
    take_back(made.office, east, first)
    assert _text(made).endswith(READ)


def test_a_line_that_was_undone_and_corrected_again_keeps_its_whole_history(made: Made, east: Viewer) -> None:
    first = say(made.office, east, 1, Ask("correct", "姓名 张桂蘭", BOX, READ))
    take_back(made.office, east, first)
    assert _page(made, east).lines[1].chain == first
    say(made.office, east, 1, Ask("confirm", READ, BOX, READ))
    with made.office.catalogue.read() as session:
        told = line_corrections.history(session, east, first)
    assert told.read_text == READ
    assert [(act.kind, act.text, act.undone_at is not None) for act in told.acts] == [
        ("correct", "姓名 张桂蘭", True), ("confirm", READ, False),
    ]  # fmt: skip


def test_of_two_clerks_the_second_is_told_and_overwrites_nothing(made: Made, east: Viewer) -> None:
    admin = made.viewer("admin")
    first = say(made.office, east, 1, Ask("correct", "姓名 张桂蘭", BOX, READ))
    for ask in (Ask("correct", "姓名 张佳兰", BOX, READ), Ask("correct", "姓名 张佳兰", BOX, READ, first, first + 99)):
        with pytest.raises(InputError) as caught:
            say(made.office, admin, 1, ask)
        assert caught.value.code == "line.changed"
        assert "王静" in caught.value.text("zh_CN")
        assert "张桂蘭" in caught.value.text("zh_CN")
    assert _text(made).endswith("张桂蘭")
    say(made.office, admin, 1, Ask("correct", "姓名 张佳兰", BOX, "", first, first))
    assert _text(made).endswith("张佳兰")


def test_a_line_that_a_new_reading_moved_is_not_corrected_blindly(made: Made, east: Viewer) -> None:
    _read_again(made, Line(READ, ((60, 300), (240, 300), (240, 324), (60, 324)), 0.9))
    with pytest.raises(InputError) as caught:
        say(made.office, east, 1, Ask("correct", "姓名 张桂蘭", BOX, READ))
    assert caught.value.code == "line.gone"


@pytest.mark.parametrize(
    ("kind", "text", "code"), [("correct", "  ", "line.empty"), ("correct", "字" * 501, "line.too-long")]
)
def test_what_cannot_be_a_line_is_refused(made: Made, east: Viewer, kind: str, text: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        say(made.office, east, 1, Ask(kind, text, BOX, READ))  # type: ignore[arg-type]
    assert caught.value.code == code


def test_an_old_image_is_not_corrected(made: Made, east: Viewer) -> None:
    with made.office.catalogue.write() as session:
        session.get_one(PageVersion, 1).state = "old"
    with pytest.raises(InputError) as caught:
        say(made.office, east, 1, Ask("correct", "姓名 张桂蘭", BOX, READ))
    assert caught.value.code == "line.old-image"


def test_another_unit_sees_and_changes_nothing(made: Made, east: Viewer) -> None:
    row = say(made.office, east, 1, Ask("correct", "姓名 张桂蘭", BOX, READ))
    west, planner = made.viewer("west"), made.viewer("planner")
    for viewer in (west, planner):
        with pytest.raises(AccessError):
            say(made.office, viewer, 1, Ask("correct", "姓名", BOX, READ))
        with pytest.raises(AccessError):
            take_back(made.office, viewer, row)
        with pytest.raises(AccessError):
            _page(made, viewer)
    with made.office.catalogue.read() as session:
        with pytest.raises(AccessError):
            line_corrections.history(session, west, row)
        assert page_needs.queue(session, west) == ([], None)


def test_the_queue_holds_the_neediest_page_first_and_lets_go_of_a_settled_one(made: Made, east: Viewer) -> None:
    with made.office.catalogue.write() as session:
        for version_id, need in ((1, page_needs.Need(1.5, 1, 0)), (2, page_needs.Need(7.25, 2, 0))):
            page_needs.keep_need(session, version_id, version_id, need)
    with made.office.catalogue.read() as session:
        rows, after = page_needs.queue(session, east, limit=1)
        assert [(row.page_id, row.number, row.doubtful, row.material) for row in rows] == [(2, 2, 2, "履历表")]
        assert [row.page_id for row in page_needs.queue(session, east, after=after)[0]] == [1]
        assert page_needs.count_waiting(session, east) == (2, 3)
        assert page_needs.next_page(session, east, 2) == 1
    say(made.office, east, 1, Ask("confirm", READ, BOX, READ))
    say(made.office, east, 1, Ask("confirm", "职工登记表", ((60, 44), (200, 44), (200, 64), (60, 64)), "职工登记表"))
    with made.office.catalogue.read() as session:
        assert [row.page_id for row in page_needs.queue(session, east)[0]] == [2]


def test_judging_a_dossier_puts_its_doubtful_pages_into_the_queue(made: Made, east: Viewer) -> None:
    with made.office.catalogue.write() as session:
        enqueue(session, "judge_text", 1, batch_id=None)
    queue = LocalQueue(made.office.catalogue)
    while (job := queue.claim("test", ["judge_text"])) is not None:
        run_job(Workshop(made.office), queue, job)
    with made.office.catalogue.read() as session:
        rows, _ = page_needs.queue(session, east)
    assert [(row.page_id, row.doubtful) for row in rows] == [(1, 1), (2, 1)]
