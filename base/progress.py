"""Progress of long work, told to whoever listens: a bar on a terminal, a row in the catalogue, nobody in tests."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told what is being done and how far it is; must be cheap and must never raise."""

    def step(self, name: str, done: int, total: int | None) -> None:
        """`name` is a message code such as `progress.reading`; `total` is None while it is unknown."""


class Silent:
    """Listens to nothing."""

    def step(self, name: str, done: int, total: int | None) -> None:
        return None
