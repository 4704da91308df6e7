"""Every object is read again in its turn, the longest unread first; what is bad stands on the screens, and nothing is begun anew."""

from __future__ import annotations

import fcntl
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from archive.custody.ledger import enrol
from archive.custody.numbers import alarms, custody_numbers
from archive.jobs import enqueue
from archive.tables import PageVersion, StoredObject
from base.clock import now
from base.errors import InputError
from ingest.custody import fixity
from ingest.custody.fixity import Custodian, read_due, read_some
from ingest.custody.fsck import fsck
from ingest.custody.second import open_second
from tests.ingest.custody.holdings import Holdings, overwrite


def aged(held: Holdings, days: int) -> None:
    with held.office.catalogue.write() as session:
        session.execute(update(StoredObject).values(checked_at=now() - timedelta(days=days)))


def test_what_was_never_read_comes_first_then_the_oldest_and_then_nothing(held: Holdings) -> None:
    enrol(held.office.catalogue)
    total = len(list(held.office.store.list()))
    with held.office.catalogue.read() as session:
        unread = custody_numbers(session).unread
    assert 0 < unread < total
    sizes = [read_some(held.office, 90, most=4) for _ in range(-(-unread // 4))]
    assert all(sizes)
    assert read_some(held.office, 90) == 0
    aged(held, 100)
    oldest = held.keys["material"]
    with held.office.catalogue.write() as session:
        session.execute(
            update(StoredObject).where(StoredObject.key == oldest).values(checked_at=now() - timedelta(days=200))
        )
    assert read_some(held.office, 90, most=1) == held.file(oldest).stat().st_size
    with held.office.catalogue.read() as session:
        assert session.get_one(StoredObject, oldest).how == "fixity"
        assert custody_numbers(session).oldest_look_s > 99 * 86400


def test_a_clock_that_was_ahead_puts_nothing_off(held: Holdings) -> None:
    enrol(held.office.catalogue)
    aged(held, -3650)
    assert read_some(held.office, 90, most=99) > 0
    assert read_some(held.office, 90, most=99) == 0


def test_what_is_bad_is_an_alarm_until_it_is_good_again(held: Holdings) -> None:
    fsck(held.office, index=False)
    key = held.keys["original"]
    good = held.file(key).read_bytes()
    held.flip(key, 3)
    aged(held, 100)
    read_some(held.office, 90, most=99)
    with held.office.catalogue.read() as session:
        count, (alarm,) = alarms(session)
        assert (count, alarm.key, alarm.state, alarm.code) == (1, key, "bad", "store.damaged")
        assert custody_numbers(session).bad == 1
    held.file(key).chmod(0o600)
    held.file(key).write_bytes(good)
    fsck(held.office, full=False, index=False)
    with held.office.catalogue.read() as session:
        assert alarms(session) == (0, [])


def test_a_run_goes_on_where_the_last_one_stopped_and_keeps_the_rate(
    held: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    rests: list[float] = []
    monkeypatch.setattr(fixity, "_SOME", 3)
    monkeypatch.setattr(fixity, "_rest", lambda seconds, _stopping: rests.append(seconds))
    enrol(held.office.catalogue)
    aged(held, 100)
    everything = {each.key: each.size for each in held.office.store.list()}
    report, left = read_due(held.office, stopping=lambda: len(rests) >= 2)
    assert report.as_json()["checked"] == report.as_json()["good"] == 6
    assert left == len(everything) - 6
    with held.office.catalogue.read() as session:
        first = set(
            session.scalars(select(StoredObject.key).where(StoredObject.checked_at > now() - timedelta(days=1)))
        )
    report, left = read_due(held.office)
    assert (report.as_json()["checked"], left) == (len(everything) - 6, 0)
    assert len(first) == 6
    rate = held.office.settings.fixity_mb_s * 1_000_000
    assert sum(rests) == pytest.approx(sum(everything.values()) / rate)
    assert read_due(held.office)[0].as_json()["checked"] == 0


def test_what_is_bad_is_said_by_every_run_until_it_is_good_again(held: Holdings) -> None:
    read_due(held.office)
    key = held.keys["original"]
    good = held.file(key).read_bytes()
    held.flip(key, 3)
    aged(held, 100)
    for checked in (len(list(held.office.store.list())), 1):
        report, left = read_due(held.office)
        assert ([each.id for each in report.bad], report.clean, left) == ([key], False, 0)
        assert report.as_json()["checked"] == checked
    overwrite(held.file(key), good)
    assert read_due(held.office)[0].clean
    with held.office.catalogue.read() as session:
        assert alarms(session) == (0, [])


def test_what_a_step_is_making_again_is_passed_by_and_does_not_keep_a_run_from_ending(held: Holdings) -> None:
    with held.office.catalogue.write() as session:
        version = session.scalars(select(PageVersion.id).where(PageVersion.view_key == held.keys["view"])).one()
        enqueue(session, "measure", version, batch_id=None)
    held.flip(held.keys["view"], 1)
    aged(held, 100)
    report, left = read_due(held.office)
    assert (report.bad, report.in_flight, left) == ([], [held.keys["view"]], 1)


def test_a_run_waits_for_no_other_for_ever_and_says_when_it_is_off(
    held: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fixity, "_PATIENCE_S", 0.01)
    monkeypatch.setattr(fixity, "_STEP_S", 0.01)
    held.office.locks_path.mkdir(parents=True, exist_ok=True)
    with (held.office.locks_path / "custody.lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(InputError) as error:
            read_due(held.office)
    assert error.value.code == "custody.fixity-busy"
    settings = held.office.settings.model_copy(update={"fixity_days": 0})
    with pytest.raises(InputError) as error:
        read_due(type(held.office)(settings, held.office.catalogue, held.office.store))
    assert error.value.code == "custody.fixity-off"


def test_a_turn_keeps_the_second_store_up_and_reads_at_the_rate_of_the_settings(held: Holdings, tmp_path: Path) -> None:
    settings = held.office.settings.model_copy(
        update={"second_store": "folder", "second_path": str(tmp_path / "second"), "fixity_mb_s": 0.001}
    )
    open_second(settings, create=True)
    custodian = Custodian(type(held.office)(settings, held.office.catalogue, held.office.store))
    custodian.turn()
    assert custodian.last_error is None
    assert len(list(open_second(settings).list())) == len(list(held.office.store.list()))
    moved = sum(each.size for each in open_second(settings).list())
    assert custodian.pause_s >= moved / 1000
    for _ in range(9):
        custodian.turn()
    assert custodian.pause_s == fixity._IDLE_S


def test_one_process_of_a_machine_does_it(held: Holdings) -> None:
    enrol(held.office.catalogue)
    held.office.locks_path.mkdir(parents=True, exist_ok=True)
    with (held.office.locks_path / "custody.lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        Custodian(held.office).turn()
        with held.office.catalogue.read() as session:
            assert "fixity" not in set(session.scalars(select(StoredObject.how)))
    Custodian(held.office).turn()
    with held.office.catalogue.read() as session:
        assert {"fixity", "sight"} & set(session.scalars(select(StoredObject.how)))


def test_a_store_that_is_away_hinders_nothing_and_is_tried_again(
    held: Holdings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = held.office.settings.model_copy(
        update={"second_store": "folder", "second_path": str(tmp_path / "unmounted")}
    )
    custodian = Custodian(type(held.office)(settings, held.office.catalogue, held.office.store))
    custodian.turn()
    assert custodian.last_error is not None
    assert custodian.last_error.code == "store.marker-missing"
    assert custodian.pause_s == fixity._TROUBLE_S
    assert not (tmp_path / "unmounted").exists()
