"""The history of a dossier tells of pages that came from another one; SM3 of objects beside SHA-256"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_AT_ONCE = 500


def upgrade() -> None:
    op.add_column("stored_object", sa.Column("sm3", sa.String(), nullable=False, server_default=""))
    made = op.create_table(
        "page_act_dossier",
        sa.Column("act_id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["act_id"], ["page_act.id"], name=op.f("fk_page_act_dossier_act_id_page_act")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_page_act_dossier_dossier_id_dossier")),
        sa.PrimaryKeyConstraint("act_id", "dossier_id", name=op.f("pk_page_act_dossier")),
    )
    op.create_index(op.f("ix_page_act_dossier_dossier_id"), "page_act_dossier", ["dossier_id"])
    for rows in _linked():
        op.bulk_insert(made, rows)


def _linked() -> Iterator[list[dict[str, int]]]:
    """The acts that moved pages between dossiers, some at a time."""
    act = sa.table(
        "page_act", sa.column("id", sa.Integer), sa.column("kind", sa.String), sa.column("dossier_id", sa.Integer),
        sa.column("before", sa.JSON), sa.column("after", sa.JSON),
    )  # fmt: skip
    moving = sa.select(act.c.id, act.c.dossier_id, act.c.before, act.c.after).where(
        act.c.kind.in_(["transfer", "move-off", "relocate", "match"])
    )
    bind, last = op.get_bind(), 0
    while found := bind.execute(moving.where(act.c.id > last).order_by(act.c.id).limit(_AT_ONCE)).all():
        last = found[-1].id
        rows = [
            {"act_id": row.id, "dossier_id": other}
            for row in found
            for other in sorted((_dossiers_in(row.before) | _dossiers_in(row.after)) - {row.dossier_id})
        ]
        if rows:
            yield rows


def _dossiers_in(side: dict[str, Any]) -> set[int]:
    return {int(values["dossier_id"]) for values in side.get("pages", {}).values() if "dossier_id" in values}


def downgrade() -> None:
    op.drop_table("page_act_dossier")
    op.drop_column("stored_object", "sm3")
