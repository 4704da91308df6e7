"""Words of the field for codes: rules, states, kinds of act. Codes of the message catalogue first, so all rooms say the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from base.messages import catalogue
from base.text import dates
from standards import telling
from standards.values import Reported
from web import frame

BATCH_STATES = {
    "receiving": _l("正在接收"), "working": _l("正在处理"), "ready": _l("待验收"), "accepted": _l("已验收"),
    "returned": _l("已退回"),
}  # fmt: skip
DOCUMENT_KINDS = {"page": _l("页"), "material": _l("材料"), "person": _l("人员")}
DOSSIER_STATES = {
    "received": _l("已接收"), "splitting": _l("待分件"), "working": _l("正在处理"), "checked": _l("待验收"),
    "accepted": _l("已验收"), "returned": _l("已退回"),
}  # fmt: skip
NEEDS = {
    "splitting": _l("待分件"), "proposals": _l("新图待定"), "quarantined": _l("待处理文件"), "people": _l("证号待核"),
    "failed": _l("未能处理"),
}  # fmt: skip
ID_PROBLEMS = {
    "missing": _l("没有身份证号"), "checksum": _l("校验码不对"), "form": _l("不是身份证号"),
    "truncated": _l("表格把号码存成了数字，末几位已丢失"), "double": _l("另有一人用同一号码"),
}  # fmt: skip
ACTS = {
    "propose": _l("提交新图"), "accept": _l("采用新图"), "reject": _l("不用新图"), "insert": _l("插入页"), "move": _l("调序"),
    "transfer": _l("移入他卷"), "remove": _l("移出"), "split": _l("分件"), "relocate": _l("按新位置归入"), "repair": _l("修图"), "pair": _l("不是重复"),
    "match": _l("配上名单"), "arrange": _l("调整页序"), "split-off": _l("分出为一份材料"), "move-off": _l("移到他卷"), "take-out": _l("移出"),
}  # fmt: skip
# The same as the dossier tells them that the pages came to.
ACTS_CAME = {"transfer": _l("自他卷移入"), "move-off": _l("自他卷移入")}
LINE_KINDS = {
    "correct": _l("改为"), "confirm": _l("核对无误"), "add": _l("补录"), "noise": _l("不是文字"), "unreadable": _l("看不清"),
}  # fmt: skip
FIELDS = {
    "class_code": _l("类号"), "number": _l("序号"), "title": _l("材料名称"), "year": _l("年"), "month": _l("月"), "day": _l("日"),
    "copies": _l("份数"), "declared_pages": _l("页数"), "remark": _l("备注"),
}  # fmt: skip


def rule_name(rule: str) -> str:
    """The short name of a rule, `rule.RULE` of the catalogue; the id where an older version of the rules used another."""
    return catalogue(frame.language()).get(f"rule.{rule}", rule)


def finding_text(finding: Reported, page: int | None = None) -> str:
    """What a finding says in full; `page` counts within the dossier."""
    return telling.finding_text(finding, frame.language(), page)


def day_text(text: str) -> str:
    """A date as a list writes it (19411124, 1941.11, 1941年) as 1941-11-24, as far as it goes; what is no date stays."""
    found = dates.parse(text)
    if found is None:
        return text
    parts = [f"{part:02}" for part in (found.month, found.day) if part]
    return "-".join([str(found.year), *parts])


def reason_text(code: str, params: dict[str, Any]) -> str:
    """The text of an error kept in the catalogue by code and params."""
    text = catalogue(frame.language()).get(code, code)
    try:
        return text.format(**params)
    except KeyError:
        return text


MEASURES = {
    "dpi": _l("分辨率"), "dpi_header": _l("文件头分辨率"), "width_mm": _l("宽"), "height_mm": _l("高"),
    "colour_mode": _l("色彩"), "bit_depth": _l("位深"), "format": _l("格式"), "orientation_deg": _l("方向"),
    "skew_deg": _l("偏斜"), "blank": _l("空白"), "sharpness": _l("清晰度"), "contrast": _l("反差"),
    "border_mm": _l("黑边"), "crop_margin_mm": _l("裁切余量"), "bleed_through": _l("透字"), "clipped": _l("过曝或欠曝"),
    "compression": _l("压缩方式"), "jpeg_quality": _l("压缩质量"), "red_stamp": _l("红章"), "portrait": _l("照片"),
    "streaks": _l("条纹"), "moire": _l("网纹"),
}  # fmt: skip
IMAGE_SETS = {"original": _l("原图"), "optimised": _l("优化图"), "derived": _l("PDF 版")}


def image_name(image: Any) -> str:
    """What an image of a page is called on the viewer's switch."""
    if image.state == "proposed":
        return str(_("新图（待定）"))
    if image.origin == "ours":
        return str(_("优化图（本机修图）"))
    return str(IMAGE_SETS.get(image.image_set, image.image_set))


def measure_text(name: str, measure: Mapping[str, Any]) -> str:
    """A measured value with its unit, or why there is none."""
    if "reason" in measure:
        return reason_text(measure["reason"], {})
    value, unit = measure["value"], str(measure["unit"])
    if name == "colour_mode":
        return catalogue(frame.language()).get(f"colour.{value}", str(value))
    shown = f"{value:g}" if isinstance(value, float) else str(value)
    return f"{shown}°" if unit == "deg" else f"{shown} {unit}".strip()
