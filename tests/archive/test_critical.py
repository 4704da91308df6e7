"""What weighs most comes first: another person's paper, before a thousand pages with a wrong header."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive import batch_details, viewing
from archive.tables import PageVersion
from tests.archive.factory import Made, add_batch, add_dossier, add_finding, make_desks


@pytest.fixture
def made(tmp_path: Path) -> Made:
    office = make_desks(tmp_path)
    batch = add_batch(office, "east", "b1")
    add_dossier(office, batch, "D-1", "张桂兰", pages=3)
    with office.office.catalogue.write() as session:
        for number in (1, 2):
            add_finding(session, session.get_one(PageVersion, number))
        strange = add_finding(session, session.get_one(PageVersion, 3), "person.other-name", "review")
        strange.severity, strange.params = "critical", {"certain": 0.99}
    return office


def test_a_batch_lists_what_is_critical_first(made: Made) -> None:
    with made.office.catalogue.read() as session:
        found = batch_details.causes(session, made.viewer("east"), 1)
    assert [(cause.rule, cause.verdict, cause.critical) for cause in found] == [
        ("person.other-name", "review", True), ("page.dpi", "fail", False),
    ]  # fmt: skip


def test_a_dossier_names_the_page_of_what_is_critical(made: Made) -> None:
    with made.office.catalogue.read() as session:
        found = viewing.dossier_findings(session, made.viewer("east"), 1)
    assert [(line.rule, line.page_number) for line in found] == [("person.other-name", 3)]
