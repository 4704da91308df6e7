"""Hits and facets as the page shows them: words marked, names of the field, where a click leads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from archive.access import Viewer
from archive.unit_choices import unit_choices
from base.errors import AccessError, InputError
from base.messages import message
from frontdesk.policy import class_name_code
from ingest.find import FacetLine, FindAnswer
from ingest.found import Found
from search.highlight import marks
from search.index import FacetName, Kind, Sort
from search.query import Leaf, parse_query
from web import frame, security
from web.search.line import groups, with_term, without_term

KIND_NAMES: dict[str, Any] = {"": _l("全部"), "page": _l("页"), "material": _l("材料"), "person": _l("人员")}
SORT_NAMES: dict[Sort, Any] = {"relevance": _l("相关"), "archive_no": _l("档号"), "date": _l("日期")}
FACET_NAMES: dict[FacetName, Any] = {
    "class": _l("类"), "decade": _l("年代"), "enterprise": _l("单位"), "district": _l("区县"),
}  # fmt: skip
_MOST_VALUES = 10
# What a facet adds: codes and ids, short enough to hold no words of anybody's.
_TERM = re.compile(
    r"class:(?:[0-9A-Za-z]{1,6}|[^\W_]{1,2})(?:-[0-9A-Za-z]{1,6}){0,4}"
    r"|year:(?P<decade>[0-9]{3})0\.\.(?P=decade)9|unit:#[0-9]{1,15}"
)
# Fields of the query that stand above the hits as something that can be taken away again.
_CHIPS = {"class": _l("类"), "year": _l("年份"), "unit": _l("单位")}


@dataclass(frozen=True, slots=True)
class HitLine:
    """A hit as it is shown; `address` is None where this desk has no screen for it, `picture` where it may see no page."""

    hit: Found
    title: Markup
    snippet: Markup
    class_name: str
    address: str | None
    picture: str | None


@dataclass(frozen=True, slots=True)
class FacetChoice:
    """A value of a facet; `term` is what a click adds to the query, or takes from it where it is `chosen`."""

    label: str
    count: int
    term: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """A term of the query that narrows it, as words; it can be taken away."""

    label: str
    term: str


def kinds_of(me: Viewer) -> tuple[Kind, ...]:
    """Clerks search all; the front desk people and titles, for it sees pages only within a request; others nothing."""
    if me.works_at("clerk"):
        return ("person", "material", "page")
    if me.works_at("frontdesk"):
        return ("person", "material")
    raise AccessError("access.denied")


def hit_lines(me: Viewer, query: str, answer: FindAnswer, way: dict[str, Any]) -> list[HitLine]:
    """`way` goes into the address of a page: the handles of the words to mark and of the list it stands in."""
    leaves = parse_query(query).looked_for()
    return [
        HitLine(
            hit,
            marked(hit.title, leaves),
            marked(hit.snippet, leaves, hit.shown),
            class_name(hit.class_code) if hit.class_code else "",
            _address(me, hit, way),
            _picture(me, hit),
        )
        for hit in answer.hits
    ]


def marked(text: str, leaves: Sequence[Leaf], shown: str = "") -> Markup:
    """`text` with the words of the query in `<mark>`; `shown`, as long as it, is what stands there instead."""
    shown = shown or text
    parts, done = [], 0
    for start, end in marks(text, leaves):
        parts += [escape(shown[done:start]), Markup("<mark>"), escape(shown[start:end]), Markup("</mark>")]
        done = end
    return Markup("").join([*parts, escape(shown[done:])])


def class_name(code: str) -> str:
    """A class with its name: `九 招用、工资、任免、退休类`; a sub-class has its number before the name of its class, as its own
    name depends on the edition that its dossier was made by."""
    name = message(class_name_code(code), frame.language())
    return f"{code} {name}" if "-" in code else name


def facet_choices(query: str, facets: dict[FacetName, tuple[FacetLine, ...]]) -> list[tuple[Any, list[FacetChoice]]]:
    """The facets that tell hits apart, each with its first values; what is chosen already always stands there."""
    terms = {item.written for group in groups(query) if len(group) == 1 for item in group}
    shown = []
    for name, label in FACET_NAMES.items():
        choices = [_choice(name, line, terms) for line in facets.get(name, ())]
        # A class that a list wrote as a sentence is no value to choose.
        choices = [each for each in choices if _TERM.fullmatch(each.term)]
        choices = [*choices[:_MOST_VALUES], *(each for each in choices[_MOST_VALUES:] if each.chosen)]
        if len(choices) > 1 or any(each.chosen for each in choices):
            shown.append((label, choices))
    return shown


def chips(query: str, facets: dict[FacetName, tuple[FacetLine, ...]]) -> list[Chip]:
    """The narrowing terms of the query, each as words."""
    items = [group[0] for group in groups(query) if len(group) == 1]
    units = {line.value: line.name for lines in facets.values() for line in lines if line.name}
    if any(item.field == "unit" and item.value.startswith("#") and item.value[1:] not in units for item in items):
        # A unit between district and enterprise stands in no facet.
        units |= _unit_names()
    return [
        Chip(f"{_CHIPS[item.field]} {_value(item.field, item.value, units)}", item.written)
        for item in items
        if item.field in _CHIPS and not item.minus
    ]


def _unit_names() -> dict[str, str]:
    with frame.office().catalogue.read() as session:
        return {str(unit.id): unit.name for unit in unit_choices(session, frame.viewer())}


def narrowed(query: str, *, add: str, drop: str) -> str:
    """The query after a click on a facet or a chip. InputError `search.narrow` where no facet could add `add`."""
    if add and not _TERM.fullmatch(add):
        raise InputError("search.narrow")
    return with_term(query, add) if add else without_term(query, drop)


def page_ids(hits: Iterable[Found]) -> list[int]:
    """The pages among the hits, in their order: what the viewer goes on to."""
    return [hit.page_id for hit in hits if hit.kind == "page" and hit.page_id is not None]


def _choice(name: FacetName, line: FacetLine, terms: set[str]) -> FacetChoice:
    if name == "class":
        label, term = class_name(line.value), f"class:{line.value}"
    elif name == "decade":
        label, term = str(_("%(year)s 年代", year=line.value)), f"year:{line.value}..{int(line.value) + 9}"
    else:
        label, term = line.name or line.value, f"unit:#{line.value}"
    return FacetChoice(label, line.count, term, term in terms)


def _value(field: str, value: str, units: dict[str, str]) -> str:
    if field == "class":
        return class_name(value)
    if field == "unit" and value.startswith("#"):
        return units.get(value[1:], value)
    return value


def _picture(me: Viewer, hit: Found) -> str | None:
    if hit.page_id is None or hit.picture is None or not me.works_at("clerk"):
        return None
    return url_for("clerk.image", page_id=hit.page_id, size="thumb", version=hit.picture, of=security.picture_mark())


def _address(me: Viewer, hit: Found, way: dict[str, Any]) -> str | None:
    """Clerks go to the page with the words marked, or to the dossier; the front desk to the person."""
    if me.works_at("clerk"):
        if hit.page_id is not None:
            # A value of None is left out of the address.
            return url_for("clerk.viewer_page", page_id=hit.page_id, **(way if hit.kind == "page" else {}))
        if hit.dossier_id is not None:
            return url_for("clerk.dossier_page", dossier_id=hit.dossier_id)
    if me.works_at("frontdesk") and hit.person_id is not None:
        return url_for("frontdesk.person", person_id=hit.person_id)
    return None
