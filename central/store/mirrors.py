"""Pending checkpoints of mirrored logs, and what was kept as evidence of equivocation."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    LargeBinary,
    Select,
    String,
    Table,
    UniqueConstraint,
    delete,
    func,
    select,
)

from central.store.tables import METADATA
from protocol.checkpoints import Checkpoint
from protocol.merkle import EMPTY_TREE, Tree
from runtime.database import upsert
from runtime.utc_times import UtcDateTime

PENDING_KEPT = 8
"""Past pending checkpoints that `upload_end` may still name (tlog-mirror, "add-entries")."""

EVIDENCE_MAX = 16
"""Contradictions kept of one log: one proves enough, and its key could sign thousands."""

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
    Column("root", LargeBinary, nullable=False),
    Column("ours", LargeBinary),
    Column("theirs", LargeBinary, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("origin", "size", "root"),
)


def latest_pending(conn: Connection, origin: str) -> Tree:
    """The tree of the pending checkpoint; the empty tree where there is none."""
    found = select(PENDING).where(PENDING.c.origin == origin).order_by(PENDING.c.size.desc())
    row = conn.execute(found.limit(1)).first()
    return Tree(row.size, row.root) if row is not None else EMPTY_TREE


def pending_sizes(conn: Connection) -> dict[str, int]:
    """The size of the pending checkpoint of every log that has one, by origin."""
    found = select(PENDING.c.origin, func.max(PENDING.c.size)).group_by(PENDING.c.origin)
    return {row[0]: row[1] for row in conn.execute(found)}


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


def drop_pending_beyond(conn: Connection, origin: str, size: int) -> None:
    """Forgets pending checkpoints larger than `size`: the key that signed them ends there."""
    conn.execute(delete(PENDING).where(PENDING.c.origin == origin, PENDING.c.size > size))


def keep_evidence(
    conn: Connection, theirs: Checkpoint, *, ours: bytes | None, at: datetime
) -> bool:
    """Keeps two signed checkpoints that cannot both be true.

    Returns:
        Whether that is new: False where they were kept before, or enough others of that log were.
    """
    tree = theirs.tree
    of_tree = (EVIDENCE.c.size == tree.size, EVIDENCE.c.root == tree.root)
    if conn.execute(_evidence_of(theirs.origin).where(*of_tree)).first() is not None:
        return False
    if len(evidence_sizes(conn, theirs.origin)) >= EVIDENCE_MAX:
        return False
    row = {
        "origin": theirs.origin,
        "size": tree.size,
        "root": tree.root,
        "ours": ours,
        "theirs": theirs.note,
        "at": at,
    }
    upsert(conn, EVIDENCE, [row], key=["origin", "size", "root"])  # somebody else may, at once
    return True


def evidence_sizes(conn: Connection, origin: str) -> list[int]:
    """Sizes of the trees that this log signed against what is held of it; none in good times."""
    return [row.size for row in conn.execute(_evidence_of(origin))]


def evidence_of(conn: Connection, origin: str) -> list[tuple[bytes | None, bytes]]:
    """The notes of each contradiction of this log, smallest size first: ours if any, and theirs."""
    found = select(EVIDENCE.c.ours, EVIDENCE.c.theirs).where(EVIDENCE.c.origin == origin)
    return [(row.ours, row.theirs) for row in conn.execute(found.order_by(EVIDENCE.c.size))]


def contradicted(conn: Connection) -> dict[str, list[int]]:
    """The same of every log that there is evidence against, by origin."""
    found: dict[str, list[int]] = {}
    rows = select(EVIDENCE.c.origin, EVIDENCE.c.size).order_by(EVIDENCE.c.origin, EVIDENCE.c.size)
    for row in conn.execute(rows):
        found.setdefault(row.origin, []).append(row.size)
    return found


def evidence_count(conn: Connection) -> int:
    """How many such trees there are of all logs."""
    return conn.execute(select(func.count()).select_from(EVIDENCE)).scalar() or 0


def _evidence_of(origin: str) -> Select[tuple[int]]:
    found = select(EVIDENCE.c.size).where(EVIDENCE.c.origin == origin)
    return found.order_by(EVIDENCE.c.size)
