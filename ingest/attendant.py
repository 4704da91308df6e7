"""What runs behind the screens of one office: the worker processes and, where no other process does it, the indexer."""

from __future__ import annotations

import threading

from archive.office import Office
from base.errors import JuanzongError
from base.settings import Settings
from ingest.indexer import drain, indexer_lock, open_index
from ingest.workers import Workers

_WATCH_SECONDS = 0.5


class Attendant:
    """Runs until it is stopped; `juanzong serve` and `juanzong worker` hold one each.

    `last_error` is what keeps the index from being written now (a full disk, a broken index): the screens say it.
    """

    def __init__(self, settings: Settings, office: Office) -> None:
        self._settings = settings
        self._office = office
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, name="workers"),
            threading.Thread(target=self._index, name="indexer"),
        ]
        self.last_error: JuanzongError | None = None

    def __enter__(self) -> Attendant:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def wait(self) -> None:
        """Blocks until the process is interrupted."""
        while not self._stopping.wait(3600):
            pass

    def _work(self) -> None:
        with Workers(self._settings, self._office) as workers:
            while not self._stopping.wait(_WATCH_SECONDS):
                workers.watch()

    def _index(self) -> None:
        while not self._stopping.wait(_WATCH_SECONDS):
            with indexer_lock(self._office) as mine:
                if mine:
                    self._index_while_held()

    def _index_while_held(self) -> None:
        while not self._stopping.wait(_WATCH_SECONDS):
            try:
                index = open_index(self._office)
                drain(self._office, index)
                index.close()
            except JuanzongError as error:
                self.last_error = error
                return
            self.last_error = None
