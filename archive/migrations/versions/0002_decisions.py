"""Decisions on requests, counters of serial numbers, the asker's unit, sites that can come back"""

import sqlalchemy as sa

import archive.tables.base
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "counter",
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_counter")),
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("officer", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("made_at", archive.tables.base.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_decision_account_id_account")),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_decision_request_id_request")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_request_id"), "decision", ["request_id"])
    # Plain ADD COLUMN: a batch would drop and rebuild a table that others point at.
    op.add_column("request", sa.Column("asker_unit", sa.String(), nullable=False, server_default=""))
    op.add_column("site", sa.Column("removed_at", archive.tables.base.UtcTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("site", "removed_at")
    op.drop_column("request", "asker_unit")
    op.drop_table("decision")
    op.drop_table("counter")
