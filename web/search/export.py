"""A hit list as a sheet: all hits up to a stated bound, ID numbers masked, the act and its number of lines in the trail."""

from __future__ import annotations

import io
from typing import Any

from flask import make_response, send_file
from flask_babel import gettext as _

from base.clock import now
from base.errors import InputError
from base.text.identity import hide_numbers
from ingest.find import HitList
from ingest.found import Found
from printing.registers import to_csv, to_xlsx
from web import frame
from web.search import shown
from web.search.blueprint import blueprint
from web.search.views import wanted_kinds, wanted_sort

_TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}


@blueprint.get("/<handle>/export.<form>")
def export(handle: str, form: str) -> Any:
    """InputError `search-export.format`, `search-export.nothing`, and what the query itself is refused for."""
    kinds = shown.kinds_of(frame.viewer())
    if form not in _TYPES:
        raise InputError("search-export.format", format=form)
    query = frame.asked(handle)
    if query is None:
        raise InputError("search-export.nothing")
    found = frame.services().find.hit_list(frame.viewer(), query, kinds=wanted_kinds(kinds), sort=wanted_sort())
    if not found.hits:
        raise InputError("search-export.nothing")
    title = _("检索结果")
    heads, rows = sheet(found)
    data = to_csv(heads, rows) if form == "csv" else to_xlsx(title, heads, rows)
    name = f"{title}-{now().date().isoformat()}.{form}"
    return make_response(
        send_file(io.BytesIO(data), mimetype=_TYPES[form], as_attachment=True, download_name=name, max_age=0)
    )


def sheet(found: HitList) -> tuple[list[str], list[list[str]]]:
    """Headings and rows; a list that ends before its hits do says so in its last row."""
    heads = [
        _("档号"), _("姓名"), _("身份证号"), _("单位"), _("种类"), _("类号"), _("材料名称"), _("日期"), _("页"), _("文件"), _("摘录"),
    ]  # fmt: skip
    rows = [_row(hit) for hit in found.hits]
    if len(found.hits) < found.total:
        rest = _(
            "共 %(total)s 条，本表只列前 %(lines)s 条；请缩小范围后再导出其余。",
            total=found.total,
            lines=len(found.hits),
        )
        rows.append([str(rest), *[""] * (len(heads) - 1)])
    return [str(head) for head in heads], rows


def _row(hit: Found) -> list[str]:
    number = hit.number if hit.number is not None else hit.page
    return [
        hit.dossier or "", hit.person or "", hit.id_masked, hit.organization, str(shown.KIND_NAMES[hit.kind]), hit.class_code,
        "" if hit.kind == "person" else hide_numbers(hit.title), hit.date, str(number) if number and hit.kind == "page" else "",
        hide_numbers(hit.file or ""), "" if hit.kind == "person" else hit.shown,
    ]  # fmt: skip
