"""利用申请: registered with the evidence shown, decided by whom the policy names, finished. Every step is in the trail."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import audit
from archive.access import Viewer, scoped
from archive.serials import next_serial
from archive.tables import Decision, Person, Request
from base.clock import now
from base.errors import AccessError, InputError
from base.text.identity import parse
from base.text.normalise import fold
from frontdesk.errors import DeskError, Words
from frontdesk.people import dossiers_of, person_row
from frontdesk.policy import AskerPolicy, is_officer, may_decide, policy_of, purposes

STATES = ("registered", "approved", "refused", "done")


@dataclass(frozen=True, slots=True)
class Draft:
    """What the desk took down. `evidence` are codes of the policy's `needs`; `purpose_note` completes the purpose."""

    person_id: int
    asker_kind: str
    asker_name: str
    asker_id: str
    purpose: str
    wanted: str
    evidence: tuple[str, ...] = ()
    asker_phone: str = ""
    asker_unit: str = ""
    purpose_note: str = ""


def register(session: Session, viewer: Viewer, draft: Draft, zone: ZoneInfo) -> Request:
    """Writes the request down under the next serial of the year; decides nothing yet.

    InputError `frontdesk.…` names what is missing or wrong; AccessError `not-found` for a person of another unit.
    """
    account_id = _account(viewer)
    policy = policy_of(draft.asker_kind)
    person = person_row(session, viewer, draft.person_id)
    _check(policy, draft, person)
    at = now()
    dossiers = dossiers_of(session, viewer, person.id)
    request = Request(
        serial=next_serial(session, f"L-{at.astimezone(zone).year}"),
        organization_id=person.organization_id,
        person_id=person.id,
        dossier_id=dossiers[0].id if len(dossiers) == 1 else None,
        asker_kind=policy.code,
        asker_name=draft.asker_name,
        asker_id=parse(draft.asker_id).normalised or draft.asker_id,
        asker_phone=draft.asker_phone,
        asker_unit=draft.asker_unit,
        evidence=",".join(code for code in policy.needs if code in draft.evidence),
        purpose=f"{draft.purpose}:{draft.purpose_note}" if draft.purpose_note else draft.purpose,
        wanted=draft.wanted,
        state="registered",
        account_id=account_id,
        created_at=at,
    )
    session.add(request)
    session.flush()
    _trace(session, viewer, request, "request.register", asker_kind=policy.code, purpose=draft.purpose)
    return request


def _check(policy: AskerPolicy, draft: Draft, person: Person) -> None:
    if draft.purpose not in purposes():
        raise InputError("frontdesk.unknown-choice", value=draft.purpose[:40])
    if draft.purpose == "other" and not draft.purpose_note:
        raise InputError("frontdesk.purpose-other")
    missing = [code for code in policy.needs if code not in draft.evidence]
    if missing:
        raise DeskError(
            "frontdesk.evidence-missing", missing=Words(tuple(f"frontdesk.evidence.{code}" for code in missing))
        )
    number = parse(draft.asker_id)
    if draft.asker_id[:1].isdigit() and number.state not in ("ok", "old"):
        problem = Words((f"frontdesk.id-problem.{number.state}",))
        raise DeskError("frontdesk.asker-id", value=draft.asker_id[:30], problem=problem)
    if policy.code == "self" and not _same(draft, person):
        raise InputError("frontdesk.self-differs")


def _same(draft: Draft, person: Person) -> bool:
    """Whether the card shown is the person's: by name, and by number where the catalogue has a usable one."""
    if fold(draft.asker_name) not in (fold(person.name), fold(person.former_name)):
        return False
    return person.id_number is None or parse(draft.asker_id).normalised == person.id_number


def find_request(session: Session, viewer: Viewer, request_id: int, *, lock: bool = False) -> Request:
    """AccessError `not-found` where there is none or the viewer may not see it. `lock` holds the row till the end."""
    statement = scoped(select(Request).where(Request.id == request_id), viewer, Request)
    request: Request | None = session.scalar(statement.with_for_update() if lock else statement)
    if request is None:
        raise AccessError("not-found")
    return request


def approve(session: Session, viewer: Viewer, request_id: int) -> Request:
    """From registered to approved, by whom the policy names."""
    return _decide(session, viewer, request_id, "approve", "approved", "")


def refuse(session: Session, viewer: Viewer, request_id: int, reason: str) -> Request:
    """From registered to refused. A refusal gives its reason: 个人信息保护法 Art. 45, 49, 50."""
    if not reason.strip():
        raise InputError("frontdesk.reason-missing")
    return _decide(session, viewer, request_id, "refuse", "refused", reason.strip())


def reopen(session: Session, viewer: Viewer, request_id: int) -> Request:
    """Undoes a decision, as long as nothing was copied on it."""
    request = find_request(session, viewer, request_id, lock=True)
    _must_decide(viewer, request)
    if request.state not in ("approved", "refused") or request.copies:
        raise _wrong_state(request)
    return _write_decision(session, viewer, request, "reopen", "registered", "")


def finish(session: Session, viewer: Viewer, request_id: int) -> Request:
    """办结: the papers are handed over."""
    viewer.must_work_at("frontdesk")
    request = find_request(session, viewer, request_id, lock=True)
    if request.state != "approved":
        raise _wrong_state(request)
    request.state, request.finished_at = "done", now()
    _trace(session, viewer, request, "request.finish", copies=len(request.copies))
    return request


def _decide(session: Session, viewer: Viewer, request_id: int, kind: str, state: str, reason: str) -> Request:
    request = find_request(session, viewer, request_id, lock=True)
    _must_decide(viewer, request)
    if request.state != "registered":
        raise _wrong_state(request)
    return _write_decision(session, viewer, request, kind, state, reason)


def _must_decide(viewer: Viewer, request: Request) -> None:
    policy = policy_of(request.asker_kind)
    if not may_decide(policy, viewer, request.account_id):
        raise DeskError("frontdesk.not-your-decision", approver=Words((f"frontdesk.approver.{policy.approver}",)))


def _write_decision(session: Session, viewer: Viewer, request: Request, kind: str, state: str, reason: str) -> Request:
    officer = is_officer(viewer, request.account_id)
    at = now()
    request.state, request.reason = state, reason
    request.finished_at = at if state == "refused" else None
    request.decisions.append(
        Decision(kind=kind, officer=officer, reason=reason, account_id=_account(viewer), made_at=at)
    )
    _trace(session, viewer, request, f"request.{kind}", officer=officer)
    return request


def approved_by_officer(request: Request) -> bool:
    """Whether the decision in force is an officer's."""
    return request.state in ("approved", "done") and bool(request.decisions) and request.decisions[-1].officer


def _wrong_state(request: Request) -> InputError:
    return DeskError("frontdesk.wrong-state", serial=request.serial, state=Words((f"frontdesk.state.{request.state}",)))


def _account(viewer: Viewer) -> int:
    viewer.must_work_at("frontdesk")
    if viewer.account_id is None:
        raise AccessError("frontdesk.account-needed")
    return viewer.account_id


def _trace(session: Session, viewer: Viewer, request: Request, action: str, **detail: object) -> None:
    audit.record(
        session, viewer, action, f"request:{request.id}", dossier_id=request.dossier_id, request_id=request.id, **detail
    )
