"""An index of the national log: which decision is about what, so that nothing scans the log."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Index,
    Row,
    String,
    Table,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    true,
)

from central.store import numbers
from central.store.decision_rows import row_of, row_of_redacted
from central.store.tables import METADATA
from protocol.entries.decisions import (
    APPLIED,
    CONFLICT,
    HELD,
    PROPOSED,
    Decision,
)
from protocol.entries.redaction import TYPE as ENTRY_REDACTED
from protocol.entries.redaction import EntryRedacted
from runtime.database import fingerprint_rows, insert_many, upsert
from runtime.id_lists import is_among

DECISION = Table(
    "decision",
    METADATA,
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(32), nullable=False),
    Column("record", String(36)),
    Column("outcome", String(16)),
    Column("origin", String(512)),
    Column("number", BigInteger),
    Column("code", String(64)),
    Column("other", String(36)),
    Column("hub", String(63)),
    Column("at", String(20)),
    Index("ix_decision_source", "origin", "number", "place"),
)
_IS_OF_TWO = DECISION.c.other.is_not(None)
Index("ix_decision_record", DECISION.c.record, DECISION.c.place)
Index(
    "ix_decision_other",
    DECISION.c.other,
    DECISION.c.place,
    sqlite_where=_IS_OF_TWO,
    postgresql_where=_IS_OF_TWO,
)
_IS_A_PERSONS = DECISION.c.origin.is_(None)
Index(
    "ix_decision_person",
    DECISION.c.kind,
    DECISION.c.place,
    sqlite_where=_IS_A_PERSONS,
    postgresql_where=_IS_A_PERSONS,
)
_MAY_WAIT = DECISION.c.outcome.in_(
    bindparam("waiting", (HELD, PROPOSED), expanding=True, literal_execute=True)
)
"""As the index says it, word for word: SQLite takes an index for no other condition."""
Index(
    "ix_decision_waiting",
    DECISION.c.place,
    sqlite_where=_MAY_WAIT,
    postgresql_where=_MAY_WAIT,
)
_IS_ABOUT_A_HUB = DECISION.c.hub.is_not(None)
Index(
    "ix_decision_hub",
    DECISION.c.hub,
    DECISION.c.place,
    sqlite_where=_IS_ABOUT_A_HUB,
    postgresql_where=_IS_ABOUT_A_HUB,
)
"""Few decisions let somebody wait, few are about two records, and few are a person's alone, with
no entry of a hub behind them, of which fewer are about a hub: all others cost these indexes
nothing. With their places, so that the newest few cost no more where there are ten thousand.

`hub` is of decisions with no entry of a hub behind them; of the others `origin` says whose they
are."""

OUTCOME_COUNT = Table(
    "outcome_count",
    METADATA,
    Column("origin", String(512), primary_key=True),
    Column("outcome", String(16), primary_key=True),
    Column("count", BigInteger, nullable=False),
)
"""Kept with the index, because every sync asks for it."""


_UNDOING = ("record.reopened", "record.unmerged")
_RULINGS = ("change.released", "change.refused")


def add_many(conn: Connection, decisions: Iterable[tuple[int, Decision]]) -> None:
    """Indexes decisions with their places, and those whose bytes they say are gone; bulk."""
    placed = list(decisions)
    if placed:
        rows = [row_of(place, decision) for place, decision in placed]
        rows += _rows_of_redacted(conn, placed)
        insert_many(conn, DECISION, rows)
        _forget_hubs(conn, placed)
        _count(conn, rows)
        numbers.add_many(conn, [decision for _, decision in placed])


def clear(conn: Connection) -> None:
    """Forgets the index: it can be derived again."""
    conn.execute(DECISION.delete())
    conn.execute(OUTCOME_COUNT.delete())
    numbers.clear(conn)


def fingerprint(conn: Connection) -> bytes:
    """SHA-256 over every row of the index, of the counts and of the numbers given."""
    return fingerprint_rows(
        conn,
        [
            select(DECISION).order_by(DECISION.c.place),
            select(OUTCOME_COUNT).order_by(OUTCOME_COUNT.c.origin, OUTCOME_COUNT.c.outcome),
            numbers.everything(),
        ],
    )


def of_record(conn: Connection, record: str) -> list[int]:
    """Places of the decisions about a record, alone or with another one, the newest first."""
    is_about = or_(DECISION.c.record == record, DECISION.c.other == record)
    found = select(DECISION.c.place).where(is_about)
    return list(conn.execute(found.order_by(DECISION.c.place.desc())).scalars())


def newest_of_record(
    conn: Connection, record: str, *, limit: int, before: int | None = None
) -> list[int]:
    """As `of_record`, the newest `limit` of those before a place, or of all."""
    place, found = DECISION.c.place, set[int]()
    for is_about in (DECISION.c.record == record, DECISION.c.other == record):
        is_asked = is_about if before is None else and_(is_about, place < before)
        asked = select(place).where(is_asked).order_by(place.desc()).limit(limit)
        found.update(conn.execute(asked).scalars())
    return sorted(found, reverse=True)[:limit]


def redactions_of(conn: Connection, record: str) -> list[int]:
    """Places of the decisions that destroyed what others said of a record, the oldest first."""
    is_one = and_(DECISION.c.record == record, DECISION.c.kind == ENTRY_REDACTED)
    found = select(DECISION.c.place).where(is_one)
    return list(conn.execute(found.order_by(DECISION.c.place)).scalars())


def of_kinds(conn: Connection, kinds: Sequence[str]) -> list[int]:
    """Places of the decisions of these types, the oldest first. Reads the whole index: few ask."""
    found = select(DECISION.c.place).where(DECISION.c.kind.in_(kinds))
    return list(conn.execute(found.order_by(DECISION.c.place)).scalars())


def newest_of_persons(
    conn: Connection, kinds: Sequence[str], *, limit: int, before: int | None = None
) -> list[Row[Any]]:
    """Decisions of these types with no entry of a hub behind them, the newest first.

    Args:
        conn: an open transaction.
        kinds: types of decisions.
        limit: how many at most.
        before: the place before which they stand; None for the newest of all.
    """
    table, found = DECISION.c, list[Row[Any]]()
    for kind in kinds:  # one by one, so that the index gives each in order
        asked = select(DECISION).where(table.kind == kind, _IS_A_PERSONS)
        if before is not None:
            asked = asked.where(table.place < before)
        found += conn.execute(asked.order_by(table.place.desc()).limit(limit)).all()
    return sorted(found, key=lambda row: row.place, reverse=True)[:limit]


def newest(
    conn: Connection,
    *,
    kinds: Collection[str] = (),
    origins: Sequence[str] = (),
    hub: str = "",
    before: int | None = None,
    limit: int,
) -> list[int]:
    """Places of the newest decisions of some types, and about a hub or about entries of its logs.

    Args:
        conn: an open transaction.
        kinds: types of decisions; none of them for all.
        origins: logs of the hub.
        hub: hub id; "" for all decisions.
        before: the place before which they stand; None for the newest of all.
        limit: how many at most.
    """
    table, found = DECISION.c, set[int]()
    for is_about in (table.origin.in_(origins), table.hub == hub) if hub else (true(),):
        asked = select(table.place).where(is_about).order_by(table.place.desc()).limit(limit)
        if kinds:
            asked = asked.where(table.kind.in_(kinds))
        if before is not None:
            asked = asked.where(table.place < before)
        found.update(conn.execute(asked).scalars())
    return sorted(found, reverse=True)[:limit]


def at_places(conn: Connection, places: Sequence[int]) -> dict[int, Row[Any]]:
    """What the index says of the decisions at some places, by place."""
    found = select(DECISION).where(DECISION.c.place.in_(places))
    return {row.place: row for row in conn.execute(found)}


def around(conn: Connection, moment: str) -> tuple[int | None, int | None]:
    """The last place decided before a moment, and the first decided then or later, by their times.

    Reads the whole index: few ask. A time has one form, so texts compare as times do.

    Args:
        conn: an open transaction.
        moment: RFC 3339 in UTC, to the second.
    """
    table = DECISION.c
    last = conn.execute(select(func.max(table.place)).where(table.at < moment)).scalar()
    first = conn.execute(select(func.min(table.place)).where(table.at >= moment)).scalar()
    return last, first


def records_since(conn: Connection, origins: Sequence[str], place: int) -> list[str]:
    """Records about which entries of these logs were applied from a place on, sorted."""
    table = DECISION.c
    found = select(table.record).where(
        table.origin.in_(origins),
        table.place >= place,
        table.outcome.in_((APPLIED, CONFLICT)),
        table.record.is_not(None),
    )
    return list(conn.execute(found.distinct().order_by(table.record)).scalars())


def verdict_on(conn: Connection, one: str, other: str) -> Row[Any] | None:
    """The decision that stands about a pair of records, in either order, or None."""
    table = DECISION.c
    is_of_pair = or_(
        and_(table.record == one, table.other == other),
        and_(table.record == other, table.other == one),
    )
    found = select(DECISION).where(is_of_pair).order_by(table.place.desc()).limit(1)
    row = conn.execute(found).first()
    return None if row is None or row.kind in _UNDOING else row


def judged_pairs(conn: Connection, records: Sequence[str]) -> set[frozenset[str]]:
    """The pairs with these records about which a decision of a person stands."""
    table = DECISION.c
    is_among_them = or_(is_among(conn, table.record, records), is_among(conn, table.other, records))
    found = select(table.record, table.other, table.kind).where(
        table.other.is_not(None), is_among_them
    )
    last = {
        frozenset((row.record, row.other)): row.kind
        for row in conn.execute(found.order_by(table.place))
    }
    return {pair for pair, kind in last.items() if kind not in _UNDOING}


def between(conn: Connection, start: int, end: int) -> list[Row[Any]]:
    """The decisions at places from `start` up to `end`, in order."""
    is_there = DECISION.c.place >= start, DECISION.c.place < end
    return list(conn.execute(select(DECISION).where(*is_there).order_by(DECISION.c.place)).all())


def records_between(conn: Connection, start: int, end: int) -> list[str]:
    """The records that the decisions at places from `start` up to `end` are about."""
    table = DECISION.c
    rows = conn.execute(
        select(table.record, table.other).where(table.place >= start, table.place < end)
    )
    return sorted({name for row in rows for name in row if name is not None})


def outcomes(conn: Connection, origin: str) -> dict[str, int]:
    """How many entries of a hub's log have which outcome; none has two."""
    table = OUTCOME_COUNT.c
    found = select(table.outcome, table.count).where(table.origin == origin, table.count > 0)
    return {row[0]: row[1] for row in conn.execute(found)}


def places_of_source(conn: Connection, origin: str, number: int) -> list[int]:
    """Places of every decision about one entry of a hub's log, the oldest first."""
    is_of_it = and_(DECISION.c.origin == origin, DECISION.c.number == number)
    found = select(DECISION.c.place).where(is_of_it)
    return list(conn.execute(found.order_by(DECISION.c.place)).scalars())


def waiting(conn: Connection, *, after: int = -1, limit: int | None = None) -> list[Row[Any]]:
    """Decisions about changes that wait for a person, the oldest first.

    Args:
        conn: an open transaction.
        after: the place behind which they stand; none stands before 0.
        limit: how many at most; None for all.
    """
    found = select(DECISION).where(_waits(), DECISION.c.place > after)
    return list(conn.execute(found.order_by(DECISION.c.place).limit(limit)).all())


def waiting_count(conn: Connection) -> int:
    """How many of them there are."""
    return conn.execute(select(func.count()).select_from(DECISION).where(_waits())).scalar_one()


def _waits() -> ColumnElement[bool]:
    later = DECISION.alias("later")
    is_ruled = exists().where(
        later.c.origin == DECISION.c.origin,
        later.c.number == DECISION.c.number,
        later.c.place > DECISION.c.place,
    )
    return and_(_MAY_WAIT, ~is_ruled)


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


def _rows_of_redacted(
    conn: Connection, placed: Sequence[tuple[int, Decision]]
) -> list[dict[str, Any]]:
    """The rows that are not there, because the decisions were read without their bytes."""
    gone = {
        it.index: row_of_redacted(it)
        for _, decision in placed
        if isinstance(decision, EntryRedacted)
        for it in decision.entries
        if it.kind is not None
    }
    if not gone:
        return []
    here = conn.execute(select(DECISION.c.place).where(DECISION.c.place.in_(gone))).scalars()
    known = {*here, *(place for place, _ in placed)}
    return [gone[place] for place in sorted(gone.keys() - known)]


def _forget_hubs(conn: Connection, placed: Sequence[tuple[int, Decision]]) -> None:
    """Lets rows of redacted decisions say no hub: no fold could learn it from what is left."""
    gone = [
        it.index
        for _, decision in placed
        if isinstance(decision, EntryRedacted)
        for it in decision.entries
        if it.kind is not None
    ]
    if gone:
        is_gone = DECISION.c.place.in_(gone), _IS_ABOUT_A_HUB
        conn.execute(DECISION.update().where(*is_gone).values(hub=None))
