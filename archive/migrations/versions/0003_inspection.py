"""Lots of inspection, what is drawn of them and found on it, what goes back, who signs"""

import sqlalchemy as sa

import archive.tables.base
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inspection_lot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("serial", sa.String(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("profile", sa.String(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("created_at", archive.tables.base.UtcTime(), nullable=False),
        sa.Column("closed_at", archive.tables.base.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_inspection_lot_batch_id_batch")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_inspection_lot_organization_id_organization")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_inspection_lot_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_lot")),
        sa.UniqueConstraint("serial", name=op.f("uq_inspection_lot_serial")),
    )
    op.create_index(op.f("ix_inspection_lot_batch_id"), "inspection_lot", ["batch_id"])
    op.create_index(op.f("ix_inspection_lot_organization_id"), "inspection_lot", ["organization_id"])
    op.create_index(op.f("ix_inspection_lot_state"), "inspection_lot", ["state"])
    op.create_table(
        "inspection_dossier",
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["inspection_lot.id"], name=op.f("fk_inspection_dossier_lot_id_inspection_lot")
        ),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_inspection_dossier_dossier_id_dossier")),
        sa.PrimaryKeyConstraint("lot_id", "dossier_id", name=op.f("pk_inspection_dossier")),
    )
    op.create_index(op.f("ix_inspection_dossier_dossier_id"), "inspection_dossier", ["dossier_id"])
    op.create_table(
        "inspection_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("opened_at", archive.tables.base.UtcTime(), nullable=False),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("closed_at", archive.tables.base.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["inspection_lot.id"], name=op.f("fk_inspection_round_lot_id_inspection_lot")
        ),
        sa.ForeignKeyConstraint(["opened_by"], ["account.id"], name=op.f("fk_inspection_round_opened_by_account")),
        sa.ForeignKeyConstraint(["closed_by"], ["account.id"], name=op.f("fk_inspection_round_closed_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_round")),
        sa.UniqueConstraint("lot_id", "number", name=op.f("uq_inspection_round_lot_id_number")),
    )
    op.create_index(op.f("ix_inspection_round_lot_id"), "inspection_round", ["lot_id"])
    op.create_table(
        "inspection_unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("stratum", sa.JSON(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("material_id", sa.Integer(), nullable=True),
        sa.Column("page_id", sa.Integer(), nullable=True),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("seen", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("inspected_at", archive.tables.base.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"], ["inspection_round.id"], name=op.f("fk_inspection_unit_round_id_inspection_round")
        ),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_inspection_unit_dossier_id_dossier")),
        sa.ForeignKeyConstraint(["material_id"], ["material.id"], name=op.f("fk_inspection_unit_material_id_material")),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_inspection_unit_page_id_page")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_inspection_unit_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_unit")),
    )
    op.create_index(op.f("ix_inspection_unit_round_id"), "inspection_unit", ["round_id"])
    op.create_table(
        "inspection_defect",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("link", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("made_at", archive.tables.base.UtcTime(), nullable=False),
        sa.Column("removed_at", archive.tables.base.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["inspection_unit.id"], name=op.f("fk_inspection_defect_unit_id_inspection_unit")
        ),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_inspection_defect_page_id_page")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_inspection_defect_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_defect")),
    )
    op.create_index(op.f("ix_inspection_defect_unit_id"), "inspection_defect", ["unit_id"])
    op.create_table(
        "rework_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("new_version_id", sa.Integer(), nullable=True),
        sa.Column("came_at", archive.tables.base.UtcTime(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("closed_at", archive.tables.base.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["lot_id"], ["inspection_lot.id"], name=op.f("fk_rework_item_lot_id_inspection_lot")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["inspection_round.id"], name=op.f("fk_rework_item_round_id_inspection_round")
        ),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_rework_item_dossier_id_dossier")),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_rework_item_page_id_page")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["page_version.id"], name=op.f("fk_rework_item_version_id_page_version")
        ),
        sa.ForeignKeyConstraint(
            ["new_version_id"], ["page_version.id"], name=op.f("fk_rework_item_new_version_id_page_version")
        ),
        sa.ForeignKeyConstraint(["closed_by"], ["account.id"], name=op.f("fk_rework_item_closed_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rework_item")),
    )
    op.create_index(op.f("ix_rework_item_lot_id"), "rework_item", ["lot_id"])
    op.create_index(op.f("ix_rework_item_page_id"), "rework_item", ["page_id"])
    op.create_index(op.f("ix_rework_item_round_id"), "rework_item", ["round_id"])
    op.create_table(
        "inspection_signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("signed_at", archive.tables.base.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["inspection_round.id"], name=op.f("fk_inspection_signature_round_id_inspection_round")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_inspection_signature_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_signature")),
        sa.UniqueConstraint("round_id", "side", name=op.f("uq_inspection_signature_round_id_side")),
    )
    op.create_index(op.f("ix_inspection_signature_round_id"), "inspection_signature", ["round_id"])


def downgrade() -> None:
    for name in (
        "inspection_signature",
        "rework_item",
        "inspection_defect",
        "inspection_unit",
        "inspection_round",
        "inspection_dossier",
        "inspection_lot",
    ):
        op.drop_table(name)
