"""Rules of the 移交案卷目录: ID numbers, and what a row says against its ID number and against itself.

Rows are listed, never refused; ID numbers and names stay out of the findings. What concerns one person is one finding a
row; how the list is written is one finding a list, with its lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from base.text import dates, identity
from base.text.dates import PartialDate
from base.text.unreadable import has_private, has_unreadable
from standards.profiles import Profile
from standards.rules.archive_numbers import judge_archive_numbers
from standards.rules.facts import ListFacts, PersonFacts
from standards.rules.records import judge_records, volume_record
from standards.rules.spans import span
from standards.values import Finding

# The hand-over form of dossiers of retirees of state-owned enterprises: its columns in order, and its title.
COLUMNS = (
    "序号", "姓名", "身份证号码", "性别", "出生日期", "退休手续办理时间", "生存状态", "死亡日期", "所属单位", "户籍所在地", "页数",
    "档案局档号", "保管期限", "备注",
)  # fmt: skip
TITLE = "国有企业退休人员人事档案移交案卷目录"
# A list with fewer of the form's columns is another form, and nothing is said of its head.
_IS_THE_FORM = 8
_MUST_SAY = {"name": "姓名", "organisation": "所属单位", "household": "户籍所在地"}
_SEXES = {"male": ("男", "男性", "M", "m", "1"), "female": ("女", "女性", "F", "f", "2")}
_LIVING = ("健在", "在世", "生存", "存活")
_ID_STATES = ("missing", "checksum", "form", "truncated")
_SOUND = ("ok", "old")
# The first two digits of an area code (GB/T 2260, and 83 for residence permits of Taiwan's people).
_PROVINCES = frozenset(
    str(code)
    for codes in (
        range(11, 16),
        range(21, 24),
        range(31, 38),
        range(41, 47),
        range(50, 55),
        range(61, 66),
        (71, 81, 82, 83),
    )
    for code in codes
)


def judge_people(people: Sequence[PersonFacts], profile: Profile) -> list[Finding]:
    """All rules of the rows of all hand-over lists of a batch."""
    found = [finding for person in people for judge in _OF_A_ROW for finding in judge(person, profile)]
    found += _duplicates(people, profile)
    by_list: dict[str, list[PersonFacts]] = {}
    for person in people:
        by_list.setdefault(person.list_path, []).append(person)
    for path, rows in by_list.items():
        for judge_all in _OF_A_LIST:
            found += judge_all(rows, profile)
        found += judge_records("volume", [volume_record(person) for person in rows], profile, file=path)
    return [*found, *judge_archive_numbers(people, profile)]


def judge_heads(lists: Sequence[ListFacts], profile: Profile) -> list[Finding]:
    """The 14 columns in order and the title above them, of lists that are meant to be that form."""
    rule = profile.rule("list.columns")
    if rule is None:
        return []
    return [
        rule.finding(file=each.path, measured=said, list=each.path)
        for each in lists
        if (said := _head(each)) is not None
    ]


def _head(facts: ListFacts) -> str | None:
    """What is wrong with a list's head, None where it is right or the list is another form."""
    labels = ["".join(label.split()) for label in facts.labels]
    while labels and not labels[-1]:
        labels.pop()
    title = "".join(facts.title.split())
    if sum(label in COLUMNS for label in labels) < _IS_THE_FORM and TITLE not in title:
        return None
    for place, (label, asked) in enumerate(zip([*labels, *[""] * len(COLUMNS)], COLUMNS, strict=False), start=1):
        if label != asked:
            return f"{place}: {label or '–'} ≠ {asked}"
    if len(labels) > len(COLUMNS):
        return f"{len(COLUMNS) + 1}: {labels[len(COLUMNS)]}"
    return None if TITLE in title else TITLE


def _id(person: PersonFacts, profile: Profile) -> Iterator[Finding]:
    rule = profile.rule(f"id.{person.state}") if person.state in _ID_STATES else None
    if rule is not None:
        yield rule.finding(file=person.list_path, subject=str(person.row), measured=person.row, row=person.row)


def _area(person: PersonFacts, profile: Profile) -> Iterator[Finding]:
    """Codes of areas vanish from today's list; only one of no province at all is worth a look."""
    rule = profile.rule("id.area")
    number = person.id_number
    if rule is not None and number and person.state in _SOUND and number[:2] not in _PROVINCES:
        yield rule.finding(file=person.list_path, subject=str(person.row), measured=number[:2], row=person.row)


def _sex(person: PersonFacts, profile: Profile) -> Iterator[Finding]:
    """Digit 17 is odd for men, even for women."""
    rule, said = profile.rule("list.sex"), identity.parse(person.id_number or "")
    if rule is None or person.state not in _SOUND or said.sex is None or not person.sex:
        return
    if person.sex in _SEXES["male"] + _SEXES["female"] and person.sex not in _SEXES[said.sex]:
        yield _row(rule.finding, person, measured=person.sex, limit=_SEXES[said.sex][0])


def _characters(person: PersonFacts, profile: Profile) -> Iterator[Finding]:
    """A name must be searchable and printable anywhere: no box for a character, none of a private font, none lost."""
    rule = profile.rule("list.characters")
    kind = "unreadable" if has_unreadable(person.name) else "private" if has_private(person.name) else None
    if rule is not None and kind is not None:
        yield rule.finding(
            file=person.list_path, subject=str(person.row), measured=person.row, row=person.row, kind=kind
        )


def _birth(person: PersonFacts, profile: Profile) -> Iterator[Finding]:
    """Birth in the list against digits 7–14 of the ID number: both are shown, neither is right by itself."""
    rule, said = profile.rule("list.birth"), identity.parse(person.id_number or "")
    written = dates.parse(person.birth)
    if rule is None or person.state not in _SOUND or said.birth is None or written is None or written.lunar:
        return
    parts = (said.birth.year, said.birth.month, said.birth.day)
    # Parts that the list leaves out contradict nothing.
    if any(one is not None and one != other for one, other in zip(_parts(written), parts, strict=True)):
        yield _row(rule.finding, person, kind="differs")


def _retired(person: PersonFacts, profile: Profile) -> Iterator[Finding]:
    rule = profile.rule("list.retired")
    if rule is not None and _before(dates.parse(person.retired), dates.parse(person.birth)):
        yield _row(rule.finding, person, measured=person.retired, kind="before-birth")


def _death(person: PersonFacts, profile: Profile) -> Iterator[Finding]:
    """A date of death beside 健在, or one before birth."""
    rule = profile.rule("list.death")
    if rule is None or not person.died:
        return
    if person.living in _LIVING:
        yield _row(rule.finding, person, measured=person.died, kind="living")
    elif _before(dates.parse(person.died), dates.parse(person.birth)):
        yield _row(rule.finding, person, measured=person.died, kind="before-birth")


def _forms(people: Sequence[PersonFacts], profile: Profile) -> Iterator[Finding]:
    """Dates of birth, retirement and death have eight digits; what is no date at all is told apart."""
    for rule_id, name in (("list.birth", "birth"), ("list.retired", "retired"), ("list.death", "died")):
        rule = profile.rule(rule_id)
        written = [person for person in people if getattr(person, name)]
        for kind, is_wrong in (("no-date", _is_no_date), ("form", _is_other_form)):
            wrong = [person for person in written if is_wrong(getattr(person, name))]
            if rule is not None and wrong:
                yield _lines(rule.finding, wrong, kind=kind)


def _is_no_date(text: str) -> bool:
    return dates.parse(text) is None


def _is_other_form(text: str) -> bool:
    """A date that is one, not in eight digits."""
    return not _is_no_date(text) and not (len(text) == 8 and text.isascii() and text.isdigit())


def _edges(people: Sequence[PersonFacts], profile: Profile) -> Iterator[Finding]:
    """Blanks at the ends of a cell make two names of one."""
    rule = profile.rule("list.blank-edges")
    wrong = [person for person in people if person.edges]
    if rule is not None and wrong:
        columns = dict.fromkeys(name for person in wrong for name in person.edges)
        yield _lines(rule.finding, wrong, measured="、".join(columns))


def _empty(people: Sequence[PersonFacts], profile: Profile) -> Iterator[Finding]:
    """Name, unit and household are never empty where the list has the column."""
    rule = profile.rule("list.empty")
    for name, label in _MUST_SAY.items():
        wrong = [person for person in people if name in person.given and not getattr(person, name)]
        if rule is not None and wrong:
            yield _lines(rule.finding, wrong, measured=label)


def _duplicates(people: Sequence[PersonFacts], profile: Profile) -> Iterator[Finding]:
    rule = profile.rule("id.duplicate")
    rows: dict[str, list[PersonFacts]] = {}
    for person in people:
        if person.id_number:
            rows.setdefault(person.id_number, []).append(person)
    for same in rows.values():
        if rule is not None and len(same) > 1:
            listed = ", ".join(str(person.row) for person in same)
            yield rule.finding(file=same[0].list_path, subject=str(same[1].row), measured=listed, rows=listed)


def _before(one: PartialDate | None, other: PartialDate | None) -> bool:
    """Whether `one` lies before `other` for sure; months and days that are not written decide nothing."""
    if one is None or other is None:
        return False
    for a, b in zip(_parts(one), _parts(other), strict=True):
        if a is None or b is None:
            return False
        if a != b:
            return a < b
    return False


def _parts(date: PartialDate) -> tuple[int | None, int | None, int | None]:
    return date.year, date.month, date.day


def _row(finding: Callable[..., Finding], person: PersonFacts, **more: object) -> Finding:
    return finding(file=person.list_path, subject=str(person.row), row=person.row, **more)


def _lines(finding: Callable[..., Finding], people: Sequence[PersonFacts], **more: object) -> Finding:
    rows = [person.row for person in people]
    return finding(file=people[0].list_path, rows=span(rows), count=len(rows), **more)


_OF_A_ROW = (_id, _characters, _area, _sex, _birth, _retired, _death)
_OF_A_LIST = (_forms, _edges, _empty)
