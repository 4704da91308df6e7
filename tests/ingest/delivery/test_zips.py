"""ZIPs in a delivery: every packer's names, and whatever an archive holds, its members stay in their folder."""

from __future__ import annotations

import shutil
import struct
import zlib
from collections import namedtuple
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.errors import StorageError
from ingest.delivery.model import Delivery
from ingest.delivery.opened import open_delivery
from ingest.delivery.zip_names import RawName, member_names
from tests.ingest.delivery.trees import ID, JPEG, jpeg
from tests.ingest.delivery.zips import gbk, mac, packed, utf8, write

OTHER = jpeg(61, 80)


def paths(delivery: Delivery, kind: str = "page") -> list[str]:
    refused = {file.path for file, _ in delivery.problems}
    return sorted(file.path for file in delivery.files if file.kind == kind and file.path not in refused)


def refused(delivery: Delivery) -> dict[str, str]:
    return {file.path: error.code for file, error in delivery.problems}


@pytest.mark.parametrize("written", [gbk, utf8, mac])
def test_names_come_out_as_they_were_packed(tmp_path: Path, written: object) -> None:
    name = f"{ID}张三/四、学历学位/1/001.jpg"
    delivery = open_delivery(write(tmp_path / "移交.zip", written(name, JPEG)))  # type: ignore[operator]
    (page,) = delivery.pages()
    assert (page.file.path, page.material, page.number) == (name, "4-1", 1)
    assert page.file.source.read_bytes() == JPEG
    assert delivery.dossiers[0].key == f"{ID}张三"


def test_a_zip_stands_for_the_folder_that_was_packed(tmp_path: Path) -> None:
    write(tmp_path / "d" / f"{ID}张三.zip", gbk("9-1/2/001.jpg", JPEG), gbk("9-1/2/002.jpg", OTHER))
    write(tmp_path / "d" / "P2" / "原始.zip", gbk("1/1/001.jpg", JPEG))
    write(tmp_path / "d" / "P2" / "优化.ZIP", gbk("1/1/001.jpg", OTHER))
    delivery = open_delivery(tmp_path / "d")
    assert [dossier.key for dossier in delivery.dossiers] == [f"{ID}张三", "P2"]
    assert [(page.file.path, page.material) for page in delivery.dossiers[0].pages] == [
        (f"{ID}张三.zip/9-1/2/001.jpg", "9-1-2"),
        (f"{ID}张三.zip/9-1/2/002.jpg", "9-1-2"),
    ]
    assert [(page.image_set, page.order) for page in delivery.dossiers[1].pages] == [("original", 0), ("optimised", 0)]


def test_a_list_in_a_zip_is_read(tmp_path: Path) -> None:
    rows = "序号,姓名,身份证号码,页数\n1,张三,11010519491231002X,1\n".encode("gb18030")
    delivery = open_delivery(write(tmp_path / "a.zip", gbk("移交目录.csv", rows), gbk(f"{ID}/001.jpg", JPEG)))
    assert delivery.dossiers[0].person is not None
    assert delivery.dossiers[0].person.name == "张三"


def test_a_name_that_leads_out_is_set_aside_and_nothing_lies_outside(tmp_path: Path) -> None:
    names = [
        "../../outside.jpg",
        "/abs/outside.jpg",
        "C:\\outside.jpg",
        "a/../../outside.jpg",
        "..\\outside.jpg",
        "a\nb.jpg",
    ]
    work = tmp_path / "work"
    work.mkdir()
    archive = write(tmp_path / "a.zip", *(gbk(name, name.encode()) for name in names), gbk("P1/1/1/001.jpg", OTHER))
    before = {path for path in tmp_path.rglob("*") if work not in path.parents}
    delivery = open_delivery(archive, scratch=work)
    assert paths(delivery) == ["P1/1/1/001.jpg"]
    assert set(refused(delivery).values()) == {"zip.name-unsafe"}
    assert len(delivery.problems) == len(names)
    assert {file.source.read_bytes() for file, _ in delivery.problems} == {name.encode() for name in names}
    assert {path for path in tmp_path.rglob("*") if work not in path.parents} == before
    assert not Path("/abs").exists()


def test_a_backslash_is_a_folder(tmp_path: Path) -> None:
    delivery = open_delivery(write(tmp_path / "a.zip", gbk("P1\\1\\2\\003.jpg", JPEG), gbk("P1\\1\\")))
    assert paths(delivery) == ["P1/1/2/003.jpg"]


def test_links_and_what_systems_leave_behind_are_ignored_and_counted(tmp_path: Path) -> None:
    link = gbk("P1/1/1/002.jpg", b"../../../etc/passwd", mode=0o120777)
    left = ["P1/Thumbs.db", "P1/desktop.ini", "__MACOSX/P1/._001.jpg", "P1/.DS_Store", "P1/~$目录.xlsx", "P1/读我.txt"]
    delivery = open_delivery(
        write(tmp_path / "a.zip", link, *(gbk(n, b"x") for n in left), gbk("P1/1/1/001.jpg", JPEG))
    )
    assert paths(delivery) == ["P1/1/1/001.jpg"]
    reasons = {file.path: file.reason for file in delivery.files if file.kind == "ignored"}
    assert reasons["P1/1/1/002.jpg"] == "ignored.link"
    assert set(reasons) == {"P1/1/1/002.jpg", *left}
    assert not delivery.problems


def test_two_members_of_one_name_are_both_kept(tmp_path: Path) -> None:
    same = gbk("P1/1/1/001.jpg", JPEG)
    delivery = open_delivery(write(tmp_path / "a.zip", same, gbk("P1/1/1/001.jpg", OTHER), same))
    assert paths(delivery) == ["P1/1/1/001.jpg"]
    assert refused(delivery) == {"P1/1/1/001#2.jpg": "zip.name-twice"}
    assert delivery.problems[0][0].source.read_bytes() == OTHER
    assert [file.path for file in delivery.files if file.reason == "ignored.twice"] == ["P1/1/1/001#3.jpg"]


def test_names_that_differ_only_in_case_are_two_pages(tmp_path: Path) -> None:
    delivery = open_delivery(write(tmp_path / "a.zip", gbk("P1/1/1/a.jpg", JPEG), gbk("P1/1/1/A.JPG", OTHER)))
    pages = list(delivery.pages())
    assert {page.file.source.read_bytes() for page in pages} == {JPEG, OTHER}
    assert len({page.order for page in pages}) == 2


def test_a_locked_zip_and_a_locked_member(tmp_path: Path) -> None:
    locked = gbk("P1/1/1/001.jpg", JPEG, flags=1)
    write(tmp_path / "d" / "all.zip", locked)
    some = write(tmp_path / "d" / "some.zip", locked, gbk("P1/1/1/002.jpg", OTHER))
    delivery = open_delivery(tmp_path / "d")
    assert refused(delivery) == {"all.zip": "zip.locked", "some.zip/P1/1/1/001.jpg": "zip.locked"}
    assert paths(delivery) == ["some.zip/P1/1/1/002.jpg"]
    # What cannot be taken out is kept as the archive that holds it.
    assert delivery.problems[1][0].source == some


def test_damaged_archives_and_members_are_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    whole = packed(gbk("P1/1/1/001.jpg", JPEG))
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "half.zip").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "d" / "empty.zip").write_bytes(b"")
    bad = gbk("P1/1/1/002.jpg", JPEG, stored=zlib.compress(OTHER)[2:-4])
    write(tmp_path / "d" / "members.zip", gbk("P1/1/1/001.jpg", OTHER), bad, gbk("P1/1/1/003.jpg", JPEG, method=9))
    assert refused(open_delivery(tmp_path / "d")) == {
        "half.zip": "zip.damaged",
        "empty.zip": "zip.damaged",
        "members.zip/P1/1/1/002.jpg": "zip.member-damaged",
        "members.zip/P1/1/1/003.jpg": "zip.method",
    }
    assert paths(open_delivery(tmp_path / "d")) == ["members.zip/P1/1/1/001.jpg"]


def test_zips_in_zips_are_opened_to_the_third(tmp_path: Path) -> None:
    inner = packed(gbk("1/1/001.jpg", JPEG))
    for name in ("P1.zip", "二.zip", "三.zip"):
        inner = packed(gbk(name, inner))
    (tmp_path / "a.zip").write_bytes(inner)
    assert refused(open_delivery(tmp_path / "a.zip")) == {"三.zip/二.zip/P1.zip": "zip.nested"}
    write(tmp_path / "b.zip", gbk("P1.zip", packed(gbk("1/1/001.jpg", JPEG))))
    delivery = open_delivery(tmp_path / "b.zip")
    assert paths(delivery) == ["P1.zip/1/1/001.jpg"]
    assert delivery.dossiers[0].key == "P1"


def test_bombs_are_not_unpacked(tmp_path: Path) -> None:
    blank = zlib.compressobj(9, zlib.DEFLATED, -15)
    squeezed = blank.compress(b"\0" * (1 << 20)) + blank.flush()
    entry = gbk("P1/1/1/001.tif", b"", stored=squeezed)
    data = bytearray(packed(entry))
    work = tmp_path / "work"
    work.mkdir()
    # Says of itself that 2 GiB come out.
    for mark, at in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        start = data.index(mark) + at
        data[start : start + 4] = struct.pack("<I", 2 << 30)
    (tmp_path / "bomb.zip").write_bytes(data)
    delivery = open_delivery(tmp_path / "bomb.zip", scratch=work)
    assert refused(delivery) == {"bomb.zip": "zip.bomb"}
    assert sum(path.stat().st_size for path in work.rglob("*") if path.is_file()) == 0


def test_other_packers_are_never_passed_over_in_silence(tmp_path: Path) -> None:
    (tmp_path / "P1").mkdir()
    for name in ("a.rar", "b.7z", "c.tar.gz", "d.z01"):
        (tmp_path / "P1" / name).write_bytes(b"x")
    (tmp_path / "P1" / "无名").write_bytes(b"Rar!\x1a\x07\x01\x00")
    delivery = open_delivery(tmp_path)
    assert len(refused(delivery)) == 5
    assert set(refused(delivery).values()) == {"packed.unknown"}


def test_a_full_disk_is_no_fault_of_the_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = write(tmp_path / "a.zip", gbk("P1/1/1/001.jpg", JPEG))
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(1, 1, 1 << 20))
    with pytest.raises(StorageError) as caught:
        open_delivery(archive)
    assert caught.value.code == "disk.full"


def test_the_members_go_with_the_delivery(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    delivery = open_delivery(write(tmp_path / "a.zip", gbk("P1/1/1/001.jpg", JPEG)), scratch=work)
    assert list(work.iterdir())
    del delivery
    assert not list(work.iterdir())


def test_a_name_that_no_coding_reads_is_shown_all_the_same() -> None:
    (name,) = member_names([RawName(b"\xff\xfe/001.jpg", 0)])
    assert (name.path, name.unread, name.unsafe) == ("%ff%fe/001.jpg", True, False)


def test_a_short_gb18030_name_that_passes_for_utf8_is_read_as_gb18030() -> None:
    assert "联想".encode("gb18030").decode("utf-8", "ignore") != "联想"
    sly = bytes([0xCF, 0xA2, 0xD1, 0xA7])  # valid UTF-8 for two Greek and Cyrillic letters
    assert member_names([RawName(sly, 0)])[0].path == sly.decode("gb18030")


def test_the_unicode_field_of_info_zip_is_believed_where_it_fits_the_name() -> None:
    raw = b"????.jpg"
    field = struct.pack("<BI", 1, zlib.crc32(raw)) + "张三.jpg".encode()
    extra = struct.pack("<HH", 0x7075, len(field)) + field
    assert member_names([RawName(raw, 0, extra)])[0].path == "张三.jpg"
    assert member_names([RawName(b"a.jpg", 0, extra)])[0].path == "a.jpg"


@given(st.lists(st.tuples(st.binary(max_size=30), st.sampled_from([0, 0x800]), st.binary(max_size=20)), max_size=6))
def test_any_name_stays_in_its_folder(names: list[tuple[bytes, int, bytes]]) -> None:
    for name in member_names([RawName(*each) for each in names]):
        parts = name.path.split("/")
        assert ".." not in parts and "" not in parts and not name.path.startswith("/")
        name.path.encode()


@given(
    st.lists(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=12), min_size=1, max_size=5)
)
def test_whatever_gb18030_wrote_is_read_back(parts: list[str]) -> None:
    plain = ["x" + "".join(char for char in part if char not in "/\\:") for part in parts]
    path = "/".join([*plain, "中文"])
    assert member_names([RawName(path.encode("gb18030"), 0)])[0].path == path
