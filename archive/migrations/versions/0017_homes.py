"""The folder that a file came in, where its path alone is that of other files too"""

import sqlalchemy as sa

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("received_file", sa.Column("home", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    # Paths keep the name before them: without it two files might be one.
    op.drop_column("received_file", "home")
