"""What kind of page an image is, as far as its name and its measures tell: which ones a 页数 counts."""

from __future__ import annotations

import re
from typing import Literal

from standards.values import PageFacts

# form: asks for input or holds writing; it counts even where nobody filled it in.
Kind = Literal["cover", "catalogue", "lining", "blank", "instructions", "form"]

_COVER_PATTERN = "cover"
_BLANK = 0.5
# Words of file names.
_WORDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("instructions", re.compile(r"填[表写报](?:说明|须知)|填表注意事项")),
    ("lining", re.compile(r"衬[纸页]|护页|隔页")),
    ("catalogue", re.compile(r"(?:卷内|材料)?目录")),
    ("cover", re.compile(r"封[面底皮]|档案袋")),
    ("blank", re.compile(r"空白(?:页|背面)?$|白页")),
)


def page_kind(page: PageFacts) -> Kind:
    """The kind by its name, else by whether anything is on it; covers by their pattern or the number 0."""
    if page.name_pattern == _COVER_PATTERN or page.number == 0:
        return "cover"
    stem = page.file.rpartition("/")[2].rpartition(".")[0]
    named = next((kind for kind, words in _WORDS if words.search(stem)), None)
    if named is not None:
        return named
    measure = page.measures.get("blank")
    blank = measure is not None and isinstance(measure.value, int | float) and measure.value >= _BLANK
    return "blank" if blank else "form"


def is_cover(page: PageFacts) -> bool:
    """Images that no 页数 counts, whatever is on them."""
    return page_kind(page) in ("cover", "catalogue", "lining", "instructions")


def is_counted(page: PageFacts) -> bool:
    """Sides that bear writing or ask for it."""
    return page_kind(page) == "form"
