"""The 卷内目录 against the first page of each paper: 材料名称 against the title, 材料形成时间 against the dates that sign it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from base.text.dates import PartialDate
from base.text.normalise import fold
from standards.profiles import Profile
from standards.rules.reading.layout import Placed, boxes_of, placed_lines, row_of
from standards.rules.reading.values import ReadDossier, ReadMaterial
from standards.rules.reading.written import DateRead, signed_dates
from standards.values import Finding

# A title stands in the upper part of the page, about its middle, alone on its level. Its type need not be larger.
_UPPER = 0.6
_OFF_MIDDLE = 0.2
# What was read less surely is no title, or no date, to hold against the catalogue. Tuned on even seeds.
_TITLE_READ = 0.9
_DATE_READ = 0.95
_ALIKE = 0.45
# What kind of paper it is: a line that ends in none of these is a heading of something else.
_KIND = re.compile(
    r"(?:表|书|传|批复|通知|决定|证明|鉴定|总结|合同|协议|报告|证|单|卡|册|信|函|介绍信|意见|结论|材料|登记|请示|汇报|说明|申请|志愿|审批|名单|履历|简历)(?:\(.*\))?$"
)
_LETTERHEAD = re.compile(r"(?:稿纸|信笺|便笺|用笺|文件)$|页$|^第.*页|^共.*页|^编号|^字第")
# Words that many papers bear: they tell little of which one it is.
_COMMON = re.compile(
    r"关于|同志|职工|工人|干部|企业|员工|学生|人员|本人|全员|中国共产党|审批|呈批|呈报|登记|申请|变动|情况|材料|表|书|的|\(.*?\)|[《》<>:,。、·.\-—_ ]"
)


def judge_papers(dossier: ReadDossier, profile: Profile) -> Iterator[Finding]:
    """`catalogue.title` and `catalogue.date`, at most one of each a material."""
    for material in dossier.materials:
        if material.pages:
            yield from _judge_title(dossier, material, profile)
            yield from _judge_date(dossier, material, profile)


def _judge_title(dossier: ReadDossier, material: ReadMaterial, profile: Profile) -> Iterator[Finding]:
    """A title that has nothing in common with the catalogue's; a first page without a title says nothing."""
    rule, first = profile.rule("catalogue.title"), material.pages[0]
    wanted = _bare(material.title, dossier)
    if rule is None or not wanted:
        return
    lines = placed_lines(first)
    titles = [each for each in _titles(lines, first.upright_size) if _bare(each.text, dossier)]
    if not titles:
        return
    if len(wanted) > 2 and any(wanted in _bare(each.text, dossier) for each in lines):
        # The catalogue may name what stands elsewhere on the page: a line of a cover, the first words of a letter.
        return
    best = max(_shared(wanted, _bare(text, dossier)) for text in _in_one_or_two(titles, lines))
    if best < _ALIKE:
        yield rule.finding(
            file=first.file,
            page=first.page,
            subject=f"{dossier.key}/{material.key}",
            certain=round(titles[0].line.confidence * (1 - best), 2),
            boxes=boxes_of(titles[0]),
        )


def _titles(lines: Sequence[Placed], size: tuple[int, int]) -> list[Placed]:
    """The lines that may be the title, from the top: what names a kind of paper, about the middle, across the page."""
    return [
        each
        for each in lines
        if each.line.confidence >= _TITLE_READ
        and each.bottom < _UPPER * size[1]
        and abs((each.left + each.right) / 2 - size[0] / 2) < _OFF_MIDDLE * size[0]
        and each.right - each.left > each.bottom - each.top
        and _KIND.search(each.text)
        and not _LETTERHEAD.search(each.text)
        and row_of(each, lines) == [each]
    ]


def _in_one_or_two(titles: Sequence[Placed], lines: Sequence[Placed]) -> Iterator[str]:
    """Each title, alone and with the line before or after it: a title may stand in two."""
    for title in titles:
        place = lines.index(title)
        yield title.text
        yield "".join(each.text for each in lines[max(0, place - 1) : place + 1])
        yield "".join(each.text for each in lines[place : place + 2])


def _bare(title: str, dossier: ReadDossier) -> str:
    """What tells a paper from others: without the person's name, signs and the words that all of them bear."""
    text = fold(title)
    if dossier.person is not None and dossier.person.name:
        text = text.replace(fold(dossier.person.name), "")
    return _COMMON.sub("", text) or _signs_off(text)


def _signs_off(text: str) -> str:
    """A title made of common words only (申请书) is compared whole."""
    return re.sub(r"[^\w]", "", text)


def _shared(one: str, other: str) -> float:
    """How much of the shorter text stands in the other in the same order, 0–1."""
    short, long = sorted((one, other), key=len)
    if not short:
        return 0.0
    row = [0] * (len(long) + 1)
    for character in short:
        before, row = row, [0]
        for place, each in enumerate(long, start=1):
            row.append(before[place - 1] + 1 if character == each else max(before[place], row[-1]))
    return row[-1] / len(short)


def _judge_date(dossier: ReadDossier, material: ReadMaterial, profile: Profile) -> Iterator[Finding]:
    """No date that signs the paper agrees with the parts that the catalogue gives; the last of them is named."""
    rule = profile.rule("catalogue.date")
    if rule is None or material.year is None:
        return
    wanted = PartialDate(material.year, material.month, material.day)
    births = dossier.person.births if dossier.person else ()
    read = [
        (each, page)
        for page in material.pages
        for each in signed_dates(placed_lines(page))
        if not any(each.date == birth for birth in births)
    ]
    sure = [(each, page) for each, page in read if each.confidence >= _DATE_READ]
    if not sure or any(_may_be(each, wanted) for each, _ in read):
        return
    last, page = max(sure, key=lambda pair: pair[0].date.digits)
    yield rule.finding(
        file=page.file,
        page=page.page,
        subject=f"{dossier.key}/{material.key}",
        measured=_told(last.date),
        limit=_told(wanted),
        certain=round(last.confidence, 2),
        boxes=boxes_of(*last.lines),
    )


def _may_be(read: DateRead, wanted: PartialDate) -> bool:
    """The read date is the wanted one, gives less of it, or is one misread digit away from it."""
    pairs = ((read.date.year, wanted.year), (read.date.month, wanted.month), (read.date.day, wanted.day))
    given = [(f"{a:04d}", f"{b:04d}") for a, b in pairs if a is not None and b is not None]
    apart = sum(a != b for one, other in given for a, b in zip(one, other, strict=True))
    return apart == 0 or (apart == 1 and read.confidence < _SURE_DIGITS)


# A date read this surely has no misread digit.
_SURE_DIGITS = 0.999


def _told(date: PartialDate) -> str:
    return "-".join(f"{part:02d}" for part in (date.year, date.month, date.day) if part is not None)
