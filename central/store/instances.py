"""The machines on which a hub's node has run, or tried to."""

from datetime import datetime

from sqlalchemy import BigInteger, Connection, Table, select
from sqlmodel import Field

from central.store.tables import CentralTable
from runtime.database import upsert
from runtime.utc_times import UtcDateTime


class InstanceRow(CentralTable, table=True):
    """One machine of a hub.

    Attributes:
        hub: hub id.
        instance: its id.
        first_seen_at, last_seen_at: by the centre's clock.
        taken_size: entries of the hub's log when this machine became the hub's; None where it never
            did.
        rewound_size: entries of that log when the machine last came back knowing of fewer.
        rewound_at: when that was.
        refused_at: when it was last stopped.
    """

    __tablename__ = "hub_instance"  # type: ignore[mutable-override]  # as SQLModel wants it

    hub: str = Field(primary_key=True, max_length=63)
    instance: str = Field(primary_key=True, max_length=64)
    first_seen_at: datetime = Field(sa_type=UtcDateTime)
    last_seen_at: datetime = Field(sa_type=UtcDateTime)
    taken_size: int | None = Field(default=None, sa_type=BigInteger)
    rewound_size: int | None = Field(default=None, sa_type=BigInteger)
    rewound_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    refused_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


INSTANCE: Table = InstanceRow.metadata.tables["hub_instance"]


def get(conn: Connection, hub: str, instance: str) -> InstanceRow | None:
    """What is known of a machine."""
    return next((row for row in of_hub(conn, hub) if row.instance == instance), None)


def of_hub(conn: Connection, hub: str) -> list[InstanceRow]:
    """Every machine of a hub, the first seen first."""
    found = select(INSTANCE).where(INSTANCE.c.hub == hub)
    rows = conn.execute(found.order_by(INSTANCE.c.first_seen_at, INSTANCE.c.instance))
    return [InstanceRow(**row._asdict()) for row in rows]


def save(conn: Connection, row: InstanceRow) -> None:
    """Keeps what is known of a machine, in place of what was."""
    upsert(conn, INSTANCE, [row.model_dump()], key=["hub", "instance"])
