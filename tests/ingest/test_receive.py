"""Receiving a delivery: safe bytes, honest counts, nothing doubled, nothing lost, neighbours go on."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pikepdf
import pytest
from sqlalchemy import func, select

from archive.access import machine_viewer
from archive.office import Office
from archive.store.keys import original_key
from archive.tables import Batch, Dossier, JobRow, Material, Page, PageVersion, Person, ReceivedFile
from base.digests import sha256_of_file
from base.errors import InputError, StorageError
from base.progress import Silent
from ingest.delivery.read import read_delivery
from ingest.receive import Receipt, receive
from tests.ingest.conftest import MakePage

WHO = machine_viewer("tester")


def _receive(office: Office, root: Path, batch: str = "一批") -> Receipt:
    return receive(office, read_delivery(root), batch, WHO, Silent(), "da-t-31")


def _count(office: Office, table: type) -> int:
    with office.catalogue.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def delivery(tmp_path: Path, page: MakePage) -> Path:
    root = tmp_path / "delivery"
    for dossier in ("A001", "A002"):
        for item in ("1/1", "9-1/2"):
            for number in (1, 2):
                page(root / dossier / item / f"{number:03}.jpg", f"{dossier} {item} {number}")
    return root


def test_everything_is_stored_byte_for_byte_under_its_digest(office: Office, delivery: Path) -> None:
    receipt = _receive(office, delivery)
    assert (receipt.received, receipt.new, receipt.known, receipt.quarantined) == (8, 8, 0, [])
    for file in delivery.rglob("*.jpg"):
        assert office.store.read(original_key(sha256_of_file(file))) == file.read_bytes()
    assert _count(office, Page) == 8
    assert _count(office, Dossier) == 2
    assert _count(office, Material) == 4


def test_the_same_delivery_twice_changes_nothing(office: Office, delivery: Path) -> None:
    _receive(office, delivery)
    before = [_count(office, table) for table in (ReceivedFile, Page, PageVersion, Material, JobRow)]
    again = _receive(office, delivery)
    assert (again.new, again.known) == (0, 8)
    assert [_count(office, table) for table in (ReceivedFile, Page, PageVersion, Material, JobRow)] == before


def test_identical_bytes_at_two_places_are_two_files(office: Office, delivery: Path) -> None:
    shutil.copy(delivery / "A001/1/1/001.jpg", delivery / "A001/1/1/003.jpg")
    assert _receive(office, delivery).new == 9
    assert _count(office, Page) == 9


def test_new_bytes_at_an_occupied_place_are_a_proposal(office: Office, delivery: Path, page: MakePage) -> None:
    _receive(office, delivery)
    page(delivery / "A001/1/1/001.jpg", "scanned again")
    receipt = _receive(office, delivery)
    assert (receipt.new, receipt.known, receipt.replaced) == (1, 7, ["A001/1/1/001.jpg"])
    with office.catalogue.read() as session:
        assert sorted(session.scalars(select(PageVersion.state))) == ["current"] * 8 + ["proposed"]
    assert _count(office, Page) == 8
    third = _receive(office, delivery)
    assert (third.new, third.known) == (0, 8)


def test_known_bytes_at_a_new_place_are_a_move_that_waits_for_a_person(office: Office, delivery: Path) -> None:
    _receive(office, delivery)
    (delivery / "A001/1/1/002.jpg").rename(delivery / "A001/1/1/005.jpg")
    receipt = _receive(office, delivery)
    assert (receipt.new, receipt.known) == (0, 8)
    assert receipt.moved == [{"from": "A001/1/1/002.jpg", "to": "A001/1/1/005.jpg"}]
    assert _count(office, Page) == 8
    with office.catalogue.read() as session:
        row = session.scalars(select(ReceivedFile).where(ReceivedFile.state == "moved")).one()
    assert (row.reason_params["dossier"], row.reason_params["pages"]) == ("A001", [[1, "1-1", 5]])


def test_what_is_no_image_is_set_aside_with_its_bytes_and_the_rest_goes_on(office: Office, delivery: Path) -> None:
    fake = delivery / "A001/1/1/003.jpg"
    fake.write_text("this is a letter, not a picture")
    (delivery / "A002/1/1/003.jpg").write_bytes(b"")
    receipt = _receive(office, delivery)
    assert receipt.received == 10
    assert receipt.new == 8
    assert sorted(path for path, _ in receipt.quarantined) == ["A001/1/1/003.jpg", "A002/1/1/003.jpg"]
    assert office.store.read(original_key(sha256_of_file(fake))) == fake.read_bytes()
    again = _receive(office, delivery)
    assert (again.known, len(again.quarantined)) == (8, 2)


def test_interrupted_and_run_again_it_finishes_with_nothing_doubled(
    office: Office, delivery: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = type(office.store).put
    calls = 0

    def break_on_the_sixth(self: object, *args: object, **kwargs: object) -> object:
        nonlocal calls
        calls += 1
        if calls == 6:
            raise StorageError("disk.full", path="objects")
        return put(self, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(type(office.store), "put", break_on_the_sixth)
    with pytest.raises(StorageError, match="disk is full"):
        _receive(office, delivery)
    assert _count(office, Page) == 4  # the first dossier is safe, whole
    again = _receive(office, delivery)
    assert (again.new, again.known) == (4, 4)
    assert _count(office, Page) == 8
    assert _count(office, JobRow) == 8


def test_no_name_of_a_file_or_person_is_in_any_key(office: Office, tmp_path: Path, page: MakePage) -> None:
    root = tmp_path / "in"
    page(root / "11010519491231002X 王建国" / "1" / "1" / "001.jpg", "x")
    _receive(office, root)
    keys = [info.key for info in office.store.list()]
    assert keys
    assert not any("王" in key or "11010519491231002" in key for key in keys)


def test_a_row_of_the_list_without_images_is_noted(office: Office, delivery: Path) -> None:
    head = "序号,姓名,身份证号码,性别,出生日期,退休手续办理时间,生存状态,死亡日期,所属单位,户籍所在地,页数,档案局档号,保管期限,备注"
    rows = [
        "1,张三,11010519491231002X,女,19491231,19991231,健在,,红星厂,北京,4,A001,永久,",
        "2,李四,,男,19500101,20100101,健在,,红星厂,北京,4,A002,永久,",
        "3,王五,440524188001010014,男,18800101,19400101,健在,,红星厂,北京,4,A003,永久,",
    ]
    (delivery / "移交案卷目录.csv").write_text("\n".join([head, *rows]), "utf-8-sig")
    _receive(office, delivery)
    with office.catalogue.read() as session:
        batch = session.scalars(select(Batch)).one()
        people = sorted(session.execute(select(Person.name, Person.id_state)).tuples())
    assert (batch.promised["people"], batch.promised["pages"]) == (3, 12)
    assert [(note["code"], note["params"]["number"]) for note in batch.notes] == [("delivery.row-without-images", "3")]
    assert people == [("张三", "ok"), ("李四", "missing")]


def test_the_two_sets_of_a_page_are_linked_versions_of_one_page(office: Office, tmp_path: Path, page: MakePage) -> None:
    root = tmp_path / "sets"
    for folder in ("原始", "优化"):
        for number in (1, 2):
            page(root / folder / "A001" / "1" / "1" / f"{number:03}.jpg", f"{folder} {number}")
    assert _receive(office, root).new == 4
    with office.catalogue.read() as session:
        versions = session.execute(select(PageVersion.page_id, PageVersion.image_set, PageVersion.state)).tuples().all()
    assert _count(office, Page) == 2
    assert sorted(versions) == [
        (1, "optimised", "current"),
        (1, "original", "linked"),
        (2, "optimised", "current"),
        (2, "original", "linked"),
    ]


def test_a_pdf_made_of_the_images_is_a_linked_version_of_their_pages(
    office: Office, tmp_path: Path, page: MakePage
) -> None:
    root = tmp_path / "derived"
    for folder in ("原始", "优化"):
        for number in (1, 2):
            page(root / folder / "A001" / "1" / "1" / f"{number:03}.jpg", f"{folder} {number}")
    (root / "A001").mkdir()
    with pikepdf.new() as document:
        for _ in range(2):
            document.add_blank_page(page_size=(595, 842))
        document.save(root / "A001" / "1-1.pdf")
    _receive(office, root)
    with office.catalogue.read() as session:
        versions = session.execute(select(PageVersion.page_id, PageVersion.image_set, PageVersion.state)).tuples().all()
    assert _count(office, Page) == 2
    assert sorted(version for version in versions if version[1] == "derived") == [
        (1, "derived", "linked"),
        (2, "derived", "linked"),
    ]
    assert sorted(version[0] for version in versions if version[2] == "current") == [1, 2]


def test_a_file_that_cannot_be_read_is_set_aside_and_comes_right_with_the_next_delivery(
    office: Office, delivery: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = delivery / "A001/1/1/002.jpg"
    real = Path.read_bytes

    def read(path: Path) -> bytes:
        if path == bad:
            raise OSError(5, "Input/output error")
        return real(path)

    with monkeypatch.context() as broken:
        broken.setattr(Path, "read_bytes", read)
        receipt = _receive(office, delivery)
    assert (receipt.new, [error.code for _, error in receipt.quarantined]) == (7, ["path.unreadable"])
    again = _receive(office, delivery)
    assert (again.new, again.known, again.quarantined) == (1, 7, [])
    with office.catalogue.read() as session:
        assert set(session.scalars(select(ReceivedFile.state))) == {"received"}
    assert _count(office, Page) == 8


def test_a_drive_that_is_gone_stops_the_run(office: Office, delivery: Path) -> None:
    read = read_delivery(delivery)
    shutil.rmtree(delivery)
    with pytest.raises(InputError) as caught:
        receive(office, read, "一批", WHO, Silent(), "da-t-31")
    assert caught.value.code == "path.unreadable"


def test_the_same_bytes_at_two_places_are_named(office: Office, delivery: Path) -> None:
    shutil.copy(delivery / "A001/1/1/001.jpg", delivery / "A002/1/1/009.jpg")
    assert _receive(office, delivery).duplicates == [{"file": "A002/1/1/009.jpg", "of": "A001/1/1/001.jpg"}]


def test_a_manifest_is_settled_over_all_deliveries_of_the_batch(office: Office, delivery: Path) -> None:
    late = delivery / "A002/9-1/2/002.jpg"
    lines = [f"{hashlib.md5(p.read_bytes()).hexdigest()}  {p.relative_to(delivery)}" for p in delivery.rglob("*.jpg")]
    (delivery / "校验清单.txt").write_text("\n".join([*lines, f"{'0' * 32}  A001/1/1/001.jpg"]), "gb18030")
    data = late.read_bytes()
    late.unlink()
    first = _receive(office, delivery).settled
    assert first is not None and first.files is not None
    assert first.files.missing == ["A002/9-1/2/002.jpg"]
    assert [each.file for each in first.files.other_digest] == ["A001/1/1/001.jpg"]
    with office.catalogue.read() as session:
        batch = session.scalars(select(Batch)).one()
        assert batch.promised["reconcile"]["files"]["counts"]["missing"] == 1
        assert {note["code"] for note in batch.notes} == {"reconcile.missing", "reconcile.other-digest"}
    (delivery / "校验清单.txt").unlink()
    late.write_bytes(data)
    second = _receive(office, delivery).settled
    assert second is not None and second.files is not None
    assert (second.files.missing, second.files.checked) == ([], 9)
