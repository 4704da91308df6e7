"""A real PostgreSQL that is away, full, closed, too old or of the wrong order; and what only many machines do to each other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url, select, text

from archive import on_postgres
from archive.catalogue import Catalogue, create_catalogue, open_catalogue
from archive.tables import Organization
from base.errors import InputError, StorageError
from base.settings import Settings
from tests.databases import drop_database, server

pytestmark = pytest.mark.service


@pytest.fixture
def settings(tmp_path: Path, postgres_url: str) -> Settings:
    return Settings(data_dir=tmp_path, database_url=postgres_url)


@pytest.fixture
def catalogue(settings: Settings) -> Iterator[Catalogue]:
    made = create_catalogue(settings)
    yield made
    made.close()


@pytest.fixture
def plain_url(postgres_url: str) -> Iterator[str]:
    """The same database for an account that is no superuser and owns nothing."""
    with server() as connection:
        connection.execute(text("CREATE ROLE plain LOGIN PASSWORD 'plain'"))
    yield make_url(postgres_url).set(username="plain", password="plain").render_as_string(hide_password=False)
    drop_database(str(make_url(postgres_url).database))
    with server() as connection:
        connection.execute(text("DROP ROLE plain"))


def test_an_empty_database_is_no_office_yet(settings: Settings) -> None:
    assert _code(lambda: open_catalogue(settings)) == "catalogue.missing"
    create_catalogue(settings).close()
    open_catalogue(settings).close()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"port": 1}, "catalogue.away"),
        ({"password": "wrong-secret"}, "catalogue.password"),
        ({"database": "no_such_database"}, "catalogue.no-database"),
    ],
)
def test_why_no_connection_is_made(settings: Settings, changed: dict[str, object], code: str) -> None:
    url = make_url(settings.database_url).set(**changed)  # type: ignore[arg-type]
    wrong = settings.model_copy(update={"database_url": url.render_as_string(hide_password=False)})
    with pytest.raises(StorageError) as caught:
        open_catalogue(wrong)
    assert caught.value.code == code
    assert str(url.password) not in caught.value.text("zh_CN") + caught.value.text("en")


def test_an_account_without_rights(settings: Settings, plain_url: str) -> None:
    assert (
        _code(lambda: create_catalogue(settings.model_copy(update={"database_url": plain_url})))
        == "catalogue.not-allowed"
    )


def test_too_many_connections(settings: Settings, catalogue: Catalogue, plain_url: str) -> None:
    name = make_url(plain_url).database
    with server() as connection:
        connection.execute(text(f'ALTER DATABASE "{name}" CONNECTION LIMIT 0'))
    assert (
        _code(lambda: open_catalogue(settings.model_copy(update={"database_url": plain_url})))
        == "catalogue.connections"
    )


def test_a_server_that_is_too_old(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_postgres, "OLDEST", 99)
    assert _code(lambda: create_catalogue(settings)) == "catalogue.too-old"


def test_a_database_of_another_encoding(settings: Settings) -> None:
    name = str(make_url(settings.database_url).database)
    drop_database(name)
    with server() as connection:
        connection.execute(text(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'"))
    assert _code(lambda: create_catalogue(settings)) == "catalogue.order"


def test_a_standby_is_read_and_not_written(settings: Settings, catalogue: Catalogue) -> None:
    with server() as connection:
        name = make_url(settings.database_url).database
        connection.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'))
    catalogue.engine.dispose()
    assert _code(lambda: _add(catalogue)) == "catalogue.read-only"
    with catalogue.read() as session:
        assert session.scalars(select(Organization)).all() == []


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("53100", "disk.full"),
        ("40P01", "catalogue.collided"),
        ("40001", "catalogue.collided"),
        ("57P01", "catalogue.away"),
    ],
)
def test_what_a_server_says_in_the_middle(catalogue: Catalogue, state: str, code: str) -> None:
    said = text(f"DO $$ BEGIN RAISE EXCEPTION 'said' USING ERRCODE = '{state}'; END $$")

    def act() -> None:
        with catalogue.write() as session:
            session.execute(said)

    assert _code(act) == code


def test_a_connection_cut_in_a_transaction_leaves_nothing_and_the_next_one_works(catalogue: Catalogue) -> None:
    def act() -> None:
        with catalogue.write() as session:
            session.add(Organization(kind="district", name="甲区", path="/1/"))
            session.flush()
            with server() as other:
                other.execute(
                    text("SELECT pg_terminate_backend(:pid)"), {"pid": session.scalar(text("SELECT pg_backend_pid()"))}
                )
            session.flush()
            session.execute(text("SELECT 1"))

    assert _code(act) == "catalogue.away"
    _add(catalogue)
    with catalogue.read() as session:
        assert len(session.scalars(select(Organization)).all()) == 1


def test_a_writer_does_not_wait_for_ever(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(on_postgres._OPTIONS, "lock_timeout", "100ms")
    catalogue = create_catalogue(settings)
    with catalogue.write() as session:
        session.execute(text("SELECT 1"))  # the lock comes with the first statement
        assert _code(lambda: _add(catalogue)) == "catalogue.busy"
    _add(catalogue)
    catalogue.close()


def test_machines_that_start_at_once_make_the_schema_once(settings: Settings) -> None:
    failed: list[BaseException] = []

    def start() -> None:
        try:
            create_catalogue(settings).close()
        except StorageError as error:
            failed.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    open_catalogue(settings).close()


@pytest.mark.parametrize("name", ["a\0b"])
def test_a_text_that_cannot_be_stored_is_refused_as_input(catalogue: Catalogue, name: str) -> None:
    with pytest.raises(InputError, match="cannot be stored"):
        _add(catalogue, name)


def test_a_number_that_no_column_holds_is_refused_as_input_or_not_found(catalogue: Catalogue) -> None:
    with pytest.raises(InputError, match="cannot be stored"), catalogue.read() as session:
        session.get(Organization, 10**10)


def _add(catalogue: Catalogue, name: str = "甲区") -> None:
    with catalogue.write() as session:
        session.add(Organization(kind="district", name=name, path="/1/"))


def _code(act: Callable[[], object]) -> str:
    with pytest.raises(StorageError) as caught:
        act()
    return caught.value.code
