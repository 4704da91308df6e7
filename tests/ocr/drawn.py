"""Pages drawn for the tests of reading, with what stands on them."""

from __future__ import annotations

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
