"""利用登记簿: every request with the columns of facts/personnel.md §3.2, newest first, and as rows for a sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from archive import audit
from archive.access import Viewer, scoped
from archive.tables import Decision, Dossier, Person, Request
from base.messages import Language, message
from base.text.identity import mask
from frontdesk.people import dossiers_by_person, place_names
from frontdesk.requests import STATES

COLUMNS = (
    "serial", "archive_no", "person", "id_masked", "place", "unit", "kind", "asker", "asker_kind", "asker_id",
    "asker_phone", "asker_unit", "evidence", "purpose", "wanted", "started", "finished", "decision", "decided_by",
    "decided_at", "operator", "copies", "pages", "state",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filters:
    """What the register is narrowed to. Days are in the office's zone, both ends included."""

    state: str = ""
    text: str = ""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the register. `decision` is approve, refuse or empty; ID numbers are masked."""

    id: int
    serial: str
    archive_no: str
    person_id: int
    person: str
    id_masked: str
    place: str
    unit: str
    asker: str
    asker_kind: str
    asker_id: str
    asker_phone: str
    asker_unit: str
    evidence: tuple[str, ...]
    purpose: str
    wanted: str
    started: datetime
    finished: datetime | None
    decision: str
    reason: str
    decided_by: str
    decided_at: datetime | None
    operator: str
    copies: int
    pages: int
    state: str


def entries(
    session: Session, viewer: Viewer, filters: Filters, zone: ZoneInfo, *, before: int | None = None, limit: int = 50
) -> tuple[list[Entry], int | None]:
    """The newest requests first, and the id to go on before (None at the end)."""
    statement = (
        _narrowed(select(Request).options(*_KNOWN), viewer, filters, zone).order_by(Request.id.desc()).limit(limit + 1)
    )
    if before is not None:
        statement = statement.where(Request.id < before)
    rows = session.scalars(statement).all()
    found = _entries(session, viewer, rows[:limit])
    return found, found[-1].id if len(rows) > limit else None


def today(session: Session, viewer: Viewer, zone: ZoneInfo, at: datetime) -> list[Entry]:
    """What the desk opens on: the requests of the day, and older ones that still wait."""
    start = datetime.combine(at.astimezone(zone).date(), time(), zone)
    statement = scoped(
        select(Request)
        .options(*_KNOWN)
        .where(or_(Request.created_at >= start, Request.state.in_(["registered", "approved"])))
        .order_by(Request.id.desc())
        .limit(100),
        viewer,
        Request,
    )
    return _entries(session, viewer, session.scalars(statement).all())


def requests_of_person(session: Session, viewer: Viewer, person_id: int) -> list[Entry]:
    """The latest requests about one person."""
    statement = select(Request).options(*_KNOWN).where(Request.person_id == person_id)
    statement = statement.order_by(Request.id.desc()).limit(20)
    return _entries(session, viewer, session.scalars(scoped(statement, viewer, Request)).all())


def state_counts(session: Session, viewer: Viewer) -> dict[str, int]:
    """How many requests stand in each state."""
    statement = scoped(select(Request.state, func.count()).group_by(Request.state), viewer, Request)
    return dict.fromkeys(STATES, 0) | {str(state): int(count) for state, count in session.execute(statement)}


def _narrowed(
    statement: Select[tuple[Request]], viewer: Viewer, filters: Filters, zone: ZoneInfo
) -> Select[tuple[Request]]:
    statement = scoped(statement, viewer, Request)
    if filters.state in STATES:
        statement = statement.where(Request.state == filters.state)
    if filters.first is not None:
        statement = statement.where(Request.created_at >= datetime.combine(filters.first, time(), zone))
    if filters.last is not None:
        end = datetime.combine(filters.last + timedelta(days=1), time(), zone)
        statement = statement.where(Request.created_at < end)
    if filters.text:
        text = filters.text.strip()
        statement = statement.join(Person, Person.id == Request.person_id).where(
            or_(
                Request.serial.endswith(text, autoescape=True),
                Request.asker_name.startswith(text, autoescape=True),
                Person.name.startswith(text, autoescape=True),
            )
        )
    return statement


def entry_of(session: Session, viewer: Viewer, row: Request) -> Entry:
    return _entries(session, viewer, [row])[0]


_KNOWN = (
    joinedload(Request.person).joinedload(Person.organization),
    joinedload(Request.account),
    selectinload(Request.decisions).joinedload(Decision.account),
    selectinload(Request.copies),
)


def _entries(session: Session, viewer: Viewer, rows: Sequence[Request]) -> list[Entry]:
    """The lines of requests, with as many statements however many they are."""
    held = dossiers_by_person(session, viewer, list({row.person_id for row in rows}))
    places = place_names(session, [each.place_id for dossiers in held.values() for each in dossiers])
    return [_entry(row, held.get(row.person_id, []), places) for row in rows]


def _entry(row: Request, dossiers: Sequence[Dossier], places: Mapping[int | None, str]) -> Entry:
    person = row.person
    last = row.decisions[-1] if row.decisions else None
    decided = last if last is not None and last.kind != "reopen" else None
    return Entry(
        id=row.id,
        serial=row.serial,
        archive_no="、".join(each.archive_no or each.key for each in dossiers),
        person_id=person.id,
        person=person.name,
        id_masked=mask(person.id_number or person.id_raw),
        place="、".join(filter(None, (places[each.place_id] for each in dossiers))),
        unit=person.organization.name,
        asker=row.asker_name,
        asker_kind=row.asker_kind,
        asker_id=mask(row.asker_id),
        asker_phone=row.asker_phone,
        asker_unit=row.asker_unit,
        evidence=tuple(code for code in row.evidence.split(",") if code),
        purpose=row.purpose,
        wanted=row.wanted,
        started=row.created_at,
        finished=row.finished_at,
        operator=row.account.name,
        copies=len(row.copies),
        pages=sum(len(copy.pages) for copy in row.copies),
        state=row.state,
        **_decided(decided),
    )


def _decided(decision: Decision | None) -> dict[str, Any]:
    if decision is None:
        return {"decision": "", "reason": "", "decided_by": "", "decided_at": None}
    return {
        "decision": decision.kind,
        "reason": decision.reason,
        "decided_by": decision.account.name,
        "decided_at": decision.made_at,
    }


def purpose_words(purpose: str, language: Language) -> str:
    """`notary:房产` in words: 公证 房产."""
    code, _, note = purpose.partition(":")
    name = message(f"frontdesk.purpose.{code}", language)
    return f"{name} {note}" if note else name


def sheet(
    session: Session, viewer: Viewer, filters: Filters, zone: ZoneInfo, language: Language
) -> tuple[list[str], list[list[str | int]]]:
    """Headings and rows of the register as a sheet; taking it out is an act of the trail (the caller's transaction writes)."""
    heads = [message(f"frontdesk.column.{column}", language) for column in COLUMNS]
    rows = [_row(entry, zone, language) for entry in _all(session, viewer, filters, zone)]
    audit.record(session, viewer, "register.export", "register:all", rows=len(rows))
    return heads, rows


def _all(session: Session, viewer: Viewer, filters: Filters, zone: ZoneInfo) -> Iterator[Entry]:
    before: int | None = None
    while True:
        found, before = entries(session, viewer, filters, zone, before=before, limit=200)
        yield from found
        if before is None:
            return


def _row(entry: Entry, zone: ZoneInfo, language: Language) -> list[str | int]:
    def when(moment: datetime | None) -> str:
        return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M") if moment else ""

    def words(codes: Sequence[str], area: str) -> str:
        return "、".join(message(f"frontdesk.{area}.{code}", language) for code in codes)

    decision = {"approve": message("frontdesk.state.approved", language)}.get(entry.decision, "")
    if entry.decision == "refuse":
        colon = "：" if language == "zh_CN" else ": "
        decision = f"{message('frontdesk.state.refused', language)}{colon}{entry.reason}"
    return [
        entry.serial, entry.archive_no, entry.person, entry.id_masked, entry.place, entry.unit,
        message("frontdesk.kind.copy" if entry.copies else "frontdesk.kind.consult", language), entry.asker,
        words((entry.asker_kind,), "asker"), entry.asker_id, entry.asker_phone, entry.asker_unit,
        words(entry.evidence, "evidence"), purpose_words(entry.purpose, language), entry.wanted, when(entry.started),
        when(entry.finished), decision, entry.decided_by, when(entry.decided_at), entry.operator, entry.copies,
        entry.pages, words((entry.state,), "state"),
    ]  # fmt: skip
