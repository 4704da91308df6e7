"""ID numbers on a page: sound ones only, each told apart by whose cell it stands in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from base.text import identity
from standards.rules.reading.layout import Placed, row_of
from standards.rules.reading.names import names_on, nearest

_EIGHTEEN = re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9x](?![0-9])")
_FIFTEEN = re.compile(r"(?<![0-9])[1-9][0-9]{14}(?![0-9])")
_LABELLED = re.compile(r"身份证|身份号码|公民身份|证件号")
# Rows and papers on which relatives, guarantors and handlers stand with numbers of their own.
_OF_OTHERS = re.compile(
    r"父亲|母亲|配偶|妻|丈夫|爱人|儿子|女儿|长子|次子|长女|次女|之子|之女|子女|兄|弟|姐|妹|公公|婆婆|岳父|岳母|户主|家属|亲属|遗属|继承"
    r"|联系人|代办|委托|受托|担保|经办|见证|证明人|关系|称谓|法定代表|负责人"
)
_HOUSEHOLD = re.compile(r"常住人口|户口|户别|居民户|家庭成员|独生子女|结婚证|离婚证|供养")
# Two misread digits pass the check one time in eleven, so what is this near is a misreading before it is another person.
_MISREAD = 2


@dataclass(frozen=True, slots=True)
class NumberRead:
    """A sound ID number (18 characters). `others`: it stands in the row of a relative, or on a paper of the household."""

    number: str
    line: Placed
    others: bool


def numbers_on(lines: Sequence[Placed]) -> Iterator[NumberRead]:
    """The sound ID numbers of a page; 15 digits only where an ID number is asked for, for they have no check digit."""
    household = any(_HOUSEHOLD.search(line.text) for line in lines)
    for line in lines:
        found = [match.group() for match in _EIGHTEEN.finditer(line.text)]
        old = [match.group() for match in _FIFTEEN.finditer(line.text)]
        if not found and not old:
            continue
        row = "".join(each.text for each in row_of(line, lines))
        if _LABELLED.search(row):
            found += old
        for number in map(identity.parse, found):
            if number.state in ("ok", "old") and number.normalised is not None:
                yield NumberRead(number.normalised, line, household or bool(_OF_OTHERS.search(row)))


def is_another(number: str, known: Sequence[str]) -> bool:
    """Whether a number is none of the known ones, and not one of them misread."""
    return all(sum(a != b for a, b in zip(number, each, strict=True)) > _MISREAD for each in known)


def own_numbers(pages: Sequence[Sequence[Placed]], names: Sequence[str]) -> tuple[str, ...]:
    """The person's number as the papers show it, where the list has none: the one that stands on most pages beside the

    person's own name, on two at least.
    """
    seen: Counter[str] = Counter()
    for lines in pages:
        if any(nearest(each.name, names) == "same" for each in names_on(lines)):
            seen.update({each.number for each in numbers_on(lines) if not each.others})
    ranked = seen.most_common(2)
    if not ranked or ranked[0][1] < 2 or (len(ranked) > 1 and ranked[1][1] == ranked[0][1]):
        return ()
    return (ranked[0][0],)
