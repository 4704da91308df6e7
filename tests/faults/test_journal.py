"""The journal of the runs: what is done again, what stands, and how it is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.faults.journal import Journal
from tests.faults.table import table_of

ABOUT = {"arm": "folder", "seed": 7}


def row(number: int, *violations: str, kind: str = "point", action: str = "kill", fired: bool = True) -> dict[str, Any]:
    return {
        "run": number, "kind": kind, "action": action, "fired": fired, "statuses": ["first -9", "again -9"],
        "violations": list(violations), "seconds": 4.0,
    }  # fmt: skip


def test_what_went_wrong_is_repeated_with_another_version_and_both_lines_stand(tmp_path: Path) -> None:
    file = tmp_path / "journal.jsonl"
    first = Journal(file, ABOUT, "v1")
    first.add(row(0))
    first.add(row(1, "page x: 0 times"))
    assert [Journal(file, ABOUT, "v1").stands(number) for number in range(3)] == [True, True, False]
    second = Journal(file, ABOUT, "v2")
    assert [second.stands(number) for number in range(3)] == [True, False, False]
    second.add(row(1))
    assert second.stands(1)
    assert [(each["run"], each["version"]) for each in Journal(file, ABOUT, "v2").rows] == [
        (0, "v1"),
        (1, "v1"),
        (1, "v2"),
    ]


def test_half_a_line_of_a_harness_that_was_killed_is_no_run(tmp_path: Path) -> None:
    file = tmp_path / "journal.jsonl"
    Journal(file, ABOUT, "v1").add(row(0))
    with file.open("a") as open_file:
        open_file.write('{"run": 1, "kin')
    journal = Journal(file, ABOUT, "v1")
    assert list(journal.done) == [0]
    journal.add(row(1))
    assert sorted(Journal(file, ABOUT, "v1").done) == [0, 1]


def test_a_journal_of_other_runs_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "journal.jsonl"
    Journal(file, ABOUT, "v1")
    with pytest.raises(ValueError, match="other runs"):
        Journal(file, {**ABOUT, "seed": 8}, "v1")


def test_the_table_counts_every_run_by_its_fault(tmp_path: Path) -> None:
    file = tmp_path / "journal.jsonl"
    journal = Journal(file, ABOUT, "v1")
    journal.add(row(0))
    journal.add(row(1, "page x: 0 times"))
    journal.add(row(2, kind="clock", action="kill-all", fired=False))
    Journal(file, ABOUT, "v2").add(row(1))
    told = table_of([file])
    assert "4 runs, 3 different ones went well at last" in told
    assert "v1 3, v2 1" in told
    assert "| point | kill | 3 | 3 | 3 | 1 | 4 |" in told
    assert "| clock | kill-all | 1 | 0 | 1 | 0 | 4 |" in told
