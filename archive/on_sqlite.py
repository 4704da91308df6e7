"""What only SQLite knows: whether anything was committed since one last looked, for a few microseconds."""

from __future__ import annotations

from sqlalchemy import Engine


class Commits:
    """The commits of all other connections to a catalogue. Holds a connection of its own; for one thread."""

    def __init__(self, engine: Engine) -> None:
        self._connection = engine.raw_connection()
        self._cursor = self._connection.cursor()
        self._seen = self._version()

    def any_new(self) -> bool:
        """Whether there were any since this was last asked."""
        before, self._seen = self._seen, self._version()
        return self._seen != before

    def _version(self) -> int:
        self._cursor.execute("PRAGMA data_version")
        (version,) = self._cursor.fetchall()[0]
        return int(version)

    def close(self) -> None:
        self._cursor.close()
        self._connection.close()
