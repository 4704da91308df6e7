"""Names and titles in pinyin; surnames that are read otherwise than their characters."""

from __future__ import annotations

import pytest

from base.text.normalise import fold
from search.pinyin import _surnames, name_keys, title_keys

# Held apart from the table: who bears the surname, and how it is read on the radio.
HELD = """
仇和 qiuhe|单田芳 shantianfang|解晓东 xiexiaodong|曾国藩 zengguofan|区志明 ouzhiming|查良镛 zhaliangyong|任志强 renzhiqiang
朴永浩 piaoyonghao|冼星海 xianxinghai|盖叫天 gejiaotian|种师道 chongshidao|召力 shaoli|秘琼 biqiong|缪荃孙 miaoquansun
繁钦 poqin|翟志刚 zhaizhigang|能延寿 naiyanshou|员半千 yunbanqian|折德扆 shedeyi|隗斌贤 weibinxian|隗新民 kuixinmin
覃志刚 qinzhigang|覃海 tanhai|乐毅 yueyi|乐嘉 lejia|句践 goujian|祭遵 zhaizun|都贤 duxian|牟其中 mouqizhong
卜卫 buwei|薄一波 boyibo|么书仪 yaoshuyi|乜玉岭 nieyuling|粘本盛 nianbensheng|阚清子 kanqingzi|黑伯理 heboli
尉健行 weijianxing|尉迟恭 yuchigong|万俟卨 moqixie|长孙无忌 zhangsunwuji|澹台灭明 tantaimieming|令狐楚 linghuchu
单于辉 chanyuhui|欧阳修 ouyangxiu|诸葛亮 zhugeliang|皇甫谧 huangfumi|司马迁 simaqian|上官婉儿 shangguanwaner
濮阳春 puyangchun|呼延庆 huyanqing|鲜于枢 xianyushu|闾丘露薇 lvqiuluwei|亓官庆 qiguanqing|夏侯惇 xiahoudun
华罗庚 hualuogeng|佘太君 shetaijun|逄先知 pangxianzhi|晏子 yanzi|查丽 zhali|应县 yingxian|宓子贱 fuzijian|藏克家 zangkejia
莘国梁 shenguoliang|颉新民 xiexinmin|吕丽 lvli|吕丽 luli|吕丽 lyuli|買買提艾力 maimaitiaili|仇䶮 qiuyan|員建国 yunjianguo
"""
BEARERS = [pair.split() for pair in HELD.replace("\n", "|").split("|") if pair]


@pytest.mark.parametrize(("name", "key"), BEARERS)
def test_a_name_is_found_as_it_is_read(name: str, key: str) -> None:
    assert key in name_keys(fold(name))


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("张建国", {"zhangjianguo", "zhangj", "zjg", "jianguo", "zh"}),
        ("仇和", {"qiuhe", "qh", "chouhe"}),
        ("买买提·艾力", {"maimaitiaili"}),
        ("欧阳建国", {"ouyangjianguo", "oyjg", "jianguo", "yangjianguo"}),
        ("尉迟重", {"yuchizhong", "yuchichong", "zhong", "ycz"}),
        ("单和重乐", {"shanhezhongle", "shzl", "danhezhongle"}),
    ],
)
def test_keys_of_a_name(name: str, keys: set[str]) -> None:
    assert keys <= name_keys(name)


@pytest.mark.parametrize("name", ["", "·", "John", "王", "欧阳"])
def test_names_without_pinyin_or_given_name(name: str) -> None:
    assert all(len(key) >= 2 for key in name_keys(name))


def test_a_name_of_nothing_but_doubtful_characters_is_bounded() -> None:
    assert len(name_keys("和和和和和和和和")) < 1000


def test_titles_in_pinyin() -> None:
    assert {"zhigongdengjibiao", "zhigong", "zgdjb", "zg"} <= title_keys("职工登记表")
    assert {"chongxindengji", "zhongxindengji"} <= title_keys("重新登记")


def test_the_table_of_surnames_is_folded_and_has_a_syllable_for_each_character() -> None:
    assert len(_surnames()) > 110
    for surname, syllables in _surnames().items():
        assert fold(surname) == surname
        assert len(syllables) in (0, len(surname))
        assert all(each.isascii() and each.isalpha() for ways in syllables for each in ways)
