"""What a repair does and leaves, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from base.messages import Language, message
from ingest.repair.values import Note

_JOINTS: dict[Language, str] = {"zh_CN": "；", "en": "; "}


def told(notes: Iterable[Note], language: Language) -> str:
    """The notes as one sentence, `repair.nothing` where there are none."""
    texts = [message(note.code, language, **dict(note.params)) for note in notes]
    return _JOINTS[language].join(texts) if texts else message("repair.nothing", language)


def as_json(notes: Iterable[Note]) -> list[dict[str, Any]]:
    """The notes as they are kept: code and values."""
    return [{"code": note.code, "params": dict(note.params)} for note in notes]


def from_json(kept: Iterable[Mapping[str, Any]]) -> tuple[Note, ...]:
    """What `as_json` wrote, read back."""
    return tuple(Note.of(str(each["code"]), **each["params"]) for each in kept)
