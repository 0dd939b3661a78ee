"""The centre's cosignatures on the own log, as the hub keeps them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, Integer, LargeBinary, Table, delete, func, select, update

from hubnode.store.tables import METADATA
from runtime.database import upsert
from runtime.utc_times import UtcDateTime

RECEIPT = Table(
    "receipt",
    METADATA,
    Column("size", Integer, primary_key=True, autoincrement=False),
    Column("timestamp", Integer, nullable=False),
    Column("note", LargeBinary, nullable=False),
    Column("kept_at", UtcDateTime(), nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A receipt says: the centre has, durably, exactly this.

    Attributes:
        size: entries of the own log that it covers.
        timestamp: the centre's clock, in POSIX seconds: a claim.
        note: the own checkpoint with the cosignature on it, checkable by anyone.
        kept_at: this machine's clock when it was kept, to measure how long an outcome takes.
    """

    size: int
    timestamp: int
    note: bytes
    kept_at: datetime


def keep(conn: Connection, receipt: Receipt) -> None:
    """Keeps a receipt; the first one of a size stays, so that delays are measured from it."""
    if conn.execute(select(RECEIPT.c.size).where(RECEIPT.c.size == receipt.size)).first():
        return
    row = {
        "size": receipt.size,
        "timestamp": receipt.timestamp,
        "note": receipt.note,
        "kept_at": receipt.kept_at,
    }
    upsert(conn, RECEIPT, [row], key=["size"])


def clear(conn: Connection) -> None:
    """Forgets them: another log begins."""
    conn.execute(delete(RECEIPT))


def cut(conn: Connection, size: int) -> None:
    """Forgets those of more entries than `size`: they are of another branch, or given again."""
    conn.execute(delete(RECEIPT).where(RECEIPT.c.size > size))


def count_from(conn: Connection, now: datetime) -> None:
    """Lets the time within which outcomes are due begin now: the centre could not decide before."""
    conn.execute(update(RECEIPT).values(kept_at=now))


def largest_size(conn: Connection) -> int:
    """How much of the own log is receipted."""
    return int(conn.execute(select(func.coalesce(func.max(RECEIPT.c.size), 0))).scalar_one())


def covering(conn: Connection, index: int) -> Receipt | None:
    """The first receipt that covers the own entry at `index`."""
    query = select(RECEIPT).where(RECEIPT.c.size > index).order_by(RECEIPT.c.size).limit(1)
    row = conn.execute(query).mappings().one_or_none()
    return None if row is None else Receipt(**row)


def latest(conn: Connection, *, limit: int) -> list[Receipt]:
    """The newest receipts, largest size first."""
    query = select(RECEIPT).order_by(RECEIPT.c.size.desc()).limit(limit)
    return [Receipt(**row) for row in conn.execute(query).mappings()]


def all_of_them(conn: Connection) -> list[Receipt]:
    """Every receipt, smallest size first."""
    rows = conn.execute(select(RECEIPT).order_by(RECEIPT.c.size))
    return [Receipt(**row) for row in rows.mappings()]
