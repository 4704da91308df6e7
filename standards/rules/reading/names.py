"""The names that a page gives its subject, and how near one name is to another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from base.text.normalise import fold
from standards.rules.reading.layout import Placed, below, beside, row_of
from standards.rules.reading.surnames import has_surname

Likeness = Literal["same", "near", "other"]

# What asks for the name of the person whose paper it is.
_LABEL = re.compile(
    r"(?:职工|本人|学生|人员|干部|工人|党员|退休人员|退休人|被鉴定人|被考核人|被审查人|受检人|志愿者|申请人|乙方\(?职工)?姓名\)?"
    r"|现名|学员姓名"
)
# What follows a name in the same line, and what a name never holds.
_NEXT = re.compile(
    r"性别|民族|族别|曾用名|别名|原名|化名|出生|生于|年龄|身份证|公民|工种|单位|部门|学号|编号|工号|籍贯|原籍|职务|职称|文化|政治|照片|相片|学历|健康|婚否|婚姻"
    r"|入党|参加|现任|简历|备注|签字|签名|签章|盖章|日期|时间|工资|金额|[(:,。;、/0-9]"
)
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff·]+")
# Heads of tables of relatives and of rolls: what stands under such a 姓名 is not the subject.
_RELATIVES = re.compile(
    r"称谓|称呼|关系|亲属|家属|家庭成员|社会关系|配偶|爱人|父亲|母亲|子女|联系人|证明人|介绍人|序号|担保|户主|死者|继承"
)
_TITLE_NAME = re.compile(
    r"关于(?:给予|批准|同意|对|办理|调整|任命|免去)?([\u3400-\u9fff\U00020000-\U0003ffff]{2,4}?)同志"
)
# Characters that readers take for each other, by groups; beyond variants, which `fold` has made one.
_ALIKE = (
    "王玉壬主五", "土士工干千于", "未末朱来", "己已巳", "天夫大太犬", "人入八", "日曰目白", "田由甲申", "平乎手", "木本术", "李季孝", "刘对到", "杨扬汤", "张弘长", "东车",
    "春泰奏", "兰三", "云去", "芬芳", "荣营", "英美", "文义丈", "永水", "光先", "明朋", "国围固", "军军", "清请情", "志忘", "德得", "林材", "海梅", "涛湾", "红江", "华毕", "贵责", "宝室",
    "金全", "生主", "玲铃珍", "琴琹", "秀季", "艳颜", "霞露", "敏繁", "建健", "刚则别", "民良", "元无", "友支", "庆床", "福神", "成咸戌", "立亡", "付傅", "肖萧", "闫阎", "邱丘", "蓝兰", "昇升", "喆哲", "堃坤",
    "宁守", "卫节", "余佘", "候侯", "徐除", "高亨", "赵起", "陈阵", "郭部", "孟盂", "罗岁", "曾会", "凤风", "安女", "石右", "子了孑", "小少", "月用", "夏复", "宋宗", "崔雀", "薛薜",
)  # fmt: skip
_GROUP_OF: dict[str, set[int]] = {}
for _number, _group in enumerate(_ALIKE):
    for _character in _group:
        _GROUP_OF.setdefault(_character, set()).add(_number)


@dataclass(frozen=True, slots=True)
class NameRead:
    """A name that the page gives its subject: folded, with the lines it was read from and the confidence of the value."""

    name: str
    lines: tuple[Placed, ...]
    confidence: float


def likeness(read: str, known: str) -> Likeness:
    """How near a read name is to a known one (both folded).

    `same`: equal, or only characters that are easily misread differ while at least one is equal; `near`: half of the
    longer one's characters agree in their order, a lost one allowed; a shared surname alone is not near.
    """
    if read == known:
        return "same"
    pairs = [_pair(one, other) for one, other in zip(read, known, strict=False)]
    if len(read) == len(known) and 2 in pairs and 0 not in pairs:
        return "same"
    agreeing = max(_in_order(read, known), sum(pair > 0 for pair in pairs))
    longest = max(len(read), len(known))
    surname_only = agreeing == 1 and read[:1] == known[:1] and longest > 2
    return "near" if 2 * agreeing >= longest and not surname_only else "other"


def _pair(one: str, other: str) -> int:
    """2: the same character, 1: one that is easily read for the other, 0: neither."""
    if one == other:
        return 2
    return int(bool(_GROUP_OF.get(one, set()) & _GROUP_OF.get(other, set())))


def _in_order(one: str, other: str) -> int:
    """How many characters both have in the same order."""
    row = [0] * (len(other) + 1)
    for character in one:
        before = row
        row = [0]
        for place, each in enumerate(other, start=1):
            row.append(before[place - 1] + 1 if character == each else max(before[place], row[-1]))
    return row[-1]


def nearest(read: str, known: Sequence[str]) -> Likeness:
    """The nearest likeness of a read name to any of the person's names."""
    found = {likeness(read, name) for name in known}
    return "same" if "same" in found else "near" if "near" in found else "other"


def names_on(lines: Sequence[Placed]) -> Iterator[NameRead]:
    """The names in the fields 姓名 of the page's subject and in its title (关于…同志…)."""
    for line in lines:
        label = _LABEL.search(line.text)
        if label is not None and not _asks_for_others(line, lines):
            yield from _value(line, line.text[label.end() :], lines)
        elif (title := _TITLE_NAME.match(line.text)) and has_surname(title[1]):
            yield NameRead(title[1], (line,), line.line.confidence)


def _asks_for_others(label: Placed, lines: Sequence[Placed]) -> bool:
    """In a head that also asks for a relation, or has such a word before it."""
    row = row_of(label, lines)
    return any(_RELATIVES.search(each.text) for each in row)


def _value(label: Placed, rest: str, lines: Sequence[Placed]) -> Iterator[NameRead]:
    if name := _as_name(rest):
        yield NameRead(name, (label,), label.line.confidence)
        return
    if rest.strip(":)"):
        return
    right = beside(label, lines)
    if right is not None and (name := _as_name(right.text)):
        yield NameRead(name, (label, right), right.line.confidence)
    elif right is None or _NEXT.match(right.text):
        under = below(label, lines)
        if under is not None and (name := _as_name(under.text)) and has_surname(name):
            yield NameRead(name, (label, under), under.line.confidence)


def _as_name(text: str) -> str | None:
    """The name at the beginning of what follows a label: two to four characters, more only with the dot of a long name."""
    plain = text.lstrip(":)_ ")
    end = _NEXT.search(plain)
    plain = plain[: end.start()] if end else plain
    match = _HAN.fullmatch(plain.rstrip("._-( "))
    if match is None:
        return None
    name = match.group().strip("·")
    return name if 2 <= len(name) <= (12 if "·" in name else 4) and not _RELATIVES.search(name) else None


def folded_names(name: str, former: Sequence[str]) -> tuple[str, ...]:
    """All names of the person as they are compared, without 无 and blanks."""
    return tuple(folded for each in (name, *former) if len(folded := fold(each).replace(" ", "")) >= 2)
