"""Registration numbers that were given: one a record, each once."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Integer, Select, String, Table, func, select

from central.store.tables import METADATA
from protocol.entries.decisions import Decision
from protocol.entries.record_decisions import NumberAssigned
from protocol.innovation.registration import parse_number
from runtime.database import insert_many

REGISTRATION = Table(
    "registration_number",
    METADATA,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("serial", BigInteger, primary_key=True, autoincrement=False),
    Column("record", String(36), nullable=False, unique=True),
)
"""A second number of a record, and a second record of a number, are refused by the keys."""


def add_many(conn: Connection, decisions: Iterable[Decision]) -> None:
    """Keeps the numbers that these decisions give."""
    given = [
        (parse_number(it.number), it.record) for it in decisions if isinstance(it, NumberAssigned)
    ]
    rows = [
        {"year": number[0], "serial": number[1], "record": record}
        for number, record in given
        if number is not None
    ]
    if rows:
        insert_many(conn, REGISTRATION, rows)


def last_serial(conn: Connection, year: int) -> int:
    """The last running number of a year; 0 where none was given."""
    last = select(func.max(REGISTRATION.c.serial)).where(REGISTRATION.c.year == year)
    return int(conn.execute(last).scalar() or 0)


def clear(conn: Connection) -> None:
    """Forgets them: they can be derived again."""
    conn.execute(REGISTRATION.delete())


def everything() -> Select[Any]:
    """The question for every row, in order."""
    return select(REGISTRATION).order_by(REGISTRATION.c.year, REGISTRATION.c.serial)
