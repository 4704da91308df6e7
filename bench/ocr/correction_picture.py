"""The curve of the correction desk as a drawing: errors found against minutes spent, printable in grey."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol
from xml.sax.saxutils import escape

_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT, _BOTTOM = 720, 420, 70, 24, 24, 56
_DASHES = ("", "8 4", "2 4")


class Step(Protocol):
    """`bench.ocr.correction.Looked`, of which the drawing takes two values."""

    @property
    def minutes(self) -> float: ...
    @property
    def found(self) -> int: ...


def draw_curves(path: Path, curves: Mapping[str, Sequence[Step]]) -> None:
    """Writes an SVG with one line a curve; all end at the same total."""
    minutes = max(steps[-1].minutes for steps in curves.values()) or 1.0
    found = max(steps[-1].found for steps in curves.values()) or 1
    parts = [_axes(minutes)]
    for (name, steps), dash in zip(curves.items(), _DASHES, strict=False):
        points = " ".join(f"{_x(s.minutes / minutes):.1f},{_y(s.found / found):.1f}" for s in steps)
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="#222" stroke-width="2" stroke-dasharray="{dash}"/>'
        )
        row = _HEIGHT - _BOTTOM - 70 + 20 * list(curves).index(name)
        parts.append(
            f'<line x1="430" x2="470" y1="{row}" y2="{row}" stroke="#222" stroke-width="2" stroke-dasharray="{dash}"/>'
        )
        parts.append(f'<text x="480" y="{row + 4}">{escape(name)}</text>')
    body = "\n".join(parts)
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" font-size="13">\n'
        f'<title>Errors found against minutes spent at the correction desk</title>\n<rect width="100%" height="100%" fill="#fff"/>\n'
        f"{body}\n</svg>\n",
        "utf-8",
    )


def _axes(minutes: float) -> str:
    parts = []
    for step in range(0, 11, 2):
        y = _y(step / 10)
        parts.append(f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}" stroke="#ccc"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{step * 10} %</text>')
    for step in range(0, 11, 2):
        x = _x(step / 10)
        parts.append(
            f'<text x="{x}" y="{_HEIGHT - _BOTTOM + 20}" text-anchor="middle">{minutes * step / 10:.0f}</text>'
        )
    parts.append(f'<text x="{_WIDTH / 2}" y="{_HEIGHT - 10}" text-anchor="middle">minutes spent</text>')
    parts.append(f'<text transform="translate(18 {_HEIGHT / 2}) rotate(-90)" text-anchor="middle">errors found</text>')
    return "\n".join(parts)


def _x(share: float) -> float:
    return round(_LEFT + share * (_WIDTH - _LEFT - _RIGHT), 1)


def _y(share: float) -> float:
    return round(_HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM), 1)
