"""Pinyin under which names and titles are found: 张建国 by zhangjianguo, zhangj, zjg and jianguo.

Surnames are read as surnames (仇 qiu, 单 shan, 解 xie, 曾 zeng, 区 ou, 查 zha) and also as the character is read elsewhere,
because a clerk may type either. ü is found as v, u and yu.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.metadata import version
from itertools import islice, product

# Raised whenever the keys below change.
_KEYS = 1
_SHORTEST = 2
_LONGEST_NAME, _LONGEST_TITLE = 8, 20
# Readings of one name: enough for two doubtful characters, bounded for a name made of nothing else.
_MOST_READINGS = 16
_SURNAME_READINGS = {
    "仇": "qiu", "单": "shan", "解": "xie", "曾": "zeng", "区": "ou", "查": "zha", "任": "ren", "朴": "piao", "尉": "yu",
    "洗": "xian", "冼": "xian", "盖": "ge", "种": "chong", "重": "chong", "召": "shao", "黑": "he", "秘": "bi", "缪": "miao",
    "繁": "po", "翟": "zhai", "能": "nai", "员": "yun", "晁": "chao", "折": "she", "隗": "wei", "覃": "qin", "乐": "yue",
    "句": "gou", "车": "che", "逄": "pang", "祭": "zhai", "褚": "chu", "令": "ling", "都": "du", "贾": "jia", "长": "zhang",
    "俞": "yu", "牟": "mu", "尹": "yin", "纪": "ji", "葛": "ge", "华": "hua", "宁": "ning", "宿": "su",
}  # fmt: skip
# Characters of names that pypinyin does not know.
_RARE_READINGS = {"𠮷": ("ji",)}
_COMPOUND_SURNAMES = {"尉迟": ("yu", "chi"), "万俟": ("mo", "qi"), "长孙": ("zhang", "sun"), "澹台": ("tan", "tai")}


def pinyin_version() -> str:
    return f"{_KEYS}/pypinyin-{version('pypinyin')}"


@lru_cache(maxsize=50_000)
def name_keys(name: str) -> frozenset[str]:
    """Keys of a folded name: beginnings of the full spelling and of the initials, and the given name alone."""
    name = name.replace("·", "").replace(" ", "")[:_LONGEST_NAME]
    keys: set[str] = set()
    for syllables in _readings(name):
        full, initials = "".join(syllables), "".join(each[0] for each in syllables)
        keys.update(full[:end] for end in range(_SHORTEST, len(full) + 1))
        keys.update(initials[:end] for end in range(_SHORTEST, len(initials) + 1))
        keys.add("".join(syllables[1:]))
    return frozenset(key for key in keys if len(key) >= _SHORTEST)


@lru_cache(maxsize=50_000)
def title_keys(title: str) -> frozenset[str]:
    """Keys of a folded title: its beginnings by whole syllables, full and as initials, two syllables or more."""
    syllables = [spellings[0] for spellings in _spellings(title[:_LONGEST_TITLE])]
    keys: set[str] = set()
    for end in range(2, len(syllables) + 1):
        keys.add("".join(syllables[:end]))
        keys.add("".join(each[0] for each in syllables[:end]))
    return frozenset(keys)


def _readings(name: str) -> list[tuple[str, ...]]:
    spellings = _spellings(name)
    if len(spellings) != len(name) or not spellings:
        return []
    compound = _COMPOUND_SURNAMES.get(name[:2])
    if compound and len(name) > 2:
        spellings[:2] = [(compound[0],), (compound[1],)]
    elif name[0] in _SURNAME_READINGS:
        spellings[0] = tuple(dict.fromkeys((_SURNAME_READINGS[name[0]], *spellings[0])))
    return list(islice(product(*spellings), _MOST_READINGS))


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
