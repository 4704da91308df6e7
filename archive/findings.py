"""Findings as rows: what the rules said, kept with the page, material, dossier or batch it is about."""

from __future__ import annotations

from sqlalchemy.orm import Session

from archive.tables import FindingRow
from base.clock import now
from standards.values import Finding


def add_finding(
    session: Session,
    finding: Finding,
    *,
    scope: str,
    batch_id: int,
    dossier_id: int | None = None,
    material_id: int | None = None,
    page_id: int | None = None,
    version_id: int | None = None,
) -> None:
    """Adds one finding that is not a plain pass. `scope` says which run of rules replaces it later."""
    if finding.verdict == "pass":
        return
    session.add(
        FindingRow(
            batch_id=batch_id,
            dossier_id=dossier_id,
            material_id=material_id,
            page_id=page_id,
            version_id=version_id,
            scope=scope,
            rule=finding.rule,
            verdict=finding.verdict,
            severity=finding.severity,
            measured=_text(finding.measured),
            limit=_text(finding.limit),
            unit=finding.unit,
            clause=finding.clause,
            certainty=finding.certainty,
            params=finding.params,
            found_at=now(),
        )
    )


def _text(value: float | int | str | None) -> str | None:
    return None if value is None else str(value)
