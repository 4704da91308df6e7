"""Key papers in `check` and in the office: judged with the dossier, by its 卷内目录, and quiet where there is none."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from archive import blanks
from archive.jobs import enqueue
from archive.jobs.local import LocalQueue
from archive.tables import FindingRow, Material, PageVersion
from ingest.delivery.model import DeliveredDossier, MaterialRow, PersonRow
from ingest.papers import judge_papers
from ingest.steps.judge import judge
from ingest.workshop import Workshop
from standards.profiles import load_profile
from tests.archive.factory import Made, add_batch, add_dossier, add_finding, make_desks

PERSON = PersonRow("目录.xlsx", 2, "1", "张桂兰", "", None, "missing", sex="女", birth="19500305", retired="200003")
TITLES = (("1", "1", "职工登记表", 1970), ("9-4", "1", "招工审批表", 1969), ("9-1", "1", "学徒工转正定级表", 1972))


def delivered(*rows: tuple[str, str, str, int]) -> DeliveredDossier:
    materials = tuple(MaterialRow("卷内.xlsx", index, "D", *row) for index, row in enumerate(rows, start=2))
    return DeliveredDossier("D", "folders", PERSON, materials, ())


def test_check_names_each_missing_paper_once() -> None:
    found = judge_papers(delivered(*TITLES), load_profile().only(["dossier.key-paper"]))
    assert [(each.rule, each.measured, each.params.get("needed")) for each in found] == [
        ("dossier.key-paper", "wages", 2), ("dossier.key-paper", "retirement", 1),
    ]  # fmt: skip


def test_check_says_nothing_without_a_list() -> None:
    assert judge_papers(delivered(), load_profile()) == []


def judged(made: Made) -> dict[str, set[str | None]]:
    """The rules that the dossier's judging found, with what each measured."""
    queue = LocalQueue(made.office.catalogue)
    while job := queue.claim("tester", ["judge"]):
        judge(Workshop(made.office), job)
    answer: dict[str, set[str | None]] = {}
    with made.office.catalogue.read() as session:
        for row in session.scalars(select(FindingRow).where(FindingRow.scope == "dossier")):
            answer.setdefault(row.rule, set()).add(row.measured)
    return answer


def test_the_office_judges_the_list_as_corrected_and_a_side_as_a_person_saw_it(tmp_path: Path) -> None:
    made = make_desks(tmp_path)
    batch = add_batch(made, "east", "b1")
    add_dossier(made, batch, "D-1", "张桂兰")
    with made.office.catalogue.write() as session:
        blank = session.get_one(PageVersion, 4)
        blank.measures = {"blank": {"value": 0.99, "unit": "", "confidence": 1.0}}
        add_finding(session, blank, "page.blank", "review")
        for material in session.scalars(select(Material)):
            material.list_row = {}  # corrected since: only what we hold counts
        session.get_one(Material, 2).title = "退休审批表"
        session.get_one(Material, 2).declared_pages = 1
        enqueue(session, "judge", 1, batch_id=batch, revision="test")
    before = judged(made)
    assert before["dossier.key-paper"] == {"entry", "grading", "wages"}
    assert "catalogue.count" not in before
    with made.office.catalogue.write() as session:
        blanks.answer(session, made.viewer("east"), 1, seen=[4], written=[4])
    assert judged(made)["catalogue.count"] == {"2"}
