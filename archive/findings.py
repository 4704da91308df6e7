"""Findings as rows: what the rules said, kept with the page, material, dossier or batch it is about."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete
from sqlalchemy.orm import Session

from archive.tables import FindingRow, PageVersion
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


def replace_page_findings(
    session: Session, version: PageVersion, findings: Iterable[Finding], rule: str | None = None
) -> None:
    """Keeps what the rules of a page say of this image of it, in place of what they said before; with `rule`, of that
    rule alone."""
    old = delete(FindingRow).where(FindingRow.version_id == version.id, FindingRow.scope == "page")
    session.execute(old if rule is None else old.where(FindingRow.rule == rule))
    page = version.page
    for finding in findings:
        if rule in (None, finding.rule):
            add_finding(
                session,
                finding,
                scope="page",
                batch_id=page.dossier.batch_id,
                dossier_id=page.dossier_id,
                material_id=page.material_id,
                page_id=page.id,
                version_id=version.id,
            )


def replace_batch_findings(session: Session, batch_id: int, scope: str, findings: Iterable[Finding]) -> None:
    """Keeps findings about a batch as a whole in place of those that the same run of rules made before."""
    session.execute(delete(FindingRow).where(FindingRow.batch_id == batch_id, FindingRow.scope == scope))
    for finding in findings:
        add_finding(session, finding, scope=scope, batch_id=batch_id)


def _text(value: float | int | str | None) -> str | None:
    return None if value is None else str(value)
