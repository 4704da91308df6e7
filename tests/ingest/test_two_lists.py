"""Two lists with the same row numbers in one batch: what is wrong with a row stands with the dossier of that row alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from archive.access import machine_viewer
from archive.jobs import LocalQueue
from archive.office import Office
from archive.tables import Dossier, FindingRow
from base.progress import Silent
from ingest.delivery.read import read_delivery
from ingest.receive import receive
from ingest.workers import run_job
from ingest.workshop import Workshop
from tests.ingest.conftest import MakePage

_HEAD = "序号,姓名,身份证号码,性别,出生日期,退休手续办理时间,生存状态,死亡日期,所属单位,户籍所在地,页数,档案局档号,保管期限,备注"
_SOUND = "1,张三,11010519491231002X,女,19491231,19991231,健在,,红星厂,北京,1,A002-RS-001,永久,"
# The 17th digit says: a man.
_ODD = "1,李四,110105194912310038,女,19491231,19991231,健在,,红星厂,北京,1,A002-RS-002,永久,"


def _part(root: Path, key: str, row: str, page: MakePage, folder: str = "") -> Path:
    """A dossier and its list, both below `folder`."""
    page(root / folder / key / "1/1/001.jpg", key)
    (root / folder / "移交案卷目录.csv").write_text(f"{_HEAD}\n{row}", "utf-8")
    return root


def _owners_of_sex(office: Office) -> list[str | None]:
    queue, workshop = LocalQueue(office.catalogue), Workshop(office)
    while (job := queue.claim("test", ["measure", "judge", "judge_batch"])) is not None:
        run_job(workshop, queue, job)
    with office.catalogue.read() as session:
        found = session.scalars(select(FindingRow).where(FindingRow.rule == "list.sex")).all()
        return [session.get_one(Dossier, each.dossier_id).key if each.dossier_id else None for each in found]


def _receive(office: Office, root: Path) -> None:
    receive(office, read_delivery(root), "一批", machine_viewer("tester"), Silent(), "da-t-31")


@pytest.mark.parametrize("order", [(_ODD, _SOUND), (_SOUND, _ODD)])
def test_lists_of_two_units_in_one_delivery(
    office: Office, tmp_path: Path, page: MakePage, order: tuple[str, str]
) -> None:
    root = tmp_path / "d"
    for folder, row in zip(("一厂", "二厂"), order, strict=True):
        _part(root, row.split(",")[11], row, page, folder)
    _receive(office, root)
    assert _owners_of_sex(office) == [f"{'一厂' if order[0] is _ODD else '二厂'}/A002-RS-002"]


def test_lists_of_one_name_delivered_one_after_the_other(office: Office, tmp_path: Path, page: MakePage) -> None:
    """Both are row 2 of 移交案卷目录.csv: the finding stays with the batch rather than go to another person's dossier."""
    for folder, row in (("1", _ODD), ("2", _SOUND)):
        _receive(office, _part(tmp_path / folder, row.split(",")[11], row, page))
    assert _owners_of_sex(office) == [None]
