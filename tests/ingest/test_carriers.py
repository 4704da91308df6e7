"""Local workers: the suite of carriers, and how an idle one notices that there is work."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from archive.office import Office
from archive.on_sqlite import Commits
from archive.tables import Organization
from base.errors import SettingsError, StorageError
from base.settings import Settings
from ingest.carriers import Looking, must_be_usable
from tests.ingest.carrier_suite import CarrierSuite


class NoBroker:
    """There is no message to lose and nobody to die."""

    def lose(self) -> None:
        return

    double = die = lose


@pytest.fixture
def broker() -> NoBroker:
    return NoBroker()


class TestLocalCarrier(CarrierSuite):
    pass


class Bench:
    """Works as the answers say, one after another, and is worn after the last."""

    def __init__(self, *answers: Callable[[], bool]) -> None:
        self._answers = list(answers)
        self.worn = False

    def work_once(self) -> bool:
        answer = self._answers.pop(0)
        self.worn = not self._answers
        return answer()


@pytest.mark.sqlite
def test_an_idle_worker_notices_a_commit_and_not_its_own_looking(office: Office) -> None:
    commits = Commits(office.catalogue.engine)
    assert not commits.any_new()
    with office.catalogue.read() as session:
        session.get(Organization, 1)
    assert not commits.any_new()
    with office.catalogue.write() as session:
        session.add(Organization(kind="district", name="乙区", path="/2/"))
    assert commits.any_new()
    assert not commits.any_new()
    commits.close()


@pytest.mark.sqlite
def test_work_that_is_enqueued_ends_the_pause(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.carriers._FIRST_PAUSE_S", 3600.0)
    monkeypatch.setattr("ingest.carriers._LONGEST_PAUSE_S", 3600.0)
    idle = threading.Event()
    bench = Bench(lambda: idle.set() is not None, lambda: True)
    thread = threading.Thread(target=lambda: Looking(office.catalogue).follow(bench))
    thread.start()
    assert idle.wait(60)
    with office.catalogue.write() as session:
        session.add(Organization(kind="district", name="乙区", path="/2/"))
    thread.join(60)
    assert not thread.is_alive()


def test_a_catalogue_that_is_away_is_waited_for_with_growing_pauses(office: Office, slept: list[float]) -> None:
    def away() -> bool:
        raise StorageError("catalogue.busy", path="x")

    Looking(office.catalogue).follow(bench := Bench(*[away] * 9, lambda: True))
    assert bench.worn
    assert slept == sorted(slept)
    assert (len(slept), slept[-1]) == (9, 30.0)


def test_a_carrier_that_cannot_be_used_is_refused_before_anything_starts(office: Office) -> None:
    settings = Settings(data_dir=office.settings.data_dir, carrier="celery")
    with pytest.raises(SettingsError) as caught:
        must_be_usable(settings)
    assert caught.value.code == "carrier.no-broker"
    must_be_usable(office.settings)
