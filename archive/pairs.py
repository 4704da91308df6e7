"""Look-alike pages that a person marked as two papers: a gum slip closed and opened, a faded original and its copy.

The mark is an act on both pages (`page_act.kind` = pair) and is undone like any other.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.act_log import Change
from archive.dossiers import must_be_open
from archive.page_acts import find_page
from archive.tables import FindingRow, Page, PageAct, PageVersion, ReceivedFile
from base.errors import AccessError, InputError

KIND = "pair"
DOUBLE = "page.duplicate"


def keep_both(session: Session, viewer: Viewer, finding_id: int, reason: str) -> int:
    """Says that the two pages of a finding `page.duplicate` both belong there; the finding goes and does not come back.

    Returns the id of the act. AccessError `not-found`, InputError `page-act.decided` where the other page is not there.
    """
    viewer.must_work_at("clerk")
    finding = session.get(FindingRow, finding_id)
    if finding is None or finding.rule != DOUBLE or finding.page_id is None:
        raise AccessError("not-found")
    later = find_page(session, viewer, finding.page_id)
    must_be_open(later.dossier)
    first = page_at(session, later.dossier_id, finding.measured or "")
    if first is None or first.id == later.id:
        raise InputError("page-act.decided")
    change = Change(session, viewer, KIND, later.dossier_id, later.id, reason)
    change.touch(first)
    change.touch(later)
    return change.commit(unchanged=True)


def page_at(session: Session, dossier_id: int, path: str) -> Page | None:
    """The page of a dossier whose image came under `path`."""
    statement = (
        select(Page)
        .join(PageVersion, PageVersion.page_id == Page.id)
        .join(ReceivedFile, ReceivedFile.id == PageVersion.file_id)
        .where(Page.dossier_id == dossier_id, Page.state == "active", ReceivedFile.path == path)
        .order_by(PageVersion.file_page, Page.id)
        .limit(1)
    )
    found: Page | None = session.scalar(statement)
    return found


def marked_pairs(session: Session, dossier_id: int) -> frozenset[frozenset[int]]:
    """The ids of the pages of each pair that is marked now."""
    acts = session.scalars(
        select(PageAct).where(PageAct.dossier_id == dossier_id, PageAct.kind == KIND, PageAct.undone_at.is_(None))
    )
    return frozenset(frozenset(int(page) for page in act.after["pages"]) for act in acts)
