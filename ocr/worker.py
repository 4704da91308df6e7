"""A reading process: opens one engine, reads one page after another, answers over a pipe, dies with its parent."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from base.errors import InputError, JuanzongError
from base.images import read_file, read_pixels
from base.machine import go_first, stay_on
from ocr.engine import OcrEngine
from ocr.engines import EngineFactory
from ocr.errors import OcrError
from ocr.lines import PageReading
from ocr.results import plausible


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page to read: the bytes of an image or the file that holds them, a frame of it, and its name in messages."""

    source: bytes | Path
    name: str
    frame: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes back over the pipe: a reading, or an error as plain values (exceptions do not travel well)."""

    reading: PageReading | None = None
    error: tuple[str, str, str | None, dict[str, Any]] | None = None


def to_error(error: tuple[str, str, str | None, dict[str, Any]]) -> JuanzongError:
    kind, code, path, params = error
    return (InputError if kind == "InputError" else OcrError)(code, path=path, **params)


def main(pages: Connection, answers: Connection, factory: EngineFactory, cores: Sequence[int]) -> None:
    """Runs until no more pages come. The first answer tells that the engine is open, or why it is not."""
    # Ctrl-C is the parent's to handle; it stops its workers itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_die_with_parent, daemon=True).start()
    go_first()
    _stay_on(cores)
    try:
        engine = factory()
    except JuanzongError as error:
        answers.send(Answer(error=_plain(error)))
        return
    answers.send(Answer())
    _serve(pages, answers, engine)


def _serve(pages: Connection, answers: Connection, engine: OcrEngine) -> None:
    while True:
        try:
            page: PageImage = pages.recv()
        except EOFError:
            return
        answers.send(_answer(engine, page))


def _answer(engine: OcrEngine, page: PageImage) -> Answer:
    try:
        reading = _read(engine, page)
    except JuanzongError as error:
        return Answer(error=_plain(error, page.name))
    except Exception as error:  # noqa: BLE001 - the job ends here: one page's accident must not stop its neighbours
        detail = f"{type(error).__name__}: {error}"
        return Answer(error=("OcrError", "ocr.failed", page.name, {"engine": engine.name, "detail": detail}))
    return Answer(reading=reading)


def _read(engine: OcrEngine, page: PageImage) -> PageReading:
    data = page.source if isinstance(page.source, bytes) else read_file(page.source, page.name)
    pixels = read_pixels(data, page.name, page.frame)
    reading = engine.read(pixels)
    if not plausible(reading, pixels.shape[1], pixels.shape[0]):
        raise OcrError("ocr.garbage", path=page.name, engine=engine.name)
    return reading


def _plain(error: JuanzongError, page: str | None = None) -> tuple[str, str, str | None, dict[str, Any]]:
    params = {name: value for name, value in error.params.items() if name != "path"}
    return type(error).__name__, error.code, error.path or page, params


def _stay_on(cores: Sequence[int]) -> None:
    """Pinned before the model loads, so that the runtime makes as many threads as there are cores for it."""
    stay_on(cores)
    import cv2  # noqa: PLC0415

    cv2.setNumThreads(len(cores))


def _die_with_parent() -> None:
    """Also in the middle of a page: an orphan would hold a core and a gigabyte."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
