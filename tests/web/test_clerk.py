"""The clerk's desk over HTTP: what is in sight, what is logged, what acts do."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable

import pytest
from PIL import Image
from sqlalchemy import select

from archive.store.keys import original_key
from archive.tables import AuditEntry, Batch, Dossier, Material, Page, PageVersion, Person, ReceivedFile
from base.clock import now
from base.digests import sha256_of_bytes
from tests.archive.factory import Made, add_dossier, add_finding, add_version, page_image
from tests.web.conftest import Browser

SignIn = Callable[[str], Browser]


@pytest.mark.parametrize(
    "path",
    [
        "/clerk/batches/2", "/clerk/batches/2/progress", "/clerk/batches/2/findings/page.dpi/fail", "/clerk/dossiers/2",
        "/clerk/dossiers/2/split", "/clerk/pages/5", "/clerk/pages/5/image?size=thumb", "/clerk/pages/5/image?size=full",
        "/clerk/pages/5/image?version=5", "/clerk/pages/1/image?version=5",
    ],
)  # fmt: skip
def test_what_is_another_units_is_not_found(sign_in: SignIn, path: str) -> None:
    assert sign_in("east").get(path).status_code == 404
    if "pages/1/" not in path:
        assert sign_in("west").get(path).status_code in (200, 302)


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/clerk/materials/3/correct", {"field": "title", "new": "x", "reason": "x"}),
        ("/clerk/dossiers/2/accept", {"open_findings": "0"}),
        ("/clerk/dossiers/2/withdraw", {}),
        ("/clerk/dossiers/2/split", {"starts": "5:3"}),
        ("/clerk/pages/5/move", {"way": "later"}),
        ("/clerk/pages/5/remove", {"reason": "x"}),
        ("/clerk/pages/5/transfer", {"target": "E-1", "reason": "x"}),
        ("/clerk/versions/5/decide", {"answer": "accept"}),
    ],
)
def test_nobody_acts_on_another_units_rows(sign_in: SignIn, path: str, form: dict[str, str]) -> None:
    assert sign_in("east").post(path, form).status_code == 404


def test_lists_show_only_the_own_unit_and_masked_numbers(sign_in: SignIn) -> None:
    page = sign_in("east").get("/clerk/dossiers").text
    assert "E-1" in page
    assert "W-1" not in page
    assert "110105********0021" in page
    assert "19491231" not in page


def test_each_opening_of_a_page_is_logged_and_thumbnails_are_not(sign_in: SignIn, made: Made) -> None:
    browser = sign_in("east")
    browser.get("/clerk/pages/1")
    browser.get("/clerk/pages/1/image?size=thumb")
    browser.get("/clerk/pages/1/image?size=view")
    browser.get("/clerk/pages/5")
    with made.office.catalogue.read() as session:
        views = session.scalars(select(AuditEntry).where(AuditEntry.action == "page.view")).all()
    assert [(row.subject, row.actor, row.dossier_id) for row in views] == [("page:1", "account:east", 1)]


def test_images_come_in_three_sizes_and_are_asked_for_once(sign_in: SignIn, made: Made) -> None:
    browser = sign_in("east")
    with made.office.catalogue.read() as session:
        original = made.office.store.read(session.get_one(PageVersion, 1).object_key)
    full = browser.get("/clerk/pages/1/image?size=full")
    assert full.data == original
    thumb = browser.get("/clerk/pages/1/image?size=thumb")
    assert max(Image.open(io.BytesIO(thumb.data)).size) == 240
    assert thumb.headers["Cache-Control"] == "private, no-cache"
    again = browser.get("/clerk/pages/1/image?size=thumb", headers={"If-None-Match": thumb.headers["ETag"]})
    assert again.status_code == 304
    assert browser.get("/clerk/pages/1/image?size=huge").status_code == 404


def test_the_browser_keeps_images_for_the_session_they_were_shown_in(sign_in: SignIn) -> None:
    browser = sign_in("east")
    address = re.search(r'"view": "([^"]*)"', browser.get("/clerk/pages/1").text)
    assert address is not None
    path = json.loads(f'"{address.group(1)}"')
    kept = browser.get(path)
    assert kept.headers["Cache-Control"] == "private, max-age=43200, immutable"
    assert "Set-Cookie" not in kept.headers
    assert "Vary" not in kept.headers
    other = sign_in("east")
    assert other.get(path).headers["Cache-Control"] == "private, no-cache"
    assert sign_in("west").get(path).status_code == 404


def test_a_tiff_is_shown_as_jpeg(sign_in: SignIn, made: Made) -> None:
    with made.office.catalogue.write() as session:
        page = session.get_one(Page, 1)
        page.versions[0].state = "old"
        add_version(made.office, session, page, page_image("tiff", image_format="TIFF"), "x.tif")
    answer = sign_in("east").get("/clerk/pages/1/image?size=full")
    assert answer.content_type == "image/jpeg"
    assert Image.open(io.BytesIO(answer.data)).size == (420, 594)


def test_a_page_is_seen_before_it_is_measured_and_read(sign_in: SignIn, made: Made) -> None:
    add_dossier(made, made.batches["b-east"], "E-2", "王建国", pages=1, read=False)
    browser = sign_in("east")
    page = browser.get("/clerk/pages/7").text
    assert "还没有检测" in page
    assert "还没有识别文字" in page
    assert browser.get("/clerk/pages/7/image?size=view").status_code == 200


def test_a_damaged_page_says_so(sign_in: SignIn, made: Made) -> None:
    with made.office.catalogue.write() as session:
        page = session.get_one(Page, 1)
        page.versions[0].state = "old"
        data = page_image("cut")[:2000]
        version = add_version(made.office, session, page, page_image("whole"), "x.jpg")
        key = original_key(sha256_of_bytes(data))
        made.office.store.put(
            key, io.BytesIO(data), sha256=sha256_of_bytes(data), size=len(data), media_type="image/jpeg"
        )
        version.object_key, version.sha256 = key, sha256_of_bytes(data)
    answer = sign_in("east").get("/clerk/pages/1/image?size=view")
    assert answer.status_code == 422
    assert "不完整" in answer.text


def test_the_viewer_carries_findings_words_and_marks(sign_in: SignIn, made: Made) -> None:
    with made.office.catalogue.write() as session:
        add_finding(session, session.get_one(PageVersion, 2))
    browser = sign_in("east")
    words = browser.post("/search", {"q": "桂兰"}).location.rpartition("/")[2]
    data = browser.get(f"/clerk/pages/2?words={words}").text
    assert "姓名 张桂兰" in data
    assert "不合格" in data
    assert '"hits": [[[[180.0, 100.0], [240.0, 100.0], ' in data  # where 桂兰 stands in its line
    assert '"next_finding": "/clerk/pages/2?finding=0"' in browser.get("/clerk/pages/1").text


def test_a_correction_and_its_undo(sign_in: SignIn, made: Made) -> None:
    browser = sign_in("east")
    browser.post(
        "/clerk/materials/1/correct", {"field": "title", "new": "新名", "reason": "按原件更正"}, on="/clerk/dossiers/1"
    )
    page = browser.get("/clerk/dossiers/1").text
    assert "新名" in page
    assert "<del" in page
    browser.post("/clerk/corrections/1/undo", on="/clerk/dossiers/1")
    with made.office.catalogue.read() as session:
        assert session.get_one(Material, 1).title == "职工登记表"


def test_a_form_that_cannot_be_used_is_answered_on_its_page(sign_in: SignIn) -> None:
    browser = sign_in("east")
    answer = browser.post(
        "/clerk/materials/1/correct", {"field": "year", "new": "十", "reason": "x"}, on="/clerk/dossiers/1"
    )
    assert answer.location == "/clerk/dossiers/1"
    assert "没有改动" in browser.get("/clerk/dossiers/1").text


def test_a_new_image_is_proposed_decided_and_undone(sign_in: SignIn, made: Made) -> None:
    browser = sign_in("east")
    upload = {"image": (io.BytesIO(page_image("rescan")), "张三.jpg"), "reason": "不清"}
    browser.post("/clerk/pages/1/propose", upload, on="/clerk/pages/1")
    assert "采用新图" in browser.get("/clerk/pages/1").text
    with made.office.catalogue.read() as session:
        new = session.scalars(select(PageVersion).where(PageVersion.state == "proposed")).one()
        assert new.file.path.startswith("补扫/1-")
        assert made.office.store.exists(new.object_key)
    browser.post(f"/clerk/versions/{new.id}/decide", {"answer": "accept"}, on="/clerk/pages/1")
    with made.office.catalogue.read() as session:
        assert session.get_one(PageVersion, new.id).state == "current"
    browser.post("/clerk/acts/2/undo", on="/clerk/pages/1")
    with made.office.catalogue.read() as session:
        assert session.get_one(PageVersion, new.id).state == "proposed"


@pytest.mark.parametrize("data", [b"", b"hello, no image", page_image("x")[:1500]])
def test_what_is_no_image_is_not_taken(sign_in: SignIn, made: Made, data: bytes) -> None:
    browser = sign_in("east")
    browser.post("/clerk/pages/1/propose", {"image": (io.BytesIO(data), "a.jpg"), "reason": "x"}, on="/clerk/pages/1")
    with made.office.catalogue.read() as session:
        assert session.scalars(select(PageVersion).where(PageVersion.page_id == 1)).one().state == "current"
    assert "notice-error" in browser.get("/clerk/pages/1").text


def test_an_image_for_another_units_page_is_not_even_stored(sign_in: SignIn, made: Made) -> None:
    data = page_image("intruder")
    answer = sign_in("east").post("/clerk/pages/5/propose", {"image": (io.BytesIO(data), "a.jpg"), "reason": "x"})
    assert answer.status_code == 404
    assert not made.office.store.exists(original_key(sha256_of_bytes(data)))


def test_splitting_by_the_form(sign_in: SignIn, made: Made) -> None:
    run = add_dossier(made, made.batches["b-east"], "R-1", "陈秀英", layout="run", pages=3)
    browser = sign_in("east")
    assert "确认分件" in browser.get(f"/clerk/dossiers/{run}/split").text
    browser.post(f"/clerk/dossiers/{run}/split", {"starts": "7:5,9:6"}, on=f"/clerk/dossiers/{run}/split")
    with made.office.catalogue.read() as session:
        assert [session.get_one(Page, page).material_id for page in (7, 8, 9)] == [5, 5, 6]


def test_covers_and_catalogue_sheets_begin_no_material(sign_in: SignIn, made: Made) -> None:
    run = add_dossier(made, made.batches["b-east"], "R-2", "陈秀英", layout="run", pages=3)
    with made.office.catalogue.write() as session:
        first = session.scalars(select(Page).where(Page.dossier_id == run).order_by(Page.position)).first()
        assert first is not None
        first.pattern = "cover"
        cover = first.id
    shown = sign_in("east").get(f"/clerk/dossiers/{run}/split").text
    data = json.loads(shown.split('id="split-data">')[1].split("</script>")[0])
    starts = data["starts"]
    assert starts
    assert cover not in starts.values()


def test_acceptance_by_the_form(sign_in: SignIn, made: Made) -> None:
    browser = sign_in("east")
    browser.post("/clerk/dossiers/1/accept", {"open_findings": "0"}, on="/clerk/dossiers/1")
    with made.office.catalogue.read() as session:
        assert session.get_one(Dossier, 1).state == "accepted"
    assert 'data-dialog="correct"' not in browser.get("/clerk/dossiers/1").text


def test_a_batch_lists_new_images_and_moved_files_with_their_pages(sign_in: SignIn, made: Made) -> None:
    with made.office.catalogue.write() as session:
        page = session.get_one(Page, 2)
        add_version(made.office, session, page, page_image("again"), "E-1/002.jpg", state="proposed")
        old = session.get_one(PageVersion, 3).file
        session.add(
            ReceivedFile(
                batch_id=old.batch_id, path="110105194912310021/009.jpg", sha256=old.sha256, size=old.size,
                object_key=old.object_key, state="moved", reason_params={"from": old.path, "from_id": old.id},
                received_at=now(),
            )
        )  # fmt: skip
    page_text = sign_in("east").get(f"/clerk/batches/{made.batches['b-east']}").text
    proposals, moved = page_text.split('id="proposals"')[1].split('id="moved"')
    assert re.findall(r'href="(/clerk/pages/\d+)"', proposals) == ["/clerk/pages/2"]
    assert re.findall(r'href="(/clerk/pages/\d+)"', moved)[0] == "/clerk/pages/3"
    assert "110105********0021/009.jpg" in moved
    assert "110105194912310021" not in page_text


def test_a_batch_with_nothing_left_to_do_says_so(sign_in: SignIn, made: Made) -> None:
    batch_id = made.batches["b-east"]
    browser = sign_in("east")
    assert "可以逐卷验收" not in browser.get(f"/clerk/batches/{batch_id}").text
    with made.office.catalogue.write() as session:
        session.get_one(Batch, batch_id).state = "ready"
        session.get_one(Person, 1).id_number = "11010519491231002X"  # the factory gives all the same
    page = browser.get(f"/clerk/batches/{batch_id}").text
    assert "待验收" in page
    assert "可以逐卷验收" in page
