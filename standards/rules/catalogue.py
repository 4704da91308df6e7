"""Rules of the 卷内目录: classes, numbers in a class, order by date. What the list leaves out is not judged."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from base.text.dates import PartialDate
from standards.profiles import Profile
from standards.registry import Rule
from standards.rules.facts import CatalogueRow, DossierFacts
from standards.rules.spans import span
from standards.schemes import Scheme, load_scheme
from standards.values import Finding

_CODE = re.compile(r"[0-9]+(?:-[0-9]+)*")
# Papers that came later are entered in the spare lines at the end of their class: up to this share of the class.
_LATE_SHARE = 4
_LATE_REMARK = re.compile("零散|补充?(?:材料|归|入|收)|后补|续补|新增|追加")


@dataclass(frozen=True, slots=True)
class _Item:
    """One material by its class and number: a line of the catalogue, or a folder where there is no catalogue."""

    class_code: str
    number: str
    row: CatalogueRow | None = None


def judge_catalogue(facts: DossierFacts, profile: Profile) -> list[Finding]:
    """Codes, numbers and order of one dossier; from the names of its folders where it has no 卷内目录."""
    items = _items(facts)
    if not any(item.class_code for item in items):
        return []
    scheme = load_scheme(profile.scheme)
    return [
        *_codes(facts.key, items, scheme, profile),
        *_numbers(facts.key, items, profile),
        *_order(facts.key, facts.catalogue, scheme, profile),
        *_total(facts, profile),
    ]


def _items(facts: DossierFacts) -> list[_Item]:
    if facts.catalogue:
        return [_Item(row.class_code, row.number, row) for row in facts.catalogue]
    # `9-1-2` is item 2 of class 9-1; a key without a hyphen names no class.
    return [_Item(*material.key.rpartition("-")[::2]) for material in facts.materials if "-" in material.key]


def _codes(key: str, items: Sequence[_Item], scheme: Scheme, profile: Profile) -> Iterator[Finding]:
    """2.2: the class must be one of the scheme's; where a class is split, all of its papers are.

    One finding a code. Classes that are written by their names are not judged: names differ between editions.
    """
    rule = profile.rule("class.code")
    if rule is None:
        return
    split = {item.class_code.partition("-")[0] for item in items if "-" in item.class_code}
    for code in dict.fromkeys(item.class_code for item in items if _CODE.fullmatch(item.class_code)):
        found = scheme.find(code, profile.class_codes_also)
        every = rule.limit == "second-level"
        bare = found is not None and scheme.has_second_level(found.code) and (every or found.code in split)
        if found is None or bare:
            those = [item for item in items if item.class_code == code]
            kind = "bare" if bare else "unknown"
            yield _at(rule, key, those[0].row, measured=code, scheme=scheme.title_zh, kind=kind, count=len(those))


def _numbers(key: str, items: Sequence[_Item], profile: Profile) -> Iterator[Finding]:
    """2.3 HR-CAT-SEQ: the numbers inside a class start at 1, without gaps or repeats."""
    rule = profile.rule("class.number")
    if rule is None:
        return
    numbered = [item for item in items if item.class_code and item.number.isascii() and item.number.isdigit()]
    if _runs_through(numbered):
        yield _at(rule, key, numbered[0].row, measured=f"1–{len(numbered)}", kind="running")
        return
    for code in dict.fromkeys(item.class_code for item in numbered):
        yield from _class_numbers(rule, key, code, [item for item in numbered if item.class_code == code])


def _runs_through(items: Sequence[_Item]) -> bool:
    """The list counts its lines from 1 over all classes: one other way of counting, not a gap in each class."""
    several = len({item.class_code for item in items}) > 1
    return several and [int(item.number) for item in items] == list(range(1, len(items) + 1))


def _class_numbers(rule: Rule, key: str, code: str, items: Sequence[_Item]) -> Iterator[Finding]:
    seen: set[int] = set()
    for item in items:
        number = int(item.number)
        if number in seen:
            yield _at(rule, f"{key}/{code}-{number}", item.row, measured=f"{code}-{number}", kind="repeat")
        seen.add(number)
    missing = sorted(set(range(1, max(seen) + 1)) - seen)
    if missing:
        after = next((item.row for item in items if int(item.number) > missing[0]), None)
        yield _at(rule, f"{key}/{code}", after, measured=f"{code}-({span(missing)})", kind="gap")


def _order(key: str, rows: Sequence[CatalogueRow], scheme: Scheme, profile: Profile) -> Iterator[Finding]:
    """2.2 HR-ORD-1: in classes ordered by time, dates do not decrease."""
    rule = profile.rule("material.order")
    if rule is None:
        return
    for code in dict.fromkeys(row.class_code for row in rows):
        known = scheme.find(code)
        if known is None or known.order != "time":
            continue
        breach = _first_breach([row for row in rows if row.class_code == code])
        if breach is not None:
            before, after = breach
            finding = _at(
                rule, f"{key}/{code}", after, measured=_written(after), limit=_written(before), class_name=known.name
            )
            yield replace(finding, severity="info") if known.order_is_memory else finding


def _first_breach(rows: Sequence[CatalogueRow]) -> tuple[CatalogueRow, CatalogueRow] | None:
    """The first line whose date lies before that of the dated line above it.

    Dates in part, conjectured or by the moon do not compare. Late papers at the end of the class, in order among
    themselves, are no breach.
    """
    dated = [row for row in rows if _whole(row.date) and not _LATE_REMARK.search(row.remark)]
    for place, (before, after) in enumerate(pairwise(dated), start=1):
        if _written(after) < _written(before):
            late = dated[place:]
            ordered = all(_written(one) <= _written(two) for one, two in pairwise(late))
            return None if ordered and len(late) * _LATE_SHARE <= len(dated) else (before, after)
    return None


def _whole(date: PartialDate | None) -> bool:
    return date is not None and date.day is not None and not date.lunar and not date.conjectured


def _written(row: CatalogueRow) -> str:
    return row.date.digits if row.date is not None else ""


def _total(facts: DossierFacts, profile: Profile) -> Iterator[Finding]:
    """案卷页数 = 卷内页数之和, where the hand-over list and every line of the catalogue say how many."""
    rule = profile.rule("catalogue.total")
    counts = [row.pages for row in facts.catalogue if row.pages is not None]
    if rule is None or facts.promised is None or not counts or len(counts) < len(facts.catalogue):
        return
    if sum(counts) != facts.promised:
        yield rule.finding(
            file=facts.catalogue[0].list_path, subject=facts.key, measured=sum(counts), limit=facts.promised
        )


def _at(rule: Rule, subject: str, row: CatalogueRow | None, **more: Any) -> Finding:
    """A finding at a line of the list; of a folder it is about no file."""
    place: dict[str, Any] = {} if row is None else {"file": row.list_path, "row": row.row}
    return rule.finding(subject=subject, **place, **more)
