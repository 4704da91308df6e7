"""Names that cannot be typed, as places on paper"""

import sqlalchemy as sa

import archive.tables.base
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def _who(column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_name_image_{column}_{target}"))


def upgrade() -> None:
    op.create_table(
        "name_image",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("box", sa.JSON(), nullable=False),
        sa.Column("reading", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("made_at", archive.tables.base.UtcTime(), nullable=False),
        sa.Column("withdrawn_at", archive.tables.base.UtcTime(), nullable=True),
        sa.Column("withdrawn_by", sa.Integer(), nullable=True),
        _who("person_id", "person"),
        _who("version_id", "page_version"),
        _who("account_id", "account"),
        _who("withdrawn_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_image")),
    )
    op.create_index(op.f("ix_name_image_person_id"), "name_image", ["person_id"])
    op.create_index(op.f("ix_name_image_version_id"), "name_image", ["version_id"])


def downgrade() -> None:
    op.drop_table("name_image")
