"""Two sets of images, image names, kinds of pages that a count sets aside."""

from __future__ import annotations

from dataclasses import replace

import pytest

from standards.profiles import load_profile
from standards.rules import DossierFacts, MaterialFacts, judge_dossier, judge_page
from standards.rules.kinds import page_kind
from standards.values import Finding, Measure, Measures, PageFacts

DEFAULT = load_profile()
STRICT = load_profile("strict")


def page(number: int, image_set: str = "original", **values: float | str) -> PageFacts:
    measures: Measures = {name: Measure(name, value) for name, value in values.items()}
    folder = "优化" if image_set == "optimised" else "原始"
    return PageFacts(
        f"{folder}/D-1/1/1/{number:03}.jpg", 1, measures, dossier="D-1", material="1-1", number=number,
        image_set=image_set, name_pattern="person-class-item", place=number,
    )  # type: ignore[arg-type]  # fmt: skip


def judged(*pages: PageFacts, promised: int | None = None, archive_no: str = "") -> list[Finding]:
    facts = DossierFacts("D-1", (MaterialFacts("1-1", pages, promised),), archive_no=archive_no)
    return judge_dossier(facts, DEFAULT)


def both(numbers: range, same: bool) -> list[PageFacts]:
    originals = [page(n, sha256=f"a{n}") for n in numbers]
    return [*originals, *(page(n, "optimised", sha256=f"{'a' if same else 'b'}{n}") for n in numbers)]


def test_two_whole_sets_are_in_order() -> None:
    assert judged(*both(range(1, 6), same=False), promised=5) == []


def test_a_page_of_one_set_only() -> None:
    pages = [each for each in both(range(1, 6), same=False) if each.file != "优化/D-1/1/1/005.jpg"]
    (finding,) = judged(*pages)
    assert (finding.rule, finding.measured, finding.params["kind"], finding.params["numbers"]) == (
        "set.pairs", 1, "original", "5",
    )  # fmt: skip
    assert finding.page is None


def test_a_set_that_is_a_copy_of_the_other_is_looked_at_and_a_page_that_needed_no_work_is_not() -> None:
    assert [finding.rule for finding in judged(*both(range(1, 6), same=True))] == ["set.traces"]
    assert judged(*both(range(1, 3), same=True)) == []
    mixed = [*both(range(1, 3), same=True), *both(range(3, 6), same=False)]
    assert judged(*mixed) == []


def test_skew_crop_and_border_are_judged_on_the_optimised_image() -> None:
    original = page(1, skew_deg=4.0, border_mm=9.0, crop_margin_mm=0.1, sharpness=0.01)
    assert {finding.rule for finding in judge_page(original, STRICT)} == {
        "page.skew", "page.border", "page.crop", "page.sharpness",
    }  # fmt: skip
    beside = replace(original, optimised_too=True)
    assert [finding.rule for finding in judge_page(beside, STRICT)] == ["page.sharpness"]
    optimised = page(1, "optimised", skew_deg=4.0)
    assert [finding.rule for finding in judge_page(optimised, DEFAULT)] == ["page.skew"]


def named(name: str, number: int | None = None, blank: float = 0.0, pattern: str | None = "folder-page") -> PageFacts:
    return PageFacts(f"D-1/1/1/{name}", 1, {"blank": Measure("blank", blank)}, number=number, name_pattern=pattern)


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        (named("001.jpg", 1), "form"),
        (named("002.jpg", 2, blank=0.9), "blank"),
        (named("D-0(1.jpg", None, pattern="cover"), "cover"),
        (named("000.jpg", 0), "cover"),
        (named("封面.jpg", pattern=None), "cover"),
        (named("目录.jpg", pattern=None), "catalogue"),
        (named("衬纸.jpg", blank=1.0, pattern=None), "lining"),
        (named("填表说明.jpg", pattern=None), "instructions"),
        (named("情况说明.jpg", pattern=None), "form"),
        (named("003空白页.jpg", pattern=None), "blank"),
    ],
)
def test_kinds_of_pages(facts: PageFacts, kind: str) -> None:
    assert page_kind(facts) == kind


def test_a_count_sets_aside_what_no_catalogue_counts_and_counts_a_form_that_nobody_filled_in() -> None:
    pages = (
        named("封面.jpg", pattern=None), named("目录.jpg", pattern=None), named("衬纸.jpg", blank=1.0, pattern=None),
        named("填表说明.jpg", pattern=None), named("001.jpg", 1), named("002.jpg", 2, blank=0.2), named("003.jpg", 3, blank=0.95),
    )  # fmt: skip

    def counts(promised: int) -> list[Finding]:
        return [finding for finding in judged(*pages, promised=promised) if finding.rule == "catalogue.count"]

    assert counts(2) == []  # the form filled in or not, without the blank back
    assert counts(3) == []  # some count the blank back as well
    assert counts(1)
    assert counts(7)


def archived(name: str) -> PageFacts:
    return PageFacts(f"D-1/{name}", 1, {}, number=1, name_pattern="archival-number")


@pytest.mark.parametrize(
    ("pages", "kind"),
    [
        ((archived("A002-RS-001-001.jpg"),), None),
        ((archived("A002-RS-001-001-001.jpg"), named("D-0(1.jpg", pattern="cover")), None),
        ((archived("A002-RS-002-001.jpg"),), "foreign"),
        ((archived("A002-RS-001-001.jpg"), named("001.jpg", 1)), "mixed"),
        ((named("001.jpg", 1),), None),
    ],
)
def test_images_named_by_the_archive_number(pages: tuple[PageFacts, ...], kind: str | None) -> None:
    findings = [each for each in judged(*pages, archive_no="A002-RS-001") if each.rule == "name.archive-no"]
    assert [finding.params["kind"] for finding in findings] == ([kind] if kind else [])
