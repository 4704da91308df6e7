"""The message catalogue: one text per stable code and language, in TOML files by area.

A file `LANGUAGE/AREA.toml` holds `"code" = "text with {placeholders}"`. Both languages hold the same codes with the same
placeholders; a test keeps it so.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal, get_args

Language = Literal["zh_CN", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

_HERE = Path(__file__).parent


@cache
def catalogue(language: Language) -> dict[str, str]:
    """All texts of a language by code."""
    texts: dict[str, str] = {}
    for file in sorted((_HERE / language).glob("*.toml")):
        for code, text in tomllib.loads(file.read_text("utf-8")).items():
            if code in texts:
                raise ValueError(f"{file.name}: the code {code!r} is defined twice")
            texts[code] = text
    return texts


def message(code: str, language: Language, **params: object) -> str:
    """The text of `code` with its placeholders filled; KeyError if the catalogue does not know the code."""
    return catalogue(language)[code].format(**params)
