"""Documents for the tests of an index, and what the truth is by brute force."""

from __future__ import annotations

from base.text.normalise import fold
from search.index import Document, Scope

EVERYTHING = Scope(everything=True)
NORTH, SOUTH, CITY = 11, 12, 1

PERSONS = (
    Document(
        "person:1",
        "person",
        "吴国华\n第一机床厂",
        names=("吴国华", "吴建设"),
        identifiers=("11010519491231002X", "J-001-0007"),
        title="吴国华",
        organisations=(NORTH, CITY),
        stored={"person": 1},
    ),
    Document(
        "person:2",
        "person",
        "仇䶮\n第二纺织厂",
        names=("仇䶮",),
        identifiers=("310101580312123", "J-001-0008"),
        title="仇䶮",
        organisations=(SOUTH, CITY),
        stored={"person": 2},
    ),
    Document("person:3", "person", "单𬀩林", names=("单𬀩林",), title="单𬀩林", organisations=(SOUTH, CITY)),
    Document("person:4", "person", "吴国华强", names=("吴国华强",), title="吴国华强", organisations=(SOUTH, CITY)),
)
MATERIALS = (
    Document(
        "material:1",
        "material",
        "职工登记表",
        title="职工登记表",
        class_code="1",
        year=1975,
        organisations=(NORTH, CITY),
    ),
    Document(
        "material:2",
        "material",
        "工资审批表",
        title="工资审批表",
        class_code="9-1",
        year=1985,
        organisations=(SOUTH, CITY),
    ),
)
PAGES = (
    Document(
        "page:1",
        "page",
        "職工登記表\n姓名:吳 國\n華 性别 男\n身份证 11010519491231002X\n参加工作时间 1968 年 12 月",
        title="职工登记表",
        class_code="1",
        year=1975,
        organisations=(NORTH, CITY),
        stored={"page": 1, "file": "a/001.jpg"},
    ),
    Document(
        "page:2",
        "page",
        "工资审批表 仇䶮 𠮷林省 月工资 56.50 元,自一九八五年七月起执行。Grade B-12",
        title="工资审批表",
        class_code="9-1",
        year=1985,
        organisations=(SOUTH, CITY),
        stored={"page": 2},
    ),
    Document("page:3", "page", "背面有单𬀩林签字\x00 110***1234", year=1990, organisations=(SOUTH, CITY)),
    Document("page:4", "page", "", organisations=(SOUTH, CITY)),
)
ALL = PERSONS + MATERIALS + PAGES


def holds(document: Document, word: str) -> bool:
    """Brute force: the folded word stands in the text, the title or a name of the document."""
    wanted = fold(word)
    return any(wanted in fold(each) for each in (document.text, document.title, *document.names))
