"""Backups that the service tried to make by itself: when, and how it went."""

import itertools
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, Integer, String, Table, delete, insert, select

from hubnode.store.tables import METADATA
from runtime.utc_times import UtcDateTime

KEPT = 20

BACKUP_ATTEMPT = Table(
    "backup_attempt",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("code", String, nullable=False, default=""),
    Column("detail", String, nullable=False, default=""),
    Column("name", String, nullable=False, default=""),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One of them.

    Attributes:
        code: why it failed, or "".
        detail: for whoever looks closer.
        name: of the file that was made.
    """

    at: datetime
    code: str = ""
    detail: str = ""
    name: str = ""


def keep(conn: Connection, attempt: Attempt) -> None:
    """Keeps it, and no more than the newest of them."""
    conn.execute(insert(BACKUP_ATTEMPT).values(asdict(attempt)))
    newest = select(BACKUP_ATTEMPT.c.id).order_by(BACKUP_ATTEMPT.c.id.desc()).limit(KEPT)
    conn.execute(delete(BACKUP_ATTEMPT).where(BACKUP_ATTEMPT.c.id.not_in(newest)))


def history(conn: Connection, *, limit: int = KEPT) -> list[Attempt]:
    """The newest first."""
    query = select(BACKUP_ATTEMPT).order_by(BACKUP_ATTEMPT.c.id.desc()).limit(limit)
    return [
        Attempt(at=it["at"], code=it["code"], detail=it["detail"], name=it["name"])
        for it in conn.execute(query).mappings()
    ]


def latest(conn: Connection) -> Attempt | None:
    """The newest, or None."""
    return next(iter(history(conn, limit=1)), None)


def failing_since(conn: Connection) -> datetime | None:
    """When the first of those that failed since the last success was tried."""
    failing = itertools.takewhile(lambda it: it.code, history(conn))
    return min((it.at for it in failing), default=None)


def latest_good(conn: Connection) -> Attempt | None:
    """The newest that succeeded, or None."""
    return next((it for it in history(conn) if not it.code), None)


def forget(conn: Connection) -> None:
    """Forgets that they failed: nobody wants them any more."""
    conn.execute(delete(BACKUP_ATTEMPT))
