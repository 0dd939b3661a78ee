"""What each innovation that readers see lacks, in one row: 100,000 of them are counted fast.

Derived behind the decisions (`central.quality`): clearing it costs time and nothing else. What is
missing is a number with a bit for each field that counts for completeness, so that any list is
found in one pass over narrow rows. The counts are kept beside them, in the same transaction.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    String,
    Table,
    and_,
    delete,
    false,
    func,
    or_,
    select,
)

from central.store.tables import METADATA
from protocol.entries.record_decisions import OPEN
from protocol.innovation.completeness import GROUPS
from protocol.innovation.fields import fields
from runtime.database import upsert
from runtime.id_lists import is_among

QUALITY = Table(
    "quality",
    METADATA,
    Column("record", String(36), primary_key=True),
    Column("hub", String(63), nullable=False, index=True),
    Column("missing", BigInteger, nullable=False),
    Column("looked_at", String(10)),
    Column("has_placeholder", Boolean, nullable=False),
    Column("award", String(16)),
    Column("has_number", Boolean, nullable=False),
)
QUALITY_COUNT = Table(
    "quality_count",
    METADATA,
    Column("hub", String(63), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("number", BigInteger, nullable=False),
)
"""The rows counted, so that a page adds up a few hundred numbers and not 100,000 rows."""

PROGRESS = Table(
    "quality_progress",
    METADATA,
    Column("origin", String(512), primary_key=True),
    Column("followed", BigInteger, nullable=False),
    Column("counted", String(2000), nullable=False),
)
"""How far the rows follow a national log, and the fields that their bits stand for."""

_Q, _N = QUALITY.c, QUALITY_COUNT.c

TOTAL, FULL, FIELD, NEED, LOOKED_AT = "total", "full", "field", "need", "looked_at"
"""Kinds of numbers: all; full by group; without a field; with a need; by the day of the look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """One innovation.

    Attributes:
        record, hub: which, and whose.
        missing: names of the fields that count for completeness and that it lacks.
        looked_at: when its sustainability was last looked at, a year or a day; None where it does
            not say.
        has_placeholder: whether a text in it stands for none, such as "-" or "test".
        award: the standing that says most of the awards that it claims; None where it claims none.
        has_number: whether it has a national registration number.
    """

    record: str
    hub: str
    missing: Sequence[str]
    looked_at: str | None
    has_placeholder: bool
    award: str | None
    has_number: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Numbers over all innovations, or over those of one hub.

    Attributes:
        total: how many they are.
        full: by group, of how many nothing of it is missing.
        stale, placeholder, award_open, numberless: of how many that is to be mended.
    """

    total: int
    full: Mapping[str, int]
    stale: int
    placeholder: int
    award_open: int
    numberless: int


@cache
def counted() -> tuple[str, ...]:
    """The fields that count for completeness, in the order of the schema; one a bit."""
    return tuple(it.name for it in fields() if it.counts_for)


def progress(conn: Connection, origin: str) -> int:
    """How many decisions of a log the rows follow; 0 where the bits stand for other fields."""
    row = conn.execute(select(PROGRESS).where(PROGRESS.c.origin == origin)).first()
    return row.followed if row is not None and row.counted == _counted_text() else 0


def save_progress(conn: Connection, origin: str, followed: int) -> None:
    """Keeps it."""
    row = {"origin": origin, "followed": followed, "counted": _counted_text()}
    upsert(conn, PROGRESS, [row], key=["origin"])


def replace(conn: Connection, records: Sequence[str], rows: Sequence[Quality]) -> None:
    """Makes `rows` all that is there of these records, and counts what that changes."""
    is_theirs = is_among(conn, _Q.record, records)
    before = conn.execute(select(QUALITY).where(is_theirs)).all()
    fresh = [_row(it) for it in rows]
    conn.execute(delete(QUALITY).where(is_theirs))
    upsert(conn, QUALITY, fresh, key=["record"])
    change = Counter(key for row in fresh for key in _counted_in(row))
    change.subtract(key for row in before for key in _counted_in(row._asdict()))
    _add(conn, {key: number for key, number in change.items() if number})


def clear(conn: Connection) -> None:
    """Forgets everything: it can be derived again."""
    for table in (QUALITY, QUALITY_COUNT, PROGRESS):
        conn.execute(delete(table))


def counts_by_hub(conn: Connection, *, stale_before: str) -> dict[str, Counts]:
    """The numbers of each hub.

    Args:
        conn: an open transaction.
        stale_before: day before which a look at the sustainability is too old, YYYY-MM-DD.
    """
    numbers: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for row in conn.execute(select(QUALITY_COUNT).where(_N.kind != FIELD)):
        is_stale = row.kind == LOOKED_AT and row.name < stale_before
        key = (NEED, "stale") if is_stale else (row.kind, row.name)
        numbers[row.hub][key] += row.number
    return {hub: _counts(it) for hub, it in sorted(numbers.items()) if it[TOTAL, ""]}


def missing_counts(conn: Connection, *, hub: str = "") -> dict[str, int]:
    """Of how many innovations each field is missing; of one hub, or "" for all."""
    asked = select(_N.name, func.sum(_N.number)).where(_N.kind == FIELD).group_by(_N.name)
    rows = conn.execute(asked.where(_N.hub == hub) if hub else asked)
    known = {name: int(number) for name, number in rows}
    return {name: known.get(name, 0) for name in counted()}


def page(
    conn: Connection, condition: ColumnElement[bool], *, hub: str, start: int, limit: int
) -> tuple[list[str], int]:
    """Ids of innovations with a need, ascending, behind the first `start`; and how many there are.

    Args:
        conn: an open transaction.
        condition: of `lacking`, `not_full` or `needs`.
        hub: of this hub; "" for all.
        start: innovations before the page.
        limit: innovations a page.
    """
    is_asked = and_(condition, _Q.hub == hub) if hub else condition
    total = conn.execute(select(func.count()).select_from(QUALITY).where(is_asked)).scalar_one()
    ids = select(_Q.record).where(is_asked).order_by(_Q.record).offset(start).limit(limit)
    return list(conn.execute(ids).scalars()), total


NEEDS = ("stale", "placeholder", "award_open", "numberless")
"""What may have to be mended beside completeness."""


def needs(name: str, *, stale_before: str) -> ColumnElement[bool]:
    """The condition of one of `NEEDS`."""
    return {
        "stale": or_(_Q.looked_at.is_(None), _Q.looked_at < stale_before),
        "placeholder": _Q.has_placeholder.is_(True),
        "award_open": _Q.award == OPEN,
        "numberless": _Q.has_number.is_(False),
    }[name]


def lacking(field: str) -> ColumnElement[bool]:
    """The condition that a field is missing; nothing has it where the field does not count."""
    return _lacks(field) if field in counted() else false()


def not_full(group: str) -> ColumnElement[bool]:
    """The condition that something of a group is missing."""
    return _missing_of(group) != 0


def with_award(standing: str) -> ColumnElement[bool]:
    """The condition that the awards' best standing is this one."""
    return _Q.award == standing


def _lacks(field: str) -> ColumnElement[bool]:
    return _Q.missing.op("&")(1 << counted().index(field)) != 0


def _missing_of(group: str) -> ColumnElement[int]:
    return _Q.missing.op("&")(_mask(group))


@cache
def _mask(group: str) -> int:
    """The bits of a group's fields."""
    names = {it.name for it in fields() if it.counts_for == group}
    return sum(1 << bit for bit, name in enumerate(counted()) if name in names)


def _counted_in(row: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """By which hub, kind and name a row is counted."""
    hub, missing = row["hub"], row["missing"]
    yield hub, TOTAL, ""
    yield hub, LOOKED_AT, row["looked_at"] or ""
    yield from ((hub, FIELD, name) for bit, name in enumerate(counted()) if missing & 1 << bit)
    yield from ((hub, FULL, group) for group in GROUPS if not missing & _mask(group))
    needs = {
        "placeholder": row["has_placeholder"],
        "award_open": row["award"] == OPEN,
        "numberless": not row["has_number"],
    }
    yield from ((hub, NEED, name) for name, is_there in needs.items() if is_there)


def _add(conn: Connection, change: Mapping[tuple[str, str, str], int]) -> None:
    """Adds to the numbers that are kept."""
    hubs = sorted({hub for hub, _, _ in change})
    kept = conn.execute(select(QUALITY_COUNT).where(is_among(conn, _N.hub, hubs)))
    before = {(row.hub, row.kind, row.name): row.number for row in kept}
    rows = [
        {"hub": hub, "kind": kind, "name": name, "number": before.get((hub, kind, name), 0) + more}
        for (hub, kind, name), more in sorted(change.items())
    ]
    upsert(conn, QUALITY_COUNT, rows, key=["hub", "kind", "name"])


def _counts(numbers: Counter[tuple[str, str]]) -> Counts:
    return Counts(
        total=numbers[TOTAL, ""],
        full={group: numbers[FULL, group] for group in GROUPS},
        stale=numbers[NEED, "stale"],
        placeholder=numbers[NEED, "placeholder"],
        award_open=numbers[NEED, "award_open"],
        numberless=numbers[NEED, "numberless"],
    )


def _counted_text() -> str:
    return " ".join(counted())


def _row(it: Quality) -> dict[str, object]:
    bits = {name: 1 << bit for bit, name in enumerate(counted())}
    return {
        "record": it.record,
        "hub": it.hub,
        "missing": sum(bits[name] for name in it.missing),
        "looked_at": it.looked_at,
        "has_placeholder": it.has_placeholder,
        "award": it.award,
        "has_number": it.has_number,
    }
