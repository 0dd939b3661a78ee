"""An index of the national log: which decision is about what, so that nothing scans the log."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Row,
    String,
    Table,
    func,
    insert,
    select,
)

from central.store.tables import METADATA
from protocol.entries.decisions import Decision, kind_of, outcome_of, source_of

DECISION = Table(
    "decision",
    METADATA,
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(32), nullable=False),
    Column("record", String(36), index=True),
    Column("outcome", String(16)),
    Column("origin", String(512), index=True),
    Column("number", BigInteger),
    Column("code", String(64)),
)


def add_many(conn: Connection, decisions: Sequence[Decision], *, start: int) -> None:
    """Indexes decisions whose places begin at `start`; bulk."""
    if decisions:
        rows = [_row(place, decision) for place, decision in enumerate(decisions, start)]
        conn.execute(insert(DECISION), rows)


def of_record(conn: Connection, record: str) -> list[int]:
    """Places of the decisions about a record, the newest first."""
    found = select(DECISION.c.place).where(DECISION.c.record == record)
    return list(conn.execute(found.order_by(DECISION.c.place.desc())).scalars())


def outcomes(conn: Connection, origin: str) -> dict[str, int]:
    """How many entries of a hub's log have which outcome."""
    counted = (
        select(DECISION.c.outcome, func.count())
        .where(DECISION.c.origin == origin)
        .group_by(DECISION.c.outcome)
    )
    return {row[0]: row[1] for row in conn.execute(counted)}


def of_source(conn: Connection, origin: str, number: int) -> Row[Any] | None:
    """The decision about one entry of a hub's log."""
    found = select(DECISION).where(DECISION.c.origin == origin, DECISION.c.number == number)
    return conn.execute(found).first()


def _row(place: int, decision: Decision) -> dict[str, Any]:
    source = source_of(decision)
    return {
        "place": place,
        "kind": kind_of(decision),
        "record": getattr(decision, "record", None),
        "outcome": outcome_of(decision),
        "origin": source.origin if source else None,
        "number": source.index if source else None,
        "code": getattr(decision, "code", None),
    }
