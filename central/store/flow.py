"""Flow: which existing records a hub has rewritten or withdrawn lately, to notice a flood."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Column, Connection, String, Table, delete, select

from central.store.tables import METADATA
from runtime.database import UtcDateTime, upsert

FLOW = Table(
    "flow",
    METADATA,
    Column("hub", String(63), primary_key=True),
    Column("record", String(36), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)


def since(conn: Connection, hub: str, at: datetime) -> set[str]:
    """Records that the hub has rewritten since then; what is older is forgotten."""
    of_hub = FLOW.c.hub == hub
    conn.execute(delete(FLOW).where(of_hub, FLOW.c.at < at))
    return set(conn.execute(select(FLOW.c.record).where(of_hub)).scalars())


def note(conn: Connection, hub: str, records: Collection[str], at: datetime) -> None:
    """Keeps that the hub has rewritten these records."""
    rows = [{"hub": hub, "record": record, "at": at} for record in sorted(records)]
    upsert(conn, FLOW, rows, key=["hub", "record"])
