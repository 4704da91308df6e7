"""Looking at objects: the store's list and the ledger side by side in the order of keys, and one object's bytes against its digest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from archive.catalogue import Catalogue
from archive.custody import ledger
from archive.custody.ledger import Entry, Seen
from archive.store.contract import ObjectInfo, ObjectStore
from base.digests import ALGORITHMS, digests_of_stream
from base.errors import StorageError

T = TypeVar("T")
R = TypeVar("R")
AT_ONCE = 256
_PAGE = 1000
# A store over a network answers several at once; more readers only make a disk seek.
THREADS = 4


@dataclass(frozen=True, slots=True)
class Pair:
    """An object as the ledger has it, as the store has it, or as both have it."""

    key: str
    entry: Entry | None
    info: ObjectInfo | None


def side_by_side(catalogue: Catalogue, store: ObjectStore) -> Iterator[Pair]:
    """Every object of ledger and store. Memory stays flat; what changes meanwhile is to be looked at again.

    What the store lists out of order bears no name of ours: it comes last, as if it were not on record.
    """
    strange: list[ObjectInfo] = []
    known, listed = on_record(catalogue), _in_order(store.list(), strange)
    entry, info = next(known, None), next(listed, None)
    while entry is not None or info is not None:
        if info is None or (entry is not None and entry.key < info.key):
            yield Pair(entry.key if entry else "", entry, None)
            entry = next(known, None)
        elif entry is None or info.key < entry.key:
            yield Pair(info.key, None, info)
            info = next(listed, None)
        else:
            yield Pair(entry.key, entry, info)
            entry, info = next(known, None), next(listed, None)
    yield from (Pair(each.key, None, each) for each in strange)


def on_record(catalogue: Catalogue) -> Iterator[Entry]:
    """The ledger in the order of keys, in short reads: nobody waits for it, and what comes meanwhile may come with it."""
    last = ""
    while True:
        with catalogue.read() as session:
            page = ledger.after(session, last, _PAGE)
        yield from page
        if len(page) < _PAGE:
            return
        last = page[-1].key


def _in_order(listed: Iterable[ObjectInfo], strange: list[ObjectInfo]) -> Iterator[ObjectInfo]:
    last = ""
    for info in listed:
        if info.key > last:
            last = info.key
            yield info
        else:
            strange.append(info)


def look(store: ObjectStore, entry: Entry, size: int | None = None, *, sm3: bool = False) -> Seen:
    """Reads the object and holds it against the ledger; its digest is taken where nobody has read it yet, and with `sm3` that
    one too, of bytes that are good.

    `size` is what the store says; where it differs and the bytes are others, the object is of the wrong size.
    """
    if not entry.sha256 or (sm3 and not entry.sm3):
        seen = _first_look(store, entry.key, sm3=sm3)
        if not entry.sha256 or (seen.state == "good" and seen.sha256 == entry.sha256):
            return seen
    check = store.check(entry.key, sha256=entry.sha256, sm3=entry.sm3)
    code = check.code or ""
    if check.state == "bad" and code != "store.missing" and size is not None and size != (entry.size or size):
        code = "custody.wrong-size"
    if check.state == "good" and entry.size is None and size is None:
        info = store.stat(entry.key)
        size = info.size if info else None
    return Seen(entry.key, check.state, code, entry.sha256, entry.size if entry.size is not None else size)


def _first_look(store: ObjectStore, key: str, *, sm3: bool) -> Seen:
    try:
        with store.open(key) as stream:
            digests = digests_of_stream(stream, ALGORITHMS if sm3 else ("sha256",))
            size = stream.tell()
    except StorageError as error:
        return Seen(key, "bad" if error.code == "store.missing" else "could_not_check", error.code)
    except OSError:
        return Seen(key, "could_not_check", "store.failed")
    return Seen(key, "good", "", digests.sha256, size, digests.sm3)


def batches(things: Iterable[T], size: int = AT_ONCE) -> Iterator[list[T]]:
    source = iter(things)
    while some := list(islice(source, size)):
        yield some


def at_once(work: Callable[[T], R], things: list[T], threads: int = THREADS) -> list[R]:
    """The answers in the order of the things; what one raises is raised."""
    if len(things) < 2:
        return [work(each) for each in things]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, things))
