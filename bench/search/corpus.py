"""Generated dossiers: a person, his materials, their pages of about 400 characters. Streamed; a dossier depends on nothing but its number.

The text of a page is what papers of dossiers hold in kind: the form's title, names, ID numbers, dates and sums in several
forms, the phrases of forms, each of which stands on a third of all pages, and running words of a skewed frequency: the first
of them stand on nearly every page, the last on one in thousands. The words are real ones (the list of phrases of pypinyin):
a peer that splits words by a dictionary shall find what its dictionary holds. One dossier in twenty-five is written in
traditional characters, one line in thirteen of numbers in full width. Even seeds are for tuning, odd seeds for reporting.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import opencc
from numpy.typing import NDArray

from bench.search import names
from search.index import Document

# Raised whenever the same seed no longer makes the same documents: a kept index is then built again.
VERSION = 1
PAGES_EACH, MATERIALS_EACH = 50, 12
DISTRICTS, ENTERPRISES = 8, 320
OFFICE, FIRST_DISTRICT, FIRST_ENTERPRISE = 1, 10, 100
FORMS = (
    "职工登记表", "履历表", "工资审批表", "转正定级表", "退休审批表", "招工审批表", "入党志愿书", "学籍登记表", "奖励审批表", "年度考核表",
)  # fmt: skip
# Each stands on a third of all pages: four of these twelve on every page.
PHRASES = (
    "参加工作时间", "家庭出身", "本人成份", "文化程度", "工作单位", "审批意见", "组织意见", "主要社会关系", "何时何地受过何种奖励",
    "政治面貌", "健康状况", "现任职务",
)  # fmt: skip
PLACES = (
    "辽宁省丹东市",
    "山东省烟台市",
    "河北省唐山市",
    "吉林省长春市",
    "江苏省无锡市",
    "湖北省黄石市",
    "四川省内江市",
    "甘肃省白银市",
)
TRADES = ("机械厂", "纺织厂", "造纸厂", "化工厂", "轴承厂", "水泥厂", "铸造厂", "印染厂")
# The most frequent words of any text, signs among them.
_SMALL = (
    "，",
    "的",
    "。",
    "了",
    "在",
    "和",
    "是",
    "我",
    "一",
    "有",
    "他",
    "中",
    "不",
    "为",
    "上",
    "人",
    "、",
    "这",
    "到",
    "后",
)
_PAGE_WORDS, _LINE, _MOST_CHARACTERS = (60, 230), 28, 560
_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_HANZI = "〇一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Dossier:
    """What its papers have in common."""

    number: int
    name: str
    former_name: str
    id_number: str
    archive_no: str
    place: str
    enterprise: int
    district: int
    units: tuple[str, ...]
    traditional: bool

    @property
    def organisations(self) -> tuple[int, ...]:
        return (OFFICE, self.district, self.enterprise)


@dataclass(frozen=True, slots=True)
class Corpus:
    """`pages` pages with the materials and persons that they belong to."""

    pages: int
    seed: int

    @property
    def dossiers(self) -> int:
        return -(-self.pages // PAGES_EACH)

    def documents(self) -> Iterator[Document]:
        for number in range(self.dossiers):
            yield from self._documents_of(self.dossier(number))

    def dossier(self, number: int) -> Dossier:
        return _dossier(self.seed, number)

    def _documents_of(self, dossier: Dossier) -> Iterator[Document]:
        number = dossier.number
        rng = random.Random(f"{self.seed}/{number}/papers")
        yield person_of(dossier)
        materials = [_material(dossier, rng, number * MATERIALS_EACH + each) for each in range(MATERIALS_EACH)]
        yield from materials
        count = min(PAGES_EACH, self.pages - number * PAGES_EACH)
        for each, body in enumerate(_bodies(self.seed, number, count)):
            material = materials[each * MATERIALS_EACH // PAGES_EACH]
            yield _page(dossier, rng, material, number * PAGES_EACH + each, body)


@lru_cache(maxsize=100_000)
def _dossier(seed: int, number: int) -> Dossier:
    rng = random.Random(f"{seed}/{number}")
    enterprise = number % ENTERPRISES
    district = enterprise % DISTRICTS
    name = names.name(rng)
    factory = f"{words()[200 + enterprise]}{TRADES[enterprise % len(TRADES)]}"
    return Dossier(
        number=number,
        name=name,
        former_name=names.name(rng) if rng.random() < 0.2 else "",
        id_number=_id_number(rng),
        archive_no=f"J-{enterprise + 1:03d}-{number // ENTERPRISES + 1:04d}",
        place=rng.choice(PLACES),
        enterprise=FIRST_ENTERPRISE + enterprise,
        district=FIRST_DISTRICT + district,
        units=("市档案服务中心", f"第{_HANZI[district + 1]}区", factory),
        traditional=rng.random() < 0.04,
    )


def _id_number(rng: random.Random) -> str:
    day = f"{rng.randint(1925, 1965)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
    return f"{rng.choice((110105, 310101, 420106, 320102))}{day}{rng.randint(0, 9999):04}"


def person_of(dossier: Dossier) -> Document:
    called = tuple(each for each in (dossier.name, dossier.former_name) if each)
    return Document(
        id=f"person:{dossier.number}",
        kind="person",
        text="\n".join([*called, dossier.units[-1]]),
        names=called,
        identifiers=(dossier.id_number, dossier.archive_no),
        title=dossier.name,
        organisations=dossier.organisations,
        units=dossier.units,
        enterprise=dossier.enterprise,
        district=dossier.district,
        place=dossier.place,
        archive_no=dossier.archive_no,
        stored={"person": dossier.number},
    )


def _material(dossier: Dossier, rng: random.Random, number: int) -> Document:
    title, year = rng.choice(FORMS), rng.randint(1950, 2020)
    return Document(
        id=f"material:{number}",
        kind="material",
        text=title,
        names=(title,),
        identifiers=(dossier.archive_no,),
        title=title,
        class_code=rng.choice(("1", "2", "3", "4-1", "4-2", "5", "6", "7", "8", "9-1", "9-2", "10")),
        year=year,
        organisations=dossier.organisations,
        units=dossier.units,
        enterprise=dossier.enterprise,
        district=dossier.district,
        day=year * 10000 + rng.randint(1, 12) * 100,
        archive_no=dossier.archive_no,
        stored={"material": number},
    )


def _page(dossier: Dossier, rng: random.Random, material: Document, number: int, body: str) -> Document:
    return Document(
        id=f"page:{number}",
        kind="page",
        text=_text(dossier, rng, material.title, body),
        title=material.title,
        class_code=material.class_code,
        year=material.year,
        organisations=dossier.organisations,
        units=dossier.units,
        enterprise=dossier.enterprise,
        district=dossier.district,
        day=material.day,
        archive_no=dossier.archive_no,
        confidence=round(rng.uniform(0.6, 1.0), 3),
        stored={"page": number, "version": number, "reading": f"readings/{number}"},
    )


def _text(dossier: Dossier, rng: random.Random, title: str, body: str) -> str:
    lines = [title, *(f"{phrase}:" for phrase in rng.sample(PHRASES, 4))]
    chance = rng.random()
    if chance < 0.4:
        lines.insert(1, f"姓名 {dossier.name}")
    if chance < 0.08:
        lines.insert(2, f"身份证号 {dossier.id_number}")
    if chance > 0.5:
        lines.append(_date(rng))
    if chance > 0.8:
        lines.append(f"工资 {rng.randint(30, 900)}.{rng.randint(0, 9)}0 元")
    if 0.3 < chance < 0.38:
        lines = [line.translate(_FULL_WIDTH) for line in lines]
    text = "\n".join([*lines, *(body[at : at + _LINE] for at in range(0, len(body), _LINE))])[:_MOST_CHARACTERS]
    return _to_traditional().convert(text) if dossier.traditional else text


def _date(rng: random.Random) -> str:
    year, month, day = rng.randint(1950, 2020), rng.randint(1, 12), rng.randint(1, 28)
    form = rng.randrange(4)
    if form == 0:
        return f"{year}年{month}月{day}日"
    if form == 1:
        return f"{year}.{month}.{day}"
    if form == 2:
        return f"{year} 年 {month:02} 月"
    return "".join(_HANZI[int(digit)] for digit in str(year)) + f"年{_HANZI[month] if month < 10 else '十'}月"


def _bodies(seed: int, number: int, count: int) -> Iterator[str]:
    """Running words of `count` pages, all drawn at once: one by one takes ten times as long."""
    rng = np.random.default_rng((seed, number))
    sizes = rng.integers(*_PAGE_WORDS, size=count)
    chosen = np.searchsorted(_sums(), rng.random(int(sizes.sum()))).tolist()
    listed, start = words(), 0
    for size in sizes.tolist():
        yield "".join([listed[each] for each in chosen[start : start + size]])
        start += size


@cache
def words() -> tuple[str, ...]:
    """All words, the most frequent first."""
    from pypinyin.phrases_dict import phrases_dict  # noqa: PLC0415  # half a second

    real = sorted(each for each in phrases_dict if 2 <= len(each) <= 4 and all("一" <= char <= "龥" for char in each))
    random.Random(7).shuffle(real)
    return (*_SMALL, *real)


@cache
def _sums() -> NDArray[np.float64]:
    weights = 1 / (np.arange(len(words())) + 3.0)
    sums: NDArray[np.float64] = np.cumsum(weights) / weights.sum()
    sums[-1] = 1.0
    return sums


@cache
def _to_traditional() -> opencc.OpenCC:
    return opencc.OpenCC("s2t")
