"""Readings beside each other: by engine, version and parameters; one is chosen; a job may be told more than its subject"""

import sqlalchemy as sa

import archive.tables.base
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Nothing points at a reading yet, so its table may be rebuilt; what was read before keeps an empty digest.
    with op.batch_alter_table("reading") as batch:
        batch.add_column(sa.Column("parameters", sa.String(), nullable=False, server_default=""))
        batch.add_column(sa.Column("chosen_at", archive.tables.base.UtcTime(), nullable=True))
        batch.drop_constraint("uq_reading_version_id_engine_engine_version", type_="unique")
        batch.create_unique_constraint(
            op.f("uq_reading_version_id_engine_engine_version_parameters"),
            ["version_id", "engine", "engine_version", "parameters"],
        )
    op.add_column("job", sa.Column("argument", sa.String(), nullable=False, server_default=""))
    op.create_index("ix_job_subject", "job", ["subject_id", "kind"])


def downgrade() -> None:
    op.drop_index("ix_job_subject", "job")
    op.drop_column("job", "argument")
    with op.batch_alter_table("reading") as batch:
        batch.drop_constraint("uq_reading_version_id_engine_engine_version_parameters", type_="unique")
        batch.create_unique_constraint(
            op.f("uq_reading_version_id_engine_engine_version"), ["version_id", "engine", "engine_version"]
        )
        batch.drop_column("chosen_at")
        batch.drop_column("parameters")
