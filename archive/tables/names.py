"""姓名图: a name that cannot be typed, kept as the place on paper where it stands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.tables.base import Table
from archive.tables.pages import PageVersion


class NameImage(Table):
    """Where on one image of a page a person's name stands, and its nearest reading (□ for what cannot be typed).

    `box` is [left, top, right, bottom] in pixels of the stored image: the picture is cut when it is shown and kept nowhere.
    Rows are only added; `withdrawn_at` takes one back.
    """

    __tablename__ = "name_image"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("page_version.id"), index=True)
    box: Mapped[list[Any]]
    reading: Mapped[str]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    version: Mapped[PageVersion] = relationship()
