"""The office judges lists, catalogues and both sets as `check` does."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw
from sqlalchemy import select

from archive.access import machine_viewer
from archive.jobs import LocalQueue
from archive.office import Office
from archive.tables import Dossier, FindingRow, Page, PageVersion
from base.progress import Silent
from ingest.check import check_path
from ingest.delivery.read import read_delivery
from ingest.receive import receive
from ingest.workers import run_job
from ingest.workshop import Workshop

_HEAD = "序号,姓名,身份证号码,性别,出生日期,退休手续办理时间,生存状态,死亡日期,所属单位,户籍所在地,页数,档案局档号,保管期限,备注"
_PEOPLE = (
    _HEAD,
    "1,张三,11010519491231002X,男,19491231,19991231,健在,,红星厂,北京,2,A002-RS-001,永久,",
    "2,李四,440524188001010014,男,18800101,19300101,健在,,红星厂,,1,A002-RS·1-002,永久,",
)
_CATALOGUE = (
    "档号,类号,序号,材料名称,年,月,日,页数",
    "A002-RS-001,1,1,职工登记表,1986,3,1,1",
    "A002-RS-001,1,3,履历表,1985,3,1,1",
    "A002-RS·1-002,11,1,杂项,1990,,,1",
)


def _page(path: Path, text: str, turned: float = 0.0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.new("RGB", (827, 1169), (250, 246, 236))
    draw = ImageDraw.Draw(image)
    for line in range(20):
        draw.text((90, 120 + 45 * line), f"{text} {line} abcdefghijklm nopqrstuvw", fill=(20, 20, 20), font_size=24)
    image.rotate(-turned, fillcolor=(250, 246, 236)).save(path, dpi=(200, 200), quality=88)


def _delivery(root: Path) -> Path:
    for key, item in (("A002-RS-001", "1/1"), ("A002-RS-001", "1/3"), ("A002-RS·1-002", "10/1")):
        _page(root / "原始" / key / item / "001.jpg", f"{key} {item}", turned=4.0)
        _page(root / "优化" / key / item / "001.jpg", f"{key} {item}")
    (root / "移交案卷目录.csv").write_text("\n".join(_PEOPLE), "utf-8")
    (root / "卷内目录.csv").write_text("\n".join(_CATALOGUE), "utf-8")
    return root


def _judge(office: Office) -> None:
    queue, workshop = LocalQueue(office.catalogue), Workshop(office)
    while (job := queue.claim("test", ["measure", "judge", "judge_batch"])) is not None:
        run_job(workshop, queue, job)


# What needs what was read, or lies with the batch's notes, is not judged here.
_OURS = ("class.", "list.", "material.", "set.", "archive-no.", "record.", "name.archive-no", "page.skew")


def test_the_office_finds_in_lists_and_catalogues_what_check_finds(office: Office, tmp_path: Path) -> None:
    root = _delivery(tmp_path / "d")
    receive(office, read_delivery(root), "一批", machine_viewer("tester"), Silent(), "da-t-31")
    _judge(office)
    with office.catalogue.read() as session:
        kept = [(row.rule, row.verdict, row.measured) for row in session.scalars(select(FindingRow))]
        owners = {
            row.rule: session.get_one(Dossier, row.dossier_id).key if row.dossier_id else None
            for row in session.scalars(select(FindingRow))
        }
    report = check_path(root, workers=1)
    told = [
        (each.rule, each.verdict, None if each.measured is None else str(each.measured)) for each in report.findings
    ]
    expected = [each for each in told if each[0].startswith(_OURS)]
    ours = [each for each in kept if each[0].startswith(_OURS)]
    assert sorted(ours, key=str) == sorted(expected, key=str)
    assert {rule for rule, _, _ in expected} == {
        "class.code",
        "class.number",
        "list.columns",
        "list.sex",
        "list.empty",
        "material.order",
    }
    assert (owners["list.sex"], owners["list.empty"]) == ("A002-RS-001", None)


_LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
_ABSENT = "3,王五,110105194912310021,女,19491231,19991231,健在,,红星厂,北京,7,A002-RS-003,永久,"
_ABOUT_LISTS = ("list.", "catalogue.count", "package.", "id.")


def _told(office: Office) -> list[tuple[str, str, str]]:
    with office.catalogue.read() as session:
        rows = session.scalars(select(FindingRow)).all()
        return sorted(
            (row.rule, str(row.measured), str(row.limit)) for row in rows if row.rule.startswith(_ABOUT_LISTS)
        )


def _checked(root: Path) -> list[tuple[str, str, str]]:
    found = check_path(root, workers=1).findings
    return sorted(
        (each.rule, str(each.measured), str(each.limit)) for each in found if each.rule.startswith(_ABOUT_LISTS)
    )


def _package(root: Path) -> None:
    """说明文件 and an empty catalogue beside the dossiers: a package that lacks much."""
    (root / "说明文件.TXT").write_text("档案数量：5\n", "utf-8")
    (root / "案卷目录.xml").write_text("<?xml version='1.0' encoding='utf-8'?><目录/>", "utf-8")


def test_lists_that_cannot_be_read_rows_without_a_dossier_and_packages_are_found_as_check_finds_them(
    office: Office, tmp_path: Path
) -> None:
    root = _delivery(tmp_path / "d")
    (root / "移交案卷目录.csv").write_text("\n".join((*_PEOPLE, _ABSENT)), "utf-8")
    (root / "补充目录.xls").write_bytes(_LOCKED)
    _package(root)
    receive(office, read_delivery(root), "一批", machine_viewer("tester"), Silent(), "da-t-31")
    _judge(office)
    found = _told(office)
    assert found == _checked(root)
    rules = {rule for rule, _, _ in found}
    assert {"list.columns", "list.unreadable", "catalogue.count", "id.checksum"} <= rules
    assert any(rule.startswith("package.") for rule in rules)


def test_a_row_whose_dossier_comes_later_or_that_the_list_drops_is_no_longer_without_one(
    office: Office, tmp_path: Path
) -> None:
    root = tmp_path / "d"
    _page(root / "A002-RS-001" / "1" / "1" / "001.jpg", "first")
    lists = root / "移交案卷目录.csv"
    viewer, absent = machine_viewer("tester"), ("catalogue.count", "0", "7")
    lists.write_text("\n".join((*_PEOPLE, _ABSENT)), "utf-8")
    receive(office, read_delivery(root), "一批", viewer, Silent(), "da-t-31")
    _judge(office)
    assert absent in _told(office) and ("catalogue.count", "0", "1") in _told(office)
    _page(root / "A002-RS-003" / "1" / "1" / "001.jpg", "late")
    receive(office, read_delivery(root), "一批", viewer, Silent(), "da-t-31")
    _judge(office)
    assert absent not in _told(office) and ("catalogue.count", "0", "1") in _told(office)
    # Nothing but the list is new: the batch is judged anew all the same.
    lists.write_text("\n".join((*_PEOPLE[:2], _ABSENT)), "utf-8")
    receive(office, read_delivery(root), "一批", viewer, Silent(), "da-t-31")
    _judge(office)
    assert ("catalogue.count", "0", "1") not in _told(office)


def test_an_original_is_judged_anew_when_its_optimised_image_comes(office: Office, tmp_path: Path) -> None:
    root = tmp_path / "d"
    _page(root / "原始" / "P1" / "1" / "1" / "001.jpg", "one", turned=4.0)
    receive(office, read_delivery(root), "一批", machine_viewer("tester"), Silent(), "da-t-31")
    _judge(office)
    skewed = select(PageVersion.image_set).join(FindingRow, FindingRow.version_id == PageVersion.id)
    skewed = skewed.where(FindingRow.rule == "page.skew")
    with office.catalogue.read() as session:
        assert session.scalars(skewed).all() == ["original"]
    _page(root / "优化" / "P1" / "1" / "1" / "001.jpg", "one")
    receive(office, read_delivery(root), "一批", machine_viewer("tester"), Silent(), "da-t-31")
    _judge(office)
    with office.catalogue.read() as session:
        assert len(session.scalars(select(Page)).all()) == 1
        assert session.scalars(skewed).all() == []
