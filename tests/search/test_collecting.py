"""The first of very many hits are sought where they should be: the same ones in the same order as by looking at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import collecting
from search.embedded import EmbeddedIndex
from search.index import Document, Kind
from tests.search.asking import found, walked

KINDS_WRITTEN = st.sampled_from(["person", "material", "page"])
# Ids in lumps, some of them far off, as after years of imports; some that are no numbers.
SERIALS = st.integers(1, 60) | st.integers(10_000, 10_030) | st.integers(0, 2**50) | st.sampled_from(["x", "y", "0x"])


@pytest.fixture
def index(tmp_path: Path) -> EmbeddedIndex:
    return EmbeddedIndex.create(tmp_path / "index")


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.dictionaries(st.tuples(KINDS_WRITTEN, SERIALS), st.sampled_from(["王建国", "王建", "张"]), max_size=60))
def test_many_hits_are_those_of_few(index: EmbeddedIndex, texts: dict[tuple[Kind, int | str], str]) -> None:
    stale = [each for each, _ in index.stamps()]
    documents = [
        Document(f"{kind}:{serial}", kind, text, title="王建" * (text == "王建国"), names=(text,))
        for (kind, serial), text in texts.items()
    ]
    index.write(documents, deleted=stale)
    expected = found(index, "王建 OR 国")
    assert len(expected) == sum(text != "张" for text in texts.values())
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(collecting, "_MANY", 0)
        assert found(index, "王建 OR 国") == expected
        assert walked(index, "王建 OR 国", limit=3) == expected
        assert found(index, "王建 OR 国", kinds=["page"]) == [each for each in expected if each.startswith("page")]
