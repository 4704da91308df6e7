"""The query language on one page: the examples of `search.help` by subject, and what is only worth saying there."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from base.messages import Language, message
from search.help import EXAMPLES

Row = tuple[tuple[str, ...], Any]

# What the examples are about, by the last part of their code; what is none of these stands under the last heading.
_NAMES = {"pinyin", "identifier", "name"}
_SCOPES = {"title", "unit", "place", "class", "year", "date", "confidence"}
_MORE_WORDS: tuple[Row, ...] = (
    (("甲 乙 OR 丙",), _l("OR 比空格结合得紧：要有甲，乙、丙有一个就行")),
    (('"-"', '"OR"'), _l("减号、OR 本身是要找的字时也加引号")),
)
_MORE_NAMES: tuple[Row, ...] = (
    (("wangjianguo", "jianguo", "zgdjb"), _l("全拼、只写名、题名从头写起的首字母；吕写 lv、lu、lyu 都认")),
    (("110105194912310021",), _l("身份证号和写有它的页；15 位与 18 位互通")),
    (("110105", "0021", "no:J-001"), _l("开头几位（两位以上）或末尾几位（四位以上）")),
)
_MORE_SCOPES: tuple[Row, ...] = (
    (("unit:#12",), _l("#和数字是点左边单位时写上的编号，包括它下面的单位")),
    (("-class:9", 'name:"买买提 艾力"'), _l("范围也可排除，值也可加引号，冒号全角半角都行")),
)
_REFUSED: Row = (
    (),
    _l("只写了要排除的；引号不成对；OR 的一边没有词；张*（去掉星号就行）；认不出的年份或日期；残缺的字符；超过 32 个词或 1,000 字"),
)  # fmt: skip


def sections(language: Language) -> list[tuple[Any, list[Row]]]:
    """Headings with their rows: what is typed, and what is found."""
    rows: dict[str, Row] = {
        example.code.partition("-")[2]: ((example.query,), message(example.code, language)) for example in EXAMPLES
    }
    words = [row for name, row in rows.items() if name not in _NAMES | _SCOPES]
    return [
        (_l("词"), [*words, *_MORE_WORDS]),
        (_l("姓名、号码"), [*(row for name, row in rows.items() if name in _NAMES), *_MORE_NAMES]),
        (_l("范围"), [*(row for name, row in rows.items() if name in _SCOPES), *_MORE_SCOPES]),
        (_l("不能这样写（会说明原因）"), [_REFUSED]),
    ]
