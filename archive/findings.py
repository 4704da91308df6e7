"""Findings as rows: what the rules said, kept with the page, material or dossier it is about."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from archive.tables import Dossier, FindingRow
from base.clock import now
from standards.values import Finding


def add_findings(
    session: Session,
    findings: Iterable[Finding],
    *,
    scope: str,
    dossier: Dossier,
    material_id: int | None = None,
    page_id: int | None = None,
    version_id: int | None = None,
) -> None:
    """Adds what is not a plain pass. `scope` says which run of rules replaces them later."""
    at = now()
    session.add_all(
        FindingRow(
            batch_id=dossier.batch_id,
            dossier_id=dossier.id,
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
            found_at=at,
        )
        for finding in findings
        if finding.verdict != "pass"
    )


def _text(value: float | int | str | None) -> str | None:
    return None if value is None else str(value)
