"""What people at the centre ruled about records last: to whom one went, and whether it is hidden.

A record's state says that it is so; here stands when and why, for whoever owns or owned it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Column, Connection, String, Table, Text, delete, select

from hubnode.store.tables import METADATA
from protocol.entries.decisions import Decision
from protocol.entries.record_decisions import PublicationSet, RecordTransferred
from runtime.database import upsert


class Subject(StrEnum):
    """What a ruling is about."""

    OWNER = "owner"
    PUBLICATION = "publication"


RULING = Table(
    "ruling",
    METADATA,
    Column("record", String(36), primary_key=True),
    Column("subject", String(16), primary_key=True),
    Column("value", String(64), nullable=False),
    Column("at", String(32), nullable=False),
    Column("reason", Text, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """The last one on a subject.

    Attributes:
        record: UUIDv7.
        subject: what it is about.
        value: id of the hub that owns the record; `public` or `hidden`.
        at: the centre's time, RFC 3339 in UTC.
        reason: why.
    """

    record: str
    subject: Subject
    value: str
    at: str
    reason: str


def keep(conn: Connection, decisions: Iterable[Decision], *, hub: str) -> None:
    """Keeps the rulings among these decisions; of transfers those that this hub has part in."""
    rows = [
        {
            "record": it.record,
            "subject": subject.value,
            "value": value,
            "at": it.at,
            "reason": it.reason,
        }
        for it, subject, value in _rulings(decisions, hub)
    ]
    if rows:
        upsert(conn, RULING, rows, key=["record", "subject"])


def clear(conn: Connection) -> None:
    """Forgets them: they are folded again."""
    conn.execute(delete(RULING))


def get(conn: Connection, record: str, subject: Subject) -> Ruling | None:
    """The last ruling on one subject, or None where there was none."""
    asked = select(RULING).where(RULING.c.record == record, RULING.c.subject == subject.value)
    row = conn.execute(asked).first()
    if row is None:
        return None
    return Ruling(record=row.record, subject=subject, value=row.value, at=row.at, reason=row.reason)


def _rulings(
    decisions: Iterable[Decision], hub: str
) -> Iterable[tuple[RecordTransferred | PublicationSet, Subject, str]]:
    for it in decisions:
        match it:
            case RecordTransferred() if hub in {it.giver, it.to}:
                yield it, Subject.OWNER, it.to
            case PublicationSet():
                yield it, Subject.PUBLICATION, it.state
            case _:
                pass
