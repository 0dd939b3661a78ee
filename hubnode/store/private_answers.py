"""Why texts that look like personal data stay in a record. On this node only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, String, Table, Text, select

from hubnode.store.tables import METADATA
from runtime.database import upsert
from runtime.utc_times import UtcDateTime

PRIVATE_ANSWER = Table(
    "private_answer",
    METADATA,
    Column("record", String(36), primary_key=True),
    Column("key", String(16), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("account", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateAnswer:
    """What somebody said about one text of a record.

    Attributes:
        key: of the finding (`hubnode.private_texts`).
        reason: why it stays.
        account: who said so.
    """

    record: str
    key: str
    reason: str
    account: str
    at: datetime


def of_record(conn: Connection, record: str) -> list[PrivateAnswer]:
    """All about one record, the oldest first."""
    table = PRIVATE_ANSWER.c
    found = select(PRIVATE_ANSWER).where(table.record == record).order_by(table.at, table.key)
    return [PrivateAnswer(**row) for row in conn.execute(found).mappings()]


def save(
    conn: Connection, record: str, answers: Mapping[str, str], *, account: str, at: datetime
) -> None:
    """Keeps reasons by key; one that was there is replaced."""
    about = {"record": record, "account": account, "at": at}
    rows = [{**about, "key": key, "reason": reason} for key, reason in answers.items()]
    upsert(conn, PRIVATE_ANSWER, rows, key=["record", "key"])
