"""A small page whose text is known: a runtime that loads but misreads is found out before it reads an archive's page.

The picture beside this file was drawn with a print font; nobody's paper is in it.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from base.images import Pixels
from ocr import detection, geometry
from ocr.networks import Networks

TEXT = (
    "干部履历表填写说明及注意事项",
    "一九六五年三月参加工作历任车间主任",
    "1994年8月编号20260713合计58页",
    "以上所填内容全部属实如有虚假愿负责任",
    "人力资源和社会保障局档案管理中心",
)
# Print this clear is read without a fault; one may differ from model to model.
MOST_ERRORS = 1


@cache
def picture() -> Pixels:
    with Image.open(Path(__file__).with_name("known_page.png")) as image:
        return np.asarray(image.convert("RGB"))


def errors_of(networks: Networks) -> int:
    """How many characters of the known page these networks read wrongly. RuntimeError and its like where they fail."""
    pixels = picture()
    quads = sorted(detection.find_lines(networks.find_lines, pixels), key=lambda quad: float(quad[:, 1].mean()))
    read = networks.read_lines([geometry.cut_out(pixels, quad) for quad in quads])
    return _differing("".join(TEXT), "".join(line.text for line in read).replace(" ", ""))


def _differing(expected: str, said: str) -> int:
    changes = SequenceMatcher(None, expected, said, autojunk=False).get_opcodes()
    return sum(max(b - a, d - c) for kind, a, b, c, d in changes if kind != "equal")
