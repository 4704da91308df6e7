from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.store.keys import (
    copy_key,
    derived_key,
    digest_of_original,
    is_original,
    material_key,
    original_key,
    valid_key,
)
from base.digests import sha256_of_bytes
from base.errors import StorageError

digests = st.binary(max_size=8).map(sha256_of_bytes)
steps = st.from_regex(r"[a-z0-9][a-z0-9_]{0,10}", fullmatch=True)


@given(digests)
def test_an_originals_key_is_its_digest_and_gives_it_back(digest: str) -> None:
    assert is_original(original_key(digest))
    assert digest_of_original(original_key(digest)) == digest
    assert digest_of_original(derived_key(digest, "ocr", "1")) is None


@given(digests, digests, steps, steps)
def test_different_things_have_different_keys(one: str, other: str, step: str, version: str) -> None:
    keys = {original_key(one), derived_key(one, step, version), material_key([one], 0), copy_key(one)}
    assert len(keys) == 4
    if one != other:
        assert keys.isdisjoint(
            {original_key(other), derived_key(other, step, version), material_key([other], 0), copy_key(other)}
        )
        assert material_key([one, other], 0) != material_key([other, one], 0)


@given(st.lists(digests, min_size=1), st.integers(0, 10**6))
def test_a_materials_key_is_the_same_for_the_same_pages_and_changes_with_the_text(
    pages: list[str], revision: int
) -> None:
    assert material_key(pages, revision) == material_key(tuple(pages), revision)
    assert material_key(pages, revision) != material_key(pages, revision + 1)
    assert material_key(pages, revision) != material_key([*pages, pages[0]], revision)
    assert material_key(pages, revision, step="pdf", version="2") != material_key(pages, revision)


@given(st.text())
def test_a_name_never_becomes_a_key(text: str) -> None:
    for make in (
        lambda: original_key(text),
        lambda: copy_key(text),
        lambda: valid_key(text),
        lambda: derived_key("a" * 64, f"{text}/", "1"),
    ):
        with pytest.raises(StorageError) as error:
            make()
        assert error.value.code == "store.bad-key"


def test_a_material_has_pages_counted_from_revision_zero() -> None:
    with pytest.raises(StorageError):
        material_key(["a" * 64], -1)
