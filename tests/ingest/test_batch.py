"""One page's whole way on the real engine, in real worker processes: from a folder to a marked word."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import select

from archive import outbox
from archive.access import Viewer, machine_viewer
from archive.office import Office, make_office
from archive.tables import AuditEntry, Material, PageVersion
from base.progress import Silent
from base.settings import load_settings
from ingest.batch import BatchResult, ingest
from ingest.find import find
from ingest.indexer import drain, indexer_lock, open_index
from ingest.verify import verify_index
from search.embedded import EmbeddedIndex
from tests.search.failing import FailingIndex

SONG = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
WHO = machine_viewer("tester")


def _write_page(path: Path, lines: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.new("RGB", (1654, 2339), (250, 247, 240))
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(SONG, 52)
    for number, line in enumerate(lines):
        draw.text((200, 260 + 140 * number), line, fill=(25, 25, 30), font=font)
    image.save(path, dpi=(200, 200), quality=88)


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, EmbeddedIndex, BatchResult, Path]]:
    folder = tmp_path_factory.mktemp("batch")
    root = folder / "delivery"
    _write_page(root / "A001" / "1" / "1" / "001.jpg", ["职工登记表", "姓名 欧阳建国", "参加工作时间 一九六八年"])
    _write_page(root / "A001" / "1" / "1" / "002.jpg", ["家庭主要成员", "妻子 司徒秀英", "现在红星机械厂工作"])
    (root / "A001" / "9-1" / "1").mkdir(parents=True)
    whole = (root / "A001" / "1" / "1" / "001.jpg").read_bytes()
    (root / "A001" / "9-1" / "1" / "001.jpg").write_bytes(whole[: len(whole) // 2])
    office = make_office(load_settings(folder / "office", {"JUANZONG_WORKERS": "2"}), "测试区", "admin", "password-1")
    result = ingest(office, root, "一批", WHO, Silent(), wait=True)
    index = open_index(office)
    yield office, index, result, root
    index.close()
    office.close()


def test_all_is_read_and_the_damaged_page_is_set_aside(
    taken_in: tuple[Office, EmbeddedIndex, BatchResult, Path],
) -> None:
    _, _, result, _ = taken_in
    answer = result.as_json()
    assert answer["received"] == answer["new"] + answer["known"] + len(answer["quarantined"]) == 3
    assert [each["file"] for each in answer["quarantined"]] == ["A001/9-1/1/001.jpg"]
    assert result.failed_jobs == 0
    assert result.findings["fail"] >= 1
    assert result.has_failures


@pytest.mark.parametrize("query", ["欧阳建国", "欧阳", "建国", "司徒秀英", "红星机械厂"])
def test_what_stands_on_a_page_is_found_and_marked_on_it(
    taken_in: tuple[Office, EmbeddedIndex, BatchResult, Path], query: str
) -> None:
    office, index, _, _ = taken_in
    answer = find(office, index, WHO, query, kinds=["page"])
    assert answer.total == 1
    hit = answer.hits[0]
    assert hit.file == ("A001/1/1/001.jpg" if query in "欧阳建国" else "A001/1/1/002.jpg")
    (top_left, top_right, bottom_right, _) = hit.boxes[0]
    # The box covers the words and not the whole line's left part: names stand after their label.
    assert 190 < top_left[0] < top_right[0] < 1654
    assert bottom_right[1] > top_left[1]


def test_a_stranger_finds_nothing(taken_in: tuple[Office, EmbeddedIndex, BatchResult, Path]) -> None:
    office, index, _, _ = taken_in
    stranger = Viewer("account:x", 9, "x", frozenset({"clerk"}), frozenset({999}))
    assert find(office, index, stranger, "欧阳建国").total == 0


def test_each_material_has_its_searchable_pdf(taken_in: tuple[Office, EmbeddedIndex, BatchResult, Path]) -> None:
    office, _, _, _ = taken_in
    with office.catalogue.read() as session:
        keys = dict(session.execute(select(Material.key, Material.pdf_key)).tuples().all())
    assert keys["1-1"] is not None
    assert office.store.read(keys["1-1"]).startswith(b"%PDF")
    assert keys["9-1-1"] is None  # its only page cannot be opened


def test_index_and_catalogue_agree(taken_in: tuple[Office, EmbeddedIndex, BatchResult, Path]) -> None:
    office, index, _, _ = taken_in
    answer = verify_index(office, index).as_json()
    assert answer["bad"] == answer["could_not_check"] == []
    assert answer["good"] == answer["checked"] > 0


def test_every_image_has_its_first_sight(taken_in: tuple[Office, EmbeddedIndex, BatchResult, Path]) -> None:
    office, _, _, _ = taken_in
    with office.catalogue.read() as session:
        versions = session.scalars(select(PageVersion).where(PageVersion.width.is_not(None))).all()
    assert len(versions) == 2
    for version in versions:
        assert version.view_key is not None
        assert version.thumbnail_key is not None
        assert office.store.read(version.view_key).startswith(b"\xff\xd8")


def test_a_search_leaves_a_trace_without_its_words(taken_in: tuple[Office, EmbeddedIndex, BatchResult, Path]) -> None:
    office, index, _, _ = taken_in
    find(office, index, WHO, "司徒秀英")
    with office.catalogue.read() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert entry.action == "search"
    assert "司徒" not in str(entry.detail)


def test_again_nothing_is_doubled(taken_in: tuple[Office, EmbeddedIndex, BatchResult, Path]) -> None:
    office, index, first, root = taken_in
    again = ingest(office, root, "一批", WHO, Silent(), wait=True)
    assert (again.receipt.new, again.receipt.known) == (0, 2)
    assert again.pages == first.pages
    assert find(office, index, WHO, "欧阳建国", kinds=["page"]).total == 1


def test_one_process_at_a_time_writes_the_index(taken_in: tuple[Office, EmbeddedIndex, BatchResult, Path]) -> None:
    office, index, _, _ = taken_in
    with indexer_lock(office) as mine:
        assert mine
        with indexer_lock(office) as second:
            assert not second
    assert drain(office, index) == 0


def test_files_are_taken_while_the_index_is_down_and_the_answer_says_so(
    taken_in: tuple[Office, EmbeddedIndex, BatchResult, Path],
    monkeypatch: pytest.MonkeyPatch,
    slept: list[float],
) -> None:
    office, index, first, root = taken_in
    assert first.as_json()["index"] == {"waiting": 0, "refused": 0}
    with office.catalogue.write() as session:
        outbox.announce(session, ["page:1"], first.receipt.batch_id)
    monkeypatch.setattr("ingest.index_upkeep.open_index", lambda _: FailingIndex(index, down=True))
    down = ingest(office, root, "一批", WHO, Silent(), wait=True)
    assert down.has_failures
    assert slept
    told = down.as_json()["index"]
    assert (told["waiting"], told["reason"]) == (1, "search.index-unreadable")
    assert told["message_zh"] != told["message"]
    monkeypatch.undo()
    again = ingest(office, root, "一批", WHO, Silent(), wait=True)
    assert again.as_json()["index"] == {"waiting": 0, "refused": 0}
