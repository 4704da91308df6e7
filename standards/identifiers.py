"""档号 by DA/T 13-2022: 全宗号-类别号-案卷号[-件号[-页号]], `-` between the parts and `·` (U+00B7) between levels of the 类别号.

Look-alikes of both marks are told apart from a number that has another structure altogether.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

PERSONNEL = "RS"
CATEGORIES = frozenset(["WS", "KJ", "RS", "KU", "ZY", "ZP", "LY", "LX", "SJ", "YJ", "WY", "MT", "SW"])
# Dashes and dots that look like the two marks and are others.
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d\u30fc_", "-"))
_DOTS = str.maketrans(dict.fromkeys("\u30fb\u2022\u2219\u22c5\u2027\uff65\u0387.\uff0e", "\u00b7"))
_NUMBER = re.compile(
    r"(?P<fonds>[A-Z][0-9]{3})-(?P<category>[A-Z]{2})(?P<levels>(?:\u00b7[A-Z0-9]+){0,3})"
    r"-(?P<volume>[0-9]{3,})(?:-(?P<item>[0-9]{3,}))?(?:-(?P<page>[0-9]{3,}))?"
)


@dataclass(frozen=True, slots=True)
class ArchiveNumber:
    """A 档号 in its parts. `volume` is the dossier's number, `item` the material's; padding zeros are kept.

    `as_written` is False where look-alikes of `-` or `·`, full-width or small letters had to be read as what they stand for.
    """

    fonds: str
    category: str
    levels: tuple[str, ...]
    volume: str
    item: str | None
    page: str | None
    as_written: bool

    @property
    def text(self) -> str:
        """The number in its one right form."""
        category = "\u00b7".join((self.category, *self.levels))
        return "-".join(part for part in (self.fonds, category, self.volume, self.item, self.page) if part)


def parse(text: str) -> ArchiveNumber | None:
    """The 档号 that `text` is, None where it has another structure."""
    plain = "".join(unicodedata.normalize("NFKC", text.translate(_DASHES).translate(_DOTS)).split()).upper()
    match = _NUMBER.fullmatch(plain)
    if match is None or match["category"] not in CATEGORIES:
        return None
    levels = tuple(level for level in match["levels"].split("\u00b7") if level)
    return ArchiveNumber(
        match["fonds"], match["category"], levels, match["volume"], match["item"], match["page"], plain == text
    )
