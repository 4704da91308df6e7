"""Searches that an account keeps."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from archive.tables.base import Table


class SavedSearch(Table):
    """A query under a name, of one account and seen by no other.

    `query` is the line of the query language (personal data: it stands here and in no log), `kind` narrows it to one
    kind of hit ("": all), `sort` is the order of its hits. `removed_at` marks the one that may still be put back.
    """

    __tablename__ = "saved_search"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str]
    query: Mapped[str]
    kind: Mapped[str] = mapped_column(default="")
    sort: Mapped[str] = mapped_column(default="relevance")
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
