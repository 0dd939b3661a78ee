"""Cosignatures of witnesses on national checkpoints; each witness's newest a size.

Which checkpoint is the largest that a key cosigned is kept beside them: every hub cosigns whenever
it has synced, and after a year they are millions.
"""

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

COSIGNER = Table(
    "cosigner",
    METADATA,
    Column("origin", String(512), primary_key=True),
    Column("name", String(512), primary_key=True),
    Column("key_id", LargeBinary, primary_key=True),
    Column("size", BigInteger, nullable=False),
)


def keep(conn: Connection, origin: str, size: int, cosignatures: Sequence[Cosignature]) -> None:
    """Keeps verified cosignatures on the checkpoint of that size, unless newer ones are kept."""
    kept = {(it.name, it.key_id): it.timestamp for it in of_size(conn, origin, size)}
    newer = [
        it
        for it in sorted(cosignatures, key=lambda it: it.timestamp)
        if it.timestamp >= kept.get((it.name, it.key_id), 0)
    ]
    rows = [
        {
            "origin": origin,
            "size": size,
            "name": it.name,
            "key_id": it.key_id,
            "timestamp": it.timestamp,
            "signature": it.signature,
        }
        for it in newer
    ]
    upsert(conn, COSIGNATURE, rows, key=["origin", "size", "name"])
    _keep_sizes(conn, origin, size, [(it.name, it.key_id) for it in newer])


def largest_size(conn: Connection, origin: str) -> int | None:
    """Size of the largest checkpoint that anybody cosigned."""
    largest = select(func.max(COSIGNER.c.size)).where(COSIGNER.c.origin == origin)
    return conn.execute(largest).scalar()


def newest_size(conn: Connection, origin: str, key: VerifierKey) -> int:
    """Size of the largest checkpoint that this key cosigned; 0 for none."""
    return newest_sizes(conn, origin).get((key.name, key.key_id), 0)


def newest_sizes(conn: Connection, origin: str) -> dict[tuple[str, bytes], int]:
    """Size of the largest checkpoint that each key cosigned, by its name and id."""
    t = COSIGNER.c
    found = select(t.name, t.key_id, t.size).where(t.origin == origin)
    return {(row.name, row.key_id): row.size for row in conn.execute(found)}


def largest_sizes(conn: Connection, origin: str) -> dict[str, int]:
    """Size of the largest checkpoint that each witness cosigned, by the name of its keys."""
    largest: dict[str, int] = {}
    for (name, _), size in newest_sizes(conn, origin).items():
        largest[name] = max(size, largest.get(name, 0))
    return largest


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


def _keep_sizes(
    conn: Connection, origin: str, size: int, keys: Sequence[tuple[str, bytes]]
) -> None:
    newest = newest_sizes(conn, origin)
    rows = [
        {"origin": origin, "name": name, "key_id": key_id, "size": size}
        for name, key_id in dict.fromkeys(keys)
        if size > newest.get((name, key_id), 0)
    ]
    upsert(conn, COSIGNER, rows, key=["origin", "name", "key_id"])
