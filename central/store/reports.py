"""What hubs last said of themselves: how a run ended, the last trouble, the last good run."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Connection, Table, select
from sqlmodel import Field

from central.store.tables import CentralTable
from runtime.database import upsert
from runtime.utc_times import UtcDateTime

GOOD = frozenset({"ok", "attention"})
"""States of a run that did all that was to do."""


class ReportRow(CentralTable, table=True):
    """What is known of a hub from its own words.

    Attributes:
        hub: hub id.
        state: of its last run, in the hub's word (`ok`, `attention`, `blocked`, ...), or "".
        code: of its last run; "" where nothing was wrong.
        at: when that was said, by the centre's clock.
        trouble: the last code that was not "".
        trouble_at: when that was said.
        good_at: when its last run ended that did all that was to do, by the centre's clock.
        pending_count: changes that waited to be sent.
        attention_count: cases that waited for a person.
        national_size: decisions in its catalogue.
        catalogue_hash: of that catalogue, in hex, or "".
    """

    __tablename__ = "hub_report"  # type: ignore[mutable-override]  # as SQLModel wants it

    hub: str = Field(primary_key=True, max_length=63)
    state: str = Field(default="", max_length=16)
    code: str = Field(default="", max_length=64)
    at: datetime = Field(sa_type=UtcDateTime)
    trouble: str = Field(default="", max_length=64)
    trouble_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    good_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    pending_count: int = Field(default=0, sa_type=BigInteger)
    attention_count: int = Field(default=0, sa_type=BigInteger)
    national_size: int = Field(default=0, sa_type=BigInteger)
    catalogue_hash: str = Field(default="", max_length=64)


REPORT: Table = ReportRow.metadata.tables["hub_report"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a hub says of a run; an older node leaves some of it out.

    Attributes:
        state, code: how it ended.
        pushed, pulled: entries that went and decisions that came.
        pending: changes that still wait to be sent.
        attention: cases that wait for a person.
        duration_s: how long it took; None where it does not say.
        national_size: decisions in the hub's catalogue.
        catalogue_hash: of that catalogue, in hex.
    """

    state: str = ""
    code: str = ""
    pushed: int = 0
    pulled: int = 0
    pending: int = 0
    attention: int = 0
    duration_s: int | None = None
    national_size: int = 0
    catalogue_hash: str = ""


def get(conn: Connection, hub: str) -> ReportRow | None:
    """What is known of a hub, or None where it never said anything."""
    row = conn.execute(select(REPORT).where(REPORT.c.hub == hub)).first()
    return None if row is None else ReportRow(**row._asdict())


def everyone(conn: Connection) -> dict[str, ReportRow]:
    """The same of every hub that said something, by its id."""
    rows = conn.execute(select(REPORT)).all()
    return {row.hub: ReportRow(**row._asdict()) for row in rows}


def keep(conn: Connection, hub: str, report: Report, *, at: datetime) -> None:
    """Keeps a report in place of the one before; the last trouble and the last good run stay."""
    before = get(conn, hub) or ReportRow(hub=hub, at=at)
    row = ReportRow(
        hub=hub,
        state=report.state,
        code=report.code,
        at=at,
        trouble=report.code or before.trouble,
        trouble_at=at if report.code else before.trouble_at,
        good_at=at if report.state in GOOD else before.good_at,
        pending_count=report.pending,
        attention_count=report.attention,
        national_size=report.national_size or before.national_size,
        catalogue_hash=report.catalogue_hash or before.catalogue_hash,
    )
    upsert(conn, REPORT, [row.model_dump()], key=["hub"])


def keep_good(conn: Connection, hub: str, *, at: datetime) -> bool:
    """Keeps when a run ended that was not reported and went well; False where that is known.

    What was wrong before it is over with it.
    """
    before = get(conn, hub)
    if before is None:
        row = ReportRow(hub=hub, state="ok", at=at, good_at=at)
    elif before.good_at is not None and at <= before.good_at:
        return False
    elif at <= before.at:
        row = before.model_copy(update={"good_at": at})
    else:
        row = before.model_copy(update={"good_at": at, "at": at, "state": "ok", "code": ""})
    upsert(conn, REPORT, [row.model_dump()], key=["hub"])
    return True
