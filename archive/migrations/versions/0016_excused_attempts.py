"""Attempts that lost their lease though their worker lived are not held against the job"""

import sqlalchemy as sa

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("job", sa.Column("excused", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("job", "excused")
