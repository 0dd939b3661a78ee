"""Pending changes: saved, durable, in order, not yet in the log.

Each is kept as its final entry bytes (docs/decisions/0005): appending is moving bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    LargeBinary,
    String,
    Table,
    delete,
    func,
    insert,
    select,
)

from hubnode.store.tables import METADATA
from runtime.database import UtcDateTime

PENDING = Table(
    "pending_change",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("record", String(36), nullable=False, index=True),
    Column("entry", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)
_IDS_A_STATEMENT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingChange:
    """One of them.

    Attributes:
        id: ascending in the order in which they were saved.
        record: what it is about.
        entry: the bytes that will stand in the log.
        created_at: by this machine's clock.
    """

    id: int
    record: str
    entry: bytes
    created_at: datetime


def add(conn: Connection, *, entry: bytes, record: str, created_at: datetime) -> None:
    """Adds one behind the others."""
    add_many(conn, [(record, entry)], created_at=created_at)


def add_many(
    conn: Connection, changes: Sequence[tuple[str, bytes]], *, created_at: datetime
) -> None:
    """Adds (record, entry) pairs behind the others, in order; bulk."""
    if changes:
        rows = [{"record": r, "entry": e, "created_at": created_at} for r, e in changes]
        conn.execute(insert(PENDING), rows)


def pending(conn: Connection, limit: int) -> list[PendingChange]:
    """The oldest ones, in order."""
    rows = conn.execute(select(PENDING).order_by(PENDING.c.id).limit(limit))
    return [PendingChange(**row._asdict()) for row in rows]


def of_record(conn: Connection, record: str) -> list[PendingChange]:
    """Those about one record, in order."""
    rows = conn.execute(select(PENDING).where(PENDING.c.record == record).order_by(PENDING.c.id))
    return [PendingChange(**row._asdict()) for row in rows]


def count(conn: Connection) -> int:
    """How many there are."""
    return conn.execute(select(func.count()).select_from(PENDING)).scalar() or 0


def remove(conn: Connection, ids: Sequence[int]) -> None:
    """Takes those out that have become entries."""
    for start in range(0, len(ids), _IDS_A_STATEMENT):
        part = ids[start : start + _IDS_A_STATEMENT]
        conn.execute(delete(PENDING).where(PENDING.c.id.in_(part)))


def records_with_pending(conn: Connection) -> set[str]:
    """The records that some pending change is about."""
    return set(conn.execute(select(PENDING.c.record).distinct()).scalars())
