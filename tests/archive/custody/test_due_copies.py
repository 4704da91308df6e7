"""What is due of the second and the third copy, and since when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from archive.custody.copies import Counts, PackageSeen
from archive.custody.due_copies import due_copies

_AT = datetime(2026, 11, 22, tzinfo=UTC)
_OLD = _AT - timedelta(days=366)


def counts(second: int = 9, offline: int = 9, oldest: datetime | None = _AT) -> Counts:
    return Counts(9, 900, second, offline, min(second, offline), oldest)


def package(name: str, state: str = "whole", verified: datetime | None = _AT, newest: int = 5) -> PackageSeen:
    return PackageSeen(1, name, state, 5, 500, "", _OLD, verified, newest)


def codes(held: Counts, *packages: PackageSeen, second: bool = True, days: int = 365) -> list[str]:
    found = due_copies(held, packages, second=second, days=days, at=_AT)
    assert all(each.text("zh_CN") != each.text("en") for each in found)
    return [each.code.removeprefix("copies.due-") for each in found]


def test_nothing_is_due_of_what_is_whole_and_was_read_within_the_year() -> None:
    assert codes(counts(), package("p")) == []


def test_what_lacks_a_copy_is_due() -> None:
    assert codes(counts(second=0, offline=0), second=False) == ["no-second", "offline"]
    assert codes(counts(second=8, offline=7)) == ["second", "offline"]


def test_what_was_not_read_for_too_long_is_due_unless_nobody_asks_for_it() -> None:
    assert codes(counts(oldest=_OLD), package("p", verified=_OLD)) == ["second-old", "package-old"]
    assert codes(counts(oldest=_OLD), package("p", verified=_OLD), days=0) == []


def test_a_package_is_due_as_long_as_objects_lie_in_none_after_it() -> None:
    assert codes(counts(), package("p", "damaged"), package("q", "writing", None, 0)) == ["damaged", "writing"]
    assert codes(counts(), package("p", "damaged", newest=0), package("q", verified=_OLD, newest=0)) == []
