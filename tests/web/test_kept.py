"""What many ask for at once is made once."""

from __future__ import annotations

import threading

import pytest

from web.kept import Kept


def test_all_who_ask_within_its_time_get_what_was_made_once() -> None:
    made: list[int] = []
    kept = Kept(3600)
    assert [kept.get("a", lambda: made.append(1) or len(made)) for _ in range(50)] == [1] * 50
    assert kept.get("b", lambda: "other") == "other"
    kept.forget("a")
    assert kept.get("a", lambda: made.append(1) or len(made)) == 2


def test_while_one_makes_it_anew_the_others_get_what_was_there() -> None:
    kept = Kept(0)
    assert kept.get("a", lambda: "old") == "old"
    making, finish = threading.Event(), threading.Event()

    def slowly() -> str:
        making.set()
        assert finish.wait(60)
        return "new"

    answers: list[str] = []
    thread = threading.Thread(target=lambda: answers.append(kept.get("a", slowly)))
    thread.start()
    assert making.wait(60)
    assert kept.get("a", lambda: "never made") == "old"
    finish.set()
    thread.join()
    assert answers == ["new"]


def test_one_that_fails_leaves_the_next_to_try() -> None:
    kept = Kept(3600)
    with pytest.raises(ZeroDivisionError):
        kept.get("a", lambda: 1 // 0)
    assert kept.get("a", lambda: 2) == 2


def test_it_holds_no_more_than_it_may() -> None:
    kept = Kept(3600, most=2)
    for key in "abc":
        kept.get(key, lambda key=key: key)  # type: ignore[misc]
    assert kept.get("a", lambda: "made anew") == "made anew"
    assert kept.get("c", lambda: "made anew") == "c"
