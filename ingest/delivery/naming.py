"""What the names of folders and page files say: the patterns of personnel dossiers, each with a stable name.

A name in no known pattern is an answer (`pattern` None), never a refusal. Digits and brackets may be full-width,
numbers padded with zeros, extensions in any case.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from base.text import identity
from ingest.delivery.packed import Plain

Pattern = Literal[
    "person-class-item",  # folders person/class/item, pages 001.jpg
    "folder-page",  # pages 001.jpg in a folder
    "id-page",  # <ID>-<page>(1.jpg
    "cover",  # sub-folder 目录 (<ID>-0(1.jpg or 001.jpg): images of cover, bag and catalogue
    "scanner",  # image0001.jpg
    "archival-number",  # 档号-serial, DA/T 31 9.6: A002-RS-001-002-003.jpg
    "class-item-page",  # 1-2-003.jpg, 4-1-1-003.jpg
    "document",  # a PDF or TIFF named by ID number, 档号, 工号+姓名 or material
]

_DASHES = str.maketrans(dict.fromkeys("—–‐‑‒−﹣_", "-"))
_DOTS = str.maketrans(dict.fromkeys("・•∙⋅", "·"))
_HAN_UNITS = "一二三四五六七八九"
_HAN_DIGITS = {
    **{digit: value for value, digit in enumerate(_HAN_UNITS, start=1)},
    "十": 10,
    **{f"十{digit}": 10 + value for value, digit in enumerate(_HAN_UNITS, start=1)},
}
_HAN = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# Schemes of enterprises go past ten. In figures `11` is as well a dossier's 序号: only 第11类 says that it is a class.
_CLASS_NUMBER = rf"(?P<class>10|0?[1-9]|1[1-9](?=类)|(?:十[{_HAN_UNITS}]?|[{_HAN_UNITS}])(?![{_HAN_UNITS}十]))"
_CLASS = rf"(?:第)?{_CLASS_NUMBER}(?:类)?(?:-(?P<sub>0?[1-9]))?"
# Sub-classes without their hyphen and class 10, as organisation-department systems name folders; classes past ten.
_DATA_CODE = re.compile(r"[49][1-4]|99|1[1-9]")
_LABEL = rf"(?:[、.\s-]*(?P<label>[{_HAN}(][^-/]*))?"
_CLASS_FOLDER = re.compile(rf"{_CLASS}{_LABEL}")
_ITEM_FOLDER = re.compile(rf"(?:第)?(?P<item>[0-9]{{1,3}})(?:份|件)?{_LABEL}")
_MATERIAL_NAME = re.compile(rf"{_CLASS}-(?P<item>[0-9]{{1,3}}){_LABEL}")
_PAGE_NAME = re.compile(r"[0-9]{1,4}")
_SCANNER_NAME = re.compile(r"image-?([0-9]{3,6})", re.IGNORECASE)
_ID_NAME = re.compile(
    r"(?P<id>[1-9][0-9]{16}[0-9Xx]|[1-9][0-9]{14})[-\s]*(?P<page>[0-9]{1,4})(?:\((?P<sub>[0-9]{1,4})\)?)?"
)
_CLASS_ITEM_PAGE = re.compile(rf"{_CLASS}-(?P<item>[0-9]{{1,3}})-(?P<page>[0-9]{{1,4}})")
_ARCHIVE_NO = r"[A-Z][0-9]{3}-[A-Z]{2}(?:·[A-Z0-9]+){0,3}-[0-9]{3,}"
_ARCHIVE_NAME = re.compile(rf"(?P<no>{_ARCHIVE_NO})(?:-(?P<item>[0-9]{{3,}}))?-(?P<page>[0-9]{{3,4}})")
_ARCHIVE_DOSSIER = re.compile(rf"(?P<no>{_ARCHIVE_NO})(?:-(?P<item>[0-9]{{3,}}))?")
_PERSON_NAME = rf"[{_HAN}]{{2,4}}|[{_HAN}]{{2,8}}·[{_HAN}]{{2,8}}"
_WORKER = re.compile(
    rf"(?P<no>[A-Za-z]{{0,3}}[0-9]{{2,12}})[-\s]*(?P<name>{_PERSON_NAME})|(?P<name2>{_PERSON_NAME})[-\s]*(?P<no2>[A-Za-z]{{0,3}}[0-9]{{2,12}})"
)
_NAME_ALONE = re.compile(_PERSON_NAME)
# The hundred-odd commonest: a folder `2023移交` is no person, `2023王芳` is.
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧肖冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜范江傅付钟卢汪戴崔任陆廖"
    "姚方金邱夏谭韦贾邹石熊孟秦阎闫薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚汤陶黎温莫易樊乔文安殷颜庄章鲁倪庞邢俞翟蓝聂"
    "齐向申葛柴伍覃骆关焦柳欧祝纪尚毕耿芦左季管符辛苗詹曲靳祁路涂兰甘裴梅童翁霍游阮尤岳柯牟滕谷卞饶凌盛房屈解宁仇舒丛娄边成单冷"
    "强卜桂应简席鲍褚查卫瞿商佟佘沙车井竺晏蒲谈党宫巩敖冉鞠厉戚茅郎占费蔺古封惠司欧诸上皇尉公令东"
)
# Words that make `2023年度` or `03号柜` no person.
_NO_NAME = re.compile(
    "[年月日号第批卷盒柜厂室表件份类页袋]|公司|材料|目录|档案|扫描|车间|科$|部$|局$|所$|处$|中心$|"
    "移交|接收|批次|履历|自传|鉴定|考核|学历|职称|政审|党团|奖励|处分|工资|任免|其他|招工|转正|定级|退休|审批|登记|合同|证明|体检|调动"
)
_SETS: dict[str, Literal["original", "optimised"]] = {
    **dict.fromkeys(("pt", "原始", "原始图像", "原始图", "原图", "高清", "original", "originals", "raw"), "original"),
    **dict.fromkeys(("gq", "优化", "优化图像", "优化图", "处理后", "optimised", "optimized", "processed"), "optimised"),
}
_COVERS = frozenset({"目录", "封面", "封面目录", "目录封面"})


@dataclass(frozen=True, slots=True)
class Who(Plain):
    """Whose dossier a name says it is: normalised ID number, 档号, 工号, 姓名; None where it does not say."""

    id_number: str | None = None
    archive_no: str | None = None
    worker_no: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class PageName(Plain):
    """What the name of a page file says. `sub` is the number in brackets: the second image of a page, or a cover's."""

    pattern: Pattern | None = None
    number: int | None = None
    sub: int = 0
    material: str | None = None
    who: Who | None = None


def fold(name: str) -> str:
    """The name in one form: NFKC, one kind of dash and of middle dot, blanks collapsed."""
    plain = unicodedata.normalize("NFKC", name).translate(_DASHES).translate(_DOTS)
    return " ".join(plain.split())


def composed(name: str) -> str:
    """The name as written, in NFC: a Mac's folder and a PC's are the same."""
    return unicodedata.normalize("NFC", name)


def unzipped(folder: str) -> str:
    """The folder's name where it is a ZIP that stands for a folder."""
    return folder[:-4] if len(folder) > 4 and folder[-4:].casefold() == ".zip" else folder


@lru_cache(maxsize=4096)
def natural_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """Sorts `2` before `10` and is the same for `002`; text compares without regard to case."""
    parts = re.split(r"([0-9]+)", unicodedata.normalize("NFKC", text))
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part.casefold()) for part in parts if part)


def path_key(path: str) -> tuple[tuple[tuple[int, int, str], ...], ...]:
    """Natural order of paths, folder by folder."""
    return tuple(natural_key(part) for part in path.split("/"))


def material_key(class_code: str, number: str) -> str | None:
    """The key of a material within its dossier: `9-1-2` for class 9-1, number 2; padding does not count."""
    parts = [_unpadded(part) for part in (*class_code.split("-"), *number.split("-")) if part]
    return "-".join(parts) or None


def material_order(key: str | None) -> tuple[tuple[int, int, str], ...]:
    """Sorts material keys by class, sub-class and number."""
    return natural_key(key) if key else ()


@lru_cache(maxsize=4096)
def image_set(folder: str) -> Literal["original", "optimised"] | None:
    """原始 / 优化, `PT` / `GQ`: which of the two linked sets a folder holds."""
    return _SETS.get(fold(folder).casefold())


def is_covers(folder: str) -> bool:
    """The sub-folder 目录 with the images of cover, bag and catalogue."""
    return fold(folder) in _COVERS


@lru_cache(maxsize=4096)
def class_folder(name: str) -> str | None:
    """`4`, `04`, `四`, `4-1`, `四、学历`, `第九类` → class code in plain digits."""
    match = _CLASS_FOLDER.fullmatch(fold(name))
    return _class_code(match) if match else None


def data_code(name: str) -> str | None:
    """`41`, `94`, `99`: a class as organisation-department systems write it, or one past ten. Elsewhere it is a serial number."""
    plain = fold(name)
    return plain if _DATA_CODE.fullmatch(plain) else None


@lru_cache(maxsize=4096)
def item_folder(name: str) -> str | None:
    """`1`, `002`, `3 转正定级表` → number in plain digits."""
    match = _ITEM_FOLDER.fullmatch(fold(name))
    return _unpadded(match["item"]) if match else None


@lru_cache(maxsize=4096)
def material_name(name: str) -> str | None:
    """`9-1-2`, `3-2 考核表` (folder or document) → material key."""
    match = _MATERIAL_NAME.fullmatch(fold(name))
    return material_key(_class_code(match), match["item"]) if match else None


@lru_cache(maxsize=4096)
def who_of(name: str) -> Who | None:
    """Whose dossier a folder or document is by its name: ID number, 档号, or 工号+姓名. A bare name does not say."""
    plain = fold(name)
    numbers = identity.find_all(plain)
    if numbers:
        rest = plain.replace(numbers[0].raw, " ")
        return replace(_worker(rest.strip(" -()")) or Who(name=bare_name(rest)), id_number=numbers[0].normalised)
    archive = _ARCHIVE_DOSSIER.fullmatch(plain.upper())
    if archive:
        return Who(archive_no=archive["no"])
    return _worker(plain)


def bare_name(text: str) -> str | None:
    """`text` as a person's name of two to four characters (or with a middle dot), None if it is none."""
    plain = fold(text).strip(" -()")
    return plain if _NAME_ALONE.fullmatch(plain) and not _NO_NAME.search(plain) else None


@lru_cache(maxsize=4096)
def page_name(stem: str) -> PageName:
    """What a page file's name without extension says, apart from its folder."""
    plain = fold(stem)
    if match := _PAGE_NAME.fullmatch(plain):
        return PageName("folder-page", int(plain))
    if match := _SCANNER_NAME.fullmatch(plain):
        return PageName("scanner", int(match[1]))
    if match := _ID_NAME.fullmatch(plain):
        # A number that cannot be normalised still groups its pages.
        number = identity.parse(match["id"]).normalised or match["id"].upper()
        return PageName("id-page", int(match["page"]), int(match["sub"] or 0), who=Who(id_number=number))
    if match := _ARCHIVE_NAME.fullmatch(plain.upper()):
        item = material_key("", match["item"] or "")
        return PageName("archival-number", int(match["page"]), material=item, who=Who(archive_no=match["no"]))
    if match := _CLASS_ITEM_PAGE.fullmatch(plain):
        return PageName("class-item-page", int(match["page"]), material=material_key(_class_code(match), match["item"]))
    return PageName()


def document_name(stem: str) -> PageName:
    """What the name of a document of many pages (PDF, multi-page TIFF) says: a dossier, a material, or nothing."""
    if material := material_name(stem):
        return PageName("document", material=material)
    if archive := _ARCHIVE_DOSSIER.fullmatch(fold(stem).upper()):
        return PageName("document", material=material_key("", archive["item"] or ""), who=Who(archive_no=archive["no"]))
    who = who_of(stem)
    return PageName("document", who=who) if who else PageName()


def _worker(plain: str) -> Who | None:
    match = _WORKER.fullmatch(plain)
    if not match:
        return None
    name = match["name"] or match["name2"]
    if _NO_NAME.search(name) or name[0] not in _SURNAMES:
        return None
    return Who(worker_no=match["no"] or match["no2"], name=name)


def _class_code(match: re.Match[str]) -> str:
    number = _HAN_DIGITS.get(match["class"]) or int(match["class"])
    return f"{number}-{int(match['sub'])}" if match["sub"] else str(number)


def _unpadded(number: str) -> str:
    return str(int(number)) if number.isascii() and number.isdigit() else number
