"""What of each active record is compared, found by blocking keys; and how far matching has come.

Derived from the catalogue (docs/decisions/0013): `central rebuild` clears it and derives it again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    LargeBinary,
    String,
    Table,
    delete,
    func,
    select,
)

from central.store.tables import METADATA
from protocol.matching.features import Features, decode_features, encode_features
from protocol.matching.keys import KEY_BYTES, keys_of
from runtime.database import insert_many, upsert
from runtime.id_lists import is_among
from runtime.utc_times import UtcDateTime

BLOCK_RECORDS_MAX = 100
"""Records of a block that are looked at, the oldest first: where hundreds bear one title, the
original is among them. Records of one owner have narrower blocks beside it."""

FEATURES = Table(
    "matching_features",
    METADATA,
    Column("record", String(36), primary_key=True),
    Column("features", LargeBinary, nullable=False),
    Column("blocks", LargeBinary, nullable=False),
)
KEY = Table(
    "matching_key",
    METADATA,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("record", String(36), primary_key=True),
    sqlite_with_rowid=False,
)
PROGRESS = Table(
    "matching_progress",
    METADATA,
    Column("origin", String(512), primary_key=True),
    Column("followed", BigInteger, nullable=False),
    Column("rescan_after", String(36)),
    Column("rescanned_at", UtcDateTime, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far matching has come in a national log.

    Attributes:
        followed: decisions whose records have been compared.
        rescan_after: id of the last record of a rescan under way, "" at its beginning; or None.
        rescanned_at: when the last rescan ended, or when matching began.
    """

    followed: int
    rescan_after: str | None
    rescanned_at: datetime


def progress(conn: Connection, origin: str) -> Progress | None:
    """How far matching has come, or None where it has not begun."""
    row = conn.execute(select(PROGRESS).where(PROGRESS.c.origin == origin)).first()
    if row is None:
        return None
    return Progress(
        followed=row.followed, rescan_after=row.rescan_after, rescanned_at=row.rescanned_at
    )


def save_progress(conn: Connection, origin: str, progress_: Progress) -> None:
    """Keeps it; two that match at once change this row, so the database puts them in order."""
    row = {
        "origin": origin,
        "followed": progress_.followed,
        "rescan_after": progress_.rescan_after,
        "rescanned_at": progress_.rescanned_at,
    }
    upsert(conn, PROGRESS, [row], key=["origin"])


def put_many(conn: Connection, features: Sequence[Features]) -> Mapping[str, set[str]]:
    """Inserts or replaces the features and keys of records, each once.

    Returns:
        For each record the others that share a block with it.
    """
    remove_many(conn, [it.id for it in features])
    keys = {it.id: keys_of(it) for it in features}
    rows = [
        {"record": it.id, "features": encode_features(it), "blocks": _packed(keys[it.id])}
        for it in features
    ]
    insert_many(conn, FEATURES, rows)
    given = [{"key": key, "record": record} for record, found in keys.items() for key in found]
    insert_many(conn, KEY, given)
    return _partners(conn, keys)


def remove_many(conn: Connection, records: Sequence[str]) -> None:
    """Forgets records, those that are there."""
    stored = select(FEATURES.c.blocks).where(is_among(conn, FEATURES.c.record, records))
    keys = sorted({key for row in conn.execute(stored) for key in _unpacked(row.blocks)})
    conn.execute(
        delete(KEY).where(is_among(conn, KEY.c.key, keys), is_among(conn, KEY.c.record, records))
    )
    conn.execute(delete(FEATURES).where(is_among(conn, FEATURES.c.record, records)))


def get_many(conn: Connection, records: Iterable[str]) -> dict[str, Features]:
    """The features of those records that have some."""
    wanted = is_among(conn, FEATURES.c.record, sorted(set(records)))
    rows = conn.execute(select(FEATURES.c.record, FEATURES.c.features).where(wanted))
    return {row.record: decode_features(row.features) for row in rows}


def records_after(conn: Connection, record: str, count: int) -> list[str]:
    """The next ids in order."""
    found = select(FEATURES.c.record).where(FEATURES.c.record > record)
    return list(conn.execute(found.order_by(FEATURES.c.record).limit(count)).scalars())


def clear(conn: Connection) -> None:
    """Forgets everything: it can be derived again."""
    for table in (FEATURES, KEY, PROGRESS):
        conn.execute(delete(table))


def _partners(conn: Connection, keys: Mapping[str, Sequence[int]]) -> dict[str, set[str]]:
    blocks = _blocks(conn, sorted({key for found in keys.values() for key in found}))
    return {
        record: {other for key in found for other in blocks.get(key, ())} - {record}
        for record, found in keys.items()
    }


def _blocks(conn: Connection, keys: Sequence[int]) -> dict[int, list[str]]:
    age = func.row_number().over(partition_by=KEY.c.key, order_by=KEY.c.record).label("age")
    members = select(KEY.c.key, KEY.c.record, age).where(is_among(conn, KEY.c.key, keys)).subquery()
    oldest = select(members.c.key, members.c.record).where(members.c.age <= BLOCK_RECORDS_MAX)
    blocks: dict[int, list[str]] = {}
    for key, record in conn.execute(oldest):
        blocks.setdefault(key, []).append(record)
    return blocks


def _packed(keys: Sequence[int]) -> bytes:
    return b"".join(key.to_bytes(KEY_BYTES, "big", signed=True) for key in keys)


def _unpacked(keys: bytes) -> list[int]:
    return [
        int.from_bytes(keys[start : start + KEY_BYTES], "big", signed=True)
        for start in range(0, len(keys), KEY_BYTES)
    ]
