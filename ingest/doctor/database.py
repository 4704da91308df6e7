"""The database of the catalogue: whole, with room for its log or its connections."""

from __future__ import annotations

from dataclasses import asdict

from archive.database_health import health_of
from base.errors import JuanzongError
from base.settings import Settings
from ingest.doctor.check import Check, Status

_MB = 1_000_000
# SQLite empties its log at 4 MB; one as large as this is held by something that reads and never ends.
_LARGE_LOG = 500 * _MB
_NEARLY_ALL = 0.8


def database(settings: Settings) -> Check:
    """Nothing is said where there is no office yet: the check of the data folder says so."""
    try:
        now = health_of(settings)
    except JuanzongError as error:
        status: Status = "warn" if error.code == "catalogue.missing" else "fail"
        return Check("database", status, error.code, error.params)
    data = asdict(now) | {"damage": list(now.damage)}
    params: dict[str, object] = {
        "version": now.version, "size": round(now.size_bytes / _MB), "log": round(now.log_bytes / _MB),
        "connections": now.connections, "most": now.most_connections, "damage": "；".join(now.damage),
    }  # fmt: skip
    if now.damage:
        return Check("database", "fail", "doctor.database.damaged", params, data)
    if now.log_bytes > _LARGE_LOG:
        return Check("database", "warn", "doctor.database.log", params, data)
    if now.kind == "sqlite":
        return Check("database", "ok", "doctor.database.file", params, data)
    if now.connections > _NEARLY_ALL * now.most_connections:
        return Check("database", "warn", "doctor.database.connections", params, data)
    return Check("database", "ok", "doctor.database.server", params, data)
