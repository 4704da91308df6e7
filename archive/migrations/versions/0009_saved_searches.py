"""Searches that an account keeps under a name"""

import sqlalchemy as sa

import archive.tables.base
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sort", sa.String(), nullable=False),
        sa.Column("made_at", archive.tables.base.UtcTime(), nullable=False),
        sa.Column("used_at", archive.tables.base.UtcTime(), nullable=True),
        sa.Column("removed_at", archive.tables.base.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_saved_search_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
    )
    op.create_index(op.f("ix_saved_search_account_id"), "saved_search", ["account_id"])


def downgrade() -> None:
    op.drop_table("saved_search")
