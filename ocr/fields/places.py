"""Places and trades that lists hold: the usual name where the paper writes one of them, or the engine thought of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from base.text.normalise import fold
from ocr.fields.doubt import fitting
from ocr.fields.reading import Reading
from ocr.fields.strips import Ink

_HERE = Path(__file__).parent
_ENDINGS = ("省", "市", "自治区", "壮族自治区", "回族自治区", "维吾尔自治区")


def read_place(ink: Ink) -> Reading | None:
    """A native place or birthplace as written; `normal` with province and city in full where the list has both."""
    ink = Ink(tuple((line, at) for line, at in ink.chars if not line.text[at].isspace()))
    return _from(ink, _places())


def named_trade(ink: Ink) -> Reading | None:
    """A trade or post of the list, by its usual name."""
    ink = Ink(tuple((line, at) for line, at in ink.chars if not line.text[at].isspace()))
    return _from(ink, _trades())


def _from(ink: Ink, known: Mapping[str, str]) -> Reading | None:
    plain = fold(ink.text)
    if plain in known:
        return Reading(ink, known[plain])
    if (meant := fitting(ink, known)) is not None:
        return Reading(ink, known[meant], ("list",), weight=0.8)
    return None


def _words(name: str) -> list[list[str]]:
    lines = (_HERE / name).read_text("utf-8").splitlines()
    return [line.split() for line in lines if line and not line.startswith("#")]


@cache
def _trades() -> Mapping[str, str]:
    return {fold(word): word for line in _words("trades.txt") for word in line}


@cache
def _places() -> Mapping[str, str]:
    """Every way to write a listed place, folded → its name in full."""
    found: dict[str, str] = {}
    for province, *cities in _words("places.txt"):
        for lead in _short(province):
            found[fold(lead)] = province
            for city in cities:
                for tail in (city, city + "市", city + "县"):
                    full = province + (city + "市" if tail == city else tail)
                    found.setdefault(fold(lead + tail), full)
    return found


def _short(province: str) -> tuple[str, ...]:
    """A province with and without its ending."""
    ending = max((each for each in _ENDINGS if province.endswith(each)), key=len)
    return province, province.removesuffix(ending)
