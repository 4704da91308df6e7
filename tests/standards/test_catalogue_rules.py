"""Rules of the 卷内目录."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.text import dates
from standards.profiles import Profile, load_profile
from standards.rules import CatalogueRow, DossierFacts, MaterialFacts, judge_dossier
from standards.telling import finding_text
from standards.values import Finding

DEFAULT = load_profile()


def row(place: int, code: str, number: str, written: str = "", **more: object) -> CatalogueRow:
    return CatalogueRow(
        "list.xlsx", place, f"{code}-{number}", code, number, "材料", dates.parse(written), written, **more
    )  # type: ignore[arg-type]


def dossier(*rows: CatalogueRow, promised: int | None = None) -> DossierFacts:
    return DossierFacts("D-1", (), promised=promised, catalogue=rows)


def found(facts: DossierFacts, rule: str, profile: Profile = DEFAULT) -> list[Finding]:
    return [finding for finding in judge_dossier(facts, profile) if finding.rule == rule]


def profile(tmp_path: Path, text: str) -> Profile:
    file = tmp_path / "own.toml"
    file.write_text(text, "utf-8")
    return load_profile(str(file))


@pytest.mark.parametrize(
    ("code", "wrong"),
    [("1", False), ("10", False), ("99", False), ("4-1", False), ("41", False), ("11", True), ("4-7", True)],
)
def test_the_class_is_one_of_the_scheme(code: str, wrong: bool) -> None:
    (finding, *_) = found(dossier(row(3, code, "1")), "class.code") or [None]
    assert (finding is not None) is wrong
    if finding is not None:
        assert (finding.measured, finding.file, finding.verdict) == (code, "list.xlsx", "review")
        assert "清单第 3 行" in finding_text(finding, "zh_CN")


def test_classes_by_name_are_not_judged_and_a_wrong_code_is_told_once() -> None:
    assert found(dossier(row(3, "履历材料", "1")), "class.code") == []
    (finding,) = found(dossier(row(3, "11", "1"), row(4, "11", "2")), "class.code")
    assert finding.params["count"] == 2


def test_the_profile_names_the_scheme_and_the_codes_it_takes(tmp_path: Path) -> None:
    four = profile(tmp_path, 'scheme = "retiree-4"')
    assert [finding.measured for finding in found(dossier(row(3, "4", "1"), row(4, "5", "1")), "class.code", four)] == [
        "5"
    ]
    strict = profile(tmp_path, "class_codes_also = []")
    assert found(dossier(row(3, "99", "1")), "class.code", strict)


def test_a_split_class_is_split_for_all_its_papers(tmp_path: Path) -> None:
    mixed = dossier(row(3, "4", "1"), row(4, "4-1", "1"), row(5, "9", "1"))
    assert [finding.measured for finding in found(mixed, "class.code")] == ["4"]
    every = profile(tmp_path, '[rules."class.code"]\nlimit = "second-level"')
    assert [finding.measured for finding in found(mixed, "class.code", every)] == ["4", "9"]


def test_without_classes_nothing_is_said() -> None:
    assert judge_dossier(dossier(row(3, "", "1"), row(4, "", "3")), DEFAULT) == []


@given(st.dictionaries(st.sampled_from(["1", "2", "4-1", "9-2"]), st.sets(st.integers(1, 30), min_size=1), min_size=1))
def test_a_class_is_in_order_exactly_when_it_counts_from_one(classes: dict[str, set[int]]) -> None:
    # Within each class upwards, but the classes upside down, so that no run over all classes comes about by chance.
    rows = [row(3, code, str(n)) for code, numbers in sorted(classes.items()) for n in sorted(numbers)]
    broken = {code for code, numbers in classes.items() if numbers != set(range(1, len(numbers) + 1))}
    findings = found(dossier(*rows), "class.number")
    if {finding.params["kind"] for finding in findings} == {"running"}:
        assert [int(each.number) for each in rows] == list(range(1, len(rows) + 1))
    else:
        assert {str(finding.measured).partition("-(")[0] for finding in findings} == broken


def test_gaps_and_repeats_in_a_class_name_their_numbers() -> None:
    facts = dossier(row(3, "9-1", "1"), row(4, "9-1", "4"), row(5, "9-1", "4"), row(6, "9-2", "1"))
    assert [(finding.measured, finding.params["kind"]) for finding in found(facts, "class.number")] == [
        ("9-1-4", "repeat"),
        ("9-1-(2, 3)", "gap"),
    ]


def test_numbers_that_run_through_are_one_finding() -> None:
    facts = dossier(row(3, "1", "1"), row(4, "2", "2"), row(5, "3", "3"))
    assert [finding.params["kind"] for finding in found(facts, "class.number")] == ["running"]


def test_without_a_catalogue_the_folders_are_judged() -> None:
    facts = DossierFacts("D-1", (MaterialFacts("1-1", ()), MaterialFacts("1-3", ()), MaterialFacts("7", ())))
    (finding,) = found(facts, "class.number")
    assert (finding.measured, finding.file) == ("1-(2)", None)


def dated(code: str, *written: str) -> DossierFacts:
    return dossier(*(row(3 + n, code, str(n + 1), each) for n, each in enumerate(written)))


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        (("19850301", "19860301"), False),
        (("19860301", "19860301"), False),
        (("19860301", "19850301"), True),
        (("19860301", "1985年"), False),  # in part
        (("19860301", "1985-03"), False),
        (("19860301", "[19850301]"), False),  # conjectured
        (("19860301", "农历1985年3月1日"), False),
        (("19860301", ""), False),
        (("19860301", "1985年", "19850101"), True),
        (("19800101", "19810101", "19820101", "19790101"), False),  # a late paper at the end of the class
        (("19800101", "19810101", "19790101", "19820101"), True),
    ],
)
def test_dates_do_not_decrease_in_a_class_by_time(written: tuple[str, ...], wrong: bool) -> None:
    assert bool(found(dated("1", *written), "material.order")) is wrong


def test_a_paper_that_is_marked_late_is_no_breach() -> None:
    rows = (row(3, "1", "1", "19860301"), row(4, "1", "2", "19850301", remark="零散材料归档"))
    assert found(dossier(*rows), "material.order") == []


@pytest.mark.parametrize("code", ["5", "6", "8"])
def test_a_class_by_importance_is_not_judged_by_time(code: str) -> None:
    assert found(dated(code, "19860301", "19850301"), "material.order") == []


def test_order_that_nobody_read_is_told_as_information() -> None:
    assert [finding.severity for finding in found(dated("9-1", "19860301", "19850301"), "material.order")] == ["info"]
    assert [finding.severity for finding in found(dated("1", "19860301", "19850301"), "material.order")] == ["minor"]


@given(st.lists(st.integers(0, 20000), min_size=1, max_size=12))
def test_sorted_dates_are_never_a_breach(days: list[int]) -> None:
    written = [f"{date(1950, 1, 1) + timedelta(days=each):%Y%m%d}" for each in sorted(days)]
    assert found(dated("3", *written), "material.order") == []


@pytest.mark.parametrize(("promised", "wrong"), [(5, False), (6, True), (None, False)])
def test_pages_of_the_whole_are_those_of_its_materials(promised: int | None, wrong: bool) -> None:
    rows = (row(3, "1", "1", pages=2), row(4, "1", "2", pages=3))
    assert bool(found(dossier(*rows, promised=promised), "catalogue.total")) is wrong


def test_a_line_without_a_count_leaves_the_total_open() -> None:
    assert found(dossier(row(3, "1", "1", pages=2), row(4, "1", "2"), promised=9), "catalogue.total") == []
