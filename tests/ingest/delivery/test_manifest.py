"""Manifests as senders write them, and what they promise against what came."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.delivery.opened import open_delivery
from ingest.delivery.promise import Promise
from ingest.delivery.reconcile import Reconciled, reconcile
from ingest.delivery.settled import settle_delivery
from tests.ingest.delivery.trees import JPEG, jpeg, tree
from tests.ingest.delivery.zips import gbk, write

OTHER = jpeg(61, 80)
# Of "abc", as GB/T 32905 gives it.
SM3_ABC = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def digest(name: str, data: bytes = JPEG) -> str:
    return hashlib.new(name, data).hexdigest()


def settled(root: Path) -> Reconciled:
    found = settle_delivery(open_delivery(root)).files
    assert found is not None
    return found


@pytest.fixture
def root(tmp_path: Path) -> Path:
    tree(tmp_path / "d", ["P1/1/1/001.jpg", "P1/1/1/002.jpg"])
    (tmp_path / "d/P1/1/1/002.jpg").write_bytes(OTHER)
    return tmp_path / "d"


def pairs(algorithm: str) -> list[tuple[str, str]]:
    return [("P1/1/1/001.jpg", digest(algorithm)), ("P1/1/1/002.jpg", digest(algorithm, OTHER))]


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256", "sha512"])
@pytest.mark.parametrize(
    "line",
    ["{hex}  {path}", "{hex} *./{path}", "{algorithm} ({path}) = {hex}", "{algorithm}({path})= {hex}", "{path}\t{hex}"],
)
def test_each_way_to_write_a_line(root: Path, algorithm: str, line: str) -> None:
    lines = [line.format(hex=hexed.upper(), path=path, algorithm=algorithm.upper()) for path, hexed in pairs(algorithm)]
    (root / "校验清单.txt").write_bytes("\r\n".join(["# 移交清单", *lines]).encode("gb18030"))
    found = settled(root)
    assert (found.promised, found.checked, found.missing, found.extra, found.other_digest) == (2, 2, [], [], [])
    assert found.manifests == ["校验清单.txt"]


@pytest.mark.parametrize("header", ["文件名,SHA256,大小", "序号,文件路径,摘要值,字节数", "file path,MD5,size"])
def test_tables_with_a_column_of_names(root: Path, header: str) -> None:
    algorithm = "md5" if "MD5" in header else "sha256"
    rows = [header]
    for number, (path, hexed) in enumerate(pairs(algorithm), start=1):
        first = f"{number}," if header.startswith("序号") else ""
        rows.append(f"{first}{path.replace('/', chr(92))},{hexed},{len(JPEG if number == 1 else OTHER)}")
    (root / "移交文件.csv").write_text("\n".join([*rows, "合计,,"]), "gb18030")
    found = settled(root)
    assert (found.promised, found.checked, found.missing, found.other_digest) == (2, 2, [], [])


def test_what_is_missing_extra_and_other_is_named(root: Path) -> None:
    lines = [
        f"{digest('sha256')}  P1/1/1/001.jpg",
        f"{digest('sha256')}  P1/1/1/002.jpg",
        f"{'0' * 64}  P1/1/1/003.jpg",
    ]
    (root / "manifest-sha256.txt").write_text("\n".join(lines[1:]))
    found = settled(root)
    assert found.missing == ["P1/1/1/003.jpg"]
    assert found.extra == ["P1/1/1/001.jpg"]
    (other,) = found.other_digest
    assert (other.file, other.algorithm, other.got) == ("P1/1/1/002.jpg", "sha256", digest("sha256", OTHER))
    assert not found.is_whole
    assert found.as_json()["counts"] == {"missing": 1, "extra": 1, "other_digest": 1, "unchecked": 0}


def test_sm3_is_told_from_sha256_by_the_bytes(tmp_path: Path) -> None:
    tree(tmp_path, ["P1/001.jpg"], b"abc")
    (tmp_path / "checksums.txt").write_text(f"{SM3_ABC}  P1/001.jpg\n")
    found = settled(tmp_path)
    assert (found.checked, found.other_digest) == (1, [])


def test_a_manifest_written_one_folder_higher_or_lower_is_understood(root: Path) -> None:
    (root / "a.md5").write_text(f"{digest('md5')}  某单位移交/P1/1/1/001.jpg\n{digest('md5', OTHER)}  1/1/002.jpg\n")
    assert settled(root).is_whole
    assert settled(root).promised == 2


def test_bare_names_are_told_apart_by_their_digest(tmp_path: Path) -> None:
    tree(tmp_path, ["P1/001.jpg"])
    tree(tmp_path, ["P2/001.jpg"], OTHER)
    (tmp_path / "md5sums.txt").write_text(
        f"{digest('md5', OTHER)}  001.jpg\n{digest('md5')}  001.jpg\n{'0' * 32}  001.jpg\n"
    )
    found = settled(tmp_path)
    assert (found.checked, found.extra, found.missing) == (2, [], ["001.jpg"])


def test_a_zip_is_promised_as_a_whole_and_its_members_are_no_extra(tmp_path: Path) -> None:
    archive = write(tmp_path / "d" / "张三.zip", gbk("1/1/001.jpg", JPEG))
    (tmp_path / "d" / "张三.zip.sha256").write_text(f"{digest('sha256', archive.read_bytes())}  张三.zip\n")
    found = settled(tmp_path / "d")
    assert (found.checked, found.extra, found.is_whole) == (1, [], True)


def test_text_that_is_no_manifest_is_ignored_as_ever(root: Path) -> None:
    (root / "移交清单.txt").write_text("共两卷,请查收。\n联系人:李某\n")
    delivery = open_delivery(root)
    assert delivery.promises == ()
    assert [file.path for file in delivery.files if file.kind == "ignored"] == ["移交清单.txt"]


def test_lists_promise_dossiers_and_pages(root: Path) -> None:
    (root / "移交目录.csv").write_text(
        "序号,姓名,身份证号码,页数\nP1,张三,11010519491231002X,3\n2,李四,440524188001010014,5\n"
    )
    told = settle_delivery(open_delivery(root)).as_json()
    assert told == {"files": None, "dossiers": {"promised": 2, "arrived": 1}, "pages": {"promised": 8, "arrived": 2}}


@given(
    st.lists(st.sampled_from(["a/1.jpg", "a/2.jpg", "b/1.jpg", "c.jpg"])),
    st.sets(st.sampled_from(["a/1.jpg", "b/1.jpg"])),
)
def test_counts_come_out_even(promised: list[str], arrived: set[str]) -> None:
    found = reconcile([Promise(path, "m.txt") for path in promised], dict.fromkeys(arrived, 1), [], lambda *_: None)
    assert found.promised == len(set(promised) & arrived) + len(found.missing)
    assert set(found.extra) == arrived - set(promised)
    assert set(found.missing) == set(promised) - arrived
