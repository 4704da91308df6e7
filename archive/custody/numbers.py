"""Custody in numbers, for screens and metrics: what is bad, how old the oldest look is, which copies lack; and what is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from archive.custody import copies
from archive.custody.holds import count_in_force
from archive.custody.ledger import ENTRIES, Entry
from archive.tables import StoredObject
from base.clock import now

# A clock that was wrong once must not put an object off for years.
_AHEAD = timedelta(days=1)
_STILL = timedelta(days=1)
# Looks of custody itself: the others are read back by who wrote them.
_READ = ("fixity", "fsck", "sight")


@dataclass(frozen=True, slots=True)
class CustodyNumbers:
    """Counts of objects; `size` in bytes, ages in seconds (0.0 where there is nothing to count).

    `unread`: never looked at since they were entered. `oldest_look_s`: since when the one that waits longest was not read.
    """

    objects: int
    size: int
    bad: int
    could_not_check: int
    unread: int
    oldest_look_s: float
    without_second: int
    without_offline: int
    oldest_second_s: float
    holds: int


@dataclass(frozen=True, slots=True)
class Alarm:
    """An object that is not good, and since when that is known."""

    key: str
    state: str
    code: str
    since: datetime | None


def custody_numbers(session: Session) -> CustodyNumbers:
    """Counted by the database, four statements however many objects there are."""
    at = now()
    state = StoredObject.state
    bad, unsure, unread, oldest = session.execute(
        select(
            func.count().filter(state == "bad"), func.count().filter(state == "could_not_check"),
            func.count().filter(StoredObject.checked_at.is_(None)), func.min(StoredObject.checked_at),
        ).select_from(StoredObject)
    ).one()  # fmt: skip
    held = copies.counts(session)
    return CustodyNumbers(
        held.objects, held.size, bad, unsure, unread, _age(oldest, at), held.objects - held.second,
        held.objects - held.offline, _age(held.oldest_second, at), count_in_force(session),
    )  # fmt: skip


def _age(then: datetime | None, at: datetime) -> float:
    return max(0.0, (at - then).total_seconds()) if then is not None else 0.0


@dataclass(frozen=True, slots=True)
class FixityRound:
    """How far the reading of all objects is: `read` of `objects` were looked at since `since`, `due` were not.

    `last_read_at`: when custody last read one, by fixity or fsck; `oldest`: of those ever looked at, the one longest ago.
    """

    since: datetime
    objects: int
    read: int
    last_read_at: datetime | None
    oldest: datetime | None

    @property
    def due(self) -> int:
        return self.objects - self.read

    def stands_still(self, at: datetime) -> bool:
        """Objects wait to be read, and nobody has read any for a day: no process is running that does it."""
        return self.due > 0 and (self.last_read_at is None or at - self.last_read_at > _STILL)


def fixity_round(session: Session, days: int) -> FixityRound:
    """Counted in one statement. A look that lies ahead of the clock is none, as in `due`."""
    since, at = now() - timedelta(days=days), StoredObject.checked_at
    row = session.execute(
        select(
            func.count(), func.count().filter(at >= since, at <= now() + _AHEAD),
            func.max(at).filter(StoredObject.how.in_(_READ)), func.min(at),
        ).select_from(StoredObject)
    ).one()  # fmt: skip
    return FixityRound(since, *row)


def alarms(session: Session, limit: int = 20) -> tuple[int, list[Alarm]]:
    """How many objects are bad or could not be checked, and the first of them."""
    wrong = StoredObject.state.in_(("bad", "could_not_check"))
    count = session.scalar(select(func.count()).select_from(StoredObject).where(wrong)) or 0
    if not count:
        return 0, []
    rows = session.scalars(
        select(StoredObject).where(wrong).order_by(StoredObject.state, StoredObject.key).limit(limit)
    )
    return count, [Alarm(row.key, row.state, row.code, row.checked_at) for row in rows]


def not_good(session: Session) -> list[Entry]:
    """Every object that is bad or could not be checked, as the last look found it."""
    wrong = StoredObject.state.in_(("bad", "could_not_check"))
    return [Entry(*row) for row in session.execute(ENTRIES.where(wrong).order_by(StoredObject.key))]


def due(session: Session, before: datetime, limit: int) -> list[Entry]:
    """Objects not looked at since `before`, the longest ago first: first those that were never looked at."""
    never = ENTRIES.where(StoredObject.checked_at.is_(None)).order_by(StoredObject.key).limit(limit)
    found = [Entry(*row) for row in session.execute(never)]
    if len(found) < limit:
        old = or_(StoredObject.checked_at < before, StoredObject.checked_at > now() + _AHEAD)
        late = ENTRIES.where(old).order_by(StoredObject.checked_at, StoredObject.key).limit(limit - len(found))
        found += [Entry(*row) for row in session.execute(late)]
    return found
