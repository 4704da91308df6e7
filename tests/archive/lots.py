"""A lot ready to be inspected, and the acts that the tests of lots and of rework share."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import inspection, lot_verdict, page_acts
from archive.access import Viewer
from archive.inspection_units import pages_of_unit
from archive.page_acts import NewImage
from archive.store.keys import original_key
from archive.tables import (
    Batch,
    InspectionDefect,
    InspectionDossier,
    InspectionLot,
    InspectionRound,
    InspectionSignature,
    InspectionUnit,
    PageVersion,
    ReworkItem,
)
from base.clock import now
from base.digests import sha256_of_bytes
from base.errors import InputError
from tests.archive.factory import Made, add_batch, add_dossier, make_desks, page_image

ROWS = (InspectionLot, InspectionDossier, InspectionRound, InspectionUnit, InspectionDefect, InspectionSignature, ReworkItem)  # fmt: skip


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Unit east: dossiers 1–3 of four pages (1–4, 5–8, 9–12), inspected by papers; unit west: dossier 4."""
    made = make_desks(tmp_path)
    batch = add_batch(made, "east", "b-east")
    for number, name in enumerate(("张桂兰", "陈秀英", "王建国"), start=1):
        add_dossier(made, batch, f"E-{number}", name)
    add_dossier(made, add_batch(made, "west", "b-west"), "W-1", "李强生")
    with made.office.catalogue.write() as session:
        for each in session.scalars(select(Batch)):
            each.profile, each.state = "personnel-300dpi-colour", "ready"
    return made


@pytest.fixture
def east(made: Made) -> Viewer:
    return made.viewer("east")


@pytest.fixture
def lot(made: Made, east: Viewer) -> int:
    """All of b-east: six papers of class 1, so that one is drawn."""
    with made.office.catalogue.write() as session:
        return inspection.make_lot(session, east, 1, [1, 2, 3], seed="5eed")


def refused(made: Made, act: Callable[[Session], object]) -> str:
    with pytest.raises(InputError) as error, made.office.catalogue.write() as session:
        act(session)
    return error.value.code


def units(session: Session, round_id: int) -> list[InspectionUnit]:
    return list(
        session.scalars(
            select(InspectionUnit).where(InspectionUnit.round_id == round_id).order_by(InspectionUnit.position)
        )
    )


def look_at_all(made: Made, east: Viewer, round_id: int) -> None:
    with made.office.catalogue.write() as session:
        for unit in units(session, round_id):
            inspection.finish_unit(session, east, unit.id)


def sign_both(made: Made, east: Viewer, round_id: int) -> bool:
    with made.office.catalogue.write() as session:
        lot_verdict.sign(session, east, round_id, "processor", "周扫描")
        return lot_verdict.sign(session, east, round_id, "district", "王静")


def new_image(made: Made, text: str) -> NewImage:
    data = page_image(text)
    sha256 = sha256_of_bytes(data)
    made.office.store.put(
        original_key(sha256), io.BytesIO(data), sha256=sha256, size=len(data), media_type="image/jpeg"
    )
    return NewImage(sha256, len(data), original_key(sha256))


def put_in(made: Made, east: Viewer, page_id: int, text: str) -> None:
    """A re-scan that is proposed, checked by the machine and taken."""
    with made.office.catalogue.write() as session:
        page_acts.propose(session, east, page_id, new_image(made, text), "返工")
        version = session.scalars(select(PageVersion).order_by(PageVersion.id.desc()).limit(1)).one()
        version.measured_at = now()
        page_acts.decide(session, east, version.id, accept=True)


def page_of(session: Session, unit_id: int) -> int:
    return pages_of_unit(session, session.get_one(InspectionUnit, unit_id))[0].id


def held(session: Session, unit_id: int) -> list[InspectionDefect]:
    return inspection.defects_of(session, [session.get_one(InspectionUnit, unit_id)])[unit_id]
