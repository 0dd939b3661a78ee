"""When a backup was last made, and the emergency kit last shown: what saves a hub after a loss."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, String, Table, select

from hubnode.store.tables import METADATA
from runtime.database import upsert
from runtime.utc_times import UtcDateTime

SAFEGUARD = Table(
    "safeguard",
    METADATA,
    Column("kind", String, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("of", String, nullable=False, default=""),
)

BACKUP, KIT = "backup", "kit"


def keep_backup(conn: Connection, at: datetime) -> None:
    """Keeps that a backup was made; by whom or where to does not matter."""
    upsert(conn, SAFEGUARD, [{"kind": BACKUP, "at": at, "of": ""}], key=["kind"])


def keep_kit(conn: Connection, at: datetime, *, key: str) -> None:
    """Keeps that the kit with this key was shown to be printed, or typed in from paper.

    Args:
        conn: the node's database.
        at: when.
        key: the verifier key of its log key, under any name; after a rotation it is another.
    """
    upsert(conn, SAFEGUARD, [{"kind": KIT, "at": at, "of": key}], key=["kind"])


def backup_at(conn: Connection) -> datetime | None:
    """When the last backup was made, or None."""
    found = _row(conn, BACKUP)
    return found["at"] if found else None


def kit_at(conn: Connection, *, key: str) -> datetime | None:
    """When the kit with this key was last shown to be printed, or None."""
    found = _row(conn, KIT)
    return found["at"] if found and _material(found["of"]) == _material(key) else None


def _material(key: str) -> str:
    """The key of a verifier key `name+hash+key`; the name comes with an enrolment, later."""
    return key.split("+", 2)[-1]


def _row(conn: Connection, kind: str) -> Mapping[str, Any] | None:
    query = select(SAFEGUARD.c.at, SAFEGUARD.c.of).where(SAFEGUARD.c.kind == kind)
    row = conn.execute(query).mappings().one_or_none()
    return None if row is None else dict(row)
