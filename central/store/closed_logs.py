"""Logs of hubs that lost their keys: closed, and continued by a log of the next generation."""

from sqlalchemy import BigInteger, Connection, Table, insert, select, update
from sqlmodel import Field

from central.store.hubs import HubRow
from central.store.tables import CentralTable


class ClosedLogRow(CentralTable, table=True):
    """One closed log; the attributes are as of `HubRow`, when it was closed."""

    __tablename__ = "closed_log"  # type: ignore[mutable-override]  # as SQLModel wants it

    origin: str = Field(primary_key=True, max_length=512)
    hub: str = Field(max_length=63, index=True)
    generation: int
    last_good_index: int | None = Field(default=None, sa_type=BigInteger)
    reconciled_size: int = Field(sa_type=BigInteger)


CLOSED: Table = ClosedLogRow.metadata.tables["closed_log"]


def add(conn: Connection, hub: HubRow) -> None:
    """Closes the log that a hub has."""
    row = {name: getattr(hub, name) for name in CLOSED.c.keys()}  # noqa: SIM118  # columns
    conn.execute(insert(CLOSED).values(row))


def everyone(conn: Connection) -> list[ClosedLogRow]:
    """Every closed log, by hub and generation."""
    rows = conn.execute(select(CLOSED).order_by(CLOSED.c.hub, CLOSED.c.generation))
    return [ClosedLogRow(**row._asdict()) for row in rows]


def of_hub(conn: Connection, hub: str) -> list[ClosedLogRow]:
    """The closed logs of a hub, by generation."""
    found = select(CLOSED).where(CLOSED.c.hub == hub).order_by(CLOSED.c.generation)
    return [ClosedLogRow(**row._asdict()) for row in conn.execute(found)]


def get(conn: Connection, origin: str) -> ClosedLogRow | None:
    """The closed log of that origin."""
    row = conn.execute(select(CLOSED).where(CLOSED.c.origin == origin)).first()
    return ClosedLogRow(**row._asdict()) if row is not None else None


def is_closed(conn: Connection, origin: str) -> bool:
    """Whether that log is closed."""
    return conn.execute(select(CLOSED.c.hub).where(CLOSED.c.origin == origin)).first() is not None


def set_reconciled(conn: Connection, origin: str, size: int) -> bool:
    """Keeps how many of its entries have an outcome; False where no such log is closed."""
    changed = update(CLOSED).where(CLOSED.c.origin == origin).values(reconciled_size=size)
    return conn.execute(changed).rowcount == 1
