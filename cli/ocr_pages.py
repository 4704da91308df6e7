"""The pages of the files that `juanzong ocr` is given: what can be read goes to the pool, what cannot is answered here."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from base.clock import now
from base.digests import sha256_of_file
from base.errors import InputError, JuanzongError
from cli.frame import language
from ingest.delivery.model import DeliveredFile, DeliveredPage, file_at
from ingest.delivery.pages import content_of, count_pages, page_bytes
from ocr.errors import OcrError
from ocr.lines import PageReading
from ocr.pool import Outcome
from ocr.result_file import PageName, ResultFile
from ocr.results import as_value
from ocr.worker import PageImage


@dataclass(frozen=True, slots=True)
class Place:
    """`file` as the user named it; `page` counts from 1; `sha256` of the file, where it is needed to go on later."""

    file: str
    page: int
    sha256: str = ""


Result = PageReading | JuanzongError
Write = Callable[[Place, Result], None]


def must_be_files(files: Sequence[Path]) -> None:
    """InputError `path.missing`, OcrError `ocr.not-a-file` before anything is read."""
    for file in files:
        if not file.exists():
            raise InputError("path.missing", path=file.as_posix())
        if not file.is_file():
            raise OcrError("ocr.not-a-file", path=file.as_posix())


@dataclass(slots=True)
class Pages:
    """The pages of all files, read in any order.

    With `kept`, finished pages are left out and answers are written as they come; otherwise in the order of the arguments.
    `total` is None until all files were counted; `done` are those answered, `before` those of them that an earlier run read.
    """

    files: Sequence[Path]
    write: Write
    kept: ResultFile | None = None
    total: int | None = None
    done: int = 0
    before: int = 0
    failed: int = 0
    _places: list[Place] = field(default_factory=list)
    _results: dict[int, Result] = field(default_factory=dict)
    _written: int = 0

    def are_one(self) -> bool:
        """A single image, for which one process is enough."""
        return len(self.files) == 1 and self.files[0].suffix.lower() in {".jpg", ".jpeg", ".png", ".jp2"}

    @property
    def order(self) -> list[PageName]:
        return [(place.file, place.page) for place in self._places]

    def images(self) -> Iterator[tuple[int, PageImage]]:
        """What the pool can read; a file that cannot be opened is answered here."""
        for file in self.files:
            last = file is self.files[-1]
            try:
                delivered = file_at(file.as_posix(), file, file.stat().st_size, "page")
                content = content_of(delivered)
                count = count_pages(delivered, content)
                sha256 = sha256_of_file(file) if self.kept is not None else ""
            except OSError as error:
                detail = error.strerror or str(error)
                self._refuse(file, InputError("path.unreadable", path=file.as_posix(), detail=detail))
            except JuanzongError as error:
                self._refuse(file, error)
            else:
                self.total = len(self._places) + count if last else None
                yield from self._of_file(delivered, content == "pdf", count, sha256)
        self.total = len(self._places)

    def _refuse(self, file: Path, error: JuanzongError) -> None:
        self._answer(self._enter(Place(file.as_posix(), 1)), error)

    def _of_file(self, file: DeliveredFile, is_pdf: bool, count: int, sha256: str) -> Iterator[tuple[int, PageImage]]:
        for page in range(1, count + 1):
            key = self._enter(Place(file.path, page, sha256))
            if self.kept is not None and self.kept.has(file.path, page, sha256):
                self.done += 1
                self.before += 1
            elif not is_pdf:
                yield key, PageImage(file.source, file.path, page - 1)
            elif (drawn := self._from_pdf(key, file, page)) is not None:
                yield key, drawn

    def _from_pdf(self, key: int, file: DeliveredFile, page: int) -> PageImage | None:
        """The page's own image; None where it has none that can be had, and that is its answer."""
        try:
            data, frame = page_bytes(DeliveredPage(file, page, None, None, None, "original", None, page))
        except JuanzongError as error:
            self._answer(key, error)
            return None
        return PageImage(data, file.path, frame)

    def take(self, outcome: Outcome) -> None:
        """An answer of the pool."""
        result = outcome.reading or outcome.error
        assert isinstance(outcome.key, int) and result is not None  # noqa: S101 - promised by the pool
        self._answer(outcome.key, result)

    def _answer(self, key: int, result: Result) -> None:
        self.done += 1
        self.failed += isinstance(result, JuanzongError)
        if self.kept is not None:
            self.write(self._places[key], result)
            return
        self._results[key] = result
        while self._written in self._results:
            self.write(self._places[self._written], self._results.pop(self._written))
            self._written += 1

    def _enter(self, place: Place) -> int:
        self._places.append(place)
        return len(self._places) - 1


def answer_json(place: Place, result: Result) -> dict[str, Any]:
    """One line of the answer, as cli.md promises it."""
    line: dict[str, Any] = {"file": place.file, "page": place.page}
    if place.sha256:
        line["sha256"] = place.sha256
    if isinstance(result, JuanzongError):
        return line | result.as_json()
    return line | as_value(result, now()) | {"text": result.text}


def complain(place: Place, error: JuanzongError) -> None:
    """An error on stderr: it names the file; a later page of it is named here."""
    start = f"[{place.page}] " if place.page > 1 else ""
    sys.stderr.write(f"{start}{error.text(language())}\n")
