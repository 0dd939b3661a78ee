"""One database, one plain style of code: a function of a connection is a transaction.

SQLite: one writer connection a file, `BEGIN IMMEDIATE`, WAL, `synchronous=FULL`, foreign keys on;
readers have connections of their own. PostgreSQL: psycopg 3 and a pool, with bounded retries where
the server refuses a transaction for the sake of another. An error from commit means *unknown*, so
every work that is passed in must be repeatable.
"""

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Self, TypeVar

from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    Table,
    create_engine,
    event,
    text,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import QueuePool, StaticPool
from sqlalchemy.types import TypeDecorator

from runtime.ports import Worker

T = TypeVar("T")

BUSY_TIMEOUT_MS = 10_000
POOL_SIZE = 5
POOL_WAIT_S = 5
ATTEMPTS_MAX = 5
ROWS_A_STATEMENT = 500

_RETRIED = ("40001", "40P01")
_FULL = ("database or disk is full", "No space left on device")


class DatabaseError(Exception):
    """The database cannot do what was asked; nothing of the transaction may be assumed.

    Attributes:
        code: stable, of `protocol.problems`.
    """

    code = "service_unavailable"


class DatabaseFull(DatabaseError):
    """There is no space left on the disk."""

    code = "storage_full"


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time in UTC on both databases; SQLite alone would give naive ones back."""

    impl = DateTime(timezone=True)  # type: ignore[mutable-override]  # as SQLAlchemy documents
    cache_ok = True  # type: ignore[mutable-override]

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Refuses naive times; stores UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Gives the zone back."""
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


def new_metadata() -> MetaData:
    """Metadata whose constraints have the same names everywhere."""
    return MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Database:
    """A SQLite file or a PostgreSQL database.

    Attributes:
        dialect: `sqlite` or `postgresql`.
    """

    def __init__(self, writer: Engine, reader: Engine, worker: Worker) -> None:
        self.dialect = writer.dialect.name
        self._writer = writer
        self._reader = reader
        self._worker = worker
        self._write_lock = threading.Lock()

    @classmethod
    def open(cls, url: str, *, worker: Worker) -> Self:
        """Opens `sqlite:///path` or `postgresql://...`; connects at the first use."""
        if url.startswith("sqlite:"):
            return cls(_sqlite_engine(url, writer=True), _sqlite_engine(url, writer=False), worker)
        engine = create_engine(
            url.replace("postgresql://", "postgresql+psycopg://", 1),
            isolation_level="READ COMMITTED",
            pool_size=POOL_SIZE,
            pool_timeout=POOL_WAIT_S,
            pool_pre_ping=True,
        )
        return cls(engine, engine, worker)

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Runs `work` in one transaction in a worker thread and commits.

        Raises:
            DatabaseError: it could not; whether a commit took hold is unknown.
        """
        return await self._worker.run(lambda: self.run_sync(work))

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Runs `work`, which only reads, on a snapshot in a worker thread."""
        return await self._worker.run(lambda: self.read_sync(work))

    def run_sync(self, work: Callable[[Connection], T]) -> T:
        """`run`, in this thread."""
        for attempt in range(1, ATTEMPTS_MAX + 1):
            try:
                return self._transact(work)
            except DBAPIError as error:
                if attempt == ATTEMPTS_MAX or not _is_retried(error):
                    raise _translated(error) from error
        raise AssertionError("unreachable")

    def read_sync(self, work: Callable[[Connection], T]) -> T:
        """`read`, in this thread."""
        try:
            with self._reader.connect() as connection:
                return work(connection)
        except DBAPIError as error:
            raise _translated(error) from error

    def create(self, metadata: MetaData) -> None:
        """Creates the tables that are not there."""
        self.run_sync(metadata.create_all)

    def close(self) -> None:
        """Closes every connection; SQLite's WAL is written back."""
        self._writer.dispose()
        self._reader.dispose()

    def _transact(self, work: Callable[[Connection], T]) -> T:
        if self.dialect == "sqlite":
            with self._write_lock, self._writer.begin() as connection:
                return work(connection)
        with self._writer.begin() as connection:
            return work(connection)


def upsert(
    conn: Connection, table: Table, rows: Sequence[dict[str, Any]], *, key: Sequence[str]
) -> None:
    """Inserts rows, or replaces those with the same `key`; bulk, on both databases.

    Args:
        conn: an open transaction.
        table: with a unique constraint on `key`.
        rows: every row with the same members.
        key: names of the columns that identify a row.
    """
    if not rows:
        return
    make = sqlite_insert if conn.dialect.name == "sqlite" else postgresql_insert
    statement = make(table)
    others = {name: statement.excluded[name] for name in rows[0] if name not in key}
    if others:
        statement = statement.on_conflict_do_update(index_elements=list(key), set_=others)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=list(key))
    conn.execute(statement, list(rows))


def _sqlite_engine(url: str, *, writer: bool) -> Engine:
    engine = create_engine(
        url,
        connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000},
        **(
            {"poolclass": StaticPool}
            if writer
            else {"poolclass": QueuePool, "pool_size": POOL_SIZE}
        ),
    )
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin_immediate if writer else _begin)
    return engine


def _set_pragmas(connection: Any, _record: object) -> None:  # the driver's own type
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "cache_size=-16000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _is_retried(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) in _RETRIED


def _translated(error: DBAPIError) -> Exception:
    sentence = str(error.orig)
    if any(text_ in sentence for text_ in _FULL):
        return DatabaseFull(sentence)
    if isinstance(error, OperationalError) or error.connection_invalidated:
        return DatabaseError(sentence)
    return error


def ping(conn: Connection) -> None:
    """Asks the database for a sign of life."""
    conn.execute(text("SELECT 1"))
