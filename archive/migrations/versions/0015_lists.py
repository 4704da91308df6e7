"""Lists go by key through indexes of their own order; counts of batches are kept; numbers that outgrow four bytes"""

import sqlalchemy as sa

import archive.tables.base
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# Each is the beginning of a longer one, or reaches rows that the longer one reaches.
_SUPERSEDED = (
    ("ix_dossier_archive_no", "dossier", ["archive_no"]),
    ("ix_dossier_batch_id", "dossier", ["batch_id"]),
    ("ix_dossier_organization_id", "dossier", ["organization_id"]),
    ("ix_dossier_state", "dossier", ["state"]),
    ("ix_received_file_batch_id", "received_file", ["batch_id"]),
)
_NEW = (
    ("ix_dossier_order", "dossier", ["archive_no", "id"]),
    ("ix_dossier_batch_order", "dossier", ["batch_id", "archive_no", "id"]),
    ("ix_dossier_unit_order", "dossier", ["organization_id", "archive_no", "id"]),
    ("ix_dossier_state_order", "dossier", ["state", "archive_no", "id"]),
    ("ix_received_file_batch_state", "received_file", ["batch_id", "state", "path", "id"]),
    ("ix_person_former_name", "person", ["former_name"]),
    ("ix_person_id_raw", "person", ["id_raw"]),
    ("ix_request_created_at", "request", ["created_at"]),
)


def upgrade() -> None:
    op.create_table(
        "batch_tally",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("asks", sa.Boolean(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("counted_at", archive.tables.base.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_batch_tally_batch_id_batch")),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_batch_tally")),
    )
    for name, table, columns in _NEW:
        op.create_index(name, table, columns)
    for name, table, _ in _SUPERSEDED:
        op.drop_index(name, table_name=table)
    if op.get_bind().dialect.name == "postgresql":
        # SQLite's integers have eight bytes anyway.
        op.alter_column("received_file", "size", type_=sa.BigInteger())
        op.alter_column("audit_entry", "id", type_=sa.BigInteger())
        op.execute("ALTER SEQUENCE audit_entry_id_seq AS BIGINT")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER SEQUENCE audit_entry_id_seq AS INTEGER")
        op.alter_column("audit_entry", "id", type_=sa.Integer())
        op.alter_column("received_file", "size", type_=sa.Integer())
    for name, table, columns in _SUPERSEDED:
        op.create_index(name, table, columns)
    for name, table, _ in _NEW:
        op.drop_index(name, table_name=table)
    op.drop_table("batch_tally")
