"""What a first admin asked for about a hub without keys, until a second one asks for the same."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Row, Table, delete, select
from sqlmodel import Field

from central.store.tables import CentralTable
from runtime.database import upsert
from runtime.utc_times import UtcDateTime


class ReinvitationRow(CentralTable, table=True):
    """One that waits; `last_good_index` is None where all that is held counts."""

    __tablename__ = "reinvitation"  # type: ignore[mutable-override]  # as SQLModel wants it

    hub: str = Field(primary_key=True, max_length=63)
    by: str = Field(max_length=200)
    last_good_index: int | None = Field(default=None, sa_type=BigInteger)
    at: datetime = Field(sa_type=UtcDateTime)


REINVITATION: Table = ReinvitationRow.metadata.tables["reinvitation"]


def get(conn: Connection, hub: str) -> Row[Any] | None:
    """What waits for a hub: by, last_good_index, at."""
    return conn.execute(select(REINVITATION).where(REINVITATION.c.hub == hub)).first()


def everyone(conn: Connection) -> list[Row[Any]]:
    """All that wait (hub, by, last_good_index, at), by hub id."""
    return list(conn.execute(select(REINVITATION).order_by(REINVITATION.c.hub)))


def save(conn: Connection, row: ReinvitationRow) -> None:
    """Keeps it, in place of what waited."""
    upsert(conn, REINVITATION, [row.model_dump()], key=["hub"])


def remove(conn: Connection, hub: str) -> None:
    """Forgets it."""
    conn.execute(delete(REINVITATION).where(REINVITATION.c.hub == hub))
