"""Which fault the nth run gets: by its number alone, and every point in its turn."""

from __future__ import annotations

from collections import Counter

from tests.faults.points import Point
from tests.faults.scenario import NET_FAULTS, Scenario, failing_calls, scenario

POINTS = [
    Point(role, kind, number, moment)
    for role in ("house", "worker")
    for kind in ("commit", "link", "write")
    for number in range(1, 5)
    for moment in ("before", "after")
]


def runs(count: int, *, net: bool) -> list[Scenario]:
    return [scenario(number, POINTS, 7, net=net) for number in range(count)]


def test_a_run_is_the_same_each_time() -> None:
    assert runs(100, net=True) == runs(100, net=True)


def test_every_point_has_its_turn() -> None:
    at_points = [each.point for each in runs(200, net=False) if each.kind in ("point", "clock")]
    assert set(at_points[: len(POINTS)]) == set(POINTS)


def test_an_office_on_a_folder_has_no_network_and_one_on_servers_meets_each_of_its_faults() -> None:
    assert "net" not in {each.kind for each in runs(200, net=False)}
    on_servers = runs(200, net=True)
    assert {each.action for each in on_servers if each.kind == "net"} == set(NET_FAULTS)
    kinds = Counter(each.kind for each in on_servers)
    assert kinds == {"point": 80, "time": 30, "disk": 10, "net": 50, "clock": 10, "stop": 10, "freeze": 10}


def test_some_runs_of_every_kind_start_their_workers_as_in_production() -> None:
    assert {each.kind for each in runs(600, net=True) if each.spawned} == {each.kind for each in runs(20, net=True)}


def test_every_call_that_may_fail_is_full_once_and_broken_once_and_both_houses_meet_both() -> None:
    calls = failing_calls(POINTS)
    refused = {each for each in POINTS if each.kind in ("link", "write") and each.moment == "before"}
    assert Counter((each.point, each.action) for each in calls) == {
        (point, action): 1 for point in refused for action in ("full", "broken")
    }
    assert {(each.house, each.action) for each in calls} == {
        (a, b) for a in ("ingest", "serve") for b in ("full", "broken")
    }
