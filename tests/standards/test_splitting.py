"""分件 suggestions: titles, classes, first pages, the list laid along the images, the catalogue sheet held against both."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards.rules.reading.values import PageReading, ReadLine
from standards.schemes import load_scheme
from standards.splitting import OwnWord, PageCard, Seen, guess_class, suggest_starts
from standards.splitting.assign import Listed, assign, dates_agree, title_likeness
from standards.splitting.read_card import read_card
from standards.splitting.sheet import CatalogueLine, SheetRow, hold_sheet

WIDTH, HEIGHT = 1240, 1754


def page(*lines: tuple[str, int, int, int, int], rotation: int = 0) -> PageReading:
    """A page of lines: text, left, top, width, height."""
    read = tuple(ReadLine(text, (x, y, x + w, y + h), 0.97) for text, x, y, w, h in lines)
    return PageReading("f.jpg", 1, read, WIDTH, HEIGHT, rotation)


BODY = (("姓名", 140, 400, 80, 36), ("张桂兰", 300, 400, 140, 36), ("性别", 560, 400, 80, 36), ("女", 720, 400, 40, 36))


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        ([("职工登记表", 470, 130, 300, 60)], "职工登记表"),
        ([("《自传》", 540, 130, 160, 60)], "自传"),
        ([("中国共产党", 480, 500, 280, 60), ("入党志愿书", 450, 600, 340, 80)], "中国共产党入党志愿书"),
        ([("关于聘任李强同志的通知", 330, 300, 580, 60)], "关于聘任李强同志的通知"),
        # What is no title: letter-head, a section, a cell, running text, something in a corner.
        ([("城东纺织厂稿纸", 440, 130, 360, 60)], None),
        ([("我的志愿", 520, 130, 200, 60)], None),
        ([("单位意见", 520, 700, 200, 36)], None),
        ([("本人于一九六五年填写了职工登记表,", 300, 130, 640, 36)], None),
        ([("职工登记表", 40, 130, 300, 60)], None),
        ([("毕业证书", 540, 400, 160, 36)], None),
        ([("职工奖励审批表", 440, 130, 360, 60)], "职工奖励审批表"),
        ([("关于李强问题的处理意见", 330, 130, 580, 60)], "关于李强问题的处理意见"),
    ],
)
def test_a_title_is_what_names_the_paper_large_and_in_the_middle(
    lines: list[tuple[str, int, int, int, int]], title: str | None
) -> None:
    card = read_card(page(*lines, *BODY))
    assert (card.title.text if card.title else None) == title


def test_a_card_keeps_pencil_numbers_dates_and_headings() -> None:
    card = read_card(
        page(
            *BODY, ("9一4-12", 1050, 60, 120, 40), ("3", 1150, 1690, 24, 36), ("工作经历", 140, 600, 160, 36),
            ("填表日期:1971年3月5日", 700, 1500, 400, 36),
        ),
        "register",
    )  # fmt: skip
    assert card.mark is not None
    assert (card.mark.text, card.page_number, card.paper_date, card.headings) == (
        "9-4-12",
        3,
        "19710305",
        ("工作经历",),
    )
    assert PageCard.from_json(card.as_json()) == card
    assert read_card(page()).kind == "blank"
    assert read_card(page(("人事档案", 460, 500, 320, 90))).kind == "cover"


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("职工登记表", "1"), ("干部履历表", "1"), ("自传", "2"), ("年终鉴定表", "3"), ("毕业生登记表", "4-1"), ("专业技术职务任职资格评审表", "4-2"),
        ("党校学习结业登记表", "4-4"), ("政审表", "5"), ("入党志愿书", "6"), ("先进生产者登记表", "7"), ("关于给予某某记过处分的决定", "8"),
        ("学徒工转正定级审批表", "9-1"), ("职工调整工资审批表", "9-1"), ("关于任命车间主任的通知", "9-2"), ("职工退休审批表", "9-2"),
        ("因公出国审批表", "9-3"), ("招收工人审批表", "9-4"), ("劳动合同书", "9-4"), ("职工体格检查表", "10"), ("应征公民入伍批准书", "9-4"), ("病退审批表", "9-2"),
    ],
)  # fmt: skip
def test_a_title_hints_at_its_class(title: str, code: str) -> None:
    guess = guess_class(title)
    assert guess is not None
    assert guess.code == code
    assert 0 < guess.confidence < 1
    assert load_scheme().find(guess.code) is not None


def test_a_units_own_word_comes_first_and_takes_only_its_own_word_away() -> None:
    own = [OwnWord("退休", "9-4")]
    assert guess_class("职工退休审批表", own).code == "9-4"  # type: ignore[union-attr]
    assert guess_class("退职审批表", own).code == "9-2"  # type: ignore[union-attr]
    assert guess_class("说明", own) is None


def card(title: str = "", *, mark: str = "", kind: str = "paper", **more: object) -> PageCard:
    return PageCard(
        kind,  # type: ignore[arg-type]
        Seen(title, 0.9) if title else None,
        Seen(mark, 0.9) if mark else None,
        **{"lines": 20, **more},  # type: ignore[arg-type]
    )


def test_first_pages_begin_where_a_title_or_a_pencil_number_says_so_and_continuations_never() -> None:
    cards = [
        card(kind="cover"), card(kind="sheet"), card("职工登记表", page_number=1), card(headings=("家庭成员",), page_number=2),
        PageCard("blank"), card(mark="9-1-1"), card(), card("自传"),
    ]  # fmt: skip
    found = suggest_starts(cards)
    assert [(each.at, each.title, each.guess and each.guess.code) for each in found] == [
        (2, "职工登记表", "1"), (5, "", "9-1"), (7, "自传", "2"),
    ]  # fmt: skip
    assert found[0].why == ("title", "page-one", "after-cover")
    assert all(0 < each.confidence < 1 for each in found)


def test_the_list_is_laid_along_the_recognised_pages_and_absent_papers_are_left_out() -> None:
    cards = [
        card("职工登记表"), card(), card("职工调整工资审批表", paper_date="19790305"), card("职工调整工资审批表", paper_date="19850101"),
        card("劳动合同书"), card(),
    ]  # fmt: skip
    listed = [
        Listed("职工登记表", "1", "19650101", 2), Listed("入党志愿书", "6", "19700101", 4),
        Listed("职工调整工资审批表", "9-1", "19850101", 1), Listed("劳动合同", "9-4", "", 2),
    ]  # fmt: skip
    found = assign(listed, cards, suggest_starts(cards))
    assert [(each.listed, each.at, each.seen) for each in found] == [(0, 0, True), (2, 3, True), (3, 4, True)]


def test_a_paper_without_a_recognised_page_is_placed_by_the_counts() -> None:
    cards = [card("职工登记表"), card(), card(), card("自传")]
    listed = [Listed("职工登记表", "1", "", 2), Listed("证明", "5", "", 1), Listed("自传", "2", "", 1)]
    found = assign(listed, cards, suggest_starts(cards))
    assert [(each.listed, each.at, each.seen) for each in found] == [(0, 0, True), (1, 2, False), (2, 3, True)]


TITLES = st.sampled_from(["职工登记表", "自传", "入党志愿书", "职工调整工资审批表", "劳动合同书", "毕业生登记表"])


@given(st.lists(st.tuples(TITLES, st.integers(1, 4)), max_size=9), st.sets(st.integers(0, 8)))
def test_suggested_places_go_up_and_name_each_paper_once(papers: list[tuple[str, int]], missing: set[int]) -> None:
    """Whatever is listed and whatever was scanned: an order that can be confirmed, within the images."""
    cards = [
        card(title if number == 0 else "")
        for place, (title, pages) in enumerate(papers)
        if place not in missing
        for number in range(pages)
    ]
    found = assign([Listed(title, pages=pages) for title, pages in papers], cards, suggest_starts(cards))
    assert [each.at for each in found] == sorted({each.at for each in found})
    assert [each.listed for each in found] == sorted({each.listed for each in found})
    assert all(0 <= each.at < len(cards) for each in found)
    if not missing:
        assert len(found) == len(papers)


def line(code: str, number: str, title: str, pages: int = 1, date: str = "", *, split: bool = True) -> CatalogueLine:
    return CatalogueLine(0, code, number, title, date, pages, split)


def row(code: str, number: str, title: str, pages: int | None = 1, date: str = "", sure: float = 0.95) -> SheetRow:
    return SheetRow(code, number, title, date, pages, sure={"pages": sure, "date": sure, "title": sure})


@pytest.mark.parametrize(
    ("rows", "lines", "kinds"),
    [
        ([row("1", "1", "职工登记表")], [line("1", "1", "职工登记表")], []),
        ([row("1", "1", "职工登记表", 3)], [line("1", "1", "职工登记表")], ["pages"]),
        ([row("1", "1", "职工登记表", 3, sure=0.5)], [line("1", "1", "职工登记表")], []),
        ([row("1", "1", "职工登记表")], [line("1", "1", "职工登记表", 0)], ["no-images"]),
        ([row("1", "1", "职工登记表")], [line("1", "1", "职工登记表", 0, split=False)], []),
        ([row("1", "1", "登记表", date="19650300")], [line("1", "1", "职工登记表", date="19650301")], []),
        ([row("1", "1", "职工登记表", date="19650300")], [line("1", "1", "职工登记表", date="19660301")], ["date"]),
        ([row("1", "1", "职工简历表")], [line("1", "1", "职工登记表")], ["title"]),
        ([row("2", "1", "自传")], [line("1", "1", "职工登记表")], ["not-listed", "not-on-sheet"]),
        ([row("1", "2", "职工登记表")], [line("1", "1", "职工登记表")], []),
        ([], [line("1", "1", "职工登记表")], []),
    ],
)
def test_the_sheet_is_held_against_the_catalogue(
    rows: list[SheetRow], lines: list[CatalogueLine], kinds: list[str]
) -> None:
    assert [each.kind for each in hold_sheet(rows, lines)] == kinds


def test_likeness_and_dates() -> None:
    assert title_likeness("熟练工期满转正呈批表", "熟练(学徒)期满转正呈批表") > 0.85
    assert title_likeness("", "自传") == 0.0
    assert dates_agree("19650300", "19650312")
    assert not dates_agree("19650300", "19660312")
