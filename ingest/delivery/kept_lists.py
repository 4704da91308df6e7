"""What the lists and packages of a delivery say beyond its dossiers, for the rules: fresh, or kept with the batch.

The files of a hand-over are gone when a batch is judged again, so the office keeps these facts with the batch; a later
delivery to the same batch that brings lists replaces them.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ingest.delivery.facts import kept_person, list_facts
from ingest.delivery.model import Delivery, PersonRow
from standards.rules import AbsentDossier, ListFacts, UnreadableList


@dataclass(frozen=True, slots=True)
class ListsSay:
    """Heads of the lists, lists that could not be read, and rows of the hand-over list without any dossier."""

    heads: tuple[ListFacts, ...] = ()
    unreadable: tuple[UnreadableList, ...] = ()
    without: tuple[PersonRow, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.heads or self.unreadable or self.without)

    def left_out(self, joined: Collection[tuple[str, int]]) -> tuple[PersonRow, ...]:
        """The rows whose dossier is still not there; `joined` are list and row of those that are."""
        return tuple(row for row in self.without if (row.list_path, row.row) not in joined)

    def as_json(self) -> dict[str, Any]:
        """As it is kept: equal to itself after a way through JSON."""
        kept: dict[str, Any] = json.loads(json.dumps(asdict(self), ensure_ascii=False))
        return kept

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> ListsSay:
        return cls(
            tuple(ListFacts(each["path"], each["title"], tuple(each["labels"])) for each in kept.get("heads", ())),
            tuple(UnreadableList(each["path"], each["reason"]) for each in kept.get("unreadable", ())),
            tuple(kept_person(each) for each in kept.get("without", ())),
        )


def lists_say(delivery: Delivery) -> ListsSay:
    """The same of a delivery as it lies there."""
    joined = {(each.person.list_path, each.person.row) for each in delivery.dossiers if each.person is not None}
    return ListsSay(
        heads=tuple(list_facts(delivery.heads)),
        unreadable=tuple(
            UnreadableList(file.path, error.code.rpartition(".")[2])
            for file, error in delivery.problems
            if file.kind == "list"
        ),
        without=tuple(row for row in delivery.people if (row.list_path, row.row) not in joined),
    )


def absent(rows: Collection[PersonRow]) -> list[AbsentDossier]:
    return [AbsentDossier(row.list_path, row.row, row.pages) for row in rows]
