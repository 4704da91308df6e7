"""Documents in bulk, by id, in batches of bounded size; what is refused is told, what is put off is tried again."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from base.errors import BusyError, JuanzongError, StorageError
from search.admission import refusal
from search.elastic.generations import Generations
from search.elastic.mapping import source
from search.elastic.server import WRITING, IndexMissingError, Server, is_transient
from search.index import Document, Rejected

BATCH_ACTIONS, BATCH_BYTES = 1000, 5_000_000
_FIRST_PAUSE_S = 0.1
_BEAT_S = 5.0
_LONGEST_ID_BYTES = 512
_MALFORMED = 400


@dataclass(frozen=True, slots=True)
class Action:
    """One document to write, or to delete where `line` is None."""

    id: str
    line: bytes | None = None

    def lines(self) -> list[bytes]:
        name = "delete" if self.line is None else "index"
        head = json.dumps({name: {"_id": self.id}}, ensure_ascii=False).encode()
        return [head] if self.line is None else [head, self.line]


def actions(documents: Iterable[Document], deleted: Iterable[str], rejected: list[Rejected]) -> Iterator[Action]:
    """Deletes, then writes, in this order; one that no index takes is put into `rejected` and deleted."""
    for document_id in deleted:
        yield from _delete(document_id)
    for document in documents:
        refused = refusal(document)
        if refused is None:
            yield Action(document.id, source(document))
        else:
            rejected.append(refused)
            yield from _delete(refused.id)


def _delete(document_id: str) -> Iterator[Action]:
    """Nothing for an id that no index can hold: the server would refuse the whole batch for it."""
    if 0 < len(document_id.encode("utf-8", "surrogatepass")) <= _LONGEST_ID_BYTES and document_id.isprintable():
        yield Action(document_id)


class Bulk:
    """Sends actions to one alias, which must be there, and collects what the server refuses."""

    def __init__(self, server: Server, alias: str) -> None:
        self._server = server
        self._alias = alias
        self.rejected: list[Rejected] = []

    def send(self, actions: Iterable[Action]) -> None:
        """IndexMissingError where the alias is gone; StorageError, BusyError: some were taken, all may be sent again."""
        for batch in _batches(actions):
            self._send_batch(batch)

    def refresh(self) -> None:
        """What was taken is seen by the next search."""
        self._server.ask(lambda client: client.indices.refresh(index=self._alias), WRITING)

    def _send_batch(self, batch: Sequence[Action]) -> None:
        end, pause = time.monotonic() + WRITING.seconds, _FIRST_PAUSE_S
        while batch:
            batch, put_off = self._once(batch)
            if put_off is not None:
                if time.monotonic() + pause >= end:
                    raise put_off
                time.sleep(pause)
                pause *= 2

    def _once(self, batch: Sequence[Action]) -> tuple[list[Action], JuanzongError | None]:
        """(what is to be sent next, why some of it was put off)."""
        lines: Any = [line for action in batch for line in action.lines()]
        answer = self._server.ask(
            lambda client: client.bulk(operations=lines, index=self._alias, require_alias=True), WRITING
        )
        following: list[Action] = []
        put_off: JuanzongError | None = None
        for action, item in zip(batch, answer["items"], strict=True):
            ((_, result),) = item.items()
            if "error" not in result:
                continue
            status, kind, reason = int(result["status"]), str(result["error"]["type"]), str(result["error"]["reason"])
            failure = self._server.refusal(status, kind, reason)
            if is_transient(status, reason):
                following.append(action)
                put_off = failure
            elif status == _MALFORMED and action.line is not None:
                # The fault is the document's own. What it was to replace is no longer true.
                self.rejected.append(Rejected(action.id, "search.document-refused", {"detail": kind}))
                following.append(Action(action.id))
            else:
                raise failure
        return following, put_off


def _batches(actions: Iterable[Action]) -> Iterator[list[Action]]:
    batch: list[Action] = []
    size = 0
    for action in actions:
        if batch and (len(batch) == BATCH_ACTIONS or size + len(action.line or b"") > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(action)
        size += len(action.line or b"")
    if batch:
        yield batch


class BesideGeneration:
    """A generation that is not in force yet; see `search.index.Beside`."""

    def __init__(self, server: Server, generations: Generations) -> None:
        self._server = server
        self._generations = generations
        self._name = generations.make_beside()
        self._alias = generations.making(self._name)
        self._beaten = time.monotonic()
        self._swapped = False

    def write(self, documents: Iterable[Document], deleted: Iterable[str] = ()) -> tuple[Rejected, ...]:
        """Sent batch by batch as the documents come: memory stays flat."""
        rejected: list[Rejected] = []
        with self._at_work():
            bulk = Bulk(self._server, self._alias)
            bulk.send(self._beating(actions(documents, deleted, rejected)))
        return (*rejected, *bulk.rejected)

    def put_in_force(self) -> None:
        with self._at_work():
            Bulk(self._server, self._alias).refresh()
            self._generations.put_in_force(self._name)
        self._swapped = True

    def close(self) -> None:
        """Discards it, unless it is in force. What cannot be discarded now goes with the next rebuild."""
        if not self._swapped:
            with suppress(StorageError, BusyError):
                self._generations.remove([self._name])

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        """StorageError `search.index-swapped` after the swap, BusyError `search.rebuilding` where another took its place."""
        if self._swapped:
            raise StorageError("search.index-swapped", path=self._name)
        try:
            yield
        except IndexMissingError as error:
            raise BusyError("search.rebuilding", path=self._name) from error

    def _beating(self, actions: Iterable[Action]) -> Iterator[Action]:
        for action in actions:
            if time.monotonic() - self._beaten > _BEAT_S:
                self._generations.beat(self._name)
                self._beaten = time.monotonic()
            yield action
