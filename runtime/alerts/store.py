"""What was told of what is wrong, and how the last sending of each channel went."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    MetaData,
    String,
    Table,
    delete,
    insert,
    select,
)

from runtime.alerts.news import Told
from runtime.database import upsert
from runtime.utc_times import UtcDateTime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The last sending of a channel.

    Attributes:
        channel: such as `mail` or `webhook`.
        is_good: whether it was taken.
        reason: why not, a word that has a sentence.
        detail: what the other side said, without addresses of people.
    """

    channel: str
    at: datetime
    is_good: bool
    reason: str = ""
    detail: str = ""


class AlertStore:
    """Two tables of a house's database, which hold what its channels have told."""

    def __init__(self, metadata: MetaData) -> None:
        self._told = Table(
            "alert_told",
            metadata,
            Column("channel", String, primary_key=True),
            Column("kind", String, primary_key=True),
            Column("code", String, primary_key=True),
            Column("at", UtcDateTime, nullable=False),
            Column("is_over", Boolean, nullable=False),
        )
        self._sent = Table(
            "alert_sent",
            metadata,
            Column("channel", String, primary_key=True),
            Column("at", UtcDateTime, nullable=False),
            Column("is_good", Boolean, nullable=False),
            Column("reason", String, nullable=False, default=""),
            Column("detail", String, nullable=False, default=""),
        )

    def told(self, conn: Connection, channel: str) -> tuple[Told, ...]:
        """What was told through a channel of what is not over."""
        return tuple(it for it in self.remembered(conn, channel) if not it.is_over)

    def remembered(self, conn: Connection, channel: str) -> tuple[Told, ...]:
        """All that `keep_told` was given, the oldest first."""
        t = self._told.c
        query = select(t.kind, t.code, t.at, t.is_over).where(t.channel == channel)
        rows = conn.execute(query.order_by(t.at, t.kind)).mappings()
        return tuple(Told(**row) for row in rows)

    def keep_told(self, conn: Connection, channel: str, found: Iterable[Told]) -> None:
        """Keeps it in place of what was told before."""
        conn.execute(delete(self._told).where(self._told.c.channel == channel))
        rows = [{"channel": channel, **asdict(it)} for it in found]
        if rows:
            conn.execute(insert(self._told), rows)

    def sent(self, conn: Connection) -> tuple[Sent, ...]:
        """The last sending of each channel that has had one."""
        rows = conn.execute(select(self._sent).order_by(self._sent.c.channel)).mappings()
        return tuple(Sent(**row) for row in rows)

    def keep_sent(self, conn: Connection, found: Sent) -> None:
        """Keeps it in place of the one before."""
        upsert(conn, self._sent, [asdict(found)], key=["channel"])

    def forget_sent(self, conn: Connection) -> None:
        """Forgets how sendings went: by other settings than those of now."""
        conn.execute(delete(self._sent))
