"""What is on record of each object, packages on off-line disks, the walks of custody, and holds"""

import sqlalchemy as sa

import archive.tables.base
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# In the order of their bytes, whatever the database's language is.
_KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "copy_package",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("objects", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("manifest_sha256", sa.String(), nullable=False),
        sa.Column("made_at", archive.tables.base.UtcTime(), nullable=False),
        sa.Column("verified_at", archive.tables.base.UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_copy_package")),
        sa.UniqueConstraint("name", name=op.f("uq_copy_package_name")),
    )
    op.create_table(
        "stored_object",
        sa.Column("key", _KEY, nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", archive.tables.base.UtcTime(), nullable=False),
        sa.Column("checked_at", archive.tables.base.UtcTime(), nullable=True),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("second_at", archive.tables.base.UtcTime(), nullable=True),
        sa.Column("package_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["package_id"], ["copy_package.id"], name=op.f("fk_stored_object_package_id_copy_package")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_stored_object")),
    )
    op.create_index(op.f("ix_stored_object_checked_at"), "stored_object", ["checked_at"])
    op.create_index(op.f("ix_stored_object_second_at"), "stored_object", ["second_at"])
    op.create_index(op.f("ix_stored_object_package_id"), "stored_object", ["package_id"])
    op.create_index("ix_stored_object_state", "stored_object", ["state", "key"])
    op.create_table(
        "custody_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("checked", sa.Integer(), nullable=False),
        sa.Column("bad", sa.Integer(), nullable=False),
        sa.Column("could_not_check", sa.Integer(), nullable=False),
        sa.Column("error_code", sa.String(), nullable=False),
        sa.Column("began_at", archive.tables.base.UtcTime(), nullable=False),
        sa.Column("beat_at", archive.tables.base.UtcTime(), nullable=False),
        sa.Column("finished_at", archive.tables.base.UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custody_run")),
    )
    op.create_index(op.f("ix_custody_run_kind"), "custody_run", ["kind"])
    op.create_table(
        "hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=True),
        sa.Column("object_key", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("until", archive.tables.base.UtcTime(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("made_at", archive.tables.base.UtcTime(), nullable=False),
        sa.Column("lifted_at", archive.tables.base.UtcTime(), nullable=True),
        sa.Column("lifted_by", sa.String(), nullable=False),
        sa.Column("lift_reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_hold_dossier_id_dossier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
    )
    op.create_index(op.f("ix_hold_dossier_id"), "hold", ["dossier_id"])
    op.create_index(op.f("ix_hold_object_key"), "hold", ["object_key"])


def downgrade() -> None:
    for name in ("hold", "custody_run", "stored_object", "copy_package"):
        op.drop_table(name)
