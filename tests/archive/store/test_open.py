from __future__ import annotations

import sys
from pathlib import Path

import pytest

from archive.store.open import create_store, open_store
from base.errors import StorageError
from base.settings import Settings
from tests.archive.store.stores import PAGE, original, put


def test_an_office_keeps_its_objects_in_its_data_folder(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "office")
    put(create_store(settings), original())
    assert open_store(settings).read(original().key) == PAGE
    assert (tmp_path / "office" / "objects" / "originals").is_dir()


def test_an_office_that_was_never_made_has_no_store(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as error:
        open_store(Settings(data_dir=tmp_path))
    assert error.value.code == "store.marker-missing"
    assert list(tmp_path.iterdir()) == []


def test_without_the_extra_the_s3_store_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("archive.store.s3", "archive.store.s3_client", "archive.store.s3_connection"):
        monkeypatch.delitem(sys.modules, module, raising=False)
        monkeypatch.setattr(module, None, raising=False)
        monkeypatch.delattr(module)
    monkeypatch.setitem(sys.modules, "minio", None)
    with pytest.raises(StorageError) as error:
        open_store(Settings.model_validate({"data_dir": tmp_path, "store": "s3", "s3_endpoint": "host:1"}))
    assert error.value.code == "store.s3-not-installed"
