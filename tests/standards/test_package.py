"""Rules of hand-over packages: each defect by itself, and a good package without a word."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards.profiles import load_profile
from standards.rules import PackageFacts, judge_package
from standards.rules.package import (
    CATALOGUE_FIELDS,
    NOTE_FIELDS,
    CatalogueFile,
    EntryFacts,
    FolderFacts,
    NoteFacts,
    PackageLayout,
    UnsafeName,
)
from standards.values import Finding

_PROFILE = load_profile("da-t-31")


def _entry(layout: PackageLayout, place: int, **given: str) -> EntryFacts:
    filled = {"顺序号": str(place), "档号": f"A-{place}", "题名": "登记表", "电子档案名称": f"{place}.pdf", **given}
    names = CATALOGUE_FIELDS[layout]
    return EntryFacts(names, {name: text for name, text in filled.items() if name in (*names, "页数")})


def _package(layout: PackageLayout) -> PackageFacts:
    return PackageFacts(
        path="",
        layout=layout,
        note=NoteFacts("说明文件.TXT", frozenset(NOTE_FIELDS), 2),
        catalogue=CatalogueFile("目录.XML", entries=(_entry(layout, 1), _entry(layout, 2))),
        folders=tuple(FolderFacts(f"A-{place}", f"Q/A-{place}", 1, 3) for place in (1, 2)) if layout == "d93" else (),
    )


def _told(facts: PackageFacts) -> list[tuple[str, str, str | None]]:
    return [(each.rule, each.verdict, each.params.get("kind")) for each in judge_package(facts, _PROFILE)]


def _with_entries(layout: PackageLayout, *entries: EntryFacts) -> PackageFacts:
    package = _package(layout)
    return replace(package, catalogue=CatalogueFile("目录.XML", entries=entries), note=None)


def _of_catalogue(facts: PackageFacts) -> list[Finding]:
    return [each for each in judge_package(facts, _PROFILE) if each.rule.startswith("package.catalogue")]


@pytest.mark.parametrize("layout", ["t2012", "d93"])
def test_of_a_good_package_nothing_is_said(layout: PackageLayout) -> None:
    assert judge_package(_package(layout), _PROFILE) == []


@pytest.mark.parametrize(
    ("changes", "kind"),
    [({"note": None}, "note"), ({"catalogue": None}, "catalogue"), ({"has_content": False}, "content")],
)
def test_fixed_names_fail_by_annex_2_and_are_for_review_by_da_t_93(changes: dict[str, object], kind: str) -> None:
    for layout, rule, verdict in (
        ("t2012", "package.layout", "fail"),
        ("d93", "package.layout-d93", "review"),
    ):
        facts = replace(_package(layout), **changes)  # type: ignore[arg-type]
        assert _told(facts) == [(rule, verdict, kind)]


def test_a_catalogue_of_volumes_alone_is_a_catalogue() -> None:
    facts = replace(_package("t2012"), catalogue=None, others=(CatalogueFile("案卷目录.XML"),))
    assert _told(facts) == []


def test_the_note_must_fill_in_its_fields_in_da_t_93_only() -> None:
    note = NoteFacts("说明文件.TXT", frozenset({"移交单位", "档案数量"}), 2)
    (finding,) = judge_package(replace(_package("d93"), note=note), _PROFILE)
    assert (finding.rule, finding.measured) == ("package.note", "内容描述、起止档号、软硬件环境")
    assert _told(replace(_package("t2012"), note=note)) == []


def test_fields_that_no_entry_has_are_one_finding_with_a_count() -> None:
    names = tuple(name for name in CATALOGUE_FIELDS["t2012"] if name != "密级")
    entries = [EntryFacts(names, _entry("t2012", place).filled) for place in (1, 2, 3)]
    (finding,) = _of_catalogue(_with_entries("t2012", *entries))
    assert (finding.verdict, finding.measured, finding.params["count"]) == ("fail", "密级", 3)
    one = EntryFacts(names, _entry("d93", 1).filled)
    assert {each.verdict for each in _of_catalogue(_with_entries("d93", one))} == {"review"}


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"题名": ""}, "empty"),
        ({"顺序号": "3"}, "order"),
        ({"顺序号": "第二"}, "order"),
        ({"档号": "A-1"}, "same"),
        ({"页数": "三页"}, "number"),
    ],
)
def test_what_the_annex_does_not_say_of_entries_is_for_review(given: dict[str, str], kind: str) -> None:
    made = _entry("t2012", 2, **given)
    entry = replace(made, filled={name: text for name, text in made.filled.items() if text})
    (finding,) = _of_catalogue(_with_entries("t2012", _entry("t2012", 1), entry))
    assert (finding.verdict, finding.params["kind"]) == ("review", kind)


def test_a_field_twice_and_no_entry_at_all() -> None:
    twice = replace(_entry("d93", 1), fields=(*CATALOGUE_FIELDS["d93"], "题名"))
    assert [each.params["kind"] for each in _of_catalogue(_with_entries("d93", twice))] == ["repeated"]
    assert [each.params["kind"] for each in _of_catalogue(_with_entries("d93"))] == ["none"]


def test_the_declared_number_is_that_of_the_entries() -> None:
    note = NoteFacts("说明文件.TXT", frozenset(NOTE_FIELDS), 5)
    (finding,) = judge_package(replace(_package("d93"), note=note), _PROFILE)
    assert (finding.rule, finding.measured, finding.limit) == ("package.count", 2, 5)
    assert _told(replace(_package("d93"), note=replace(note, declared=None))) == []


@pytest.mark.parametrize(
    ("folders", "kind", "name"),
    [
        ((("A-1", "Q/A-1", 1, 1),), "no-folder", "A-2"),
        ((("A-1", "Q/A-1", 1, 1), ("A-2", "Q/A-2", 1, 1), ("A-2", "R/A-2", 1, 1)), "two-folders", "A-2"),
        ((("A-1", "Q/A-1", 1, 1), ("A-2", "Q/A-2", 1, 1), ("A-9", "Q/A-9", 1, 1)), "no-entry", "Q/A-9"),
        ((("A-1", "Q/A-1", 1, 1), ("A-2", "Q/A-2", 0, 1)), "no-metadata", "Q/A-2"),
        ((("A-1", "Q/A-1", 1, 0), ("A-2", "Q/A-2", 1, 1)), "no-content", "Q/A-1"),
    ],
)
def test_entries_and_folders_match_one_to_one(
    folders: tuple[tuple[str, str, int, int], ...], kind: str, name: str
) -> None:
    facts = replace(_package("d93"), folders=tuple(FolderFacts(*each) for each in folders))
    (finding,) = judge_package(facts, _PROFILE)
    assert (finding.rule, finding.params["kind"], finding.params["name"]) == ("package.match", kind, name)


def test_names_of_the_catalogue_that_no_file_has() -> None:
    assert _told(replace(_package("t2012"), missing_files=("2.pdf",))) == [("package.match", "review", "no-file")]


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (CatalogueFile("a", "dtd"), ("package.unsafe", "review", "dtd")),
        (CatalogueFile("a", "damaged"), ("package.xml", "review", "damaged")),
        (CatalogueFile("a", "empty"), ("package.xml", "review", "empty")),
        (CatalogueFile("a", None, "BIG5", "GB18030"), ("package.encoding", "fail", "foreign")),
        (CatalogueFile("a", None, "UTF-8", "GB18030"), ("package.encoding", "review", "other")),
    ],
)
def test_xml_is_readable_safe_and_in_an_allowed_encoding(file: CatalogueFile, told: tuple[str, str, str]) -> None:
    assert _told(replace(_package("t2012"), others=(file,))) == [told]
    assert {verdict for _, verdict, _ in _told(replace(_package("d93"), others=(file,)))} == {"review"}


def test_unsafe_names_are_counted_by_kind() -> None:
    names = (UnsafeName("parent", "目录.XML", "../a"), UnsafeName("parent", "目录.XML", "../b"))
    (finding,) = judge_package(replace(_package("d93"), unsafe=names), _PROFILE)
    assert (finding.rule, finding.measured, finding.params["name"]) == ("package.unsafe", 2, "../a")


def test_unlisted_files_are_one_finding() -> None:
    (finding,) = judge_package(replace(_package("d93"), unlisted=("a.exe", "b.exe")), _PROFILE)
    assert (finding.rule, finding.measured, finding.file) == ("package.unlisted", 2, "a.exe")


@given(st.lists(st.text(max_size=12), max_size=5), st.sampled_from(["t2012", "d93"]))
def test_no_text_in_a_number_breaks_the_rules_and_only_annex_2_fails(texts: list[str], layout: PackageLayout) -> None:
    entries = [_entry(layout, 1, 顺序号=text, 页数=text, 档号=text) for text in texts]
    found = judge_package(_with_entries(layout, *entries), _PROFILE)
    assert all(each.certainty == "text" for each in found if each.verdict == "fail")
