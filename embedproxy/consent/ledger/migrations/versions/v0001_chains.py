"""Chains of records, their heads and bases, and the notices' texts.

There is no way back: it would drop the proof.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "ledger_chains",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("id", sa.String(32), nullable=False, unique=True),
        sa.Column("key", sa.String(16), nullable=False),
        sa.Column("software", sa.String(64), nullable=False),
        sa.Column("prev", sa.String(64), nullable=False),
        sa.Column("mac", sa.String(64), nullable=False),
    )
    for name in ("ledger_heads", "ledger_bases"):
        op.create_table(
            name,
            sa.Column("chain", sa.String(32), primary_key=True),
            sa.Column("seq", sa.BigInteger, nullable=False),
            sa.Column("mac", sa.String(64), nullable=False),
            sa.Column("seal", sa.String(64), nullable=False),
        )
    op.create_table(
        "ledger_records",
        sa.Column("chain", sa.String(32), primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger),
        sa.Column("event", sa.String(16)),
        sa.Column("provider", sa.String(300)),
        sa.Column("extent", sa.String(8)),
        sa.Column("embed", sa.String(32)),
        sa.Column("notice", sa.String(64)),
        sa.Column("version", sa.String(32)),
        sa.Column("lang", sa.String(35)),
        sa.Column("control", sa.String(32)),
        sa.Column("receipt", sa.String(32)),
        sa.Column("prev", sa.String(64), nullable=False),
        sa.Column("mac", sa.String(64), nullable=False),
        sa.Column("erased", sa.String(64)),
        sqlite_with_rowid=False,
    )
    op.create_index("ledger_records_receipt", "ledger_records", ["receipt"])
    op.create_table(
        "ledger_notices",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("text", sa.LargeBinary, nullable=False),
    )
