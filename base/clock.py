"""Times are aware and in UTC inside; screens show them in the office's zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

# By how much the clocks of machines may differ, or one be put right, without anything being thought of it.
SLACK = timedelta(minutes=1)


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def lasts(until: datetime, longest: timedelta) -> bool:
    """Whether a time that was set `longest` ahead is still to come.

    A clock that was set back since would keep it to come for as long as it jumped: what lies farther ahead than it can have
    been set is over.
    """
    return timedelta(0) < until - now() <= longest + SLACK
