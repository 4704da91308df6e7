"""Pages drawn for the tests of reading, with what stands on them."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from base.images import Pixels

TEXT = (
    "职工登记表填写说明以及注意事项",
    "本人一九六五年三月参加工作历任车间主任",
    "现申请办理退休手续请单位予以审核批准",
    "身份证号码11010519491231002X",
    "以上所填内容全部属实如有虚假愿负责任",
    "人力资源和社会保障局档案管理中心",
)


def font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc", size, index=2)


def page(
    lines: tuple[str, ...] = TEXT, size: tuple[int, int] = (1000, 1400), letter: int = 36, left: int = 120
) -> Pixels:
    """Upright lines one under the other."""
    image = Image.new("RGB", size, (250, 248, 240))
    draw = ImageDraw.Draw(image)
    for number, text in enumerate(lines):
        draw.text((left, 120 + number * 90), text, fill=(40, 40, 45), font=font(letter))
    return np.asarray(image)


def turned(pixels: Pixels, clockwise: int) -> Pixels:
    """Stored so that a clockwise turn by `clockwise` makes it upright."""
    return np.ascontiguousarray(np.rot90(pixels, clockwise // 90))


def cells(rows: Sequence[Sequence[str]]) -> Pixels:
    """A ruled form, a text in each cell; the cells of a row do not stand at quite the same height."""
    width, height = 220, 90
    image = Image.new("RGB", (80 + width * len(rows[0]), 80 + height * len(rows)), (250, 248, 240))
    draw = ImageDraw.Draw(image)
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            left, top = 40 + column * width, 40 + row * height
            draw.rectangle((left, top, left + width, top + height), outline=(60, 60, 60), width=2)
            draw.text((left + 24, top + 18 + 5 * (column % 2)), text, fill=(40, 40, 45), font=font(36))
    return np.asarray(image)


def coloured(pixels: Pixels, ink: tuple[int, int, int], paper: tuple[int, int, int]) -> Pixels:
    """The same page in another ink on other paper."""
    paperness = pixels.min(axis=2, keepdims=True) / 255.0
    return (paperness * np.array(paper) + (1 - paperness) * np.array(ink)).astype(np.uint8)


def seen_from_behind(front: Pixels, back: Pixels, share: float) -> Pixels:
    """The front, through which `share` of the ink of its back shines, mirrored and blurred."""
    size = (front.shape[1], front.shape[0])
    mirrored = cv2.GaussianBlur(cv2.resize(cv2.flip(back, 1), size), (0, 0), 2.5)
    return (front * (1 - share * (1 - mirrored / 255.0))).astype(np.uint8)
