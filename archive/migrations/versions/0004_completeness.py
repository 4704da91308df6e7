"""Statements, confirmations and corrections of the catalogue"""

import sqlalchemy as sa

import archive.tables.base
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "missing_statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("paper", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("written_on", sa.Date(), nullable=False),
        sa.Column("document_no", sa.String(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("made_at", archive.tables.base.UtcTime(), nullable=False),
        sa.Column("withdrawn_at", archive.tables.base.UtcTime(), nullable=True),
        sa.Column("withdrawn_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_missing_statement_account_id_account")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_missing_statement_dossier_id_dossier")),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_missing_statement_page_id_page")),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["account.id"], name=op.f("fk_missing_statement_withdrawn_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_missing_statement")),
    )
    op.create_index(op.f("ix_missing_statement_dossier_id"), "missing_statement", ["dossier_id"])
    op.create_table(
        "correction_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("material_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("old", sa.String(), nullable=False),
        sa.Column("new", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("made_at", archive.tables.base.UtcTime(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", archive.tables.base.UtcTime(), nullable=True),
        sa.Column("correction_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_correction_proposal_account_id_account")),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["correction.id"], name=op.f("fk_correction_proposal_correction_id_correction")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_correction_proposal_decided_by_account")),
        sa.ForeignKeyConstraint(
            ["material_id"], ["material.id"], name=op.f("fk_correction_proposal_material_id_material")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_proposal")),
    )
    op.create_index(op.f("ix_correction_proposal_material_id"), "correction_proposal", ["material_id"])
    op.create_index(op.f("ix_correction_proposal_state"), "correction_proposal", ["state"])
    op.create_table(
        "blank_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("made_at", archive.tables.base.UtcTime(), nullable=False),
        sa.Column("undone_at", archive.tables.base.UtcTime(), nullable=True),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_blank_check_account_id_account")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_blank_check_dossier_id_dossier")),
        sa.ForeignKeyConstraint(["undone_by"], ["account.id"], name=op.f("fk_blank_check_undone_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blank_check")),
    )
    op.create_index(op.f("ix_blank_check_dossier_id"), "blank_check", ["dossier_id"])
    op.create_table(
        "blank_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("check_id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("blank", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["check_id"], ["blank_check.id"], name=op.f("fk_blank_answer_check_id_blank_check")),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_blank_answer_page_id_page")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["page_version.id"], name=op.f("fk_blank_answer_version_id_page_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blank_answer")),
    )
    op.create_index(op.f("ix_blank_answer_check_id"), "blank_answer", ["check_id"])
    op.create_index(op.f("ix_blank_answer_version_id"), "blank_answer", ["version_id"])


def downgrade() -> None:
    for table in ("blank_answer", "blank_check", "correction_proposal", "missing_statement"):
        op.drop_table(table)
