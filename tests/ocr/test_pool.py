"""A page that breaks its worker stops no other page, and nothing is left running."""

from __future__ import annotations

import io
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from ocr.engines import EngineFactory
from ocr.errors import OcrError
from ocr.pool import Outcome, PoolSettings, ReadingPool
from ocr.worker import PageImage
from tests.ocr import breaking


def _image(what: int, mark: int = 0) -> PageImage:
    out = io.BytesIO()
    Image.fromarray(breaking.order(what, mark)).save(out, "PNG")
    return PageImage(out.getvalue(), f"page-{what}-{mark}.png")


@pytest.fixture
def factory(tmp_path: Path) -> EngineFactory:
    return partial(breaking.BreakingEngine, tmp_path)


def _all(pool: ReadingPool, orders: list[int]) -> dict[object, Outcome]:
    return {o.key: o for o in pool.read_all((i, _image(what, i)) for i, what in enumerate(orders))}


def test_one_page_of_each_kind_of_accident(factory: EngineFactory) -> None:
    orders = [
        breaking.WELL, breaking.WELL, breaking.DIES, breaking.FAILS, breaking.RAISES, breaking.GARBAGE,
        breaking.HANGS, breaking.DIES_ONCE, breaking.WELL,
    ]  # fmt: skip
    with ReadingPool(factory, PoolSettings(workers=2, page_seconds=3)) as pool:
        outcomes = _all(pool, orders)
    codes = {key: o.error.code if o.error else None for key, o in outcomes.items()}
    assert codes == {
        0: None, 1: None, 2: "ocr.worker-died", 3: "ocr.failed", 4: "ocr.failed", 5: "ocr.garbage",
        6: "ocr.page-timeout", 7: None, 8: None,
    }  # fmt: skip
    assert {key: o.attempts for key, o in outcomes.items() if o.attempts > 1} == {2: 2, 7: 2}
    assert all((o.reading is None) == (o.error is not None) for o in outcomes.values())
    assert all(o.error.path == f"page-{orders[int(str(k))]}-{k}.png" for k, o in outcomes.items() if o.error)


def test_a_damaged_image_is_named_and_its_neighbour_read(factory: EngineFactory, tmp_path: Path) -> None:
    pages = [(1, PageImage(b"no image", "a.jpg")), (2, PageImage(tmp_path / "none.jpg", "none.jpg")), (3, _image(0))]
    with ReadingPool(factory, PoolSettings(workers=1)) as pool:
        outcomes = {o.key: o for o in pool.read_all(pages)}
    codes = {key: o.error.code if o.error else None for key, o in outcomes.items()}
    assert codes == {1: "image.unreadable", 2: "path.missing", 3: None}


def test_each_worker_has_its_core_and_is_recycled(factory: EngineFactory) -> None:
    cores = sorted(os.sched_getaffinity(0))
    with ReadingPool(factory, PoolSettings(workers=len(cores), pages_per_worker=2)) as pool:
        outcomes = _all(pool, [breaking.WELL] * (4 * len(cores) + 1))
    read = [o.reading for o in outcomes.values() if o.reading]
    by_process: dict[str, int] = {}
    for reading in read:
        by_process[reading.lines[0].text] = by_process.get(reading.lines[0].text, 0) + 1
    assert max(by_process.values()) <= 2
    assert {reading.lines[1].text for reading in read} <= {str(core) for core in cores}


def test_a_page_that_eats_memory_ends_two_workers_and_nothing_else(factory: EngineFactory) -> None:
    settings = PoolSettings(workers=2, page_bytes=500 << 20)
    with ReadingPool(factory, settings) as pool:
        outcomes = _all(pool, [breaking.WELL, breaking.EATS, breaking.WELL, breaking.WELL])
        assert all(0 < held < settings.page_bytes for held in pool.memory.values())
    eater = outcomes[1]
    assert eater.error is not None
    assert (eater.error.code, eater.error.path, eater.attempts) == ("ocr.page-memory", "page-7-1.png", 2)
    assert [outcomes[key].attempts for key in (0, 2, 3) if outcomes[key].reading] == [1, 1, 1]


def test_a_worker_that_holds_too_much_after_a_page_is_recycled(factory: EngineFactory) -> None:
    with ReadingPool(factory, PoolSettings(workers=1, worker_bytes=1)) as pool:
        outcomes = _all(pool, [breaking.WELL] * 3)
    assert len({o.reading.lines[0].text for o in outcomes.values() if o.reading}) == 3


def test_a_page_that_a_person_waits_for_comes_first(factory: EngineFactory) -> None:
    with ReadingPool(factory, PoolSettings(workers=1)) as pool:
        for key in range(4):
            pool.submit(key, _image(breaking.WELL))
        pool.submit("urgent", _image(breaking.WELL), first=True)
        order = [o.key for _ in range(5) for o in pool.outcomes()]
    assert order.index("urgent") <= 1


def test_waiting_ends_at_the_timeout(factory: EngineFactory) -> None:
    with ReadingPool(factory, PoolSettings(workers=1)) as pool:
        pool.submit(1, _image(breaking.HANGS))
        begun = time.monotonic()
        assert pool.outcomes(timeout=0.3) == []
        assert time.monotonic() - begun < 30
        assert pool.unfinished == 1
    assert not multiprocessing.active_children()


def test_an_engine_that_cannot_open_is_said_at_once() -> None:
    with ReadingPool(breaking.NEVER_OPENS, PoolSettings(workers=1)) as pool, pytest.raises(OcrError) as caught:
        list(pool.read_all([(1, _image(breaking.WELL))]))
    assert caught.value.code == "ocr.engine-missing"


def test_an_engine_that_dies_while_it_opens_is_given_up() -> None:
    with ReadingPool(breaking.dies_opening, PoolSettings(workers=1)) as pool, pytest.raises(OcrError) as caught:
        list(pool.read_all([(1, _image(breaking.WELL))]))
    assert caught.value.code == "ocr.engine-dead"


_PARENT = """
import sys
from functools import partial
from pathlib import Path
from ocr.pool import PoolSettings, ReadingPool
from tests.ocr import breaking
from tests.ocr.test_pool import _image
if __name__ == "__main__":
    pool = ReadingPool(partial(breaking.BreakingEngine, Path(sys.argv[1])), PoolSettings(workers=1))
    pool.submit(1, _image(breaking.WELL))
    print(pool.outcomes()[0].reading.lines[0].text, flush=True)
    pool.submit(2, _image(breaking.HANGS))
    while True:
        pool.outcomes()
"""


@pytest.fixture
def parent(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    script = tmp_path / "parent.py"
    script.write_text(_PARENT, "utf-8")
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        [sys.executable, script, tmp_path], stdout=subprocess.PIPE, text=True, env=environ
    ) as process:
        assert process.stdout is not None
        yield process, int(process.stdout.readline())
        process.kill()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_workers_die_with_their_parent(parent: tuple[subprocess.Popen[str], int], how: signal.Signals) -> None:
    process, worker = parent
    process.send_signal(how)
    process.wait()
    for _ in range(100):
        if not Path(f"/proc/{worker}").exists():
            return
        time.sleep(0.1)
    pytest.fail("the worker outlived its parent")
