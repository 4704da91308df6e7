"""The peers: what a clerk would have if search were left to a ready-made analysis. Each is asked in several ways, and the best counts.

All get the text without the line breaks of the page, which would split words, and otherwise as it is written. They know no
pinyin and no □: what is typed is given to them as it is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any, Protocol

import rjieba
import tantivy

from bench.search import engines
from bench.search.setup import Setup
from search.index import Document

FIRST = 20


class Peer(Protocol):
    name: str
    # Ways to ask, of which the best for a kind of query is chosen on even seeds.
    ways: tuple[str, ...]

    def search(self, typed: str, way: str) -> list[str]:
        """The ids of the first hits, best first."""

    def close(self) -> None: ...


def text_of(document: Document) -> str:
    return " ".join(dict.fromkeys((document.title, *document.names, document.text.replace("\n", ""))))


class Trigram:
    """SQLite FTS5 with `trigram`, ordered by bm25. For words of two characters, which have no trigram, a scan of all rows.

    By its documentation `LIKE` scans by itself there; SQLite 3.40 does not for hanzi and finds nothing. The plus sign makes it.
    """

    name = "SQLite FTS5 `trigram`"
    ways = ("phrase", "any trigram", "scan of all rows")

    def __init__(self, documents: Iterable[Document]) -> None:
        self._base = sqlite3.connect(":memory:")
        self._base.execute("CREATE VIRTUAL TABLE papers USING fts5(id UNINDEXED, body, tokenize='trigram')")
        self._base.executemany("INSERT INTO papers VALUES (?, ?)", ((each.id, text_of(each)) for each in documents))

    def search(self, typed: str, way: str) -> list[str]:
        if way == "scan of all rows":
            rows = self._base.execute("SELECT id FROM papers WHERE +body LIKE ? LIMIT ?", (f"%{typed}%", FIRST))
            return [row[0] for row in rows]
        parts = [typed] if way == "phrase" else [typed[at : at + 3] for at in range(max(1, len(typed) - 2))]
        match = " OR ".join(f'"{part}"' for part in parts)
        rows = self._base.execute("SELECT id FROM papers WHERE papers MATCH ? ORDER BY rank LIMIT ?", (match, FIRST))
        return [row[0] for row in rows]

    def close(self) -> None:
        self._base.close()


class Words:
    """Words by jieba's dictionary and its model for unknown names, as for search engines, in tantivy, ordered by BM25."""

    name = "words by jieba"
    ways = ("all words", "any word", "phrase")

    def __init__(self, documents: Iterable[Document]) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
        builder.add_text_field("body", tokenizer_name="whitespace", index_option="position")
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema)
        writer = self._index.writer(64_000_000, 1)
        for document in documents:
            made = tantivy.Document()
            made.add_text("id", document.id)
            made.add_text("body", " ".join(_words(text_of(document))))
            writer.add_document(made)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def search(self, typed: str, way: str) -> list[str]:
        found = self._searcher.search(self._query(_words(typed), way), limit=FIRST)
        return [self._searcher.doc(address)["id"][0] for _, address in found.hits]

    def _query(self, words: list[str], way: str) -> tantivy.Query:
        if way == "phrase" and len(words) > 1:
            return tantivy.Query.phrase_query(self._schema, "body", list(words))
        occur = tantivy.Occur.Should if way == "any word" else tantivy.Occur.Must
        terms = [tantivy.Query.term_query(self._schema, "body", each) for each in words]
        return tantivy.Query.boolean_query([(occur, each) for each in terms])

    def close(self) -> None:
        """It lies in memory."""


def _words(text: str) -> list[str]:
    return [each for each in rjieba.cut_for_search(text.lower()) if not each.isspace()]


class Standard:
    """Elasticsearch's own `standard` analysis: every hanzi a word, ordered by BM25."""

    name = "Elasticsearch `standard`"
    ways = ("phrase", "phrase, one more between", "all", "two of three", "any", "phrase before any")
    _INDEX = "bench-standard"

    def __init__(self, setup: Setup, documents: Iterable[Document]) -> None:
        from elasticsearch import helpers  # noqa: PLC0415  # an extra

        self._held = engines.client(setup)
        self._client = self._held.__enter__()
        self._client.indices.delete(index=self._INDEX, ignore_unavailable=True)
        mappings = {"properties": {"body": {"type": "text", "analyzer": "standard"}}}
        self._client.indices.create(
            index=self._INDEX, mappings=mappings, settings={"number_of_shards": 1, "number_of_replicas": 0}
        )
        actions = ({"_index": self._INDEX, "_id": each.id, "body": text_of(each)} for each in documents)
        helpers.bulk(self._client, actions, refresh=True)

    def search(self, typed: str, way: str) -> list[str]:
        answer = self._client.search(index=self._INDEX, query=self._query(typed, way), size=FIRST, source=False)
        return [hit["_id"] for hit in answer["hits"]["hits"]]

    @staticmethod
    def _query(typed: str, way: str) -> dict[str, Any]:
        phrase = {"match_phrase": {"body": {"query": typed, "boost": 10}}}
        loose = {"match_phrase": {"body": {"query": typed, "slop": 1}}}
        least = {"all": "100%", "two of three": "66%"}.get(way, "1")
        match = {"match": {"body": {"query": typed, "minimum_should_match": least}}}
        if way == "phrase before any":
            return {"bool": {"should": [phrase, loose, match]}}
        return {"phrase": phrase, "phrase, one more between": loose}.get(way, match)

    def close(self) -> None:
        self._client.indices.delete(index=self._INDEX, ignore_unavailable=True)
        self._held.__exit__(None, None, None)


def all_of(setup: Setup, documents: tuple[Document, ...]) -> list[Peer]:
    standard: list[Peer] = [Standard(setup, documents)] if setup.elastic else []
    return [*standard, Words(documents), Trigram(documents)]
