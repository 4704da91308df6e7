"""A bad object is made good from any copy, with its digest proved before and after, and on record."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from archive.custody import copies
from archive.store.folder import FolderStore
from archive.tables import AuditEntry, StoredObject
from base.errors import InputError, SettingsError
from base.settings import Settings
from ingest.custody.backup import back_up
from ingest.custody.fsck import fsck
from ingest.custody.mending import mend_bad
from ingest.custody.package import write_package
from ingest.custody.second import copy_new, open_second, verify_second
from ingest.custody.sources import open_source
from tests.ingest.custody.holdings import KINDS, WHO, Holdings, flip


def with_second(held: Holdings, tmp_path: Path) -> Settings:
    return held.office.settings.model_copy(update={"second_store": "folder", "second_path": str(tmp_path / "second")})


def copied(held: Holdings, tmp_path: Path) -> Settings:
    settings = with_second(held, tmp_path)
    done = copy_new(held.office, open_second(settings, create=True))
    assert (done.bad, done.failed) == ([], [])
    return settings


@pytest.mark.parametrize("place", ["second", "store", "backup", "package"])
def test_all_kinds_are_mended_from_every_kind_of_copy(held: Holdings, tmp_path: Path, place: str) -> None:
    settings = with_second(held, tmp_path)
    if place in ("second", "store"):
        copied(held, tmp_path)
    elif place == "backup":
        back_up(held.office, tmp_path / "copy", WHO)
    else:
        (tmp_path / "copy").mkdir()
        write_package(held.office, tmp_path / "copy", WHO)
    good = {kind: held.file(held.keys[kind]).read_bytes() for kind in KINDS}
    for seed, kind in enumerate(KINDS):
        held.flip(held.keys[kind], seed)
    held.file(held.keys["list"]).unlink()
    report = fsck(held.office, index=False)
    assert len(report.bad) == len(KINDS)
    wished = {"second": "second", "store": str(tmp_path / "second")}.get(place, str(tmp_path / "copy"))
    assert mend_bad(held.office, report, open_source(settings, wished), WHO) == len(KINDS)
    assert report.clean
    assert report.as_json()["mended"] == len(KINDS)
    assert {kind: held.file(held.keys[kind]).read_bytes() for kind in KINDS} == good
    assert fsck(held.office, index=False).clean
    with held.office.catalogue.read() as session:
        traces = session.scalars(select(AuditEntry).where(AuditEntry.action == "custody.mend")).all()
        assert all(
            each.detail["copy"] == each.detail["on_record"] and each.detail["after"] == "good" for each in traces
        )
    assert len(traces) == len(KINDS)
    # What lay there is kept: it may hold more of a page than any copy.
    assert len(list((held.objects / "damaged").iterdir())) == len(KINDS) - 1


def test_a_copy_that_is_bad_itself_mends_nothing(held: Holdings, tmp_path: Path) -> None:
    settings = copied(held, tmp_path)
    key = held.keys["original"]
    held.flip(key, 1)
    flip(tmp_path / "second" / held.file(key).relative_to(held.objects), 2)
    report = fsck(held.office, index=False)
    assert mend_bad(held.office, report, open_source(settings, "second"), WHO) == 0
    assert not report.clean


def test_a_folder_that_is_no_copy_is_refused(held: Holdings, tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        open_source(held.office.settings, str(tmp_path))
    assert error.value.code == "custody.no-source"
    with pytest.raises(SettingsError):
        open_source(held.office.settings, "second")


def test_the_second_store_follows_and_a_bad_copy_in_it_is_found_and_mended(held: Holdings, tmp_path: Path) -> None:
    settings = copied(held, tmp_path)
    second = open_second(settings)
    assert {each.key for each in second.list()} == {each.key for each in held.office.store.list()}
    assert copy_new(held.office, second).copied == 0
    key = held.keys["material"]
    flip(tmp_path / "second" / held.file(key).relative_to(held.objects), 3)
    found = verify_second(held.office, second)
    assert [each for each, _ in found.bad] == [key]
    with held.office.catalogue.read() as session:
        counts = copies.counts(session)
        assert counts.second == counts.objects - 1
    assert copy_new(held.office, second).copied == 1
    assert verify_second(held.office, second).bad == []
    flip(tmp_path / "second" / held.file(key).relative_to(held.objects), 4)
    assert verify_second(held.office, second, mend=True).mended == [key]


def test_damaged_bytes_never_get_into_the_second_store(held: Holdings, tmp_path: Path) -> None:
    fsck(held.office, index=False)
    held.flip(held.keys["original"], 1)
    settings = with_second(held, tmp_path)
    done = copy_new(held.office, open_second(settings, create=True))
    assert [key for key, _ in done.bad] == [held.keys["original"]]
    assert not open_second(settings).exists(held.keys["original"])
    with held.office.catalogue.read() as session:
        assert session.get_one(StoredObject, held.keys["original"]).second_at is None


def test_a_second_store_is_made_only_when_it_is_asked_for(held: Holdings, tmp_path: Path) -> None:
    """An empty mount point is no new store."""
    (tmp_path / "second").mkdir()
    with pytest.raises(Exception, match="no object store"):
        open_second(with_second(held, tmp_path))
    assert list((tmp_path / "second").iterdir()) == []
    open_second(with_second(held, tmp_path), create=True)
    open_second(with_second(held, tmp_path), create=True)
    assert FolderStore(tmp_path / "second")
