"""Doubles by digest and by print: a sheet scanned again is found, the same form filled in otherwise is not."""

from __future__ import annotations

import numpy as np

from base.images import Pixels, read_header, read_pixels
from ingest.doubles import Candidate, exact_doubles, near_doubles
from ingest.measure.duplicates import Picture, fingerprint
from ingest.measure.view import PageView
from tests.ingest.measure.sheets import Sheet, aged, encoded, turned


def _views(*pages: Pixels) -> list[PageView]:
    kept = [encoded(page) for page in pages]
    return [PageView(read_pixels(data, "page.jpg"), read_header(data, "page.jpg"), data) for data in kept]


def _candidates(views: list[PageView], *sets: str) -> list[Candidate]:
    return [
        Candidate(which, None, fingerprint(view.coarse_darkness, 0.0)) for view, which in zip(views, sets, strict=True)
    ]


def test_a_sheet_scanned_again_is_found_and_another_of_its_form_is_not() -> None:
    sheet = Sheet().form(seed=3).pixels()
    again = aged(np.roll(turned(sheet, 0.1), (9, -6), axis=(0, 1)), blur=0.9)
    views = _views(aged(sheet), aged(Sheet().form(seed=4).pixels()), again)
    asked: list[int] = []

    def load(place: int) -> Picture:
        asked.append(place)
        return Picture(views[place], 0.0)

    found = near_doubles(_candidates(views, "original", "original", "original"), {}, load)
    assert {later: earlier for later, (earlier, _) in found.items()} == {2: 0}
    assert sorted(asked) == sorted(set(asked))


def test_sets_are_kept_apart_and_known_doubles_are_left() -> None:
    views = _views(*[aged(Sheet().form(seed=3).pixels())] * 2)
    assert near_doubles(_candidates(views, "original", "optimised"), {}, lambda at: Picture(views[at], 0.0)) == {}
    assert (
        near_doubles(_candidates(views, "original", "original"), {1: (0, 1.0)}, lambda at: Picture(views[at], 0.0))
        == {}
    )


def test_equal_bytes_name_the_first_of_their_set() -> None:
    same = [
        Candidate(which, digest, None)
        for which, digest in (
            ("original", "a"),
            ("original", "b"),
            ("optimised", "a"),
            ("original", "a"),
            ("original", "a"),
            ("original", None),
        )
    ]
    assert exact_doubles(same) == {3: (0, 1.0), 4: (0, 1.0)}
