"""One database, one plain style of code: a function of a connection is a transaction.

SQLite: one writer connection a file, `BEGIN IMMEDIATE`, WAL, `synchronous=FULL`, foreign keys on.
PostgreSQL: psycopg 3, a pool, repeatable read, with bounded retries where the server refuses one
transaction for the sake of another. An error from commit means *unknown*, so every work that is
passed in must be repeatable.

On PostgreSQL a transaction does not see what others do meanwhile. Two that change the same row are
put in order; two that each decide by what they read and then change *different* rows are not: such
work changes a common row too, or leans on a unique key. Who was refused takes, before its next
snapshot, the table that transactions meet in: so it stands in PostgreSQL's own queue, and another
process that writes without a rest cannot refuse it for ever. Engine settings: `runtime.engines`.
"""

import asyncio
import hashlib
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from operator import itemgetter
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, MetaData, Select, Table, inspect, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from runtime.engines import POOL_SIZE, WAIT_S, Engines, open_engines
from runtime.ports import Worker
from runtime.scrubbing import is_scrub_owed, rewrite_file
from runtime.sqlite_inserts import insert_rows

T = TypeVar("T")
Row = dict[str, Any]

ATTEMPTS_MAX = 10
ROWS_AT_ONCE = 1_000

_SHRINK = "PRAGMA shrink_memory"
_RETRIED = ("40001", "40P01")
_FSYNC_FAILED = ("SQLITE_IOERR_FSYNC", "SQLITE_IOERR_DIR_FSYNC")


class DatabaseError(Exception):
    """The database cannot do what was asked; nothing of the transaction may be assumed.

    Attributes:
        code: stable, of `protocol.problems`.
    """

    code = "service_unavailable"


class DatabaseBusy(DatabaseError):
    """Others had it for too long: worth another try later."""


class DatabaseFull(DatabaseError):
    """There is no space left on the disk. Reading goes on."""

    code = "storage_full"


class DatabaseUnavailable(DatabaseError):
    """It cannot be reached, read or trusted."""


class DatabaseDamaged(DatabaseUnavailable):
    """It cannot be read, or lacks what it must have: restore a backup."""


class DatabaseNewer(DatabaseUnavailable):
    """Its tables were made by a newer version of this program."""


class DatabaseOlder(DatabaseUnavailable):
    """Its tables were made by an older version of this program, and nothing converts them."""


_MEANINGS: tuple[tuple[str, type[DatabaseError]], ...] = (
    ("SQLITE_FULL", DatabaseFull),
    ("SQLITE_BUSY", DatabaseBusy),
    ("SQLITE_LOCKED", DatabaseBusy),
    ("SQLITE_PROTOCOL", DatabaseBusy),  # others were faster at a lock of the WAL, for seconds
    ("SQLITE_IOERR", DatabaseUnavailable),
    ("SQLITE_CANTOPEN", DatabaseUnavailable),
    ("SQLITE_READONLY", DatabaseUnavailable),
    ("SQLITE_CORRUPT", DatabaseDamaged),
    ("SQLITE_NOTADB", DatabaseDamaged),
    ("53100", DatabaseFull),  # disk_full
    ("53", DatabaseBusy),  # insufficient resources
    ("40", DatabaseBusy),  # serialisation failures and deadlocks, after the last attempt
    ("55P03", DatabaseBusy),  # lock_timeout
    ("57014", DatabaseBusy),  # statement_timeout
    ("08", DatabaseUnavailable),  # connection failures
    ("25006", DatabaseUnavailable),  # read-only: a standby
    ("57P", DatabaseUnavailable),  # shut down or starting up
    ("58", DatabaseUnavailable),  # input or output failed
    ("XX001", DatabaseDamaged),  # data_corrupted
    ("XX002", DatabaseDamaged),  # index_corrupted
    ("XX", DatabaseUnavailable),  # internal error
)
"""What the driver's code means, by its beginning, first match. Whatever is not here is our fault
and stays what it is. No code at all: PostgreSQL did not answer."""


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
        worker: threads for what blocks.
        broken: why nothing can be written any more until a restart, or "". SQLite goes on
            acknowledging after a failed fsync; this class does not.
    """

    def __init__(self, engines: Engines, worker: Worker, meeting: Table | None) -> None:
        self.dialect = engines.writer.dialect.name
        self.broken = ""
        self._writer = engines.writer
        self._reader = engines.reader
        self.worker = worker
        self._meeting = meeting
        self._alone = threading.Lock()
        self._turns = asyncio.Semaphore(1 if self.dialect == "sqlite" else POOL_SIZE)

    @classmethod
    def open(cls, url: str, *, worker: Worker, meeting: Table | None = None) -> Self:
        """Opens `sqlite:///path` or `postgresql://...`; connects at the first use.

        Args:
            url: where.
            worker: threads for what `run` and `read` do.
            meeting: the table in which transactions of several processes change the same rows.
        """
        return cls(open_engines(url), worker, meeting)

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Runs `work` in one transaction in a worker thread and commits; first come, first served.

        Raises:
            DatabaseError: it could not; whether a commit took hold is unknown.
        """
        async with self._turn():  # waiting costs no thread, so readers still have some
            return await self.worker.run(lambda: self.run_sync(work))

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Runs `work`, which only reads, on one snapshot in a worker thread.

        Raises:
            DatabaseError: it could not.
        """
        return await self.worker.run(lambda: self.read_sync(work))

    def run_sync(self, work: Callable[[Connection], T]) -> T:
        """`run`, in this thread. Not from within a work: SQLite has one writer."""
        for attempt in range(ATTEMPTS_MAX):
            try:
                with self._exclusive(needed=self.dialect == "sqlite" or attempt > 0):
                    return self._transact(work, again=attempt > 0)
            except DBAPIError as error:
                if _code_of(error) not in _RETRIED or attempt == ATTEMPTS_MAX - 1:
                    raise self._translated(error) from error
            except NoConnectionFree as error:
                raise DatabaseBusy("no connection was free in time") from error
        raise AssertionError("the last attempt returns or raises")

    def read_sync(self, work: Callable[[Connection], T]) -> T:
        """`read`, in this thread."""
        try:
            with self._reader.connect() as connection:
                return work(connection)
        except DBAPIError as error:
            raise self._translated(error) from error
        except NoConnectionFree as error:
            raise DatabaseBusy("no connection was free in time") from error

    def create(self, metadata: MetaData, *, version: int = 1) -> None:
        """Creates the tables in an empty database and writes down their version.

        Where they are there it only reads: a command that looks at a centre does not write beside
        the service.

        Args:
            metadata: the tables.
            version: of their shape; raised with every change of it.

        Raises:
            DatabaseNewer: a newer version made them, so this program would damage them.
            DatabaseOlder: an older version made them, in a shape that this program cannot use.
        """
        found = self.read_sync(_schema_version)
        if found > version:
            raise DatabaseNewer(
                f"the tables of this database have version {found}, this program knows {version}; "
                "install the newer program"
            )
        if 0 < found < version:
            raise DatabaseOlder(
                f"the tables of this database have version {found}, this program needs {version} "
                "and converts none; use the program that made them"
            )

        def work(conn: Connection) -> None:
            metadata.create_all(conn)
            if _schema_version(conn) == 0:
                insert = text("INSERT INTO schema_version (number) VALUES (:number)")
                conn.execute(text("CREATE TABLE IF NOT EXISTS schema_version (number INTEGER)"))
                conn.execute(insert, {"number": version})

        if not found:
            self.run_sync(work)

    def scrub_sync(self) -> bool:
        """Rewrites a SQLite file from which bytes were destroyed (`runtime.scrubbing`), if owed.

        Needs the file's size again on the disk meanwhile, and nobody else who writes.

        Returns:
            Whether nothing is owed any more; False where others were in the way.
        """
        if not self.read_sync(is_scrub_owed):
            return True
        with self._exclusive(needed=True), self._writer.connect() as connection:
            return rewrite_file(connection.connection.driver_connection)

    async def scrub(self) -> bool:
        """`scrub_sync` in a worker thread."""
        async with self._turn():
            return await self.worker.run(self.scrub_sync)

    async def let_go(self) -> None:
        """Frees the pages that SQLite's connections keep at hand; the next work reads them again.

        Each keeps up to `CACHE_KB`, and SQLite alone never gives any of it back. Those that are at
        work keep theirs.

        Raises:
            DatabaseError: it could not; some may have let go.
        """
        if self.dialect == "sqlite":
            await self.worker.run(self._let_go_sync)

    def _let_go_sync(self) -> None:
        try:
            with ExitStack() as idle:
                for _ in range(self._reader.pool.checkedin()):  # type: ignore[attr-defined]
                    idle.enter_context(self._reader.connect()).exec_driver_sql(_SHRINK)
            with self._exclusive(needed=True), self._writer.connect() as connection:
                connection.exec_driver_sql(_SHRINK)
        except DBAPIError as error:
            raise self._translated(error) from error

    def close(self) -> None:
        """Closes every connection; SQLite's WAL is written back."""
        self._reader.dispose()
        self._writer.dispose()

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(WAIT_S):
                await self._turns.acquire()
        except TimeoutError as error:
            raise DatabaseBusy("too many transactions are waiting") from error
        try:
            yield
        finally:
            self._turns.release()

    @contextmanager
    def _exclusive(self, *, needed: bool) -> Iterator[None]:
        """SQLite's one writer; on PostgreSQL those that failed once, so that one gets through.

        Nobody begins while one of them tries again: only what was under way can fail it once more.
        """
        if not self._alone.acquire(timeout=WAIT_S):
            raise DatabaseBusy("another transaction of this process takes too long")
        if not needed:
            self._alone.release()
        try:
            yield
        finally:
            if needed:
                self._alone.release()

    def _transact(self, work: Callable[[Connection], T], *, again: bool) -> T:
        if self.broken:
            raise DatabaseUnavailable(self.broken)
        with self._writer.begin() as connection:
            if again and self._meeting is not None:
                # EXCLUSIVE waits for every row lock in it, and LOCK TABLE freezes no snapshot yet.
                connection.exec_driver_sql(f"LOCK TABLE {self._meeting.name} IN EXCLUSIVE MODE")
            return work(connection)

    def _translated(self, error: DBAPIError) -> Exception:
        code, sentence = _code_of(error), str(error.orig)
        if code in _FSYNC_FAILED:
            self.broken = f"the disk failed to keep what was written ({code}); restart and check"
        if error.connection_invalidated or (not code and isinstance(error, OperationalError)):
            return DatabaseUnavailable(sentence)
        for beginning, meaning in _MEANINGS:
            if code.startswith(beginning):
                return meaning(self._advised(sentence) if meaning is DatabaseDamaged else sentence)
        return error

    def _advised(self, sentence: str) -> str:
        url = self._writer.engine.url
        place = url.database if self.dialect == "sqlite" else url.render_as_string()
        return f"{place} is damaged ({sentence}); put it aside and restore a backup"


def _schema_version(conn: Connection) -> int:
    """The version of the tables; 0 where there are none."""
    if not inspect(conn).has_table("schema_version"):
        return 0
    return conn.execute(text("SELECT max(number) FROM schema_version")).scalar() or 0


def insert_many(conn: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Inserts rows that are not there yet; bulk, on both databases.

    Args:
        conn: an open transaction.
        table: where.
        rows: every row with the same members.
    """
    if not rows:
        return
    if conn.dialect.name == "sqlite":
        insert_rows(conn, table, rows)
    else:
        conn.execute(_from_arrays(table, rows))


def fingerprint_rows(conn: Connection, queries: Iterable[Select[Any]]) -> bytes:
    """SHA-256 over the rows of these queries, which say their order; the same on both databases."""
    total = hashlib.sha256()
    for query in queries:
        for row in conn.execute(query.execution_options(yield_per=ROWS_AT_ONCE)):
            total.update(repr(tuple(row)).encode())
    return total.digest()


def upsert(conn: Connection, table: Table, rows: Sequence[Row], *, key: Sequence[str]) -> None:
    """Inserts rows, or replaces those with the same `key`; bulk, on both databases.

    Args:
        conn: an open transaction.
        table: with a unique constraint on `key`.
        rows: every row with the same members; of two with one key the later counts.
        key: names of the columns that identify a row.
    """
    if not rows:
        return
    identity = itemgetter(*key)
    given = list({identity(row): row for row in rows}.values())
    if conn.dialect.name == "sqlite":
        insert_rows(conn, table, given, key=tuple(key))
        return
    statement = _from_arrays(table, given)
    others = {name: statement.excluded[name] for name in given[0] if name not in key}
    if others:
        statement = statement.on_conflict_do_update(index_elements=list(key), set_=others)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=list(key))
    conn.execute(statement)


def ping(conn: Connection) -> None:
    """Asks the database for a sign of life."""
    conn.execute(text("SELECT 1"))


def _from_arrays(table: Table, rows: Sequence[Row]) -> Any:
    from runtime.array_inserts import insert_from_arrays  # noqa: PLC0415  # hubs never need it

    return insert_from_arrays(table, rows)


def _code_of(error: DBAPIError) -> str:
    """SQLite's name of the error, PostgreSQL's SQLSTATE, or "" where the server said nothing."""
    named: str | None = getattr(error.orig, "sqlite_errorname", None)
    return named or getattr(error.orig, "sqlstate", None) or ""
