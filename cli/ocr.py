"""`juanzong ocr FILE…`: reads image files and answers with their text, without a catalogue; compares two readings."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from base.errors import InputError, JuanzongError
from base.messages import message
from cli.frame import DEFAULT_DATA_DIR, AsJson, Bar, DataDir, language, print_json, say
from cli.ocr_compare import compare_readings
from cli.ocr_pages import Pages, Place, Result, Write, answer_json, complain, must_be_files
from ocr.engines import EngineFactory, engine_factory
from ocr.pool import PoolSettings, ReadingPool
from ocr.result_file import ResultFile

Files = Annotated[
    list[Path] | None, typer.Argument(metavar="FILE…", help="图像、TIFF 或 PDF 文件 / images, TIFF or PDF files")
]
EngineName = Annotated[str, typer.Option("--engine", help="识别引擎 / engine that reads")]
OutFile = Annotated[
    Path | None,
    typer.Option(
        "--out",
        help="结果逐页写入的 JSON Lines 文件，中断后重新运行即从断处继续 / JSON Lines file of the results; a broken-off run goes on from it",
    ),
]


Compared = Annotated[
    tuple[str, str] | None,
    typer.Option(
        "--compare",
        help="比较两个结果文件，或用两种引擎识别给出的文件再比较；--out 写成网页 / compare two result files, or two engines on the "
        "files; --out writes a page of HTML",
    ),
]


def ocr(
    files: Files = None,
    engine: EngineName = "rapidocr",
    out: OutFile = None,
    compare: Compared = None,
    as_json: AsJson = False,
    _data_dir: DataDir = DEFAULT_DATA_DIR,
) -> int:
    """识别图像中的文字 / read the text of page images."""
    if compare is not None:
        return compare_readings(compare, files or [], out, as_json=as_json)
    if not files:
        raise InputError("ocr.no-files")
    factory = engine_factory(engine)
    must_be_files(files)
    if out is not None:
        return _into_file(files, engine, factory, out, as_json=as_json)
    pages = Pages(files, _write_json if as_json else _write_text)
    _read(pages, factory)
    return 1 if pages.failed else 0


def _read(pages: Pages, factory: EngineFactory) -> None:
    settings = PoolSettings(workers=1 if pages.are_one() else 0)
    with ReadingPool(factory, settings) as pool, Bar() as bar:
        for outcome in pool.read_all(pages.images()):
            pages.take(outcome)
            bar.step("progress.ocr", pages.done, pages.total)


def _into_file(files: list[Path], engine: str, factory: EngineFactory, out: Path, *, as_json: bool) -> int:
    with ResultFile(out, engine) as kept:
        pages = Pages(files, _write_to(kept), kept)
        _read(pages, factory)
        kept.finish(pages.order)
    read = pages.done - pages.before - pages.failed
    if as_json:
        print_json(
            {"out": out.as_posix(), "pages": pages.done, "read": read, "before": pages.before, "failed": pages.failed}
        )
    else:
        say("ocr.out-done", path=out, pages=pages.done, read=read, before=pages.before, failed=pages.failed)
    return 1 if pages.failed else 0


def _write_to(kept: ResultFile) -> Write:
    def write(place: Place, result: Result) -> None:
        kept.add(answer_json(place, result))
        if isinstance(result, JuanzongError):
            complain(place, result)

    return write


def _write_json(place: Place, result: Result) -> None:
    sys.stdout.write(json.dumps(answer_json(place, result), ensure_ascii=False, allow_nan=False) + "\n")
    sys.stdout.flush()


def _write_text(place: Place, result: Result) -> None:
    if isinstance(result, JuanzongError):
        complain(place, result)
    elif not result.lines:
        sys.stderr.write(message("ocr.no-text", language(), path=place.file, page=place.page) + "\n")
    else:
        sys.stdout.write(result.text + "\n\f")
        sys.stdout.flush()
