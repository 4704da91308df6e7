"""A wire that changes a bit: the server holds each body against the digest that was sent with it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from archive.store.open import create_store
from base.errors import StorageError
from tests.archive.store.buckets import settings_for
from tests.archive.store.listening import a_server
from tests.archive.store.stores import PAGE, original, put

pytestmark = pytest.mark.service


def pump(source: socket.socket, target: socket.socket, flips: list[int]) -> None:
    """Hands on what comes; where it is a page, flips one bit of it as long as `flips` has numbers."""
    while True:
        try:
            data = source.recv(1 << 16)
            if not data:
                target.shutdown(socket.SHUT_WR)
                return
            place = data.find(b"scanned")
            if place >= 0 and flips:
                flips.pop()
                data = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
            target.sendall(data)
        except OSError:
            return


@contextmanager
def a_wire_to(address: str, flips: list[int]) -> Iterator[str]:
    """The address of a proxy on the loopback; only what goes to the server is changed."""
    host, _, port = address.partition(":")
    opened: list[socket.socket] = []
    threads: list[Thread] = []

    def meet(near: socket.socket) -> None:
        far = socket.create_connection((host, int(port)))
        opened.append(far)
        for source, target, spoiled in ((near, far, flips), (far, near, [])):
            threads.append(Thread(target=pump, args=(source, target, spoiled), daemon=True))
            threads[-1].start()

    with a_server(meet) as near_address:
        yield near_address
    for connection in opened:
        connection.close()
    for thread in threads:
        thread.join(5)


def test_a_bit_that_changes_on_the_way_is_refused_by_the_server_and_sent_again(tmp_path: Path, server: str) -> None:
    settings, page = settings_for(tmp_path, server), original()
    straight, flips = create_store(settings), [1]
    with a_wire_to(settings.s3_endpoint, flips) as address:
        put(create_store(settings.model_copy(update={"s3_endpoint": address})), page)
    assert flips == []
    assert straight.check(page.key, sha256=page.sha256).state == "good"


def test_a_wire_that_always_changes_a_bit_is_an_error_and_leaves_nothing(tmp_path: Path, server: str) -> None:
    settings, page = settings_for(tmp_path, server), original()
    straight = create_store(settings)
    with a_wire_to(settings.s3_endpoint, list(range(50))) as address:
        store = create_store(settings.model_copy(update={"s3_endpoint": address}))
        with pytest.raises(StorageError) as error:
            put(store, page)
    assert error.value.code == "store.failed"
    assert PAGE.find(b"scanned") > 0
    assert not straight.exists(page.key)
