"""The typefaces of the samples: Debian's print faces and four OFL script faces, one glyph at a time as coverage masks.

A script face comes as about ninety small files by character range; `unicode.json` beside them says which file to open for
a character. Whether a face really draws a character is asked of the face (its glyph differs from the one for "missing"), so no
font library is needed but Pillow's.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from base.errors import InputError
from base.images import Pixels
from ingest.samples.words import Split

SCRIPTS = Path(__file__).resolve().parents[2] / "deploy" / "fonts" / "node_modules" / "@fontsource"
_PRINT = Path("/usr/share/fonts")
_NOWHERE = "\U0010fffe"


@dataclass(frozen=True, slots=True)
class Face:
    """A typeface: a file with its index, or a script family in `SCRIPTS` (`index` is then -1)."""

    name: str
    file: str
    index: int

    @property
    def script(self) -> bool:
        return self.index < 0


SONG = Face("song", "opentype/noto/NotoSerifCJK-Regular.ttc", 2)
SONG_BOLD = Face("song-bold", "opentype/noto/NotoSerifCJK-Bold.ttc", 2)
HEI = Face("hei", "opentype/noto/NotoSansCJK-Regular.ttc", 2)
HEI_BOLD = Face("hei-bold", "opentype/noto/NotoSansCJK-Bold.ttc", 2)
KAI = Face("kai", "truetype/arphic/ukai.ttc", 0)
MING = Face("ming", "truetype/arphic/uming.ttc", 0)
ZENHEI = Face("zenhei", "truetype/wqy/wqy-zenhei.ttc", 0)
LONG_CANG = Face("long-cang", "long-cang", -1)
LIU_JIAN = Face("liu-jian-mao-cao", "liu-jian-mao-cao", -1)
MA_SHAN = Face("ma-shan-zheng", "ma-shan-zheng", -1)
ZHI_MANG = Face("zhi-mang-xing", "zhi-mang-xing", -1)


@dataclass(frozen=True, slots=True)
class FaceSet:
    """The faces that a split may use: labels, headings, typed values, handwriting."""

    labels: tuple[Face, ...]
    titles: tuple[Face, ...]
    typed: tuple[Face, ...]
    hands: tuple[Face, ...]


FACES: dict[Split, FaceSet] = {
    "tuning": FaceSet((SONG, HEI), (SONG_BOLD, HEI_BOLD), (SONG, KAI), (LONG_CANG, LONG_CANG, LIU_JIAN)),
    "reporting": FaceSet((MING, ZENHEI), (ZENHEI, MING), (MING, ZENHEI), (MA_SHAN, ZHI_MANG, ZHI_MANG)),
}
# Rare characters that a face lacks are drawn by these, as a clerk writes them by a second hand.
_FALLBACKS = (SONG, HEI, MING)


@dataclass(frozen=True, slots=True)
class Glyph:
    """Coverage 0–255 of one character; `x`, `y` place it from the pen on the base line; `advance` in pixels."""

    mask: Pixels
    x: int
    y: int
    advance: float


@lru_cache(maxsize=12_000)
def glyph(face: Face, char: str, size: int) -> Glyph:
    """The glyph of `char` at `size` pixels an em, from the face or the first fallback that has it."""
    for candidate in (face, *_FALLBACKS):
        if draws(candidate, char):
            return _draw(candidate, char, size)
    return _draw(SONG, char, size)


@cache
def draws(face: Face, char: str) -> bool:
    """Whether the face has a glyph of its own for the character."""
    if char.isspace():
        return True
    if face.script and _script_file(face, char) is None:
        return False
    font = _font(face, char, 24)
    mine, missing = font.getmask(char), font.getmask(_NOWHERE)
    if mine.getbbox() is None:
        return False
    return mine.size != missing.size or bytes(mine) != bytes(missing)


def _draw(face: Face, char: str, size: int) -> Glyph:
    font = _font(face, char, size)
    left, top, right, bottom = (int(edge) for edge in font.getbbox(char, anchor="ls"))
    image = Image.new("L", (max(1, right - left), max(1, bottom - top)))
    ImageDraw.Draw(image).text((-left, -top), char, font=font, fill=255, anchor="ls")
    return Glyph(np.asarray(image), left, top, font.getlength(char))


def _font(face: Face, char: str, size: int) -> ImageFont.FreeTypeFont:
    if face.script:
        return _open(str(_script_file(face, char) or _latin(face)), 0, size)
    return _open(str(_PRINT / face.file), face.index, size)


@lru_cache(maxsize=2_000)
def _open(file: str, index: int, size: int) -> ImageFont.FreeTypeFont:
    try:
        return ImageFont.truetype(file, size, index=index, layout_engine=ImageFont.Layout.BASIC)
    except OSError as error:
        raise InputError("samples.font-missing", path=Path(file).name) from error


def _latin(face: Face) -> Path:
    return SCRIPTS / face.file / "files" / f"{face.file}-latin-400-normal.woff2"


def _script_file(face: Face, char: str) -> Path | None:
    key = _ranges(face).get(ord(char))
    return None if key is None else SCRIPTS / face.file / "files" / f"{face.file}-{key.strip('[]')}-400-normal.woff2"


@cache
def _ranges(face: Face) -> dict[int, str]:
    """Code point → key of the small file that holds it."""
    file = SCRIPTS / face.file / "unicode.json"
    try:
        listed: dict[str, str] = json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise InputError("samples.font-missing", path=f"{face.file}/unicode.json") from error
    found: dict[int, str] = {}
    for key, ranges in listed.items():
        for part in ranges.split(","):
            first, _, last = part.strip().removeprefix("U+").partition("-")
            for code in range(int(first, 16), int(last or first, 16) + 1):
                found[code] = key
    return found
