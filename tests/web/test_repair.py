"""修图 at the clerk's desk: before and after first, done behind, the original's digest proved, undone by a click."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest
from PIL import Image
from sqlalchemy import select

from archive.jobs import LocalQueue
from archive.store.keys import original_key
from archive.tables import AuditEntry, Dossier, FindingRow, Page, PageRepair, PageVersion
from base.digests import sha256_of_bytes
from ingest.measure import measure_page
from ingest.steps import STEPS
from ingest.workers import run_job
from ingest.workshop import Workshop
from tests.archive.factory import Made, add_finding, add_version
from tests.ingest.repair.sheets import draw_sheet, lay, saved
from tests.web.conftest import Browser

SignIn = Callable[[str], Browser]


@pytest.fixture(scope="module")
def scan() -> bytes:
    """A page that leans, with a black border."""
    return saved(lay(draw_sheet(100), dpi=100, skew=2.0, margin_mm=7.0).pixels, dpi=100, quality=85)


@pytest.fixture(scope="module")
def measures(scan: bytes) -> dict[str, object]:
    return {name: measure.as_json() for name, measure in measure_page(scan, "page").items()}


@pytest.fixture
def leaning(made: Made, scan: bytes, measures: dict[str, object]) -> Made:
    """Page 1 of dossier 1 has the leaning scan as its image, and two findings that a repair can mend."""
    with made.office.catalogue.write() as session:
        old = session.get_one(PageVersion, 1)
        old.state = "old"
        version = add_version(made.office, session, session.get_one(Page, 1), scan, "E-1/re.jpg", read=True)
        version.measures = measures
        add_finding(session, version, "page.skew", "review")
        add_finding(session, version, "page.border", "review")
        add_finding(session, version, "page.dpi", "review")
    return made


def work(made: Made) -> None:
    """What the workers do, in this process; jobs of other kinds stay."""
    queue, workshop = LocalQueue(made.office.catalogue), Workshop(made.office)
    while (job := queue.claim("test", ["repair"])) is not None:
        assert job.kind in STEPS
        run_job(workshop, queue, job)


def versions(made: Made, page_id: int = 1) -> list[tuple[str, str, str]]:
    with made.office.catalogue.read() as session:
        rows = session.scalars(select(PageVersion).where(PageVersion.page_id == page_id).order_by(PageVersion.id))
        return [(row.state, row.image_set, row.origin) for row in rows]


def standing_rules(made: Made) -> set[str]:
    """The rules that count on page 1 now."""
    from archive.open_findings import counts_now

    with made.office.catalogue.read() as session:
        return set(session.scalars(select(FindingRow.rule).where(FindingRow.page_id == 1, counts_now())))


def test_before_and_after_are_seen_before_anything_is_done(sign_in: SignIn, leaning: Made) -> None:
    browser = sign_in("east")
    page = browser.get("/clerk/pages/1/repair").text
    assert "逆时针纠偏" in page
    assert "裁到纸边外" in page
    picture = browser.get("/clerk/pages/1/repair/picture")
    assert picture.mimetype == "image/jpeg"
    after = Image.open(io.BytesIO(picture.data))
    assert max(after.getpixel((3, 3))) > 150  # type: ignore[type-var,arg-type]
    assert versions(leaning) == [("old", "original", "delivered"), ("current", "original", "delivered")]


def test_a_repair_stands_beside_the_untouched_original_and_is_undone(
    sign_in: SignIn, leaning: Made, scan: bytes
) -> None:
    browser = sign_in("east")
    assert standing_rules(leaning) == {"page.skew", "page.border", "page.dpi"}
    browser.post("/clerk/pages/1/repair")
    browser.post("/clerk/pages/1/repair")  # a second click finds the one that waits
    work(leaning)

    assert versions(leaning)[1:] == [("current", "original", "delivered"), ("linked", "optimised", "ours")]
    assert leaning.office.store.read(original_key(sha256_of_bytes(scan))) == scan
    # How the page lies is judged on the optimised image, how it was captured on the original.
    assert standing_rules(leaning) == {"page.dpi"}
    with leaning.office.catalogue.read() as session:
        row = session.scalars(select(PageRepair)).one()
        made = session.get_one(PageVersion, row.version_id)
        assert row.read_before == row.read_after == row.original_sha256 == sha256_of_bytes(scan)
        assert sha256_of_bytes(leaning.office.store.read(made.object_key)) == made.sha256 == row.made_sha256
        assert abs(made.measures["skew_deg"]["value"]) <= 0.1
        trace = session.scalars(select(AuditEntry).where(AuditEntry.action == "repair.made")).one()
        assert trace.detail["before"] == trace.detail["after"] == sha256_of_bytes(scan)
        assert trace.actor == "account:east"

    page = browser.get("/clerk/pages/1").text
    assert "原图未变" in page
    assert "优化图（本机修图）" in page
    data = json.loads(page.partition('id="page-data">')[2].partition("</script>")[0])
    assert [image["rotation"] for image in data["images"]] == [0, 0]
    act = page.partition("/clerk/acts/")[2].partition("/undo")[0]
    browser.post(f"/clerk/acts/{act}/undo")
    assert versions(leaning)[2] == ("old", "optimised", "ours")
    assert standing_rules(leaning) == {"page.skew", "page.border", "page.dpi"}

    # Asked for again it lands in the same row and the same object.
    browser.post("/clerk/pages/1/repair")
    work(leaning)
    assert versions(leaning)[1:] == [("current", "original", "delivered"), ("linked", "optimised", "ours")]


def test_one_button_repairs_all_of_a_dossier_that_can_be(sign_in: SignIn, leaning: Made) -> None:
    browser = sign_in("east")
    assert "能修的都修（1 页）" in browser.get("/clerk/dossiers/1").text
    browser.post("/clerk/dossiers/1/repair")
    assert browser.get("/clerk/dossiers/1/repair-progress").json == {
        "received": 1, "repaired": 0, "made": 0, "finished": False,
    }  # fmt: skip
    assert "data-poll" in browser.get("/clerk/dossiers/1").text
    work(leaning)
    assert browser.get("/clerk/dossiers/1/repair-progress").json["finished"] is True  # type: ignore[index]
    assert "能修的都修" not in browser.get("/clerk/dossiers/1").text


@pytest.mark.parametrize(
    "path", ["/clerk/pages/5/repair", "/clerk/pages/5/repair/picture", "/clerk/dossiers/2/repair-progress"]
)
def test_nothing_of_another_unit_is_in_sight(sign_in: SignIn, path: str) -> None:
    assert sign_in("east").get(path).status_code == 404


def test_nobody_repairs_another_units_pages(sign_in: SignIn, made: Made) -> None:
    browser = sign_in("east")
    assert browser.post("/clerk/pages/5/repair").status_code == 404
    assert browser.post("/clerk/dossiers/2/repair").status_code == 404
    with made.office.catalogue.read() as session:
        assert session.scalars(select(PageRepair)).all() == []


def test_an_accepted_dossier_is_left_as_it_is(sign_in: SignIn, leaning: Made) -> None:
    browser = sign_in("east")
    browser.post("/clerk/pages/1/repair")
    with leaning.office.catalogue.write() as session:
        session.get_one(Dossier, 1).state = "accepted"
    work(leaning)
    assert len(versions(leaning)) == 2
    with leaning.office.catalogue.read() as session:
        row = session.scalars(select(PageRepair)).one()
        assert (row.state, row.error_code) == ("failed", "repair.was-accepted")
    assert "能修的都修" not in browser.get("/clerk/dossiers/1").text


def test_what_the_sender_optimised_is_never_replaced(sign_in: SignIn, leaning: Made, scan: bytes) -> None:
    with leaning.office.catalogue.write() as session:
        page = session.get_one(Page, 1)
        other = saved(draw_sheet(100), dpi=100, quality=80)
        add_version(leaning.office, session, page, other, "E-1/gq.jpg", state="linked", image_set="optimised")
    browser = sign_in("east")
    browser.post("/clerk/pages/1/repair")
    assert "能修的都修" not in browser.get("/clerk/dossiers/1").text
    with leaning.office.catalogue.read() as session:
        assert session.scalars(select(PageRepair)).all() == []


def test_what_was_made_of_an_image_goes_when_another_takes_its_place(sign_in: SignIn, leaning: Made) -> None:
    browser = sign_in("east")
    browser.post("/clerk/pages/1/repair")
    work(leaning)
    better = {"image": (io.BytesIO(saved(draw_sheet(100), dpi=100)), "better.jpg"), "reason": "x"}
    browser.post("/clerk/pages/1/propose", better)
    with leaning.office.catalogue.read() as session:
        proposed = session.scalars(select(PageVersion.id).where(PageVersion.state == "proposed")).one()
    browser.post(f"/clerk/versions/{proposed}/decide", {"answer": "accept"})
    assert [state for state, _, _ in versions(leaning)] == ["old", "old", "old", "current"]
    page = browser.get("/clerk/pages/1").text
    accepted = page.partition("/clerk/acts/")[2].partition("/undo")[0]
    browser.post(f"/clerk/acts/{accepted}/undo")
    assert [state for state, _, _ in versions(leaning)] == ["old", "current", "linked", "proposed"]


def test_an_original_that_reads_otherwise_is_not_repaired(sign_in: SignIn, leaning: Made) -> None:
    browser = sign_in("east")
    browser.post("/clerk/pages/1/repair")
    with leaning.office.catalogue.write() as session:
        version = session.scalars(
            select(PageVersion).where(PageVersion.state == "current", PageVersion.page_id == 1)
        ).one()
        version.object_key = session.get_one(PageVersion, 2).object_key
    work(leaning)
    assert len(versions(leaning)) == 2
    with leaning.office.catalogue.read() as session:
        assert session.scalars(select(PageRepair)).one().error_code == "repair.original-changed"
    assert "数字摘要不符" in browser.get("/clerk/pages/1").text
