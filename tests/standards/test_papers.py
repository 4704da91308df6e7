"""Which sheet explains the pixels."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from standards.papers import MM_PER_INCH, PAPERS, SCANNER_DPI, explain

_PAPER = st.sampled_from(PAPERS)


@given(_PAPER, st.sampled_from(SCANNER_DPI), st.booleans())
def test_an_honest_header_gives_the_resolution(
    paper: tuple[str, float, float], dpi: int, lying_on_its_side: bool
) -> None:
    _, *sides = paper
    width, height = (round(side / MM_PER_INCH * dpi) for side in (reversed(sides) if lying_on_its_side else sides))
    found = explain(width, height, dpi, edges_seen=True)
    assert found is not None
    assert found.header_agrees
    assert abs(found.dpi / dpi - 1) < 0.02


@given(_PAPER, st.sampled_from(SCANNER_DPI), st.sampled_from(SCANNER_DPI))
def test_a_lie_is_never_explained_by_a_wrong_resolution(paper: tuple[str, float, float], dpi: int, header: int) -> None:
    """A4 and A5 share one shape, so a lie may go unnoticed where another sheet fits the header; else it must be right or None."""
    _, *sides = paper
    width, height = (round(side / MM_PER_INCH * dpi) for side in sides)
    found = explain(width, height, header, edges_seen=True)
    assert found is None or found.header_agrees or abs(found.dpi / dpi - 1) < 0.03


def test_a4_at_150_whose_header_says_300() -> None:
    found = explain(1240, 1754, 300, edges_seen=False)
    assert found is not None
    assert (found.paper, round(found.dpi), found.header_agrees) == ("A4", 150, False)


def test_a_frame_with_a_crop_margin_believes_its_header() -> None:
    found = explain(1654 + 50, 2339 + 50, 200, edges_seen=False)
    assert found is not None
    assert found.dpi == 200


def test_screens_and_phones_explain_nothing() -> None:
    assert explain(3024, 4032, 72, edges_seen=False) is None
    assert explain(1447, 2048, None, edges_seen=False) is None
    assert explain(1080, 1920, None, edges_seen=False) is None
