"""How fresh each hub should be, where an admin has set that apart from the centre's setting."""

from sqlalchemy import Column, Connection, Integer, String, Table, delete, select

from central.store.tables import METADATA
from runtime.database import upsert

HUB_TARGET = Table(
    "hub_target",
    METADATA,
    Column("hub", String(63), primary_key=True),
    Column("hours", Integer, nullable=False),
)


def everyone(conn: Connection) -> dict[str, int]:
    """Hours by hub id."""
    return {row.hub: row.hours for row in conn.execute(select(HUB_TARGET))}


def get(conn: Connection, hub: str) -> int | None:
    """Hours of one hub; None where the centre's setting holds."""
    found = select(HUB_TARGET.c.hours).where(HUB_TARGET.c.hub == hub)
    return conn.execute(found).scalar()


def keep(conn: Connection, hub: str, hours: int | None) -> None:
    """Sets it, or with None lets the centre's setting hold again."""
    if hours is None:
        conn.execute(delete(HUB_TARGET).where(HUB_TARGET.c.hub == hub))
    else:
        upsert(conn, HUB_TARGET, [{"hub": hub, "hours": hours}], key=["hub"])
