"""Requests to the server with a limit on tries and on time, and its failures as ours. The client is named here alone."""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from base.errors import BusyError, JuanzongError, SettingsError, StorageError
from base.settings import Settings
from search.errors import QueryError

try:
    from elasticsearch import (
        ApiError,
        ConnectionTimeout,
        Elasticsearch,
        TransportError,
        UnsupportedProductError,
        __version__,
    )
except ModuleNotFoundError as missing:
    # An extra: an office with the embedded index does without it.
    raise StorageError("search.elastic-not-installed") from missing

Client = Elasticsearch
CLIENT_MAJOR = __version__[0]
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.1, 2.0
_TRANSIENT = frozenset({429, 502, 503, 504})
# Said of an index on a disk past its flood stage, whatever the status that comes with it.
_FLOOD = "read-only-allow-delete"
# Said in two ways, where a query is read and where it is rewritten.
_TOO_MANY_CLAUSES = re.compile("too many clauses|maxClauseCount")
# A server of another major version refuses our media type.
_OTHER_MEDIA_TYPE = 406, "media_type_header_exception"
_CHINESE_ANALYSERS = frozenset({"analysis-ik", "analysis-smartcn"})
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a request is tried, and for how many seconds in all: pauses, which double, are among them."""

    tries: int
    seconds: float


SEARCHING = Patience(3, 10.0)
WRITING = Patience(8, 60.0)
LOOKING = Patience(1, 3.0)


class IndexMissingError(StorageError):
    """The index, the alias or the point in time that was asked is not there."""


class IndexThereError(StorageError):
    """An index of this name is there already."""


_PLAIN: dict[int, tuple[type[StorageError | BusyError], str]] = {
    401: (StorageError, "search.elastic-denied"),
    403: (StorageError, "search.elastic-denied"),
    404: (IndexMissingError, "search.index-missing"),
    429: (BusyError, "search.elastic-busy"),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """The lowest version of the cluster's nodes, and the Chinese analysers that they have: of use to its keeper alone."""

    version: str
    analysers: tuple[str, ...]


class Server:
    """One address, or several of one cluster. Nothing is sent before the first request; threads may share it."""

    def __init__(self, settings: Settings) -> None:
        self.address = _address(settings)
        self._client = _client(settings, self.address)
        self._known = False

    def ask(self, call: Callable[[Client], Any], patience: Patience) -> Any:
        """The body of the answer. StorageError or BusyError `search.elastic-…`, `disk.full`, IndexMissingError.

        The first request of all asks for the server's version as well: another major one is refused.
        """
        if not self._known:
            self.check_version(patience)
        return self._patiently(call, patience)

    def check_version(self, patience: Patience) -> Facts:
        """Asked of the nodes: the bare server has no banner. StorageError `search.elastic-version` if it is not ours."""
        answer = self._patiently(lambda client: client.nodes.info(metric="plugins"), patience)
        nodes = list(answer["nodes"].values())
        versions = sorted({str(node["version"]) for node in nodes})
        others = [each for each in versions if each.split(".")[0] != str(CLIENT_MAJOR)]
        if others or not versions:
            raise self._version_error(", ".join(others) or "?")
        self._known = True
        plugins = {str(plugin["name"]) for node in nodes for plugin in node.get("plugins", [])}
        return Facts(versions[0], tuple(sorted(_CHINESE_ANALYSERS & plugins)))

    def close(self) -> None:
        self._client.close()

    def _patiently(self, call: Callable[[Client], Any], patience: Patience) -> Any:
        end = time.monotonic() + patience.seconds
        pause = _FIRST_PAUSE_S
        for left in range(patience.tries - 1, -1, -1):
            try:
                return call(self._client.options(request_timeout=max(end - time.monotonic(), 0.1))).body
            except (ApiError, TransportError, UnsupportedProductError) as error:
                if not left or not _may_pass(error) or time.monotonic() + pause >= end:
                    raise self._failure(error, patience) from error
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_S)
        raise AssertionError

    def _failure(self, error: Exception, patience: Patience) -> JuanzongError:
        if isinstance(error, ConnectionTimeout):
            return StorageError("search.elastic-late", path=self.address, seconds=patience.seconds)
        if isinstance(error, TransportError):
            return StorageError("search.elastic-down", path=self.address, detail=type(error).__name__)
        # Also an ApiError, of whatever status.
        if isinstance(error, ApiError) and not isinstance(error, UnsupportedProductError):
            return self.refusal(error.meta.status, str(error.error), _reason(error.body))
        return self._version_error("?")

    def refusal(self, status: int, kind: str, reason: str) -> JuanzongError:
        """What an answer of this status means. Its reason stays out: it may quote a query."""
        detail = f"{status} {kind}"
        if _is_full(reason):
            return StorageError("disk.full", path=self.address)
        if _TOO_MANY_CLAUSES.search(reason):
            return QueryError("search.query-too-large")
        if kind == "resource_already_exists_exception":
            return IndexThereError("search.elastic-failed", path=self.address, detail=detail)
        if status == _OTHER_MEDIA_TYPE[0] or kind == _OTHER_MEDIA_TYPE[1]:
            return self._version_error("?")
        # A block is the index's, not the account's.
        if "cluster_block" not in kind and status in _PLAIN:
            error, code = _PLAIN[status]
            return error(code, path=self.address)
        code = "search.elastic-down" if status in _TRANSIENT else "search.elastic-failed"
        return StorageError(code, path=self.address, detail=detail)

    def _version_error(self, found: str) -> StorageError:
        return StorageError("search.elastic-version", path=self.address, found=found, wanted=CLIENT_MAJOR)


def _may_pass(error: Exception) -> bool:
    if isinstance(error, ApiError):
        return error.meta.status in _TRANSIENT and not _is_full(_reason(error.body))
    return isinstance(error, TransportError) and not isinstance(error, ConnectionTimeout)


def is_transient(status: int, reason: str) -> bool:
    """Whether the same again may succeed after a while."""
    return status in _TRANSIENT and not _is_full(reason)


def _is_full(reason: str) -> bool:
    return _FLOOD in reason


def _reason(body: object) -> str:
    """What the server says of it, and what lies behind."""
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return ""
    return "; ".join(str(each.get("reason", "")) for each in (error, *error.get("root_cause", ())))


def _address(settings: Settings) -> str:
    """The addresses as set. A password travels over TLS only, and never inside an address, which stands in messages."""
    for url in settings.elastic_url.split(","):
        try:
            parts = urlsplit(url.strip())
            port = parts.port
        except ValueError as error:
            raise SettingsError("search.elastic-url") from error
        if parts.scheme not in ("http", "https") or not parts.hostname or not port or parts.username is not None:
            raise SettingsError("search.elastic-url")
        if parts.scheme == "http" and settings.elastic_password and parts.hostname not in _LOOPBACK:
            raise SettingsError("search.elastic-plain-password", path=url.strip())
    return ", ".join(each.strip() for each in settings.elastic_url.split(","))


def _client(settings: Settings, address: str) -> Client:
    options: dict[str, Any] = {}
    if "https://" in address:
        try:
            options["ssl_context"] = ssl.create_default_context(cafile=settings.elastic_ca or None)
        except OSError as error:
            raise SettingsError("search.elastic-ca", path=settings.elastic_ca) from error
    if settings.elastic_user:
        options["basic_auth"] = (settings.elastic_user, settings.elastic_password)
    # Tries and pauses are ours: the client's own have no limit in time.
    return Elasticsearch(address.split(", "), max_retries=0, retry_on_timeout=False, meta_header=False, **options)
