"""What a database refuses, said in words an office can use: a stable code for each reason, on SQLite and on PostgreSQL."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from base.errors import InputError, StorageError

_ON_SQLITE = (
    ("disk is full", "disk.full"),
    ("disk I/O", "disk.full"),
    ("locked", "catalogue.busy"),
    ("readonly", "catalogue.read-only"),
    ("unable to open", "catalogue.cannot-open"),
    ("malformed", "catalogue.damaged"),
    ("not a database", "catalogue.damaged"),
)
# SQLSTATE, or its class of two signs: appendix A of PostgreSQL's manual.
_ON_POSTGRES = {
    "53100": "disk.full",
    "53300": "catalogue.connections",
    "25006": "catalogue.read-only",
    "28": "catalogue.password",
    "3D000": "catalogue.no-database",
    "42501": "catalogue.not-allowed",
    "55P03": "catalogue.busy",
    "40": "catalogue.collided",
    "57P": "catalogue.away",
    "08": "catalogue.away",
    "XX001": "catalogue.damaged",
    "XX002": "catalogue.damaged",
}
# A connection that was never made has no SQLSTATE, only the server's words, in the server's language.
_REFUSED = (
    (re.compile(r"password authentication failed|Password 认证失败|no password supplied|pg_hba\.conf"), "28"),
    (re.compile(r'database ".*" does not exist|数据库 ".*" 不存在'), "3D000"),
    (
        re.compile(r"too many (clients|connections)|connection slots are reserved|太多的客户|太多的联接|已保留的连接"),
        "53300",
    ),
)


# A number or a text that no column can hold: nobody has it, and nobody can store it.
_UNFIT = ("22003", "22021")


@contextmanager
def clear_errors(place: str) -> Iterator[None]:
    """A full disk, a lost server or a locked file becomes a StorageError; `place` names the database, without its password.

    A value that no database can hold, such as a number of twenty digits in an address, is an InputError.
    """
    try:
        yield
    except PoolTimeoutError as error:
        raise StorageError("catalogue.connections", path=place, detail=str(error)) from error
    except OverflowError as error:
        if "SQLite INTEGER" not in str(error):
            raise
        raise InputError("catalogue.unfit-value") from error
    except DataError as error:
        if getattr(error.orig, "sqlstate", None) in _UNFIT or "NUL (0x00)" in str(error.orig):
            raise InputError("catalogue.unfit-value") from error
        raise
    except DBAPIError as error:
        code = _code(error)
        if code is None:
            raise
        raise StorageError(code, path=place, detail=_first_line(error)) from error


def _code(error: DBAPIError) -> str | None:
    if isinstance(error.orig, sqlite3.Error):
        return next((code for words, code in _ON_SQLITE if words in str(error.orig)), None)
    state = getattr(error.orig, "sqlstate", None)
    if state is None and type(error).__name__ == "OperationalError":
        said = str(error.orig)
        state = next((known for words, known in _REFUSED if words.search(said)), "08")
    return next((code for known, code in _ON_POSTGRES.items() if (state or "").startswith(known)), None)


def _first_line(error: DBAPIError) -> str:
    """What the database said: never a statement's values, which follow on later lines."""
    return str(error.orig).strip().partition("\n")[0]
