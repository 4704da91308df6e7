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

from archive.tables import Account, Organization
from base.clock import now
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
    if account.locked_until and account.locked_until > now():
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
