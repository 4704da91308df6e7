"""Two units with a front desk each, a person with an accepted dossier and one whose dossier is not accepted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select

from archive import accounts
from archive.access import Viewer
from archive.tables import Dossier, Material, Organization, Page, Person
from base.clock import now
from frontdesk import requests
from frontdesk.requests import Draft
from tests.archive.factory import PASSWORD, Made, add_batch, add_dossier, make_desks

ZONE = ZoneInfo("Asia/Shanghai")
GOOD_ID = "11010519491231002X"


@dataclass
class Desk:
    """`accepted` and `waiting` are dossier ids of the unit `east`, `elsewhere` one of `west`."""

    made: Made
    accepted: int
    waiting: int
    elsewhere: int

    def viewer(self, login: str) -> Viewer:
        return self.made.viewer(login)

    def person(self, dossier_id: int) -> int:
        with self.made.office.catalogue.read() as session:
            person_id = session.get_one(Dossier, dossier_id).person_id
            assert person_id is not None
            return person_id

    def pages(self, dossier_id: int) -> list[int]:
        with self.made.office.catalogue.read() as session:
            order = select(Page.id).where(Page.dossier_id == dossier_id).order_by(Page.position)
            return list(session.scalars(order))

    def request(
        self, dossier_id: int, *, login: str = "desk1", approved_by: str | None = None, **changes: object
    ) -> int:
        """A registered request about the dossier's person by the person; approved where an account is given."""
        with self.made.office.catalogue.write() as session:
            row = requests.register(session, self.viewer(login), draft(self.person(dossier_id), **changes), ZONE)
        if approved_by is not None:
            with self.made.office.catalogue.write() as session:
                requests.approve(session, self.viewer(approved_by), row.id)
        return row.id


def draft(person_id: int, **changes: object) -> Draft:
    values: dict[str, object] = {
        "person_id": person_id, "asker_kind": "self", "asker_name": "张桂兰", "asker_id": GOOD_ID,
        "purpose": "retirement", "wanted": "职工登记表", "evidence": ("id-card",), **changes,
    }  # fmt: skip
    return Draft(**values)  # type: ignore[arg-type]


def make_desk(folder: Path) -> Desk:
    made = make_desks(folder)
    with made.office.catalogue.write() as session:
        for login, name, unit in (("desk1", "孙丽", "east"), ("desk2", "周敏", "east"), ("desk3", "吴昊", "west")):
            row = accounts.make_account(
                session, login, name, PASSWORD, desks=["frontdesk"],
                organization=session.get_one(Organization, made.organizations[unit]),
            )  # fmt: skip
            made.accounts[login] = row.id
    east, west = add_batch(made, "east", "2026-01"), add_batch(made, "west", "2026-02")
    desk = Desk(
        made,
        add_dossier(made, east, "DA-0001", "张桂兰"),
        add_dossier(made, east, "DA-0002", "李建国"),
        add_dossier(made, west, "DX-0001", "张桂兰"),
    )
    with made.office.catalogue.write() as session:
        for person in session.scalars(select(Person)):
            person.id_number = person.id_raw = GOOD_ID
    accept(desk, desk.accepted)
    accept(desk, desk.elsewhere)
    return desk


def accept(desk: Desk, dossier_id: int) -> None:
    with desk.made.office.catalogue.write() as session:
        dossier = session.get_one(Dossier, dossier_id)
        dossier.state, dossier.accepted_at = "accepted", now()


def set_class(desk: Desk, dossier_id: int, class_code: str) -> None:
    """Puts all materials of a dossier into one class."""
    with desk.made.office.catalogue.write() as session:
        for material in session.scalars(select(Material).where(Material.dossier_id == dossier_id)):
            material.class_code = class_code
