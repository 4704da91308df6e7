"""校对: corrected lines with who and when, and the queue of pages by need"""

import sqlalchemy as sa

import archive.tables.base
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "line_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("box", sa.JSON(), nullable=False),
        sa.Column("spans", sa.JSON(), nullable=False),
        sa.Column("vertical", sa.Boolean(), nullable=False),
        sa.Column("read_text", sa.String(), nullable=False),
        sa.Column("read_confidence", sa.Float(), nullable=True),
        sa.Column("engine", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("made_at", archive.tables.base.UtcTime(), nullable=False),
        sa.Column("undone_at", archive.tables.base.UtcTime(), nullable=True),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_line_correction_account_id_account")),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_line_correction_page_id_page")),
        sa.ForeignKeyConstraint(["undone_by"], ["account.id"], name=op.f("fk_line_correction_undone_by_account")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["page_version.id"], name=op.f("fk_line_correction_version_id_page_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_correction")),
    )
    for column in ("line_id", "page_id", "version_id"):
        op.create_index(op.f(f"ix_line_correction_{column}"), "line_correction", [column])
    op.create_table(
        "page_need",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("need", sa.Float(), nullable=False),
        sa.Column("doubtful", sa.Integer(), nullable=False),
        sa.Column("looked", sa.Integer(), nullable=False),
        sa.Column("made_at", archive.tables.base.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_page_need_page_id_page")),
        sa.ForeignKeyConstraint(["version_id"], ["page_version.id"], name=op.f("fk_page_need_version_id_page_version")),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_page_need")),
    )
    op.create_index(op.f("ix_page_need_page_id"), "page_need", ["page_id"])
    op.create_index("ix_page_need_order", "page_need", ["need", "version_id"])
    # Pages that were read before this version take their place in the queue when the office next works.
    op.execute(
        "INSERT INTO job (kind, subject_id, unique_key, priority, state, attempt, error_params, argument, created_at) "
        "SELECT 'judge_text', id, 'judge_text:' || id || '/0007', 160, 'waiting', 0, '{}', '', CURRENT_TIMESTAMP "
        "FROM (SELECT DISTINCT page.dossier_id AS id FROM reading JOIN page_version ON page_version.id = reading.version_id "
        "JOIN page ON page.id = page_version.page_id WHERE reading.current) AS were_read"
    )


def downgrade() -> None:
    op.drop_table("page_need")
    op.drop_table("line_correction")
