"""Which folder a database belongs to: one id, in both.

With the keys of one folder and an empty database a centre would begin a second national log, under
the same name and signature as the first.
"""

from pathlib import Path

from sqlalchemy import Column, Connection, String, Table, insert, select

from central.store.tables import METADATA
from runtime.database import Database, DatabaseUnavailable
from runtime.durable import write_durably

ID_FILE = "database-id"
ID_BYTES = 16

BELONGING = Table("belonging", METADATA, Column("id", String(2 * ID_BYTES), primary_key=True))


def check(db: Database, folder: Path, *, fresh_id: str) -> None:
    """Accepts a database that is this folder's, or a fresh pair of both; else writes nothing.

    Args:
        db: the database.
        folder: the data folder.
        fresh_id: for a pair that has none yet.

    Raises:
        DatabaseUnavailable: the folder has used another database.
    """
    path = folder / ID_FILE
    kept = path.read_text("ascii").strip() if path.exists() else ""
    found = db.read_sync(_id)
    if kept and kept != found:
        raise DatabaseUnavailable(
            "this is not the database that this folder has used: set JIPP_CENTRAL_DATABASE_URL "
            f"as before, or restore the database's backup. If you know better, remove {path}"
        )
    if not found:
        found = db.run_sync(lambda conn: _settled_id(conn, fresh_id))
    if not kept:
        write_durably(path, found.encode())


def _id(conn: Connection) -> str:
    return conn.execute(select(BELONGING.c.id)).scalar() or ""


def _settled_id(conn: Connection, fresh_id: str) -> str:
    found = _id(conn)
    if not found:
        conn.execute(insert(BELONGING).values(id=fresh_id))
    return found or fresh_id
