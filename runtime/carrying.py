"""Carrying a log over into one of another origin: what a new epoch of the national log begins with.

The log before keeps its size, root and checkpoints, so that old proofs can be placed, and has no
entries any more: what is redacted later is not to stay behind there.
"""

from sqlalchemy import Connection, delete, select

from runtime.database import upsert
from runtime.log_tables import LogTables
from runtime.logstore import LogRow, LogStore

CARRIED_AT_ONCE = 4_096
"""Entries that are carried over in one go."""


def carry_over(
    conn: Connection,
    logs: LogStore,
    tables: LogTables,
    before: LogRow,
    *,
    origin: str,
    size: int,
) -> None:
    """Moves the first entries of a log into one of another origin, which is empty yet.

    Args:
        conn: an open transaction.
        logs: the database's logs.
        tables: theirs.
        before: the log that is closed.
        origin: of the log that goes on.
        size: how many entries, at most all; what lies beyond is dropped.
    """
    _carry_redactions(conn, tables, before.origin, origin, size)
    logs.append(conn, logs.open(conn, origin), [])
    for start in range(0, size, CARRIED_AT_ONCE):
        end = min(start + CARRIED_AT_ONCE, size)
        entries = logs.entries(conn, before, start, end)
        leaves = logs.leaves(conn, before, start, end)
        logs.append(conn, logs.open(conn, origin), entries, leaves=leaves)
    for table in (tables.entry, tables.tile):
        conn.execute(delete(table).where(table.c.log_id == before.id))


def _carry_redactions(
    conn: Connection, tables: LogTables, before: str, origin: str, size: int
) -> None:
    t = tables.redaction
    known = select(t).where(t.c.origin == before, t.c.index < size)
    rows = [dict(row) | {"origin": origin} for row in conn.execute(known).mappings()]
    upsert(conn, t, rows, key=["origin", "index"])
