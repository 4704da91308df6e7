"""Character errors and seconds a page of the embedded engine on scans whose text is known.

    python -m bench.ocr --data FOLDER [--set Det.limit_side_len=960 …] [--runtime openvino] [--repeat 2]

FOLDER holds images with their text beside them (`NAME.jpg`, `NAME.txt`); pages are grouped by the first letter of their name.
Errors are edits per character after NFKC, without spaces, punctuation and case, lines put in rows by their boxes. Several
`--set` groups are measured one after the other in one run, so that their ratios hold on a busy machine.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from base.images import Pixels, read_file, read_pixels
from bench.table import keep
from ocr.lines import Line
from ocr.rapid import RapidOcrEngine

_SUFFIXES = (".jpg", ".jpeg", ".png", ".tif")


@dataclass(frozen=True, slots=True)
class Scan:
    name: str
    pixels: Pixels
    truth: str


def scored(text: str) -> str:
    """The characters that count."""
    kept = (c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c)[0] not in "PSMZC")
    return "".join(kept).lower()


def in_rows(lines: Sequence[Line]) -> str:
    """The lines' text row by row, after the page's lean is taken out."""
    if not lines:
        return ""
    leans = [math.atan2(b[1] - a[1], b[0] - a[0]) for a, b, _, _ in (x.box for x in lines) if math.dist(a, b) > 60]
    # The upper of two middles, and no turning of a page that stands on its side.
    lean = sorted(leans)[len(leans) // 2] if leans else 0.0
    lean = lean if abs(lean) <= 0.3 else 0.0
    boxes = [[_leaned(corner, -lean) for corner in line.box] for line in lines]
    heights = sorted(max(y for _, y in box) - min(y for _, y in box) for box in boxes)
    half = heights[len(heights) // 2] / 2
    middles = [sum(y for _, y in box) / 4 for box in boxes]
    rows: list[list[int]] = []
    for i in sorted(range(len(lines)), key=middles.__getitem__):
        if rows and middles[i] - sum(middles[j] for j in rows[-1]) / len(rows[-1]) < half:
            rows[-1].append(i)
        else:
            rows.append([i])
    left = [min(x for x, _ in box) for box in boxes]
    return "\n".join("".join(lines[i].text for i in sorted(row, key=left.__getitem__)) for row in rows)


def _leaned(point: tuple[float, float], angle: float) -> tuple[float, float]:
    x, y = point
    return x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)


def edits(a: str, b: str) -> int:
    """Levenshtein distance."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        diagonal, row[0] = row[0], i
        for j, y in enumerate(b, start=1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (x != y))
    return row[-1]


def scans(folder: Path) -> Iterator[Scan]:
    for file in sorted(folder.iterdir()):
        truth = file.with_suffix(".txt")
        if file.suffix.lower() in _SUFFIXES and truth.exists():
            yield Scan(file.stem, read_pixels(read_file(file, file.name), file.name), truth.read_text("utf-8"))


def measure(engine: RapidOcrEngine, pages: Sequence[Scan], repeat: int) -> list[str]:
    """Prints a line a page and returns a row of the table for each group."""
    for scan in pages:
        engine.read(scan.pixels)
    errors, characters, seconds = defaultdict(int), defaultdict(int), defaultdict(float)
    for scan in pages:
        times = []
        for _ in range(repeat):
            begun = time.perf_counter()
            reading = engine.read(scan.pixels)
            times.append(time.perf_counter() - begun)
        truth, group = scored(scan.truth), scan.name[0]
        wrong = edits(truth, scored(in_rows(reading.lines)))
        own = edits(truth, scored(reading.text))
        errors[group] += wrong
        characters[group] += len(truth)
        seconds[group] += median(times)
        print(
            f"  {scan.name:24} {wrong:4} of {len(truth):4}  own order {own:4}  turn {reading.rotation:3}  {median(times):.2f} s"
        )
    rows = []
    for group in sorted(errors):
        count = sum(scan.name[0] == group for scan in pages)
        rate = 100 * errors[group] / characters[group]
        print(f"  {group}*: CER {rate:.2f} %  {seconds[group] / count:.2f} s a page ({count} pages)")
        rows.append(f"{group}* ({count} pages) | {rate:.2f} | {seconds[group] / count:.2f} |")
    return rows


def _value(text: str) -> Any:
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--runtime", choices=["auto", "openvino", "onnxruntime"], default="auto")
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument(
        "--set", action="append", nargs="*", default=[], metavar="NAME=VALUE", help="one group to measure"
    )
    arguments = parser.parse_args()
    pages = list(scans(arguments.data))
    if not pages:
        print(f"no image with its text beside it in {arguments.data}", file=sys.stderr)
        return 2
    table = ["| setting | pages | CER % | s a page |", "|---|---|---:|---:|"]
    for group in arguments.set or [[]]:
        parameters = {name: _value(value) for name, value in (pair.split("=", 1) for pair in group)}
        engine = RapidOcrEngine(arguments.runtime, parameters)
        setting = f"{engine.runtime} {parameters or 'as shipped'}"
        print(setting)
        table += [f"| {setting} | {row}" for row in measure(engine, pages, arguments.repeat)]
    keep("ocr", "python -m bench.ocr --data FOLDER", "\n".join(table))
    return 0


if __name__ == "__main__":
    sys.exit(main())
