"""The embedded index: the contract, and what only it promises: many readers, one writer, crashes, damage."""

from __future__ import annotations

import errno
import multiprocessing
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from base.errors import BusyError, StorageError
from search import layout
from search.embedded import EmbeddedIndex
from search.index import Document, SearchIndex
from tests.search.asking import found, holding, ids
from tests.search.contract import Contract
from tests.search.samples import ALL, EVERYTHING


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedIndex]:
    """One index for all tests of the contract."""
    index = EmbeddedIndex.create(tmp_path_factory.mktemp("shared") / "index")
    yield index
    index.close()


class TestContract(Contract):
    @pytest.fixture
    def empty(self, shared: EmbeddedIndex) -> SearchIndex:
        return holding(shared, ())

    @pytest.fixture
    def filled(self, shared: EmbeddedIndex) -> SearchIndex:
        return holding(shared, ALL)


def test_a_first_write_makes_the_index(root: Path) -> None:
    EmbeddedIndex(root).write(ALL)
    assert len(ids(EmbeddedIndex(root))) == len(ALL)


def test_making_it_again_keeps_what_is_there(root: Path) -> None:
    EmbeddedIndex(root).write(ALL)
    assert len(ids(EmbeddedIndex.create(root))) == len(ALL)


def test_an_open_reader_sees_the_commit_of_another(root: Path) -> None:
    reader = EmbeddedIndex.create(root)
    assert found(reader, "王建国") == []
    EmbeddedIndex(root).write([Document("page:1", "page", "王建国")])
    assert found(reader, "王建国") == ["page:1"]
    EmbeddedIndex(root).write([], deleted=["page:1"])
    assert found(reader, "王建国") == []


def test_a_closed_reader_opens_again(root: Path) -> None:
    index = EmbeddedIndex(root)
    index.write(ALL)
    index.close()
    assert found(index, "吴建设") == ["person:1"]


def test_bulk_commits_on_its_way_and_keeps_them_when_it_breaks(root: Path) -> None:
    index = EmbeddedIndex(root)
    with pytest.raises(RuntimeError), index.writer(commit_every=10) as writer:
        for number in range(25):
            writer.add([Document(f"page:{number}", "page", "王建国")])
        raise RuntimeError
    assert len(ids(index)) == 20


def test_a_second_writer_waits_and_then_says_so(root: Path) -> None:
    index = EmbeddedIndex.create(root)
    hasty = EmbeddedIndex(root, lock_timeout_s=0.1)
    with index.writer():
        with pytest.raises(BusyError) as caught:
            hasty.write(ALL)
        assert found(hasty, "王") == []
    assert caught.value.code == "search.busy"
    hasty.write(ALL)
    assert len(ids(hasty)) == len(ALL)


def test_threads_search_while_one_writes(root: Path) -> None:
    index = EmbeddedIndex.create(root)
    index.write([Document("page:0", "page", "王建国 0")])
    stop = threading.Event()
    wrong: list[object] = []

    def read() -> None:
        last = 0
        while not stop.is_set():
            total = index.search("王建国", EVERYTHING).total
            if total < last:
                wrong.append((last, total))
            last = total

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(1, 20):
        index.write([Document(f"page:{number}", "page", f"王建国 {number}")])
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert index.search("王建国", EVERYTHING).total == 20


def _search_in_child(root: Path, pipe: object) -> None:
    pipe.send(found(EmbeddedIndex(root), "吴建设"))  # type: ignore[attr-defined]


def test_another_process_reads_while_the_writer_is_held(root: Path) -> None:
    index = EmbeddedIndex(root)
    index.write(ALL)
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    with index.writer():
        child = context.Process(target=_search_in_child, args=(root, there))
        child.start()
        assert here.poll(60)
        assert here.recv() == ["person:1"]
        child.join()


_FULL = """
import resource, signal, sys
from pathlib import Path
from base.errors import StorageError
from search.embedded import EmbeddedIndex
from search.index import Document, SearchIndex
index = EmbeddedIndex(Path(sys.argv[1]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    index.write(Document(f"page:{n}", "page", "".join(chr(0x4E00 + (n * 37 + i * 91) % 20000) for i in range(400))) for n in range(100, 1000))
except StorageError as error:
    print(error.code)
"""


def test_a_full_disk_is_named_and_leaves_what_was(root: Path) -> None:
    index = EmbeddedIndex(root)
    index.write(ALL)
    done = subprocess.run(
        [sys.executable, "-c", _FULL, root],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": "."},
        timeout=60,
    )
    assert done.stdout.strip() == "disk.full", done.stderr
    assert len(ids(index)) == len(ALL)
    index.write([Document("page:x", "page", "补写")])
    assert found(index, "补写") == ["page:x"]


@pytest.mark.parametrize("call", ["replace", "fsync"])
def test_a_disk_that_fills_up_at_the_swap_is_named(root: Path, call: str) -> None:
    index = EmbeddedIndex(root)
    index.write(ALL)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.MonkeyPatch.context() as patched, index.beside() as beside, pytest.raises(StorageError) as refused:
        beside.write([Document("page:1", "page", "新索引")])
        patched.setattr(os, call, full)
        beside.put_in_force()
    assert refused.value.code == "disk.full"
    assert len(ids(index)) == len(ALL)


def _code(root: Path) -> str:
    with pytest.raises(StorageError) as caught:
        EmbeddedIndex(root).search("吴国华", EVERYTHING)
    return caught.value.code


def test_a_missing_index_is_no_empty_answer(root: Path) -> None:
    assert _code(root) == "search.index-missing"
    root.mkdir()
    assert _code(root) == "search.index-missing"
    with pytest.raises(StorageError):
        ids(EmbeddedIndex(root))


def test_an_index_of_another_analysis_asks_to_be_rebuilt(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    EmbeddedIndex(root).write(ALL)
    monkeypatch.setattr(layout, "analysis_id", lambda: "2/other")
    assert _code(root) == "search.index-format"
    with pytest.raises(StorageError) as caught:
        EmbeddedIndex(root).write(ALL)
    assert caught.value.code == "search.index-format"


@pytest.mark.parametrize("damage", ["current", "meta", "no-meta", "no-segments", "short-segments", "no-generation"])
def test_damage_is_named(root: Path, damage: str) -> None:
    EmbeddedIndex(root).write(ALL)
    generation = layout.current_generation(root)
    segments = [each for each in generation.iterdir() if each.suffix in (".term", ".idx", ".pos", ".store", ".fast")]
    assert segments
    if damage == "current":
        (root / layout.CURRENT).write_text("{")
    elif damage == "meta":
        (generation / "meta.json").write_text("{")
    elif damage == "no-meta":
        (generation / "meta.json").unlink()
    elif damage == "no-generation":
        for each in generation.iterdir():
            each.unlink()
        generation.rmdir()
    for each in segments if damage.endswith("segments") else []:
        if damage == "no-segments":
            each.unlink()
        else:
            each.write_bytes(each.read_bytes()[:10])
    assert _code(root) == "search.index-broken"


def test_a_damaged_body_of_a_hit_is_named(root: Path) -> None:
    """Short bodies are kept as they are, so that damage reaches their characters."""
    EmbeddedIndex(root).write([Document("page:1", "page", "吴国华")])
    (store,) = layout.current_generation(root).glob("*.store")
    kept = store.read_bytes()
    assert "国".encode() in kept
    store.write_bytes(kept.replace("国".encode(), b"\xff\xff\xff"))
    assert _code(root) == "search.index-broken"
