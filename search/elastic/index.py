"""The index on an Elasticsearch server: any number of readers and writers on any number of machines."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from base.errors import BusyError, StorageError
from base.settings import Settings
from search.elastic.clauses import clause
from search.elastic.collecting import Collector
from search.elastic.generations import Generation, Generations
from search.elastic.health import state_of
from search.elastic.server import LOOKING, SEARCHING, Client, IndexMissingError, Server
from search.elastic.writing import Action, BesideGeneration, Bulk, actions
from search.errors import QueryError
from search.facets import buckets
from search.hits import hit_of
from search.index import (
    KINDS,
    MOST_SUGGESTIONS,
    Answer,
    Document,
    FacetName,
    IndexState,
    Kind,
    Rejected,
    Scope,
    Sort,
    Suggestion,
)
from search.plan import AllOf, Node, OneOf
from search.request import request
from search.suggestions import KINDS_SUGGESTED, MOST_LABELS, beginning, chosen

_STAMPS_AT_ONCE, _STAMPS_KEPT = 5000, "2m"


class ElasticIndex:
    """The index that the settings name; see `search.index.SearchIndex`.

    Opening sends nothing. Threads may share one object; a forked process makes its own. Each request is tried a few times
    and given up within seconds. StorageError `search.index-missing`, `search.index-format` (rebuild it), `disk.full`,
    `search.elastic-…`, BusyError `search.elastic-busy`: never an empty answer instead.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._server = Server(settings)
        self._generations = Generations(self._server, settings.elastic_index)
        self._collector = Collector(self._search)

    @property
    def alias(self) -> str:
        """The name on the server under which programs of this format find the index in force."""
        return self._generations.alias

    @classmethod
    def create(cls, settings: Settings) -> ElasticIndex:
        """The index, made empty where there is none: for a new office, whose searches then find nothing."""
        index = cls(settings)
        index._generations.make_first()
        return index

    def search(
        self,
        query: str,
        scope: Scope,
        *,
        kinds: Sequence[Kind] = KINDS,
        limit: int = 20,
        cursor: str | None = None,
        sort: Sort = "relevance",
        facets: Sequence[FacetName] = (),
    ) -> Answer:
        """Hits, total and facets, as a rule in one request; the next page begins behind the last hit of this one."""
        began = time.perf_counter()
        asked = request(query, scope, kinds, limit, cursor, sort)
        # One more than asked for tells whether there is a next page.
        total, counts, places = self._collector.collect(asked.hits, asked.classes, sort, limit + 1, asked.after, facets)
        hits = [hit_of(each.body, asked.score(each.place), asked.query) for each in places[:limit]]
        more = asked.next_cursor([each.place for each in places])
        return Answer(total, (time.perf_counter() - began) * 1000, tuple(hits), more, counts)

    def suggest(self, prefix: str, scope: Scope, *, limit: int = 8) -> tuple[Suggestion, ...]:
        """Names, then titles, by the number of documents that have them."""
        if not 1 <= limit <= MOST_SUGGESTIONS:
            raise QueryError("search.limit", limit=MOST_SUGGESTIONS)
        suggested: dict[str, Suggestion] = {}
        for kind in KINDS_SUGGESTED:
            node = beginning(prefix, scope, kind)
            if node is not None and len(suggested) < limit:
                labels = chosen(prefix, kind, self._labels(node).items())
                new = [each for each in labels if each not in suggested][: limit - len(suggested)]
                ids = self._first_of(node, new)
                suggested.update({label: Suggestion(label, kind, ids[label]) for label in new if label in ids})
        return tuple(suggested.values())

    def write(self, documents: Iterable[Document], deleted: Iterable[str] = ()) -> tuple[Rejected, ...]:
        """All documents are there before the first is sent. Where the server fails on the way, some were taken: write again."""
        rejected: list[Rejected] = []
        todo = list(actions(documents, deleted, rejected))
        try:
            refused = self._send(todo)
        except IndexMissingError:
            self._generations.make_first()
            refused = self._send(todo)
        return (*rejected, *refused)

    def stamps(self) -> Iterator[tuple[str, str]]:
        """As of one point in time, a few thousand at a time; BusyError `search.elastic-point-lost` where it was lost on the way."""
        in_force = self._generations.in_force(self._generations.all(SEARCHING))
        opened = self._finding(lambda client: client.open_point_in_time(index=self.alias, keep_alive=_STAMPS_KEPT))
        return self._stamps(str(opened["id"]), in_force)

    @contextmanager
    def beside(self) -> Iterator[BesideGeneration]:
        """BusyError `search.rebuilding` while another generation is being made, by whatever machine."""
        made = BesideGeneration(self._server, self._generations)
        try:
            yield made
        finally:
            made.close()

    def generation(self) -> str:
        generations = self._generations.all(SEARCHING)
        problem, mine = self._generations.problem(generations), self._generations.in_force(generations)
        if problem is not None:
            raise problem
        return mine.name if mine is not None else ""

    def state(self) -> IndexState:
        return state_of(self._server, self._generations)

    def damaged(self) -> tuple[str, ...]:
        """A server checks what it reads by itself: a part of it that is damaged makes its state `degraded` or `down`."""
        return ()

    def drop(self) -> None:
        """Removes all that this office has on the server; what it was made of is not touched."""
        self._generations.remove([each.name for each in self._generations.all()])

    def close(self) -> None:
        self._server.close()

    def _search(self, body: dict[str, Any]) -> dict[str, Any]:
        """The whole answer or none: a part that is missing is an error."""
        answer: dict[str, Any] = self._finding(
            lambda client: client.search(
                index=self.alias, body=body, allow_partial_search_results=False, request_cache=False
            )
        )
        return answer

    def _finding(self, call: Callable[[Client], Any]) -> Any:
        """Once more where the index was swapped between finding its name and reading it; else it says what is missing."""
        try:
            return self._server.ask(call, SEARCHING)
        except IndexMissingError as error:
            problem = self._generations.problem(self._generations.all(SEARCHING))
            if problem is not None:
                raise problem from error
        return self._server.ask(call, SEARCHING)

    def _labels(self, node: Node) -> dict[str, int]:
        asked = {"label": {"terms": {"field": "label", "size": MOST_LABELS}}}
        answer = self._search({"query": clause(node), "size": 0, "track_total_hits": False, "aggs": asked})
        return buckets(answer["aggregations"]["label"])

    def _first_of(self, node: Node, labels: Sequence[str]) -> dict[str, str]:
        """The first document that has it, for each label."""
        if not labels:
            return {}
        first = {"top_hits": {"size": 1, "sort": [{"order": "asc"}], "_source": False}}
        asked = {
            "label": {
                "terms": {"field": "label", "include": list(labels), "size": len(labels)},
                "aggs": {"first": first},
            }
        }
        query = clause(AllOf((node, OneOf("label", tuple(labels)))))
        answer = self._search({"query": query, "size": 0, "track_total_hits": False, "aggs": asked})
        found = answer["aggregations"]["label"]["buckets"]
        return {each["key"]: str(each["first"]["hits"]["hits"][0]["_id"]) for each in found}

    def _send(self, todo: Sequence[Action]) -> list[Rejected]:
        bulk = Bulk(self._server, self.alias)
        bulk.send(todo)
        bulk.refresh()
        return bulk.rejected

    def _stamps(self, point: str, generation: Generation | None) -> Iterator[tuple[str, str]]:
        body: dict[str, Any] = {
            "size": _STAMPS_AT_ONCE,
            "sort": ["_shard_doc"],
            "track_total_hits": False,
            "_source": False,
            "docvalue_fields": ["stamp"],
        }
        try:
            while True:
                body["pit"] = {"id": point, "keep_alive": _STAMPS_KEPT}
                answer = self._server.ask(lambda client: client.search(body=body), SEARCHING)
                point, hits = str(answer["pit_id"]), answer["hits"]["hits"]
                yield from ((str(each["_id"]), str(each["fields"]["stamp"][0])) for each in hits)
                if len(hits) < _STAMPS_AT_ONCE:
                    return
                body["search_after"] = hits[-1]["sort"]
        except StorageError as error:
            names = {each.name for each in self._generations.all(SEARCHING)}
            if not isinstance(error, IndexMissingError) and generation is not None and generation.name in names:
                raise
            raise BusyError("search.elastic-point-lost", path=self._server.address) from error
        finally:
            with suppress(StorageError, BusyError):
                self._server.ask(lambda client: client.close_point_in_time(id=point), LOOKING)
