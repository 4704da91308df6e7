"""Serial numbers: one after the other, none lost by a failure, none twice among desks that register at once."""

from __future__ import annotations

import threading

import pytest

from archive.catalogue import Catalogue
from archive.serials import next_serial


def test_numbers_run_on_within_a_series(catalogue: Catalogue) -> None:
    with catalogue.write() as session:
        assert [next_serial(session, "L-2026") for _ in range(2)] == ["L-2026-000001", "L-2026-000002"]
    with catalogue.write() as session:
        assert [next_serial(session, "L-2026"), next_serial(session, "L-2027")] == ["L-2026-000003", "L-2027-000001"]


def test_what_is_rolled_back_gives_its_number_back(catalogue: Catalogue) -> None:
    with pytest.raises(RuntimeError), catalogue.write() as session:
        next_serial(session, "L-2026")
        raise RuntimeError
    with catalogue.write() as session:
        assert next_serial(session, "L-2026") == "L-2026-000001"


def test_desks_that_register_at_once_get_numbers_of_their_own(catalogue: Catalogue) -> None:
    given: list[str] = []

    def one_desk() -> None:
        for _ in range(5):
            with catalogue.write() as session:
                number = next_serial(session, "L-2026")
            given.append(number)

    threads = [threading.Thread(target=one_desk) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given) == [f"L-2026-{number:06d}" for number in range(1, 21)]
