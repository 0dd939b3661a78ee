"""Sync runs: their history, and what the live one has learned from the centre so far.

A run's row is the run's only memory. `hubnode.sync.plan` reads it, each step writes it in the
transaction of the step, and a run that was killed is found here as interrupted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Integer,
    LargeBinary,
    String,
    Table,
    bindparam,
    func,
    insert,
    select,
    update,
)

from hubnode.store.tables import METADATA
from runtime.utc_times import UtcDateTime


class RunState(StrEnum):
    """How a run stands or ended."""

    RUNNING = "running"
    OK = "ok"
    ATTENTION = "attention"
    OFFLINE = "offline"
    BLOCKED = "blocked"
    ALARM = "alarm"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


GOOD = (RunState.OK, RunState.ATTENTION)
"""Of a run that did all that was to do."""

SYNC_RUN = Table(
    "sync_run",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("started_at", UtcDateTime(), nullable=False),
    Column("ended_at", UtcDateTime()),
    Column("state", String, nullable=False, index=True),
    Column("code", String, nullable=False, default=""),
    Column("sentence", String, nullable=False, default=""),
    Column("detail", String, nullable=False, default=""),
    Column("pushed_count", Integer, nullable=False, default=0),
    Column("pulled_count", Integer, nullable=False, default=0),
    Column("catalogue_hash", String, nullable=False, default=""),
    Column("asked", Boolean, nullable=False, default=False),
    Column("centre_size", Integer, nullable=False, default=0),
    Column("centre_root", LargeBinary, nullable=False, default=b""),
    Column("centre_pending_size", Integer, nullable=False, default=0),
    Column("ticket", LargeBinary, nullable=False, default=b""),
    Column("common_size", Integer),
    Column("diverged", Boolean, nullable=False, default=False),
    Column("offered_size", Integer),
    Column("cosignatures", LargeBinary, nullable=False, default=b""),
    Column("national_asked", Boolean, nullable=False, default=False),
    Column("cosigned_size", Integer, nullable=False, default=0),
    Column("audited", Boolean, nullable=False, default=False),
    Column("handed_over", Boolean, nullable=False, default=False),
    Column("is_carried", Boolean, nullable=False, default=False),
    Column("call_again_s", Integer),
    Column("cosigned_national_size", Integer, nullable=False, default=0),
    Column("cosignatures_count", Integer, nullable=False, default=0),
    Column("confirmations_asked", Boolean, nullable=False, default=False),
)

_COLUMNS = frozenset(SYNC_RUN.c.keys())

_BY_ID = select(SYNC_RUN).where(SYNC_RUN.c.id == bindparam("id"))
"""Asked before every step, so it is put together only once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One sync run. What the centre said is as of this run; see `hubnode.sync.plan.Known`.

    Attributes:
        code, sentence: why it ended as it did; the sentence is Indonesian.
        detail: what the layer below said, for whoever looks closer.
        centre_pending_size: size of the last checkpoint of the own log that the centre took.
        cosignatures: signature lines of an answer, until they are checked and kept.
        handed_over: this run has put the next keys in place of the present ones, or dropped them.
        is_carried: its answers came in a file.
        cosigned_national_size, cosignatures_count: how many cosignatures the centre had on the
            national checkpoint of that size when the run began.
        diverged: the centre has something under this hub's signature that does not fit here.
    """

    id: int
    started_at: datetime
    ended_at: datetime | None
    state: RunState
    code: str
    sentence: str
    detail: str
    pushed_count: int
    pulled_count: int
    catalogue_hash: str
    asked: bool
    centre_size: int
    centre_root: bytes
    centre_pending_size: int
    ticket: bytes
    common_size: int | None
    diverged: bool
    offered_size: int | None
    cosignatures: bytes
    national_asked: bool
    cosigned_size: int
    audited: bool
    handed_over: bool
    is_carried: bool
    call_again_s: int | None
    cosigned_national_size: int
    cosignatures_count: int
    confirmations_asked: bool


def start(conn: Connection, started_at: datetime, *, is_carried: bool = False) -> int:
    """Opens a run and marks any that never ended as interrupted.

    What a run established for good (the size it cosigned, the catalogue's hash) is carried over.
    """
    before = latest(conn)
    orphaned = update(SYNC_RUN).where(SYNC_RUN.c.state == RunState.RUNNING.value)
    conn.execute(orphaned.values(state=RunState.INTERRUPTED.value, ended_at=started_at))
    row: dict[str, object] = {
        "started_at": started_at,
        "state": RunState.RUNNING.value,
        "is_carried": is_carried,
    }
    if before is not None:
        row |= {"cosigned_size": before.cosigned_size, "catalogue_hash": before.catalogue_hash}
    key = conn.execute(insert(SYNC_RUN).values(row)).inserted_primary_key
    assert key is not None  # noqa: S101 - an insert of one row has a key
    return int(key[0])


def note(conn: Connection, run: int, values: Mapping[str, object]) -> None:
    """Keeps what a step learned, in the transaction of the step."""
    unknown = values.keys() - _COLUMNS
    if unknown:
        raise KeyError(*sorted(unknown))
    conn.execute(update(SYNC_RUN).where(SYNC_RUN.c.id == run).values(dict(values)))


def get(conn: Connection, run: int) -> Run:
    """The run with this id; it exists."""
    return _of(dict(conn.execute(_BY_ID, {"id": run}).mappings().one()))


def latest(conn: Connection) -> Run | None:
    """The newest run, or None."""
    return next(iter(history(conn, limit=1)), None)


def latest_success(conn: Connection) -> Run | None:
    """The newest run that did all that was to do, or None."""
    return latest_in(conn, GOOD)


def latest_in(conn: Connection, states: Iterable[RunState]) -> Run | None:
    """The newest run that is in one of these states, or None."""
    wanted = [state.value for state in states]
    query = select(SYNC_RUN).where(SYNC_RUN.c.state.in_(wanted)).order_by(SYNC_RUN.c.id.desc())
    row = conn.execute(query.limit(1)).mappings().one_or_none()
    return None if row is None else _of(dict(row))


def failing_since(conn: Connection, states: Iterable[RunState]) -> datetime | None:
    """When the first run began that ended in one of these states since the last success."""
    good = select(func.max(SYNC_RUN.c.id)).where(SYNC_RUN.c.state.in_([it.value for it in GOOD]))
    query = (
        select(SYNC_RUN.c.started_at)
        .where(SYNC_RUN.c.state.in_([it.value for it in states]))
        .where(SYNC_RUN.c.id > func.coalesce(good.scalar_subquery(), 0))
    )
    return conn.execute(query.order_by(SYNC_RUN.c.id).limit(1)).scalar()


def first_at(conn: Connection) -> datetime | None:
    """When the very first run began, or None."""
    query = select(SYNC_RUN.c.started_at).order_by(SYNC_RUN.c.id).limit(1)
    return conn.execute(query).scalar()


def asked_at(conn: Connection) -> datetime | None:
    """When the newest run began that asked the centre itself and folded all that it has."""
    query = select(SYNC_RUN.c.started_at).where(SYNC_RUN.c.audited, ~SYNC_RUN.c.is_carried)
    return conn.execute(query.order_by(SYNC_RUN.c.id.desc()).limit(1)).scalar()


def history(conn: Connection, *, limit: int, before: int | None = None) -> list[Run]:
    """The newest runs first, below the id `before` if given."""
    query = select(SYNC_RUN).order_by(SYNC_RUN.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(SYNC_RUN.c.id < before)
    return [_of(dict(row)) for row in conn.execute(query).mappings()]


def _of(row: dict[str, object]) -> Run:
    return Run(**{**row, "state": RunState(str(row["state"]))})  # type: ignore[arg-type]
