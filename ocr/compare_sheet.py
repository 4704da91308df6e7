"""A comparison as one HTML file that needs nothing beside it: each page with its differing places marked, and their texts."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from base.messages import Language, message
from ocr.compare import Comparison, Parts, Place
from ocr.lines import Box

_STYLE = """
:root{color-scheme:light dark;--a:#b3261e;--b:#0b57d0;--line:#8886}
body{margin:0;font:15px/1.5 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif}
header,section{padding:12px 20px}h1{font-size:19px;margin:0}h2{font-size:16px;margin:0 0 8px}
.page{display:grid;grid-template-columns:minmax(0,3fr) minmax(340px,2fr);gap:20px;align-items:start}
svg{width:100%;height:auto;border:1px solid var(--line)}
polygon{fill-opacity:.14;stroke-width:2;vector-effect:non-scaling-stroke}
.a{fill:var(--a);stroke:var(--a)}.b{fill:var(--b);stroke:var(--b);stroke-dasharray:5 3}
g:target polygon{fill-opacity:.45;stroke-width:4}
ol{margin:0;padding-left:28px}li{margin-bottom:10px}li a{color:inherit;text-decoration:none;display:block}
li a:hover,li a:focus{outline:2px solid var(--line)}
.read{display:block}.who{font-size:12px;margin-right:6px}.who.wa,mark.a{color:var(--a)}.who.wb,mark.b{color:var(--b)}
mark{background:none;font-weight:700;text-decoration:underline}
@media(max-width:900px){.page{grid-template-columns:1fr}}
"""


@dataclass(frozen=True, slots=True)
class ComparedPage:
    """A page of the sheet. `width`, `height` and boxes in pixels of the stored image; `rotation` makes it upright.

    `picture` is a JPEG of any size, None where the image is not at hand: then the boxes stand on white.
    """

    file: str
    page: int
    width: int
    height: int
    rotation: int
    comparison: Comparison
    picture: bytes | None


def sheet(pages: Sequence[ComparedPage], names: tuple[str, str], language: Language) -> str:
    """The HTML of all pages; `names` say whose readings are compared."""
    title = message("compare.title", language, a=names[0], b=names[1])
    parts = [_section(number, page, names, language) for number, page in enumerate(pages, start=1)]
    lang = "en" if language == "en" else "zh-CN"
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><header><h1>{escape(title)}</h1></header>{''.join(parts)}</body></html>\n"
    )


def _section(number: int, page: ComparedPage, names: tuple[str, str], language: Language) -> str:
    differing = page.comparison.differing
    head = message(
        "compare.page", language, path=page.file, page=page.page, places=len(page.comparison.places), different=len(differing)
    )  # fmt: skip
    texts = "".join(_item(f"d{number}-{index}", place, names) for index, place in enumerate(differing, start=1))
    return (
        f"<section><h2>{escape(head)}</h2><div class=page>{_picture(number, page, differing)}"
        f"<ol>{texts or escape(message('compare.same', language))}</ol></div></section>"
    )


def _picture(number: int, page: ComparedPage, differing: Sequence[Place]) -> str:
    width, height = page.width, page.height
    turn, box = {
        90: (f"translate({height},0) rotate(90)", f"0 0 {height} {width}"),
        180: (f"translate({width},{height}) rotate(180)", f"0 0 {width} {height}"),
        270: (f"translate(0,{width}) rotate(270)", f"0 0 {height} {width}"),
    }.get(page.rotation, ("", f"0 0 {width} {height}"))
    data = base64.b64encode(page.picture).decode("ascii") if page.picture else ""
    image = (
        f'<image width="{width}" height="{height}" preserveAspectRatio="none" href="data:image/jpeg;base64,{data}"/>'
    )
    marks = "".join(_marks(f"d{number}-{index}", place) for index, place in enumerate(differing, start=1))
    return f'<svg viewBox="{box}" role="img"><g transform="{turn}">{image if data else ""}{marks}</g></svg>'


def _marks(name: str, place: Place) -> str:
    """Each difference where the reading that has it has it."""
    shapes = [_polygon(box, "a") for each in place.differences for box in each.boxes_a]
    shapes += [_polygon(box, "b") for each in place.differences for box in each.boxes_b]
    title = escape(f"{place.text_a} | {place.text_b}")
    return f'<g id="{name}"><title>{title}</title>{"".join(shapes)}</g>'


def _polygon(box: Box, reading: str) -> str:
    points = " ".join(f"{x:.0f},{y:.0f}" for x, y in box)
    return f'<polygon class="{reading}" points="{points}"/>'


def _item(name: str, place: Place, names: tuple[str, str]) -> str:
    one, other = _marked(place.a, "a"), _marked(place.b, "b")
    return (
        f'<li><a href="#{name}"><span class=read><span class="who wa">{escape(names[0])}</span>{one}</span>'
        f'<span class=read><span class="who wb">{escape(names[1])}</span>{other}</span></a></li>'
    )


def _marked(parts: Parts, reading: str) -> str:
    if not parts:
        return "—"
    marked = (f'<mark class="{reading}">{escape(text)}</mark>' if differs else escape(text) for text, differs in parts)
    return "".join(marked)
