"""Encryption at rest: the contract holds through it, and every way of spoiling it has an error with a name."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.store.encrypted import EncryptedStore
from archive.store.folder import FolderStore
from archive.store.key_file import add_key, read_key_file
from archive.store.keyring import make_keyring, open_keyring
from archive.store.keys import SEALED
from archive.store.open import create_store
from archive.store.s3 import S3Store
from archive.store.sealed_stream import HEAD_BYTES, PIECE, plain_size, sealed_size
from base.errors import StorageError
from base.settings import Settings
from tests.archive.store.contract import StoreContract
from tests.archive.store.failing import Delegating
from tests.archive.store.stores import PAGE, derived, mend, original, put

SEALED_PIECE = PIECE + 16


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    add_key(tmp_path / "keys")
    return tmp_path / "keys"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "objects"


def encrypted(inner: FolderStore | S3Store, key_file: Path, cipher: str = "aes-256-gcm") -> EncryptedStore:
    make_keyring(inner, read_key_file(key_file), cipher)  # type: ignore[arg-type]
    return EncryptedStore(inner, lambda: open_keyring(inner, read_key_file(key_file)))


@pytest.fixture
def store(root: Path, key_file: Path) -> EncryptedStore:
    return encrypted(FolderStore.create(root), key_file)


class TestEncryptedFolderKeepsTheContract(StoreContract):
    pass


class TestSm4KeepsTheContract(StoreContract):
    @pytest.fixture
    def store(self, root: Path, key_file: Path) -> EncryptedStore:
        return encrypted(FolderStore.create(root), key_file, "sm4-gcm")


@pytest.mark.service
class TestEncryptedS3KeepsTheContract(StoreContract):
    @pytest.fixture
    def store(self, settings: Settings, key_file: Path) -> EncryptedStore:
        made = create_store(settings.model_copy(update={"store_key_file": str(key_file)}))
        assert isinstance(made, EncryptedStore)
        return made


@given(st.integers(0, 10 * PIECE))
def test_the_length_of_an_object_tells_its_plain_size(size: int) -> None:
    assert plain_size(sealed_size(size)) == size


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 77])
def test_any_place_of_any_object_reads_right(store: EncryptedStore, size: int) -> None:
    page = original(os.urandom(size))
    put(store, page, stream=True)
    assert store.inner.stat(SEALED + page.key).size == sealed_size(size)  # type: ignore[union-attr]
    assert store.stat(page.key).size == size  # type: ignore[union-attr]
    with store.open(page.key) as stream:
        for place in (0, size // 2, PIECE - 1, PIECE, size - 1, size, size + 5, 1):
            stream.seek(max(0, place))
            assert stream.read(70_000) == page.data[max(0, place) :][:70_000]
        stream.seek(-min(size, 5), io.SEEK_END)
        assert stream.read() == page.data[len(page.data) - min(size, 5) :]


def test_nothing_of_a_page_is_in_the_folder_and_no_two_look_alike(store: EncryptedStore, root: Path) -> None:
    put(store, original())
    put(store, derived(PAGE))
    held = [path.read_bytes() for path in root.rglob("*") if path.is_file()]
    assert not any(b"one scanned page" in data for data in held)
    one, other = (store.inner.read(SEALED + key) for key in (original().key, derived(b"").key))
    assert len(one) == len(other)
    assert one[HEAD_BYTES:] != other[HEAD_BYTES:]


def rewritten(store: EncryptedStore, root: Path, key: str, change: Callable[[bytes], bytes]) -> None:
    path = next(path for path in root.rglob("*") if path.is_file() and path.name == key.rpartition("/")[2])
    path.chmod(0o600)
    path.write_bytes(change(path.read_bytes()))


def swapped(data: bytes) -> bytes:
    first, second = (data[HEAD_BYTES + number * SEALED_PIECE :][:SEALED_PIECE] for number in (0, 1))
    return data[:HEAD_BYTES] + second + first + data[HEAD_BYTES + 2 * SEALED_PIECE :]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda data: data[:-1], "store.sealed-length"),
        (lambda data: data[: HEAD_BYTES + 2 * SEALED_PIECE], "store.sealed-length"),
        (lambda data: data + b"x", "store.sealed-length"),
        (lambda data: b"", "store.sealed-head"),
        (lambda data: data[:50], "store.sealed-head"),
        (lambda data: b"%PDF" + data, "store.sealed-head"),
        (lambda data: data[:40] + bytes([data[40] ^ 1]) + data[41:], "store.sealed-head"),
        (lambda data: data[:30] + bytes([data[30] ^ 1]) + data[31:], "store.sealed-head"),
        (lambda data: data[:10] + bytes([data[10] ^ 1]) + data[11:], "store.sealed-key"),
        (swapped, "store.sealed-part"),
        (lambda data: data[:-20] + bytes([data[-20] ^ 128]) + data[-19:], "store.sealed-part"),
    ],
)
def test_every_change_of_what_lies_there_is_found_and_named(
    store: EncryptedStore, root: Path, change: Callable[[bytes], bytes], code: str
) -> None:
    page = original(os.urandom(3 * PIECE + 100))
    put(store, page)
    rewritten(store, root, page.key, change)
    with pytest.raises(StorageError) as error:
        store.read(page.key)
    assert error.value.code == code
    assert error.value.text("zh_CN") != error.value.text("en")
    answer = store.check(page.key, sha256=page.sha256)
    assert (answer.state, answer.code) == ("could_not_check" if code == "store.sealed-key" else "bad", code)
    mend(store, page)
    assert store.read(page.key) == page.data


def test_an_object_in_the_place_of_another_does_not_open(store: EncryptedStore, root: Path) -> None:
    page, other = original(b"A" * 100), original(b"B" * 100)
    put(store, page)
    put(store, other)
    foreign = store.inner.read(SEALED + other.key)
    rewritten(store, root, page.key, lambda _: foreign)
    with pytest.raises(StorageError) as error:
        store.open(page.key)
    assert error.value.code == "store.sealed-head"


def test_bytes_that_the_encryption_itself_spoils_are_not_taken_over(
    store: EncryptedStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory that is broken: found before anything is written."""
    before = sorted(root.rglob("*"))
    monkeypatch.setattr("archive.store.encrypted.sha256_of_stream", lambda _: "0" * 64)
    with pytest.raises(StorageError) as error:
        put(store, original())
    assert error.value.code == "store.verify-failed"
    assert sorted(root.rglob("*")) == before


def test_the_keys_of_the_inner_store_are_not_asked_for_through_it(store: EncryptedStore) -> None:
    put(store, original())
    for info in list(store.inner.list()):
        with pytest.raises(StorageError) as error:
            store.read(info.key)
        assert error.value.code == "store.bad-key"
    assert [info.key for info in store.list()] == [original().key]


class IsBeaten(Delegating):
    """Another writer puts the same page, encrypted by himself, between our look and our write."""

    beaten_by: EncryptedStore | None = None

    def exists(self, key: str) -> bool:
        known = super().exists(key)
        if self.beaten_by is not None and key == SEALED + original().key:
            first, self.beaten_by = self.beaten_by, None
            put(first, original())
        return known


def test_the_loser_of_a_race_sees_the_winners_bytes(store: EncryptedStore, key_file: Path) -> None:
    inner = IsBeaten(store.inner)
    loser = EncryptedStore(inner, lambda: open_keyring(inner, read_key_file(key_file)))
    inner.beaten_by = store
    put(loser, original())
    assert loser.read(original().key) == PAGE
