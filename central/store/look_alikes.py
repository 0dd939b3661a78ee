"""By which keys records are found that a new one may be a near copy of (docs/decisions/0030).

Derived from the records in the transaction that changes them, because a decision depends on it;
`central rebuild` clears it and derives it again. It finds, and says nothing: in what a record is
alike is asked of its state.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import BigInteger, Column, Connection, String, Table, and_, delete, or_, select

from central.store.tables import DOCUMENT_TABLES, METADATA
from protocol.canonical import Json
from protocol.look_alikes import keys_of
from protocol.record_state import RecordState
from runtime.database import fingerprint_rows, upsert
from runtime.id_lists import is_among

FOUND_MAX = 100
"""Records of one key that are compared, the oldest first: hundreds of cities may bear one title."""

LOOK_ALIKE_KEY = Table(
    "look_alike_key",
    METADATA,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("record", String(36), primary_key=True, index=True),
    sqlite_with_rowid=False,
)

Row = tuple[int, str]


def keep(conn: Connection, shown: Collection[tuple[RecordState, Mapping[str, Json]]]) -> None:
    """Stores the keys of records, each with what readers see of it, where they are others now."""
    older = [state.id for state, _ in shown if state.revision > 1]
    known = _rows_of(conn, older) if older else set()
    rows = {(key, state.id) for state, record in shown for key in keys_of(record)}
    _remove(conn, sorted(known - rows))
    fresh = [{"key": key, "record": record} for key, record in sorted(rows - known)]
    upsert(conn, LOOK_ALIKE_KEY, fresh, key=["key", "record"])


def of_others(conn: Connection, keys: Sequence[int], hub: str) -> Mapping[int, list[str]]:
    """The records that others than a hub own and a search finds, by key, the oldest first."""
    document, found = DOCUMENT_TABLES.document.c, LOOK_ALIKE_KEY.c
    is_others = and_(document.id == found.record, document.owner != hub, document.visible.is_(True))
    asked = select(found.key, found.record).where(is_among(conn, found.key, keys), is_others)
    records: dict[int, list[str]] = {}
    for key, record in sorted((row.key, row.record) for row in conn.execute(asked)):
        records.setdefault(key, []).append(record)
    return {key: several[:FOUND_MAX] for key, several in records.items()}


def clear(conn: Connection) -> None:
    """Forgets everything: it can be derived again."""
    conn.execute(delete(LOOK_ALIKE_KEY))


def fingerprint(conn: Connection) -> bytes:
    """SHA-256 over every row."""
    found = LOOK_ALIKE_KEY.c
    return fingerprint_rows(conn, [select(LOOK_ALIKE_KEY).order_by(found.key, found.record)])


def _rows_of(conn: Connection, records: Sequence[str]) -> set[Row]:
    is_theirs = is_among(conn, LOOK_ALIKE_KEY.c.record, records)
    return {(row.key, row.record) for row in conn.execute(select(LOOK_ALIKE_KEY).where(is_theirs))}


def _remove(conn: Connection, rows: Iterable[Row]) -> None:
    found = LOOK_ALIKE_KEY.c
    gone = [and_(found.key == key, found.record == record) for key, record in rows]
    if gone:
        conn.execute(delete(LOOK_ALIKE_KEY).where(or_(*gone)))
