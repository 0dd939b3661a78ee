"""What the centre decided about each own change, and where that change stands today.

The *outcome* of an entry is decided once; what was held or proposed gets another when a person has
ruled on it. Its *standing* moves on: an applied write is shown until
a write that covers it supersedes it, or stands in a conflict until somebody resolves it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    LargeBinary,
    String,
    Table,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
    update,
)

from hubnode.store.tables import METADATA
from protocol.entries.decisions import APPLIED, CONFLICT, NOOP, VOID
from runtime.database import upsert
from runtime.id_lists import is_among


class Standing(StrEnum):
    """Where an own change stands."""

    SHOWN = "shown"
    SUPERSEDED = "superseded"
    CONFLICT = "conflict"
    HIDDEN = "hidden"
    NOTED = "noted"
    PROPOSED = "proposed"
    HELD = "held"
    VOID = "void"
    REFUSED = "refused"
    REDACTED = "redacted"


OWN_OUTCOME = Table(
    "own_outcome",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("place", Integer, nullable=False),
    Column("outcome", String, nullable=False),
    Column("standing", String, nullable=False, index=True),
    Column("record", String, index=True),
    Column("code", String, nullable=False, default=""),
    Column("errors", LargeBinary, nullable=False, default=b"[]"),
)

_NOT_COUNTING = (Standing.HELD, Standing.REFUSED, Standing.VOID)
_MOVING = (Standing.SHOWN, Standing.SUPERSEDED, Standing.CONFLICT, Standing.HIDDEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnOutcome:
    """The outcome of one entry of the own log.

    Attributes:
        number: index of the entry in the own log.
        place: national index of the decision.
        outcome: applied, conflict, noop, proposed, held, void or refused.
        standing: where it stands today.
        record: the record it concerns, or None.
        code: why it is held or void, or "".
        errors: JSON array of {pointer, code, message}, as bytes.
    """

    number: int
    place: int
    outcome: str
    standing: Standing
    record: str | None
    code: str = ""
    errors: bytes = b"[]"


def put_many(conn: Connection, outcomes: Sequence[OwnOutcome]) -> None:
    """Keeps outcomes; the same one again changes nothing."""
    rows = [
        {
            "number": it.number,
            "place": it.place,
            "outcome": it.outcome,
            "standing": it.standing.value,
            "record": it.record,
            "code": it.code,
            "errors": it.errors,
        }
        for it in outcomes
    ]
    if rows:
        upsert(conn, OWN_OUTCOME, rows, key=["number"])


def records_that_wait(conn: Connection) -> list[str]:
    """Records of own changes that do not count: held, refused or void; by id."""
    t = OWN_OUTCOME.c
    found = select(t.record).where(t.standing.in_(_NOT_COUNTING), t.record.is_not(None))
    return list(conn.execute(found.distinct().order_by(t.record)).scalars())


def set_standings(
    conn: Connection, records: Iterable[str], alive: Iterable[tuple[int, Standing]]
) -> None:
    """Moves the standing of every own write on `records`: those not in `alive` are superseded."""
    touched = [{"of": record} for record in records]
    rows = [{"of": number, "now": standing.value} for number, standing in alive]
    moving = or_(*(OWN_OUTCOME.c.standing == standing.value for standing in _MOVING))
    if touched:
        statement = update(OWN_OUTCOME).where(and_(OWN_OUTCOME.c.record == bindparam("of"), moving))
        conn.execute(statement.values(standing=Standing.SUPERSEDED.value), touched)
    if rows:
        statement = update(OWN_OUTCOME).where(and_(OWN_OUTCOME.c.number == bindparam("of"), moving))
        conn.execute(statement.values(standing=bindparam("now")), rows)


def clear(conn: Connection) -> None:
    """Forgets them: another log begins."""
    conn.execute(delete(OWN_OUTCOME))


def get(conn: Connection, number: int) -> OwnOutcome | None:
    """The outcome of one own entry, or None while there is none."""
    query = select(OWN_OUTCOME).where(OWN_OUTCOME.c.number == number)
    row = conn.execute(query).mappings().one_or_none()
    return None if row is None else _of(dict(row))


def count_held(conn: Connection) -> int:
    """How many own entries are held."""
    is_held = OWN_OUTCOME.c.standing == Standing.HELD.value
    return conn.execute(select(func.count()).where(is_held)).scalar() or 0


def held(conn: Connection) -> list[OwnOutcome]:
    """The outcomes of own entries that wait for a person, the oldest first."""
    is_held = OWN_OUTCOME.c.standing == Standing.HELD.value
    rows = conn.execute(select(OWN_OUTCOME).where(is_held).order_by(OWN_OUTCOME.c.number))
    return [_of(dict(row)) for row in rows.mappings()]


def latest(conn: Connection, records: Sequence[str]) -> dict[str, int]:
    """By record, the number of the last own change about it that has an outcome."""
    t = OWN_OUTCOME.c
    last = func.max(t.number).label("last")
    found = select(t.record, last).where(is_among(conn, t.record, records)).group_by(t.record)
    return {row.record: row.last for row in conn.execute(found)}


def counting(conn: Connection, records: Sequence[str]) -> list[tuple[int, str]]:
    """Own changes of these records that count, or may come to: not refused, not void.

    Returns:
        The number and the record of each.
    """
    t = OWN_OUTCOME.c
    gone = [it.value for it in (Standing.REFUSED, Standing.VOID, Standing.REDACTED)]
    is_asked = is_among(conn, t.record, records), t.standing.not_in(gone)
    found = select(t.number, t.record).where(*is_asked)
    return [(row.number, row.record) for row in conn.execute(found)]


def of_record_or_none(conn: Connection, record: str) -> list[OwnOutcome]:
    """Every outcome on one record, and those that name none, oldest first."""
    is_asked = or_(OWN_OUTCOME.c.record == record, OWN_OUTCOME.c.record.is_(None))
    rows = conn.execute(select(OWN_OUTCOME).where(is_asked).order_by(OWN_OUTCOME.c.number))
    return [_of(dict(row)) for row in rows.mappings()]


def decided_size(conn: Connection) -> int:
    """Up to which index of the own log every entry has an outcome: the centre decides in order."""
    last = conn.execute(select(func.max(OWN_OUTCOME.c.number))).scalar()
    return 0 if last is None else int(last) + 1


def last_settled(conn: Connection, records: Sequence[str]) -> dict[str, int]:
    """By record, the last own change that the centre applied, in whatever way."""
    query = select(OWN_OUTCOME.c.record, func.max(OWN_OUTCOME.c.number)).where(
        is_among(conn, OWN_OUTCOME.c.record, records),
        OWN_OUTCOME.c.outcome.in_((APPLIED, CONFLICT, NOOP)),
    )
    rows = conn.execute(query.group_by(OWN_OUTCOME.c.record))
    return {str(row[0]): int(row[1]) for row in rows}


def count_by_standing(conn: Connection) -> dict[Standing, int]:
    """How many own changes stand where; standings without any are absent."""
    query = select(OWN_OUTCOME.c.standing, func.count()).group_by(OWN_OUTCOME.c.standing)
    return {Standing(standing): int(count) for standing, count in conn.execute(query)}


def keys_taken(conn: Connection, number: int) -> bool | None:
    """Whether the centre took the keys that an own entry signs in; None: nobody here knows yet.

    An entry that is held (the key before was revoked) says nothing of the keys.
    """
    found = select(OWN_OUTCOME.c.outcome).where(OWN_OUTCOME.c.number == number)
    return {APPLIED: True, VOID: False}.get(conn.execute(found).scalar() or "")


def count_by_outcome(conn: Connection) -> dict[str, int]:
    """How many own changes had which outcome; outcomes without any are absent."""
    query = select(OWN_OUTCOME.c.outcome, func.count()).group_by(OWN_OUTCOME.c.outcome)
    return {str(outcome): int(count) for outcome, count in conn.execute(query)}


def first_missing(conn: Connection, size: int) -> int | None:
    """The first own entry below `size` that has no outcome, or None.

    Outcomes come in the order of the log, so their count is where the first gap can be.
    """
    count = int(conn.execute(select(func.count()).select_from(OWN_OUTCOME)).scalar_one())
    return count if count < size else None


def _of(row: dict[str, object]) -> OwnOutcome:
    return OwnOutcome(**{**row, "standing": Standing(str(row["standing"]))})  # type: ignore[arg-type]
