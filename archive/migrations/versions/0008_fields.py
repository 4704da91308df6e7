"""Fields with what people say of them, cards of pages, a unit's own words of classes, materials that we added"""

import sqlalchemy as sa

import archive.tables.base
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def _who(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def upgrade() -> None:
    op.add_column("material", sa.Column("origin", sa.String(), nullable=False, server_default="list"))
    op.create_table(
        "page_field",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("normal", sa.String(), nullable=False),
        sa.Column("box", sa.JSON(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("candidates", sa.JSON(), nullable=False),
        sa.Column("found", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("settled", sa.String(), nullable=True),
        sa.Column("settled_normal", sa.String(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", archive.tables.base.UtcTime(), nullable=True),
        sa.Column("made_at", archive.tables.base.UtcTime(), nullable=False),
        _who("page_field", "version_id", "page_version"),
        _who("page_field", "decided_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_field")),
    )
    op.create_index(op.f("ix_page_field_version_id"), "page_field", ["version_id"])
    op.create_table(
        "field_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("field_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("made_at", archive.tables.base.UtcTime(), nullable=False),
        sa.Column("undone_at", archive.tables.base.UtcTime(), nullable=True),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        _who("field_act", "field_id", "page_field"),
        _who("field_act", "account_id", "account"),
        _who("field_act", "undone_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_act")),
    )
    op.create_index(op.f("ix_field_act_field_id"), "field_act", ["field_id"])
    op.create_table(
        "page_card",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("extractor", sa.String(), nullable=False),
        sa.Column("text_digest", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("card", sa.JSON(), nullable=False),
        sa.Column("sheet", sa.JSON(), nullable=False),
        sa.Column("made_at", archive.tables.base.UtcTime(), nullable=False),
        _who("page_card", "version_id", "page_version"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_card")),
        sa.UniqueConstraint("version_id", name=op.f("uq_page_card_version_id")),
    )
    op.create_table(
        "class_word",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("class_code", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("made_at", archive.tables.base.UtcTime(), nullable=False),
        sa.Column("removed_at", archive.tables.base.UtcTime(), nullable=True),
        sa.Column("removed_by", sa.Integer(), nullable=True),
        _who("class_word", "organization_id", "organization"),
        _who("class_word", "account_id", "account"),
        _who("class_word", "removed_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_word")),
    )
    op.create_index(op.f("ix_class_word_organization_id"), "class_word", ["organization_id"])
    # Pages that were read before this version get their fields when the office next works.
    op.execute(
        "INSERT INTO job (kind, subject_id, unique_key, priority, state, attempt, error_params, argument, created_at) "
        "SELECT 'fields', id, 'fields:' || id || '/0008', 170, 'waiting', 0, '{}', '', CURRENT_TIMESTAMP "
        "FROM (SELECT DISTINCT version_id AS id FROM reading WHERE current) AS were_read"
    )


def downgrade() -> None:
    op.execute("DELETE FROM job WHERE kind = 'fields'")
    op.drop_table("class_word")
    op.drop_table("page_card")
    op.drop_table("field_act")
    op.drop_table("page_field")
    op.drop_column("material", "origin")
