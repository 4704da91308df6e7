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
    assert [finding.measured for finding in judge_batch([page(format="JPEG"), page(format="TIFF")], DEFAULT)] == [
        "JPEG 1, TIFF 1"
    ]


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
