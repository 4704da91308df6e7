"""Which copies are due: what lacks one, what was not read for too long, what is damaged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from archive.custody.copies import Counts, PackageSeen
from base.messages import Language, message


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to do. `copy` is second or offline; `code` is of the message catalogue, `copies.due-…`, with `params`."""

    copy: str
    code: str
    params: dict[str, Any]

    def text(self, language: Language) -> str:
        return message(self.code, language, **self.params)

    def as_json(self) -> dict[str, Any]:
        said = {"message": self.text("en"), "message_zh": self.text("zh_CN")}
        return {"copy": self.copy, "code": self.code, **self.params, **said}


def due_copies(counts: Counts, packages: Sequence[PackageSeen], *, second: bool, days: int, at: datetime) -> list[Due]:
    """`second`: whether the office has a second store; a copy is to be read again after `days` (0: never), as of `at`.

    A package whose objects all lie in later ones is not asked for any more.
    """
    return [*_second(counts, second, days, at), *_offline(counts, packages, days, at)]


def _second(counts: Counts, there: bool, days: int, at: datetime) -> Iterator[Due]:
    if not there:
        yield Due("second", "copies.due-no-second", {})
        return
    if counts.second < counts.objects:
        yield Due("second", "copies.due-second", {"count": counts.objects - counts.second})
    if _is_old(counts.oldest_second, days, at):
        yield Due("second", "copies.due-second-old", {"days": days})


def _offline(counts: Counts, packages: Sequence[PackageSeen], days: int, at: datetime) -> Iterator[Due]:
    if counts.offline < counts.objects:
        yield Due("offline", "copies.due-offline", {"count": counts.objects - counts.offline})
    for each in packages:
        if each.state == "writing" or (each.state == "damaged" and each.newest):
            yield Due("offline", f"copies.due-{each.state}", {"name": each.name})
        elif each.newest and _is_old(each.verified_at, days, at):
            yield Due("offline", "copies.due-package-old", {"name": each.name, "days": days})


def _is_old(then: datetime | None, days: int, at: datetime) -> bool:
    return days > 0 and then is not None and at - then > timedelta(days=days)
