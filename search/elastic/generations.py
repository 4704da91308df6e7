"""Indices of one office on the server, by name: which is in force, and how another takes its place.

    juanzong-g000002-5f2c91aa   a generation: an index of its own
    juanzong-now-0d4e7b13       the alias by which programs of one format find theirs
    juanzong-making-5f2c91aa    the alias of a generation that is being made

The alias holds the digest of the format, so a program never searches what another version built, not even for a moment
after somebody rebuilt; it says instead that there is an index of another format.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from base.errors import BusyError, StorageError
from search.elastic.mapping import format_digest, format_id, mappings, meta, settings
from search.elastic.server import LOOKING, WRITING, IndexMissingError, IndexThereError, Patience, Server

# One that is being made and was not worked on for so long was left behind by a program that died.
ABANDONED_S = 120.0
# How long an old generation waits for those who still read it; one left over goes with the next rebuild.
_LAST_READERS_S, _POLL_S = 5.0, 0.1
_FIRST = 1


@dataclass(frozen=True, slots=True)
class Generation:
    name: str
    aliases: frozenset[str]
    format: str
    beat: float
    blocks: frozenset[str]


class Generations:
    """Those of the office `name`."""

    def __init__(self, server: Server, name: str) -> None:
        self._server = server
        self._name = name
        self._pattern = re.compile(rf"{re.escape(name)}-g(\d{{6}})-[0-9a-f]{{8}}")
        self._in_force = re.compile(rf"{re.escape(name)}-now-[0-9a-f]{{8}}")
        self.alias = f"{name}-now-{format_digest()}"

    def all(self, patience: Patience | None = None) -> list[Generation]:
        """In the order in which they were made."""
        listed = self._server.ask(
            lambda client: client.indices.get(index=f"{self._name}-g*", features=["aliases", "mappings", "settings"]),
            patience or WRITING,
        )
        return [_generation(each, listed[each]) for each in sorted(listed) if self._pattern.fullmatch(each)]

    def in_force(self, generations: Iterable[Generation]) -> Generation | None:
        return next((each for each in generations if self.alias in each.aliases), None)

    def problem(self, generations: Iterable[Generation]) -> StorageError | None:
        """Why none of them can be searched: none is in force, or one of another format; None where one can."""
        named = [each for each in generations if any(map(self._in_force.fullmatch, each.aliases))]
        path = f"{self._server.address} {self._name}"
        if not named:
            return StorageError("search.index-missing", path=path)
        ours = self.in_force(named)
        if ours is None or ours.format != format_id():
            found = (ours or named[-1]).format
            return StorageError("search.index-format", path=path, found=found, wanted=format_id())
        return None

    def make_first(self) -> None:
        """An empty index in force; nothing is done where there is one. StorageError where it has another format."""
        found = self.all()
        problem = self.problem(found)
        if problem is not None and problem.code != "search.index-missing":
            raise problem
        if problem is not None:
            # A fixed name, so that of two programs that begin only one makes it; its alias comes with it.
            self._create(f"{self._name}-g{_FIRST:06d}-{format_digest()}", self.alias)

    def make_beside(self) -> str:
        """The name of an empty one that is not in force. BusyError `search.rebuilding` where another is being made already."""
        self.remove(self.left_over())
        token = secrets.token_hex(4)
        names = [each.name for each in self.all()]
        last = max((int(found[1]) for name in names if (found := self._pattern.fullmatch(name))), default=0)
        made = f"{self._name}-g{last + 1:06d}-{token}"
        self._create(made, self.making(made))
        try:
            self._refuse_two(made)
        except BusyError:
            self.remove([made])
            raise
        return made

    def making(self, generation: str) -> str:
        """The alias to write to one that is being made: where it is gone, nothing is made anew by a mistake."""
        return f"{self._name}-making-{generation[-8:]}"

    def beat(self, generation: str) -> None:
        """Says that it is still worked on."""
        self._server.ask(lambda client: client.indices.put_mapping(index=generation, meta=meta(time.time())), WRITING)

    def put_in_force(self, generation: str) -> None:
        """One step for all programs; old ones go as soon as nobody reads them, or with the next rebuild."""
        old = [each for each in self.all() if each.name != generation and self._is_named(each)]
        actions: list[dict[str, Any]] = [
            {"remove": {"index": each.name, "alias": alias}}
            for each in old
            for alias in each.aliases
            if self._in_force.fullmatch(alias)
        ]
        actions.append({"add": {"index": generation, "alias": self.alias}})
        actions.append({"remove": {"index": generation, "alias": self.making(generation), "must_exist": True}})
        self._server.ask(lambda client: client.indices.update_aliases(actions=actions), WRITING)
        end = time.monotonic() + _LAST_READERS_S
        names = [each.name for each in old]
        while self._are_read(names) and time.monotonic() < end:
            time.sleep(_POLL_S)
        if not self._are_read(names):
            self.remove(names)

    def left_over(self) -> list[str]:
        """Old ones that were read at their end, and those that a program which died was making."""
        return [each.name for each in self.all() if not self._is_named(each) and not self._is_made(each)]

    def remove(self, names: list[str]) -> None:
        if names:
            self._server.ask(lambda client: client.indices.delete(index=names, ignore_unavailable=True), WRITING)

    def _create(self, name: str, alias: str) -> None:
        # A try that was lost on its way back may have made it; so may another program.
        with suppress(IndexThereError):
            self._server.ask(
                lambda client: client.indices.create(
                    index=name, settings=settings(), mappings=mappings(time.time()), aliases={alias: {}}
                ),
                WRITING,
            )

    def _refuse_two(self, made: str) -> None:
        others = [each for each in self.all() if each.name != made and not self._is_named(each) and self._is_made(each)]
        if others:
            raise BusyError("search.rebuilding", path=f"{self._server.address} {self._name}")

    def _is_named(self, generation: Generation) -> bool:
        return any(map(self._in_force.fullmatch, generation.aliases))

    def _is_made(self, generation: Generation) -> bool:
        making = self.making(generation.name) in generation.aliases
        return making and time.time() - generation.beat < ABANDONED_S

    def _are_read(self, names: list[str]) -> bool:
        if not names:
            return False
        try:
            stats = self._server.ask(lambda client: client.indices.stats(index=names, metric="search"), LOOKING)
        except IndexMissingError:
            return False
        return int(stats["_all"]["total"]["search"].get("open_contexts", 0)) > 0


def _generation(name: str, described: dict[str, Any]) -> Generation:
    found = described["mappings"].get("_meta", {})
    blocks = described["settings"]["index"].get("blocks", {})
    set_ = frozenset(block for block, value in blocks.items() if str(value) == "true")
    return Generation(
        name, frozenset(described["aliases"]), str(found.get("format")), float(found.get("beat", 0)), set_
    )
