"""Damage on disk: found by what looks through the index, noted by who meets it, gone with the next generation."""

from __future__ import annotations

import errno
import json
import shutil
from pathlib import Path

import pytest

from base.errors import StorageError
from search import damage
from search.embedded import EmbeddedIndex
from search.index import Document, IndexState
from search.layout import CURRENT, DAMAGED, generations
from tests.search.asking import found
from tests.search.samples import ALL, EVERYTHING


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two commits, one of which deletes: each kind of file is there."""
    root = tmp_path / "index"
    index = EmbeddedIndex.create(root)
    index.write(ALL)
    index.write([ALL[0]], [ALL[1].id])
    index.close()
    return root


def the(root: Path, kind: str) -> Path:
    """The largest file of its kind."""
    return max(generations(root)[0].glob(f"*.{kind}"), key=lambda each: each.stat().st_size)


def zero(path: Path, first: float, last: float) -> None:
    """What a disk gives back that lost blocks."""
    data = bytearray(path.read_bytes())
    begin, end = int(len(data) * first), int(len(data) * last)
    data[begin:end] = bytes(end - begin)
    path.write_bytes(data)


@pytest.mark.parametrize("kind", ["idx", "pos", "term", "store", "fast", "fieldnorm", "del"])
@pytest.mark.parametrize("how", ["a block", "one byte", "cut off", "empty", "its end", "lost"])
def test_each_file_is_looked_through(root: Path, kind: str, how: str) -> None:
    assert EmbeddedIndex(root).damaged() == ()
    path = the(root, kind)
    data = path.read_bytes()
    if how == "lost":
        path.unlink()
    elif how == "a block":
        path.write_bytes(b"\xff" * 20 + data[20:])
    else:
        path.write_bytes(
            {
                "one byte": bytes([data[0] ^ 1]) + data[1:],
                "cut off": data[:-20],
                "empty": b"",
                "its end": data[:-1] + b"\1",
            }[how]
        )
    assert EmbeddedIndex(root).damaged() == (f"g1/{path.name}",)


@pytest.mark.parametrize("meta", ["", "[]", '{"segments": [{}]}', None])
def test_a_commit_that_cannot_be_read_is_damage(root: Path, meta: str | None) -> None:
    path = root / "g1/meta.json"
    path.unlink() if meta is None else path.write_text(meta, "utf-8")
    assert EmbeddedIndex(root).damaged() == ("g1/meta.json",)


def test_what_is_in_force_may_be_lost_as_a_whole(root: Path) -> None:
    shutil.rmtree(root / "g1")
    assert EmbeddedIndex(root).damaged() == ("g1",)
    (root / CURRENT).write_text("{")
    assert EmbeddedIndex(root).damaged() == (CURRENT,)
    (root / CURRENT).unlink()
    with pytest.raises(StorageError) as error:
        EmbeddedIndex(root).damaged()
    assert error.value.code == "search.index-missing"


def test_files_that_go_with_a_commit_meanwhile_are_no_damage(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = set(generations(root)[0].iterdir())
    look = damage._is_whole

    def overtaken(path: Path) -> bool:
        with EmbeddedIndex(root).writer() as writer:
            for each in ALL:
                writer.delete(each.id)
        return look(path)

    monkeypatch.setattr(damage, "_is_whole", overtaken)
    assert EmbeddedIndex(root).damaged() == ()
    assert before - set(generations(root)[0].iterdir())


def test_what_cannot_be_read_for_another_reason_is_not_called_damaged(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_path: Path) -> bool:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(damage, "_is_whole", refused)
    with pytest.raises(StorageError) as error:
        EmbeddedIndex(root).damaged()
    assert error.value.code == "search.index-unreadable"


def test_what_a_search_meets_is_known_to_every_process_until_it_is_rebuilt(root: Path) -> None:
    """`state` asks for nothing by a word: only a search meets this."""
    index, other = EmbeddedIndex(root), EmbeddedIndex(root)
    index.write(Document(f"page:{each}", "page", f"王建国填写登记表，经组织审查{each}") for each in range(300))
    zero(the(root, "idx"), 0.3, 0.9)
    assert other.state() == IndexState("ready")
    with pytest.raises(StorageError) as error:
        index.search("王建国", EVERYTHING)
    assert error.value.code == "search.index-broken"
    state = other.state()
    assert (state.state, state.detail) == ("rebuild", "search.index-broken")
    assert the(root, "idx").name in str(state.values["detail"])
    with other.beside() as beside:
        beside.write(ALL)
        beside.put_in_force()
    assert index.state() == other.state() == IndexState("ready")
    assert not (root / DAMAGED).exists()
    assert index.damaged() == ()
    assert found(index, "吴国华")


def test_a_note_of_another_generation_is_none(root: Path) -> None:
    (root / DAMAGED).write_text(json.dumps({"generation": "g7", "files": ["g7/x.idx"]}))
    assert EmbeddedIndex(root).state() == IndexState("ready")
    (root / DAMAGED).write_text("{")
    assert EmbeddedIndex(root).state() == IndexState("ready")


def test_a_failure_of_whole_files_is_no_damage_and_not_looked_for_again_at_once(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[Path] = []

    def look(at: Path) -> tuple[str, ...]:
        looks.append(at)
        return ()

    monkeypatch.setattr(damage, "damaged", look)
    watch = damage.Watch(root)
    for _ in range(3):
        with pytest.raises(StorageError), watch.failures():
            raise ValueError("a query that no engine runs")
    with pytest.raises(StorageError), watch.failures():
        raise OSError(errno.ENOSPC, "No space left on device")
    assert looks == [root]
    assert EmbeddedIndex(root).state() == IndexState("ready")
