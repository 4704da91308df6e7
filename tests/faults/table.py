"""`python -m tests.faults --table JOURNAL…`: the runs of journals by kind of fault and outcome, for docs/faults.md."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

Row = dict[str, Any]
_KINDS = ("point", "time", "disk", "net", "clock", "stop", "freeze")


def table_of(journals: Sequence[Path]) -> str:
    """Markdown. A run that was repeated with another version counts once for each time."""
    return "\n".join(line for journal in journals for line in _of_one(journal))


def _of_one(journal: Path) -> Iterator[str]:
    first, *rest = journal.read_text("utf-8").splitlines()
    rows: list[Row] = [json.loads(line) for line in rest]
    about = json.loads(first)
    versions = Counter(row["version"] for row in rows)
    well = {row["run"] for row in rows if not row["violations"]}
    yield f"**{about['arm']}**, seed {about['seed']}: {len(rows)} runs, {len(well)} different ones went well at last"
    yield f"(by version: {', '.join(f'{name} {count}' for name, count in versions.items())})."
    yield ""
    yield "| fault | how | runs | met it | killed again | went wrong | median s |"
    yield "|---|---|---:|---:|---:|---:|---:|"
    by_fault: dict[tuple[int, str], list[Row]] = defaultdict(list)
    for row in rows:
        by_fault[_KINDS.index(row["kind"]), row["action"]].append(row)
    for (kind, how), some in sorted(by_fault.items()):
        yield _line(_KINDS[kind], how, some)
    yield _line("**all**", "", rows)
    yield ""


def _line(kind: str, how: str, rows: Sequence[Row]) -> str:
    met = sum(row["fired"] for row in rows)
    again = sum(any(each.startswith("again") for each in row["statuses"]) for row in rows)
    wrong = sum(bool(row["violations"]) for row in rows)
    seconds = median(row["seconds"] for row in rows)
    return f"| {kind} | {how} | {len(rows)} | {met} | {again} | {wrong} | {seconds:.0f} |"
