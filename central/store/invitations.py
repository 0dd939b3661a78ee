"""Invitations: hashed at rest, single use, expiring."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, LargeBinary, Row, String, Table, insert, select, update

from central.store.tables import METADATA
from runtime.database import UtcDateTime

INVITATION = Table(
    "invitation",
    METADATA,
    Column("secret_hash", LargeBinary, primary_key=True),
    Column("hub", String(63), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
)


def add(conn: Connection, *, secret_hash: bytes, hub: str, name: str, expires_at: datetime) -> None:
    """Keeps an invitation."""
    row = {"secret_hash": secret_hash, "hub": hub, "name": name, "expires_at": expires_at}
    conn.execute(insert(INVITATION).values(row))


def find(conn: Connection, secret_hash: bytes) -> Row[Any] | None:
    """The invitation with that hash: hub, name, expires_at, used_at."""
    return conn.execute(select(INVITATION).where(INVITATION.c.secret_hash == secret_hash)).first()


def open_ones(conn: Connection) -> list[Row[Any]]:
    """Invitations that nobody has used, the newest first."""
    unused = select(INVITATION).where(INVITATION.c.used_at.is_(None))
    return list(conn.execute(unused.order_by(INVITATION.c.expires_at.desc())))


def use(conn: Connection, secret_hash: bytes, at: datetime) -> bool:
    """Marks it used; False where somebody was faster."""
    unused = INVITATION.c.secret_hash == secret_hash, INVITATION.c.used_at.is_(None)
    return conn.execute(update(INVITATION).where(*unused).values(used_at=at)).rowcount == 1
