"""Packed values are what was given, in whatever order they are asked for; marks know the texts that they were made of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.delivery.model import DeliveredPage, file_at
from ingest.delivery.naming import path_key
from ingest.delivery.packed import Marks, Packed
from ingest.delivery.read import read_delivery

VALUES = st.lists(st.one_of(st.integers(), st.text()), max_size=600)


@given(VALUES, VALUES, st.data())
def test_it_answers_as_a_list_does(given_first: list[object], added: list[object], data: st.DataObject) -> None:
    packed, plain = Packed(given_first), [*given_first, *added]
    for each in added:
        packed.append(each)
    assert packed == plain
    assert Packed(plain) == tuple(packed)
    assert len(packed) == len(plain)
    assert bool(packed) == bool(plain)
    places = data.draw(st.lists(st.integers(0, len(plain) - 1))) if plain else []
    assert list(packed.at(places)) == [plain[place] for place in places]
    low, high = data.draw(st.tuples(st.integers(-700, 700), st.integers(-700, 700)))
    assert packed[low:high] == tuple(plain[low:high])
    gone = set(data.draw(st.lists(st.sampled_from(plain)))) if plain else set()
    assert packed.without(gone) == [each for each in plain if each not in gone]


def test_single_values_are_found_across_pieces() -> None:
    packed = Packed(range(1000))
    packed.append(1000)
    packed.append(1001)
    assert [packed[0], packed[255], packed[256], packed[999], packed[1000], packed[-1]] == [
        0,
        255,
        256,
        999,
        1000,
        1001,
    ]
    with pytest.raises(IndexError):
        packed[1002]


def test_pages_come_back_equal_with_the_file_that_they_are_of() -> None:
    files = [
        file_at(f"A{number}/1/1/001.jpg", Path(f"/here/A{number}/1/1/001.jpg"), number, "page") for number in range(600)
    ]
    pages = [DeliveredPage(file, 1, "A", "1-1", 1, "original", "folder-page", 0) for file in files]
    assert list(Packed(pages)) == pages
    assert {page.file.source for page in Packed(pages)} == {file.source for file in files}


@pytest.mark.parametrize("name", ["001.jpg", "0000017.jpg"])
def test_a_file_knows_where_its_bytes_are_whatever_it_was_called(name: str) -> None:
    source = Path("/here/there") / name
    assert file_at("A001/1/1/001.jpg", source, 5, "page").source == source


@given(st.sets(st.text(max_size=9)), st.text(max_size=9))
def test_marks_are_of_the_texts_alone(texts: set[str], other: str) -> None:
    marks = Marks(texts)
    assert all(text in marks for text in texts)
    assert (other in marks) == (other in texts)


def test_files_stand_in_natural_order_also_where_names_sort_alike(tmp_path: Path) -> None:
    paths = ["1/002.jpg", "01/001.jpg", "10/1.jpg", "2/1.jpg", "2.jpg", "a/1.jpg", "A/2.jpg", "b.jpg", "B/1.jpg"]
    for path in paths:
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(b"\xff\xd8\xff")
    files: Sequence[str] = [file.path for file in read_delivery(tmp_path).files]
    assert sorted(files) == sorted(paths)
    assert [path_key(path) for path in files] == sorted(path_key(path) for path in paths)
