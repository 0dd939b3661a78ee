"""What was told of what is wrong, and how the last sending of each channel went."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Boolean, Column, Connection, String, Table, delete, insert, select

from hubnode.news import Kind, Told
from hubnode.store.tables import METADATA
from runtime.database import UtcDateTime, upsert

ALERT_TOLD = Table(
    "alert_told",
    METADATA,
    Column("channel", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("code", String, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)
ALERT_SENT = Table(
    "alert_sent",
    METADATA,
    Column("channel", String, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("is_good", Boolean, nullable=False),
    Column("reason", String, nullable=False, default=""),
    Column("detail", String, nullable=False, default=""),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The last sending of a channel.

    Attributes:
        channel: `mail` or `webhook`.
        is_good: whether it was taken.
        reason: why not, a word that has a sentence.
        detail: what the other side said, without addresses of people.
    """

    channel: str
    at: datetime
    is_good: bool
    reason: str = ""
    detail: str = ""


def told(conn: Connection, channel: str) -> tuple[Told, ...]:
    """What was told through a channel of what is not over."""
    query = select(ALERT_TOLD).where(ALERT_TOLD.c.channel == channel).order_by(ALERT_TOLD.c.at)
    rows = conn.execute(query).mappings()
    return tuple(Told(kind=Kind(it["kind"]), code=it["code"], at=it["at"]) for it in rows)


def keep_told(conn: Connection, channel: str, found: Iterable[Told]) -> None:
    """Keeps it in place of what was told before."""
    conn.execute(delete(ALERT_TOLD).where(ALERT_TOLD.c.channel == channel))
    rows = [{"channel": channel, "kind": it.kind.value, **_rest(it)} for it in found]
    if rows:
        conn.execute(insert(ALERT_TOLD), rows)


def sent(conn: Connection) -> tuple[Sent, ...]:
    """The last sending of each channel that has had one."""
    rows = conn.execute(select(ALERT_SENT).order_by(ALERT_SENT.c.channel)).mappings()
    return tuple(Sent(**row) for row in rows)


def keep_sent(conn: Connection, found: Sent) -> None:
    """Keeps it in place of the one before."""
    upsert(conn, ALERT_SENT, [asdict(found)], key=["channel"])


def forget_sent(conn: Connection) -> None:
    """Forgets how sendings went: by other settings than those of now."""
    conn.execute(delete(ALERT_SENT))


def _rest(it: Told) -> dict[str, object]:
    return {"code": it.code, "at": it.at}
