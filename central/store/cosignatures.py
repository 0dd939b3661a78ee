"""Cosignatures of witnesses on national checkpoints; each witness's newest a size."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, Column, Connection, LargeBinary, String, Table, func, select

from central.store.tables import METADATA
from protocol.checkpoints import Cosignature
from protocol.keys import VerifierKey
from runtime.database import upsert

COSIGNATURE = Table(
    "cosignature",
    METADATA,
    Column("origin", String(512), primary_key=True),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String(512), primary_key=True),
    Column("key_id", LargeBinary, nullable=False),
    Column("timestamp", BigInteger, nullable=False),
    Column("signature", LargeBinary, nullable=False),
)


def keep(conn: Connection, origin: str, size: int, cosignatures: Sequence[Cosignature]) -> None:
    """Keeps verified cosignatures on the checkpoint of that size, unless newer ones are kept."""
    kept = {(it.name, it.key_id): it.timestamp for it in of_size(conn, origin, size)}
    rows = [
        {
            "origin": origin,
            "size": size,
            "name": cosignature.name,
            "key_id": cosignature.key_id,
            "timestamp": cosignature.timestamp,
            "signature": cosignature.signature,
        }
        for cosignature in sorted(cosignatures, key=lambda it: it.timestamp)
        if cosignature.timestamp >= kept.get((cosignature.name, cosignature.key_id), 0)
    ]
    upsert(conn, COSIGNATURE, rows, key=["origin", "size", "name"])


def largest_size(conn: Connection, origin: str) -> int | None:
    """Size of the largest checkpoint that anybody cosigned."""
    largest = select(func.max(COSIGNATURE.c.size)).where(COSIGNATURE.c.origin == origin)
    return conn.execute(largest).scalar()


def newest_size(conn: Connection, origin: str, key: VerifierKey) -> int:
    """Size of the largest checkpoint that this key cosigned; 0 for none."""
    t = COSIGNATURE.c
    found = select(t.size).where(t.origin == origin, t.name == key.name, t.key_id == key.key_id)
    return conn.execute(found.order_by(t.size.desc()).limit(1)).scalar() or 0


def largest_sizes(conn: Connection, origin: str) -> dict[str, int]:
    """Size of the largest checkpoint that each witness cosigned, by the name of its key."""
    t = COSIGNATURE.c
    found = select(t.name, func.max(t.size)).where(t.origin == origin).group_by(t.name)
    return {row[0]: row[1] for row in conn.execute(found)}


def count_of_size(conn: Connection, origin: str, size: int) -> int:
    """How many cosignatures there are on one checkpoint."""
    t = COSIGNATURE.c
    counted = select(func.count()).where(t.origin == origin, t.size == size)
    return conn.execute(counted).scalar_one()


def latest_size(conn: Connection, origin: str, name: str) -> int | None:
    """Size of the checkpoint that this witness cosigned last, by its own clock."""
    found = (
        select(COSIGNATURE.c.size)
        .where(COSIGNATURE.c.origin == origin, COSIGNATURE.c.name == name)
        .order_by(COSIGNATURE.c.timestamp.desc(), COSIGNATURE.c.size.desc())
    )
    return conn.execute(found.limit(1)).scalar()


def of_size(conn: Connection, origin: str, size: int) -> list[Cosignature]:
    """The cosignatures on one checkpoint, by witness."""
    found = (
        select(COSIGNATURE)
        .where(COSIGNATURE.c.origin == origin, COSIGNATURE.c.size == size)
        .order_by(COSIGNATURE.c.name)
    )
    return [
        Cosignature(
            name=row.name, key_id=row.key_id, timestamp=row.timestamp, signature=row.signature
        )
        for row in conn.execute(found)
    ]
