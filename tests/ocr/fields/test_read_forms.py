"""Forms drawn, scanned and read by the real engine: every value at its place."""

from __future__ import annotations

import numpy as np
import pytest

from ingest.samples.pages import one_page
from ocr.engines import engine_factory
from ocr.fields import extract
from ocr.lines import Box


@pytest.mark.timeout(120)
def test_a_typed_form_gives_its_fields_where_they_stand() -> None:
    pixels, truth = one_page(100, form="wage-new", dpi=200)
    reading = engine_factory("rapidocr")().read(pixels)
    found = extract(reading)
    assert found.form == "wage"
    # The surname 亓 is rare: what is told of it is only where it stands.
    asked = {each["name"]: each for each in truth["asked"]}
    assert {each.name for each in found.fields} == set(asked)
    for each in found.fields:
        if each.name in ("id_number", "birth_date", "work_start_date", "unit"):
            assert (each.normal or each.value) == (asked[each.name]["normal"] or asked[each.name]["value"])
            (line,) = [line for line in truth["lines"] if line["text"] == asked[each.name]["value"]][:1]
            assert _overlap(each.box, line["box"]) > 0.5


def _overlap(one: Box, other: Box) -> float:
    """Common area of their upright frames, of both together."""
    a, b = np.array(one), np.array(other)
    low, high = np.maximum(a.min(0), b.min(0)), np.minimum(a.max(0), b.max(0))
    common = float(np.prod(np.maximum(high - low, 0)))
    return common / (float(np.prod(np.ptp(a, 0))) + float(np.prod(np.ptp(b, 0))) - common)
