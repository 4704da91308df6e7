"""Units, accounts and the people whose dossiers are kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.tables.base import Table


class Organization(Table):
    """单位: an enterprise, or city / district / street / community, in a tree.

    `path` is the chain of ids from the root, `/1/4/9/`: one prefix finds a unit and all below it.
    """

    __tablename__ = "organization"

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    kind: Mapped[str]  # enterprise | city | district | street | community
    name: Mapped[str] = mapped_column(index=True)
    path: Mapped[str] = mapped_column(index=True, default="")


class Account(Table):
    """Who may sign in. `desks` are those of clerk, planner, frontdesk, admin that the account works at."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    desks: Mapped[list[Any]]
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    preferences: Mapped[dict[str, Any]] = mapped_column(default=dict)  # language, theme, large_type
    active: Mapped[bool] = mapped_column(default=True)
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime]

    organization: Mapped[Organization] = relationship()


class Person(Table):
    """人员: the retiree. `id_number` is normal form (18 characters) or None; `id_state` says what is wrong with it.

    No two rows are ever joined by name. The same ID number on two people is allowed and listed, never refused.
    """

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    name: Mapped[str] = mapped_column(index=True)
    former_name: Mapped[str] = mapped_column(default="", index=True)
    id_number: Mapped[str | None] = mapped_column(index=True)
    id_raw: Mapped[str] = mapped_column(default="", index=True)
    id_state: Mapped[str] = mapped_column(default="missing")
    sex: Mapped[str] = mapped_column(default="")
    birth: Mapped[str] = mapped_column(default="")
    retired: Mapped[str] = mapped_column(default="")
    living: Mapped[str] = mapped_column(default="")
    died: Mapped[str] = mapped_column(default="")
    household: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]

    organization: Mapped[Organization] = relationship()


Index("ix_person_unit_name", Person.organization_id, Person.name, Person.id)
