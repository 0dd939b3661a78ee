"""The last runs of each hub, as it told of them: what a strip of runs is drawn from."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)

from central.store.reports import Report
from central.store.tables import METADATA
from runtime.utc_times import UtcDateTime

RUNS_KEPT = 60
"""Of each hub; twice what a strip shows."""

HUB_RUN = Table(
    "hub_run",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("hub", String(63), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("state", String(16), nullable=False),
    Column("code", String(64), nullable=False),
    Column("pushed", BigInteger, nullable=False),
    Column("pulled", BigInteger, nullable=False),
    Column("national_size", BigInteger, nullable=False),
    Column("duration_s", BigInteger),
    Column("quiet_count", Integer, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HubRun:
    """One run of a hub, or several in a row that found nothing to do.

    Attributes:
        at: when the centre heard of its end; of several, of the last.
        state, code: how it ended, in the hub's words.
        pushed, pulled: entries that went and decisions that came.
        national_size: decisions in the hub's catalogue; 0 where it did not say.
        duration_s: how long it took, or None.
        quiet_count: how many quiet runs this stands for; 0 of a run that was reported.
    """

    at: datetime
    state: str
    code: str
    pushed: int
    pulled: int
    national_size: int
    duration_s: int | None
    quiet_count: int


_COLUMNS = tuple(HUB_RUN.c[name] for name in HubRun.__dataclass_fields__)


def latest(conn: Connection, hub: str, *, count_max: int) -> list[HubRun]:
    """The newest runs of a hub, the oldest of them first."""
    found = select(*_COLUMNS).where(HUB_RUN.c.hub == hub).order_by(HUB_RUN.c.id.desc())
    return [HubRun(**row._asdict()) for row in conn.execute(found.limit(count_max))][::-1]


def add(conn: Connection, hub: str, report: Report, *, at: datetime) -> None:
    """Keeps a run that was reported, and forgets the oldest."""
    row = {
        "at": at,
        "state": report.state,
        "code": report.code,
        "pushed": report.pushed,
        "pulled": report.pulled,
        "national_size": report.national_size,
        "duration_s": report.duration_s,
        "quiet_count": 0,
    }
    _insert(conn, hub, row)


def add_quiet(conn: Connection, hub: str, *, at: datetime) -> None:
    """Keeps a run that found nothing to do: one more of a row of them, or the first."""
    newest = select(HUB_RUN.c.id, HUB_RUN.c.quiet_count).where(HUB_RUN.c.hub == hub)
    row = conn.execute(newest.order_by(HUB_RUN.c.id.desc()).limit(1)).first()
    if row is not None and row.quiet_count:
        values = {"at": at, "quiet_count": row.quiet_count + 1}
        conn.execute(update(HUB_RUN).where(HUB_RUN.c.id == row.id).values(values))
        return
    empty = {"state": "ok", "code": "", "pushed": 0, "pulled": 0, "national_size": 0}
    _insert(conn, hub, {**empty, "at": at, "duration_s": None, "quiet_count": 1})


def _insert(conn: Connection, hub: str, row: dict[str, object]) -> None:
    conn.execute(insert(HUB_RUN).values(hub=hub, **row))
    ids = select(HUB_RUN.c.id).where(HUB_RUN.c.hub == hub).order_by(HUB_RUN.c.id.desc())
    oldest = conn.execute(ids.offset(RUNS_KEPT)).scalars().all()
    conn.execute(delete(HUB_RUN).where(HUB_RUN.c.id.in_(oldest)))
