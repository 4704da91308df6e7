"""The chain of the audit trail shows every kind of tampering."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, update

from archive import audit
from archive.access import machine_viewer
from archive.catalogue import Catalogue
from archive.tables import AuditEntry

WHO = machine_viewer("tester")


@pytest.fixture
def trail(catalogue: Catalogue) -> Catalogue:
    with catalogue.write() as session:
        for page in range(1, 6):
            audit.record(session, WHO, "page.view", f"page:{page}", dossier_id=1, reason="核对")
    return catalogue


def _bad(catalogue: Catalogue) -> tuple[int, ...]:
    with catalogue.read() as session:
        return audit.verify(session).bad


def test_an_untouched_trail_is_good(trail: Catalogue) -> None:
    with trail.read() as session:
        assert audit.verify(session) == audit.AuditCheck(checked=5, bad=())


@pytest.mark.parametrize(
    "change", [{"actor": "account:x"}, {"subject": "page:9"}, {"detail": {"reason": ""}}, {"dossier_id": None}]
)
def test_a_changed_line_is_named(trail: Catalogue, change: dict[str, object]) -> None:
    with trail.write() as session:
        session.execute(update(AuditEntry).where(AuditEntry.id == 3).values(**change))
    assert _bad(trail) == (3,)


def test_a_line_taken_out_is_seen_at_the_next(trail: Catalogue) -> None:
    with trail.write() as session:
        session.execute(delete(AuditEntry).where(AuditEntry.id == 3))
    assert _bad(trail) == (4,)


def test_the_act_and_its_line_are_committed_together(catalogue: Catalogue) -> None:
    with pytest.raises(RuntimeError), catalogue.write() as session:
        audit.record(session, WHO, "page.view", "page:1")
        raise RuntimeError("the act failed")
    with catalogue.read() as session:
        assert session.scalars(select(AuditEntry)).all() == []
