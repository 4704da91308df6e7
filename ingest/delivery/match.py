"""Which row of the 移交案卷目录 a dossier is, and which dossier a 卷内目录 describes.

By ID number, then 档号, then 工号 or 序号, and by name only where it is the only one of its kind in list and delivery. A row
is never joined against an ID number that says otherwise, and two people of one name are joined by nobody but a person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from base.errors import InputError
from ingest.delivery import naming
from ingest.delivery.gather import Gathered
from ingest.delivery.lists.materials import Entry
from ingest.delivery.model import MaterialRow, PersonRow
from ingest.delivery.naming import Who
from ingest.delivery.place import without_sets, without_zips

_NOBODY = Who()
_NO_ROW = PersonRow("", 0, "", "", "", None, "missing")
# What Excel leaves of an ID number that it took for a number.
_KEPT_DIGITS = 15


@dataclass(slots=True)
class Matches:
    """By the dossier's key: its row, its materials; and what a person has to look at."""

    people: dict[str, PersonRow] = field(default_factory=dict)
    materials: dict[str, list[MaterialRow]] = field(default_factory=lambda: defaultdict(list))
    notes: list[InputError] = field(default_factory=list)


def match(dossiers: Sequence[Gathered], people: Sequence[PersonRow], entries: Iterable[Entry]) -> Matches:
    """Joins rows to dossiers; what fits nobody, or more than one, is left alone and noted."""
    matches = Matches()
    _match_people(dossiers, people, matches)
    _match_materials(dossiers, people, entries, matches)
    return matches


def _match_people(dossiers: Sequence[Gathered], people: Sequence[PersonRow], matches: Matches) -> None:
    by_id, by_archive, by_worker, by_number, by_name = _indexes(people)
    names = _counted(dossier.who.name for dossier in dossiers if dossier.who)
    for dossier in dossiers:
        who = dossier.who or _NOBODY
        last = dossier.key.rpartition("/")[2]
        steps = (
            by_id.get(who.id_number or "", []),
            by_archive.get(_folded(who.archive_no or last), []),
            by_worker.get(_folded(who.worker_no or last), []),
            by_number.get(_serial(who.worker_no or last) or _folded(who.worker_no or last), []),
        )
        row = next((row for rows in steps if (row := _one(dossier, rows, who, matches))), None)
        if row is None and who.name and who.name in by_name:
            row = _by_name(dossier, who, by_name[who.name], names[who.name], matches)
        if row is not None:
            matches.people[dossier.key] = row
    _release_doubles(matches, {dossier.key: dossier.who or _NOBODY for dossier in dossiers})


def _indexes(people: Sequence[PersonRow]) -> tuple[dict[str, list[PersonRow]], ...]:
    keys: tuple[Callable[[PersonRow], str], ...] = (
        lambda row: row.id_number or "",
        lambda row: _folded(row.archive_no),
        lambda row: _folded(row.worker_no),
        lambda row: _serial(row.number) or _folded(row.number),
        lambda row: naming.fold(row.name),
    )
    indexes: tuple[dict[str, list[PersonRow]], ...] = tuple(defaultdict(list) for _ in keys)
    for row in people:
        for index, key in zip(indexes, keys, strict=True):
            if value := key(row):
                index[value].append(row)
    return tuple(dict(index) for index in indexes)


def _one(dossier: Gathered, rows: Sequence[PersonRow], who: Who, matches: Matches) -> PersonRow | None:
    """The one person among rows that share a number; several lists may name the same person."""
    fitting = [row for row in rows if not _contradicts(row, who)]
    if rows and not fitting:
        matches.notes.append(
            InputError("match.contradiction", path=dossier.key, list=rows[0].list_path, row=rows[0].row)
        )
        return None
    if len({(row.name, row.id_raw) for row in fitting}) > 1:
        matches.notes.append(InputError("match.shared-number", path=dossier.key, rows=_rows(fitting)))
        return None
    return fitting[0] if fitting else None


def _by_name(
    dossier: Gathered, who: Who, rows: Sequence[PersonRow], dossiers_of_name: int, matches: Matches
) -> PersonRow | None:
    if dossiers_of_name > 1 or len({row.id_raw or row.row for row in rows}) > 1:
        matches.notes.append(InputError("match.same-name", path=dossier.key, name=who.name, rows=_rows(rows)))
        return None
    return _one(dossier, rows, who, matches)


def _contradicts(row: PersonRow, who: Who) -> bool:
    """An ID number or a name that says it is somebody else. A cut number speaks with the digits it kept."""
    if who.id_number and row.id_number and who.id_number != row.id_number:
        return True
    if who.id_number and row.id_state == "truncated" and row.id_raw.isdigit():
        return not who.id_number.startswith(row.id_raw[:_KEPT_DIGITS])
    if who.id_number and who.id_number == row.id_number:
        # The number decides; a name that differs is a finding, not another person.
        return False
    return bool(who.name and row.name and who.name != naming.fold(row.name))


def _release_doubles(matches: Matches, names: dict[str, Who]) -> None:
    """A row that two dossiers claim stays with those that carry its ID number or 档号: one person may have volumes."""
    claims: dict[tuple[str, int], list[str]] = defaultdict(list)
    for key, row in matches.people.items():
        claims[row.list_path, row.row].append(key)
    for keys in claims.values():
        if len(keys) < 2:
            continue
        for key in keys:
            row, who = matches.people[key], names[key]
            if (who.id_number and who.id_number == row.id_number) or who.archive_no:
                continue
            del matches.people[key]
            matches.notes.append(InputError("match.claimed-twice", path=key, list=row.list_path, row=row.row))


def _match_materials(
    dossiers: Sequence[Gathered], people: Sequence[PersonRow], entries: Iterable[Entry], matches: Matches
) -> None:
    finder = _Finder(dossiers, matches.people, _counted(naming.fold(row.name) for row in people))
    lost: dict[str, list[int]] = defaultdict(list)
    for entry in entries:
        key = finder.find(entry)
        if key is None:
            lost[entry.row.list_path].append(entry.row.row)
        else:
            matches.materials[key].append(replace(entry.row, dossier=key))
    for path, rows in lost.items():
        matches.notes.append(InputError("match.materials-unplaced", path=path, count=len(rows), row=rows[0]))


class _Finder:
    """Finds the dossier of a 卷内目录 row: by what the row, sheet or file says, otherwise by the folder it lies in."""

    def __init__(
        self, dossiers: Sequence[Gathered], people: dict[str, PersonRow], names_in_list: dict[str, int]
    ) -> None:
        self._dossiers = dossiers
        self._names_in_list = names_in_list
        self._found: dict[Who, str | None] = {}
        self._by: dict[tuple[str, str], set[str]] = defaultdict(set)
        for dossier in dossiers:
            who, row = dossier.who or _NOBODY, people.get(dossier.key, _NO_ROW)
            last = dossier.key.rpartition("/")[2]
            self._add("id", dossier.key, who.id_number, row.id_number)
            self._add("archive", dossier.key, who.archive_no, row.archive_no, last)
            self._add("worker", dossier.key, who.worker_no, row.worker_no, row.number, last)
            self._add("name", dossier.key, who.name, row.name)

    def _add(self, kind: str, key: str, *values: str | None) -> None:
        for value in values:
            if value:
                self._by[kind, _folded(value)].add(key)
                if serial := _serial(value):
                    self._by[kind, serial].add(key)

    def find(self, entry: Entry) -> str | None:
        if entry.who is None:
            return self._by_folder(entry.row.list_path)
        if entry.who not in self._found:
            self._found[entry.who] = self._by_who(entry.who)
        return self._found[entry.who]

    def _by_who(self, who: Who) -> str | None:
        for kind, value in (("id", who.id_number), ("archive", who.archive_no), ("worker", who.worker_no)):
            keys = self._by.get((kind, _folded(value or "")), set()) or self._by.get(
                (kind, _serial(value or "")), set()
            )
            if value and len(keys) == 1:
                return next(iter(keys))
            if value and kind == "id":
                # A number that no dossier carries must not fall back to a name.
                return None
        keys = self._by.get(("name", _folded(who.name or "")), set())
        if len(keys) == 1 and self._names_in_list.get(who.name or "", 0) <= 1:
            return next(iter(keys))
        return None

    def _by_folder(self, path: str) -> str | None:
        folders = without_zips(without_sets(tuple(path.split("/")[:-1]))[0])
        fitting = [each for each in self._dossiers if folders[: len(each.folder)] == each.folder and each.folder]
        if not fitting and len(self._dossiers) == 1:
            return self._dossiers[0].key
        deepest = max((len(each.folder) for each in fitting), default=0)
        keys = [each.key for each in fitting if len(each.folder) == deepest]
        return keys[0] if len(keys) == 1 else None


def _counted(values: Iterable[str | None]) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for value in values:
        if value:
            counts[value] += 1
    return counts


def _folded(text: str) -> str:
    return naming.fold(text).upper()


def _serial(text: str) -> str:
    """A number without padding, so that folder `001` is 序号 1; empty for other text."""
    plain = naming.fold(text)
    return str(int(plain)) if plain.isascii() and plain.isdigit() and len(plain) < _KEPT_DIGITS else ""


def _rows(rows: Sequence[PersonRow]) -> str:
    return ", ".join(str(row.row) for row in rows[:10])
