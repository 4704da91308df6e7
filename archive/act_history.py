"""The acts on the pages of a dossier or of one page, in the dossier that they were done in and in those that pages went to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from archive.access import Viewer, scoped
from archive.dossiers import find_dossier, shown_name
from archive.tables import Account, Dossier, PageAct, PageActDossier

_MOST = 100


@dataclass(frozen=True, slots=True)
class Beside:
    """The dossier at the other end of an act: pages `came` from it, or went to it. `name` is empty where the viewer does not see it."""

    dossier_id: int
    name: str
    came: bool


@dataclass(frozen=True, slots=True)
class ActLine:
    """One act in the history of a dossier or page. `page_id` is None where it is about many."""

    id: int
    kind: str
    page_id: int | None
    reason: str
    by: str
    made_at: datetime
    undone_at: datetime | None
    beside: tuple[Beside, ...] = ()


def history(session: Session, viewer: Viewer, dossier_id: int, page_id: int | None = None) -> list[ActLine]:
    """The acts on a dossier's pages, or on one page, the newest first; those undone too."""
    dossier = find_dossier(session, viewer, dossier_id)
    statement = select(PageAct, Account.name).join(Account, Account.id == PageAct.account_id)
    if page_id is None:
        statement = statement.where(concerns(dossier.id))
    else:
        statement = statement.where(PageAct.page_id == page_id)
    acts = session.execute(statement.order_by(PageAct.id.desc()).limit(_MOST)).tuples().all()
    ends = _ends(session, dossier.id, [act for act, _ in acts])
    names = _names(session, viewer, {each for found in ends.values() for each in found})
    return [
        ActLine(
            act.id, act.kind, act.page_id, act.reason, name, act.made_at, act.undone_at,
            tuple(Beside(each, names.get(each, ""), _came(act, dossier.id, each)) for each in ends.get(act.id, ())),
        )
        for act, name in acts
    ]  # fmt: skip


def concerns(dossier_id: int) -> ColumnElement[bool]:
    """The acts that were done in a dossier, and those that took pages from it or to it."""
    brought = select(PageActDossier.act_id).where(PageActDossier.dossier_id == dossier_id)
    return (PageAct.dossier_id == dossier_id) | PageAct.id.in_(brought)


def _ends(session: Session, dossier_id: int, acts: Sequence[PageAct]) -> dict[int, list[int]]:
    """The other dossiers of each act, as seen from one of them."""
    linked = select(PageActDossier.act_id, PageActDossier.dossier_id).order_by(PageActDossier.dossier_id)
    owners = {act.id: act.dossier_id for act in acts}
    found: dict[int, list[int]] = {}
    for act_id, other in session.execute(linked.where(PageActDossier.act_id.in_(owners))):
        ends = found.setdefault(act_id, [owners[act_id]] if owners[act_id] != dossier_id else [])
        if owners[act_id] == dossier_id:
            ends.append(other)
    return found


def _names(session: Session, viewer: Viewer, dossier_ids: Iterable[int]) -> dict[int, str]:
    """Those that the viewer sees."""
    statement = select(Dossier).where(Dossier.id.in_(list(dossier_ids)))
    return {each.id: shown_name(each) for each in session.scalars(scoped(statement, viewer, Dossier))}


def _came(act: PageAct, here: int, there: int) -> bool:
    """Whether pages came here from there."""
    was = {page: values.get("dossier_id") for page, values in act.before.get("pages", {}).items()}
    return any(
        was.get(page) == there and values.get("dossier_id") == here
        for page, values in act.after.get("pages", {}).items()
    )
