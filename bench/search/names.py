"""Names of generated people: usual ones, and one in twenty with a character of any plane that GB 18030-2022 encodes."""

from __future__ import annotations

import random
import unicodedata
from functools import cache

# With the reading of each as a surname, set down by hand: the truth of the pinyin queries must not come from what is measured.
SURNAMES = {
    "王": "wang", "李": "li", "张": "zhang", "刘": "liu", "陈": "chen", "杨": "yang", "赵": "zhao", "黄": "huang",
    "周": "zhou", "吴": "wu", "徐": "xu", "孙": "sun", "胡": "hu", "朱": "zhu", "高": "gao", "林": "lin", "何": "he",
    "郭": "guo", "马": "ma", "罗": "luo", "梁": "liang", "宋": "song", "郑": "zheng", "谢": "xie", "韩": "han",
    "唐": "tang", "冯": "feng", "于": "yu", "董": "dong", "萧": "xiao", "程": "cheng", "曹": "cao", "袁": "yuan",
    "邓": "deng", "许": "xu", "傅": "fu", "沈": "shen", "彭": "peng", "吕": "lv", "苏": "su", "卢": "lu", "蒋": "jiang",
    "蔡": "cai", "魏": "wei", "丁": "ding", "薛": "xue", "叶": "ye", "余": "yu", "潘": "pan", "杜": "du", "戴": "dai",
    "夏": "xia", "钟": "zhong", "汪": "wang", "田": "tian", "任": "ren", "姜": "jiang", "范": "fan", "方": "fang",
    "石": "shi", "姚": "yao", "谭": "tan", "廖": "liao", "邹": "zou", "熊": "xiong", "金": "jin", "陆": "lu", "郝": "hao",
    "孔": "kong", "白": "bai", "崔": "cui", "康": "kang", "毛": "mao", "邱": "qiu", "秦": "qin", "江": "jiang", "史": "shi",
    "顾": "gu", "侯": "hou", "邵": "shao", "孟": "meng", "龙": "long", "万": "wan", "段": "duan", "钱": "qian", "汤": "tang",
    "尹": "yin", "黎": "li", "易": "yi", "常": "chang", "武": "wu", "乔": "qiao", "贺": "he", "赖": "lai", "龚": "gong",
    "文": "wen", "曾": "zeng", "单": "shan", "仇": "qiu", "解": "xie", "区": "ou", "查": "zha", "盖": "ge", "朴": "piao",
    "覃": "qin", "翟": "zhai", "欧阳": "ouyang", "尉迟": "yuchi", "司马": "sima", "诸葛": "zhuge", "上官": "shangguan",
    "仝": "tong", "逯": "lu", "亓": "qi", "畲": "she", "䶮": "yan", "爨": "cuan",
}  # fmt: skip
GIVEN = {
    "伟": "wei", "芳": "fang", "娜": "na", "敏": "min", "静": "jing", "秀": "xiu", "英": "ying", "丽": "li", "强": "qiang",
    "磊": "lei", "军": "jun", "洋": "yang", "勇": "yong", "艳": "yan", "杰": "jie", "娟": "juan", "涛": "tao", "明": "ming",
    "超": "chao", "兰": "lan", "霞": "xia", "平": "ping", "刚": "gang", "桂": "gui", "华": "hua", "建": "jian", "国": "guo",
    "志": "zhi", "文": "wen", "玉": "yu", "红": "hong", "梅": "mei", "春": "chun", "生": "sheng", "德": "de", "福": "fu",
    "龙": "long", "凤": "feng", "宝": "bao", "贵": "gui", "荣": "rong", "海": "hai", "山": "shan", "成": "cheng",
    "振": "zhen", "立": "li", "新": "xin", "珍": "zhen", "淑": "shu", "琴": "qin", "芬": "fen", "莲": "lian", "萍": "ping",
    "云": "yun", "兴": "xing", "庆": "qing", "光": "guang", "清": "qing", "永": "yong", "全": "quan", "根": "gen",
    "林": "lin", "学": "xue", "忠": "zhong", "义": "yi", "仁": "ren", "才": "cai", "发": "fa", "财": "cai", "长": "chang",
    "安": "an", "东": "dong", "胜": "sheng", "利": "li", "家": "jia", "祥": "xiang", "瑞": "rui", "彩": "cai", "月": "yue",
    "洪": "hong", "峰": "feng", "斌": "bin", "辉": "hui", "鹏": "peng", "宇": "yu", "慧": "hui", "雪": "xue", "松": "song",
    "柏": "bai", "树": "shu", "耀": "yao", "昌": "chang", "盛": "sheng", "旺": "wang", "喜": "xi", "堂": "tang",
    "㛃": "jie", "堃": "kun", "喆": "zhe", "珺": "jun", "昇": "sheng",
}  # fmt: skip
# Rare characters that clerks really meet, then every block of ideographs in the planes 0, 2 and 3.
MET = "𠮷𬀩䶮㛃𤩽𣗋㐱㵾䥽𫟹𬭼𨱏𬬿"
BLOCKS = (
    (0x3400, 0x4DBF), (0x9FA6, 0x9FEF), (0x20000, 0x2A6D6), (0x2A700, 0x2B734), (0x2B740, 0x2B81D), (0x2B820, 0x2CEA1),
    (0x2CEB0, 0x2EBE0), (0x30000, 0x3134A),
)  # fmt: skip
RARE_SHARE, TWO_CHARACTERS = 0.05, 0.2
_SURNAMES, _GIVEN = tuple(SURNAMES), tuple(GIVEN)


@cache
def _weights() -> tuple[float, ...]:
    """Running sums: few surnames are borne by most."""
    total, sums = 0.0, []
    for rank in range(len(_SURNAMES)):
        total += 1 / (rank + 3)
        sums.append(total)
    return tuple(sums)


def name(rng: random.Random, *, rare_share: float = RARE_SHARE) -> str:
    """A surname and one or two given characters, the last of them rare now and then."""
    surname = rng.choices(_SURNAMES, cum_weights=_weights())[0]
    last = rare(rng) if rng.random() < rare_share else rng.choice(_GIVEN)
    return surname + last if rng.random() < TWO_CHARACTERS else surname + rng.choice(_GIVEN) + last


def rare(rng: random.Random) -> str:
    """Half of those that are met, half of any block."""
    if rng.random() < 0.5:
        return rng.choice(MET)
    first, last = rng.choice(BLOCKS)
    while True:
        char = chr(rng.randint(first, last))
        # A compatibility form is another spelling of a usual character, no name of its own.
        if unicodedata.normalize("NFKC", char) == char:
            return char


def spelled(full_name: str) -> tuple[str, ...] | None:
    """The syllables of a generated name; None where a character of it was given none."""
    surname = full_name[:2] if full_name[:2] in SURNAMES else full_name[:1]
    if surname not in SURNAMES or any(char not in GIVEN for char in full_name[len(surname) :]):
        return None
    return (SURNAMES[surname], *(GIVEN[char] for char in full_name[len(surname) :]))
