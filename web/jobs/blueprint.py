"""The blueprint of the work in the background, and the one board that all its watchers share."""

from __future__ import annotations

from typing import cast

from archive.jobs.board import Board, read_board
from web import frame

blueprint = frame.desk_blueprint("jobs", "web.jobs", "clerk")

_KEY = "jobs"


def shared_board() -> Board:
    """All of the office's work as it was a moment ago, narrowed to what the viewer sees."""

    def read() -> Board:
        with frame.office().catalogue.read() as session:
            return read_board(session)

    return cast(Board, frame.services().watched.get(_KEY, read)).seen_by(frame.viewer())


def forget_board() -> None:
    """After an act: the person sees what it did."""
    frame.services().watched.forget(_KEY)
