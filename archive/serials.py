"""Serial numbers of a year without gaps and without doubles, however many desks register at once."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from archive.tables import Counter


def next_serial(session: Session, series: str) -> str:
    """`L-2026-000123` for the series `L-2026`, within the caller's write transaction.

    The counter's row is locked until that transaction ends, and the number goes with it: what is rolled back gives its
    number back, so none is lost.
    """
    _make_counter(session, series)
    last = session.scalar(
        update(Counter).where(Counter.series == series).values(last=Counter.last + 1).returning(Counter.last)
    )
    return f"{series}-{last:06d}"


def _make_counter(session: Session, series: str) -> None:
    if session.get(Counter, series) is not None:
        return
    try:
        with session.begin_nested():
            session.add(Counter(series=series, last=0))
    except IntegrityError:
        # Another desk made it in the same moment.
        session.expire_all()
