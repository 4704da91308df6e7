"""Work that a person pauses; claiming that costs the same whatever waits; who works where"""

import sqlalchemy as sa

import archive.tables.base
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _index(name: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, "job", columns, sqlite_where=where, postgresql_where=where)


def upgrade() -> None:
    op.add_column("batch", sa.Column("paused_at", archive.tables.base.UtcTime(), nullable=True))
    op.add_column("batch", sa.Column("paused_by", sa.String(), nullable=False, server_default=""))
    op.add_column("job", sa.Column("started_at", archive.tables.base.UtcTime(), nullable=True))
    op.drop_index("ix_job_claim", "job")
    _index("ix_job_runnable", ["priority", "id"], "state = 'waiting' AND waiting_for IS NULL")
    _index("ix_job_running", ["lease_until"], "state = 'running'")
    _index("ix_job_open", ["state", "batch_id", "kind", "waiting_for", "created_at"], "state <> 'done'")
    op.create_table(
        "crew",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("machine", sa.String(), nullable=False),
        sa.Column("carrier", sa.String(), nullable=False),
        sa.Column("workers", sa.Integer(), nullable=False),
        sa.Column("started_at", archive.tables.base.UtcTime(), nullable=False),
        sa.Column("beat_at", archive.tables.base.UtcTime(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("since", archive.tables.base.UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crew")),
        sa.UniqueConstraint("name", name=op.f("uq_crew_name")),
    )


def downgrade() -> None:
    op.drop_table("crew")
    op.drop_index("ix_job_open", "job")
    op.drop_index("ix_job_running", "job")
    op.drop_index("ix_job_runnable", "job")
    op.create_index("ix_job_claim", "job", ["state", "priority", "id"])
    op.drop_column("job", "started_at")
    op.drop_column("batch", "paused_by")
    op.drop_column("batch", "paused_at")
