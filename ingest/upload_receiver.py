"""Takes in uploads behind the screens of an office, each in a process of its own, so that no click waits for it."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
import uuid
from multiprocessing.process import BaseProcess

from archive.office import Office, open_office
from base.settings import Settings
from ingest.uploaded import beat, claim, release, take_in

_LOOK_SECONDS = 1.0
_BEAT_SECONDS = 10.0
_TELL_SECONDS = 1.0
_SPAWN = multiprocessing.get_context("spawn")


class UploadReceiver:
    """Looks for uploads that are whole until it is stopped; `juanzong serve` and `juanzong worker` hold one each."""

    def __init__(self, settings: Settings, office: Office) -> None:
        self._settings = settings
        self._office = office
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._look, name="uploads")

    def __enter__(self) -> UploadReceiver:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stopping.wait(_LOOK_SECONDS):
            owner = f"{os.getpid()}-{uuid.uuid4().hex[:12]}"
            upload_id = claim(self._office.catalogue, owner)
            if upload_id is not None:
                self._run(upload_id, owner)

    def _run(self, upload_id: int, owner: str) -> None:
        process = _SPAWN.Process(target=receive_one, args=(self._settings, upload_id, owner), daemon=True)
        process.start()
        while process.is_alive() and not self._stopping.is_set():
            process.join(_LOOK_SECONDS)
        _stop(process)
        # Where it ended without a word, or was stopped, the next one goes on at once: what was taken in stays so.
        release(self._office.catalogue, owner)


def _stop(process: BaseProcess) -> None:
    if process.is_alive():
        process.terminate()
        process.join(5)
        if process.is_alive():
            process.kill()
            process.join()


class _Telling:
    """Says in the row how far it is, at most once a second, and renews the lease while nothing is said."""

    def __init__(self, office: Office, upload_id: int, owner: str) -> None:
        self._arguments = (office.catalogue, upload_id, owner)
        self._done = self._total = 0
        self._told = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> _Telling:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def step(self, name: str, done: int, total: int | None) -> None:
        self._done, self._total = done, total or 0
        if time.monotonic() - self._told > _TELL_SECONDS:
            self._told = time.monotonic()
            beat(*self._arguments, done, self._total)

    def _beat(self) -> None:
        while not self._over.wait(_BEAT_SECONDS):
            beat(*self._arguments, self._done, self._total)


def receive_one(settings: Settings, upload_id: int, owner: str) -> None:
    """The life of one such process."""
    office = open_office(settings)
    try:
        with _Telling(office, upload_id, owner) as telling:
            take_in(office, upload_id, telling)
    finally:
        office.close()
