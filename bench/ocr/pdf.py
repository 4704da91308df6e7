"""Our searchable PDF beside OCRmyPDF's, from the same scans in the same run: the text copied out, the picture, the size, the verdict.

OCRmyPDF runs as its makers advise: scans wrapped without loss by img2pdf, `-l chi_sim`, all cores, one thread each.
"""

from __future__ import annotations

import difflib
import importlib.util
import os
import re
import shutil
import subprocess
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import img2pdf
import pikepdf
from rapidfuzz.distance import Levenshtein

from base.images import read_file, read_header, read_pixels
from bench.ocr import pages
from bench.ocr.pages import Scan
from bench.ocr.scoring import Errors, compared, in_rows
from bench.ocr.setup import Setup
from ocr.rapid import RapidOcrEngine
from printing.line_cells import printable
from printing.searchable_pdf import PdfPage, TextLine, make_searchable_pdf
from tests.printing.readers import READERS

_PAGES = 8
_DPI = 300
_HANZI = "\u3400-\u9fff\uf900-\ufaff"
_BETWEEN_HANZI = re.compile(f"(?<=[{_HANZI}]) (?=[{_HANZI}])")
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class _Made:
    """A PDF of all pages, the lines that its engine recognised on each, and the seconds of reading and writing."""

    name: str
    file: Path
    lines: list[list[str]]
    seconds: float


def tables(setup: Setup) -> list[str]:
    scans = pages.generated(setup.work, setup.count(_PAGES), dpi=_DPI)
    folder = setup.work / "pdf"
    folder.mkdir(exist_ok=True)
    # OCRmyPDF before and after ours, so that a busy minute of the machine shows.
    made = [_by_ocrmypdf(scans, folder, "pdfa-2"), _ours(scans, folder), _by_ocrmypdf(scans, folder, "pdf")]
    made = [made[1], made[0], made[2]]
    verdicts = _verdicts([each.file for each in made])
    rows = [_row(each, scans, verdict, made[1].seconds) for each, verdict in zip(made, verdicts, strict=True)]
    head = ["", "CER %", "CER % with spaces", "spaces between hanzi / 1,000", *(f"lines equal, {name}" for name in READERS),
            "KB a page over the scan", "scan streams untouched", "veraPDF", "s a page", "ratio"]  # fmt: skip
    table = [head, ["---"] * len(head), *rows]
    note = (
        f"{len(scans)} generated pages of an odd seed, {_DPI} dpi. Text by `pdftotext -raw`; true lines in rows, a row read cell by cell"
        " counts where its order differs. Lines equal: of the lines that the own engine recognised, those that come out the same."
    )
    return ["\n".join(f"| {' | '.join(row)} |" for row in table), note]


def _ours(scans: Sequence[Scan], folder: Path) -> _Made:
    engine = RapidOcrEngine()
    _page(engine, scans[0])
    start = perf_counter()
    read = [_page(engine, scan) for scan in scans]
    out = folder / "juanzong.pdf"
    make_searchable_pdf(read, out, title="样例")
    seconds = perf_counter() - start
    lines = [[text for line in page.lines if (text := printable(line.text))] for page in read]
    return _Made("Juanzong", out, lines, seconds)


def _page(engine: RapidOcrEngine, scan: Scan) -> PdfPage:
    data = read_file(scan.file, scan.name)
    header = read_header(data, scan.name)
    reading = engine.read(read_pixels(data, scan.name))
    lines = tuple(TextLine(line.text, line.box, line.char_spans, line.vertical) for line in reading.lines)
    return PdfPage(data, header.width, header.height, _DPI, reading.rotation, lines)


def _by_ocrmypdf(scans: Sequence[Scan], folder: Path, kind: str) -> _Made:
    if shutil.which("ocrmypdf") is None:
        raise SystemExit("ocrmypdf is not installed: apt-get install ocrmypdf tesseract-ocr-chi-sim")
    source, out, said = folder / "scans.pdf", folder / f"ocrmypdf-{kind}.pdf", folder / f"ocrmypdf-{kind}.txt"
    source.write_bytes(img2pdf.convert([str(scan.file) for scan in scans]))
    command = [
        "ocrmypdf",
        "-q",
        "-l",
        "chi_sim",
        "--output-type",
        kind,
        "--jobs",
        str(os.cpu_count()),
        "--sidecar",
        said,
        source,
        out,
    ]
    start = perf_counter()
    subprocess.run(command, check=True, env=os.environ | {"OMP_THREAD_LIMIT": "1"})
    seconds = perf_counter() - start
    recognised = [
        [line.strip() for line in page.splitlines() if line.strip()] for page in said.read_text("utf-8").split("\f")
    ]
    return _Made(f"OCRmyPDF --output-type {kind}", out, recognised[: len(scans)], seconds)


def _row(made: _Made, scans: Sequence[Scan], verdict: str, peer: float) -> list[str]:
    copied = READERS["poppler"](made.file)
    bare, spaced = Errors(), Errors()
    spaces = hanzi = 0
    for scan, lines in zip(scans, copied, strict=True):
        truth = in_rows([line for line in scan.lines if line.kind in ("print", "hand")])
        bare += compared(truth, "".join(lines))
        spaced += _with_spaces(truth, lines)
        spaces += sum(len(_BETWEEN_HANZI.findall(line)) for line in lines)
        hanzi += sum(len(re.findall(f"[{_HANZI}]", line)) for line in lines)
    equal = [f"{_equal(made.lines, read(made.file)):.1f} %" for read in READERS.values()]
    scans_size = sum(scan.file.stat().st_size for scan in scans)
    added = (made.file.stat().st_size - scans_size) / len(scans) / 1000
    return [
        made.name, f"{bare.rate:.2f}", f"{spaced.rate:.2f}", f"{1000 * spaces / max(1, hanzi):.1f}", *equal, f"{added:.1f}",
        f"{_untouched(made.file, scans)} of {len(scans)}", verdict, f"{made.seconds / len(scans):.2f}", f"{made.seconds / peer:.2f}",
    ]  # fmt: skip


def _with_spaces(truth: str, lines: Sequence[str]) -> Errors:
    """As without, but a space that is not written, and one that is and is missing, is an error; ends of lines are not."""
    true, read = (
        "".join(
            c for c in unicodedata.normalize("NFKC", text) if c == " " or unicodedata.category(c)[0] not in "PSMZC"
        ).lower()
        for text in (truth.replace("\n", ""), "".join(lines))
    )
    return Errors(Levenshtein.distance(true, read), len(true))


def _equal(recognised: Sequence[Sequence[str]], copied: Sequence[Sequence[str]]) -> float:
    """Per cent of the recognised lines that come out the same and in their order."""
    same = total = 0
    for lines, got in zip(recognised, copied, strict=True):
        matcher = difflib.SequenceMatcher(None, list(lines), [line for line in got if line.strip()], autojunk=False)
        same += sum(block.size for block in matcher.get_matching_blocks())
        total += len(lines)
    return 100 * same / max(1, total)


def _untouched(file: Path, scans: Sequence[Scan]) -> int:
    with pikepdf.open(file) as pdf:
        streams = [[image.read_raw_bytes() for image in page.get_images().values()] for page in pdf.pages]
    return sum(scan.file.read_bytes() in found for scan, found in zip(scans, streams, strict=True))


def _verdicts(files: Sequence[Path]) -> list[str]:
    """By level u, which asks that all text maps to Unicode, and by level b, which OCRmyPDF claims."""
    program = ["java", "-cp", _fetched() / "*", "org.verapdf.apps.GreenfieldCliWrapper", "--format", "text"]
    found: list[list[str]] = [[] for _ in files]
    for level in ("2u", "2b"):
        done = subprocess.run([*program, "-f", level, *files], capture_output=True, check=False, text=True)
        for verdicts, line in zip(found, done.stdout.splitlines(), strict=True):
            verdicts.append(f"{level} {line.split()[0]}")
    return [", ".join(verdicts) for verdicts in found]


def _fetched() -> Path:
    """What `make test-services` uses."""
    spec = importlib.util.spec_from_file_location("verapdf", _ROOT / "deploy" / "services" / "verapdf.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    fetched: Callable[[], Path] = module.fetched
    return fetched()
