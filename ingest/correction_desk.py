"""校对: the page as the desk shows it, and a person's word about a line of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import line_corrections
from archive.access import Viewer
from archive.line_corrections import Corners, Kind, SeenLine, Word
from archive.office import Office
from archive.page_acts import find_page
from archive.page_needs import Need, keep_need
from archive.tables import Account, LineCorrection, PageVersion
from base.errors import AccessError, InputError
from base.text.unreadable import UNREADABLE
from ingest.corrected import box_of, corrections_of, machine_reading
from ocr.aligned import aligned_spans
from ocr.corrections import Merged, merge
from ocr.lines import Box, Line, PageReading
from ocr.need import character_risks, line_need

# Boxes are shown to a tenth of a pixel.
_NEAR_PX = 0.11
_FARTHEST = 1e6


@dataclass(frozen=True, slots=True)
class DeskLine:
    """A line as it reads now. `line_id` and `seen` name the word that holds (0: as the machine read it).

    `worth` is the errors that a minute spent here finds, 0 once settled; `risks` are per character, 0–1. `chain` is the
    line whose history tells of it, 0 for none.
    """

    line: Line
    line_id: int = 0
    seen: int = 0
    kind: str = ""
    read_text: str = ""
    by: str = ""
    at: datetime | None = None
    worth: float = 0.0
    risks: tuple[float, ...] = ()
    chain: int = 0


@dataclass(frozen=True, slots=True)
class DeskPage:
    """An image with its lines in reading order; `hidden` are the places that somebody said hold no text."""

    page_id: int
    version_id: int
    width: int
    height: int
    rotation: int
    engine: str
    lines: tuple[DeskLine, ...]
    hidden: tuple[DeskLine, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """What a person says: of the line `line_id` whose row `seen` they saw, or of a line as read (`box`, `read`).

    An added line has a box of its own and nothing read.
    """

    kind: Kind
    text: str
    box: Sequence[Sequence[float]]
    read: str = ""
    line_id: int = 0
    seen: int = 0


def desk_page(office: Office, session: Session, viewer: Viewer, page_id: int) -> DeskPage:
    """The current image of a page with its text; AccessError `not-found` out of sight or where it has no image."""
    viewer.must_work_at("clerk")
    find_page(session, viewer, page_id)
    version = session.scalar(
        select(PageVersion).where(PageVersion.page_id == page_id, PageVersion.state == "current").limit(1)
    )
    if version is None:
        raise AccessError("not-found")
    now = _now(office, session, version)
    known = {row.line_id: row for row in now.rows}
    names = _names(session, now.rows)
    past = line_corrections.past_places(session, version.id)
    lines = tuple(
        _told(known[line_id], line, names) if line_id else _read(past, line)
        for line, line_id in zip(now.merged.reading.lines, now.merged.line_ids, strict=True)
    )
    hidden = tuple(_told(row, _held_line(row), names) for row in now.rows if not row.text)
    read = now.merged.reading
    return DeskPage(page_id, version.id, read.width, read.height, read.rotation, now.engine, lines, hidden)


@dataclass(frozen=True, slots=True)
class PageText:
    """The lines of an image as they read now; `settled` are those that a person settled, by their place in the reading."""

    reading: PageReading
    settled: dict[int, DeskLine]


def page_text(office: Office, session: Session, version_id: int) -> PageText | None:
    """For showing; the caller has made sure that the page may be seen. None while the image is not read."""
    version = session.get_one(PageVersion, version_id)
    now = _now(office, session, version)
    if not now.engine and not now.rows:
        return None
    known = {row.line_id: row for row in now.rows}
    names = _names(session, now.rows)
    lines = zip(now.merged.reading.lines, now.merged.line_ids, strict=True)
    return PageText(
        now.merged.reading,
        {at: _told(known[line_id], line, names) for at, (line, line_id) in enumerate(lines) if line_id},
    )


def say(office: Office, viewer: Viewer, version_id: int, ask: Ask) -> int:
    """Keeps a person's word about a line and returns its row's id; the index and all else follow from committed rows.

    InputError as `line_corrections.say`, and `line.gone` where the image was read again meanwhile.
    """
    with office.catalogue.write() as session:
        version = session.get(PageVersion, version_id)
        if version is None:
            raise AccessError("not-found")
        find_page(session, viewer, version.page_id)
        seen, line = _seen(office, session, version, ask)
        text = _text(ask, line)
        spans = aligned_spans(line, " ".join(text.split())) if ask.kind != "noise" else ()
        row = line_corrections.say(session, viewer, version_id, seen, Word(ask.kind, text, spans))
        _weigh_again(office, session, version)
        return row.id


def take_back(office: Office, viewer: Viewer, row_id: int) -> None:
    """Undoes a word; InputError `line.later-first`."""
    with office.catalogue.write() as session:
        row = line_corrections.undo(session, viewer, row_id)
        _weigh_again(office, session, session.get_one(PageVersion, row.version_id))


def page_need(merged: Merged, least_worth: float) -> Need:
    """How much a page needs a person: only lines count that are worth a look."""
    needs = [
        line_need(line) for line, line_id in zip(merged.reading.lines, merged.line_ids, strict=True) if not line_id
    ]
    doubtful = [each for each in needs if each.worth >= least_worth]
    settled = sum(1 for line_id in merged.line_ids if line_id)
    return Need(sum(each.wrong * each.weight for each in doubtful), len(doubtful), settled)


@dataclass(frozen=True, slots=True)
class _Now:
    """All that holds of an image at this moment."""

    rows: list[LineCorrection]
    engine: str
    merged: Merged


def _now(office: Office, session: Session, version: PageVersion) -> _Now:
    rows = line_corrections.in_force(session, version.id)
    machine = machine_reading(session, office.store, version)
    return _Now(rows, machine.engine, merge(machine, corrections_of(rows)))


def _weigh_again(office: Office, session: Session, version: PageVersion) -> None:
    merged = _now(office, session, version).merged
    keep_need(session, version.id, version.page_id, page_need(merged, office.settings.correction_worth))


def _seen(office: Office, session: Session, version: PageVersion, ask: Ask) -> tuple[SeenLine, Line]:
    """The line as the server knows it: what the machine read is not taken from the browser."""
    box = _box(ask.box)
    if ask.kind == "add":
        return SeenLine(box), Line("", box, 1.0)
    now = _now(office, session, version)
    if ask.line_id:
        held = next((row for row in now.rows if row.line_id == ask.line_id), None)
        if held is None:  # taken back meanwhile, or never there: the rule on what was seen tells it
            return SeenLine(box, ask.read, line_id=ask.line_id, seen=ask.seen), Line(ask.read, box, 1.0)
        line = _held_line(held)
        seen = SeenLine(
            line.box, held.read_text, held.read_confidence, held.engine, held.vertical, ask.line_id, ask.seen
        )
        return seen, line
    for line, line_id in zip(now.merged.reading.lines, now.merged.line_ids, strict=True):
        if not line_id and line.text == ask.read and _is_near(line.box, box):
            return SeenLine(line.box, line.text, line.confidence, now.engine, line.vertical), line
    if any(_is_near(box_of(row.box), box) for row in now.rows):  # somebody was there first: the same rule tells who
        return SeenLine(box, ask.read), Line(ask.read, box, 1.0)
    raise InputError("line.gone")


def _text(ask: Ask, line: Line) -> str:
    if ask.kind == "unreadable":
        return UNREADABLE * max(1, sum(not sign.isspace() for sign in line.text))
    return ask.text


def _held_line(row: LineCorrection) -> Line:
    spans = tuple((float(start), float(end)) for start, end in row.spans)
    return Line(row.text, box_of(row.box), 1.0, spans, vertical=row.vertical)


def _told(row: LineCorrection, line: Line, names: dict[int, str]) -> DeskLine:
    return DeskLine(
        line, row.line_id, row.id, row.kind, row.read_text, names[row.account_id], row.made_at, chain=row.line_id
    )


def _read(past: Sequence[tuple[int, Corners]], line: Line) -> DeskLine:
    chain = line_corrections.chain_of(past, line.box)
    risks = tuple(round(risk, 3) for risk in character_risks(line))
    return DeskLine(line, read_text=line.text, worth=line_need(line).worth, risks=risks, chain=chain)


def _names(session: Session, rows: Sequence[LineCorrection]) -> dict[int, str]:
    wanted = {row.account_id for row in rows}
    return dict(session.execute(select(Account.id, Account.name).where(Account.id.in_(wanted))).tuples().all())


def _box(corners: Sequence[Sequence[float]]) -> Box:
    """InputError `line.box` for anything but four pairs of finite numbers."""
    try:
        box = box_of(corners)
    except (TypeError, ValueError) as error:
        raise InputError("line.box") from error
    if not all(abs(value) < _FARTHEST for corner in box for value in corner):
        raise InputError("line.box")
    return box


def _is_near(first: Box, second: Box) -> bool:
    return all(
        abs(x - x2) <= _NEAR_PX and abs(y - y2) <= _NEAR_PX for (x, y), (x2, y2) in zip(first, second, strict=True)
    )
