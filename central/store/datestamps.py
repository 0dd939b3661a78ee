"""When readers could first see each record, and what it says now (docs/decisions/0038).

Not derived from the log, which knows when a decision was made and not when it could be read; so
`central rebuild` leaves these rows alone.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Index,
    String,
    Table,
    Text,
    and_,
    func,
    or_,
    select,
)

from central.store.tables import METADATA
from runtime.database import upsert
from runtime.id_lists import is_among

DATESTAMP = Table(
    "datestamp",
    METADATA,
    Column("record", String(36), primary_key=True),
    Column("place", BigInteger, nullable=False),
    Column("first_at", String(20), nullable=False),
    Column("at", String(20), nullable=False),
    Column("hub", Text, nullable=False),
    Column("province", String(2)),
    Column("is_active", Boolean, nullable=False),
    Index("ix_datestamp_at", "at", "record"),
    Index("ix_datestamp_first_at", "first_at", "record"),
)
PROGRESS = Table(
    "datestamp_progress",
    METADATA,
    Column("origin", String(512), primary_key=True),
    Column("followed", BigInteger, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Datestamp:
    """One record.

    Attributes:
        record: its id.
        place: of the decision that last changed it.
        first_at: from when on readers find it: RFC 3339 in UTC, whole seconds.
        at: from when on they find what it says now.
        hub: whose it is.
        province: Kemendagri's code, or None.
        is_active: whether readers find it at all; else it is withdrawn, merged or hidden.
    """

    record: str
    place: int
    first_at: str
    at: str
    hub: str
    province: str | None
    is_active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Which of them.

    Attributes:
        since: earliest time, or "" for all.
        until: latest time.
        hub: whose they are, or None for all.
        province: in which they are; "" for any that has one, None for all.
    """

    since: str = ""
    until: str
    hub: str | None = None
    province: str | None = None


def get_many(conn: Connection, records: Sequence[str]) -> dict[str, Datestamp]:
    """Those of these records that have one."""
    found = select(DATESTAMP).where(is_among(conn, DATESTAMP.c.record, records))
    return {row.record: Datestamp(**row._asdict()) for row in conn.execute(found)}


def put_many(conn: Connection, stamps: Sequence[Datestamp]) -> None:
    """Inserts or replaces."""
    upsert(conn, DATESTAMP, [asdict(it) for it in stamps], key=["record"])


def within(
    conn: Connection, span: Span, *, after: tuple[str, str] = ("", ""), limit: int
) -> list[Datestamp]:
    """The next ones of a span, by time and then id.

    Args:
        conn: a transaction.
        span: which.
        after: `at` and `record` behind which they stand.
        limit: how many at most.
    """
    table, (at, record) = DATESTAMP.c, after
    is_behind = or_(table.at > at, and_(table.at == at, table.record > record))
    found = select(DATESTAMP).where(_is_in(span), table.at >= at, is_behind)
    rows = conn.execute(found.order_by(table.at, table.record).limit(limit))
    return [Datestamp(**row._asdict()) for row in rows]


def newest(
    conn: Connection, span: Span, *, is_first: bool, before: tuple[str, str] | None, limit: int
) -> list[Datestamp]:
    """The active ones of a span, the newest first.

    Args:
        conn: a transaction.
        span: which.
        is_first: whether the time counts at which they first were there, else what they say now.
        before: that time and `record` of the one behind which they stand, or None.
        limit: how many at most.
    """
    table = DATESTAMP.c
    at = table.first_at if is_first else table.at
    found = select(DATESTAMP).where(_is_in(span, at), table.is_active.is_(True))
    if before is not None:
        is_older = or_(at < before[0], and_(at == before[0], table.record < before[1]))
        found = found.where(at <= before[0], is_older)
    rows = conn.execute(found.order_by(at.desc(), table.record.desc()).limit(limit))
    return [Datestamp(**row._asdict()) for row in rows]


def count(conn: Connection, span: Span) -> int:
    """How many a span has."""
    found = select(func.count()).select_from(DATESTAMP).where(_is_in(span))
    return conn.execute(found).scalar_one()


def earliest(conn: Connection) -> str | None:
    """The earliest `at` there is."""
    return conn.execute(select(func.min(DATESTAMP.c.at))).scalar()


def latest(conn: Connection, *, until: str) -> str | None:
    """The latest `at` up to a moment."""
    return conn.execute(select(func.max(DATESTAMP.c.at)).where(DATESTAMP.c.at <= until)).scalar()


def followed(conn: Connection, origin: str) -> int:
    """How many decisions of a national log have been followed."""
    found = select(PROGRESS.c.followed).where(PROGRESS.c.origin == origin)
    return conn.execute(found).scalar() or 0


def save_followed(conn: Connection, origin: str, size: int) -> None:
    """Says how many have been followed by now."""
    upsert(conn, PROGRESS, [{"origin": origin, "followed": size}], key=["origin"])


def _is_in(span: Span, at: Column[str] = DATESTAMP.c.at) -> ColumnElement[bool]:
    table = DATESTAMP.c
    conditions: list[ColumnElement[bool]] = [at >= span.since, at <= span.until]
    if span.hub is not None:
        conditions.append(table.hub == span.hub)
    if span.province is not None:
        is_there = table.province.is_not(None)
        conditions.append(table.province == span.province if span.province else is_there)
    return and_(*conditions)
