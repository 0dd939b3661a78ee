"""An index of the national log: which decision is about what, so that nothing scans the log."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Row,
    String,
    Table,
    exists,
    select,
)

from central.store.tables import METADATA
from protocol.entries.decisions import (
    HELD,
    PROPOSED,
    Decision,
    kind_of,
    outcome_of,
    source_of,
)
from runtime.database import fingerprint_rows, insert_many, upsert

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

OUTCOME_COUNT = Table(
    "outcome_count",
    METADATA,
    Column("origin", String(512), primary_key=True),
    Column("outcome", String(16), primary_key=True),
    Column("count", BigInteger, nullable=False),
)
"""Kept with the index, because every sync asks for it."""


_RULINGS = ("change.released", "change.refused")


def add_many(conn: Connection, decisions: Sequence[Decision], *, start: int) -> None:
    """Indexes decisions whose places begin at `start`; bulk."""
    if decisions:
        rows = [_row(place, decision) for place, decision in enumerate(decisions, start)]
        insert_many(conn, DECISION, rows)
        _count(conn, rows)


def clear(conn: Connection) -> None:
    """Forgets the index: it can be derived again."""
    conn.execute(DECISION.delete())
    conn.execute(OUTCOME_COUNT.delete())


def fingerprint(conn: Connection) -> bytes:
    """SHA-256 over every row of the index and of the counts."""
    return fingerprint_rows(
        conn,
        [
            select(DECISION).order_by(DECISION.c.place),
            select(OUTCOME_COUNT).order_by(OUTCOME_COUNT.c.origin, OUTCOME_COUNT.c.outcome),
        ],
    )


def of_record(conn: Connection, record: str) -> list[int]:
    """Places of the decisions about a record, the newest first."""
    found = select(DECISION.c.place).where(DECISION.c.record == record)
    return list(conn.execute(found.order_by(DECISION.c.place.desc())).scalars())


def of_kind(conn: Connection, kind: str) -> list[int]:
    """Places of the decisions of one type, the oldest first. Reads the whole index: few ask."""
    found = select(DECISION.c.place).where(DECISION.c.kind == kind)
    return list(conn.execute(found.order_by(DECISION.c.place)).scalars())


def outcomes(conn: Connection, origin: str) -> dict[str, int]:
    """How many entries of a hub's log have which outcome; none has two."""
    table = OUTCOME_COUNT.c
    found = select(table.outcome, table.count).where(table.origin == origin, table.count > 0)
    return {row[0]: row[1] for row in conn.execute(found)}


def of_source(conn: Connection, origin: str, number: int) -> Row[Any] | None:
    """The last decision about one entry of a hub's log."""
    found = select(DECISION).where(DECISION.c.origin == origin, DECISION.c.number == number)
    return conn.execute(found.order_by(DECISION.c.place.desc()).limit(1)).first()


def waiting(conn: Connection) -> list[Row[Any]]:
    """Decisions about changes that wait for a person, the oldest first."""
    later = DECISION.alias("later")
    is_ruled = exists().where(
        later.c.origin == DECISION.c.origin,
        later.c.number == DECISION.c.number,
        later.c.place > DECISION.c.place,
    )
    found = select(DECISION).where(DECISION.c.outcome.in_((HELD, PROPOSED)), ~is_ruled)
    return list(conn.execute(found.order_by(DECISION.c.place)).all())


def _count(conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
    fresh = Counter((row["origin"], row["outcome"]) for row in rows if row["origin"])
    fresh.subtract(_ruled(conn, rows))
    for origin in sorted({origin for origin, _ in fresh}):
        before = outcomes(conn, origin)
        counted = [
            {"origin": origin, "outcome": outcome, "count": before.get(outcome, 0) + count}
            for (of, outcome), count in fresh.items()
            if of == origin
        ]
        upsert(conn, OUTCOME_COUNT, counted, key=["origin", "outcome"])


def _ruled(conn: Connection, rows: Sequence[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """The outcomes that these rulings end."""
    table = DECISION.c
    for row in rows:
        if row["kind"] in _RULINGS:
            before = select(table.outcome).where(
                table.origin == row["origin"],
                table.number == row["number"],
                table.place < row["place"],
            )
            yield row["origin"], conn.execute(before).scalar_one()


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
