"""Search bench: pages indexed a second, index size, latency by kind of query, over generated pages of 400 characters.

    python -m bench.search [PAGES …]      default 10000 100000

The pages are made of syllable-like words with a skewed frequency, as in forms: some words stand on a third of all pages,
names and ID numbers on few. Latencies are whole `search` calls: parsing, counting, 20 hits with marks and snippets, as an
account of one district (the scope is in the query). Beside them: the same file's text as plain bytes.
"""

from __future__ import annotations

import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from search.embedded import EmbeddedIndex
from search.index import Document, Scope

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭肖蔡潘田董袁于余仇单解区查"
GIVEN = "伟芳娜敏静秀英丽强磊军洋勇艳杰娟涛明超兰霞平刚桂华建国志文玉红梅春生德福龙凤宝贵荣"
FORMS = ("职工登记表", "履历表", "工资审批表", "转正定级表", "退休审批表", "招工审批表", "入党志愿书", "学籍登记表")
COMMON = (
    "姓名",
    "性别",
    "出生年月",
    "参加工作时间",
    "家庭出身",
    "本人成份",
    "文化程度",
    "工作单位",
    "审批意见",
    "组织意见",
    "备注",
)
PAGE_CHARACTERS = 400
QUERIES_EACH = 200


class Pages:
    """Generated pages; the same seed makes the same pages."""

    def __init__(self, count: int, seed: int = 7) -> None:
        self.count = count
        rng = random.Random(seed)
        hanzi = [chr(code) for code in range(0x4E00, 0x9FA5)]
        rng.shuffle(hanzi)
        usual = hanzi[:2500]
        self.words = ["".join(rng.choices(usual, k=rng.choice((2, 2, 2, 3, 4)))) for _ in range(20_000)]
        self.weights = [1 / (rank + 3) for rank in range(len(self.words))]
        people = max(50, count // 20)
        self.people = [
            (rng.choice(SURNAMES) + "".join(rng.choices(GIVEN, k=rng.choice((1, 2, 2)))), _id_number(rng))
            for _ in range(people)
        ]
        self.seed = seed

    def documents(self) -> Iterator[Document]:
        rng = random.Random(self.seed + 1)
        for number in range(self.count):
            name, id_number = self.people[number * len(self.people) // self.count]
            title = rng.choice(FORMS)
            yield Document(
                id=f"page:{number}",
                kind="page",
                text=self._text(rng, title, name, id_number),
                title=title,
                class_code=f"{rng.randint(1, 10)}",
                year=rng.randint(1950, 2020),
                organisations=(1, 10 + number % 8),
                stored={"page": number},
            )

    def _text(self, rng: random.Random, title: str, name: str, id_number: str) -> str:
        year = rng.randint(1950, 2020)
        lines = [title, f"姓名 {name}", f"身份证 {id_number}", f"{year} 年 {rng.randint(1, 12)} 月"]
        lines += [f"{each}:" for each in rng.sample(COMMON, 5)]
        text = "\n".join(lines)
        body = "".join(rng.choices(self.words, self.weights, k=170))
        body = "\n".join(body[at : at + 28] for at in range(0, len(body), 28))
        return f"{text}\n{body}"[:PAGE_CHARACTERS]


def _id_number(rng: random.Random) -> str:
    day = f"{rng.randint(1925, 1965)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
    return f"{rng.choice((110105, 310101, 420106, 320102))}{day}{rng.randint(0, 9999):04}"


def queries(pages: Pages) -> dict[str, Callable[[random.Random], str]]:
    words = pages.words

    def person(rng: random.Random) -> tuple[str, str]:
        return rng.choice(pages.people)

    return {
        "name": lambda rng: person(rng)[0],
        "one character": lambda rng: rng.choice(GIVEN),
        "ID number": lambda rng: person(rng)[1],
        "six digits of an ID": lambda rng: person(rng)[1][8:14],
        "rare word": lambda rng: rng.choice(words[2000:]),
        "frequent word": lambda rng: rng.choice(words[:30]),
        "phrase on a third of all pages": lambda rng: rng.choice(COMMON[3:9]),
        "name AND form AND class AND years": lambda rng: (
            f"{person(rng)[0]} {rng.choice(FORMS)} class:{rng.randint(1, 10)} year:1960..1990"
        ),
        "two words, one excluded": lambda rng: (
            f"{rng.choice(words[:300])} {rng.choice(words[:300])} -{rng.choice(words[:300])}"
        ),
    }


def measure(count: int) -> None:
    pages = Pages(count)
    documents = list(pages.documents())
    plain = sum(len(each.text.encode()) for each in documents)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "index"
        index = EmbeddedIndex(root)
        began = time.perf_counter()
        with index.writer() as writer:
            for document in documents:
                writer.add(document)
        built = time.perf_counter() - began
        size = sum(each.stat().st_size for each in root.rglob("*") if each.is_file())
        began = time.perf_counter()
        index.write([Document(f"page:{count}", "page", "补写的一页", organisations=(10,))])
        total = index.search("补写的一页", Scope(organisations=(10,))).total
        visible = time.perf_counter() - began
        assert total == 1
        print(f"\n{count:,} pages, {plain / 1e6:.1f} MB of text: {count / built:,.0f} pages/s, index {size / 1e6:.1f} MB "
              f"({size / plain:.2f} x text), one more page visible after {visible * 1000:.0f} ms, "
              f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")  # fmt: skip
        print(f"{'query':<36}{'hits':>9}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}")
        for name, make in queries(pages).items():
            rng = random.Random(3)
            times, totals = [], []
            for _ in range(QUERIES_EACH):
                answer = index.search(make(rng), Scope(organisations=(10,)))
                times.append(answer.took_ms)
                totals.append(answer.total)
            cut = statistics.quantiles(times, n=100)
            print(f"{name:<36}{statistics.median(totals):>9.0f}{cut[49]:>9.2f}{cut[94]:>9.2f}{cut[98]:>9.2f}")


def main() -> None:
    for count in [int(each) for each in sys.argv[1:]] or [10_000, 100_000]:
        measure(count)


if __name__ == "__main__":
    main()
