"""Many values kept as bytes and made again whenever they are asked for: a delivery of any size takes little memory.

A file and its page take some hundred bytes each as objects, and less than twenty packed, as the files of a folder have nearly
everything in common.
"""

from __future__ import annotations

import pickle
import zlib
from array import array
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import Any, TypeVar, overload

import numpy as np

T = TypeVar("T")

# So many are objects at a time. More would pack better, and take longer where single ones are asked for.
_PIECE = 256


class Plain:
    """For frozen dataclasses with slots of which there are very many: they are packed and made again several times as fast."""

    __slots__: tuple[str, ...] = ()

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(getattr(self, name) for name in self.__slots__)


class Packed(Sequence[T]):
    """The values, each equal to what was given and never the same object. They must be picklable; nothing leaves the process."""

    __slots__ = ("_ends", "_last", "_pieces")

    def __init__(self, values: Iterable[T] = ()) -> None:
        self._pieces: list[bytes] = []
        self._ends = array("L")  # how many values there are up to the end of each piece
        self._last: list[T] = []  # not packed yet
        for each in values:
            self.append(each)
        self._pack()

    def append(self, value: T) -> None:
        self._last.append(value)
        if len(self._last) == _PIECE:
            self._pack()

    def at(self, places: Iterable[int]) -> Iterator[T]:
        """The values at these places. Quick where neighbours follow each other."""
        piece: tuple[T, ...] = ()
        begin = 0
        for place in places:
            if not begin <= place < begin + len(piece):
                number = bisect_right(self._ends, place)
                piece, begin = self._piece(number), self._begin(number)
            yield piece[place - begin]

    def without(self, values: Collection[T]) -> Packed[T]:
        """Another one, of what is not among `values`."""
        return Packed(each for each in self if each not in values)

    def _pack(self) -> None:
        if self._last:
            self._pieces.append(zlib.compress(pickle.dumps(tuple(self._last), pickle.HIGHEST_PROTOCOL), 1))
            self._ends.append(self._begin(len(self._ends)) + len(self._last))
            self._last = []

    def _begin(self, piece: int) -> int:
        return self._ends[piece - 1] if piece else 0

    def _piece(self, number: int) -> tuple[T, ...]:
        if number == len(self._pieces):
            return tuple(self._last)
        values: tuple[T, ...] = pickle.loads(zlib.decompress(self._pieces[number]))  # noqa: S301 — our own bytes
        return values

    def __iter__(self) -> Iterator[T]:
        for number in range(len(self._pieces)):
            yield from self._piece(number)
        yield from self._last

    def __len__(self) -> int:
        return self._begin(len(self._ends)) + len(self._last)

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[T, ...]: ...
    def __getitem__(self, place: int | slice) -> T | tuple[T, ...]:
        places = range(len(self))[place]
        if isinstance(places, range):
            return tuple(self.at(places))
        return next(self.at([places]))

    __hash__ = None  # type: ignore[assignment]  # it may be added to

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, (Packed, tuple, list)) and tuple(self) == tuple(other)

    def __repr__(self) -> str:
        return f"Packed({list(self)!r})"


class Marks:
    """A set of texts that can only be asked. It keeps eight bytes of a digest of each: two texts of a million with the same
    ones turn up once in tens of millions of deliveries.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._marks = np.fromiter(map(_mark, texts), np.uint64)
        self._marks.sort()

    def __contains__(self, text: str) -> bool:
        mark = np.uint64(_mark(text))
        at = int(np.searchsorted(self._marks, mark))
        return at < len(self._marks) and bool(self._marks[at] == mark)


def _mark(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
