"""What goes wrong in PaddleOCR's process stays there: each page is answered clearly, and the next one is read.

The process is the real script with a reader that fails when told to; `test_paddle` reads with the real package.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from base.images import Pixels
from ocr.errors import OcrError
from ocr.paddle import PaddleOcrEngine
from ocr.paddle_process import Limits, PaddlePlace
from ocr.pool import PoolSettings, ReadingPool
from ocr.worker import PageImage
from tests.house.source import ROOT
from tests.ocr.standin_child import ORDERS

LIMITS = Limits(most_bytes=1 << 30)
HASTY = Limits(answer_seconds=1)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> PaddlePlace:
    """An environment that is set up, whose Python is ours."""
    folder = tmp_path_factory.mktemp("paddle")
    for name in ("bin", "models", "home"):
        (folder / name).mkdir()
    python = folder / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', "utf-8")
    python.chmod(0o755)
    (folder / "juanzong-paddle").touch()
    return PaddlePlace(folder, ROOT / "tests" / "ocr" / "standin_child.py")


@pytest.fixture(scope="module")
def engine(place: PaddlePlace) -> Iterator[PaddleOcrEngine]:
    opened = PaddleOcrEngine(place, LIMITS)
    yield opened
    opened.close()


def page(order: str, mark: int = 0) -> Pixels:
    pixels = np.full((80, 120, 3), 255, np.uint8)
    pixels[12:28:2, 14:86:3] = 0
    pixels[0, 0] = (ORDERS.index(order), mark, 0)
    return pixels


def _said(engine: PaddleOcrEngine, mark: int) -> tuple[str, str]:
    """(mark, number of the process) that a page was read as."""
    (line,) = engine.read(page("WELL", mark)).lines
    read, process = line.text.split("号")
    return read, process


def _refused(engine: PaddleOcrEngine, order: str) -> OcrError:
    with pytest.raises(OcrError) as refusal:
        engine.read(page(order))
    return refusal.value


def test_where_it_is_not_set_up_the_message_says_how(tmp_path: Path) -> None:
    with pytest.raises(OcrError, match="make setup-paddle") as refusal:
        PaddleOcrEngine(PaddlePlace(tmp_path))
    assert refusal.value.code == "ocr.paddle-missing"


@pytest.mark.parametrize(
    ("script", "words", "seconds"),
    [
        ("raise SystemExit('libGL.so.1: cannot open shared object file')", "libGL.so.1", 120),
        ("print('anything but a frame of ours')", "ocr.garbage", 120),
        ("import time; time.sleep(600)", "ocr.page-timeout", 1),
    ],
)
def test_where_it_does_not_start_the_message_says_why(
    place: PaddlePlace, script: str, words: str, seconds: float, tmp_path: Path
) -> None:
    child = tmp_path / "child.py"
    child.write_text(script, "utf-8")
    with pytest.raises(OcrError, match="make setup-paddle") as refusal:
        PaddleOcrEngine(PaddlePlace(place.folder, child), Limits(open_seconds=seconds))
    assert refusal.value.code == "ocr.paddle-broken"
    assert words in str(refusal.value.params["detail"])


def test_it_dies_and_the_next_page_has_a_new_process(engine: PaddleOcrEngine) -> None:
    _, before = _said(engine, 1)
    error = _refused(engine, "DIES")
    assert (error.code, error.params["detail"]) == ("ocr.failed", "process ended with status 9: told to die")
    mark, after = _said(engine, 2)
    assert (mark, before != after) == ("2", True)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_ended_between_two_pages_it_costs_neither(engine: PaddleOcrEngine, number: signal.Signals) -> None:
    _, process = _said(engine, 1)
    os.kill(int(process), number)
    # Until it is over, and left for the engine to find.
    os.waitid(os.P_PID, int(process), os.WEXITED | os.WNOWAIT)
    mark, other = _said(engine, 2)
    assert (mark, other != process) == ("2", True)


def test_it_hangs_and_is_ended(place: PaddlePlace) -> None:
    engine = PaddleOcrEngine(place, HASTY)
    error = _refused(engine, "HANGS")
    assert error.code == "ocr.page-timeout"
    # Gone, as after a death: the next page starts another.
    assert engine.child_bytes == 0


def test_it_cannot_take_the_machines_memory(engine: PaddleOcrEngine) -> None:
    _, before = _said(engine, 1)
    error = _refused(engine, "EATS")
    assert error.code == "ocr.failed"
    assert "MemoryError" in str(error.params["detail"])
    assert _said(engine, 2) == ("2", before)


def test_what_grew_is_renewed_between_two_questions(place: PaddlePlace) -> None:
    engine = PaddleOcrEngine(place, Limits(renew_bytes=1))
    assert _said(engine, 1)[1] != _said(engine, 2)[1]
    engine.close()


@pytest.mark.parametrize("order", ["GARBAGE", "OTHER"])
def test_an_answer_to_nothing_or_to_another_question_is_not_used(engine: PaddleOcrEngine, order: str) -> None:
    assert _refused(engine, order).code == "ocr.garbage"
    assert _said(engine, 4)[0] == "4"


@pytest.mark.parametrize("order", ["LATE", "PRINTS"])
def test_a_late_answer_and_a_talkative_library_do_no_harm(engine: PaddleOcrEngine, order: str) -> None:
    (line,) = engine.read(page(order, 7)).lines
    assert line.text.startswith("7号")
    assert _said(engine, 8)[0] == "8"


def test_it_has_no_network(engine: PaddleOcrEngine) -> None:
    error = _refused(engine, "CONNECTS")
    assert "no network" in str(error.params["detail"])


_PARENT = """
import sys
from pathlib import Path
from ocr.paddle import PaddleOcrEngine
from ocr.paddle_process import PaddlePlace
from tests.ocr.test_paddle_process import page
engine = PaddleOcrEngine(PaddlePlace(Path(sys.argv[1]), Path(sys.argv[2])))
print(engine.read(page("WELL")).lines[0].text.split("号")[1], flush=True)
engine.read(page("HANGS"))
"""


def test_it_ends_with_its_parent_in_the_middle_of_a_page(place: PaddlePlace) -> None:
    command = [sys.executable, "-c", _PARENT, str(place.folder), str(place.child)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert Path(f"/proc/{child}").exists()
        parent.kill()
    for _ in range(600):
        if not Path(f"/proc/{child}").exists():
            return
        time.sleep(0.05)
    pytest.fail(f"process {child} outlived its parent")


def test_its_neighbours_are_read_whatever_a_page_does(place: PaddlePlace, tmp_path: Path) -> None:
    orders = ["WELL", "WELL", "WELL", "DIES", "WELL", "EATS", "GARBAGE", "OTHER", "LATE", "WELL"]
    with ReadingPool(partial(PaddleOcrEngine, place, LIMITS), PoolSettings(workers=2)) as pool:
        for number, order in enumerate(orders):
            file = tmp_path / f"{number}.png"
            Image.fromarray(page(order, number)).save(file)
            pool.submit(number, PageImage(file, file.name))
        outcomes = {}
        while pool.unfinished:
            outcomes.update({outcome.key: outcome for outcome in pool.outcomes()})
    codes = {key: outcome.error.code for key, outcome in outcomes.items() if outcome.error}
    assert codes == {3: "ocr.failed", 5: "ocr.failed", 6: "ocr.garbage", 7: "ocr.garbage"}
    read = {key: outcome.reading.text for key, outcome in outcomes.items() if outcome.reading}
    assert {key: text.split("号")[0] for key, text in read.items()} == {key: str(key) for key in (0, 1, 2, 4, 8, 9)}
