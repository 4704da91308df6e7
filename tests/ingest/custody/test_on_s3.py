"""Custody on a real MinIO and a real Ceph: what is spoiled is found and mended from every kind of copy, an office is saved and brought back."""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from archive.custody import copies
from archive.office import open_office
from archive.store.encrypted import EncryptedStore
from archive.store.key_file import add_key, read_key_file
from archive.store.open import create_store, open_store
from archive.store.s3 import S3Store
from archive.tables import AuditEntry
from base.settings import Settings
from cli.main import main
from ingest.custody.backup import back_up
from ingest.custody.fsck import fsck
from ingest.custody.mending import mend_bad
from ingest.custody.package import write_package
from ingest.custody.package_check import check_packages
from ingest.custody.restore import restore
from ingest.custody.second import copy_new, open_second, verify_second
from ingest.custody.sources import open_source
from tests.archive.store.buckets import SERVERS, settings_for
from tests.ingest.custody.holdings import WHO, Holdings, make_holdings

pytestmark = pytest.mark.service
_SERVER = ("s3_endpoint", "s3_access_key", "s3_secret_key", "s3_bucket", "s3_secure")


def on_server(server: str, folder: Path) -> dict[str, Any]:
    """Settings of an office whose store is in one fresh bucket and whose second store is in another."""
    settings = settings_for(folder, server)
    first = {name: getattr(settings, name) for name in _SERVER}
    second = {f"second_{name}": value for name, value in first.items()}
    return {"store": "s3", **first, "second_store": "s3", **second, "second_s3_bucket": f"test-{secrets.token_hex(6)}"}


@pytest.fixture(params=SERVERS)
def values(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    return on_server(str(request.param), tmp_path)


def make(folder: Path, values: dict[str, Any]) -> Holdings:
    create_store(Settings(data_dir=folder, **values))
    return make_holdings(folder, **values)


@pytest.fixture
def held(tmp_path: Path, values: dict[str, Any]) -> Iterator[Holdings]:
    made = make(tmp_path / "office", values)
    yield made
    made.office.close()


def bucket_of(store: object) -> S3Store:
    inner = store.inner if isinstance(store, EncryptedStore) else store
    assert isinstance(inner, S3Store)
    return inner


def spoil(store: object, key: str, how: str) -> None:
    """As another program does that has the account: other bytes, fewer bytes, or none."""
    bucket = bucket_of(store).bucket
    data = bucket_of(store).read(key)
    if how == "missing":
        bucket.remove(key)
        return
    data = data[:-3] if how == "wrong-size" else bytes([data[0] ^ 1]) + data[1:]
    bucket.upload(key, io.BytesIO(data), len(data), "application/octet-stream", {}, None)


def contents(store: Any) -> dict[str, bytes]:
    return {each.key: store.read(each.key) for each in store.list()}


@pytest.mark.parametrize("place", ["second", "backup", "package"])
def test_what_is_spoiled_is_found_and_mended_from_every_kind_of_copy(
    held: Holdings, tmp_path: Path, place: str
) -> None:
    office = held.office
    assert fsck(office, index=False).clean
    good = contents(office.store)
    if place == "second":
        done = copy_new(office, open_second(office.settings, create=True))
        assert (done.copied, done.bad, done.failed) == (len(good), [], [])
    elif place == "backup":
        assert back_up(office, tmp_path / "copy", WHO).whole
    else:
        (tmp_path / "copy").mkdir()
        assert write_package(office, tmp_path / "copy", WHO).objects == len(good)
        assert [each.whole for _, each in check_packages(office, tmp_path / "copy")] == [True]
    spoiled = {
        "original": "changed",
        "reading": "missing",
        "material": "wrong-size",
        "copy": "changed",
        "list": "missing",
    }
    for kind, how in spoiled.items():
        spoil(office.store, held.keys[kind], how)
    report = fsck(office, index=False)
    assert {each.id: each.problem for each in report.bad} == {held.keys[kind]: how for kind, how in spoiled.items()}
    assert not report.could_not_check
    wished = "second" if place == "second" else str(tmp_path / "copy")
    assert mend_bad(office, report, open_source(office.settings, wished), WHO) == len(spoiled)
    assert contents(office.store) == good
    assert fsck(office, index=False).clean
    # What lay there is kept as a version, and an original that was mended is locked like every other.
    bucket, key = bucket_of(office.store), held.keys["original"]
    assert len(bucket.bucket.versions(key)) == 3
    assert bucket.protection(key) is not None
    with office.catalogue.read() as session:
        assert len(session.scalars(select(AuditEntry).where(AuditEntry.action == "custody.mend")).all()) == len(spoiled)


def test_a_bad_copy_on_the_second_server_is_found_and_written_anew(held: Holdings) -> None:
    office = held.office
    second = open_second(office.settings, create=True)
    copy_new(office, second)
    key = held.keys["original"]
    spoil(second, key, "changed")
    found = verify_second(office, second)
    assert [each for each, _ in found.bad] == [key]
    with office.catalogue.read() as session:
        assert copies.counts(session).second == found.checked - 1
    assert verify_second(office, second).bad == []
    assert copy_new(office, second).copied == 1
    assert second.read(key) == office.store.read(key)
    spoil(second, key, "missing")
    assert verify_second(office, second, mend=True).mended == [key]
    assert contents(second) == contents(office.store)


@pytest.mark.parametrize("encrypted", [False, True])
def test_an_office_is_saved_and_brought_back_into_another_bucket(
    values: dict[str, Any], tmp_path: Path, encrypted: bool
) -> None:
    if encrypted:
        add_key(tmp_path / "keys")
        values["store_key_file"] = str(tmp_path / "keys")
    held = make(tmp_path / "office", values)
    first = back_up(held.office, tmp_path / "backup", WHO)
    # Readings of the same lines are the same bytes, and lie there once.
    assert (first.whole, first.new + first.known) == (True, first.objects)
    assert (again := back_up(held.office, tmp_path / "backup", WHO)).new == 0
    new = Settings(data_dir=tmp_path / "new", **{**values, "s3_bucket": f"test-{secrets.token_hex(6)}"})
    back = restore(new, tmp_path / "backup", WHO)
    assert (back.snapshot, back.objects, back.missing, back.bad) == (again.snapshot, first.objects, [], [])
    office = open_office(new)
    assert contents(office.store) == contents(held.office.store)
    assert fsck(office, index=False).clean
    assert bucket_of(office.store).bucket.name == new.s3_bucket
    office.close()
    held.office.close()


def test_a_key_that_left_the_file_is_needed_by_neither_bucket(
    values: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = tmp_path / "keys"
    add_key(keys)
    held = make(tmp_path / "office", values | {"store_key_file": str(keys)})
    copy_new(held.office, open_second(held.office.settings, create=True))
    for name, value in (values | {"store_key_file": str(keys)}).items():
        monkeypatch.setenv(f"JUANZONG_{name.upper()}", str(value))
    add_key(keys)
    assert main(["store", "keys", "rotate", "--data-dir", str(held.office.settings.data_dir)]) == 0
    keys.write_text("".join(keys.read_text().splitlines(keepends=True)[-2:]))
    assert len(read_key_file(keys)) == 1
    good = contents(open_store(held.office.settings))
    assert good == contents(open_second(held.office.settings))
    # What is written from now on is read by both as well.
    spoil(held.office.store, f"sealed/{held.keys['original']}", "changed")
    report = fsck(held.office, index=False)
    assert mend_bad(held.office, report, open_source(held.office.settings, "second"), WHO) == 1
    assert contents(open_store(held.office.settings)) == good
    held.office.close()
