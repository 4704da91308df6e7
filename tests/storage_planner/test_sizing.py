"""Sizing: arithmetic over measured figures, and a page that says what the benchmarks say now."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.errors import InputError
from storage_planner.sizing import LOAD, Figures, Wish, machines_for
from storage_planner.sizing_page import DOCS, PAGE, figures_of, page

_FIGURES = Figures(0.5, 1.2e9, 4_000, 8_000, 2.0)


def test_workers_read_the_days_pages_in_its_hours() -> None:
    found = machines_for(Wish(10_000, 8, 1_000_000, 0.5), _FIGURES)
    assert found.workers == 1  # 0.5 × 0.7 × 8 h = 10,080 pages
    assert machines_for(Wish(10_081, 8, 0, 0.5), _FIGURES).workers == 2
    assert found.memory_gb == pytest.approx(5.2)
    assert found.store_tb == pytest.approx(3.0)  # 10⁶ × 0.5 MB × 2 × 3 copies
    assert (found.index_gb, found.elastic_gb) == (4.0, 8.0)


@given(st.integers(0, 10**6), st.floats(0.5, 24))
def test_so_many_workers_are_enough_and_one_less_is_not(pages: int, hours: float) -> None:
    workers = machines_for(Wish(pages, hours, 0, 1.0), _FIGURES).workers
    one = _FIGURES.pages_per_core_s * LOAD * hours * 3600
    assert workers * one >= pages * (1 - 1e-9)
    assert workers == 1 or (workers - 1) * one < pages


@pytest.mark.parametrize(
    "wish", [Wish(-1, 8, 0, 1.0), Wish(1, 0, 0, 1.0), Wish(1, 25, 0, 1.0), Wish(1, 8, 0, 0.0), Wish(1, 8, 0, 1.0, 0)]
)
def test_what_is_no_office_is_refused(wish: Wish) -> None:
    with pytest.raises(InputError):
        machines_for(wish, _FIGURES)


def test_the_page_is_current() -> None:
    assert PAGE.read_text("utf-8") == page((DOCS / "benchmarks.md").read_text("utf-8")), "run make docs"


def test_benchmarks_that_lack_a_figure_are_said() -> None:
    text = (DOCS / "benchmarks.md").read_text("utf-8")
    assert figures_of(text).pages_per_core_s > 0
    with pytest.raises(ValueError, match="no row"):
        figures_of(text.replace("juanzong ingest, whole", "something else"))
