"""Signing in, being locked out, and what an account sees of the tree of units."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from archive import accounts
from archive.access import Viewer, machine_viewer, scoped, viewer_of
from archive.catalogue import Catalogue
from archive.tables import Account, Batch, Organization
from base.clock import now
from base.errors import AccessError, InputError


@pytest.fixture
def office(catalogue: Catalogue) -> Catalogue:
    with catalogue.write() as session:
        district = accounts.make_organization(session, "甲区", "district")
        street = accounts.make_organization(session, "乙街道", "street", district)
        other = accounts.make_organization(session, "丙街道", "street", district)
        accounts.make_account(session, "li", "李", "password-li", desks=["clerk"], organization=street)
        accounts.make_account(session, "admin", "管", "password-ad", desks=["admin"], organization=district)
        for unit in (district, street, other):
            session.add(Batch(name=unit.name, organization_id=unit.id, created_at=now()))
    return catalogue


def _viewer(catalogue: Catalogue, login: str) -> Viewer:
    with catalogue.read() as session:
        return viewer_of(session, session.scalars(select(Account).where(Account.login == login)).one())


def _batches(catalogue: Catalogue, viewer: Viewer) -> list[str]:
    with catalogue.read() as session:
        return sorted(session.scalars(scoped(select(Batch.name), viewer, Batch)))


def test_an_account_sees_its_unit_and_all_below(office: Catalogue) -> None:
    assert _batches(office, _viewer(office, "li")) == ["乙街道"]
    assert _batches(office, _viewer(office, "admin")) == sorted(["甲区", "乙街道", "丙街道"])
    assert _batches(office, machine_viewer("root")) == sorted(["甲区", "乙街道", "丙街道"])


def test_a_unit_is_not_found_by_the_beginning_of_another_ones_number(catalogue: Catalogue) -> None:
    with catalogue.write() as session:
        top = accounts.make_organization(session, "区", "district")
        units = [accounts.make_organization(session, f"街道{i}", "street", top) for i in range(25)]
        one, ten = (
            units[0],
            next(unit for unit in units if str(unit.id).startswith(str(units[0].id)) and unit != units[0]),
        )
        accounts.make_account(session, "one", "一", "password-1", desks=["clerk"], organization=one)
        ten_id = ten.id
    assert ten_id not in (_viewer(catalogue, "one").organisations or frozenset())


def test_nobody_sees_anything_without_units(office: Catalogue) -> None:
    assert _batches(office, Viewer("account:x", 9, "x", frozenset({"clerk"}), frozenset())) == []


def test_desks_are_checked(office: Catalogue) -> None:
    clerk, admin = _viewer(office, "li"), _viewer(office, "admin")
    clerk.must_work_at("clerk")
    admin.must_work_at("frontdesk")
    with pytest.raises(AccessError, match="may not"):
        clerk.must_work_at("frontdesk")


def _sign_in(catalogue: Catalogue, login: str, password: str) -> Account | AccessError:
    with catalogue.write() as session:
        return accounts.sign_in(session, login, password)


def test_sign_in(office: Catalogue) -> None:
    assert isinstance(_sign_in(office, "li", "password-li"), Account)
    for login, password in (("li", "wrong"), ("nobody", "password-li"), ("li", "")):
        answer = _sign_in(office, login, password)
        assert isinstance(answer, AccessError)
        assert answer.code == "account.wrong"


def test_five_wrong_tries_lock_even_the_right_password_out_for_a_while(office: Catalogue) -> None:
    for _ in range(5):
        _sign_in(office, "li", "wrong")
    answer = _sign_in(office, "li", "password-li")
    assert isinstance(answer, AccessError)
    assert answer.code == "account.locked"
    with office.write() as session:
        session.scalars(select(Account).where(Account.login == "li")).one().locked_until = now() - timedelta(seconds=1)
    assert isinstance(_sign_in(office, "li", "password-li"), Account)


def test_a_switched_off_account_cannot_sign_in(office: Catalogue) -> None:
    with office.write() as session:
        account = session.scalars(select(Account).where(Account.login == "li")).one()
        account.active = False
        account_id = account.id
    assert isinstance(_sign_in(office, "li", "password-li"), AccessError)
    with office.read() as session:
        assert accounts.active_account(session, account_id) is None


def test_logins_are_taken_once_and_passwords_are_long_enough(office: Catalogue) -> None:
    with office.write() as session:
        unit = session.scalars(select(Organization)).first()
        assert unit is not None
        with pytest.raises(InputError, match="taken"):
            accounts.make_account(session, "li", "李", "password-li", desks=["clerk"], organization=unit)
        with pytest.raises(InputError, match="8 characters"):
            accounts.make_account(session, "new", "新", "short", desks=["clerk"], organization=unit)
