"""Pending checkpoints of mirrored logs, and what was kept as evidence of equivocation."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    LargeBinary,
    String,
    Table,
    delete,
    insert,
    select,
)

from central.store.tables import METADATA
from protocol.merkle import EMPTY_TREE, Tree
from runtime.database import UtcDateTime, upsert

PENDING_KEPT = 8
"""Past pending checkpoints that `upload_end` may still name (tlog-mirror, "add-entries")."""

PENDING = Table(
    "pending_checkpoint",
    METADATA,
    Column("origin", String(512), primary_key=True),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("note", LargeBinary, nullable=False),
)
EVIDENCE = Table(
    "evidence",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("origin", String(512), nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
    Column("ours", LargeBinary),
    Column("theirs", LargeBinary, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)


def latest_pending(conn: Connection, origin: str) -> Tree:
    """The tree of the pending checkpoint; the empty tree where there is none."""
    found = select(PENDING).where(PENDING.c.origin == origin).order_by(PENDING.c.size.desc())
    row = conn.execute(found.limit(1)).first()
    return Tree(row.size, row.root) if row is not None else EMPTY_TREE


def pending_at(conn: Connection, origin: str, size: int) -> tuple[Tree, bytes] | None:
    """Tree and note of a pending checkpoint of that size that is still known."""
    found = select(PENDING).where(PENDING.c.origin == origin, PENDING.c.size == size)
    row = conn.execute(found).first()
    return (Tree(row.size, row.root), row.note) if row is not None else None


def keep_pending(conn: Connection, origin: str, tree: Tree, note: bytes) -> None:
    """Makes this the pending checkpoint and forgets the oldest ones."""
    row = {"origin": origin, "size": tree.size, "root": tree.root, "note": note}
    upsert(conn, PENDING, [row], key=["origin", "size"])
    sizes = conn.execute(
        select(PENDING.c.size).where(PENDING.c.origin == origin).order_by(PENDING.c.size.desc())
    ).scalars()
    stale = list(sizes)[PENDING_KEPT:]
    conn.execute(delete(PENDING).where(PENDING.c.origin == origin, PENDING.c.size.in_(stale)))


def keep_evidence(
    conn: Connection, origin: str, *, size: int, ours: bytes | None, theirs: bytes, at: datetime
) -> None:
    """Keeps two signed checkpoints that cannot both be true."""
    row = {"origin": origin, "size": size, "ours": ours, "theirs": theirs, "at": at}
    conn.execute(insert(EVIDENCE).values(row))
