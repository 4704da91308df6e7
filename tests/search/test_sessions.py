"""The writer that stays open: it goes to who waits for it, and never writes to what is gone."""

from __future__ import annotations

import multiprocessing
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from search import layout, sessions
from search.embedded import EmbeddedIndex
from search.index import Document
from tests.search.asking import found, ids

PAGES = [Document(f"page:{number}", "page", "王建国") for number in range(3)]
_WRITES_AND_STAYS = """
import sys, time
from pathlib import Path
from search.embedded import EmbeddedIndex
from search.index import Document
index = EmbeddedIndex(Path(sys.argv[1]))
index.write([Document("page:0", "page", "王建国")])
print("written", flush=True)
while True:
    if len(sys.argv) > 2:
        index.write([Document("page:0", "page", "王建国")])
    else:
        time.sleep(1)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.mark.parametrize("more", [[], ["on and on"]])
def test_another_process_gets_it_before_it_is_given_up(
    root: Path, monkeypatch: pytest.MonkeyPatch, more: list[str]
) -> None:
    # In the child it would be given up after five seconds: the wait here is shorter.
    index = EmbeddedIndex(root, lock_timeout_s=4)
    with subprocess.Popen([sys.executable, "-c", _WRITES_AND_STAYS, root, *more], stdout=subprocess.PIPE) as child:
        assert child.stdout
        try:
            assert child.stdout.readline()
            index.write(PAGES[1:])
            assert ids(index) == ["page:0", "page:1", "page:2"]
        finally:
            child.kill()


def test_it_is_given_up_after_a_while(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "_IDLE_S", 0)
    EmbeddedIndex(root).write(PAGES)
    deadline = time.monotonic() + 10
    while not sessions.session(root).closed:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    # It closes, and then nobody has the lock.
    with layout.writer_lock(root, 10):
        pass


def test_a_folder_that_was_removed_or_put_back_is_written_anew(root: Path, tmp_path: Path) -> None:
    index = EmbeddedIndex(root)
    index.write(PAGES[:1])
    shutil.copytree(root, tmp_path / "kept")
    shutil.rmtree(root)
    index.write(PAGES[1:2])
    assert ids(index) == ["page:1"]
    shutil.rmtree(root)
    shutil.copytree(tmp_path / "kept", root)
    index.write(PAGES[2:])
    assert ids(index) == ["page:0", "page:2"]


def test_an_error_ends_it_and_the_next_write_begins_again(root: Path) -> None:
    index = EmbeddedIndex(root)
    index.write(PAGES[:1])
    with pytest.raises(RuntimeError), index.writer() as writer:
        writer.add([PAGES[1]])
        raise RuntimeError
    assert sessions.session(root).closed
    index.write(PAGES[2:])
    assert ids(index) == ["page:0", "page:2"]


def _write(root: Path) -> None:
    EmbeddedIndex(root).write(PAGES[1:])


def test_a_forked_child_has_none_of_it(root: Path) -> None:
    index = EmbeddedIndex(root)
    index.write(PAGES[:1])
    child = multiprocessing.get_context("fork").Process(target=_write, args=(root,))
    child.start()
    child.join(30)
    assert child.exitcode == 0
    assert len(found(index, "王建国")) == 3
