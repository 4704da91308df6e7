"""What runs behind the screens of one office: the worker processes, the counting of large batches and, where no other
process does it, the indexer."""

from __future__ import annotations

import threading
import time
from contextlib import suppress

from archive import batch_tallies
from archive.office import Office
from base.errors import JuanzongError
from base.processes import Ending
from base.settings import Settings
from ingest.carriers import must_be_usable
from ingest.custody.fixity import Custodian
from ingest.index_upkeep import Keeper, Tell
from ingest.workers import Workers

_WATCH_SECONDS = 0.5
_ASK_SECONDS = 1.0
_COUNT_SECONDS = 10.0


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
            threading.Thread(target=self._count, name="tallies"),
        ]

    def __enter__(self) -> Attendant:
        try:
            for thread in self._threads:
                thread.start()
        except BaseException:
            # Interrupted while it starts: threads that nobody stops would keep the process from ending.
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    def wait(self, ending: Ending) -> None:
        """Blocks until the process is asked to end: KeyboardInterrupt."""
        while not self._stopping.wait(_ASK_SECONDS):
            ending.must_end()

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

    def _count(self) -> None:
        """A tenth of one thread's time at most, however many large batches there are."""
        pause = _COUNT_SECONDS
        while not self._stopping.wait(pause):
            started = time.monotonic()
            # Whatever keeps the catalogue from being read is told by those who work with it; lists show the tallies there are.
            with suppress(JuanzongError):
                batch_tallies.refresh(self._office.catalogue)
            pause = max(_COUNT_SECONDS, 9 * (time.monotonic() - started))
