"""Backup on a real PostgreSQL, and the step back to a moment: base backup, archived log, recovery; the objects are still there."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, make_url, select, text
from sqlalchemy.orm import Session

from archive.office import Office, make_office, open_office
from archive.store.key_file import add_key
from archive.store.keys import original_key
from archive.tables import Batch, ReceivedFile
from base.clock import now
from base.digests import sha256_of_bytes
from base.errors import InputError
from base.settings import Settings
from ingest.custody.backup import back_up
from ingest.custody.fsck import fsck
from ingest.custody.restore import restore
from ingest.custody.vault import Vault
from tests.databases import drop_database, make_database
from tests.ingest.custody.holdings import WHO, store

sys.path.insert(0, str(Path(__file__).parents[3] / "deploy" / "services"))
pytestmark = pytest.mark.service


def settings_of(folder: Path, url: str, key_file: str = "") -> Settings:
    return Settings(data_dir=folder, database_url=url, office_name="测试区", store_key_file=key_file)  # type: ignore[call-arg]


def make(folder: Path, url: str, key_file: str = "") -> Office:
    office = make_office(settings_of(folder, url, key_file), "测试区", "admin", "password-1")
    with office.catalogue.write() as session:
        session.add(Batch(name="一批", organization_id=1, created_at=now(), received_at=now()))
    return office


def take_in(office: Office, text_: str) -> str:
    """One file, received: object first, then its row."""
    data = text_.encode()
    kept = store(office, original_key(sha256_of_bytes(data)), data)
    with office.catalogue.write() as session:
        add(session, text_, kept.key, len(data))
    return kept.key


def add(session: Session, path: str, key: str, size: int) -> None:
    batch = session.scalars(select(Batch)).one()
    session.add(
        ReceivedFile(
            batch_id=batch.id, path=path, sha256=key.removeprefix("originals/"), size=size, object_key=key, received_at=now()
        )
    )  # fmt: skip


@pytest.mark.parametrize("encrypted", [False, True])
def test_a_backup_is_brought_back_into_an_empty_database(postgres_url: str, tmp_path: Path, encrypted: bool) -> None:
    key_file = str(tmp_path / "keys") if encrypted else ""
    if encrypted:
        add_key(tmp_path / "keys")
    office = make(tmp_path / "office", postgres_url, key_file)
    keys = {take_in(office, f"page {number}") for number in range(5)}
    done = back_up(office, tmp_path / "backup", WHO)
    assert (done.whole, done.objects) == (True, 5)
    vault = Vault.open(tmp_path / "backup", office.settings)
    catalogue = vault.folder(done.snapshot) / vault.snapshot().catalogue
    assert catalogue.read_bytes().startswith(b"JZSEAL1" if encrypted else b"PGDMP")
    later = take_in(office, "after the backup")
    with pytest.raises(InputError) as error:
        restore(settings_of(tmp_path / "new", postgres_url, key_file), tmp_path / "backup", WHO)
    assert error.value.code == "restore.not-empty"
    office.close()
    name = f"restored_{os.getpid()}"
    new = settings_of(tmp_path / "new", make_database(name, template=None), key_file)
    try:
        back = restore(new, tmp_path / "backup", WHO)
        assert (back.objects, back.missing, back.bad) == (5, [], [])
        restored = open_office(new)
        assert {each.key for each in restored.store.list()} == keys
        assert later not in keys
        assert fsck(restored, index=False).clean
        restored.close()
    finally:
        drop_database(name)


@pytest.fixture
def area() -> Iterator[Path]:
    """A folder that the server's own account may enter, as pytest's may not be."""
    folder = Path(tempfile.mkdtemp(prefix="juanzong-pitr-"))
    folder.chmod(0o755)
    for name in ("first", "second", "log"):
        (folder / name).mkdir()
        give_away(folder / name)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def give_away(path: Path) -> None:
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        for each in (path, *path.rglob("*")):
            os.chown(each, account.pw_uid, account.pw_gid)


def test_the_catalogue_steps_back_to_a_moment_and_no_object_is_lost(area: Path, tmp_path: Path) -> None:
    import postgres_server

    archiving = {"archive_mode": "on", "archive_command": f"test ! -f {area}/log/%f && cp %p {area}/log/%f"}
    with postgres_server.started(durable=True, data=area / "first", settings=archiving) as found:
        office = make(tmp_path / "office", found["TEST_POSTGRES_URL"])
        copy_cluster(found, area)
        before = take_in(office, "before the mistake")
        moment = said(office, "SELECT clock_timestamp()::text")
        time.sleep(0.05)
        after = take_in(office, "after the moment")
        with office.catalogue.write() as session:
            session.execute(text("DELETE FROM received_file WHERE object_key = :key"), {"key": before})  # the mistake
        said(office, "SELECT pg_switch_wal()::text")
        wait_for_log(office, area)
        office.close()
    recovery = {
        "restore_command": f"cp {area}/log/%f %p", "recovery_target_time": moment, "recovery_target_action": "promote",
    }  # fmt: skip
    (area / "second" / "cluster" / "recovery.signal").touch()
    give_away(area / "second")
    with postgres_server.started(durable=True, data=area / "second", settings=recovery) as found:
        wait_until_promoted(found["TEST_POSTGRES_URL"])
        office = open_office(settings_of(tmp_path / "office", found["TEST_POSTGRES_URL"]))
        with office.catalogue.read() as session:
            assert session.scalars(select(ReceivedFile.object_key)).all() == [before]
            assert session.scalar(select(func.count()).select_from(Batch)) == 1
        # The objects never went: what came after the moment is named, and waits to be delivered again.
        report = fsck(office, index=False)
        assert [(each.id, each.problem) for each in report.bad] == [(after, "orphan")]
        assert take_in(office, "after the moment") == after
        assert fsck(office, index=False).clean
        office.close()


def said(office: Office, statement: str) -> str:
    with office.catalogue.engine.connect() as connection:
        return str(connection.scalar(text(statement)))


def copy_cluster(found: dict[str, str], area: Path) -> None:
    url = make_url(found["TEST_POSTGRES_URL"])
    program = Path(found["TEST_POSTGRES_PROGRAMS"]) / "pg_basebackup"
    target = area / "second" / "cluster"
    subprocess.run(
        [program, "-h", str(url.host), "-p", str(url.port), "-U", str(url.username), "-D", target, "--checkpoint=fast", "-X", "stream"],
        env=os.environ | {"PGPASSWORD": str(url.password)}, check=True, capture_output=True,
    )  # fmt: skip
    shutil.copy(area / "first" / "password", area / "second" / "password")


def wait_for_log(office: Office, area: Path) -> None:
    """The server archives in its own time."""
    wanted = said(office, "SELECT last_archived_wal FROM pg_stat_archiver")
    end = time.monotonic() + 30
    while time.monotonic() < end:
        files = sorted(each.name for each in (area / "log").iterdir())
        newest = said(office, "SELECT pg_walfile_name(pg_current_wal_lsn())")
        if files and files[-1][:24] >= f"{int(newest, 16) - 1:024X}":
            return
        time.sleep(0.1)
    raise AssertionError(f"the log was not archived: {wanted}")


def wait_until_promoted(url: str) -> None:
    engine = create_engine(url)
    end = time.monotonic() + 30
    with engine.connect() as connection:
        while connection.scalar(text("SELECT pg_is_in_recovery()")):
            assert time.monotonic() < end
            time.sleep(0.1)
    engine.dispose()
