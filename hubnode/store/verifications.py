"""The last verification of everything on this disk, and what it found."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, Integer, String, Table, select

from hubnode.store.tables import METADATA
from runtime.database import upsert
from runtime.utc_times import UtcDateTime

VERIFICATION = Table(
    "verification",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("message", String, nullable=False),
)

_ROW = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """One verification.

    Attributes:
        at: by this machine's clock.
        message: what does not hold, or "".
    """

    at: datetime
    message: str


def latest(conn: Connection) -> Verification | None:
    """The last one, or None where there was none yet."""
    found = select(VERIFICATION.c.at, VERIFICATION.c.message)
    row = conn.execute(found).mappings().one_or_none()
    return None if row is None else Verification(**row)


def keep(conn: Connection, verification: Verification) -> None:
    """Keeps it in place of the one before."""
    upsert(conn, VERIFICATION, [{"id": _ROW, **asdict(verification)}], key=["id"])
