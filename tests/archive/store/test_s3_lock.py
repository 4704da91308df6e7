"""Versions and locks: what the server itself refuses, and what a lawful transfer needs."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest

from archive.store.open import create_store, open_store
from archive.store.s3 import S3Store
from base.clock import now
from base.errors import StorageError
from base.settings import Settings
from tests.archive.store.buckets import settings_for
from tests.archive.store.stores import PAGE, derived, mend, original, put

pytestmark = pytest.mark.service


def locked(settings: Settings, **other: object) -> S3Store:
    made = create_store(settings.model_copy(update=other))
    assert isinstance(made, S3Store)
    return made


def remove_behind_our_back(store: S3Store, key: str) -> None:
    for version in store.bucket.versions(key):
        store.bucket.remove(key, version)


@pytest.mark.parametrize("size", [len(PAGE), 17 << 20])
def test_an_original_is_locked_as_it_is_written_and_the_server_keeps_it(store: S3Store, size: int) -> None:
    page = original(PAGE * (size // len(PAGE)))
    put(store, page)
    held = store.protection(page.key)
    assert held is not None
    assert held.mode == "governance"
    assert abs(held.until - now() - timedelta(days=30 * 365.25)) < timedelta(days=1)
    with pytest.raises(StorageError):
        remove_behind_our_back(store, page.key)
    assert store.check(page.key, sha256=page.sha256).state == "good"


def test_what_is_written_over_a_locked_original_covers_it_and_destroys_nothing(store: S3Store) -> None:
    page = original()
    put(store, page)
    store.bucket.client.put_object(store.bucket.name, page.key, io.BytesIO(b"other"), 5)
    assert store.check(page.key, sha256=page.sha256).state == "bad"
    first = store.bucket.versions(page.key)[-1]
    assert store.bucket.client.get_object(store.bucket.name, page.key, version_id=first).data == PAGE
    mend(store, page)
    assert store.check(page.key, sha256=page.sha256).state == "good"
    assert store.protection(page.key) is not None
    assert len(store.bucket.versions(page.key)) == 3


def test_a_released_original_can_be_removed_and_not_before(store: S3Store) -> None:
    page = original()
    put(store, page)
    store.release(page.key)
    assert store.protection(page.key) is None
    remove_behind_our_back(store, page.key)
    assert not store.exists(page.key)


def test_nobody_ends_a_compliance_lock(settings: Settings) -> None:
    store, page = locked(settings, s3_lock="compliance", s3_lock_years=1), original()
    put(store, page)
    held = store.protection(page.key)
    assert held is not None
    assert held.mode == "compliance"
    with pytest.raises(StorageError) as error:
        store.release(page.key)
    assert error.value.code == "store.compliance"
    assert f"{held.until:%Y-%m-%d}" in error.value.text("zh_CN")
    with pytest.raises(StorageError):
        remove_behind_our_back(store, page.key)
    assert store.protection(page.key) == held


def test_protecting_locks_what_is_not_locked_and_never_shortens(settings: Settings) -> None:
    page, text = original(), derived(b"text")
    short = locked(settings, s3_lock_years=1)
    put(short, page)
    put(short, text)
    before = short.protection(page.key)
    long = locked(settings, s3_lock_years=20)
    long.protect(page.key)
    after = long.protection(page.key)
    assert before is not None
    assert after is not None
    assert after.until - before.until > timedelta(days=6000)
    short.protect(page.key)
    assert short.protection(page.key) == after
    long.protect(text.key)
    assert long.protection(text.key) is None
    long.release(page.key)
    long.protect(page.key)
    assert long.protection(page.key) is not None


def test_a_bucket_that_cannot_lock_is_refused_unless_locks_are_off(tmp_path: Path, server: str) -> None:
    plain = settings_for(tmp_path, server, s3_lock="off")
    store = locked(plain)
    put(store, original())
    store.protect(original().key)
    assert store.protection(original().key) is None
    assert store.bucket.versioned()
    for ask in (open_store, create_store):
        with pytest.raises(StorageError) as error:
            ask(plain.model_copy(update={"s3_lock": "governance"}))
        assert error.value.code == "store.no-lock"
        assert plain.s3_bucket in error.value.text("zh_CN")


def test_of_a_derived_object_only_the_newest_version_is_kept(store: S3Store) -> None:
    for text in (b"first", b"second", b"third"):
        put(store, derived(text), replace=True)
    assert len(store.bucket.versions(derived(b"").key)) == 1
    assert store.read(derived(b"").key) == b"third"
    store.delete(derived(b"").key)
    assert store.bucket.versions(derived(b"").key) == []


def test_parts_of_a_killed_upload_are_given_up_and_those_of_a_living_one_are_not(
    store: S3Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, key = store.bucket.client, original().key
    client._create_multipart_upload(store.bucket.name, key, {})
    started = len(client._list_multipart_uploads(store.bucket.name, prefix=key).uploads)
    assert started == 1
    store.bucket.abort_stale_uploads()
    assert len(client._list_multipart_uploads(store.bucket.name, prefix=key).uploads) == started
