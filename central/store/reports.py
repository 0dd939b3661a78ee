"""What hubs last said of themselves: how a run ended, and the last trouble that there was."""

from datetime import datetime

from sqlalchemy import Connection, Table, select
from sqlmodel import Field

from central.store.tables import CentralTable
from runtime.database import UtcDateTime, upsert


class ReportRow(CentralTable, table=True):
    """The last report of a hub.

    Attributes:
        hub: hub id.
        code: of its last run; "" where nothing was wrong.
        at: by the centre's clock.
        trouble: the last code that was not "".
        trouble_at: when that was said.
    """

    __tablename__ = "hub_report"  # type: ignore[mutable-override]  # as SQLModel wants it

    hub: str = Field(primary_key=True, max_length=63)
    code: str = Field(max_length=64)
    at: datetime = Field(sa_type=UtcDateTime)
    trouble: str = Field(default="", max_length=64)
    trouble_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


REPORT: Table = ReportRow.metadata.tables["hub_report"]


def get(conn: Connection, hub: str) -> ReportRow | None:
    """The last report of a hub, or None where it never made one."""
    row = conn.execute(select(REPORT).where(REPORT.c.hub == hub)).first()
    return None if row is None else ReportRow(**row._asdict())


def keep(conn: Connection, hub: str, code: str, *, at: datetime) -> None:
    """Keeps a report in place of the one before; the last trouble stays."""
    before = get(conn, hub)
    row = ReportRow(
        hub=hub,
        code=code,
        at=at,
        trouble=code or (before.trouble if before else ""),
        trouble_at=at if code else (before.trouble_at if before else None),
    )
    upsert(conn, REPORT, [row.model_dump()], key=["hub"])
