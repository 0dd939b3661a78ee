"""Hubs as the centre knows them: names, keys, state, and how far they are reconciled."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    Row,
    String,
    Table,
    insert,
    select,
    update,
)

from central.store.tables import METADATA
from protocol.keys import VerifierKey, parse_verifier_key
from runtime.database import UtcDateTime

INVITED, ACTIVE, REVOKED = "invited", "active", "revoked"

HUB = Table(
    "hub",
    METADATA,
    Column("hub", String(63), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("state", String(16), nullable=False),
    Column("origin", String(512), nullable=False, unique=True),
    Column("generation", Integer, nullable=False),
    Column("log_key", String(512), nullable=False),
    Column("witness_key", String(512), nullable=False),
    Column("instance", String(64), nullable=False),
    Column("software", String(120), nullable=False),
    Column("enrolled_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime),
    Column("last_good_index", BigInteger),
    Column("reconciled_size", BigInteger, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HubRow:
    """One enrolled hub.

    Attributes:
        hub: hub id.
        name: as the admin wrote it.
        state: `active` or `revoked`.
        origin: of its change log.
        generation: of that log.
        log_key, witness_key: verifier keys as text.
        instance, software: as the node said when it enrolled or last reported.
        enrolled_at, last_seen_at: by the centre's clock.
        last_good_index: of a revoked key.
        reconciled_size: entries of its log that have an outcome.
    """

    hub: str
    name: str
    state: str
    origin: str
    generation: int
    log_key: str
    witness_key: str
    instance: str
    software: str
    enrolled_at: datetime
    last_seen_at: datetime | None
    last_good_index: int | None
    reconciled_size: int


def add(conn: Connection, hub: HubRow) -> None:
    """Inserts a hub; a hub, origin or key is there once at most."""
    values = {name: getattr(hub, name) for name in HubRow.__dataclass_fields__}
    conn.execute(insert(HUB).values(values))


def get(conn: Connection, hub: str) -> HubRow | None:
    """The hub of that id."""
    return _row(conn.execute(select(HUB).where(HUB.c.hub == hub)).first())


def of_origin(conn: Connection, origin: str) -> HubRow | None:
    """The hub whose change log has that origin."""
    return _row(conn.execute(select(HUB).where(HUB.c.origin == origin)).first())


def with_key(conn: Connection, keys: tuple[VerifierKey, VerifierKey]) -> HubRow | None:
    """A hub that uses one of these public keys, under whatever name and for whatever purpose."""
    asked = {key.public_key for key in keys}
    return next((row for row in everyone(conn) if asked & _public_keys(row)), None)


def everyone(conn: Connection) -> list[HubRow]:
    """All hubs by id."""
    rows = conn.execute(select(HUB).order_by(HUB.c.hub)).all()
    return [HubRow(**row._asdict()) for row in rows]


def change(conn: Connection, hub: str, **values: Any) -> None:
    """Sets columns of one hub."""
    conn.execute(update(HUB).where(HUB.c.hub == hub).values(values))


def _public_keys(row: HubRow) -> set[bytes]:
    return {parse_verifier_key(text).public_key for text in (row.log_key, row.witness_key)}


def _row(row: Row[Any] | None) -> HubRow | None:
    return HubRow(**row._asdict()) if row is not None else None
