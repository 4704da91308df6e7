"""Key papers: what names them, what is missing, what cannot be decided, what a statement closes, and the score."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.messages import LANGUAGES, catalogue
from standards.key_papers import Completeness, PersonTimes, TitledMaterial, assess, key_papers, times_of
from standards.profiles import load_profile
from standards.rules.completeness import judge_completeness
from standards.schemes import load_scheme
from standards.telling import finding_text

WORKER = PersonTimes("女", 1950, 2000)
FULL = (
    ("1-1", "1", "职工登记表", 1970),
    ("9-1-1", "9-1", "学徒工转正定级审批表", 1972),
    ("9-1-2", "9-1", "职工调整工资审批表", 1979),
    ("9-1-3", "9-1", "企业职工工资变动审批表", 1993),
    ("9-2-1", "9-2", "企业职工退休审批表", 2000),
    ("9-4-1", "9-4", "招收工人审批表", 1969),
)


def papers(*rows: tuple[str, str, str, int | None]) -> tuple[TitledMaterial, ...]:
    return tuple(TitledMaterial(*row) for row in rows)


def states(found: Completeness) -> dict[str, str]:
    return {each.paper.id: each.state for each in found.results}


def without(*keys: str) -> tuple[TitledMaterial, ...]:
    return papers(*(row for row in FULL if row[0] not in keys))


def test_a_workers_dossier_with_all_its_papers() -> None:
    found = assess(WORKER, papers(*FULL))
    assert states(found) == {
        "entry": "present", "grading": "present", "wages": "present", "register": "present", "retirement": "present",
        "party-form": "undecided", "party-probation": "undecided", "schooling": "undecided", "contract": "undecided",
        "early-retirement": "not_needed",
    }  # fmt: skip
    assert found.score == 100
    assert judge_completeness("D", WORKER, papers(*FULL), load_profile()) == []


def test_points_are_of_a_hundred_and_every_name_and_reason_is_in_both_languages() -> None:
    assert sum(paper.points for paper in key_papers()) == 100
    for language in LANGUAGES:
        texts = catalogue(language)
        assert all(texts[f"key-paper.{paper.id}"] for paper in key_papers())
        reasons = {each.why for each in assess(PersonTimes(), papers(*FULL)).results if each.why}
        assert reasons <= set(texts)


def test_what_is_inferred_earns_no_points_and_is_never_missing() -> None:
    assert {paper.points for paper in key_papers() if paper.certainty == "project"} == {0}
    found = assess(replace(WORKER, retired=1999, born=1955), without("9-1-1"))
    assert {each.paper.certainty for each in found.of("missing")} == {"secondary"}


def test_the_patterns_can_be_read_and_are_folded_themselves() -> None:
    for paper in key_papers():
        for pattern in (*paper.titles, *paper.weak, *paper.never):
            re.compile(pattern)
            assert "，" not in pattern
        assert paper.classes


@pytest.mark.parametrize(
    ("title", "class_code", "paper"),
    [
        ("招工審批表", "9", "entry"),  # traditional
        ("《新工人录用登记表》（复印件）", "9-4", "entry"),
        ("应征公民入伍批准书", "9-4", "entry"),
        ("关于接收1969年毕业生分配的通知", "9-4", "entry"),
        ("学徒期满转正定级表", "9-1", "grading"),
        ("熟练工期满转正呈批表", "9-1", "grading"),
        ("转正表", "9-1", "grading"),
        ("转正表", "6", "party-probation"),
        ("预备党员转正申请", "6", "party-probation"),
        ("一九七九年职工升级审批表", "9-1", "wages"),
        ("工资卡", "9-1", "wages"),
        ("职工简历表", "1", "register"),
        ("干部履历书", "1", "register"),
        ("职工退职审批表", "9-2", "retirement"),
        ("关于张桂兰同志退休的批复", "9-2", "retirement"),
        ("中国共产党入党志愿书", "6", "party-form"),
        ("劳动合同书", "9-4", "contract"),
    ],
)
def test_titles_that_name_a_paper(title: str, class_code: str, paper: str) -> None:
    found = assess(WORKER, papers(("k", class_code, title, None)))
    assert [each.paper.id for each in found.results if "k" in each.materials] == [paper]


@pytest.mark.parametrize(
    ("title", "class_code"),
    [
        ("党员登记表", "6"), ("团员登记表", "1"), ("先进生产者登记表", "7"), ("自传", "2"), ("职工体格检查表", "10"),
        ("退休证明", "10"), ("专业技术职务评审表", "4-2"), ("毕业生登记表", "1"), ("", "9"), ("转正", "4-1"),
        ("工资证明", "10"), ("入党申请书", "6"), ("技术等级升级审批表", "4-2"),
    ],
)  # fmt: skip
def test_titles_that_name_no_scored_paper(title: str, class_code: str) -> None:
    found = assess(WORKER, papers(("k", class_code, title, None), ("x", "2", "自传", None)))
    assert [each.paper.id for each in found.results if each.paper.points and "k" in each.materials] == []


def test_a_weak_word_counts_by_the_scheme_it_is_classed_in() -> None:
    paper = papers(("k", "2", "转正", None))
    assert states(assess(WORKER, paper, scheme="retiree-4"))["grading"] == "present"
    assert states(assess(WORKER, paper, scheme="cadre-2018"))["grading"] == "missing"
    assert states(assess(WORKER, paper, scheme="enterprise-1992"))["grading"] == "missing"
    assert states(assess(WORKER, papers(("k", "91", "转正", None))))["grading"] == "present"
    assert states(assess(WORKER, papers(("k", "9", "转正", None))))["grading"] == "present"
    assert states(assess(WORKER, papers(("k", "19", "转正", None))))["grading"] == "missing"


def test_the_class_codes_of_the_list_are_those_of_the_schemes() -> None:
    for paper in key_papers():
        for scheme, codes in paper.classes.items():
            assert all(load_scheme(scheme).classes[code] for code in codes)


def test_a_title_one_character_away_is_shown_and_never_counts() -> None:
    found = assess(WORKER, (*without("9-2-1"), TitledMaterial("9-2-1", "9-2", "退体审批表", 2000)))
    retirement = next(each for each in found.results if each.paper.id == "retirement")
    assert (retirement.state, retirement.materials, retirement.similar) == ("missing", (), "9-2-1")
    # A known title of another paper is no misspelling.
    found = assess(WORKER, papers(("1-1", "1", "职工登记表", None), ("1-2", "1", "职工履历表", None)))
    assert all(each.similar is None for each in found.results)


def test_too_few_of_several_papers_earn_their_part() -> None:
    found = assess(WORKER, without("9-1-3"))
    wages = next(each for each in found.results if each.paper.id == "wages")
    assert (wages.state, wages.materials, wages.needed, wages.earned) == ("missing", ("9-1-2",), 2, 7.5)
    assert found.score == 91
    finding = judge_completeness("D", WORKER, without("9-1-3"), load_profile())[0]
    assert (finding.severity, finding.params) == ("minor", {"needed": 2, "have": 1})


def test_members_are_asked_for_their_party_papers() -> None:
    form, probation = ("6-1", "6", "入党志愿书", 1980), ("6-2", "6", "入党转正申请书", 1981)
    assert states(assess(WORKER, papers(*FULL, form)))["party-probation"] == "undecided"
    assert states(assess(WORKER, papers(*FULL, probation)))["party-form"] == "missing"
    member = states(assess(replace(WORKER, member=True), papers(*FULL)))
    assert (member["party-form"], member["party-probation"]) == ("missing", "missing")
    assert states(assess(replace(WORKER, member=False), papers(*FULL)))["party-form"] == "not_needed"


def test_conditions_on_the_time_line() -> None:
    early = states(assess(replace(WORKER, retired=1995), papers(*FULL)))
    assert (early["contract"], early["early-retirement"]) == ("not_needed", "undecided")
    unknown = states(assess(PersonTimes(), papers(*FULL)))
    assert (unknown["contract"], unknown["early-retirement"]) == ("undecided", "undecided")


@pytest.mark.parametrize(
    ("row", "times"),
    [
        (("女", "19500305", "2000-03", None), PersonTimes("女", 1950, 2000)),
        (("", "", "", "11010519491231002X"), PersonTimes("女", 1949, None)),
        (("男性", "1951年", "", "11010519491231002X"), PersonTimes("男", 1951, None)),
        (("?", "不详", "待办", "110105"), PersonTimes("", None, None)),
    ],
)
def test_times_come_from_the_hand_over_list(row: tuple[str, str, str, str | None], times: PersonTimes) -> None:
    assert times_of(*row) == times


def test_a_statement_closes_without_points() -> None:
    found = assess(WORKER, without("9-1-1"), closed={"grading", "retirement"})
    assert states(found)["grading"] == "closed"
    assert states(found)["retirement"] == "present"
    assert found.score == 82


def test_each_missing_paper_is_one_finding_for_review_that_says_what_to_do() -> None:
    found = judge_completeness("310/7", WORKER, without("9-1-1", "9-2-1"), load_profile())
    found = [each for each in found if each.rule == "dossier.key-paper"]
    assert [(each.rule, each.measured, each.verdict, each.subject) for each in found] == [
        ("dossier.key-paper", "grading", "review", "310/7"), ("dossier.key-paper", "retirement", "review", "310/7"),
    ]  # fmt: skip
    assert finding_text(found[1], "zh_CN").startswith("缺关键材料：退休审批表，应有 1 份，目录里有 0 份")
    assert "Retirement approval form" in finding_text(found[1], "en")


def test_nothing_is_said_without_a_list_or_of_untitled_papers() -> None:
    assert judge_completeness("D", WORKER, (), load_profile()) == []
    assert judge_completeness("D", WORKER, papers(("1-1", "1", "", 1970)), load_profile()) == []
    assert assess(WORKER, papers(("1-1", "1", "", 1970))).score is None


def test_a_low_score_is_a_finding_by_the_profiles_limit() -> None:
    found = judge_completeness("D", WORKER, papers(("2-1", "2", "自传", 1970)), load_profile())
    assert [(each.rule, each.measured, each.severity) for each in found if each.rule == "dossier.score"] == [
        ("dossier.score", 0, "info")
    ]
    assert judge_completeness("D", WORKER, papers(("2-1", "2", "自传", 1970)), load_profile().only([])) == []


titles = st.sampled_from([row[2] for row in FULL] + ["自传", "", "入党志愿书", "党员登记表", "退体审批表", "劳动合同"])
lists = st.lists(st.tuples(st.sampled_from(["1", "6", "9-1", "9-2", "10", ""]), titles), max_size=12)
years = st.none() | st.integers(1900, 2030)
people = st.builds(PersonTimes, st.sampled_from(["", "男", "女"]), years, years, st.none() | st.booleans())


@given(people, lists, st.sets(st.sampled_from([paper.id for paper in key_papers()])))
def test_every_paper_has_an_answer_and_a_reason_where_it_has_none(
    person: PersonTimes, rows: list[tuple[str, str]], closed: set[str]
) -> None:
    listed = [TitledMaterial(str(index), code, title) for index, (code, title) in enumerate(rows)]
    found = assess(person, listed, closed=closed)
    assert [each.paper for each in found.results] == list(key_papers())
    assert found.score is None or 0 <= found.score <= 100
    for each in found.results:
        assert (each.why is not None) == (each.state in ("undecided", "not_needed"))
        assert each.state != "closed" or each.paper.id in closed
    more = assess(person, [*listed, TitledMaterial("new", "9-2", "退休审批表", 2000)], closed=closed)
    assert "retirement" in [each.paper.id for each in more.of("present")]
