"""What the script of the correction desk is given: lines with their doubts, characters with what tells them apart, words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import url_for
from flask_babel import format_datetime
from flask_babel import gettext as _

from archive import viewing
from base.text.confusables import confusables
from base.text.glyphs import glyph
from ingest.correction_desk import DeskLine, DeskPage
from web import frame
from web.clerk.viewer import page_address

_MOST_CANDIDATES = 9  # one for each digit


def page_data(seen: viewing.PageSeen, desk: DeskPage) -> dict[str, Any]:
    """Everything at once, so that a key press waits for nothing."""
    lines = lines_data(desk)
    shown = {char for line in lines["lines"] for char in line["text"]}
    shown |= {char for line in lines["lines"] for others in line["others"].values() for char in others}
    image = next(each for each in seen.images if each.id == desk.version_id)
    page = desk.page_id
    return {
        **lines,
        "page": page,
        "image": {
            "width": desk.width,
            "height": desk.height,
            "rotation": 0 if image.origin == "ours" else desk.rotation,
            "view": page_address(page, "view", desk.version_id),
            "full": page_address(page, "full", desk.version_id),
        },
        "glyphs": glyphs(shown | {other for char in shown for other in confusables(char)}),
        "say": url_for("clerk.say_line", page_id=page),
        "undo": url_for("clerk.undo_line", page_id=page, row_id=0),
        "history": url_for("clerk.line_history", line_id=0),
        "characters": url_for("clerk.characters"),
        "next": url_for("clerk.correct_next", page=page),
        "words": _words(),
    }


def lines_data(desk: DeskPage) -> dict[str, Any]:
    """The part that changes with each word said."""
    return {
        "version": desk.version_id,
        "lines": [_line(each) for each in desk.lines],
        "hidden": [_line(each) for each in desk.hidden],
    }


def glyphs(chars: Iterable[str]) -> dict[str, list[Any]]:
    """Per character its pinyin, its strokes and its look-alikes; what has none of them is left out."""
    told = ((char, glyph(char), confusables(char)) for char in sorted(chars) if not char.isspace())
    return {
        char: [each.pinyin, each.strokes, "".join(others[:_MOST_CANDIDATES])]
        for char, each, others in told if each.pinyin or each.strokes or others
    }  # fmt: skip


def _line(each: DeskLine) -> dict[str, Any]:
    line = each.line
    return {
        "text": line.text,
        "box": [[round(x, 1), round(y, 1)] for x, y in line.box],
        "spans": [[round(start, 4), round(end, 4)] for start, end in line.char_spans],
        "vertical": line.vertical,
        "line": each.line_id,
        "seen": each.seen,
        "kind": each.kind,
        "read": each.read_text,
        "by": each.by,
        "at": format_datetime(each.at, "yyyy-MM-dd HH:mm") if each.at else "",
        "doubtful": not each.line_id and each.worth >= frame.office().settings.correction_worth,
        "risks": list(each.risks),
        "others": {str(index): others for index, others in line.alternatives},
        "chain": each.chain,
    }


def _words() -> dict[str, str]:
    """What the script says; it has no words of its own."""
    return {
        "confirm": _("已核"),
        "correct": _("已改"),
        "add": _("补录"),
        "noise": _("不是文字"),
        "unreadable": _("看不清"),
        "doubtful": _("待看"),
        "new": _("新的一行"),
        "strokes": _("%(n)s 画", n="{n}"),
        "counts": _(
            "待看 %(doubtful)s 行 · 已核 %(settled)s 行 · 共 %(all)s 行",
            doubtful="{doubtful}",
            settled="{settled}",
            all="{all}",
        ),
        "read": _("机器读作"),
        "saved": _("已保存，按 F9 撤销。"),
        "undone": _("已撤销。"),
        "nothing": _("没有可以撤销的。"),
        "done": _("这一页没有要看的行了。按 Enter 到下一页。"),
        "draft": _("这是上次没有保存的。按 Esc 回到原来的文字。"),
        "lost": _("没有连上，这一行没有保存；写下的还在。请再按一次 Enter。"),
        "signin": _("登录已过期，这一行没有保存；写下的还在这个窗口里。请重新登录再回来。"),
        "draw": _("移动方框套住漏掉的一行：方向键移动，Shift+方向键改大小，Enter 定下，Esc 不补了。也可以用鼠标框。"),
        "unsaid": _("这一行还没有人校对过。"),
    }
