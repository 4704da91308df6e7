"""Every engine keeps every promise of the contract, and the contract catches an engine that does not."""

from __future__ import annotations

import numpy as np
import pytest

from ocr.engine import OcrEngine
from ocr.engines import engine_factory
from ocr.models import RuntimeChoice
from tests.ocr import contract, misbehaving
from tests.ocr.misbehaving import Fault, Misbehaving, Remembering

_RUNTIMES: tuple[RuntimeChoice, ...] = ("openvino", "onnxruntime")


@pytest.fixture(scope="module", params=_RUNTIMES)
def engine(request: pytest.FixtureRequest) -> OcrEngine:
    opened = engine_factory("rapidocr", request.param)()
    assert opened.read(np.full((64, 64, 3), 255, np.uint8)).parameters["runtime"] == request.param
    return opened


@pytest.fixture(scope="module")
def good() -> Remembering:
    """One memory for all faults."""
    return Remembering(engine_factory("rapidocr")())


@pytest.mark.parametrize("promise", contract.PROMISES, ids=lambda promise: promise.__name__)
def test_rapidocr_keeps_its_promises(engine: OcrEngine, promise: contract.Promise) -> None:
    promise(engine)


@pytest.mark.parametrize(
    ("fault", "promise"),
    [
        (misbehaving.boxes_outside_the_image, contract.boxes_hold_the_ink_from_the_texts_own_top_left),
        (misbehaving.boxes_outside_the_image, contract.a_reading_is_about_its_own_image),
        (misbehaving.boxes_from_the_stored_top_left, contract.boxes_hold_the_ink_from_the_texts_own_top_left),
        (misbehaving.boxes_against_the_clock, contract.boxes_hold_the_ink_from_the_texts_own_top_left),
        (misbehaving.boxes_of_a_smaller_copy, contract.a_page_of_any_size_is_read_in_its_own_pixels),
        (misbehaving.confidence_in_percent, contract.a_reading_is_about_its_own_image),
        (misbehaving.spans_of_another_text, contract.a_reading_is_about_its_own_image),
        (misbehaving.spans_counted_from_the_end, contract.each_character_is_marked_where_it_stands),
        (misbehaving.no_harm_but_on_letters, contract.another_script_does_no_harm),
        (misbehaving.seen_at_most_four_thousand_wide, contract.a_strip_of_twenty_thousand_pixels_keeps_its_text),
        (misbehaving.text_of_the_page_before, contract.a_reading_is_about_its_own_image),
        (misbehaving.lines_of_the_page_before_kept, contract.a_reading_is_about_its_own_image),
        (misbehaving.lines_of_the_page_before_kept, contract.a_page_reads_the_same_each_time),
        (misbehaving.upright_taken_for_granted, contract.a_page_is_read_in_every_turn),
        (misbehaving.size_of_the_upright_page, contract.a_reading_is_about_its_own_image),
        (misbehaving.lines_as_they_were_found, contract.rows_are_read_across_from_the_top),
        (misbehaving.another_answer_each_time, contract.a_page_reads_the_same_each_time),
        (misbehaving.text_on_blank_paper, contract.a_blank_page_gives_no_lines),
        (misbehaving.text_on_blank_paper, contract.paper_of_any_shape_without_text_gives_no_lines),
        (misbehaving.blind_to_colours, contract.a_page_of_any_colour_is_read),
        (misbehaving.bleed_through_turns_the_page, contract.what_shines_through_decides_nothing),
        (misbehaving.a_damaged_page_taken_for_blank, contract.what_is_no_page_is_refused_and_the_next_page_read),
        (misbehaving.broken_by_a_damaged_page, contract.what_is_no_page_is_refused_and_the_next_page_read),
    ],
    ids=lambda function: function.__name__,
)
def test_the_contract_catches(good: Remembering, fault: Fault, promise: contract.Promise) -> None:
    promise(good)
    with pytest.raises((AssertionError, contract.OcrError)):
        promise(Misbehaving(good, fault))


def test_the_contract_catches_an_error_of_another_kind(good: Remembering) -> None:
    with pytest.raises(ValueError, match="inhomogeneous"):
        contract.what_is_no_page_is_refused_and_the_next_page_read(
            Misbehaving(good, misbehaving.a_damaged_page_in_the_librarys_own_words)
        )
