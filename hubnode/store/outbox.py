"""Pending changes: saved, durable, in order, not yet in the log.

Each is kept as its final entry bytes (docs/decisions/0005): appending is moving bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    LargeBinary,
    Select,
    String,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
)

from hubnode.store.tables import METADATA
from runtime.id_lists import is_among
from runtime.utc_times import UtcDateTime

PENDING = Table(
    "pending_change",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("record", String(36), nullable=False, index=True),
    Column("entry", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)


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
    return _changes(conn, select(PENDING).order_by(PENDING.c.id).limit(limit))


def of_record(conn: Connection, record: str) -> list[PendingChange]:
    """Those about one record, in order."""
    of_record = select(PENDING).where(PENDING.c.record == record)
    return _changes(conn, of_record.order_by(PENDING.c.id))


def of_records(conn: Connection, ids: Sequence[str]) -> list[PendingChange]:
    """Those about any of these records, in order."""
    found = select(PENDING).where(is_among(conn, PENDING.c.record, ids))
    return _changes(conn, found.order_by(PENDING.c.id))


def records_among(conn: Connection, ids: Sequence[str]) -> list[str]:
    """Those of the records about which something waits to be sent."""
    found = select(PENDING.c.record).where(is_among(conn, PENDING.c.record, ids)).distinct()
    return list(conn.execute(found).scalars())


def newest(conn: Connection) -> tuple[int, int]:
    """How many there are, and the number of the newest; others as soon as one comes or goes."""
    row = conn.execute(select(func.count(), func.max(PENDING.c.id))).one()
    return row[0], row[1] or 0


def count(conn: Connection) -> int:
    """How many there are."""
    return conn.execute(select(func.count()).select_from(PENDING)).scalar() or 0


def remove(conn: Connection, ids: Sequence[int]) -> None:
    """Takes those out that have become entries."""
    if ids:
        is_gone = PENDING.c.id == bindparam("gone")
        conn.execute(delete(PENDING).where(is_gone), [{"gone": number} for number in ids])


def replace_entry(conn: Connection, number: int, entry: bytes) -> None:
    """Puts other bytes in place of a change that waits."""
    conn.execute(PENDING.update().where(PENDING.c.id == number).values(entry=entry))


def records_with_pending(conn: Connection) -> set[str]:
    """The records that some pending change is about."""
    return set(conn.execute(select(PENDING.c.record).distinct()).scalars())


def _changes(conn: Connection, found: Select[Any]) -> list[PendingChange]:
    return [
        PendingChange(id=number, record=record, entry=entry, created_at=created_at)
        for number, record, entry, created_at in conn.execute(found)
    ]
