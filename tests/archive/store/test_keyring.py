"""Keys: what opens what, what a missing or wrong one says, and how one is exchanged for another."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.store.encrypted import EncryptedStore
from archive.store.folder import FolderStore
from archive.store.key_file import add_key, read_key_file
from archive.store.keyring import open_keyring, restore_keyring, rotate
from archive.store.keys import KEYRING, SEALED
from archive.store.open import create_store, open_store
from base.errors import StorageError
from base.settings import Settings
from tests.archive.store.failing import Dies
from tests.archive.store.stores import PAGE, original, put


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    add_key(tmp_path / "keys")
    return tmp_path / "keys"


@pytest.fixture
def settings(tmp_path: Path, key_file: Path) -> Settings:
    return Settings(data_dir=tmp_path / "office", store_key_file=str(key_file))


def code_of(settings: Settings) -> str:
    with pytest.raises(StorageError) as error:
        open_store(settings)
    assert error.value.text("zh_CN") != error.value.text("en")
    return error.value.code


def inner_of(settings: Settings) -> FolderStore:
    return FolderStore(settings.data_dir / "objects")


def test_an_office_with_a_key_file_keeps_its_objects_encrypted(settings: Settings) -> None:
    put(create_store(settings), original())
    assert open_store(settings).read(original().key) == PAGE
    assert PAGE not in inner_of(settings).read(SEALED + original().key)


def test_without_the_key_file_nothing_opens(settings: Settings, key_file: Path, tmp_path: Path) -> None:
    create_store(settings)
    assert code_of(settings.model_copy(update={"store_key_file": ""})) == "store.encrypted"
    assert code_of(settings.model_copy(update={"store_key_file": "none"})) == "store.key-file-missing"
    add_key(tmp_path / "other")
    assert code_of(settings.model_copy(update={"store_key_file": str(tmp_path / "other")})) == "store.key-missing"
    key_file.chmod(0o604)
    assert code_of(settings) == "store.key-file-open"


@pytest.mark.parametrize("text", ["", "# only a remark\n", "short\n", "AAAA\n", "not base64!\n", "\udcff"])
def test_a_file_that_holds_no_keys_is_no_key_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keys"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    path.chmod(0o600)
    with pytest.raises(StorageError) as error:
        read_key_file(path)
    assert error.value.code == "store.key-file-invalid"


def test_a_new_key_stands_behind_the_others_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    made = [add_key(path) for _ in range(3)]
    assert list(read_key_file(path)) == made
    assert path.stat().st_mode & 0o777 == 0o600
    assert "secret" not in repr(made[0])


def test_a_plain_store_is_not_taken_for_an_encrypted_one(settings: Settings) -> None:
    put(create_store(settings.model_copy(update={"store_key_file": ""})), original())
    assert code_of(settings) == "store.not-encrypted"
    assert [info.key for info in inner_of(settings).list()] == [original().key]


def test_a_lost_keyring_is_never_made_anew_over_objects(settings: Settings) -> None:
    put(create_store(settings), original())
    inner = inner_of(settings)
    held = inner.read(KEYRING[0])
    for key in KEYRING:
        inner.delete(key)
    assert code_of(settings) == "store.keyring-missing"
    assert not inner.exists(KEYRING[0])
    assert b'"sha256"' in held


def test_one_damaged_copy_of_the_keyring_is_made_up_by_the_other(settings: Settings, key_file: Path) -> None:
    put(create_store(settings), original())
    root = settings.data_dir / "objects" / "keyring"
    copies = [path for path in sorted(root.rglob("*")) if path.is_file()]
    assert len(copies) == 2
    for path in copies:
        path.chmod(0o600)
    whole = copies[0].read_bytes()
    copies[0].write_bytes(whole[:40] + b"?" + whole[41:])
    assert open_store(settings).read(original().key) == PAGE
    copies[1].write_bytes(b"")
    assert code_of(settings) == "store.keyring-damaged"
    rotated = whole.replace(b"aes-256-gcm", b"sm4-gcm")
    copies[1].write_bytes(rotated)
    assert code_of(settings) == "store.keyring-damaged"


def test_another_key_opens_all_and_the_old_one_nothing(settings: Settings, key_file: Path, tmp_path: Path) -> None:
    """No object is written: a locked original could not be."""
    store = create_store(settings)
    put(store, original())
    before = inner_of(settings).read(SEALED + original().key)
    old = tmp_path / "old"
    old.write_bytes(key_file.read_bytes())
    old.chmod(0o600)
    new = add_key(key_file)
    ring = rotate(inner_of(settings), read_key_file(key_file), "sm4-gcm")
    assert ring.wrapped_by == (new.id,)
    assert inner_of(settings).read(SEALED + original().key) == before
    assert code_of(settings.model_copy(update={"store_key_file": str(old)})) == "store.key-missing"
    lines = key_file.read_text().splitlines(keepends=True)
    key_file.write_text("".join(lines[2:]))
    again = open_store(settings)
    assert again.read(original().key) == PAGE
    put(again, original(b"after"))
    assert store.read(original(b"after").key) == b"after"  # a process that was running all the while


def test_a_saved_keyring_comes_back_if_it_opens_and_is_the_newest(
    settings: Settings, key_file: Path, tmp_path: Path
) -> None:
    put(create_store(settings), original())
    inner, keys = inner_of(settings), read_key_file(key_file)
    saved = inner.read(KEYRING[0])
    add_key(tmp_path / "other")
    for data, opening, code in (
        (saved[:-9], keys, "store.keyring-damaged"),
        (saved, read_key_file(tmp_path / "other"), "store.key-missing"),
    ):
        with pytest.raises(StorageError) as error:
            restore_keyring(inner, data, opening)
        assert error.value.code == code
    for key in KEYRING:
        inner.delete(key)
    restore_keyring(inner, saved, keys)
    assert open_store(settings).read(original().key) == PAGE
    rotate(inner, keys, "aes-256-gcm")
    with pytest.raises(StorageError) as error:
        restore_keyring(inner, saved, keys)
    assert error.value.code == "store.keyring-newer"
    assert open_store(settings).read(original().key) == PAGE


@pytest.mark.parametrize("after_write", [False, True])
@pytest.mark.parametrize("puts", range(4))
def test_a_rotation_that_is_killed_anywhere_is_done_by_the_next(
    settings: Settings, key_file: Path, puts: int, after_write: bool
) -> None:
    put(create_store(settings), original())
    inner, new = inner_of(settings), add_key(key_file)
    with pytest.raises(StorageError):
        rotate(Dies(inner, puts, after_write=after_write), read_key_file(key_file), "aes-256-gcm")
    assert open_store(settings).read(original().key) == PAGE
    rotate(inner, read_key_file(key_file), "aes-256-gcm")
    assert open_keyring(inner, [new]).wrapped_by == (new.id,)
    assert EncryptedStore(inner, lambda: open_keyring(inner, [new])).read(original().key) == PAGE


def test_a_file_without_the_old_key_rotates_nothing(settings: Settings, key_file: Path, tmp_path: Path) -> None:
    put(create_store(settings), original())
    before = [inner_of(settings).read(key) for key in KEYRING]
    add_key(tmp_path / "other")
    with pytest.raises(StorageError) as error:
        rotate(inner_of(settings), read_key_file(tmp_path / "other"), "aes-256-gcm")
    assert error.value.code == "store.key-missing"
    assert [inner_of(settings).read(key) for key in KEYRING] == before
