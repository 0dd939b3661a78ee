"""Rewriting a SQLite file from which bytes were destroyed, so that no free page has them still.

It is owed from the transaction that destroys them until it is done, over a restart too. Of
PostgreSQL it is the admin's work (docs/administer.md, "Redaction").
"""

import sqlite3
from typing import Any

from sqlalchemy import Connection, text

_OWED = "user_version"
"""A number in SQLite's file that is the application's, and changes with a transaction."""


def owe_scrub(conn: Connection) -> None:
    """Notes, in the transaction that destroys bytes, that `Database.scrub_sync` has to follow."""
    if conn.dialect.name == "sqlite":
        conn.execute(text(f"PRAGMA {_OWED}=1"))


def is_scrub_owed(conn: Connection) -> bool:
    """Whether bytes were destroyed since the file was last rewritten."""
    if conn.dialect.name != "sqlite":
        return False
    return bool(conn.execute(text(f"PRAGMA {_OWED}")).scalar())


def rewrite_file(driver: Any) -> bool:
    """Rewrites the file and empties its WAL; False where others were in the way.

    Args:
        driver: SQLite's own connection, in no transaction.
    """
    try:
        driver.execute("VACUUM")
        is_busy = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if not is_busy:
            driver.execute(f"PRAGMA {_OWED}=0")
    except sqlite3.OperationalError:
        return False
    return not is_busy
