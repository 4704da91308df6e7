"""Documents that the index refused, rebuilds of the index, and what keeps it from being written now"""

import sqlalchemy as sa

import archive.tables.base
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("outbox", sa.Column("rejected_at", archive.tables.base.UtcTime(), nullable=True))
    op.add_column("outbox", sa.Column("reason", sa.String(), nullable=False, server_default=""))
    op.add_column("outbox", sa.Column("rebuild_id", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_outbox_rejected_at"), "outbox", ["rejected_at"])
    op.create_table(
        "index_rebuild",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("error_code", sa.String(), nullable=False),
        sa.Column("error_params", sa.JSON(), nullable=False),
        sa.Column("started_at", archive.tables.base.UtcTime(), nullable=False),
        sa.Column("beat_at", archive.tables.base.UtcTime(), nullable=False),
        sa.Column("finished_at", archive.tables.base.UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_index_rebuild")),
    )
    op.create_table(
        "index_health",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("since", archive.tables.base.UtcTime(), nullable=True),
        sa.Column("writer", sa.String(), nullable=False),
        sa.Column("writer_until", archive.tables.base.UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_index_health")),
    )


def downgrade() -> None:
    op.drop_table("index_health")
    op.drop_table("index_rebuild")
    op.drop_index(op.f("ix_outbox_rejected_at"), table_name="outbox")
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.drop_column("rebuild_id")
        batch_op.drop_column("reason")
        batch_op.drop_column("rejected_at")
        batch_op.drop_column("attempts")
