"""Names of a hand-over list that could not be typed, from the list to the hit: found by what they may be, shown as they are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from archive import name_images
from archive.access import machine_viewer, viewer_of
from archive.office import Office, make_office
from archive.tables import Account, PageVersion, Person
from base.progress import Silent
from base.settings import load_settings
from ingest.delivery.read import read_delivery
from ingest.find import FindAnswer, find
from ingest.indexer import drain, open_index
from ingest.receive import receive
from search.index import SearchIndex
from tests.archive.factory import page_image

WHO = machine_viewer("tester")
_HEAD = "序号,姓名,身份证号码,性别,出生日期,退休手续办理时间,生存状态,死亡日期,所属单位,户籍所在地,页数,档案局档号,保管期限,备注"
# As they come: typed with a box, with the printer's 〓, lost by a conversion, in a private font, in GBK's old private area.
NAMES = ("王□国", "王建国", "王〓国", "李??", "赵\ue5a0", "\ue863建国", "王建国庆", "???")


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, SearchIndex]]:
    folder = tmp_path_factory.mktemp("names")
    rows = [_HEAD]
    for number, name in enumerate(NAMES, start=1):
        path = folder / "in" / f"A{number:03}" / "1" / "1" / "001.jpg"
        path.parent.mkdir(parents=True)
        path.write_bytes(page_image(f"page {number}"))
        rows.append(f"{number},{name},,男,19491231,20091231,健在,,红星厂,北京,1,A{number:03},永久,")
    (folder / "in" / "移交案卷目录.csv").write_text("\n".join(rows), "utf-8-sig")
    office = make_office(load_settings(folder / "office", {}), "测试区档案中心", "admin", "password-1")
    receive(office, read_delivery(folder / "in"), "一批", WHO, Silent(), "da-t-31")
    index = open_index(office)
    drain(office, index)
    yield office, index
    index.close()
    office.close()


def names(answer: FindAnswer) -> list[str | None]:
    return [hit.person for hit in answer.hits]


def test_the_list_is_kept_as_it_was_written(taken_in: tuple[Office, SearchIndex]) -> None:
    office, _ = taken_in
    with office.catalogue.read() as session:
        assert session.scalars(select(Person.name).order_by(Person.id)).all() == list(NAMES)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        # As it stands before what a list could not print; nobody whose name cannot be read at all.
        ("王建国", ["王建国", "王建国庆", "王□国", "王〓国"]),
        ("王□国", ["王□国", "王建国", "王〓国", "王建国庆"]),
        ('"王□国"', ["王□国", "王〓国"]),
        ("李强", ["李??"]),
        ("赵敏", ["赵\ue5a0"]),
        ("赵\ue5a0", ["赵\ue5a0"]),
        ("䶮建国", ["\ue863建国"]),
        ("𪚥建国", []),
    ],
)
def test_a_name_is_found_by_what_it_may_be(
    taken_in: tuple[Office, SearchIndex], query: str, expected: list[str]
) -> None:
    assert names(find(*taken_in, WHO, query, kinds=["person"])) == expected


def test_the_nearest_reading_beside_a_picture_finds_the_person_and_the_hit_has_the_picture(
    taken_in: tuple[Office, SearchIndex],
) -> None:
    office, index = taken_in
    with office.catalogue.write() as session:
        clerk = viewer_of(session, session.scalars(select(Account)).one())
        version = session.scalars(select(PageVersion.id).order_by(PageVersion.id)).all()[7]
        session.get_one(PageVersion, version).width = 420
        session.get_one(PageVersion, version).height = 594
        image = name_images.keep(session, clerk, version, [[60, 100], [240, 100], [240, 124], [60, 124]], "钱□芳")
    drain(office, index)
    for query in ("钱□芳", "钱秀芳", "钱"):
        answer = find(office, index, clerk, query, kinds=["person"])
        assert [(hit.person, hit.name_image) for hit in answer.hits] == [("???", image)]
    with office.catalogue.write() as session:
        name_images.withdraw(session, clerk, image)
    drain(office, index)
    assert find(office, index, clerk, "钱秀芳", kinds=["person"]).total == 0
