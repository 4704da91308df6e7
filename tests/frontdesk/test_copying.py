"""The certified copy: its guards, the order of writes, what the trail says, two at once."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
from sqlalchemy import select

from archive.office import Office
from archive.store.contract import ObjectInfo
from archive.tables import AuditEntry, Copy, Page, PageVersion
from base.errors import JuanzongError, StorageError
from frontdesk import copying, requests
from tests.archive.factory import add_version, page_image
from tests.frontdesk.desk import Desk, set_class


def _code(act: Callable[[], object]) -> str:
    with pytest.raises(JuanzongError) as caught:
        act()
    return caught.value.code


def _make(desk: Desk, request_id: int, pages: list[int], login: str = "desk1") -> int:
    return copying.make(desk.made.office, desk.viewer(login), request_id, pages)


def _actions(desk: Desk, request_id: int) -> list[tuple[str, str]]:
    with desk.made.office.catalogue.read() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.request_id == request_id).order_by(AuditEntry.id))
        return [(row.action, row.subject) for row in rows]


def test_a_copy_is_stored_under_its_digest_and_told_in_the_trail(desk: Desk) -> None:
    request_id = desk.request(desk.accepted, approved_by="desk1")
    pages = desk.pages(desk.accepted)
    copy_id = _make(desk, request_id, pages[:2])
    serial, stream = copying.open_copy(desk.made.office, desk.viewer("desk1"), copy_id)
    with stream:
        read = pypdf.PdfReader(io.BytesIO(stream.read()))
    assert serial.endswith("-000001-1")
    assert len(read.pages) == 3
    cover = read.pages[0].extract_text()
    assert all(word in cover for word in ("张桂兰", "职工登记表", serial, "孙丽", "退休", "兹证明"))
    assert _actions(desk, request_id)[2:] == [
        ("copy.make", f"copy:{copy_id}"), ("page.print", f"page:{pages[0]}"), ("page.print", f"page:{pages[1]}"),
    ]  # fmt: skip
    with desk.made.office.catalogue.read() as session:
        assert session.get_one(Copy, copy_id).object_key.startswith("copies/")
        assert [(line.serial, line.pages) for line in copying.copy_lines(session, requests.find_request(
            session, desk.viewer("desk2"), request_id
        ))] == [(serial, 2)]  # fmt: skip


def test_nothing_is_copied_before_approval_or_after_the_end(desk: Desk) -> None:
    request_id = desk.request(desk.accepted)
    pages = desk.pages(desk.accepted)
    assert _code(lambda: _make(desk, request_id, pages)) == "frontdesk.not-approved"
    with desk.made.office.catalogue.write() as session:
        requests.approve(session, desk.viewer("desk1"), request_id)
        requests.finish(session, desk.viewer("desk1"), request_id)
    assert _code(lambda: _make(desk, request_id, pages)) == "frontdesk.not-approved"


def test_a_dossier_that_is_not_accepted_is_never_copied(desk: Desk) -> None:
    request_id = desk.request(desk.waiting, asker_name="李建国", approved_by="desk1")
    with pytest.raises(JuanzongError) as caught:
        _make(desk, request_id, desk.pages(desk.waiting))
    assert "数字化成果未验收，请调原件" in caught.value.text("zh_CN")
    assert _code(
        lambda: copying.preview_sheet(desk.made.office, desk.viewer("desk1"), request_id, desk.pages(desk.waiting), 1)
    ) == "frontdesk.not-accepted"  # fmt: skip


def test_pages_of_others_removed_pages_and_proposals_are_not_copied(desk: Desk) -> None:
    request_id = desk.request(desk.accepted, approved_by="desk1")
    pages = desk.pages(desk.accepted)
    office = desk.made.office
    with office.catalogue.write() as session:
        session.get_one(Page, pages[0]).state = "removed"
        only = session.scalars(select(PageVersion).where(PageVersion.page_id == pages[1])).one()
        only.state = "proposed"
    for page in (pages[0], pages[1], desk.pages(desk.elsewhere)[0], desk.pages(desk.waiting)[0], 9999):
        assert _code(lambda page=page: _make(desk, request_id, [pages[2], page])) == "frontdesk.page-not-copyable"
    assert _code(lambda: _make(desk, request_id, [])) == "frontdesk.nothing-chosen"
    assert _code(lambda: _make(desk, request_id, list(range(1, 300)))) == "frontdesk.too-many-pages"


def test_the_image_that_counts_now_is_copied(desk: Desk) -> None:
    request_id = desk.request(desk.accepted, approved_by="desk1")
    page_id = desk.pages(desk.accepted)[0]
    office = desk.made.office
    with office.catalogue.write() as session:
        session.scalars(select(PageVersion).where(PageVersion.page_id == page_id)).one().state = "old"
        newer = add_version(office, session, session.get_one(Page, page_id), page_image("newer"), "n/001.jpg")
        add_version(office, session, session.get_one(Page, page_id), page_image("maybe"), "m/001.jpg", state="proposed")
    with office.catalogue.read() as session:
        chosen = copying.choose(office, session, desk.viewer("desk1"), request_id, [page_id])
    assert [image.sha256 for image in chosen.images] == [newer.sha256]


def test_reviews_need_an_officer(desk: Desk) -> None:
    set_class(desk, desk.accepted, "五-1")
    request_id = desk.request(desk.accepted, approved_by="desk1")
    pages = desk.pages(desk.accepted)
    assert _code(lambda: _make(desk, request_id, pages)) == "frontdesk.needs-officer"
    with desk.made.office.catalogue.write() as session:
        requests.reopen(session, desk.viewer("desk2"), request_id)
        requests.approve(session, desk.viewer("desk2"), request_id)
    assert _make(desk, request_id, pages)


def test_another_unit_gets_neither_preview_nor_copy_nor_page(desk: Desk) -> None:
    request_id = desk.request(desk.accepted, approved_by="desk1")
    pages = desk.pages(desk.accepted)
    copy_id = _make(desk, request_id, pages)
    office, other = desk.made.office, desk.viewer("desk3")
    acts: tuple[Callable[[], object], ...] = (
        lambda: copying.make(office, other, request_id, pages),
        lambda: copying.preview_sheet(office, other, request_id, pages, 1),
        lambda: copying.open_copy(office, other, copy_id),
        lambda: copying.page_picture(office, other, request_id, pages[0]),
        lambda: copying.open_copy(office, desk.viewer("desk1"), 999),
        lambda: copying.page_picture(office, desk.viewer("desk1"), request_id, desk.pages(desk.elsewhere)[0]),
    )
    assert [_code(act) for act in acts] == ["not-found"] * 6
    assert _code(lambda: copying.open_copy(office, desk.viewer("east"), copy_id)) == "access.denied"


def test_the_preview_is_the_sheet_that_is_printed_and_counts_as_seen(desk: Desk) -> None:
    request_id = desk.request(desk.accepted, approved_by="desk1")
    pages = desk.pages(desk.accepted)
    office, me = desk.made.office, desk.viewer("desk1")
    previews = [copying.preview_sheet(office, me, request_id, pages[:2], sheet) for sheet in (1, 2, 3)]
    texts = [pypdf.PdfReader(io.BytesIO(data)).pages[0].extract_text() for data in previews]
    assert ["第 1 页 共 3 页" in texts[0], "第 3 页 共 3 页" in texts[2]] == [True, True]
    assert _actions(desk, request_id)[2:] == [("page.view", f"page:{pages[0]}"), ("page.view", f"page:{pages[1]}")]
    for sheet in (0, 4, -1):
        assert _code(lambda sheet=sheet: copying.preview_sheet(office, me, request_id, pages[:2], sheet)) == "not-found"
    with office.catalogue.read() as session:
        assert session.scalars(select(Copy)).all() == []


def test_looking_at_a_page_is_in_the_trail(desk: Desk) -> None:
    request_id = desk.request(desk.accepted)
    page_id = desk.pages(desk.accepted)[0]
    assert copying.page_picture(desk.made.office, desk.viewer("desk1"), request_id, page_id).page_id == page_id
    assert _actions(desk, request_id)[-1] == ("page.view", f"page:{page_id}")


class _BrokenStore:
    """Takes nothing in."""

    def __init__(self, office: Office) -> None:
        self._store = office.store

    def read(self, key: str) -> bytes:
        return self._store.read(key)

    def put(self, key: str, *_: object, **__: object) -> ObjectInfo:
        raise StorageError("disk.full", path=key)


def test_no_row_speaks_of_a_copy_that_is_not_safe(desk: Desk) -> None:
    request_id = desk.request(desk.accepted, approved_by="desk1")
    office = desk.made.office
    broken = Office(office.settings, office.catalogue, _BrokenStore(office))  # type: ignore[arg-type]
    assert (
        _code(lambda: copying.make(broken, desk.viewer("desk1"), request_id, desk.pages(desk.accepted))) == "disk.full"
    )
    with office.catalogue.read() as session:
        assert session.scalars(select(Copy)).all() == []
    assert [action for action, _ in _actions(desk, request_id)] == ["request.register", "request.approve"]


def test_two_copies_at_once_get_two_serials(desk: Desk) -> None:
    request_id = desk.request(desk.accepted, approved_by="desk1")
    pages = desk.pages(desk.accepted)
    threads = [threading.Thread(target=_make, args=(desk, request_id, pages[:1])) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with desk.made.office.catalogue.read() as session:
        rows = session.scalars(select(Copy)).all()
        assert sorted(row.serial[-2:] for row in rows) == ["-1", "-2"]
        for row in rows:
            text = pypdf.PdfReader(io.BytesIO(desk.made.office.store.read(row.object_key))).pages[0].extract_text()
            assert row.serial in text


def test_names_are_in_no_path_of_the_store(desk: Desk) -> None:
    request_id = desk.request(desk.accepted, approved_by="desk1")
    _make(desk, request_id, desk.pages(desk.accepted))
    names = [path.name for path in Path(desk.made.office.settings.data_dir).rglob("*")]
    assert not any("张" in name or "110105" in name for name in names)
