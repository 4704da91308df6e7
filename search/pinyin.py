"""Pinyin under which names and titles are found: 张建国 by zhangjianguo, zhangj, zjg and jianguo.

Surnames are read as surnames (仇 qiu, 单 shan, 尉迟 yu chi: `data/surnames.txt`) and also as the character is read elsewhere,
because a clerk may type either. ü is found as v, u and yu.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.metadata import version
from itertools import islice, product
from pathlib import Path

# Raised whenever the keys below change.
_KEYS = 2
_SURNAMES_FILE = Path(__file__).parent / "data" / "surnames.txt"
_SHORTEST = 2
_LONGEST_NAME, _LONGEST_TITLE = 8, 20
# Readings of one name, the most usual ones first: enough for two doubtful characters, bounded for a name of nothing else.
_MOST_READINGS, _MOST_SPELLINGS, _MOST_TRIED = 16, 4, 4096
# Characters of names that pypinyin does not know.
_RARE_READINGS = {"𠮷": ("ji",)}


def pinyin_version() -> str:
    return f"{_KEYS}/pypinyin-{version('pypinyin')}"


@lru_cache(maxsize=50_000)
def name_keys(name: str) -> frozenset[str]:
    """Keys of a folded name: beginnings of the full spelling and of the initials, and the given name alone."""
    name = name.replace("·", "").replace(" ", "")[:_LONGEST_NAME]
    keys: set[str] = set()
    given = len(_compound(name)) or 1
    for syllables in _readings(name):
        full, initials = "".join(syllables), "".join(each[0] for each in syllables)
        keys.update(full[:end] for end in range(_SHORTEST, len(full) + 1))
        keys.update(initials[:end] for end in range(_SHORTEST, len(initials) + 1))
        keys.update(("".join(syllables[1:]), "".join(syllables[given:])))
    return frozenset(key for key in keys if len(key) >= _SHORTEST)


@lru_cache(maxsize=50_000)
def title_keys(title: str) -> frozenset[str]:
    """Keys of a folded title: its beginnings by whole syllables, full and as initials, two syllables or more."""
    keys: set[str] = set()
    for syllables in _title_readings(title[:_LONGEST_TITLE]):
        for end in range(2, len(syllables) + 1):
            keys.add("".join(syllables[:end]))
            keys.add("".join(each[0] for each in syllables[:end]))
    return frozenset(keys)


def _title_readings(title: str) -> list[list[str]]:
    """Characters as they are mostly read, and as words are: 重新 is zhong xin and chong xin."""
    from pypinyin import Style, pinyin  # noqa: PLC0415

    words = [read[0] for read in pinyin(title, style=Style.NORMAL, errors="ignore")]
    alone = [spellings[0] for spellings in _spellings(title)]
    return [alone, words] if len(words) == len(alone) and words != alone and all(map(str.isascii, words)) else [alone]


def _readings(name: str) -> list[tuple[str, ...]]:
    spellings = _spellings(name)
    if len(spellings) != len(name) or not spellings:
        return []
    surname = _compound(name) or name[0]
    read = _surnames().get(surname, ())
    for place, syllables in enumerate(read):
        others = spellings[place] if len(surname) == 1 else ()
        spellings[place] = tuple(dict.fromkeys((*syllables, *others)))
    choices = product(*(range(min(len(each), _MOST_SPELLINGS)) for each in spellings))
    chosen = sorted(islice(choices, _MOST_TRIED), key=sum)[:_MOST_READINGS]
    return [tuple(each[at] for each, at in zip(spellings, places, strict=True)) for places in chosen]


def _compound(name: str) -> str:
    """The compound surname that a longer name begins with, or ""."""
    known = _surnames()
    return next((name[:size] for size in (4, 3, 2) if len(name) > size and name[:size] in known), "")


@cache
def _surnames() -> dict[str, tuple[tuple[str, ...], ...]]:
    """Surname → for each of its syllables the ways to spell it; () where it is read as its characters are."""
    lines = [line.split() for line in _SURNAMES_FILE.read_text("utf-8").splitlines() if not line.startswith("#")]
    return {surname: tuple(tuple(each.split("/")) for each in syllables) for surname, *syllables in lines}


def _spellings(text: str) -> list[tuple[str, ...]]:
    """For each character that has pinyin, its spellings; what has none (letters, signs) is left out."""
    return [spellings for spellings in map(_character, text) if spellings]


@cache
def _character(char: str) -> tuple[str, ...]:
    if char in _RARE_READINGS:
        return _RARE_READINGS[char]
    # Its dictionaries take half a second to load, and most searches are in Chinese characters.
    from pypinyin import Style, pinyin  # noqa: PLC0415

    read = pinyin(char, style=Style.NORMAL, heteronym=True, errors="ignore")
    plain = [spelling for spelling in (read[0] if read else []) if spelling.isascii() and spelling.isalpha()]
    with_umlaut = [each.replace("v", other) for each in plain if "v" in each for other in ("u", "yu")]
    return tuple(dict.fromkeys([*plain, *with_umlaut]))
