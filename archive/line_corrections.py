"""校对: people's words about lines of text. A corrected line is locked, logged with who and when, and can be undone.

Each act adds a row to the chain of its line; the newest row that is not undone holds. Who acts says which row they saw
(`seen`): where another clerk was there first, nothing is written and the answer says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive import audit
from archive.access import Viewer
from archive.jobs import enqueue
from archive.page_acts import find_page
from archive.page_fields import enqueue_fields
from archive.tables import Account, JobRow, LineCorrection, Material, Page, PageVersion
from base.clock import now
from base.errors import AccessError, InputError

Kind = Literal["correct", "confirm", "add", "noise", "unreadable"]
LONGEST = 500
_SMALLEST_PX = 4.0
# Boxes that share so much of what they cover lie at one place: nobody says two things of it unseen …
_SAME_PLACE = 0.5
# … and so much are the same line, whose history goes on.
_THE_SAME = 0.9

Corners = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class SeenLine:
    """A line as the person saw it. `line_id` is 0 for a line as the machine read it, which then has no `seen` row.

    `seen` is the id of the row that held when it was shown; `box` in pixels of the stored image.
    """

    box: Corners
    text: str = ""
    confidence: float | None = None
    engine: str = ""
    vertical: bool = False
    line_id: int = 0
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Word:
    """What the person says of a line: what it reads now, and where each character of it stands (shares of its width)."""

    kind: Kind
    text: str = ""
    spans: Sequence[tuple[float, float]] = ()


@dataclass(frozen=True, slots=True)
class Past:
    """One row of a line's history."""

    id: int
    kind: str
    text: str
    by: str
    made_at: datetime
    undone_at: datetime | None = None
    undone_by: str = ""


@dataclass(frozen=True, slots=True)
class LineHistory:
    """What the machine read and with which engine, and what was said since, oldest first."""

    read_text: str
    read_confidence: float | None
    engine: str
    acts: tuple[Past, ...] = field(default=())


def in_force(session: Session, version_id: int) -> list[LineCorrection]:
    """The row that holds of each line of an image, in the order in which the lines were first corrected."""
    newest = (
        select(func.max(LineCorrection.id))
        .where(LineCorrection.version_id == version_id, LineCorrection.undone_at.is_(None))
        .group_by(LineCorrection.line_id)
    )
    rows = session.scalars(select(LineCorrection).where(LineCorrection.id.in_(newest)))
    return sorted(rows, key=lambda row: row.line_id)


def say(session: Session, viewer: Viewer, version_id: int, line: SeenLine, word: Word) -> LineCorrection:
    """Adds a person's word about a line, and announces all that follows from another text.

    InputError `line.empty`, `line.too-long`, `line.box` (smaller than a character), `line.old-image` (another image has
    taken this one's place), `line.changed` with `by` and `text` (somebody was there first). AccessError out of the
    viewer's sight or away from the clerk's desk.
    """
    page, version = _open(session, viewer, version_id)
    box = _checked_box(line.box, version)
    text = _checked_text(word)
    line_id = _chain(session, version_id, line, box)
    row = LineCorrection(
        line_id=line_id, page_id=page.id, version_id=version.id, kind=word.kind, text=text, box=box,
        spans=[[round(start, 4), round(end, 4)] for start, end in word.spans] if text else [],
        vertical=line.vertical, read_text=line.text, read_confidence=line.confidence, engine=line.engine,
        account_id=viewer.must_have_account(), made_at=now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    if row.line_id == 0:
        row.line_id = row.id
    _follow(session, page, f"line{row.id}")
    # The text itself stays in the catalogue: the trail names rows by their ids.
    audit.record(
        session,
        viewer,
        f"line.{word.kind}",
        f"page:{page.id}",
        dossier_id=page.dossier_id,
        line=row.line_id,
        row=row.id,
    )
    return row


def undo(session: Session, viewer: Viewer, row_id: int) -> LineCorrection:
    """Takes a word back: what was said before holds again, or what the machine read. Twice is once.

    InputError `line.later-first` where somebody has said something newer of the line.
    """
    row = session.get(LineCorrection, row_id)
    if row is None:
        raise AccessError("not-found")
    page, _ = _open(session, viewer, row.version_id)
    if row.undone_at is not None:
        return row
    newest = _newest(session, row.line_id)
    if newest is not None and newest.id != row.id:
        raise InputError("line.later-first", by=_name(session, newest.account_id))
    row.undone_at, row.undone_by = now(), viewer.must_have_account()
    session.flush()
    _follow(session, page, f"line{row.id}-undone")
    audit.record(
        session, viewer, "line.undo", f"page:{page.id}", dossier_id=page.dossier_id, line=row.line_id, row=row.id
    )
    return row


def history(session: Session, viewer: Viewer, line_id: int) -> LineHistory:
    """All that was ever said of a line; AccessError `not-found` out of the viewer's sight."""
    rows = session.scalars(
        select(LineCorrection).where(LineCorrection.line_id == line_id).order_by(LineCorrection.id)
    ).all()
    if not rows:
        raise AccessError("not-found")
    find_page(session, viewer, rows[0].page_id)
    accounts = {row.account_id for row in rows} | {row.undone_by for row in rows if row.undone_by}
    names = dict(session.execute(select(Account.id, Account.name).where(Account.id.in_(accounts))).tuples().all())
    first = rows[0]
    return LineHistory(
        first.read_text, first.read_confidence, first.engine,
        tuple(
            Past(row.id, row.kind, row.text, names[row.account_id], row.made_at, row.undone_at, names.get(row.undone_by or 0, ""))
            for row in rows
        ),
    )  # fmt: skip


def _open(session: Session, viewer: Viewer, version_id: int) -> tuple[Page, PageVersion]:
    viewer.must_work_at("clerk")
    version = session.get(PageVersion, version_id)
    if version is None:
        raise AccessError("not-found")
    page = find_page(session, viewer, version.page_id)
    if version.state != "current" or page.state != "active":
        raise InputError("line.old-image")
    return page, version


def _chain(session: Session, version_id: int, line: SeenLine, box: Corners) -> int:
    """The chain that a word about this line goes on; 0 begins one. InputError `line.changed` where it is not as seen."""
    if line.line_id:
        newest = _newest(session, line.line_id)
        if newest is not None and newest.version_id != version_id:
            raise AccessError("not-found")
        if newest is None or newest.id != line.seen:
            raise _changed(session, newest, line)
        return line.line_id
    for held in in_force(session, version_id):
        if _shared(held.box, box) >= _SAME_PLACE:
            raise _changed(session, held, line)
    return chain_at(session, version_id, box)


def chain_at(session: Session, version_id: int, box: Corners) -> int:
    """The chain of a place on an image whose words were all taken back; 0 where nobody ever said anything there."""
    return chain_of(past_places(session, version_id), box)


def past_places(session: Session, version_id: int) -> list[tuple[int, Corners]]:
    """Every place of an image of which something was ever said, with its line, the newest first."""
    statement = select(LineCorrection.line_id, LineCorrection.box).where(LineCorrection.version_id == version_id)
    return [(line_id, box) for line_id, box in session.execute(statement.order_by(LineCorrection.id.desc()))]


def chain_of(places: Sequence[tuple[int, Corners]], box: Corners) -> int:
    """The line among `places` that is this one; 0 for none."""
    return next((line_id for line_id, held in places if _shared(held, box) >= _THE_SAME), 0)


def _changed(session: Session, held: LineCorrection | None, line: SeenLine) -> InputError:
    by = _name(session, held.account_id) if held else ""
    return InputError("line.changed", by=by, text=held.text if held else line.text)


def _shared(first: Corners, second: Corners) -> float:
    """What the upright rectangles around two boxes share, of what they cover together: 0–1."""
    (left, right, top, bottom), (left2, right2, top2, bottom2) = _around(first), _around(second)
    width, height = min(right, right2) - max(left, left2), min(bottom, bottom2) - max(top, top2)
    if width <= 0 or height <= 0:
        return 0.0
    both = (right - left) * (bottom - top) + (right2 - left2) * (bottom2 - top2) - width * height
    return width * height / both


def _around(box: Corners) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in box], [y for _, y in box]
    return min(xs), max(xs), min(ys), max(ys)


def _newest(session: Session, line_id: int) -> LineCorrection | None:
    statement = select(LineCorrection).where(LineCorrection.line_id == line_id, LineCorrection.undone_at.is_(None))
    return session.scalar(statement.order_by(LineCorrection.id.desc()).limit(1))


def _name(session: Session, account_id: int) -> str:
    return session.get_one(Account, account_id).name


def _checked_text(word: Word) -> str:
    text = " ".join(word.text.split()) if word.kind != "noise" else ""
    if not text and word.kind != "noise":
        raise InputError("line.empty")
    if len(text) > LONGEST:
        raise InputError("line.too-long", limit=LONGEST)
    return text


def _checked_box(corners: Corners, version: PageVersion) -> list[list[float]]:
    """Four corners within the image, no thinner than a stroke: what is thinner could never be met again."""
    width, height = float(version.width or 0), float(version.height or 0)
    box = [[round(min(max(x, 0.0), width), 1), round(min(max(y, 0.0), height), 1)] for x, y in corners]
    if len(box) != 4:
        raise InputError("line.box")
    (ax, ay), (bx, by), _, (dx, dy) = box
    area = abs((bx - ax) * (dy - ay) - (by - ay) * (dx - ax))
    if area < _SMALLEST_PX**2:
        raise InputError("line.box")
    return box


def _follow(session: Session, page: Page, cause: str) -> None:
    """The page's text is another one now: the index, the material's PDF and what is judged from the text follow.

    Who corrects fifty lines makes one PDF, not fifty: work that still waits will find the newest text by itself.
    """
    batch_id = page.dossier.batch_id
    for version in page.versions:
        if version.state == "current":
            enqueue_fields(session, version.id, batch_id)
    if page.material_id is not None:
        material = session.get_one(Material, page.material_id)
        material.revision += 1
        session.flush()
        if not _waits(session, "bind", material.id):
            enqueue(session, "bind", material.id, batch_id=batch_id, revision=material.revision, priority=200)
    if not _waits(session, "judge_text", page.dossier_id):
        enqueue(session, "judge_text", page.dossier_id, batch_id=batch_id, revision=cause, priority=160)


def _waits(session: Session, kind: str, subject_id: int) -> bool:
    waiting = select(JobRow.id).where(JobRow.kind == kind, JobRow.subject_id == subject_id, JobRow.state == "waiting")
    return session.scalar(waiting.limit(1)) is not None
