"""The bench of lists, small: each list sends as many statements for a thousand dossiers as for a hundred."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.batch_tallies import refresh
from archive.catalogue import create_catalogue
from base.settings import load_settings
from bench import lists, lists_office


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, list[lists.Figure]]]:
    made: dict[int, list[lists.Figure]] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lists_office, "PER_BATCH", 20)
        patch.setattr(lists_office, "BATCHES_OF_DISTRICT", 2)
        for count in (100, 1000):
            catalogue = create_catalogue(load_settings(tmp_path_factory.mktemp("lists") / Path(str(count)), {}))
            lists_office.fill(catalogue, count)
            refresh(catalogue, count)
            made[count] = lists.measure(catalogue, 3)
            catalogue.close()
    yield made


def test_the_number_of_statements_does_not_grow_with_the_rows(figures: dict[int, list[lists.Figure]]) -> None:
    few, many = ({(each.list, each.viewer): each.queries[1] for each in figures[count]} for count in (100, 1000))
    # Whoever is found in the larger office only has papers in a place five levels deep: one statement for each level.
    assert {name: number for name, number in many.items() if number > few[name] + 5} == {}
    assert max(many.values()) < 25


def test_the_table_names_each_list_with_its_figures(figures: dict[int, list[lists.Figure]]) -> None:
    table = lists.as_markdown("SQLite", figures[100])
    assert len(table.splitlines()) == 2 + len(figures[100])
    assert "clerk: dossiers" in table
