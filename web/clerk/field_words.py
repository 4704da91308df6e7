"""What fields and their marks are called on the screens, and the order in which they are shown."""

from __future__ import annotations

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from archive.field_views import FieldLine
from base.text import dates

NAMES = {
    "name": _l("姓名"), "former_name": _l("曾用名"), "sex": _l("性别"), "birth_date": _l("出生日期"),
    "archive_birth_date": _l("档案记载出生"), "ethnic_group": _l("民族"), "native_place": _l("籍贯"), "birthplace": _l("出生地"),
    "id_number": _l("身份证号"), "political_status": _l("政治面貌"), "party_date": _l("入党时间"),
    "party_confirmed_date": _l("党员转正时间"), "education": _l("文化程度"), "school": _l("毕业学校"),
    "graduation_date": _l("毕业时间"), "work_start_date": _l("参加工作时间"), "unit": _l("工作单位"), "post": _l("职务"),
    "trade": _l("工种"), "retirement_date": _l("退休时间"), "retirement_kind": _l("退休类别"), "address": _l("住址"),
    "phone": _l("电话"), "form_date": _l("填表日期"),
}  # fmt: skip
ORDER = tuple(NAMES)
# What a mark says of a value, and whether it asks for a second look.
MARKS = {
    "checksum": _l("校验码不对"), "form": _l("写法不合"), "old": _l("15 位旧号"), "lunar": _l("农历"), "century": _l("年份只写两位"),
    "mismatch": _l("与证号不符"), "label": _l("栏名不清"), "list": _l("按词表取近"),
}  # fmt: skip
DOUBTS = frozenset({"checksum", "form", "mismatch"})
_TURNED = frozenset({"lunar", "century"})
_PLAIN = re.compile(r"[12][0-9]{3}[-0-9./年月日号 ]*")
SEXES = {"1": "男", "2": "女"}


def name_of(name: str) -> str:
    """The field's name; its code where a newer reading knows a field that this screen does not."""
    return str(NAMES.get(name, name))


def normal_text(line: FieldLine) -> str:
    """The normal form, where it is not plain to see: 民国 and lunar years, years of two digits, ID numbers of 15."""
    normal = line.masked_normal
    if line.name == "id_number":
        return "" if normal == line.masked else normal
    if not line.name.endswith("_date") or (_PLAIN.fullmatch(line.value) and not _TURNED & set(line.marks)):
        return ""
    return normal


def paper_date(digits: str) -> str:
    """Eight digits (unknown parts 00) as 1966-05, empty where there is no date."""
    if not digits:
        return str(_("日期不详"))
    parts = (digits[:4], digits[4:6], digits[6:])
    return "-".join(part for part in parts if int(part))


def listed_text(name: str, listed: str) -> str:
    """What the sender's list says, as a person reads it."""
    if name == "sex":
        return SEXES.get(listed, listed)
    found = dates.parse(listed) if name.endswith("_date") else None
    return paper_date(found.digits) if found else listed
