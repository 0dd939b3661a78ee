"""Hubs as the centre knows them: names, keys, state, and how far they are reconciled."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Row, Table, insert, select, update
from sqlmodel import Field

from central.store.tables import CentralTable
from runtime.utc_times import UtcDateTime

INVITED, ACTIVE, REVOKED = "invited", "active", "revoked"
SUSPENDED, RETIRED = "suspended", "retired"

REFUSALS = {SUSPENDED: "hub_suspended", RETIRED: "hub_retired", REVOKED: "key_revoked"}
"""The code with which a hub in such a state is refused."""


class HubRow(CentralTable, table=True):
    """One enrolled hub: a row as it was read, not bound to the database.

    Attributes:
        hub: hub id.
        name: as the admin wrote it.
        state: `active`, `suspended`, `retired` or `revoked`.
        origin: of its change log.
        generation: of that log.
        log_key, witness_key: verifier keys as text; all that it ever had are in `hub_keys`.
        former_key: the log key before, while requests signed by it are still answered.
        instance, software: as the node said when it enrolled or last reported.
        enrolled_at, last_seen_at: by the centre's clock.
        last_good_index: of a revoked key.
        reconciled_size: entries of its log that have an outcome.
    """

    __tablename__ = "hub"  # type: ignore[mutable-override]  # as SQLModel wants it

    hub: str = Field(primary_key=True, max_length=63)
    name: str = Field(max_length=200)
    state: str = Field(max_length=16)
    origin: str = Field(max_length=512, unique=True)
    generation: int
    log_key: str = Field(max_length=512)
    witness_key: str = Field(max_length=512)
    former_key: str | None = Field(default=None, max_length=512)
    instance: str = Field(max_length=64)
    software: str = Field(max_length=120)
    enrolled_at: datetime = Field(sa_type=UtcDateTime)
    last_seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_good_index: int | None = Field(default=None, sa_type=BigInteger)
    reconciled_size: int = Field(sa_type=BigInteger)


HUB: Table = HubRow.metadata.tables["hub"]


def add(conn: Connection, hub: HubRow) -> None:
    """Inserts a hub; a hub, origin or key is there once at most."""
    conn.execute(insert(HUB).values(hub.model_dump()))


def get(conn: Connection, hub: str) -> HubRow | None:
    """The hub of that id."""
    return _row(conn.execute(select(HUB).where(HUB.c.hub == hub)).first())


def of_origin(conn: Connection, origin: str) -> HubRow | None:
    """The hub whose change log has that origin."""
    return _row(conn.execute(select(HUB).where(HUB.c.origin == origin)).first())


def everyone(conn: Connection) -> list[HubRow]:
    """All hubs by id."""
    rows = conn.execute(select(HUB).order_by(HUB.c.hub)).all()
    return [HubRow(**row._asdict()) for row in rows]


def witness_keys(conn: Connection) -> dict[str, str]:
    """The witness key of every active hub as text, by hub id."""
    found = select(HUB.c.hub, HUB.c.witness_key).where(HUB.c.state == ACTIVE)
    return {row.hub: row.witness_key for row in conn.execute(found.order_by(HUB.c.hub))}


def logs(conn: Connection) -> dict[str, tuple[str, int]]:
    """By hub id, the origin of its change log and how many of its entries have an outcome."""
    found = select(HUB.c.hub, HUB.c.origin, HUB.c.reconciled_size).order_by(HUB.c.hub)
    return {row.hub: (row.origin, row.reconciled_size) for row in conn.execute(found)}


def names(conn: Connection) -> dict[str, str]:
    """What every hub is called, by its id."""
    return {row.hub: row.name for row in conn.execute(select(HUB.c.hub, HUB.c.name))}


def change(conn: Connection, hub: str, **values: Any) -> None:
    """Sets columns of one hub."""
    conn.execute(update(HUB).where(HUB.c.hub == hub).values(values))


def end_hand_over(conn: Connection, hub: HubRow) -> None:
    """From here on requests are signed by the log key that `hub` has, and by no former one."""
    is_same = HUB.c.hub == hub.hub, HUB.c.log_key == hub.log_key
    conn.execute(update(HUB).where(*is_same).values(former_key=None))


def _row(row: Row[Any] | None) -> HubRow | None:
    return HubRow(**row._asdict()) if row is not None else None
