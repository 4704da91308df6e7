"""What needs no server: plans as JSON, documents as lines, addresses, what a refusal means, a client that is not installed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from base.errors import BusyError, SettingsError, StorageError
from base.settings import Settings, load_settings
from search.elastic.clauses import clause, leaves, ranked
from search.elastic.mapping import format_digest, mappings, source
from search.elastic.server import IndexMissingError, Server
from search.errors import QueryError
from search.index import Document
from search.plan import AllOf, AnyOf, Everything, Node, OneOf, Phrase, Range, Term
from tests.search.samples import ALL

KIND = Term("kind", "page")


def server(url: str = "http://127.0.0.1:9", **other: Any) -> Server:
    return Server(Settings(data_dir=Path(), elastic_url=url, **other))


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (Everything(), {"match_all": {}}),
        (KIND, {"term": {"kind": "page"}}),
        (OneOf("kind", ()), {"terms": {"kind": []}}),
        (Range("year", 1968, None), {"range": {"year": {"gte": 1968}}}),
        (AnyOf(()), {"match_none": {}}),
        (AnyOf((KIND,)), {"bool": {"should": [{"term": {"kind": "page"}}], "minimum_should_match": 1}}),
        (AllOf((), (KIND,)), {"bool": {"filter": [{"match_all": {}}], "must_not": [{"term": {"kind": "page"}}]}}),
        (Phrase("text", ((0, "王建"),)), {"span_term": {"text": "王建"}}),
    ],
)
def test_a_node(node: Node, expected: object) -> None:
    assert clause(node) == expected


def test_a_phrase_keeps_its_distances() -> None:
    node = Phrase("text", ((0, "王建"), (1, "建"), (4, "国同")))
    spans = clause(node)["span_near"]
    assert spans["clauses"] == [
        {"span_term": {"text": "王建"}},
        {"span_term": {"text": "建"}},
        {"span_gap": {"text": 2}},
        {"span_term": {"text": "国同"}},
    ]
    assert (spans["slop"], spans["in_order"]) == (0, True)
    assert leaves(AllOf((AnyOf((node, KIND)),), (KIND,))) == 7


def test_the_best_class_has_the_highest_score() -> None:
    boosts = [each["constant_score"]["boost"] for each in ranked((KIND, KIND, KIND))["bool"]["should"]]
    assert sorted(boosts) == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    "document", [*ALL, Document("person:9", "person", "\ud842\n", names=("王\ud842",), title="\x00")]
)
def test_a_line_is_one_line_of_fields_that_the_mapping_has(document: Document) -> None:
    line = source(document)
    assert b"\n" not in line
    fields = json.loads(line)
    assert fields.keys() <= mappings(0)["properties"].keys()
    assert json.loads(fields["body"])["text"] == document.text


def test_the_digest_of_the_format_may_stand_in_a_name() -> None:
    assert len(format_digest()) == 8
    assert int(format_digest(), 16) >= 0


@pytest.mark.parametrize(
    ("url", "other", "code"),
    [
        ("", {}, "search.elastic-url"),
        ("127.0.0.1:9200", {}, "search.elastic-url"),
        ("ftp://host:1", {}, "search.elastic-url"),
        ("https://host", {}, "search.elastic-url"),
        ("https://host:99999999", {}, "search.elastic-url"),
        ("https://somebody:secret@host:9200", {}, "search.elastic-url"),
        ("https://host:9200,host2:9200", {}, "search.elastic-url"),
        ("http://host:9200", {"elastic_user": "a", "elastic_password": "secret"}, "search.elastic-plain-password"),
        ("https://host:9200", {"elastic_ca": "no/such.pem"}, "search.elastic-ca"),
    ],
)
def test_settings_that_cannot_be_used(url: str, other: dict[str, str], code: str) -> None:
    with pytest.raises(SettingsError) as caught:
        server(url, **other)
    assert caught.value.code == code
    assert "secret" not in caught.value.text("zh_CN")


def test_several_addresses_and_a_password_within_this_machine() -> None:
    made = server("http://127.0.0.1:9, http://localhost:9", elastic_user="a", elastic_password="secret")
    assert made.address == "http://127.0.0.1:9, http://localhost:9"
    made.close()


@pytest.mark.parametrize("name", ["", "Ö", "Upper", "-a", "a,b", "a*", "../a"])
def test_names_that_an_index_cannot_have(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError):
        load_settings(tmp_path, {"JUANZONG_ELASTIC_INDEX": name})


@pytest.mark.parametrize(
    ("status", "kind", "reason", "error", "code"),
    [
        (429, "es_rejected_execution_exception", "queue", BusyError, "search.elastic-busy"),
        (429, "cluster_block_exception", "FORBIDDEN/12/index read-only-allow-delete", StorageError, "disk.full"),
        (403, "cluster_block_exception", "FORBIDDEN/8/index write (api)", StorageError, "search.elastic-failed"),
        (401, "security_exception", "", StorageError, "search.elastic-denied"),
        (403, "security_exception", "", StorageError, "search.elastic-denied"),
        (404, "index_not_found_exception", "", IndexMissingError, "search.index-missing"),
        (406, "x", "", StorageError, "search.elastic-version"),
        (400, "media_type_header_exception", "", StorageError, "search.elastic-version"),
        (
            400,
            "search_phase_execution_exception",
            "maxClauseCount is set to 1024",
            QueryError,
            "search.query-too-large",
        ),
        (503, "cluster_block_exception", "state not recovered", StorageError, "search.elastic-down"),
        (500, "null_pointer_exception", "王建国", StorageError, "search.elastic-failed"),
    ],
)
def test_a_refusal(status: int, kind: str, reason: str, error: type[Exception], code: str) -> None:
    asked = server()
    found = asked.refusal(status, kind, reason)
    asked.close()
    assert type(found) is error
    assert found.code == code
    # What the server quotes may be somebody's name.
    assert "王建国" not in found.text("zh_CN")


def test_a_client_that_is_not_installed_is_named() -> None:
    lines = [
        "import sys",
        "sys.modules['elasticsearch'] = None",
        "from base.errors import StorageError",
        "try:",
        "    import search.elastic.index",
        "except StorageError as error:",
        "    print(error.code)",
    ]
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "search.elastic-not-installed"
