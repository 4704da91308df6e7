"""`juanzong store`: what the object store is and holds, its keys and locks, and moving into another one."""

from __future__ import annotations

import getpass
import tomllib
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from archive import audit
from archive.access import machine_viewer
from archive.custody import sm3
from archive.office import open_office
from archive.releasing import release as release_originals
from archive.store.contract import ObjectStore
from archive.store.describe import count, described, place_of
from archive.store.encrypted import EncryptedStore
from archive.store.key_file import add_key, read_key_file
from archive.store.keyring import restore_keyring, rotate
from archive.store.keys import KEYRING
from archive.store.migrate import Journal, migrate
from archive.store.open import create_store, key_file_of, open_inner, open_store
from base.errors import InputError, SettingsError, StorageError
from base.files import write_atomically
from base.settings import Settings, load_settings
from cli.frame import DEFAULT_DATA_DIR, AsJson, Bar, DataDir, print_json, say
from ingest.custody.second import open_second

app = typer.Typer(
    help="对象库:状态、密钥、锁定、迁移 / the object store: state, keys, locks, moving", no_args_is_help=True
)
keys = typer.Typer(help="加密对象库的密钥 / keys of an encrypted store", no_args_is_help=True)
app.add_typer(keys, name="keys")

JOURNAL = "store-migration.json"
# What of a settings file says where objects lie.
_OF_THE_STORE = ("store", "store_", "s3_")


@app.command("status")
def status(
    locks: Annotated[
        bool, typer.Option("--locks", help="逐个核对原始文件是否锁定 / ask for the lock of every original")
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> int:
    """在哪里、多少对象、是否加密和锁定 / where it is, what it holds, whether it is encrypted and locked."""
    settings = load_settings(data_dir)
    store = open_store(settings)
    answer = {**described(store, settings), **count(store, locks=locks).as_json()}
    if as_json:
        print_json(answer)
        return 0
    said = "store.status-encrypted" if answer["encrypted"] else "store.status-plain"
    say(said, place=answer["place"], cipher=answer.get("cipher", ""))
    for kind, held in answer["objects"].items():
        say("store.status-kind", kind=kind, count=held["count"], megabytes=held["bytes"] // 1_000_000)
    if "unlocked" in answer:
        say("store.status-unlocked", count=answer["unlocked"])
    return 0


@app.command("migrate")
def migrate_command(
    to: Annotated[Path, typer.Option("--to", help="新对象库的设置 (TOML) / settings of the new store")],
    recheck: Annotated[
        bool, typer.Option("--recheck", help="两边逐个重新读取核对 / read everything again on both sides")
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> int:
    """迁移到另一个对象库,迁移前后都核对,可中断后继续 / move into another store, checked before and after; can be resumed."""
    settings = load_settings(data_dir)
    wanted = _settings_of(to, settings)
    if place_of(wanted) == place_of(settings):
        raise InputError("store.same-place", path=to, place=place_of(wanted))
    office = open_office(settings)
    target = _open_or_create(wanted)
    _record(settings, "store.migrate", {"from": place_of(settings), "to": place_of(wanted)})
    journal = Journal(settings.data_dir / JOURNAL, place_of(settings), place_of(wanted))
    with Bar() as bar:
        on_record = partial(sm3.on_record, office.catalogue)
        moved = migrate(office.store, target, journal, bar, recheck=recheck, sm3_of=on_record)
    office.close()
    _record(settings, "store.migrated", {"copied": moved.copied, "bad": len(moved.bad)})
    if as_json:
        bad = [{"key": key, "code": code} for key, code in sorted(moved.bad.items())]
        answer = {"copied": moved.copied, "bytes": moved.size, "skipped": moved.skipped, "only_there": moved.only_there}
        print_json({**answer, "bad": bad, "from": place_of(settings), "to": place_of(wanted)})
    else:
        say("store.moved", copied=moved.copied, skipped=moved.skipped, bad=len(moved.bad), place=place_of(wanted))
        for key, code in sorted(moved.bad.items()):
            say("store.moved-bad", key=key, why=code)
    return 1 if moved.bad else 0


@app.command("protect")
def protect(as_json: AsJson = False, data_dir: DataDir = DEFAULT_DATA_DIR) -> int:
    """把原始文件按设置锁定,锁定将到期的续期 / lock every original as the settings say; renew locks that end sooner."""
    settings = load_settings(data_dir)
    store = open_store(settings)
    _record(settings, "store.protect", {"mode": settings.s3_lock, "years": settings.s3_lock_years})
    done = 0
    with Bar() as bar:
        for info in store.list("originals/"):
            store.protect(info.key)
            done += 1
            bar.step("progress.locking", done, None)
    if as_json:
        print_json({"originals": done})
    else:
        say("store.protect-done", count=done)
    return 0


@app.command("release")
def release(
    dossiers: Annotated[list[int], typer.Argument(metavar="DOSSIER…", help="案卷编号 / numbers of dossiers")],
    to: Annotated[str, typer.Option("--to", help="接收档案馆 / the archive that takes them over")],
    reason: Annotated[str, typer.Option("--reason", help="依据和理由 / why, and on what paper")],
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> int:
    """移交时解除原始文件的锁定;不删除任何内容 / end the locks for a lawful transfer; nothing is deleted."""
    office = open_office(load_settings(data_dir))
    try:
        done = release_originals(office, machine_viewer(getpass.getuser()), dossiers, to=to, reason=reason)
    finally:
        office.close()
    if as_json:
        print_json({"released": done.released, "shared": done.shared})
    else:
        say("store.release-done", released=done.released, shared=done.shared)
    return 0


@keys.command("new")
def new_key(file: Annotated[Path, typer.Argument(help="密钥文件 / key file")], as_json: AsJson = False) -> int:
    """在密钥文件中生成新密钥 / make a key, in a new file or behind those that the file has."""
    try:
        key = add_key(file)
    except OSError as error:
        raise StorageError("store.read-only", path=file) from error
    if as_json:
        print_json({"id": key.id, "file": str(file)})
    else:
        say("store.key-made", id=key.id, path=file)
    return 0


@keys.command("rotate")
def rotate_keys(as_json: AsJson = False, data_dir: DataDir = DEFAULT_DATA_DIR) -> int:
    """换用密钥文件中的最后一个密钥,对象不必重写 / put the file's last key in force; no object is written anew."""
    settings = load_settings(data_dir)
    inner = _encrypted(settings)
    # The second copy is encrypted with the same key file: what leaves the file must not be needed there either. One that is away
    # is said before anything is changed.
    second = open_second(settings) if settings.second_store else None
    held = read_key_file(key_file_of(settings))
    ring = rotate(inner, held, settings.store_cipher)
    _record(settings, "store.rotate", {"key": ring.current.id, "wrapped_by": list(ring.wrapped_by)})
    if isinstance(second, EncryptedStore):
        rotate(second.inner, held, settings.store_cipher)
    if as_json:
        print_json({"key": ring.current.id, "cipher": ring.current.cipher, "wrapped_by": list(ring.wrapped_by)})
    else:
        say("store.rotated", id=ring.wrapped_by[0])
    return 0


@keys.command("save")
def save(file: Annotated[Path, typer.Argument(help="副本 / copy")], data_dir: DataDir = DEFAULT_DATA_DIR) -> int:
    """把密钥环(已加密)另存一份,与密钥文件一起入保险柜 / a copy of the wrapped keyring, for the safe beside the key file."""
    inner = _encrypted(load_settings(data_dir))
    write_atomically(file, inner.read(KEYRING[0]))
    say("store.keyring-saved", path=file)
    return 0


@keys.command("restore")
def restore(file: Annotated[Path, typer.Argument(help="副本 / copy")], data_dir: DataDir = DEFAULT_DATA_DIR) -> int:
    """从副本恢复密钥环 / put the keyring back from such a copy."""
    settings = load_settings(data_dir)
    try:
        data = file.read_bytes()
    except OSError as error:
        raise InputError("path.unreadable", path=file, detail=error.strerror or str(error)) from error
    ring = restore_keyring(open_inner(settings), data, read_key_file(key_file_of(settings)))
    _record(settings, "store.keyring-restore", {"key": ring.current.id})
    say("store.keyring-restored")
    return 0


def _encrypted(settings: Settings) -> ObjectStore:
    store = open_store(settings)
    if not isinstance(store, EncryptedStore):
        raise StorageError("store.no-keys")
    return store.inner


def _open_or_create(settings: Settings) -> ObjectStore:
    try:
        return create_store(settings)
    except StorageError as error:
        if error.code != "store.marker-exists":
            raise
        return open_store(settings)


def _settings_of(file: Path, settings: Settings) -> Settings:
    """The office's settings with the file's store in their place: nothing of the old store is taken over unsaid."""
    try:
        said: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError("settings.invalid", path=file, key=file.name, detail=str(error)) from error
    for key in said:
        if not key.startswith(_OF_THE_STORE):
            raise SettingsError("settings.unknown-key", path=file, key=key)
    kept = {key: value for key, value in settings.model_dump().items() if not key.startswith(_OF_THE_STORE)}
    try:
        return Settings.model_validate({**kept, **said})
    except ValueError as error:
        raise SettingsError("settings.invalid", path=file, key=file.name, detail=str(error)) from error


def _record(settings: Settings, act: str, detail: dict[str, Any]) -> None:
    office = open_office(settings)
    with office.catalogue.write() as session:
        audit.record(session, machine_viewer(getpass.getuser()), act, "store:objects", **detail)
    office.close()
