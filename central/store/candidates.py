"""Pairs of records that may be one innovation, and whether a person has judged them.

Candidates are derived from the records, and `judged` from the decisions about pairs: a judged pair
is not asked about again, whatever the rules find later. A pair is written with the lesser id first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import orjson
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    and_,
    delete,
    func,
    not_,
    or_,
    select,
    update,
)

from central.store import decisions
from central.store.tables import METADATA
from protocol.matching.candidates import Candidate
from protocol.matching.reasons import Reason
from runtime.database import upsert
from runtime.id_lists import is_among
from runtime.utc_times import UtcDateTime

OPEN, JUDGED = "open", "judged"

CANDIDATE = Table(
    "candidate",
    METADATA,
    Column("a", String(36), primary_key=True),
    Column("b", String(36), primary_key=True, index=True),
    Column("score", Integer, nullable=False),
    Column("suggestion", String(16)),
    Column("reasons", Text, nullable=False),
    Column("found_at", UtcDateTime, nullable=False),
    Column("state", String(8), nullable=False),
    Index("ix_candidate_open", "state", "score", "a", "b"),
)
_C = CANDIDATE.c

_SCORE_MAX = 2**31 - 1
"""Of an INTEGER in PostgreSQL; in SQLite numbers end at 64 bits. Beyond, both answer an error."""

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A candidate as it is kept.

    Attributes:
        candidate: the pair, with score, suggestion and reasons.
        found_at: when the pair was first found.
        state: open or judged.
    """

    candidate: Candidate
    found_at: datetime
    state: str


def pair_of(first: str, second: str) -> Pair:
    """The pair of two ids, as it is written."""
    return (first, second) if first < second else (second, first)


def replace(
    conn: Connection, records: Sequence[str], candidates: Iterable[Candidate], *, at: datetime
) -> None:
    """Makes `candidates` all those of these records; what was found before keeps its time.

    Args:
        conn: an open transaction.
        records: whose candidates they are.
        candidates: each of at least one of the records.
        at: now.
    """
    before = of_records(conn, records)
    judged = decisions.judged_pairs(conn, records)
    fresh = {(it.a, it.b): it for it in candidates}
    _remove(conn, [pair for pair in before if pair not in fresh])
    rows = [
        _row(
            it,
            found_at=before[pair].found_at if pair in before else at,
            state=JUDGED if frozenset(pair) in judged else OPEN,
        )
        for pair, it in fresh.items()
        if pair not in before or before[pair].candidate != it
    ]
    upsert(conn, CANDIDATE, rows, key=["a", "b"])


def of_records(conn: Connection, records: Sequence[str]) -> Mapping[Pair, Found]:
    """The candidates that these records are part of."""
    rows = conn.execute(select(CANDIDATE).where(_is_of(conn, CANDIDATE, records)))
    return {(row.a, row.b): _found(row) for row in rows}


def get(conn: Connection, pair: Pair) -> Found | None:
    """One candidate."""
    row = conn.execute(select(CANDIDATE).where(_is(CANDIDATE, pair))).first()
    return _found(row) if row is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Where a candidate stands among those that wait.

    Attributes:
        previous, following: the pairs beside it; None at the ends.
        before_count: how many wait before it.
    """

    previous: Pair | None
    following: Pair | None
    before_count: int


def beside(conn: Connection, found: Candidate) -> Beside:
    """The neighbours of a candidate, judged or not, in the order of `page`."""
    order = (_C.score.desc(), _C.a, _C.b)
    backwards = (_C.score, _C.a.desc(), _C.b.desc())
    is_open, is_later = _C.state == OPEN, _later(found.score, found.a, found.b)
    is_earlier = and_(not_(is_later), not_(_is(CANDIDATE, (found.a, found.b))))
    pairs = select(_C.a, _C.b).where(is_open)
    following = conn.execute(pairs.where(is_later).order_by(*order).limit(1)).first()
    previous = conn.execute(pairs.where(is_earlier).order_by(*backwards).limit(1)).first()
    counted = select(func.count()).select_from(CANDIDATE).where(is_open, is_earlier)
    return Beside(
        previous=(previous.a, previous.b) if previous else None,
        following=(following.a, following.b) if following else None,
        before_count=conn.execute(counted).scalar_one(),
    )


def page(conn: Connection, *, limit: int, after: tuple[int, str, str] | None) -> list[Found]:
    """Open candidates, the highest score first, behind one that has this (score, a, b).

    Behind a score that none can have stand all: a page's address carries what anybody types.
    """
    found = select(CANDIDATE).where(_C.state == OPEN)
    if after is not None:
        score, a, b = after
        found = found.where(_later(min(score, _SCORE_MAX), a, b))
    rows = conn.execute(found.order_by(_C.score.desc(), _C.a, _C.b).limit(limit))
    return [_found(row) for row in rows]


def open_count(conn: Connection) -> int:
    """How many wait for a person."""
    found = select(func.count()).select_from(CANDIDATE).where(CANDIDATE.c.state == OPEN)
    return conn.execute(found).scalar() or 0


def clear(conn: Connection) -> None:
    """Forgets every candidate."""
    conn.execute(delete(CANDIDATE))


def set_state(conn: Connection, pair: Pair, state: str) -> None:
    """Says whether a pair waits for a person, where it is a candidate."""
    conn.execute(update(CANDIDATE).where(_is(CANDIDATE, pair)).values(state=state))


def put_open(conn: Connection, candidate: Candidate, *, at: datetime) -> None:
    """Keeps a candidate as one that waits, whatever was kept of that pair.

    Args:
        conn: an open transaction.
        candidate: the pair.
        at: now.
    """
    upsert(conn, CANDIDATE, [_row(candidate, found_at=at, state=OPEN)], key=["a", "b"])


def _remove(conn: Connection, pairs: Sequence[Pair]) -> None:
    for pair in pairs:
        conn.execute(delete(CANDIDATE).where(_is(CANDIDATE, pair)))


def _later(score: int, a: str, b: str) -> ColumnElement[bool]:
    """Whether a candidate comes behind the one with this score and pair."""
    behind = or_(_C.a > a, and_(_C.a == a, _C.b > b))
    return or_(_C.score < score, and_(_C.score == score, behind))


def _is(table: Table, pair: Pair) -> ColumnElement[bool]:
    return and_(table.c.a == pair[0], table.c.b == pair[1])


def _is_of(conn: Connection, table: Table, records: Sequence[str]) -> ColumnElement[bool]:
    return or_(is_among(conn, table.c.a, records), is_among(conn, table.c.b, records))


def _row(candidate: Candidate, *, found_at: datetime, state: str) -> dict[str, Any]:
    return {
        "a": candidate.a,
        "b": candidate.b,
        "score": candidate.score,
        "suggestion": candidate.suggestion,
        "reasons": orjson.dumps(candidate.reasons).decode(),
        "found_at": found_at,
        "state": state,
    }


def _found(row: Row[Any]) -> Found:
    candidate = Candidate(
        a=row.a,
        b=row.b,
        score=row.score,
        suggestion=row.suggestion,
        reasons=tuple(Reason(**it) for it in cast("list[Any]", orjson.loads(row.reasons))),
    )
    return Found(candidate=candidate, found_at=row.found_at, state=row.state)
