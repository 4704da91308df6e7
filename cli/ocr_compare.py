"""`juanzong ocr --compare A B`: two result files, or two engines on image files, held against each other page by page."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from base.errors import InputError, JuanzongError
from base.files import write_atomically
from base.images import read_file, read_pixels
from base.views import VIEW_SIDE, reduced_jpeg
from cli.frame import Bar, language, print_json, say
from cli.ocr_pages import Pages, Place, Result, complain, must_be_files
from ingest.delivery.model import DeliveredPage, file_at
from ingest.delivery.pages import page_bytes
from ocr.compare import Comparison, compare
from ocr.compare_sheet import ComparedPage, sheet
from ocr.engines import engine_factory
from ocr.lines import PageReading
from ocr.pool import PoolSettings, ReadingPool
from ocr.result_file import PageName, parsed_line
from ocr.results import from_value


@dataclass(slots=True)
class _Readings:
    """One side: its name, its readings by page, and how many pages it could not read."""

    name: str
    pages: dict[PageName, PageReading] = field(default_factory=dict)
    failed: int = 0


def compare_readings(names: tuple[str, str], files: Sequence[Path], out: Path | None, *, as_json: bool) -> int:
    """Exit status 1 where a page could not be read; InputError where the sides cannot be compared at all."""
    a, b = _sides(names, files)
    both = [page for page in a.pages if page in b.pages]
    if not both:
        raise InputError("ocr.compare-nothing", a=a.name, b=b.name)
    pages = {page: compare(a.pages[page], b.pages[page], page[0]) for page in both}
    if out is not None:
        folders = [Path(), *(Path(name).parent for name in names)]
        _write(out, sheet([_sheet_page(page, a, done, folders) for page, done in pages.items()], names, language()))
    if as_json:
        print_json(_as_json(a, b, pages))
    else:
        _tell(pages, (a.name, b.name))
    return 1 if a.failed or b.failed else 0


def _sides(names: tuple[str, str], files: Sequence[Path]) -> tuple[_Readings, _Readings]:
    if all(Path(name).is_file() for name in names):
        return _from_file(names[0]), _from_file(names[1])
    if not files:
        missing = next(name for name in names if not Path(name).is_file())
        raise InputError("ocr.compare-no-files", path=missing)
    factories = [engine_factory(name) for name in names]
    must_be_files(files)
    one, other = (_by_engine(name, factory, files) for name, factory in zip(names, factories, strict=True))
    return one, other


def _from_file(name: str) -> _Readings:
    """The pages of a result file; those that could not be read then are counted."""
    readings = _Readings(name)
    for data in read_file(Path(name), name).splitlines():
        line = parsed_line(data, name)
        if "error" in line:
            readings.failed += 1
            continue
        try:
            readings.pages[line["file"], line["page"]] = from_value(line)
        except (KeyError, TypeError, ValueError) as error:
            raise InputError("ocr.out-not-results", path=name) from error
    return readings


def _by_engine(name: str, factory: Any, files: Sequence[Path]) -> _Readings:
    readings = _Readings(name)

    def keep(place: Place, result: Result) -> None:
        if isinstance(result, JuanzongError):
            complain(place, result)
        else:
            readings.pages[place.file, place.page] = result

    pages = Pages(files, keep)
    with ReadingPool(factory, PoolSettings(workers=1 if pages.are_one() else 0)) as pool, Bar() as bar:
        for outcome in pool.read_all(pages.images()):
            pages.take(outcome)
            bar.step("progress.ocr", pages.done, pages.total)
    readings.failed = pages.failed
    return readings


def _sheet_page(page: PageName, a: _Readings, done: Comparison, folders: Sequence[Path]) -> ComparedPage:
    reading = a.pages[page]
    return ComparedPage(
        page[0], page[1], reading.width, reading.height, reading.rotation, done, _picture(page, folders)
    )


def _picture(page: PageName, folders: Sequence[Path]) -> bytes | None:
    """The page's image, where its file lies beside us or beside the results; None where it cannot be had."""
    found = next((folder / page[0] for folder in folders if (folder / page[0]).is_file()), None)
    if found is None:
        return None
    try:
        file = file_at(page[0], found, found.stat().st_size, "page")
        data, frame = page_bytes(DeliveredPage(file, page[1], None, None, None, "original", None, page[1]))
        return reduced_jpeg(read_pixels(data, page[0], frame), VIEW_SIDE)
    except JuanzongError:
        return None


def _write(out: Path, text: str) -> None:
    try:
        write_atomically(out, text.encode())
    except OSError as error:
        raise InputError("ocr.compare-unwritable", path=out, detail=error.strerror or str(error)) from error


def _as_json(a: _Readings, b: _Readings, pages: Mapping[PageName, Comparison]) -> dict[str, Any]:
    return {
        "a": a.name,
        "b": b.name,
        "summary": {
            "pages": len(pages),
            "same": sum(not done.differing for done in pages.values()),
            "places": sum(len(done.places) for done in pages.values()),
            "different": sum(len(done.differing) for done in pages.values()),
            "characters_a": sum(done.characters[0] for done in pages.values()),
            "characters_b": sum(done.characters[1] for done in pages.values()),
        },
        "pages": [
            {
                "file": file,
                "page": page,
                "places": len(done.places),
                "differences": [p.as_json() for p in done.differing],
            }
            for (file, page), done in pages.items()
        ],
        "only_a": [{"file": file, "page": page} for file, page in a.pages if (file, page) not in pages],
        "only_b": [{"file": file, "page": page} for file, page in b.pages if (file, page) not in pages],
    }


def _tell(pages: Mapping[PageName, Comparison], names: tuple[str, str]) -> None:
    for (file, page), done in pages.items():
        say("compare.page", path=file, page=page, places=len(done.places), different=len(done.differing))
        for place in done.differing:
            sys.stdout.write(f"< {place.text_a}\n> {place.text_b}\n\n")
    say("compare.legend", a=names[0], b=names[1])
