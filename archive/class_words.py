"""A unit's own words of classes: 题名含「…」归…类. They come before the built-in ones wherever a class is suggested."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import audit
from archive.access import Viewer
from archive.dossiers import find_dossier
from archive.tables import Account, ClassWord, Organization
from base.clock import now
from base.errors import AccessError, InputError
from standards.schemes import load_scheme
from standards.splitting.classes import OwnWord

_LONGEST = 20


@dataclass(frozen=True, slots=True)
class WordLine:
    """One word as the screen lists it; `mine` may be taken away by the viewer's unit."""

    id: int
    word: str
    class_code: str
    by: str
    made_at: datetime
    mine: bool


def words_for(session: Session, viewer: Viewer, dossier_id: int) -> list[WordLine]:
    """The words that hold for a dossier: those of its unit and of all above it, the newest first."""
    dossier = find_dossier(session, viewer, dossier_id)
    path = session.get_one(Organization, dossier.organization_id).path
    units = [int(part) for part in path.strip("/").split("/") if part]
    statement = (
        select(ClassWord, Account.name)
        .join(Account, Account.id == ClassWord.account_id)
        .where(ClassWord.organization_id.in_(units), ClassWord.removed_at.is_(None))
        .order_by(ClassWord.id.desc())
    )
    unit = _unit_of(session, viewer)
    return [
        WordLine(row.id, row.word, row.class_code, by, row.made_at, row.organization_id == unit)
        for row, by in session.execute(statement)
    ]


def own_words(session: Session, viewer: Viewer, dossier_id: int) -> list[OwnWord]:
    """The same as the rules take them; of one word's several classes the newest counts."""
    found: dict[str, OwnWord] = {}
    for line in words_for(session, viewer, dossier_id):
        found.setdefault(line.word, OwnWord(line.word, line.class_code))
    return list(found.values())


def add_word(session: Session, viewer: Viewer, word: str, class_code: str) -> int:
    """Keeps a word under the account's unit; InputError `split.word`, `split.class`."""
    viewer.must_work_at("clerk")
    account_id, unit = viewer.must_have_account(), _unit_of(session, viewer)
    word = "".join(word.split())
    if not 2 <= len(word) <= _LONGEST or unit is None:
        raise InputError("split.word", limit=_LONGEST)
    if load_scheme().find(class_code.strip()) is None:
        raise InputError("split.class", wanted=class_code)
    row = ClassWord(
        organization_id=unit, word=word, class_code=class_code.strip(), account_id=account_id, made_at=now()
    )
    session.add(row)
    session.flush()
    audit.record(session, viewer, "class-word.add", f"class-word:{row.id}")
    return row.id


def remove_word(session: Session, viewer: Viewer, word_id: int, *, back: bool = False) -> None:
    """Takes a word of the viewer's unit away, or (`back`) puts it back. AccessError `not-found` for another unit's."""
    viewer.must_work_at("clerk")
    row = session.get(ClassWord, word_id)
    if row is None or row.organization_id != _unit_of(session, viewer):
        raise AccessError("not-found")
    row.removed_at = None if back else now()
    row.removed_by = None if back else viewer.must_have_account()
    audit.record(session, viewer, "class-word.restore" if back else "class-word.remove", f"class-word:{row.id}")


def _unit_of(session: Session, viewer: Viewer) -> int | None:
    return session.scalar(select(Account.organization_id).where(Account.id == viewer.account_id))
