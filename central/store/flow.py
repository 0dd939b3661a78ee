"""Flow: what a hub has rewritten, withdrawn and made lately, to notice a flood."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Integer,
    String,
    Table,
    delete,
    func,
    select,
)

from central.store.tables import METADATA
from runtime.database import upsert
from runtime.utc_times import UtcDateTime

FLOW = Table(
    "flow",
    METADATA,
    Column("hub", String(63), primary_key=True),
    Column("record", String(36), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("is_settled", Boolean, nullable=False),
)
"""Existing records that it rewrote or withdrew; settled are those that were there before."""

GROWTH = Table(
    "growth",
    METADATA,
    Column("hub", String(63), primary_key=True),
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("count", Integer, nullable=False),
)
"""How many records it made in a batch, and the place of the national log where that began."""


def since(conn: Connection, hub: str, at: datetime) -> dict[str, bool]:
    """Records that the hub has rewritten since then, and whether each was settled.

    What is older is forgotten.
    """
    of_hub = FLOW.c.hub == hub
    conn.execute(delete(FLOW).where(of_hub, FLOW.c.at < at))
    found = conn.execute(select(FLOW.c.record, FLOW.c.is_settled).where(of_hub))
    return {row.record: row.is_settled for row in found}


def note(conn: Connection, hub: str, records: Mapping[str, bool], at: datetime) -> None:
    """Keeps that the hub has rewritten these records, and whether each was settled."""
    rows = [
        {"hub": hub, "record": record, "at": at, "is_settled": is_settled}
        for record, is_settled in sorted(records.items())
    ]
    upsert(conn, FLOW, rows, key=["hub", "record"])


def growth_since(conn: Connection, hub: str, at: datetime) -> tuple[int | None, int]:
    """The place from which on the hub made records since then, and how many they are.

    What is older is forgotten.
    """
    of_hub = GROWTH.c.hub == hub
    conn.execute(delete(GROWTH).where(of_hub, GROWTH.c.at < at))
    found = select(func.min(GROWTH.c.place), func.coalesce(func.sum(GROWTH.c.count), 0))
    place, count = conn.execute(found.where(of_hub)).one()
    return place, int(count)


def note_growth(conn: Connection, hub: str, *, place: int, count: int, at: datetime) -> None:
    """Keeps that the hub has made so many records from that place on."""
    row = {"hub": hub, "place": place, "at": at, "count": count}
    upsert(conn, GROWTH, [row], key=["hub", "place"])
