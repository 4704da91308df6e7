"""`juanzong ocr FILE…`: reads image files and answers with their text, without a catalogue."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer

from base.errors import InputError, JuanzongError
from base.messages import message
from cli.frame import DEFAULT_DATA_DIR, AsJson, Bar, DataDir, language
from ingest.delivery.model import DeliveredFile, DeliveredPage
from ingest.delivery.pages import content_of, count_pages, page_bytes
from ocr.engines import engine_factory
from ocr.errors import OcrError
from ocr.lines import PageReading
from ocr.pool import Outcome, PoolSettings, ReadingPool
from ocr.worker import PageImage

Files = Annotated[
    list[Path], typer.Argument(metavar="FILE…", help="图像、TIFF 或 PDF 文件 / images, TIFF or PDF files")
]
EngineName = Annotated[str, typer.Option("--engine", help="识别引擎 / engine that reads")]


def ocr(
    files: Files, engine: EngineName = "rapidocr", as_json: AsJson = False, _data_dir: DataDir = DEFAULT_DATA_DIR
) -> int:
    """识别图像中的文字 / read the text of page images."""
    factory = engine_factory(engine)
    for file in files:
        _must_be_file(file)
    pages = _Pages(files)
    write = _write_json if as_json else _write_text
    with ReadingPool(factory, PoolSettings(workers=1 if pages.is_one() else 0)) as pool, Bar() as bar:
        for done, outcome in enumerate(pool.read_all(pages.images()), start=1):
            bar.step("progress.ocr", done, pages.total)
            pages.take(outcome)
            pages.write_ready(write)
    pages.write_ready(write)
    return 1 if pages.failed else 0


def _must_be_file(file: Path) -> None:
    if not file.exists():
        raise InputError("path.missing", path=file.as_posix())
    if not file.is_file():
        raise OcrError("ocr.not-a-file", path=file.as_posix())


@dataclass(frozen=True, slots=True)
class _Place:
    """`file` as the user named it; `page` counts from 1."""

    file: str
    page: int


Result = PageReading | JuanzongError
Write = Callable[[_Place, Result], None]


@dataclass(slots=True)
class _Pages:
    """The pages of all files, read in any order and written in the order of the arguments."""

    files: Sequence[Path]
    total: int | None = None
    failed: int = 0
    _places: list[_Place] = field(default_factory=list)
    _results: dict[int, Result] = field(default_factory=dict)
    _written: int = 0

    def is_one(self) -> bool:
        return len(self.files) == 1 and self.files[0].suffix.lower() in {".jpg", ".jpeg", ".png", ".jp2"}

    def images(self) -> Iterator[tuple[int, PageImage]]:
        """What the pool can read; a file that cannot be opened is answered here."""
        for file in self.files:
            name = file.as_posix()
            delivered = DeliveredFile(name, file, file.stat().st_size, "page")
            try:
                content = content_of(delivered)
                count = count_pages(delivered, content)
            except JuanzongError as error:
                self._results[self._enter(name, 1)] = error
                continue
            for page in range(1, count + 1):
                key = self._enter(name, page)
                if content != "pdf":
                    yield key, PageImage(file, name, page - 1)
                elif (drawn := self._from_pdf(key, delivered, page)) is not None:
                    yield key, drawn
        self.total = len(self._places)

    def _from_pdf(self, key: int, file: DeliveredFile, page: int) -> PageImage | None:
        """The page's own image; None where it has none that can be had, and that is its answer."""
        try:
            data, frame = page_bytes(DeliveredPage(file, page, None, None, None, "original", None, page))
        except JuanzongError as error:
            self._results[key] = error
            return None
        return PageImage(data, file.path, frame)

    def take(self, outcome: Outcome) -> None:
        result = outcome.reading or outcome.error
        assert isinstance(outcome.key, int) and result is not None  # noqa: S101 - promised by the pool
        self._results[outcome.key] = result

    def write_ready(self, write: Write) -> None:
        while self._written in self._results:
            result = self._results.pop(self._written)
            self.failed += isinstance(result, JuanzongError)
            write(self._places[self._written], result)
            self._written += 1

    def _enter(self, file: str, page: int) -> int:
        self._places.append(_Place(file, page))
        return len(self._places) - 1


def _write_json(place: _Place, result: Result) -> None:
    line: dict[str, Any] = {"file": place.file, "page": place.page}
    line |= result.as_json() if isinstance(result, JuanzongError) else _reading_json(result)
    sys.stdout.write(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n")
    sys.stdout.flush()


def _reading_json(reading: PageReading) -> dict[str, Any]:
    return {
        "engine": reading.engine,
        "engine_version": reading.engine_version,
        "width": reading.width,
        "height": reading.height,
        "rotation": reading.rotation,
        "seconds": round(reading.seconds, 3),
        "text": reading.text,
        "lines": [line.as_json() for line in reading.lines],
        "parameters": reading.parameters,
    }


def _write_text(place: _Place, result: Result) -> None:
    if isinstance(result, JuanzongError):
        sys.stderr.write(result.text(language()) + "\n")
    elif not result.lines:
        sys.stderr.write(message("ocr.no-text", language(), path=place.file, page=place.page) + "\n")
    else:
        sys.stdout.write(result.text + "\n\f")
        sys.stdout.flush()
