"""Repaired images: whose image it is, what was asked for, and the proof that the original stayed"""

import sqlalchemy as sa

import archive.tables.base
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Plain ADD COLUMN: a batch would drop and rebuild a table that others point at.
    op.add_column("page_version", sa.Column("origin", sa.String(), nullable=False, server_default="delivered"))
    op.add_column("page_version", sa.Column("source_id", sa.Integer(), nullable=True))
    op.create_table(
        "page_repair",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("done", sa.JSON(), nullable=False),
        sa.Column("left", sa.JSON(), nullable=False),
        sa.Column("recipe", sa.JSON(), nullable=False),
        sa.Column("original_sha256", sa.String(), nullable=False),
        sa.Column("read_before", sa.String(), nullable=False),
        sa.Column("read_after", sa.String(), nullable=False),
        sa.Column("made_sha256", sa.String(), nullable=False),
        sa.Column("error_code", sa.String(), nullable=True),
        sa.Column("asked_at", archive.tables.base.UtcTime(), nullable=False),
        sa.Column("done_at", archive.tables.base.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_page_repair_account_id_account")),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_page_repair_page_id_page")),
        sa.ForeignKeyConstraint(["source_id"], ["page_version.id"], name=op.f("fk_page_repair_source_id_page_version")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["page_version.id"], name=op.f("fk_page_repair_version_id_page_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_repair")),
    )
    op.create_index(op.f("ix_page_repair_page_id"), "page_repair", ["page_id"])
    op.create_index(op.f("ix_page_repair_state"), "page_repair", ["state"])


def downgrade() -> None:
    op.drop_table("page_repair")
    op.drop_column("page_version", "source_id")
    op.drop_column("page_version", "origin")
