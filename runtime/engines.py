"""SQLAlchemy engines with the settings that `runtime.database` relies on; nobody else opens one.

Of either database there is a writer and a reader: what only reads has connections of its own, sees
one snapshot, and cannot write by mistake. Values never appear in error messages, and so in logs.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool, StaticPool

WAIT_S = 10
"""Seconds that a transaction waits for its turn, a lock or a connection before it is refused."""

POOL_SIZE = 5
PAGE_BYTES = 16_384
"""SQLite's page, of files made from here on. Smaller ones keep an entry, some 4 kB, in pieces."""

WAL_PAGES = 1_000
"""Pages in SQLite's WAL before it is written back: bulk work rewrites the same pages."""

CACHE_KB = 16_000
"""Pages that a connection of SQLite keeps at hand."""

CONNECT_S = 5
READ_S = 30
IDLE_S = 60
_MS = 1000


class ByteStrings(list[bytes]):
    """Values of one binary column: a `bytea[]` that goes to PostgreSQL as it is.

    As a plain list they would go in hexadecimal text: five times slower.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Engines:
    """The two engines of one database."""

    writer: Engine
    reader: Engine


def open_engines(url: str) -> Engines:
    """Engines for `sqlite:///path` or `postgresql://...`; nothing connects yet."""
    if url.startswith("sqlite:"):
        return Engines(writer=_sqlite(url, writer=True), reader=_sqlite(url, writer=False))
    return Engines(writer=_postgresql(url, writer=True), reader=_postgresql(url, writer=False))


def _sqlite(url: str, *, writer: bool) -> Engine:
    pool: dict[str, Any] = {"poolclass": StaticPool}
    if not writer:
        pool = {"poolclass": QueuePool, "pool_size": POOL_SIZE, "pool_timeout": WAIT_S}
    engine = create_engine(
        url,
        connect_args={"check_same_thread": False, "timeout": WAIT_S},
        hide_parameters=True,
        **pool,
    )
    event.listen(engine, "connect", _set_pragmas)
    if writer:
        event.listen(engine, "begin", _begin_immediate)
    else:
        event.listen(engine, "connect", _refuse_writes)
        event.listen(engine, "begin", _begin)
    return engine


def _postgresql(url: str, *, writer: bool) -> Engine:
    """Repeatable read: of two transactions that change one row, one is retried.

    Read committed lost 241 of 300 concurrent read-modify-writes here; serialisable lost none either
    but aborted four in ten transactions of hubs that had nothing to do with each other.
    """
    limits = [f"lock_timeout={WAIT_S * _MS}", f"idle_in_transaction_session_timeout={IDLE_S * _MS}"]
    if not writer:
        limits += ["default_transaction_read_only=on", f"statement_timeout={READ_S * _MS}"]
    engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        isolation_level="REPEATABLE READ",
        connect_args={
            "connect_timeout": CONNECT_S,
            "options": " ".join(f"-c {limit}" for limit in limits),
            "cursor_factory": _binary_cursor(),
        },
        hide_parameters=True,
        pool_size=POOL_SIZE,
        pool_timeout=WAIT_S,
        pool_pre_ping=True,
    )
    event.listen(engine, "connect", _send_byte_strings_binary)
    return engine


def _binary_cursor() -> Any:
    """Cursors whose answers come as they are: bytes in hexadecimal text take twice as long."""
    from psycopg import Cursor  # noqa: PLC0415  # psycopg is an extra
    from psycopg.pq import Format  # noqa: PLC0415

    class BinaryCursor(Cursor[Any]):
        def __init__(self, connection: Any, *, row_factory: Any = None) -> None:
            super().__init__(connection, row_factory=row_factory or connection.row_factory)
            self.format = Format.BINARY

    return BinaryCursor


def _send_byte_strings_binary(connection: Any, _record: object) -> None:
    from psycopg.types.array import ListBinaryDumper  # noqa: PLC0415  # psycopg is an extra

    connection.adapters.register_dumper(ByteStrings, ListBinaryDumper)


def _set_pragmas(connection: Any, _record: object) -> None:  # the driver's own type
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={WAIT_S * _MS}",
        f"page_size={PAGE_BYTES}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"cache_size=-{CACHE_KB}",
        f"wal_autocheckpoint={WAL_PAGES}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _refuse_writes(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA query_only=ON")


def _begin_immediate(connection: Connection) -> None:
    """Without IMMEDIATE two transactions that read before they write lose each other's work."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
