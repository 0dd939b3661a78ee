"""Invitations: hashed at rest, single use, expiring."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, LargeBinary, Row, Table, insert, select, update
from sqlmodel import Field

from central.store.tables import CentralTable
from runtime.utc_times import UtcDateTime


class InvitationRow(CentralTable, table=True):
    """One invitation; `used_at` is None while nobody has used it."""

    __tablename__ = "invitation"  # type: ignore[mutable-override]  # as SQLModel wants it

    secret_hash: bytes = Field(primary_key=True, sa_type=LargeBinary)
    hub: str = Field(max_length=63, index=True)
    name: str = Field(max_length=200)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    generation: int = 1
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


INVITATION: Table = InvitationRow.metadata.tables["invitation"]


def add(
    conn: Connection,
    *,
    secret_hash: bytes,
    hub: str,
    name: str,
    expires_at: datetime,
    generation: int = 1,
) -> None:
    """Keeps an invitation."""
    row = {
        "secret_hash": secret_hash,
        "hub": hub,
        "name": name,
        "expires_at": expires_at,
        "generation": generation,
    }
    conn.execute(insert(INVITATION).values(row))


def withdraw(conn: Connection, hub: str, at: datetime) -> None:
    """Lets a hub's invitations that nobody has used end now."""
    unused = INVITATION.c.hub == hub, INVITATION.c.used_at.is_(None), INVITATION.c.expires_at > at
    conn.execute(update(INVITATION).where(*unused).values(expires_at=at - timedelta(seconds=1)))


def find(conn: Connection, secret_hash: bytes) -> Row[Any] | None:
    """The invitation with that hash: hub, name, expires_at, generation, used_at."""
    return conn.execute(select(INVITATION).where(INVITATION.c.secret_hash == secret_hash)).first()


def open_ones(conn: Connection, at: datetime) -> list[Row[Any]]:
    """Invitations that can still be used (hub, name, expires_at), the first to expire first."""
    columns = INVITATION.c.hub, INVITATION.c.name, INVITATION.c.expires_at
    usable = INVITATION.c.used_at.is_(None), INVITATION.c.expires_at >= at
    return list(conn.execute(select(*columns).where(*usable).order_by(INVITATION.c.expires_at)))


def use(conn: Connection, secret_hash: bytes, at: datetime) -> bool:
    """Marks it used; False where somebody was faster."""
    unused = INVITATION.c.secret_hash == secret_hash, INVITATION.c.used_at.is_(None)
    return conn.execute(update(INVITATION).where(*unused).values(used_at=at)).rowcount == 1
