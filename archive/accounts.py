"""Accounts and units: making them, signing in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import DESKS, Viewer
from archive.audit import record
from archive.tables import Account, Organization
from base.clock import lasts, now
from base.errors import AccessError, InputError

MIN_PASSWORD = 8
_TRIES = 5
_LOCKED = timedelta(minutes=10)
_hasher = PasswordHasher()


def make_organization(session: Session, name: str, kind: str, parent: Organization | None = None) -> Organization:
    """Adds a unit below `parent`."""
    unit = Organization(name=name, kind=kind, parent_id=parent.id if parent else None)
    session.add(unit)
    session.flush()
    unit.path = f"{parent.path if parent else '/'}{unit.id}/"
    session.flush()
    return unit


def find_or_make_enterprise(session: Session, name: str, parent: Organization) -> Organization:
    """The enterprise of that name below `parent`, made where it is new."""
    known = session.scalar(
        select(Organization).where(
            Organization.name == name, Organization.kind == "enterprise", Organization.parent_id == parent.id
        )
    )
    return known or make_organization(session, name, "enterprise", parent)


def root_organization(session: Session) -> Organization:
    """The office itself: the unit above all others."""
    return session.scalars(
        select(Organization).where(Organization.parent_id.is_(None)).order_by(Organization.id).limit(1)
    ).one()


def make_account(
    session: Session, login: str, name: str, password: str, *, desks: Sequence[str], organization: Organization
) -> Account:
    """InputError `account.exists` / `account.weak-password`."""
    must_be_strong(password)
    if session.scalar(select(Account.id).where(Account.login == login)) is not None:
        raise InputError("account.exists", login=login)
    account = Account(
        login=login,
        name=name,
        password_hash=_hasher.hash(password),
        desks=list(desks),
        organization_id=organization.id,
        created_at=now(),
    )
    session.add(account)
    session.flush()
    return account


def add_account(
    session: Session, viewer: Viewer, login: str, name: str, password: str, *, desks: Sequence[str], unit: str = ""
) -> Account:
    """An account of the unit of that name (empty: the office itself), with its line in the trail.

    InputError `account.no-desk`, `account.no-name`, `account.no-unit`, `account.several-units`, and as `make_account`.
    """
    unknown = [desk for desk in desks if desk not in DESKS]
    if unknown or not desks:
        raise InputError("account.no-desk", desk="、".join(unknown), known="、".join(DESKS))
    if not login.strip() or not name.strip():
        raise InputError("account.no-name")
    owner = _unit_named(session, unit) if unit else root_organization(session)
    account = make_account(session, login.strip(), name.strip(), password, desks=desks, organization=owner)
    record(session, viewer, "account.make", f"account:{account.id}", desks=list(desks), organization=owner.id)
    return account


def _unit_named(session: Session, name: str) -> Organization:
    found = session.scalars(select(Organization).where(Organization.name == name)).all()
    if len(found) > 1:
        raise InputError("account.several-units", name=name, count=len(found))
    if not found:
        raise InputError("account.no-unit", name=name)
    return found[0]


def list_accounts(session: Session) -> list[Account]:
    """All accounts by login, those that are off too."""
    return list(session.scalars(select(Account).order_by(Account.login)))


def account_line(account: Account) -> dict[str, Any]:
    """An account as lists tell it: login, name, desks, unit, active."""
    return {
        "login": account.login, "name": account.name, "desks": list(account.desks), "unit": account.organization.name,
        "active": account.active,
    }  # fmt: skip


def switch_off(session: Session, viewer: Viewer, login: str) -> None:
    """The account signs in no more and its open sessions end; what it did stays under its name. Off twice is off.

    InputError `account.unknown`, `account.last-admin`: somebody must be able to look after the office.
    """
    account = session.scalar(select(Account).where(Account.login == login))
    if account is None:
        raise InputError("account.unknown", login=login)
    if not account.active:
        return
    others = session.scalars(select(Account).where(Account.active, Account.id != account.id))
    if "admin" in account.desks and not any("admin" in other.desks for other in others):
        raise InputError("account.last-admin", login=login)
    account.active = False
    record(session, viewer, "account.off", f"account:{account.id}")


def must_be_strong(password: str) -> None:
    """InputError `account.weak-password`; length is what counts."""
    if len(password) < MIN_PASSWORD:
        raise InputError("account.weak-password", limit=MIN_PASSWORD)


def set_password(session: Session, login: str, password: str) -> None:
    """InputError `account.weak-password`, AccessError `account.wrong` for an unknown login."""
    must_be_strong(password)
    account = session.scalar(select(Account).where(Account.login == login))
    if account is None:
        raise AccessError("account.wrong")
    account.password_hash = _hasher.hash(password)
    account.failed_sign_ins, account.locked_until = 0, None


@cache
def _nobody() -> str:
    """Verified where the login is unknown, so that the answer takes as long as for a known one."""
    return _hasher.hash("nobody has this password")


def sign_in(session: Session, login: str, password: str) -> Account | AccessError:
    """The account, or why not. The error is returned, not raised, so that the count of wrong tries is committed."""
    account = session.scalar(select(Account).where(Account.login == login, Account.active))
    if account is None:
        _matches(_nobody(), password)
        return AccessError("account.wrong")
    if account.locked_until and lasts(account.locked_until, _LOCKED):
        return AccessError("account.locked", minutes=_minutes(_LOCKED))
    if _matches(account.password_hash, password):
        account.failed_sign_ins, account.locked_until = 0, None
        return account
    account.failed_sign_ins += 1
    if account.failed_sign_ins >= _TRIES:
        account.failed_sign_ins, account.locked_until = 0, now() + _LOCKED
    return AccessError("account.wrong")


def set_preferences(session: Session, account_id: int, **changes: Any) -> None:
    account = session.get_one(Account, account_id)
    account.preferences = {**account.preferences, **changes}


def active_account(session: Session, account_id: int) -> Account | None:
    account = session.get(Account, account_id)
    return account if account is not None and account.active else None


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except VerifyMismatchError:
        return False


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)
