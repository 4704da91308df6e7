"""The held set: what clerks type, what stands on the paper instead, and which documents are right.

Every question has a page or a person of its own, planted among generated dossiers. Even seeds choose the settings of the
peers, odd seeds are reported; our own engine has no setting to choose.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import opencc

from base.text.confusables import confusables
from bench.search import misreads, names
from bench.search.corpus import Corpus, person_of
from bench.search.setup import Setup
from bench.search.truth import Texts
from search.index import Document

_PAGES, _PERSONS, _OF_EACH = 4_000, 3_000, 100
# Second-round (二简字, 1977) and folk forms as dossiers of those years have them, with the usual character: first those that are
# nothing else, then those that are characters of their own too, which nobody may fold together.
_SHORT_FORMS = (("歺", "餐"), ("伩", "信"), ("囯", "国"), ("圡", "土"), ("夲", "本"), ("迠", "建"))
_AMBIGUOUS_FORMS = (
    ("氿", "酒"),
    ("亍", "街"),
    ("仃", "停"),
    ("咀", "嘴"),
    ("付", "副"),
    ("午", "舞"),
    ("旦", "蛋"),
    ("邦", "帮"),
)
_HANZI = "〇一二三四五六七八九"
_UNITS = ("", "十", "百", "千", "万")


@dataclass(frozen=True, slots=True)
class Question:
    """`typed`: what every engine is given; `ours`: the same in our query language, which has signs that no peer has."""

    kind: str
    typed: str
    ours: str
    right: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Planted:
    """`line` goes on a page of its own, or `name` to a person of its own."""

    kind: str
    typed: str
    line: str = ""
    name: str = ""
    ours: str = ""


@dataclass(frozen=True, slots=True)
class HeldSet:
    documents: tuple[Document, ...]
    questions: tuple[Question, ...]


def held_set(setup: Setup, seed: int) -> HeldSet:
    """The questions of a seed and the documents they are asked of."""
    rng = random.Random(seed)
    count = setup.count(_OF_EACH)
    source = Corpus(setup.count(_PAGES), seed)
    listed = [source.dossier(number) for number in range(max(source.dossiers, setup.count(_PERSONS)))]
    names_taken = _Names(rng, {each.name for each in listed})
    planted = [each for maker in _MAKERS for each in maker(names_taken, rng, count, seed)]
    pages, persons = _documents(source, [person_of(each) for each in listed], rng, planted)
    documents = (*pages, *persons)
    texts = Texts.of((each.id, text) for each in documents for text in (each.text, *each.names))
    spelled = [(each.id, syllables) for each in persons for name in each.names if (syllables := names.spelled(name))]
    return HeldSet(documents, tuple(_question(each, documents, texts, spelled) for each in planted))


class _Names:
    """Names that nobody else of the corpus bears."""

    def __init__(self, rng: random.Random, taken: set[str]) -> None:
        self._rng, self._taken = rng, taken

    def new(self, length: int = 3, fits: Callable[[str], bool] = lambda name: True) -> str:
        while True:
            name = names.name(self._rng, rare_share=0.02)
            if len(name) == length and name not in self._taken and fits(name):
                self._taken.add(name)
                return name


def _as_written(fresh: _Names, rng: random.Random, count: int, seed: int) -> Iterator[_Planted]:
    for _ in range(count):
        name = fresh.new(rng.choice((2, 3, 3)))
        yield _Planted("name as written", name, f"姓名 {name}")
    for _ in range(count):
        name = fresh.new()
        yield _Planted("two characters of a name", name[1:], f"家长 {name} 同志")


def _mis_read(fresh: _Names, rng: random.Random, count: int, seed: int) -> Iterator[_Planted]:
    def doubtful(name: str) -> list[int]:
        return [place for place, char in enumerate(name) if confusables(char)]

    for _ in range(count):
        name = fresh.new(fits=lambda each: bool(doubtful(each)))
        place = rng.choice(doubtful(name))
        read = name[:place] + rng.choice(confusables(name[place])) + name[place + 1 :]
        yield _Planted("mis-read, by our table of look-alikes", name, f"姓名 {read}", ours=f"~{name}")
    seen = [each for number, each in enumerate(misreads.recorded()) if number % 2 == seed % 2]
    for kind, wanted in (
        ("mis-read by an engine, one character", True),
        ("mis-read by an engine, more than one", False),
    ):
        some = [each for each in seen if each.one_character is wanted]
        for each in rng.sample(some, min(count, len(some))):
            yield _Planted(kind, each.name, f"姓名 {each.read}", ours=f"~{each.name}")


def _variants(fresh: _Names, rng: random.Random, count: int, seed: int) -> Iterator[_Planted]:
    to_traditional = opencc.OpenCC("s2t").convert
    for number in range(count):
        name = fresh.new(fits=lambda each: to_traditional(each) != each)
        typed, written = (name, to_traditional(name)) if number % 2 else (to_traditional(name), name)
        kind = "traditional on paper" if number % 2 else "traditional typed"
        yield _Planted(kind, typed, f"姓名 {written}")
    for number in range(count):
        given, (form, usual) = fresh.new(2), _SHORT_FORMS[number % len(_SHORT_FORMS)]
        yield _Planted("second-round and folk forms", f"{given}{usual}", f"姓名 {given}{form}")
    for number in range(count):
        given, (form, usual) = fresh.new(2), _AMBIGUOUS_FORMS[number % len(_AMBIGUOUS_FORMS)]
        typed = f"{given}{usual}"
        yield _Planted(
            "second-round forms that are other characters too", typed, f"姓名 {given}{form}", ours=f"~{typed}"
        )
    for _ in range(count):
        code = f"{rng.choice('ABCDEFGHJK')}{rng.choice('LMNPQRST')}-{rng.randint(100_000, 999_999)}"
        wide = code.translate({each: each + 0xFEE0 for each in range(0x21, 0x7F)})
        yield _Planted("full width on paper", code, f"工号 {wide}")


def _dates_and_numbers(fresh: _Names, rng: random.Random, count: int, seed: int) -> Iterator[_Planted]:
    # Before 1950: no other page of the corpus bears such a date.
    months = rng.sample([(year, month) for year in range(1912, 1950) for month in range(1, 13)], count)
    for year, month in months:
        forms = [
            f"{year}年{month}月",
            f"{year}.{month:02}",
            f"{_digits(year)}年{_small(month)}月",
            f"民国{_small(year - 1911)}年{month}月",
        ]
        typed = rng.choice(forms[:3])
        written = rng.choice([form for form in forms if form != typed])
        yield _Planted("date in another form", typed, f"日期 {written}")
    for number in rng.sample(range(1_100, 99_999), count):
        digits, hanzi = str(number), _numeral(number)
        typed, written = (digits, hanzi) if rng.random() < 0.5 else (hanzi, digits)
        yield _Planted("number in another form", typed, f"金额 {written} 元", ours=f"~{typed}")


def _spellings(fresh: _Names, rng: random.Random, count: int, seed: int) -> Iterator[_Planted]:
    for _ in range(count):
        name = fresh.new(fits=lambda each: names.spelled(each) is not None)
        yield _Planted("pinyin", "".join(names.spelled(name) or ()), name=name)
    for _ in range(count):
        name = fresh.new(fits=lambda each: names.spelled(each) is not None)
        yield _Planted("initials", "".join(each[0] for each in names.spelled(name) or ()), name=name)


def _unreadable(fresh: _Names, rng: random.Random, count: int, seed: int) -> Iterator[_Planted]:
    for _ in range(count):
        name = fresh.new()
        yield _Planted("□ typed for one character", f"{name[0]}□{name[2]}", f"姓名 {name}")
    # One name in a hundred, not more: a list prints most of its names.
    for _ in range(-(-count // 3)):
        name = fresh.new()
        place = rng.randrange(3)
        yield _Planted("□ in the list", name, name=f"{name[:place]}□{name[place + 1 :]}")


_MAKERS = (_as_written, _mis_read, _variants, _dates_and_numbers, _spellings, _unreadable)


def _documents(
    source: Corpus, persons: list[Document], rng: random.Random, planted: list[_Planted]
) -> tuple[tuple[Document, ...], tuple[Document, ...]]:
    """The pages of the corpus, each planted line in one drawn for it; the persons, and one more for each planted name."""
    pages = {each.id: each for each in source.documents() if each.kind == "page"}
    with_line = [each for each in planted if each.line]
    for each, page_id in zip(with_line, rng.sample(sorted(pages), len(with_line)), strict=True):
        head, _, rest = pages[page_id].text.partition("\n")
        pages[page_id] = replace(pages[page_id], text=f"{head}\n{each.line}\n{rest}")
    for number, each in enumerate(each for each in planted if each.name):
        persons.append(
            replace(persons[0], id=f"person:{10**6 + number}", names=(each.name,), title=each.name, text=each.name)
        )
    return tuple(pages.values()), tuple(persons)


def _question(
    each: _Planted, documents: tuple[Document, ...], texts: Texts, spelled: list[tuple[str, tuple[str, ...]]]
) -> Question:
    """Right is what was planted, and what else bears the very words or the very spelling typed."""
    if each.name:
        right = {one.id for one in documents if each.name in one.names}
        if each.kind == "pinyin":
            right |= {one for one, syllables in spelled if "".join(syllables) == each.typed}
        if each.kind == "initials":
            right |= {one for one, syllables in spelled if "".join(part[0] for part in syllables) == each.typed}
    else:
        right = texts.holding(each.line) | texts.holding(each.typed)
    return Question(each.kind, each.typed, each.ours or each.typed, frozenset(right))


def _digits(number: int) -> str:
    return "".join(_HANZI[int(digit)] for digit in str(number))


def _small(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{_HANZI[tens]}十") + (_HANZI[ones] if ones else "")


def _numeral(number: int) -> str:
    """12045 as 一万二千〇四十五, with the zeros as they are written."""
    text, zero = "", False
    for place, digit in enumerate(map(int, str(number))):
        if digit:
            text += ("〇" if zero else "") + _HANZI[digit] + _UNITS[len(str(number)) - 1 - place]
        zero = bool(text) and not digit
    return text
