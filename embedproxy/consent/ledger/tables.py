"""The ledger's tables, as the migrations leave them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table

metadata = MetaData()

SEAL = String(64)
CHAIN = String(32)

# One chain for each process that writes. Registered in a row of their own, number by number, so that a chain
# that vanishes whole leaves a gap.
chains = Table(
    "ledger_chains",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("id", CHAIN, nullable=False, unique=True),
    Column("key", String(16), nullable=False),
    Column("software", String(64), nullable=False),
    Column("prev", SEAL, nullable=False),
    Column("mac", SEAL, nullable=False),
)

# Where each chain ends, so that a cut-off end shows.
heads = Table(
    "ledger_heads",
    metadata,
    Column("chain", CHAIN, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("mac", SEAL, nullable=False),
    Column("seal", SEAL, nullable=False),
)

# Where each chain begins after pruning: the last record that is gone (LAW LED-8).
bases = Table(
    "ledger_bases",
    metadata,
    Column("chain", CHAIN, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("mac", SEAL, nullable=False),
    Column("seal", SEAL, nullable=False),
)

# What LAW §3.2 names and nothing else. An erased record keeps its place and seals, nothing of its content.
records = Table(
    "ledger_records",
    metadata,
    Column("chain", CHAIN, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger),
    Column("event", String(16)),
    Column("provider", String(300)),
    Column("extent", String(8)),
    Column("embed", String(32)),
    Column("notice", String(64)),
    Column("version", String(32)),
    Column("lang", String(35)),
    Column("control", String(32)),
    Column("receipt", String(32)),
    Column("prev", SEAL, nullable=False),
    Column("mac", SEAL, nullable=False),
    Column("erased", SEAL),
    Index("ledger_records_receipt", "receipt"),
    sqlite_with_rowid=False,
)

# Every notice that a record refers to, byte for byte (LAW LED-4). Kept for good: no person is in them.
notices = Table(
    "ledger_notices",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("text", LargeBinary, nullable=False),
)
