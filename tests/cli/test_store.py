"""`juanzong store`: what is there, a move into an encrypted store and back, keys."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from archive.office import make_office, open_office
from archive.store.open import open_store
from archive.tables import AuditEntry
from base.settings import load_settings
from cli.main import main
from ingest.custody.second import open_second
from tests.archive.store.stores import PAGE, derived, original, put


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    office = make_office(load_settings(tmp_path / "office", {}), "某区人事档案中心", "admin", "correct horse")
    put(office.store, original())
    put(office.store, derived(b"text"))
    office.close()
    return tmp_path / "office"


def run(capsys: pytest.CaptureFixture[str], *arguments: object, data_dir: Path | None = None) -> tuple[int, Any]:
    where = ["--data-dir", str(data_dir)] if data_dir else []
    status = main(["store", *map(str, arguments), "--json", *where])
    return status, json.loads(capsys.readouterr().out)


def use(data_dir: Path, lines: str) -> None:
    (data_dir / "juanzong.toml").write_text(lines, "utf-8")


def test_status_says_where_and_what(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, answer = run(capsys, "status", "--locks", data_dir=data_dir)
    assert status == 0
    assert (answer["store"], answer["encrypted"], answer["lock"]) == ("folder", False, None)
    assert answer["place"] == str(data_dir / "objects")
    assert answer["objects"]["originals"] == {"count": 1, "bytes": len(PAGE)}
    assert answer["objects"]["derived"] == {"count": 1, "bytes": 4}
    assert answer["unlocked"] == 1
    assert answer["free_bytes"] > 0
    assert main(["store", "status", "--data-dir", str(data_dir)]) == 0
    assert "originals" in capsys.readouterr().err


def test_an_office_moves_into_an_encrypted_store_and_its_key_is_changed(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys, new = tmp_path / "keys", f"store_key_file = '{tmp_path / 'keys'}'\nstore_folder = '{tmp_path / 'vault'}'\n"
    assert run(capsys, "keys", "new", keys)[0] == 0
    (tmp_path / "new.toml").write_text(new)
    status, answer = run(capsys, "migrate", "--to", tmp_path / "new.toml", data_dir=data_dir)
    assert (status, answer["copied"], answer["bad"], answer["to"]) == (0, 2, [], str(tmp_path / "vault"))
    status, answer = run(capsys, "migrate", "--to", tmp_path / "new.toml", "--recheck", data_dir=data_dir)
    assert (status, answer["copied"], answer["skipped"]) == (0, 2, 0)
    use(data_dir, new)
    status, answer = run(capsys, "status", data_dir=data_dir)
    assert (answer["encrypted"], answer["cipher"], len(answer["keys"])) == (True, "aes-256-gcm", 1)
    before = answer["wrapped_by"]
    run(capsys, "keys", "new", keys)
    use(data_dir, new + "store_cipher = 'sm4-gcm'\n")
    status, answer = run(capsys, "keys", "rotate", data_dir=data_dir)
    assert (status, answer["cipher"]) == (0, "sm4-gcm")
    assert answer["wrapped_by"] != before
    saved = tmp_path / "saved"
    assert main(["store", "keys", "save", str(saved), "--data-dir", str(data_dir)]) == 0
    assert main(["store", "keys", "restore", str(saved), "--data-dir", str(data_dir)]) == 0
    settings = load_settings(data_dir, {})
    assert open_store(settings).read(original().key) == PAGE
    office = open_office(settings)
    with office.catalogue.read() as session:
        acts = list(
            session.scalars(
                select(AuditEntry.action).where(AuditEntry.action.startswith("store.")).order_by(AuditEntry.id)
            )
        )
    office.close()
    assert acts == [*["store.migrate", "store.migrated"] * 2, "store.rotate", "store.keyring-restore"]


def test_a_damaged_object_is_named_and_the_status_says_so(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = next(data_dir.glob("objects/originals/*/*/*"))
    path.chmod(0o600)
    path.write_bytes(b"?" + PAGE[1:])
    (tmp_path / "new.toml").write_text(f"store_folder = '{tmp_path / 'vault'}'\n")
    status, answer = run(capsys, "migrate", "--to", tmp_path / "new.toml", data_dir=data_dir)
    assert (status, answer["copied"]) == (1, 1)
    assert answer["bad"] == [{"key": original().key, "code": "store.damaged"}]


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("", "store.same-place"),
        ("port = 1\n", "settings.unknown-key"),
        ("store = 'tape'\n", "settings.invalid"),
        ("store =\n", "settings.invalid"),
        ("store_folder = 'vault'\nstore_key_file = 'none'\n", "store.key-file-missing"),
    ],
)
def test_a_file_that_names_no_other_store_moves_nothing(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], lines: str, code: str
) -> None:
    (tmp_path / "new.toml").write_text(lines)
    status, answer = run(capsys, "migrate", "--to", tmp_path / "new.toml", data_dir=data_dir)
    assert (status, answer["error"]["code"]) == (2, code)
    assert not (data_dir / "vault").exists()


def test_a_key_that_left_the_file_is_not_needed_by_the_second_copy_either(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys, data_dir = tmp_path / "keys", tmp_path / "office"
    run(capsys, "keys", "new", keys)
    data_dir.mkdir()
    use(data_dir, f"store_key_file = '{keys}'\nsecond_store = 'folder'\nsecond_path = '{tmp_path / 'second'}'\n")
    settings = load_settings(data_dir, {})
    make_office(settings, "某区人事档案中心", "admin", "correct horse").close()
    for store in (open_store(settings), open_second(settings, create=True)):
        put(store, original())
    run(capsys, "keys", "new", keys)
    before = keys.read_text().splitlines(keepends=True)
    (tmp_path / "second").rename(tmp_path / "away")
    status, answer = run(capsys, "keys", "rotate", data_dir=data_dir)
    assert (status, answer["error"]["code"]) == (2, "store.marker-missing")
    keys.write_text("".join(before[:2]))
    assert open_store(settings).read(original().key) == PAGE  # nothing was changed: the old key alone still opens it
    keys.write_text("".join(before))
    (tmp_path / "away").rename(tmp_path / "second")
    assert run(capsys, "keys", "rotate", data_dir=data_dir)[0] == 0
    keys.write_text("".join(before[2:]))
    assert open_store(settings).read(original().key) == open_second(settings).read(original().key) == PAGE


def test_locks_of_a_folder_are_no_work_and_a_plain_store_has_no_keys(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, "protect", data_dir=data_dir) == (0, {"originals": 1})
    status, answer = run(capsys, "keys", "rotate", data_dir=data_dir)
    assert (status, answer["error"]["code"]) == (2, "store.no-keys")
    status, answer = run(capsys, "release", "1", "--to", "市档案馆", "--reason", "协议", data_dir=data_dir)
    assert (status, answer["error"]["code"]) == (2, "not-found")
