"""What runs behind the screens of one office: the worker processes and, where no other process does it, the indexer."""

from __future__ import annotations

import threading

from archive.office import Office
from base.errors import JuanzongError
from base.settings import Settings
from ingest.carriers import must_be_usable
from ingest.custody.fixity import Custodian
from ingest.index_upkeep import Keeper, Tell
from ingest.workers import Workers

_WATCH_SECONDS = 0.5


def _to_nobody(_error: JuanzongError | None) -> None:
    return


class Attendant:
    """Runs until it is stopped; `juanzong serve` and `juanzong worker` hold one each.

    `tell` hears once what keeps the index from being written (a full disk, a server that is down), and once (None) when it
    is written again; the screens read the same in the catalogue. SettingsError `carrier.…` where nobody could wake workers.
    """

    def __init__(self, settings: Settings, office: Office, tell: Tell = _to_nobody) -> None:
        must_be_usable(settings)
        self._settings = settings
        self._office = office
        self._stopping = threading.Event()
        self._keeper = Keeper(office, tell, self._stopping.is_set)
        self._custodian = Custodian(office, self._stopping.is_set)
        self._threads = [
            threading.Thread(target=self._work, name="workers"),
            threading.Thread(target=self._index, name="indexer"),
            threading.Thread(target=self._look_after, name="custodian"),
        ]

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
        while not self._stopping.wait(self._keeper.pause_s):
            self._keeper.turn()
        self._keeper.close()

    def _look_after(self) -> None:
        """Objects are read again in their turn, and what is new goes to the second store; after a while, so that starting is quick."""
        while not self._stopping.wait(self._custodian.pause_s):
            self._custodian.turn()
