"""Small synthetic pages with known properties, for the tests of the measures."""

from __future__ import annotations

import io
from functools import cache

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from base.images import Pixels

FONT = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"
A4 = (210.0, 297.0)
K16 = (184.0, 260.0)
YELLOW = (238, 222, 184)
WHITE = (250, 250, 248)
_WORDS = "退休职工档案登记表姓名性别出生年月民族籍贯文化程度参加工作时间政治面貌家庭住址单位意见审批机关盖章本人简历何时何地任何职证明人"


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT, size)


class Sheet:
    """A sheet of paper in millimetres, drawn at `dpi`."""

    def __init__(self, size: tuple[float, float] = A4, dpi: float = 150, paper: tuple[int, int, int] = WHITE) -> None:
        self.scale = dpi / 25.4
        self.size = size
        self.image = Image.new("RGB", (round(size[0] * self.scale), round(size[1] * self.scale)), paper)
        self.draw = ImageDraw.Draw(self.image)
        self.paper = paper

    def px(self, mm: float) -> int:
        return round(mm * self.scale)

    def text(self, x: float, y: float, text: str, mm: float = 4.2, fill: tuple[int, int, int] = (25, 25, 25)) -> Sheet:
        self.draw.text((self.px(x), self.px(y)), text, font=_font(self.px(mm)), fill=fill)
        return self

    def line(
        self, x0: float, y0: float, x1: float, y1: float, fill: tuple[int, int, int] = (40, 40, 40), mm: float = 0.25
    ) -> Sheet:
        box = (self.px(x0), self.px(y0), self.px(x1), self.px(y1))
        self.draw.line(box, fill=fill, width=max(1, self.px(mm)))
        return self

    def letter(self, lines: int = 22, seed: int = 1) -> Sheet:
        rng = np.random.default_rng(seed)
        for row in range(lines):
            count = int(rng.integers(18, 33)) if row % 4 == 3 else 33
            words = "".join(_WORDS[i] for i in rng.integers(0, len(_WORDS), count))
            self.text(25, 30 + row * (self.size[1] - 60) / lines, words)
        return self

    def form(self, rows: int = 12, filled: bool = True, seed: int = 1) -> Sheet:
        rng = np.random.default_rng(seed)
        left, right, top = 20.0, self.size[0] - 20, 40.0
        step = (self.size[1] - 70) / rows
        self.text(self.size[0] / 2 - 28, 20, "职工登记表", 9)
        for row in range(rows + 1):
            self.line(left, top + row * step, right, top + row * step)
        for x in (left, left + 35, left + 85, left + 120, right):
            self.line(x, top, x, top + rows * step)
        for row in range(rows):
            at = int(rng.integers(0, len(_WORDS) - 4)) if filled else row * 4
            self.text(left + 4, top + row * step + 5, _WORDS[at : at + 4])
            self.text(left + 89, top + row * step + 5, _WORDS[at + 1 : at + 5])
            if filled:
                words = "".join(_WORDS[i] for i in rng.integers(0, len(_WORDS), 8))
                self.text(left + 40, top + row * step + 5, words[:6], 5, (40, 50, 120))
        return self

    def ruled(self, fill: tuple[int, int, int] = (120, 150, 200), step: float = 9) -> Sheet:
        y = 30.0
        while y < self.size[1] - 20:
            self.line(15, y, self.size[0] - 15, y, fill)
            y += step
        return self

    def seal(self, x: float, y: float, diameter: float = 42, fill: tuple[int, int, int] = (205, 40, 45)) -> Sheet:
        r = diameter / 2
        box = [self.px(v) for v in (x - r, y - r, x + r, y + r)]
        self.draw.ellipse(box, outline=fill, width=self.px(1.2))
        for turn in range(9):
            angle = np.pi * (0.9 + turn * 0.15)
            self.text(x + (r - 6) * np.cos(angle) - 2, y + (r - 6) * np.sin(angle) - 2, _WORDS[turn], 4, fill)
        points = [
            (self.px(x + rr * np.sin(k * np.pi / 5)), self.px(y - rr * np.cos(k * np.pi / 5)))
            for k, rr in ((k, 7 if k % 2 == 0 else 2.8) for k in range(10))
        ]
        self.draw.polygon(points, fill=fill)
        return self

    def portrait(self, x: float, y: float, width: float = 25, height: float = 35) -> Sheet:
        w, h = self.px(width), self.px(height)
        yy, xx = np.mgrid[0:h, 0:w] / np.array([h, w]).reshape(2, 1, 1)
        tone = 175 - 20 * yy
        tone = np.where((xx - 0.5) ** 2 / 0.05 + (yy - 0.42) ** 2 / 0.06 < 1, 205 - 60 * abs(xx - 0.4), tone)
        tone = np.where((xx - 0.5) ** 2 / 0.055 + (yy - 0.24) ** 2 / 0.03 < 1, 45.0, tone)
        tone = np.where((xx - 0.5) ** 2 / 0.2 + (yy - 1.02) ** 2 / 0.08 < 1, 70 + 20 * xx, tone)
        face = cv2.GaussianBlur(tone.astype(np.float32), (0, 0), 2)
        self.image.paste(Image.fromarray(face.astype(np.uint8)).convert("RGB"), (self.px(x), self.px(y)))
        return self

    def holes(self) -> Sheet:
        for y in (self.size[1] / 2 - 40, self.size[1] / 2 + 40):
            box = [self.px(v) for v in (9, y - 3, 15, y + 3)]
            self.draw.ellipse(box, fill=(35, 35, 35))
        return self

    def pixels(self) -> Pixels:
        return np.asarray(self.image)


def turned(pixels: Pixels, degrees: float, fill: tuple[int, int, int] = WHITE) -> Pixels:
    """Turned clockwise about its middle on a canvas of the same size."""
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -degrees, 1)
    return cv2.warpAffine(pixels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=fill)


def on_bed(pixels: Pixels, margin: int, degrees: float = 0, bed: tuple[int, int, int] = (20, 20, 20)) -> Pixels:
    """The sheet lying on a scanner's bed that shows `margin` pixels around it."""
    framed = cv2.copyMakeBorder(pixels, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=bed)
    return turned(framed, degrees, bed)


def aged(pixels: Pixels, noise: float = 3, blur: float = 0.6, seed: int = 5, stains: int = 0) -> Pixels:
    rng = np.random.default_rng(seed)
    out = cv2.GaussianBlur(pixels, (0, 0), blur).astype(np.float32)
    height, width = pixels.shape[:2]
    for _ in range(stains):
        stain = np.zeros((height, width), np.float32)
        centre = (int(rng.integers(width)), int(rng.integers(height)))
        cv2.circle(stain, centre, int(width * rng.uniform(0.03, 0.12)), 1.0, -1)
        out -= cv2.GaussianBlur(stain, (0, 0), width * 0.012)[:, :, None] * np.array([15, 28, 45], np.float32)
    out += rng.normal(0, noise, out.shape[:2]).astype(np.float32)[:, :, None]
    return np.clip(out, 0, 255).astype(np.uint8)


def bled_through(paper: Pixels, back: Pixels, strength: float = 0.12, sigma: float = 2.2) -> Pixels:
    """The mirrored print of the back, faint and soft, seen through `paper`."""
    ghost = 255 - cv2.GaussianBlur(np.ascontiguousarray(back[:, ::-1]), (0, 0), sigma).astype(np.float32)
    return np.clip(paper.astype(np.float32) - strength * ghost, 0, 255).astype(np.uint8)


def encoded(pixels: Pixels, kind: str = "JPEG", dpi: int | None = 150, mode: str = "RGB", **options: object) -> bytes:
    image = Image.fromarray(pixels)
    if mode != "RGB":
        image = image.convert(mode)
    extra: dict[str, object] = {} if dpi is None else {"dpi": (dpi, dpi)}
    if kind == "JPEG":
        extra.setdefault("quality", 88)
    buffer = io.BytesIO()
    image.save(buffer, kind, **(extra | options))
    return buffer.getvalue()
