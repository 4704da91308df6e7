"""The two vocabularies: what even seeds (tuning) and odd seeds (reporting) may write. They share nothing that identifies."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar

import numpy as np

T = TypeVar("T")
Split = Literal["tuning", "reporting"]
Rng = np.random.Generator

DATA = Path(__file__).parent / "data"
_DIGITS = "〇一二三四五六七八九"


def split_of(seed: int) -> Split:
    """Even seeds are for tuning, odd seeds for reporting."""
    return "tuning" if seed % 2 == 0 else "reporting"


@cache
def words(split: Split) -> dict[str, Any]:
    return tomllib.loads((DATA / f"words_{split}.toml").read_text("utf-8"))


def rng_of(*key: int) -> Rng:
    """A generator that depends on its key alone: (seed, dossier, page, purpose)."""
    return np.random.Generator(np.random.PCG64([part & 0xFFFFFFFF for part in key]))


def pick(rng: Rng, choices: Sequence[T]) -> T:
    return choices[int(rng.integers(len(choices)))]


def chinese_year(year: int) -> str:
    """1972 as 一九七二."""
    return "".join(_DIGITS[int(digit)] for digit in str(year))


def chinese_small(number: int) -> str:
    """1–99 as 一 … 九十九, as days and months are written."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones else "")
