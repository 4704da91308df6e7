"""The S3 store against a real MinIO and a real Ceph that `make test-services` starts. Without them these tests fail."""

from __future__ import annotations

import io
import os
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from archive.store import s3_client, s3_connection
from archive.store.open import create_store, open_store
from archive.store.s3 import S3Store
from archive.store.s3_client import Bucket
from base.errors import SettingsError, StorageError
from base.settings import Settings
from tests.archive.store.buckets import settings_for
from tests.archive.store.contract import StoreContract
from tests.archive.store.listening import a_server
from tests.archive.store.stores import PAGE, derived, mend, original, put


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3_connection, "CONNECT_SECONDS", 0.3)
    monkeypatch.setattr(s3_connection, "READ_SECONDS", 0.3)
    monkeypatch.setattr(s3_connection, "RETRIES", 1)
    monkeypatch.setattr(s3_client, "PAUSES", (0.01,))


@pytest.mark.service
class TestS3KeepsTheContract(StoreContract):
    pass


@pytest.mark.service
def test_a_bucket_is_made_once_and_opened_again(settings: Settings, store: S3Store) -> None:
    put(store, original())
    assert create_store(settings).exists(original().key)
    assert open_store(settings).read(original().key) == PAGE


@pytest.mark.service
def test_a_bucket_that_another_process_made_a_moment_ago_is_as_good(settings: Settings) -> None:
    for _ in range(2):
        Bucket(settings).make(lock=settings.s3_lock != "off")
    store = create_store(settings)
    put(store, original())
    assert store.read(original().key) == PAGE


@pytest.mark.service
def test_a_bucket_that_is_not_there_is_named(settings: Settings) -> None:
    with pytest.raises(StorageError) as error:
        open_store(settings)
    assert error.value.code == "store.no-bucket"
    assert settings.s3_bucket in error.value.text("zh_CN")


@pytest.mark.service
@pytest.mark.parametrize("wrong", [{"s3_secret_key": "not the secret"}, {"s3_access_key": "nobody"}])
def test_a_wrong_key_or_secret_is_refused_and_not_repeated_in_the_message(
    settings: Settings, store: S3Store, wrong: dict[str, str]
) -> None:
    with pytest.raises(StorageError) as error:
        open_store(settings.model_copy(update=wrong))
    assert error.value.code == "store.denied"
    assert settings.s3_secret_key not in error.value.text("en")
    assert not any(value in error.value.text("en") for value in wrong.values())


@pytest.mark.service
def test_the_bucket_vanishing_while_running_is_an_error_and_not_an_empty_answer(store: S3Store) -> None:
    store.bucket.client.remove_bucket(store.bucket.name)
    for ask in (lambda: put(store, original()), lambda: list(store.list()), lambda: store.read(original().key)):
        with pytest.raises(StorageError) as error:
            ask()
        assert error.value.code == "store.no-bucket"
    answer = store.check(original().key, sha256=original().sha256)
    assert (answer.state, answer.code) == ("could_not_check", "store.no-bucket")


@pytest.mark.service
def test_digest_and_type_are_kept_beside_the_bytes(store: S3Store) -> None:
    page = original()
    store.put(page.key, PAGE, sha256=page.sha256, size=len(PAGE), media_type="image/jpeg")
    found = store.bucket.client.stat_object(store.bucket.name, page.key)
    assert found.content_type == "image/jpeg"
    assert found.metadata["x-amz-meta-sha256"] == page.sha256


@pytest.mark.service
def test_bytes_changed_behind_our_back_are_bad(store: S3Store) -> None:
    page = original()
    put(store, page)
    store.bucket.client.put_object(store.bucket.name, page.key, io.BytesIO(b"other"), 5)
    answer = store.check(page.key, sha256=page.sha256)
    assert (answer.state, answer.code) == ("bad", "store.damaged")
    with pytest.raises(StorageError) as error:
        put(store, page)
    assert error.value.code == "store.conflict"
    mend(store, page)
    assert store.check(page.key, sha256=page.sha256).state == "good"


@pytest.mark.service
def test_a_server_that_keeps_other_bytes_is_found_out_by_reading_back(
    store: S3Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_digest", lambda key: "0" * 64)
    with pytest.raises(StorageError) as error:
        put(store, original())
    assert error.value.code == "store.verify-failed"


@pytest.mark.service
def test_an_object_of_many_parts_is_whole(store: S3Store) -> None:
    book = original(os.urandom(1 << 20) * 37)
    put(store, book, stream=True)
    assert store.check(book.key, sha256=book.sha256).state == "good"


@pytest.mark.service
def test_a_long_list_is_whole(store: S3Store) -> None:
    results = [derived(b"", version=str(number)) for number in range(1005)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda result: put(store, result), results))
    assert [info.key for info in store.list("derived/")] == sorted(result.key for result in results)


def giving(answer: bytes | None) -> Callable[[socket.socket], None]:
    """Gives one raw answer to all, or leaves them waiting."""

    def meet(connection: socket.socket) -> None:
        if answer is not None:
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

    return meet


@pytest.mark.service
@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (None, "store.unreachable"),
        (b"", "store.unreachable"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<half", "store.unreachable"),
        (b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nno", "store.failed"),
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", "store.unreachable"),
    ],
)
def test_a_server_that_is_late_dies_or_is_no_store_is_named(
    tmp_path: Path, impatient: None, answer: bytes | None, code: str
) -> None:
    with a_server(giving(answer)) as address:
        settings = settings_for(tmp_path, s3_endpoint=address)
        store = S3Store(Bucket(settings), None)
        asks: tuple[Callable[[], object], ...] = (
            lambda: store.read(original().key),
            lambda: list(store.list()),
            lambda: put(store, derived(b"x"), replace=True),
        )
        for ask in asks:
            with pytest.raises(StorageError) as error:
                ask()
            assert error.value.code == code
        assert store.check(original().key, sha256=original().sha256).state == "could_not_check"


@pytest.mark.service
def test_a_port_where_nobody_listens_is_unreachable(tmp_path: Path, impatient: None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
    with pytest.raises(StorageError) as error:
        open_store(settings_for(tmp_path, s3_endpoint=address))
    assert error.value.code == "store.unreachable"
    assert address in error.value.text("zh_CN")


@pytest.mark.parametrize("endpoint", ["", "http://host:9000", "host:9000/path", "host:port"])
def test_an_endpoint_that_is_no_host_and_port_is_a_settings_error(tmp_path: Path, endpoint: str) -> None:
    settings = Settings.model_validate({"data_dir": tmp_path, "store": "s3", "s3_endpoint": endpoint})
    with pytest.raises(SettingsError) as error:
        open_store(settings)
    assert error.value.code == "store.s3-endpoint"
