"""Documents prepared in other processes are those prepared here, in their order, whatever becomes of those processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from search.embedded import EmbeddedIndex
from search.index import Document, Rejected
from search.prepared import prepared
from search.preparing import Preparing
from tests.search.asking import found
from tests.search.samples import EVERYTHING

_BUILDS = """
from search.index import Document
from search.preparing import Preparing
preparing = Preparing(1, first_here=0)
for ready in preparing.each(Document(f"page:{number}", "page", "x") for number in range(1_000_000)):
    print(*preparing._pool._processes, flush=True)
"""


def some(count: int) -> list[Document]:
    """Every seventh is one that no index takes."""
    return [
        Document(f"page:{number}", "page", f"王建国第{number}页 1968年12月", year=1968 if number % 7 else 0)
        for number in range(count)
    ]


@pytest.fixture
def preparing() -> Iterator[Preparing]:
    with closing(Preparing(1, first_here=0)) as made:
        yield made


def test_other_processes_answer_as_this_one_and_in_order(preparing: Preparing) -> None:
    documents = some(1050)
    answers = list(preparing.each(documents))
    assert answers == [prepared(each) for each in documents]
    assert sum(isinstance(each, Rejected) for each in answers) == 150
    assert preparing._pool is not None


def test_few_documents_start_no_process() -> None:
    with closing(Preparing(1)) as preparing:
        assert len(list(preparing.each(some(500)))) == 500
        assert preparing._pool is None


def test_without_a_second_core_all_is_done_here() -> None:
    with closing(Preparing(0, first_here=0)) as preparing:
        assert len(list(preparing.each(some(300)))) == 300
        assert preparing._pool is None


def test_a_process_that_is_killed_loses_nothing(preparing: Preparing) -> None:
    documents, answers = some(3000), []
    for ready in preparing.each(documents):
        answers.append(ready)
        if len(answers) == 150:
            assert preparing._pool is not None
            for process in preparing._pool._processes.values():
                process.kill()
    assert answers == [prepared(each) for each in documents]


def test_what_cannot_be_handed_over_is_prepared_here(preparing: Preparing) -> None:
    class Local(str):
        """A class that no other process can import."""

    documents = [Document("page:1", "page", "x", stored={"local": Local("y")}), *some(3)]
    assert list(preparing.each(documents)) == [prepared(each) for each in documents]


def test_a_builder_that_is_killed_leaves_no_process(tmp_path: Path) -> None:
    builder = subprocess.Popen([sys.executable, "-c", _BUILDS], stdout=subprocess.PIPE, text=True)
    assert builder.stdout is not None
    with builder.stdout:
        helper = int(builder.stdout.readline())
        builder.kill()
        builder.wait()
    until = time.monotonic() + 20
    while _lives(helper) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _lives(helper)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"


def test_an_index_built_with_other_processes_is_the_same_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.writing.Preparing", lambda: Preparing(1, first_here=100))
    index = EmbeddedIndex.create(tmp_path / "index")
    documents = some(700)
    # The later one with an id is the one that is found.
    again = Document("page:1", "page", "换过的第一页", year=1970)
    with index.beside() as beside:
        refused = beside.write([*documents, again])
        beside.put_in_force()
    assert {each.id for each in refused} == {f"page:{number}" for number in range(0, 700, 7)}
    assert index.search("1968年12月", EVERYTHING).total == 599
    assert found(index, "换过的第一页") == ["page:1"]
    assert dict(index.stamps()).keys() == {f"page:{number}" for number in range(700) if number % 7}
    index.close()


def test_ctrl_c_is_not_answered_beside(preparing: Preparing) -> None:
    answers = preparing.each(some(3000))
    next(answers)
    assert preparing._pool is not None
    for process in preparing._pool._processes:
        os.kill(process, signal.SIGINT)
    assert len(list(answers)) == 2999
    assert all(process.is_alive() for process in preparing._pool._processes.values())
