"""A clock that jumps: what was set ahead by a clock that was fast ends when the clock is put right, not a day later."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import index_life
from archive.accounts import make_account, make_organization, sign_in
from archive.catalogue import Catalogue
from archive.jobs import LocalQueue, enqueue
from archive.jobs.local import LEASE
from base.clock import SLACK, lasts, now
from tests.archive.conftest import Jump

_DAY = timedelta(days=1)


@given(st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=3650)))
def test_what_was_just_set_lasts_and_what_lies_farther_ahead_does_not(longest: timedelta) -> None:
    assert lasts(now() + longest, longest)
    assert not lasts(now() - timedelta(seconds=1), longest)
    assert not lasts(now() + longest + SLACK + timedelta(seconds=5), longest)


def test_an_account_locked_by_a_fast_clock_is_free_when_it_is_put_right(catalogue: Catalogue, jump: Jump) -> None:
    with catalogue.write() as session:
        unit = make_organization(session, "测试区", "district")
        make_account(session, "clerk", "经办", "password-1", desks=["clerk"], organization=unit)
    jump(_DAY)
    with catalogue.write() as session:
        for _ in range(12):
            sign_in(session, "clerk", "wrong")
        assert getattr(sign_in(session, "clerk", "password-1"), "code", None) == "account.locked"
    jump(timedelta(0))
    with catalogue.write() as session:
        assert getattr(sign_in(session, "clerk", "password-1"), "login", None) == "clerk"


def test_the_index_is_written_again_when_the_writers_clock_was_fast(catalogue: Catalogue, jump: Jump) -> None:
    jump(_DAY)
    with catalogue.write() as session:
        assert index_life.take_writer(session, "fast")
        assert not index_life.take_writer(session, "right")
    jump(timedelta(0))
    with catalogue.write() as session:
        assert index_life.take_writer(session, "right")


def test_a_rebuild_on_a_fast_clock_is_not_at_work_for_a_day(catalogue: Catalogue, jump: Jump) -> None:
    jump(_DAY)
    with catalogue.write() as session:
        index_life.begin_rebuild(session, "elsewhere:1", 10)
        assert index_life.running_rebuild(session) is not None
    jump(timedelta(0))
    with catalogue.read() as session:
        assert index_life.running_rebuild(session) is None


# On PostgreSQL leases go by the server's clock: tests/archive/jobs/test_on_postgres.py.
@pytest.mark.sqlite
@pytest.mark.parametrize("by", [_DAY, -_DAY])
def test_a_job_whose_worker_died_comes_again_whichever_way_the_clock_jumps(
    catalogue: Catalogue, jump: Jump, by: timedelta
) -> None:
    queue = LocalQueue(catalogue)
    with catalogue.write() as session:
        enqueue(session, "measure", 1, batch_id=None)
    assert queue.claim("dead") is not None
    jump(by)
    # The crew's keeper asks for this now and then; the lease then ends as if it had been given now.
    assert queue.shorten_leases() == (1 if by < timedelta(0) else 0)
    jump(by + LEASE + timedelta(seconds=1))
    assert queue.claim("alive") is not None
