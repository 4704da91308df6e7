"""Hand-over packages on disk: both layouts, each defect, hostile XML, and no word of an ordinary delivery."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.main import main
from ingest.delivery.package import package_documents, packages_of
from ingest.delivery.package_xml import read_xml
from ingest.delivery.read import read_delivery
from standards.profiles import load_profile
from standards.rules import PackageFacts, judge_package
from standards.rules.package import CATALOGUE_FIELDS, PackageLayout
from tests.ingest.delivery.trees import JPEG, tree

_NOTE = "移交单位：红星厂\n内容描述：退休人员档案\n起止档号：A-1 至 A-2\n档案数量（件）：2\n软硬件环境：无\n"
_METADATA = "<元数据><题名>登记表</题名></元数据>"


def _catalogue(layout: PackageLayout, *changes: dict[str, str]) -> str:
    rows = []
    for place in (1, 2):
        values = {"顺序号": str(place), "档号": f"A-{place}", "题名": "登记表", "电子档案名称": f"A-{place}.jpg"}
        for change in changes:
            values.update({name: text for name, text in change.items() if place == 2})
        cells = "".join(f"<{name}>{values.get(name, '')}</{name}>" for name in CATALOGUE_FIELDS[layout])
        rows.append(f"<文件>{cells}</文件>")
    return f"<文件目录>{''.join(rows)}</文件目录>"


def _write(path: Path, text: str, encoding: str = "gb18030") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    declared = f'<?xml version="1.0" encoding="{encoding.upper()}"?>' if path.suffix.casefold() == ".xml" else ""
    path.write_bytes((declared + text).encode(encoding))


def _t2012(root: Path) -> Path:
    tree(root, ["电子档案/2026/退休/A-1.jpg", "电子档案/2026/退休/A-2.jpg", "其他/说明.jpg"])
    _write(root / "说明文件.TXT", _NOTE)
    _write(root / "文件目录.XML", _catalogue("t2012"))
    return root


def _d93(root: Path) -> Path:
    tree(root, ["Q001/RS/A-1/001.jpg", "Q001/RS/A-2/正本/001.jpg"])
    for place in (1, 2):
        _write(root / f"Q001/RS/A-{place}/电子档案A-{place}元数据.XML", _METADATA)
    _write(root / "说明文件.TXT", _NOTE, "utf-8")
    _write(root / "目录文件.XML", _catalogue("d93"), "utf-8")
    return root


def _facts(root: Path) -> PackageFacts:
    (facts,) = packages_of(read_delivery(root))
    return facts


def _told(root: Path) -> list[tuple[str, str | None]]:
    found = judge_package(_facts(root), load_profile("da-t-31"))
    return [(each.rule, each.params.get("kind")) for each in found]


@pytest.mark.parametrize(("make", "layout"), [(_t2012, "t2012"), (_d93, "d93")])
def test_a_good_package_is_read_and_nothing_is_said(
    tmp_path: Path, make: Callable[[Path], Path], layout: PackageLayout
) -> None:
    facts = _facts(make(tmp_path))
    assert (facts.layout, facts.path) == (layout, "")
    assert facts.note is not None
    assert facts.note.declared == 2
    assert facts.catalogue is not None
    assert [entry.archive_no for entry in facts.catalogue.entries] == ["A-1", "A-2"]
    assert _told(tmp_path) == []


def test_an_ordinary_delivery_is_no_package(tmp_path: Path) -> None:
    tree(tmp_path, ["张三/1-1/001.jpg"])
    _write(tmp_path / "说明文件.txt", _NOTE)
    delivery = read_delivery(tmp_path)
    assert packages_of(delivery) == []
    assert package_documents(delivery.files) == frozenset()


def test_packages_side_by_side_are_found_and_none_within_another(tmp_path: Path) -> None:
    _t2012(tmp_path / "盘一")
    _d93(tmp_path / "盘二")
    _write(tmp_path / "盘一/电子档案/目录文件.XML", "<a/>")
    assert [(each.path, each.layout) for each in packages_of(read_delivery(tmp_path))] == [
        ("盘一", "t2012"),
        ("盘二", "d93"),
    ]


@pytest.mark.parametrize("make", [_t2012, _d93])
def test_a_package_without_its_catalogue_is_still_one(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    make(tmp_path)
    for catalogue in tmp_path.glob("*.XML"):
        catalogue.unlink()
    assert [kind for _, kind in _told(tmp_path)] == ["catalogue"]


def _drop(name: str) -> Callable[[Path], None]:
    return lambda root: (root / name).unlink()


def _rewrite(name: str, text: str, encoding: str = "utf-8") -> Callable[[Path], None]:
    return lambda root: _write(root / name, text, encoding)


def _second_folder(root: Path) -> None:
    _write(root / "Q002/A-2/元数据.XML", _METADATA)
    tree(root, ["Q002/A-2/001.jpg"])


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_drop("说明文件.TXT"), ("package.layout-d93", "note")),
        (_drop("Q001/RS/A-1/001.jpg"), ("package.match", "no-content")),
        (_drop("Q001/RS/A-1/电子档案A-1元数据.XML"), ("package.match", "no-metadata")),
        (_rewrite("说明文件.TXT", _NOTE.replace("2\n", "3\n")), ("package.count", None)),
        (_rewrite("说明文件.TXT", _NOTE.replace("红星厂", "")), ("package.note", None)),
        (_rewrite("目录文件.XML", _catalogue("d93", {"题名": ""})), ("package.catalogue-d93", "empty")),
        (_rewrite("目录文件.XML", _catalogue("d93", {"顺序号": "7"})), ("package.catalogue-d93", "order")),
        (_rewrite("目录文件.XML", _catalogue("d93")[:-5]), ("package.xml", "damaged")),
        (_rewrite("Q001/RS/A-1/电子档案A-1元数据.XML", "<a>"), ("package.xml", "damaged")),
        (_second_folder, ("package.match", "two-folders")),
        (lambda root: tree(root, ["Q001/RS/A-3/001.jpg"]), ("package.match", "no-entry")),
        (lambda root: tree(root, ["setup.exe"]), ("package.unlisted", None)),
        (lambda root: tree(root, ["Q001/RS/a.jpg"]), ("package.unlisted", None)),
        (lambda root: (root / "Q001/RS/A-1/a.jpg").symlink_to(root), ("package.unsafe", "link")),
    ],
)
def test_each_defect_of_a_d93_package_is_said_once(
    tmp_path: Path, spoil: Callable[[Path], object], told: tuple[str, str | None]
) -> None:
    spoil(_d93(tmp_path))
    assert _told(tmp_path) == [told]


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_drop("说明文件.TXT"), ("package.layout", "note")),
        (_drop("电子档案/2026/退休/A-2.jpg"), ("package.match", "no-file")),
        (_rewrite("文件目录.XML", _catalogue("t2012").replace("备注", "附注")), ("package.catalogue", "missing")),
        (_rewrite("文件目录.XML", _catalogue("t2012"), "gbk"), ("package.encoding", "foreign")),
        (_rewrite("文件目录.XML", _catalogue("t2012"), "utf-16"), ("package.encoding", "foreign")),
        (_rewrite("说明文件.TXT", "档案数量:1,200件(3.5 GB)"), ("package.count", None)),
        (lambda root: tree(root, ["电子档案/2026/退休/A-9.jpg"]), ("package.unlisted", None)),
        (lambda root: tree(root, ["A-9.jpg"]), ("package.unlisted", None)),
    ],
)
def test_each_defect_of_a_t2012_package_is_said_once(
    tmp_path: Path, spoil: Callable[[Path], object], told: tuple[str, str | None]
) -> None:
    spoil(_t2012(tmp_path))
    assert told in _told(tmp_path)
    assert len(_told(tmp_path)) <= 2


@pytest.mark.parametrize(
    ("name", "kind"), [("../../etc/A-2.jpg", "parent"), ("C:\\a\\A-2.jpg", "absolute"), ("退休\\A-2.jpg", "backslash")]
)
def test_names_that_lead_out_of_the_package_are_said(tmp_path: Path, name: str, kind: str) -> None:
    _write(_t2012(tmp_path) / "文件目录.XML", _catalogue("t2012", {"电子档案名称": name}))
    assert ("package.unsafe", kind) in _told(tmp_path)


@pytest.mark.parametrize(
    "name", ["A-2", "退休/A-2.jpg", "2026/退休/a-2.JPG", "电子档案/2026/退休/A-2.jpg", "./电子档案/2026/退休/A-2"]
)
def test_a_file_may_be_named_by_the_end_of_its_path(tmp_path: Path, name: str) -> None:
    _write(_t2012(tmp_path) / "文件目录.XML", _catalogue("t2012", {"电子档案名称": name}))
    assert _told(tmp_path) == []


def test_a_folder_may_be_named_for_its_files(tmp_path: Path) -> None:
    tree(_t2012(tmp_path), ["电子档案/2026/退休/B/001.jpg", "电子档案/2026/退休/B/002.jpg"])
    (tmp_path / "电子档案/2026/退休/A-2.jpg").unlink()
    _write(tmp_path / "文件目录.XML", _catalogue("t2012", {"电子档案名称": "退休/B"}))
    assert _told(tmp_path) == []


_LAUGHS = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><文件目录><文件><档号>&b;</档号></文件></文件目录>'
_OUTSIDE = '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><文件目录><文件><档号>&e;</档号></文件></文件目录>'


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (_LAUGHS.encode(), "dtd"),
        (_OUTSIDE.encode(), "dtd"),
        (_OUTSIDE.encode("utf-16"), "dtd"),
        (b'<!DOCTYPE a SYSTEM "http://a.invalid/a.dtd"><a/>', "dtd"),
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"\0" * 100, "damaged"),
        (b"\xff\xff\xff\xff", "damaged"),
        (b"<a>" * 10_000, "damaged"),
        (JPEG, "damaged"),
        (zlib.compress(b"<a/>"), "damaged"),
        ("<档号>&甲;</档号>".encode(), "damaged"),
    ],
)
def test_hostile_xml_has_a_problem_and_no_entries(data: bytes, problem: str) -> None:
    read = read_xml(data, "目录文件.XML")
    assert (read.problem, read.entries) == (problem, ())


@pytest.mark.parametrize(
    ("declared", "written", "told"),
    [
        ("GB18030", "gb18030", ("GB18030", "GB18030")),
        ("gb2312", "gb18030", ("GB2312", "GB2312")),
        ("UTF-8", "utf-8-sig", ("UTF-8", "UTF-8")),
        ("UTF-8", "gb18030", ("UTF-8", "GB18030")),
        ("GB2312", "utf-8", ("GB2312", "UTF-8")),
        ("hex", "utf-8", ("HEX", "UTF-8")),
    ],
)
def test_what_is_declared_and_what_is_written(declared: str, written: str, told: tuple[str, str]) -> None:
    text = f'<?xml version="1.0" encoding="{declared}"?>{_catalogue("d93", {"题名": "李四𠮷"})}'
    read = read_xml(text.encode(written), "a.xml")
    assert (read.encoding, read.true_encoding) == told
    assert [entry.filled["题名"] for entry in read.entries] == ["登记表", "李四𠮷"]


@given(st.binary(max_size=200), st.sampled_from([b"", b'<?xml version="1.0" encoding="GB2312"?>', b"<a>"]))
def test_no_bytes_crash_the_reader(data: bytes, before: bytes) -> None:
    assert read_xml(before + data, "a.xml").problem in (None, "dtd", "damaged", "empty")


def test_check_reports_a_package_in_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    package = _t2012(tmp_path / "盘")
    (package / "说明文件.TXT").unlink()
    assert main(["check", str(package), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    (finding,) = [each for each in told["findings"] if each["rule"].startswith("package.")]
    assert (finding["rule"], finding["verdict"]) == ("package.layout", "fail")
    assert "说明文件.TXT" in finding["message_zh"]
    assert told["ignored"] == []
    assert {item["id"]: item["state"] for item in told["four_properties"]}["GD-1-13"] == "warn"
