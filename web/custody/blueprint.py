"""The blueprint of custody, for administrators alone, and its words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from archive.custody.damaged import Damaged
from ingest.custody.report import kind_of, problem_of
from web import frame

blueprint = frame.desk_blueprint("custody", "web.custody", "admin")

_KINDS: Mapping[str, Any] = {
    "original": _l("原图"), "page-image": _l("页图"), "view": _l("浏览图"), "reading": _l("识别结果"),
    "material": _l("材料的 PDF"), "copy": _l("发出的复制件"), "repair": _l("修图结果"), "derived": _l("派生文件"),
}  # fmt: skip
_PROBLEMS: Mapping[str, Any] = {
    "missing": _l("缺失"), "changed": _l("内容有变"), "wrong-size": _l("大小不符"), "unreadable": _l("读不出来"),
}  # fmt: skip


@blueprint.app_template_filter("object_kind")
def object_kind(key: str) -> str:
    """What an object is, in a word."""
    return str(_KINDS[kind_of(key)])


@blueprint.app_template_filter("object_problem")
def object_problem(line: Damaged) -> str:
    """What is wrong with it, in a word."""
    return str(_PROBLEMS[problem_of(line.state, line.code)])
