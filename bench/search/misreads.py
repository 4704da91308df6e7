"""Names as an engine really mis-read them: drawn, aged, read by the project's own engine, kept where the reading is wrong.

    python -m bench.search.misreads [COUNT]      writes data/misreads.tsv: name, what was read, typeface

This is not where the table of look-alikes comes from (books of near forms, and what the recogniser confuses on other
pages), so what the table lacks shows. The file is kept: another version of the models would make another one.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from base.images import Pixels
from base.text.normalise import fold
from bench.search import names
from bench.search.setup import say
from ingest.samples.fonts import FACES, Face, draws, glyph

FILE = Path(__file__).parent / "data" / "misreads.tsv"
_COUNT, _SEED, _BATCH = 3000, 1968, 48
# A line of a form: pixels an em when drawn, paper around it, and pixels an em as scanned at 150 to 300 dpi.
_EM, _MARGIN, _SCANNED = 96, 24, (22, 56)
_HANDS = 0.8


@dataclass(frozen=True, slots=True)
class Misread:
    """A name, and what was read of it: never the same, nor a variant of it."""

    name: str
    read: str
    face: str

    @property
    def one_character(self) -> bool:
        """One character for another, all else as it is but for variants (畲貴根 is 畲贵根)."""
        true, read = fold(self.name), fold(self.read)
        return len(true) == len(read) and sum(a != b for a, b in zip(true, read, strict=True)) == 1


@cache
def recorded() -> tuple[Misread, ...]:
    lines = FILE.read_text("utf-8").splitlines()
    return tuple(Misread(*line.split("\t")) for line in lines if line and not line.startswith("#"))


def main(count: int) -> None:
    found = [each for each in _read(count) if fold(each.read) not in ("", fold(each.name))]
    head = f"# {len(found)} of {count} names drawn and read by the default engine: name, what was read, typeface. Made by bench.search.misreads."
    FILE.write_text("\n".join([head, *(f"{each.name}\t{each.read}\t{each.face}" for each in found)]) + "\n", "utf-8")
    say(
        f"{len(found)} of {count} names were read wrongly, {sum(each.one_character for each in found)} by one character"
    )


def _read(count: int) -> Iterator[Misread]:
    from ocr.models import load  # noqa: PLC0415  # not needed to read what is kept

    rng, noise, networks = random.Random(_SEED), np.random.default_rng(_SEED), load("auto")
    for _ in range(0, count, _BATCH):
        drawn = [_drawn(rng, noise) for _ in range(_BATCH)]
        readings = networks.read_lines([image for _, _, image in drawn])
        for (name, face, _), reading in zip(drawn, readings, strict=True):
            yield Misread(name, "".join(reading.text.split()), face.name)


def _drawn(rng: random.Random, noise: np.random.Generator) -> tuple[str, Face, Pixels]:
    """A name in one typeface, four of five by hand; what no typeface draws is not asked of it."""
    faces = FACES[rng.choice(("tuning", "reporting"))]
    face = rng.choice(faces.hands if rng.random() < _HANDS else faces.typed)
    while True:
        name = names.name(rng, rare_share=0.01)
        if all(draws(face, char) for char in name):
            return name, face, _aged(rng, noise, _line(face, name))


def _line(face: Face, name: str) -> Pixels:
    glyphs = [glyph(face, char, _EM) for char in name]
    width = int(sum(each.advance for each in glyphs)) + 2 * _MARGIN
    paper = np.full((_EM + 2 * _MARGIN + _EM // 3, width), 255, np.uint8)
    pen, base = float(_MARGIN), _MARGIN + _EM
    for each in glyphs:
        top, left = max(0, base + each.y), max(0, round(pen) + each.x)
        part = paper[top : top + each.mask.shape[0], left : left + each.mask.shape[1]]
        np.minimum(part, 255 - each.mask[: part.shape[0], : part.shape[1]], out=part)
        pen += each.advance
    return paper


def _aged(rng: random.Random, noise: np.random.Generator, paper: Pixels) -> Pixels:
    """Faded ink on uneven paper, blurred by the optics, small as scanned, with the sensor's noise."""
    ink = rng.uniform(0.35, 1.0)
    grey = 235 - (255 - paper.astype(np.float32)) * ink * 0.85
    grey += cv2.resize(noise.normal(0, 7, (4, 12)).astype(np.float32), grey.shape[::-1], interpolation=cv2.INTER_CUBIC)
    scale = rng.uniform(*_SCANNED) / _EM
    grey = cv2.GaussianBlur(grey, (0, 0), rng.uniform(0.6, 2.2) / scale * 0.35)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    small += noise.normal(0, rng.uniform(1, 9), small.shape)
    plain = np.clip(small, 0, 255).astype(np.uint8)
    return np.asarray(cv2.merge([plain, plain, plain]), np.uint8)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else _COUNT)
