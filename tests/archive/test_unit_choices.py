"""The units that a form offers are those in sight."""

from __future__ import annotations

from pathlib import Path

from archive import accounts
from archive.access import viewer_of
from archive.tables import Account, Organization
from archive.unit_choices import unit_choices
from tests.archive.factory import make_desks


def test_an_account_chooses_among_its_own_unit_and_those_below(tmp_path: Path) -> None:
    made = make_desks(tmp_path)
    with made.office.catalogue.write() as session:
        account = session.get_one(Account, made.accounts["east"])
        own = session.get_one(Organization, account.organization_id)
        accounts.find_or_make_enterprise(session, "甲厂", own)
        choices = unit_choices(session, viewer_of(session, account))
    assert [(each.name, each.enterprise) for each in choices] == [(own.name, own.kind == "enterprise"), ("甲厂", True)]
