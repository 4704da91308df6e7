"""How the index is, for a person: its engine's word, what waits, what it refused, what hinders it, whether it is being rebuilt."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from archive import index_life, outbox
from archive.office import Office
from archive.outbox import RejectedDocument
from archive.refused import Refused
from base.messages import LANGUAGES, Language, message
from ingest.indexer import rebuild_at_work
from search.index import IndexState, SearchIndex

_SHOWN = 100
# A document that waits longer than this is no longer on its way: somebody should look.
LATE_S = 300.0


@dataclass(frozen=True, slots=True)
class Backlog:
    """What the catalogue alone knows; `problem` (code, values) hinders the index since `since_s` seconds."""

    waiting: int
    oldest_s: float
    rejected: int
    problem: tuple[str, dict[str, Any]] | None
    since_s: float
    rebuild: dict[str, Any] | None

    @property
    def alarming(self) -> bool:
        return bool(self.rejected or self.problem or (self.oldest_s > LATE_S and not self.rebuilding))

    @property
    def rebuilding(self) -> bool:
        return self.rebuild is not None and self.rebuild["state"] in ("running", "swapping")

    def texts(self, language: Language, rejected: int | None = None) -> list[str]:
        """What is the matter, one sentence each; nothing where all is well. `rejected`: those in somebody's sight."""
        rejected = self.rejected if rejected is None else rejected
        told = []
        if self.rebuild is not None and self.rebuilding:
            told.append(
                message("index.now-rebuilding", language, done=self.rebuild["done"], total=self.rebuild["total"])
            )
        if self.problem is not None:
            reason = message(self.problem[0], language, **self.problem[1])
            told.append(message("index.hindered", language, waiting=self.waiting, reason=reason))
        elif self.oldest_s > LATE_S and not self.rebuilding:
            told.append(message("index.late", language, waiting=self.waiting, minutes=int(self.oldest_s // 60)))
        if rejected:
            told.append(message("index.rejected", language, count=rejected))
        return told


def backlog(office: Office) -> Backlog:
    with office.catalogue.read() as session:
        health = index_life.health(session)
        newest = index_life.newest_rebuild(session)
        lives = rebuild_at_work(office, session) is not None
        return Backlog(
            waiting=outbox.count_waiting(session),
            oldest_s=index_life.age_s(outbox.oldest_waiting(session)),
            rejected=outbox.count_rejected(session),
            problem=(health.code, {"path": "", **health.params}) if health else None,
            since_s=index_life.age_s(health.since) if health else 0.0,
            rebuild=None
            if newest is None
            else {
                "state": newest.state if lives or newest.finished_at else "stopped",
                "done": newest.done,
                "total": newest.total,
                "started": newest.started_at.isoformat(),
            },
        )


def rejected_documents(office: Office) -> list[RejectedDocument]:
    with office.catalogue.read() as session:
        return outbox.rejected(session, _SHOWN)


def reason_text(document: RejectedDocument | Refused, language: Language) -> str:
    kept = json.loads(document.reason)
    return message(kept["code"], language, **{"path": "", **kept["values"]})


def detail_text(state: IndexState, language: Language) -> str:
    """What the engine says beyond its state; empty where it is ready."""
    if not state.detail:
        return ""
    return message(state.detail, language, **{"path": "", **dict(state.values)})


def index_status(office: Office, index: SearchIndex) -> dict[str, Any]:
    """The answer of `juanzong index status`: reads the index once through, for the number of its documents."""
    state = index.state()
    now = backlog(office)
    searchable = state.state not in ("down", "rebuild", "wrong-version")
    return {
        "engine": office.settings.search,
        "state": state.state,
        **{_key("detail", each): detail_text(state, each) for each in LANGUAGES},
        "generation": index.generation() if searchable else None,
        "documents": sum(1 for _ in index.stamps()) if searchable else None,
        "waiting": now.waiting,
        "oldest_waiting_s": round(now.oldest_s, 1),
        "rejected": now.rejected,
        "rejected_documents": [
            {
                "id": each.id,
                **{_key("reason", language): reason_text(each, language) for language in LANGUAGES},
                "attempts": each.attempts,
            }
            for each in rejected_documents(office)
        ],
        "problem": {"code": now.problem[0], "since_s": round(now.since_s, 1)} if now.problem else None,
        "rebuild": now.rebuild,
    }


def _key(name: str, language: Language) -> str:
    return f"{name}_zh" if language == "zh_CN" else name
