"""The plain values of a repair: what was seen around the paper, what would be done, and why or why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Point = tuple[float, float]
Box = tuple[int, int, int, int]
Colour = tuple[int, int, int]
Turn = Literal[0, 90, 180, 270]


@dataclass(frozen=True, slots=True)
class Around:
    """Where the paper lies in the frame, in pixels of the stored image.

    `hull` are the corners of the paper's convex outline; `bed_sides` say for left, top, right, bottom whether the
    scanner's bed shows there; `surplus` is the widest strip of bed at each of them; `bed` is the bed's colour (None where
    none shows) and `dark` whether it is a dark one; `paper` is the paper's own colour; `edge_deg` the clockwise turn of
    its edges, None where not all four show; `straight`: its outline is a sheet's.
    """

    width: int
    height: int
    hull: tuple[Point, ...]
    bed_sides: tuple[bool, bool, bool, bool]
    surplus: tuple[float, float, float, float]
    bed: Colour | None
    dark: bool
    paper: Colour
    edge_deg: float | None
    straight: bool


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that is done, or why it is not: a code of the message catalogue and the values of its text."""

    code: str
    params: tuple[tuple[str, float | str], ...] = ()

    @classmethod
    def of(cls, code: str, **params: float | str) -> Note:
        return cls(code, tuple(params.items()))


@dataclass(frozen=True, slots=True)
class Repair:
    """What a repair would do to one image, and nothing else: the pixels come later.

    `turn` (0, 90, 180, 270) and then `angle` are clockwise degrees; `box` (left, top, right, bottom) is what is kept, in
    pixels of the image after `turn`, levelled about its middle: it may reach beyond the image, and what lies there is
    given the colour `fill`. `clean` is the outline, in pixels of the stored image, outside which a dark bed is given that
    colour too; () leaves the bed as it is. `done` says what and why, `left` what is not done and why.
    """

    width: int
    height: int
    turn: Turn
    angle: float
    box: Box
    fill: Colour
    bed: Colour | None
    clean: tuple[Point, ...]
    margin_px: int
    done: tuple[Note, ...]
    left: tuple[Note, ...]

    @property
    def nothing_to_do(self) -> bool:
        return not self.done

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the repaired image in pixels."""
        left, top, right, bottom = self.box
        return right - left, bottom - top

    @property
    def turned_size(self) -> tuple[int, int]:
        """(width, height) of the image after `turn`."""
        return (self.height, self.width) if self.turn in (90, 270) else (self.width, self.height)
