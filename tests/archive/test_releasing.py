"""Ending the locks of originals for a lawful transfer: on record first, and only what these dossiers alone name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.releasing import release
from archive.store.contract import ObjectStore
from archive.tables import AuditEntry, Hold, Page
from base.clock import now
from base.errors import AccessError, InputError, JuanzongError, StorageError
from tests.archive.factory import Made, add_batch, add_dossier, add_version, make_desks, page_image
from tests.archive.store.failing import Delegating


class Locks(Delegating):
    """Remembers whose lock was ended, and what was on record then; `breaks` so often."""

    def __init__(self, store: ObjectStore, made: Made) -> None:
        super().__init__(store)
        self.made, self.ended, self.breaks = made, list[str](), 0

    def release(self, key: str) -> None:
        assert "store.release" in trail(self.made)
        if self.breaks and len(self.ended) == self.breaks:
            raise StorageError("store.unreachable", path="test", detail="died")
        self.ended.append(key)


@pytest.fixture
def made(tmp_path: Path) -> Made:
    made = make_desks(tmp_path)
    made.office = replace(made.office, store=Locks(made.office.store, made))
    return made


def trail(made: Made) -> list[str]:
    with made.office.catalogue.read() as session:
        return list(session.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("store."))))


def locks(made: Made) -> Locks:
    assert isinstance(made.office.store, Locks)
    return made.office.store


@pytest.fixture
def dossiers(made: Made) -> list[int]:
    """Two dossiers of three pages each; both name one image more."""
    batch = add_batch(made, "east", "一批")
    ids = [add_dossier(made, batch, key, "张三", pages=3, read=False) for key in ("A1", "A2")]
    with made.office.catalogue.write() as session:
        for dossier_id in ids:
            page = session.scalars(select(Page).where(Page.dossier_id == dossier_id)).first()
            assert page is not None
            add_version(
                made.office, session, page, page_image("both"), f"{dossier_id}/both.jpg", state="old", read=False
            )
    return ids


def test_only_what_no_other_dossier_names_is_released_and_it_is_on_record_before(
    made: Made, dossiers: list[int]
) -> None:
    admin = made.viewer("admin")
    done = release(made.office, admin, dossiers[:1], to="市档案馆", reason="移交协议 3 号")
    assert (done.released, done.shared) == (3, 1)
    assert len(locks(made).ended) == 3
    assert trail(made) == ["store.release", "store.released"]
    with made.office.catalogue.read() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "store.release")).one()
        assert entry.actor == admin.actor
        assert entry.dossier_id == dossiers[0]
        assert entry.detail == {"to": "市档案馆", "reason": "移交协议 3 号", "originals": 3, "shared": 1}
    done = release(made.office, admin, dossiers, to="市档案馆", reason="移交协议 3 号")
    assert (done.released, done.shared) == (7, 0)


def test_a_release_that_broke_off_goes_on(made: Made, dossiers: list[int]) -> None:
    admin = made.viewer("admin")
    locks(made).breaks = 2
    with pytest.raises(StorageError):
        release(made.office, admin, dossiers, to="市档案馆", reason="协议")
    assert trail(made) == ["store.release", "store.release"]
    locks(made).breaks = 0
    assert release(made.office, admin, dossiers, to="市档案馆", reason="协议").released == 7
    assert len(set(locks(made).ended)) == 7


@pytest.mark.parametrize(
    ("login", "to", "reason", "error", "code"),
    [
        ("east", "市档案馆", "协议", AccessError, "access.denied"),
        ("admin", " ", "协议", InputError, "release.unsaid"),
        ("admin", "市档案馆", "", InputError, "release.unsaid"),
    ],
)
def test_who_may_not_or_does_not_say_why_releases_nothing(
    made: Made, dossiers: list[int], login: str, to: str, reason: str, error: type[JuanzongError], code: str
) -> None:
    with pytest.raises(error) as raised:
        release(made.office, made.viewer(login), dossiers, to=to, reason=reason)
    assert raised.value.code == code
    assert raised.value.text("zh_CN") != raised.value.text("en")
    assert locks(made).ended == trail(made) == []


@pytest.mark.parametrize("ids", [[], [999]])
def test_a_dossier_that_is_not_there_releases_nothing(made: Made, dossiers: list[int], ids: list[int]) -> None:
    with pytest.raises(AccessError):
        release(made.office, made.viewer("admin"), ids, to="市档案馆", reason="协议")
    assert locks(made).ended == trail(made) == []


def test_what_is_held_is_not_released(made: Made, dossiers: list[int]) -> None:
    with made.office.catalogue.write() as session:
        session.add(Hold(kind="keep", dossier_id=dossiers[1], reason="诉讼", actor="test", made_at=now()))
    with pytest.raises(InputError) as error:
        release(made.office, made.viewer("admin"), dossiers, to="市档案馆", reason="协议")
    assert error.value.code == "hold.held"
    assert locks(made).ended == trail(made) == []
    release(made.office, made.viewer("admin"), dossiers[:1], to="市档案馆", reason="协议")
