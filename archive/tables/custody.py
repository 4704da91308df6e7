"""保管: what is on record of each object, who else holds a copy of it, what custody did, and what is held (保全、冻结)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from archive.tables.base import Table

# Keys are compared with the store's list, which is in the order of their bytes, whatever the database's language is.
KEY = String().with_variant(String(collation="C"), "postgresql")


class StoredObject(Table):
    """One object of the store and the digest its bytes must have. Rows are never deleted while anything names the object.

    `sha256` is empty and `size` None for an object that an earlier version made, until it was read for the first time.
    `sm3` is empty unless the settings ask for it (`keep_sm3`); where it is there, it is checked beside SHA-256.
    `state`: unknown (never read since), good, bad, could_not_check (`code` says why); as seen at `checked_at` by `how`:
    write (read back when it was written), sight (read for the first time, which is when its digest was taken), fsck,
    fixity, mend, restore. `second_at`: last proved good in the second store; `package_id`: the newest package on an
    off-line disk that holds these bytes.
    """

    __tablename__ = "stored_object"

    key: Mapped[str] = mapped_column(KEY, primary_key=True)
    sha256: Mapped[str] = mapped_column(default="")
    sm3: Mapped[str] = mapped_column(default="", server_default="")
    size: Mapped[int | None] = mapped_column(BigInteger)
    recorded_at: Mapped[datetime]
    checked_at: Mapped[datetime | None] = mapped_column(index=True)
    how: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="unknown")
    code: Mapped[str] = mapped_column(default="")
    second_at: Mapped[datetime | None] = mapped_column(index=True)
    package_id: Mapped[int | None] = mapped_column(ForeignKey("copy_package.id"), index=True)


Index("ix_stored_object_state", StoredObject.state, StoredObject.key)


class CopyPackage(Table):
    """离线包: one verifiable package on an off-line disk. `state`: writing, whole, damaged; as `verified_at` found it."""

    __tablename__ = "copy_package"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="writing")
    objects: Mapped[int] = mapped_column(default=0)
    size: Mapped[int] = mapped_column(BigInteger, default=0)  # bytes of all objects
    manifest_sha256: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]


class CustodyRun(Table):
    """One walk of custody over all objects: fsck (`mode` full or quick), second, backup.

    `state`: running, done, stopped (the next one may go on behind `position`), failed (`error_code`).
    """

    __tablename__ = "custody_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(index=True)
    mode: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="running")
    position: Mapped[str] = mapped_column(default="")
    checked: Mapped[int] = mapped_column(default=0)
    bad: Mapped[int] = mapped_column(default=0)
    could_not_check: Mapped[int] = mapped_column(default=0)
    error_code: Mapped[str] = mapped_column(default="")
    began_at: Mapped[datetime]
    beat_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class Hold(Table):
    """保全 or 冻结 of a dossier or of one object: who ordered it, why, until when. Rows are only added and lifted.

    `kind`: keep (nothing of it is deleted, moved or handed over), freeze (and no copy leaves the desk either).
    It holds until it is lifted, or, where `until` is given, up to that moment.
    """

    __tablename__ = "hold"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(default="keep")
    dossier_id: Mapped[int | None] = mapped_column(ForeignKey("dossier.id"), index=True)
    object_key: Mapped[str | None] = mapped_column(index=True)
    reason: Mapped[str]
    basis: Mapped[str] = mapped_column(default="")  # the paper that orders it: 文号
    until: Mapped[datetime | None]
    actor: Mapped[str]
    made_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str] = mapped_column(default="")
    lift_reason: Mapped[str] = mapped_column(default="")
