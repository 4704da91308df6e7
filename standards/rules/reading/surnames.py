"""Surnames of the Han and of the peoples that write theirs alike: what stands under 姓名 and begins with none may be misread."""

from __future__ import annotations

_SINGLE = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧肖尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊"
    "纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱丘骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁单杭"
    "洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊惠甄曲家封芮储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘厉戎祖武"
    "符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍璩桑桂濮牛寿通边扈燕冀"
    "浦尚农温别庄晏柴瞿阎闫充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东殴沃利蔚越隆师巩厍聂晁勾敖融冷訾辛阚那简"
    "饶空曾沙养鞠须丰巢关蒯相查后荆红游权逯盖益桓公仝亓爨付代覃迟初由苑矫藏战丛曲隋鄢邸佟佘苟岳谌仉楚仁门揭原回海冼植雒雎招晋牟母缑哈"
)
_DOUBLE = (
    "欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "夏侯", "呼延", "端木", "南宫", "西门", "百里", "长孙", "宇文", "澹台", "轩辕", "赫连", "拓跋",
)  # fmt: skip
SURNAMES = frozenset(_SINGLE)
DOUBLE_SURNAMES = frozenset(_DOUBLE)


def has_surname(name: str) -> bool:
    """Whether a folded name begins with a known surname."""
    return name[:2] in DOUBLE_SURNAMES or name[:1] in SURNAMES
