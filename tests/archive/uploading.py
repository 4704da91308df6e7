"""A browser's side of an upload, for tests: what it announces and the parts that it sends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from archive.access import Viewer
from archive.office import Office
from archive.upload_area import PART_BYTES, UploadArea
from archive.upload_desk import Room, open_upload
from archive.uploads_in_parts import Announced, FileState, Part, announce, keep_parts
from base.digests import sha256_of_bytes

NO_LIMIT = Room(keep_free=0, stored_here=True)


def tree_of(data: bytes) -> str:
    """The digest over the digests of the parts of a file."""
    parts = [data[at : at + PART_BYTES] for at in range(0, len(data), PART_BYTES)]
    return sha256_of_bytes("".join(sha256_of_bytes(part) for part in parts).encode())


def part_of(data: bytes, file_id: int, offset: int) -> Part:
    """The part at `offset` as a browser sends it."""
    piece = data[offset : offset + PART_BYTES]
    last = offset + len(piece) == len(data)
    return Part(file_id, offset, sha256_of_bytes(piece), piece, tree_of(data) if last else "")


@dataclass
class Sender:
    """A browser with files by path, at one upload of an office."""

    office: Office
    viewer: Viewer
    batch_id: int
    files: Mapping[str, bytes]
    modified: int = 1
    upload_id: int = 0
    states: dict[str, FileState] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.upload_id:
            with self.office.catalogue.write() as session:
                self.upload_id = open_upload(session, self.viewer, self.batch_id)

    @property
    def area(self) -> UploadArea:
        return UploadArea(self.office.settings.data_dir)

    def announce(self, *, replace: bool = False, room: Room = NO_LIMIT) -> dict[str, FileState]:
        wanted = [Announced(path, len(data), self.modified, replace) for path, data in self.files.items()]
        with self.office.catalogue.write() as session:
            states = announce(
                session, self.viewer, self.area, self.upload_id, wanted, ignored=passed_over, room=room
            )  # fmt: skip
        self.states = dict(zip(self.files, states, strict=True))
        return self.states

    def send(self, parts: Sequence[Part]) -> list[FileState]:
        return keep_parts(self.office.catalogue, self.viewer, self.area, self.upload_id, parts)

    def send_all(self) -> None:
        """Every file to its end, one part at a time, from where it stands."""
        for path in self.announce():
            while (state := self.states[path]).state == "waiting":
                (self.states[path],) = self.send([part_of(self.files[path], state.id, state.got)])


def passed_over(path: str) -> str | None:
    return "ignored.system" if path.endswith("Thumbs.db") else None
