"""A backup of an encrypted office holds nothing in plain: its catalogue needs the same keys as its objects, and opens with them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.office import open_office
from archive.store.key_file import add_key, read_key_file
from archive.store.keyring import rotate
from archive.store.open import open_inner
from archive.tables import Person
from base.digests import sha256_of_file
from base.errors import StorageError
from base.settings import Settings
from ingest.custody import backup as making
from ingest.custody.backup import BackedUp, back_up
from ingest.custody.fsck import fsck
from ingest.custody.restore import restore
from ingest.custody.sources import open_source
from ingest.custody.vault import Vault
from tests.ingest.custody.holdings import WHO, Holdings, make_holdings

# The same on PostgreSQL: test_on_postgres.py.
pytestmark = pytest.mark.sqlite
_PLAIN = ("张桂兰".encode(), b"SQLite format 3", b"110105194912310021")


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    add_key(tmp_path / "keys")
    return tmp_path / "keys"


@pytest.fixture(params=["aes-256-gcm", "sm4-gcm"])
def held(request: pytest.FixtureRequest, tmp_path: Path, keys: Path) -> Iterator[Holdings]:
    made = make_holdings(tmp_path / "office", store_key_file=str(keys), store_cipher=request.param)
    yield made
    made.office.close()


def saved(held: Holdings, tmp_path: Path) -> BackedUp:
    return back_up(held.office, tmp_path / "backup", WHO)


def new(tmp_path: Path, keys: Path | None, name: str = "new") -> Settings:
    return Settings(data_dir=tmp_path / name, store_key_file=str(keys or ""))  # type: ignore[call-arg]


def plain_in(folder: Path) -> list[str]:
    files = [each for each in folder.rglob("*") if each.is_file()]
    assert files
    return [each.name for each in files if any(word in each.read_bytes() for word in _PLAIN)]


def test_nothing_of_it_is_plain_and_with_the_keys_it_is_the_same_office(
    held: Holdings, tmp_path: Path, keys: Path
) -> None:
    assert plain_in(held.office.settings.data_dir)  # the catalogue of a living office
    done = saved(held, tmp_path)
    assert done.whole
    assert plain_in(tmp_path / "backup") == []
    assert [each.name for each in held.office.settings.data_dir.glob("backing-up*")] == []
    back = restore(new(tmp_path, keys), tmp_path / "backup", WHO)
    assert (back.objects, back.missing, back.bad) == (done.objects, [], [])
    office = open_office(new(tmp_path, keys))
    assert fsck(office, index=False).clean
    with office.catalogue.read() as session:
        assert "张桂兰" in session.scalars(select(Person.name)).all()
    office.close()
    assert not (tmp_path / "new" / "restoring").exists()


def test_without_the_keys_it_says_what_is_needed_and_writes_nothing(held: Holdings, tmp_path: Path, keys: Path) -> None:
    saved(held, tmp_path)
    add_key(tmp_path / "other")
    for file, code in ((None, "backup.sealed"), (tmp_path / "other", "store.key-missing")):
        with pytest.raises(StorageError) as error:
            restore(new(tmp_path, file), tmp_path / "backup", WHO)
        assert error.value.code == code
        with pytest.raises(StorageError) as error:
            open_source(new(tmp_path, file), str(tmp_path / "backup"))
        assert error.value.code == code
    assert not (tmp_path / "new").exists()


def test_a_catalogue_that_was_changed_or_put_in_anothers_place_is_refused(
    held: Holdings, tmp_path: Path, keys: Path
) -> None:
    first, second = (saved(held, tmp_path).snapshot for _ in range(2))
    folder = tmp_path / "backup" / "snapshots"
    said = json.loads((folder / first / "snapshot.json").read_bytes())
    other = (folder / second / said["catalogue"]).read_bytes()
    (folder / first / said["catalogue"]).write_bytes(other)
    with pytest.raises(StorageError) as error:
        restore(new(tmp_path, keys), tmp_path / "backup", WHO, name=first)
    assert error.value.code == "backup.damaged"
    # Whoever can write there can write the digests too, but has no key.
    said["catalogue_sha256"] = sha256_of_file(folder / first / said["catalogue"])
    (folder / first / "snapshot.json").write_text(json.dumps(said))
    with pytest.raises(StorageError) as error:
        restore(new(tmp_path, keys), tmp_path / "backup", WHO, name=first)
    assert error.value.code == "store.sealed-head"


def test_a_backup_that_was_killed_leaves_nothing_plain_on_its_disk(
    held: Holdings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(making, "_copy_all", dies)
    with pytest.raises(KeyboardInterrupt):
        saved(held, tmp_path)
    assert plain_in(tmp_path / "backup") == []
    assert [each.name for each in held.office.settings.data_dir.glob("backing-up*")] == []


def test_a_key_that_left_the_file_is_needed_by_no_backup(held: Holdings, tmp_path: Path, keys: Path) -> None:
    settings = held.office.settings
    first = saved(held, tmp_path).snapshot
    add_key(keys)
    rotate(open_inner(settings), read_key_file(keys), settings.store_cipher)
    # The backup's disk was away when the keys were changed: the next backup puts that right.
    second = saved(held, tmp_path).snapshot
    lines = keys.read_text().splitlines(keepends=True)
    keys.write_text("".join(lines[-2:]))
    assert len(read_key_file(keys)) == 1
    assert Vault.open(tmp_path / "backup", settings).names() == [first, second]
    for name in (first, second):
        restore(new(tmp_path, keys, name), tmp_path / "backup", WHO, name=name)
        office = open_office(new(tmp_path, keys, name))
        assert fsck(office, index=False).clean
        office.close()
