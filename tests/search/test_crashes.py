"""The embedded index under kill -9: in a commit, a merge, a rebuild, a swap. Real processes; what is left is whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from search import layout
from search.embedded import EmbeddedIndex
from search.index import Document, IndexState
from tests.search.asking import found, ids
from tests.search.samples import ALL, EVERYTHING

_HEAD = """
import sys
from pathlib import Path
from search.embedded import EmbeddedIndex
from search.index import Document
index = EmbeddedIndex(Path(sys.argv[1]))
"""
_COMMITS = """
with index.writer(commit_every=20) as writer:
    for number in range(1_000_000):
        writer.add([Document(f"page:{number}", "page", f"王建国{number}同志" * 20)])
        if number % 20 == 19:
            print(number, flush=True)
"""
# Eight segments of a size: the eighth commit starts a merge of all, which `finish` waits for.
_MERGE = """
with index.writer(commit_every=200) as writer:
    for number in range(1_600):
        writer.add([Document(f"page:{number}", "page", "王建国" + "".join(chr(0x4E00 + number * i % 997) for i in range(80)))])
    print(number, flush=True)
"""
_REBUILD = """
with index.beside() as beside:
    for number in range(1_000_000):
        beside.write([Document(f"page:{number}", "page", f"重建{number}" * 20)])
        if number == 200:
            print(number, flush=True)
"""
_SWAPS = """
for version in range(1, 1_000_000):
    with index.beside() as beside:
        beside.write(Document(f"page:{version}-{number}", "page", f"第{version}版") for number in range(10))
        beside.put_in_force()
        print(version, flush=True)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "index"


@contextmanager
def child(body: str, root: Path) -> Iterator[IO[bytes]]:
    """A process at work in the index; killed at the end of the block."""
    environment = {**os.environ, "PYTHONPATH": "."}
    with subprocess.Popen(
        [sys.executable, "-c", _HEAD + body, root], stdout=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout
        try:
            yield process.stdout
        finally:
            process.send_signal(signal.SIGKILL)


def last_number(lines: IO[bytes], before: int) -> int:
    """The last line that came before the death of the child, and after `before`."""
    return max([before, *map(int, lines)])


@pytest.mark.parametrize("commits", [1, 3, 6])
def test_killed_in_a_commit_it_reopens_with_every_commit_whole(root: Path, commits: int) -> None:
    with child(_COMMITS, root) as lines:
        for _ in range(commits):
            seen = int(lines.readline())
        # Somewhere in the adding, the commit or a merge that follows.
        time.sleep(0.003 * commits)
    index = EmbeddedIndex(root, lock_timeout_s=1)
    present = set(ids(index))
    assert len(present) > seen
    assert len(present) % 20 == 0
    assert present == {f"page:{number}" for number in range(len(present))}
    assert_repaired_by_a_write(index)
    assert index.search("王建国", EVERYTHING).total == len(present)


@pytest.mark.parametrize("delay_s", [0, 0.02])
def test_killed_in_a_merge_it_has_all_commits(root: Path, delay_s: float) -> None:
    with child(_MERGE, root) as lines:
        assert int(lines.readline()) == 1_599
        time.sleep(delay_s)
    index = EmbeddedIndex(root, lock_timeout_s=1)
    assert index.search("王建国", EVERYTHING).total == len(ids(index)) == 1_600
    assert_repaired_by_a_write(index)


def test_killed_in_a_rebuild_the_old_one_goes_on(root: Path) -> None:
    index = EmbeddedIndex(root)
    index.write(ALL)
    with child(_REBUILD, root) as lines:
        assert lines.readline()
        assert len(layout.generations(root)) == 2
        assert ids(index) == sorted(each.id for each in ALL)
        index.write([Document("page:x", "page", "照常")])
        assert found(index, "照常") == ["page:x"]
        assert len(layout.generations(root)) == 2
    assert found(index, "重建") == []
    assert_repaired_by_a_write(index)
    assert [each.name for each in layout.generations(root)] == ["g1"]
    with index.beside() as beside:
        beside.write(ALL)
        beside.put_in_force()
    assert ids(index) == sorted(each.id for each in ALL)


@pytest.mark.parametrize("delay_s", [0, 0.01, 0.03])
def test_killed_in_a_swap_one_of_both_is_in_force_and_whole(root: Path, delay_s: float) -> None:
    index = EmbeddedIndex.create(root)
    with child(_SWAPS, root) as lines:
        seen = int(lines.readline())
        for _ in range(20):
            # While they swap, every search sees one version, whole.
            hits = found(index, "版")
            assert len(hits) == 10
            assert len({each.split("-")[0] for each in hits}) == 1
        time.sleep(delay_s)
    present = ids(index)
    (version,) = {int(each.split(":")[1].split("-")[0]) for each in present}
    assert len(present) == 10
    assert version >= seen
    assert_repaired_by_a_write(index)
    assert len(layout.generations(root)) == 1


def assert_repaired_by_a_write(index: EmbeddedIndex) -> None:
    assert index.state() == IndexState("ready")
    index.write([Document("page:x", "page", "补写")])
    assert found(index, "补写") == ["page:x"]


def test_an_old_generation_stays_while_it_is_read(root: Path) -> None:
    index, reader = EmbeddedIndex(root), EmbeddedIndex(root)
    index.write(ALL)
    stamps = reader.stamps()
    first = next(stamps)
    with index.beside() as beside:
        beside.put_in_force()
    assert [each.name for each in sorted(layout.generations(root))] == ["g1", "g2"]
    assert found(reader, "吴国华") == []
    index.write([])
    assert len(layout.generations(root)) == 2
    assert {each for each, _ in (first, *stamps)} == {each.id for each in ALL}
    index.write([])
    assert [each.name for each in layout.generations(root)] == ["g2"]


@pytest.mark.parametrize("current", [None, "{", '{"generation": "g1", "format": "of another program"}'])
def test_what_cannot_be_searched_is_rebuilt_beside(root: Path, current: str | None) -> None:
    index = EmbeddedIndex(root)
    index.write(ALL)
    (root / layout.CURRENT).unlink() if current is None else (root / layout.CURRENT).write_text(current)
    assert index.state().state == "rebuild"
    with index.beside() as beside:
        beside.write(ALL[:2])
        beside.put_in_force()
    assert ids(index) == ["person:1", "person:2"]
    index.write([])
    assert [each.name for each in layout.generations(root)] == ["g2"]
