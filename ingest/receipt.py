"""What one run of receiving answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from base.errors import JuanzongError
from ingest.delivery.packed import Packed
from ingest.delivery.settled import Settled


@dataclass(slots=True)
class Receipt:
    """What one run received. Files are counted: received = new + known + quarantined. Paths are those of the delivery, which is
    called `name` (empty for a single file); of another one they have its name before them."""

    batch_id: int
    batch: str
    name: str = ""
    new_paths: Packed[str] = field(default_factory=Packed)
    known_paths: Packed[str] = field(default_factory=Packed)
    quarantined: list[tuple[str, JuanzongError]] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    moved: list[dict[str, str]] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    duplicates: list[dict[str, str]] = field(default_factory=list)
    separators: list[dict[str, Any]] = field(default_factory=list)
    settled: Settled | None = None
    stacks: set[str] = field(
        default_factory=set
    )  # a stack comes once for each dossier that its pages go to, and counts once

    @property
    def new(self) -> int:
        return len(self.new_paths)

    @property
    def known(self) -> int:
        return len(self.known_paths)

    def as_json(self) -> dict[str, Any]:
        """The names of the outside contract, as far as receiving goes."""
        return {
            "batch": self.batch, "received": self.received, "new": self.new, "known": self.known,
            "quarantined": [{"file": path, "reason": error.code, **texts_of(error)} for path, error in self.quarantined],
            "replaced": self.replaced, "moved": self.moved, "ignored": self.ignored, "duplicates": self.duplicates,
            "separators": self.separators,
            "reconcile": self.settled.as_json() if self.settled else None,
        }  # fmt: skip

    def set_aside(self, errors: Mapping[str, JuanzongError]) -> None:
        """Files, by path, that could be received but not opened: each counts as set aside, whatever it counted as before."""
        counted = {path for paths in (self.new_paths, self.known_paths) for path in paths if path in errors}
        if counted:
            self.new_paths, self.known_paths = self.new_paths.without(counted), self.known_paths.without(counted)
            self.quarantined += [(path, error) for path, error in errors.items() if path in counted]

    @property
    def received(self) -> int:
        return self.new + self.known + len(self.quarantined)


def texts_of(error: JuanzongError) -> dict[str, str]:
    """An error in both languages, as answers carry it."""
    return {"message": error.text("en"), "message_zh": error.text("zh_CN")}
