"""What one run of receiving answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from base.errors import JuanzongError
from ingest.delivery.settled import Settled


@dataclass(slots=True)
class Receipt:
    """What one run received. Files are counted: received = new + known + quarantined. Paths are those of the delivery, which is
    called `name` (empty for a single file); of another one they have its name before them."""

    batch_id: int
    batch: str
    name: str = ""
    new_paths: list[str] = field(default_factory=list)
    known_paths: list[str] = field(default_factory=list)
    quarantined: list[tuple[str, JuanzongError]] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    moved: list[dict[str, str]] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    duplicates: list[dict[str, str]] = field(default_factory=list)
    separators: list[dict[str, Any]] = field(default_factory=list)
    settled: Settled | None = None

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

    def has(self, path: str) -> bool:
        """Whether this run has counted a file: a stack comes once for each dossier that its pages go to."""
        return path in self.new_paths or path in self.known_paths or any(each == path for each, _ in self.quarantined)

    def set_aside(self, path: str, error: JuanzongError) -> None:
        """A file that could be received but not opened: it counts as set aside, once, whatever it counted as before."""
        for paths in (self.new_paths, self.known_paths):
            if path in paths:
                paths.remove(path)
                self.quarantined.append((path, error))

    @property
    def received(self) -> int:
        return self.new + self.known + len(self.quarantined)


def texts_of(error: JuanzongError) -> dict[str, str]:
    """An error in both languages, as answers carry it."""
    return {"message": error.text("en"), "message_zh": error.text("zh_CN")}
