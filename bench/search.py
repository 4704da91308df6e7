"""Search bench: pages indexed a second, index size, latency by kind of query, over generated pages of 400 characters.

    python -m bench.search [PAGES …]      prints only; `python -m bench search` also keeps 10,000 and 100,000

The pages are made of syllable-like words with a skewed frequency, as in forms: some words stand on a third of all pages,
names and ID numbers on few. Latencies are whole `search` calls: parsing, counting, 20 hits with marks and snippets, as an
account of one district (the scope is in the query). The peer is tantivy with nothing but the pairs and the stored text.
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

import tantivy

from bench.table import keep
from search.analysis import pairs
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


def measure(count: int) -> str:
    """The tables of one size, as Markdown."""
    pages = Pages(count)
    documents = list(pages.documents())
    plain = sum(len(each.text.encode()) for each in documents)
    with tempfile.TemporaryDirectory() as folder:
        peer_s, peer_bytes = _pairs_alone(documents, Path(folder) / "pairs")
        root = Path(folder) / "index"
        index = EmbeddedIndex(root)
        began = time.perf_counter()
        with index.writer() as writer:
            for document in documents:
                writer.add(document)
        built = time.perf_counter() - began
        size = _bytes_in(root)
        visible = _visible_after(index, count)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return (
            f"**{count:,} pages**, {plain / 1e6:.1f} MB of text: {count / built:,.0f} pages/s "
            f"({peer_s / built:.2f} of the rate of pairs alone, the peer), index {size / 1e6:.1f} MB "
            f"({size / peer_bytes:.2f} × pairs alone with the stored text, {size / plain:.2f} × the text), "
            f"one more page visible after {visible * 1000:.0f} ms, peak memory of this process {memory:.0f} MB.\n\n"
            + _latencies(index, pages)
        )


def _pairs_alone(documents: list[Document], root: Path) -> tuple[float, int]:
    """(seconds, bytes) of the peer: tantivy with the pairs of the unfolded text and the stored text, nothing else."""
    root.mkdir()
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("pairs", tokenizer_name="whitespace", index_option="position")
    builder.add_bytes_field("body", stored=True)
    began = time.perf_counter()
    writer = tantivy.Index(builder.build(), path=str(root)).writer(64_000_000, 1)
    for document in documents:
        made = tantivy.Document()
        made.add_text("pairs", pairs(document.text.replace("\n", "").replace(" ", "")))
        made.add_bytes("body", document.text.encode())
        writer.add_document(made)
    writer.commit()
    writer.wait_merging_threads()
    return time.perf_counter() - began, _bytes_in(root)


def _bytes_in(root: Path) -> int:
    return sum(each.stat().st_size for each in root.rglob("*") if each.is_file())


def _visible_after(index: EmbeddedIndex, count: int) -> float:
    """Seconds from handing over one page to having found it."""
    began = time.perf_counter()
    index.write([Document(f"page:{count}", "page", "补写的一页", organisations=(10,))])
    if index.search("补写的一页", Scope(organisations=(10,))).total != 1:
        raise RuntimeError("the page just written was not found")
    return time.perf_counter() - began


def _latencies(index: EmbeddedIndex, pages: Pages) -> str:
    lines = ["| query | hits (median) | p50 ms | p95 ms | p99 ms |", "|---|---:|---:|---:|---:|"]
    for name, make in queries(pages).items():
        rng = random.Random(3)
        answers = [index.search(make(rng), Scope(organisations=(10,))) for _ in range(QUERIES_EACH)]
        cut = statistics.quantiles([each.took_ms for each in answers], n=100)
        hits = statistics.median(each.total for each in answers)
        lines.append(f"| {name} | {hits:.0f} | {cut[49]:.2f} | {cut[94]:.2f} | {cut[98]:.2f} |")
    return "\n".join(lines)


def main(counts: tuple[int, ...] = (10_000,), *, write: bool = False) -> None:
    sections = []
    for count in counts:
        sections.append(measure(count))
        print(sections[-1], flush=True)
    if write:
        keep("search", "python -m bench search", "\n\n".join(sections))


if __name__ == "__main__":
    main(tuple(int(each) for each in sys.argv[1:]) or (10_000, 100_000))
