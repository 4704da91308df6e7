"""The line on the clerk's start page that says when searching lags behind, what cannot be found, and when files are damaged."""

from __future__ import annotations

from dataclasses import dataclass

from archive import refused
from archive.custody import numbers
from archive.refused import Refused
from base.messages import message
from ingest.index_status import backlog, reason_text
from web import frame

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class IndexAlarm:
    """Sentences, and the documents that were refused and are in the viewer's sight, each with why."""

    texts: list[str]
    refused: list[tuple[Refused, str]]
    serious: bool


def index_alarm() -> IndexAlarm | None:
    """None where all is well."""
    now = backlog(frame.office())
    mine: list[Refused] = []
    if now.rejected:
        with frame.office().catalogue.read() as session:
            mine = refused.in_sight(session, frame.viewer())
    texts = now.texts(frame.language(), len(mine))
    with frame.office().catalogue.read() as session:
        damaged, _ = numbers.alarms(session, limit=0)
    if damaged:
        texts.insert(0, message("custody.alarm", frame.language(), count=damaged))
    if not texts:
        return None
    shown = [(each, reason_text(each, frame.language())) for each in mine[:_SHOWN]]
    return IndexAlarm(texts, shown, serious=bool(mine or now.problem or damaged))
