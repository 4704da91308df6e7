"""The rules' arithmetic on plain facts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.messages import LANGUAGES, catalogue
from standards.profiles import load_profile
from standards.rules import (
    AbsentDossier,
    DossierFacts,
    MaterialFacts,
    PersonFacts,
    UnreadableList,
    judge_batch,
    judge_dossier,
    judge_lists,
    judge_page,
    judge_people,
    worst,
)
from standards.telling import finding_text
from standards.values import Measure, PageFacts

DEFAULT = load_profile()
PERSONNEL = load_profile("personnel-300dpi-colour")
STRICT = load_profile("strict")


def page(file: str = "a/1/1/001.jpg", number: int | None = 1, **values: float | str) -> PageFacts:
    measures = {name.replace("__", "-"): Measure(name, value) for name, value in values.items()}
    return PageFacts(file, 1, measures, dossier="a", material="1-1", number=number, name_pattern="class-item-page")


def verdicts(facts: PageFacts, profile=DEFAULT) -> dict[str, str]:  # type: ignore[no-untyped-def]
    return {finding.rule: finding.verdict for finding in judge_page(facts, profile)}


@given(st.floats(20, 1200))
def test_resolution_is_judged_by_the_paper(dpi: float) -> None:
    found = verdicts(page(dpi=dpi, dpi_header=dpi)).get("page.dpi")
    assert found == ("fail" if dpi < 197 else None)


def test_a_low_header_alone_is_for_a_person_and_a_default_header_says_nothing() -> None:
    assert verdicts(page(dpi_header=150)) == {"page.dpi": "review"}
    assert verdicts(page(dpi_header=72)) == {}


def test_an_unsure_estimate_never_fails_a_page() -> None:
    facts = replace(page(), measures={"dpi": Measure("dpi", 120.0, confidence=0.5)})
    assert verdicts(facts) == {"page.dpi": "review"}


def test_three_hundred_is_advised_or_demanded_by_profile() -> None:
    facts = page(dpi=200.0, dpi_header=200.0, colour_mode="colour")
    assert verdicts(facts) == {}
    assert verdicts(facts, PERSONNEL) == {"page.dpi": "review"}
    assert verdicts(facts, STRICT) == {"page.dpi": "fail"}
    finding = judge_page(facts, PERSONNEL)[0]
    assert (finding.measured, finding.limit, finding.clause) == (200, 300, "DA/T 31-2017 9.4")


@pytest.mark.parametrize(("header", "breach"), [(200, False), (205, False), (300, True), (100, True)])
def test_header_against_paper(header: int, breach: bool) -> None:
    assert ("page.dpi-header" in verdicts(page(dpi=200.0, dpi_header=header))) is breach


@pytest.mark.parametrize("sign", ["red_stamp", "ring_seal", "portrait"])
def test_a_seal_or_photo_demands_colour(sign: str) -> None:
    assert verdicts(page(colour_mode="grey", **{sign: 0.9})) == {"page.colour": "fail"}
    assert verdicts(page(colour_mode="colour", **{sign: 0.9})) == {}
    assert verdicts(page(colour_mode="grey", **{sign: 0.2})) == {}
    assert verdicts(page(colour_mode="grey", **{sign: 0.2}), PERSONNEL)["page.colour"] == "review"


@pytest.mark.parametrize(
    ("name", "verdict"),
    [("JPEG", None), ("TIFF", None), ("JPEG2000", None), ("PNG", "review"), ("BMP", "fail"), ("GIF", "fail")],
)
def test_format_by_content(name: str, verdict: str | None) -> None:
    assert verdicts(page(format=name)).get("page.format") == verdict


def test_a_damaged_page_fails() -> None:
    facts = replace(page(), measures={"blank": Measure("blank", None, reason="reason.damaged")})
    finding = judge_page(facts, DEFAULT)[0]
    assert (finding.rule, finding.verdict, finding.severity) == ("page.damaged", "fail", "critical")


def test_what_a_person_decides_is_never_failed_by_default() -> None:
    facts = page(skew_deg=9.0, blank=1.0, orientation_deg=180, border_mm=20.0, sharpness=0.01, duplicate_of="b.jpg")
    assert set(verdicts(replace(facts, name_pattern=None)).values()) == {"review"}


@given(st.sets(st.integers(1, 60), min_size=1))
def test_every_missing_number_is_in_exactly_one_gap(numbers: set[int]) -> None:
    pages = tuple(page(f"a/1/1/{number:03}.jpg", number) for number in sorted(numbers))
    findings = judge_dossier(DossierFacts("a", (MaterialFacts("1-1", pages),)), DEFAULT)
    assert {finding.rule for finding in findings} <= {"number.gap"}
    assert sum(finding.params["count"] for finding in findings) == max(numbers) - len(numbers)


def test_two_sets_of_images_are_neither_repeats_nor_extra_pages() -> None:
    first = page("原始/001.jpg", 1)
    second = replace(page("优化/001.jpg", 1), image_set="optimised")
    facts = DossierFacts("a", (MaterialFacts("1-1", (first, second), promised=1),))
    assert judge_dossier(facts, DEFAULT) == []
    repeated = DossierFacts("a", (MaterialFacts("1-1", (first, page("原始/01.jpg", 1))),))
    assert [finding.rule for finding in judge_dossier(repeated, DEFAULT)] == ["number.repeat"]


@pytest.mark.parametrize(("promised", "breach"), [(1, False), (2, False), (3, True), (0, True), (None, False)])
def test_catalogue_counts_with_or_without_blank_sides(promised: int | None, breach: bool) -> None:
    pages = (page("a/1/1/001.jpg", 1, blank=0.0), page("a/1/1/002.jpg", 2, blank=1.0))
    found = judge_dossier(DossierFacts("a", (MaterialFacts("1-1", pages, promised),)), DEFAULT)
    assert [finding.verdict for finding in found] == (["review"] if breach else [])


def test_covers_and_catalogue_pages_are_not_counted() -> None:
    cover = replace(page("a/目录/a-0(1.jpg", None), name_pattern="cover")
    facts = DossierFacts("a", (), (cover, page("a/a-1(1.jpg", 1)), promised=1)
    assert judge_dossier(facts, DEFAULT) == []


def test_one_cause_is_not_said_again_by_the_total() -> None:
    pages = (page("a/1/1/001.jpg", 1),)
    facts = DossierFacts("a", (MaterialFacts("1-1", pages, 2),), promised=2)
    assert len(judge_dossier(facts, DEFAULT)) == 1


def test_id_numbers_are_listed_and_stay_out_of_the_findings() -> None:
    number = "11010519491231002X"
    people = [
        PersonFacts("list.xlsx", 3, None, "missing"),
        PersonFacts("list.xlsx", 4, None, "truncated"),
        PersonFacts("list.xlsx", 5, number, "ok"),
        PersonFacts("list.xlsx", 6, number, "ok"),
        PersonFacts("list.xlsx", 7, "110105194912310021", "checksum"),
    ]
    found = judge_people(people, DEFAULT)
    assert {finding.rule for finding in found} == {"id.missing", "id.truncated", "id.duplicate", "id.checksum"}
    assert {finding.verdict for finding in found} == {"review"}
    assert number not in repr(found)


def test_one_format_per_batch() -> None:
    assert judge_batch([page(format="JPEG"), page(format="JPEG")], DEFAULT) == []
    two = [page(format="TIFF"), page(format="JPEG")]
    assert [finding.measured for finding in judge_batch(two, DEFAULT)] == ["JPEG 1, TIFF 1"]
    assert [finding.measured for finding in judge_batch([*two, page(format="TIFF")], DEFAULT)] == ["TIFF 2, JPEG 1"]


def test_worst_verdict() -> None:
    assert worst([]) == "pass"
    assert worst([], measurable=False) == "not_measurable"
    assert worst(judge_page(page(dpi=100.0, blank=1.0), DEFAULT)) == "fail"


def test_every_rule_has_its_texts() -> None:
    for language in LANGUAGES:
        for rule in DEFAULT.rules:
            assert f"rule.{rule}" in catalogue(language)
            assert f"finding.{rule}" in catalogue(language)


def test_what_can_neither_be_opened_nor_named_is_damaged_and_only_that() -> None:
    facts = replace(
        page(),
        measures={
            "blank": Measure("blank", None, reason="reason.damaged"),
            "format": Measure("format", None, reason="reason.no-format"),
        },
    )
    assert [finding.rule for finding in judge_page(facts, DEFAULT)] == ["page.damaged"]


def test_lists_that_cannot_be_read_and_listed_dossiers_without_images_are_for_review() -> None:
    absent = [AbsentDossier("list.xlsx", 4, 12), AbsentDossier("list.xlsx", 5, None)]
    found = judge_lists([UnreadableList("a.xlsx", "locked")], absent, DEFAULT)
    assert [(each.rule, each.file, each.subject, each.limit, each.verdict) for each in found] == [
        ("list.unreadable", "a.xlsx", None, None, "review"),
        ("catalogue.count", "list.xlsx", "4", 12, "review"),
        ("catalogue.count", "list.xlsx", "5", "≥ 1", "review"),
    ]
    assert "password" in finding_text(found[0], "en", None)
    assert "密码" in finding_text(found[0], "zh_CN", None)


@pytest.mark.parametrize(
    ("margin", "dpi", "pixels"),
    [(0.4, 200.0, 16), (0.4, 300.0, 24), (0.4, 600.0, 48), (1.9, 200.0, None), (2.6, 200.0, None)],
)
def test_the_crop_line_lies_outside_the_paper(margin: float, dpi: float, pixels: int | None) -> None:
    facts = replace(page(crop_margin_mm=margin, dpi=dpi), image_set="optimised")
    crops = [finding for finding in judge_page(facts, DEFAULT) if finding.rule == "page.crop"]
    assert [(finding.verdict, finding.params["pixels"]) for finding in crops] == (
        [("review", pixels)] if pixels else []
    )


def test_an_original_that_nobody_cropped_is_judged_where_the_profile_asks_for_it() -> None:
    facts = page(crop_margin_mm=0.4, dpi=300.0)
    assert verdicts(facts) == {}
    assert verdicts(facts, STRICT) == {"page.crop": "review"}
    assert verdicts(replace(facts, optimised_too=True), STRICT) == {}


def test_without_the_papers_edges_nothing_is_said_of_the_crop() -> None:
    facts = replace(page(), measures={"crop_margin_mm": Measure("crop_margin_mm", None, reason="reason.edge-not-seen")})
    assert verdicts(facts) == {}


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("contrast", 0.05, "page.contrast"),
        ("streaks", 0.95, "page.streaks"),
        ("moire", 0.8, "page.moire"),
        ("sharpness", 0.1, "page.sharpness"),
    ],
)
def test_what_the_eye_decides_is_for_review(name: str, value: float, rule: str) -> None:
    assert verdicts(page(**{name: value})) == {rule: "review"}
    assert verdicts(page(contrast=0.5, streaks=0.85, moire=0.1, sharpness=0.5)) == {}


def test_exposure_and_bleed_through_are_judged_where_a_profile_asks_for_it() -> None:
    facts = page(clipped=0.9, bleed_through=0.99)
    assert verdicts(facts) == {}
    assert verdicts(facts, STRICT) == {"page.clipped": "review", "page.bleed-through": "review"}


@pytest.mark.parametrize(
    ("mode", "bits", "breach"), [("colour", 24, False), ("colour", 8, True), ("grey", 8, False), ("bitonal", 1, False)]
)
def test_bits_of_a_pixel(mode: str, bits: int, breach: bool) -> None:
    assert ("page.bit-depth" in verdicts(page(colour_mode=mode, bit_depth=bits))) is breach


def test_a_colour_profile_judges_how_a_page_was_captured() -> None:
    black_print = page(colour_mode="grey", bit_depth=24)
    assert verdicts(black_print, PERSONNEL) == {}
    assert verdicts(black_print, STRICT) == {}
    assert verdicts(page(colour_mode="grey", bit_depth=8), STRICT) == {"page.colour": "fail"}
    # A seal without its red was not captured in colour, whatever the file stores.
    assert verdicts(page(colour_mode="grey", bit_depth=24, ring_seal=0.9), PERSONNEL) == {"page.colour": "fail"}


def test_a_finding_marks_the_places_that_were_measured() -> None:
    measures = {
        "colour_mode": Measure("colour_mode", "grey"),
        "portrait": Measure("portrait", 0.9, boxes=((10, 20, 110, 150),)),
        "border_mm": Measure("border_mm", 9.0, boxes=((0, 0, 40, 900), (0, 0, 700, 30))),
        "contrast": Measure("contrast", 0.01),
    }
    found = {finding.rule: finding.params for finding in judge_page(replace(page(), measures=measures), DEFAULT)}
    assert found["page.colour"]["boxes"] == [[10, 20, 110, 150]]
    assert found["page.border"]["boxes"] == [[0, 0, 40, 900], [0, 0, 700, 30]]
    assert "boxes" not in found["page.contrast"]
