"""One value as it was read from its ink, before it becomes a field of a page."""

from __future__ import annotations

from dataclasses import dataclass

from ocr.fields.strips import Ink

HAN = "\u3400-\u9fff\U00020000-\U000323af"
# What is written in a cell that has nothing to say.
NONE = frozenset({"无", "没有", "未", "否", "不详", "无曾用名"})


@dataclass(frozen=True, slots=True)
class Reading:
    """The ink of a value, its normal form, marks and other readings as in `FieldValue`; `weight` is how sure the form of
    the value makes it, 0–1."""

    ink: Ink
    normal: str | None = None
    marks: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    weight: float = 1.0
