"""Dates and amounts as they stand on a page: when the paper was made, when somebody was born, what was paid."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from base.text import dates
from base.text.dates import PartialDate
from standards.rules.reading.layout import Placed, beside, row_of

_NUMERAL = "〇零○O一二三四五六七八九十廿卅"
_DATE = re.compile(
    rf"[0-9]{{4}}年(?:[0-9]{{1,2}}月(?:[0-9]{{1,2}}日?)?)?|[{_NUMERAL}]{{4}}年(?:[{_NUMERAL}元]{{1,3}}月(?:[{_NUMERAL}]{{1,3}}日)?)?"
    r"|(?<![0-9.])[0-9]{4}[.\-/][0-9]{1,2}(?:[.\-/][0-9]{1,2})?(?![0-9.])"
)
# A date that signs or heads a paper stands alone, behind a place or a word that asks for it; one in running text, in a
# span or in a column tells of something else.
_ASKED = re.compile(
    r"(?:(?:填表|填报|填写|填发|制表|呈报|申报|申请|上报|批准|审批|签订|签发|发文|印发|检查|鉴定|报告)?(?:日期|时间|年月日)[:]?)?"
)
_FILLED = re.compile(r"填|制|印发|发布")
_OTHER_EVENT = re.compile(
    r"出生|生于|生日|参加|入党|入团|入伍|入厂|进厂|入学|毕业|工作时间|退休|起薪|执行|起止|何时|有效|期限|转正|任职|合同期|学龄|工龄|起始|截止|死亡|年龄"
)
_BIRTH = re.compile(r"(?:档案)?出生(?:年月日|年月|日期|时间|年)?|生于|生日|出生于")
# 1957.10出生 or 1957年10月生 in the brackets of a letter; a year alone (1980年生) is said of children.
_BORN_AFTER = re.compile(rf"({_DATE.pattern})(?:出生|生(?=[,;、)。]))")
_YEAR_MONTH = re.compile(r"(?:1[89]|20)[0-9]{2}(?:\.(?:0?[1-9]|1[0-2]))?")
_AMOUNT = re.compile(r"(?<![0-9.年月/-])[0-9]{1,6}\.[0-9]{1,2}(?![0-9.年月/-])|(?<![0-9.])[0-9]{1,7}(?=元)")


@dataclass(frozen=True, slots=True)
class DateRead:
    """A date with the lines it was read from and the confidence of the line that holds it."""

    date: PartialDate
    lines: tuple[Placed, ...]
    confidence: float


def dates_in(text: str) -> list[PartialDate]:
    """The dates of a folded text, those that cannot be left out."""
    return [date for match in _DATE.finditer(text) if (date := dates.parse(match.group())) is not None]


def signed_dates(lines: Sequence[Placed]) -> Iterator[DateRead]:
    """Dates that say when the paper was made: alone in their line or asked for by 填表日期 and its like.

    Dates beside a label of another event (出生, 参加工作, 执行 …) never count.
    """
    for line in lines:
        match = _DATE.search(line.text)
        if match is None or not _stands_alone(line.text, match):
            continue
        date = dates.parse(match.group())
        if date is not None and not _belongs_elsewhere(line, lines):
            yield DateRead(date, (line,), line.line.confidence)


def _stands_alone(text: str, match: re.Match[str]) -> bool:
    before, after = text[: match.start()].strip(":( "), text[match.end() :].strip(":). ")
    return len(after) <= 1 and (not before or bool(_ASKED.fullmatch(before)) or bool(_FILLED.search(before)))


def _belongs_elsewhere(line: Placed, lines: Sequence[Placed]) -> bool:
    """The label to its left on the level, or in it, asks for another event."""
    if _OTHER_EVENT.search(line.text):
        return True
    left = [each for each in row_of(line, lines) if each.right <= line.left + line.height]
    return bool(left and _OTHER_EVENT.search(left[-1].text))


def birth_dates(lines: Sequence[Placed]) -> Iterator[DateRead]:
    """What the page's own fields 出生… say; tables of relatives have a head of several and are left out."""
    for line in lines:
        told = _BORN_AFTER.search(line.text)
        if told is not None and (born := dates.parse(told[1])) is not None and born.month:
            yield DateRead(born, (line,), line.line.confidence)
            continue
        label = _BIRTH.search(line.text)
        if label is None or _in_table(line, lines):
            continue
        rest = _DATE.match(line.text[label.end() :].lstrip(":于 "))
        if rest is not None:
            date = dates.parse(rest.group())
            if date is not None:
                yield DateRead(date, (line,), line.line.confidence)
        elif label.end() == len(line.text.rstrip(":")) and (value := beside(line, lines)) is not None:
            whole = _DATE.match(value.text)
            date = dates.parse(whole.group()) if whole else None
            if date is not None and date.month is not None:
                yield DateRead(date, (line, value), value.line.confidence)


def _in_table(line: Placed, lines: Sequence[Placed]) -> bool:
    """A head that asks for the relation to the subject too."""
    return any(re.search(r"称谓|称呼|关系|亲属|家庭成员|户主", each.text) for each in row_of(line, lines))


def amounts_in(text: str) -> list[str]:
    """Sums of money in a folded text, with two decimals; what may be a year and month (1941.11) is none."""
    found = (float(each) for each in _AMOUNT.findall(text) if not _YEAR_MONTH.fullmatch(each))
    return [f"{each:.2f}" for each in found]
