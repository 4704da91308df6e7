"""What leaves of a lot: the rework list on the screen and as a sheet, and the 验收单."""

from __future__ import annotations

import io
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, flash, make_response, redirect, render_template, send_file, url_for
from flask_babel import gettext as _

from archive import audit, inspection_views, rework, rework_views
from archive.inspection_views import LotSeen, RoundSeen
from base.clock import now
from base.errors import AccessError
from base.messages import Language, message
from printing.acceptance_sheet import AcceptanceSheet, Box, FigureLine, make_acceptance_sheet
from printing.registers import to_xlsx
from standards.acceptance import Indicator
from web import acts, frame, words
from web.clerk.blueprint import blueprint
from web.clerk.inspection import stratum_text

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# The viewer of Chromium puts a PDF into an element of its own, which the policy of all other answers forbids.
_PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
_ZH: Language = "zh_CN"
_MOST_STRATA = 24  # that the printed sheet lists one by one
_SIDES = ("processor", "district")


@blueprint.get("/lots/<int:lot_id>/rework")
def rework_page(lot_id: int) -> str:
    me = frame.viewer()
    with frame.office().catalogue.read() as session:
        lot = inspection_views.see_lot(session, me, lot_id)
        lines = rework_views.rework_lines(session, me, lot_id)
    return render_template("clerk/rework.html", lot=lot, lines=lines, what=what)


@blueprint.app_template_global("rework_what")
def what(line: rework_views.ReworkLine) -> str:
    """What is wrong at a place: a kind of defect, or the rule of the machine's check."""
    return words.rule_name(line.code) if line.origin == "machine" else message(f"defect.{line.code}", frame.language())


@blueprint.get("/lots/<int:lot_id>/rework.xlsx")
def rework_sheet(lot_id: int) -> Response:
    """The list for whoever scans again; that it left is in the trail."""
    me = frame.viewer()
    with frame.office().catalogue.write() as session:
        lot = inspection_views.see_lot(session, me, lot_id)
        lines = rework_views.rework_lines(session, me, lot_id)
        audit.record(session, me, "inspection.list", f"lot:{lot.id}", lines=len(lines))
    heads = [
        _("轮次"),
        _("档号"),
        _("姓名"),
        _("页"),
        _("哪里不对"),
        _("等级"),
        _("来源"),
        _("说明"),
        _("状态"),
        _("答复"),
    ]
    rows = [
        [
            line.round, line.dossier, line.person, line.page_number or "", what(line), _severity(line.severity),
            _("抽检") if line.origin == "inspection" else _("机器全检"), line.note, state_word(line.state), line.answer,
        ]
        for line in lines
    ]  # fmt: skip
    title = _("返工清单")
    data = to_xlsx(title, heads, rows)
    name = f"{title}-{lot.serial}.xlsx"
    return make_response(send_file(io.BytesIO(data), mimetype=_XLSX, as_attachment=True, download_name=name))


def _severity(code: str) -> str:
    return message(f"inspection.severity.{code}", frame.language())


@blueprint.app_template_global("rework_state")
def state_word(state: str) -> str:
    texts = {
        "open": _("未送回"), "came": _("已送回"), "came_back": _("待复检"), "closed": _("已了结"), "again": _("复检仍不对"),
    }  # fmt: skip
    return str(texts[state])


@blueprint.post("/rework/<int:item_id>/answer")
@acts.act
def rework_answer(item_id: int) -> str:
    answer = acts.field("answer", required=False, limit=300)
    with frame.office().catalogue.write() as session:
        rework.answer_item(session, frame.viewer(), item_id, answer)
    if answer:
        flash(_("已答复，这一处不再返工。"), "done")
    else:
        flash(_("答复已撤回。"), "done")
    return acts.came_from()


@blueprint.get("/lots/<int:lot_id>/<int:number>.pdf")
def lot_sheet(lot_id: int, number: int) -> Response:
    """The 验收单 of one round, opened for printing."""
    me = frame.viewer()
    with frame.office().catalogue.write() as session:
        lot = inspection_views.see_lot(session, me, lot_id)
        seen = next((each for each in lot.rounds if each.number == number), None)
        if seen is None:
            raise AccessError("not-found")
        audit.record(session, me, "inspection.print", f"lot:{lot.id}", round=number)
    data = make_acceptance_sheet(_document(lot, seen, me.name))
    answer = make_response(send_file(io.BytesIO(data), mimetype="application/pdf", download_name=f"{lot.serial}.pdf"))
    answer.headers["Content-Security-Policy"] = _PDF_POLICY
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/dossiers/<int:dossier_id>/acceptance")
def dossier_sheet(dossier_id: int) -> Any:
    """To the 验收单 of the lot that accepted this dossier."""
    with frame.office().catalogue.read() as session:
        lot_id, number = inspection_views.lot_of_dossier(session, frame.viewer(), dossier_id)
    return redirect(url_for("clerk.lot_sheet", lot_id=lot_id, number=number))


def _document(lot: LotSeen, seen: RoundSeen, operator: str) -> AcceptanceSheet:
    """The sheet is in Chinese whatever the screen is: both sides sign it."""
    unit, plan = _zh(f"inspection.unit.{lot.terms.unit}"), seen.plan
    counts = plan["denominators"]
    return AcceptanceSheet(
        office=frame.services().name,
        serial=lot.serial,
        printed_at=_time(now()),
        operator=operator,
        state=seen.state,
        round_number=seen.number,
        single=lot.kind == "single",
        facts=(
            ("检验批", lot.serial),
            ("移交批次", lot.batch),
            ("移交单位", "、".join(lot.enterprises)),
            ("建立", f"{_time(lot.created_at)}  {lot.made_by}"),
            ("全批", f"{counts['volume']} 卷，{counts['material']} 份，{counts['page']} 页"),
            ("抽检单位", f"{unit}；全批 {plan['population']} {unit}，抽 {plan['size']} {unit}（{_share(plan)}，不少于 {lot.terms.share_percent:g} %）"),
            ("机器全检", f"全部 {counts['page']} 页，按{_zh('inspection.unit.' + lot.terms.machine_unit)}计"),
            ("抽样种子", f"{lot.seed or '—'}（第 {seen.number} 轮；按 SHA-256 排序抽取，可复核）"),
            ("约定", f"{lot.profile}；缺陷权重 严重 {lot.terms.critical_weight}、较重 {lot.terms.major_weight}、轻微 {lot.terms.minor_weight}，合计满 {lot.terms.faulty_from} 即不合格"),
        ),
        strata=_strata(lot, plan["strata"], unit),
        figures=tuple(_figure(each, lot, unit) for each in seen.verdict.indicators),
        reasons=tuple(_zh(f"inspection.reason.{each.code}", **each.params) for each in seen.verdict.reasons),
        remarks=tuple(_remarks(lot, seen, unit)),
        defects=tuple(
            (_zh(f"defect.{each.code}"), _zh(f"inspection.severity.{each.severity}"), each.count) for each in seen.defects
        ),
        rounds=tuple((each.number, each.state, f"{each.done} / {each.units}", _time(each.closed_at)) for each in lot.rounds),
        boxes=tuple(_box(seen, side) for side in _SIDES),
    )  # fmt: skip


def _strata(lot: LotSeen, strata: list[dict[str, Any]], unit: str) -> tuple[str, ...]:
    """Each stratum; where there are many, how many and what was drawn of each: the rest stands on the screen."""
    if len(strata) > _MOST_STRATA:
        sizes = [each["size"] for each in strata]
        return (f"共 {len(strata)} 层，每层抽 {min(sizes)} 至 {max(sizes)} {unit}，逐层数字见检验批页面",)
    return tuple(
        f"{_stratum(lot, each['name'])}，{each['population']} {unit}抽 {each['size']} {unit}" for each in strata
    )


def _stratum(lot: LotSeen, name: list[str]) -> str:
    return stratum_text(lot.terms.strata, tuple(name))


def _share(plan: dict[str, Any]) -> str:
    return f"{100 * plan['size'] / plan['population']:.1f} %" if plan["population"] else "—"


def _figure(each: Indicator, lot: LotSeen, unit: str) -> FigureLine:
    counted = {"machine": _zh(f"inspection.unit.{lot.terms.machine_unit}"), "rework": "处"}.get(each.id, unit)
    return FigureLine(
        name=_zh(f"inspection.indicator.{each.id}"), looked=f"{each.n} / {each.whole} {counted}", defects=each.defects,
        rate=_percent(each.rate), limit=_percent(each.limit) if each.limit == 1 else f"≥ {_percent(each.limit)}",
        interval="全检" if each.low == each.high else f"{_percent(each.low)} ～ {_percent(each.high)}",
        clause=each.clause or "约定", state=each.state,
    )  # fmt: skip


def _remarks(lot: LotSeen, seen: RoundSeen, unit: str) -> list[str]:
    """What the sample proves, and what whoever signs takes as it is."""
    told = []
    other = next((each for each in seen.verdict.indicators if each.id == "other"), None)
    if other is not None and other.low != other.high:
        needed = (
            f"没有缺陷的样本要满 {other.needed} {unit}，才能以同样的置信度证明全批达到 {_percent(other.limit)}。"
            if other.needed
            else ""
        )
        told.append(
            f"抽样有误差：看了 {other.n} {unit}，以 {lot.terms.confidence_percent:g} % 的置信度，全批合格率不低于 {_percent(other.low)}（Clopper–Pearson 双侧区间）。{needed}"
        )
    if seen.review:
        told.append(f"机器另有 {seen.review} 处待核，签字即按现状接收。")
    if seen.conceded:
        told.append(
            f"机器判为不合格的另有 {seen.conceded} 处按现状接收，原因逐处写在返工清单里，不计入机器全检的合格率。"
        )
    if seen.findings:
        kinds = {"fail": "不合格", "review": "待核", "not_measurable": "无法检测"}
        told.append(
            "按现状接收：" + "，".join(f"{kinds[code]} {count} 处" for code, count in seen.findings.items()) + "。"
        )
    return told


def _box(seen: RoundSeen, side: str) -> Box:
    title = {"processor": "移交方（加工方）", "district": "接收方"}[side]
    found = next((each for each in seen.signatures if each.side == side), None)
    if found is None:
        return Box(title, "", "", "")
    return Box(title, found.name, _time(found.signed_at), found.account)


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{100 * share:.2f}".rstrip("0").rstrip(".") + " %"


def _time(time: Any) -> str:
    if time is None:
        return ""
    return str(time.astimezone(ZoneInfo(frame.office().settings.time_zone)).strftime("%Y-%m-%d %H:%M"))


def _zh(code: str, **params: Any) -> str:
    return message(code, _ZH, **params)
