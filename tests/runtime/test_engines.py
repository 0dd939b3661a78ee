"""Each database fails in its own way; callers see four kinds of error."""

import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from runtime import engines
from runtime.database import (
    Database,
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseError,
    DatabaseFull,
    DatabaseUnavailable,
    ping,
)
from runtime.system import ThreadWorker

Open = Callable[[str], Database]

ADD_ONE = text("UPDATE pair SET n = n + 1 WHERE id = :id")


@pytest.fixture
def open_(worker: ThreadWorker, request: pytest.FixtureRequest) -> Open:
    def opened(url: str) -> Database:
        database = Database.open(url, worker=worker)
        request.addfinalizer(database.close)
        return database

    return opened


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/test.sqlite"


def pragma(conn: Connection, name: str) -> object:
    return conn.exec_driver_sql(f"PRAGMA {name}").scalar()


def fill(conn: Connection) -> None:
    conn.exec_driver_sql("CREATE TABLE IF NOT EXISTS filling (bytes BLOB)")
    conn.exec_driver_sql("INSERT INTO filling VALUES (randomblob(200000))")


def test_sqlite_is_opened_for_durability(open_: Open, url: str) -> None:
    database = open_(url)
    names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    found = database.run_sync(lambda conn: [pragma(conn, name) for name in names])
    assert found == ["wal", 2, 1, engines.WAIT_S * 1000]


def test_closing_writes_the_wal_back(open_: Open, url: str, tmp_path: Path) -> None:
    database = open_(url)
    database.run_sync(fill)
    database.close()
    assert [path.name for path in tmp_path.iterdir()] == ["test.sqlite"]


def test_a_file_that_another_process_holds_is_busy(
    open_: Open, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "WAIT_S", 0)
    database = open_(url)
    database.run_sync(fill)
    other = sqlite3.connect(tmp_path / "test.sqlite", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(DatabaseBusy):
        database.run_sync(fill)
    other.execute("ROLLBACK")
    other.close()
    database.run_sync(fill)


def test_a_full_disk_is_told_and_overcome(open_: Open, url: str) -> None:
    database = open_(url)
    database.run_sync(fill)
    database.run_sync(lambda conn: pragma(conn, "max_page_count=16"))
    with pytest.raises(DatabaseFull) as caught:
        database.run_sync(fill)
    assert caught.value.code == "storage_full"
    assert database.read_sync(rows) == 1
    database.run_sync(lambda conn: pragma(conn, "max_page_count=1000000"))
    database.run_sync(fill)
    assert database.read_sync(rows) == 2


def rows(conn: Connection) -> object:
    return conn.exec_driver_sql("SELECT count(*) FROM filling").scalar()


def test_a_file_that_is_no_database_is_unavailable(open_: Open, url: str, tmp_path: Path) -> None:
    (tmp_path / "test.sqlite").write_bytes(b"something else entirely" * 500)
    with pytest.raises(DatabaseUnavailable):
        open_(url).run_sync(fill)


def test_a_folder_that_is_not_there_is_unavailable(open_: Open, tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable):
        open_(f"sqlite:///{tmp_path}/missing/test.sqlite").run_sync(fill)


FAILED_FSYNC = """
import sys
from sqlalchemy import text
from runtime.database import Database, DatabaseUnavailable
from runtime.system import ThreadWorker
db = Database.open(sys.argv[1], worker=ThreadWorker())
for statement in ("CREATE TABLE a (b)", *["INSERT INTO a VALUES (1)"] * 30):
    try:
        db.run_sync(lambda conn: conn.exec_driver_sql(statement))
    except DatabaseUnavailable:
        break
else:
    sys.exit("no fsync failed")
try:
    db.run_sync(lambda conn: conn.exec_driver_sql("INSERT INTO a VALUES (2)"))
except DatabaseUnavailable as error:
    print(error, db.broken == str(error))
else:
    sys.exit("it went on acknowledging")
"""


@pytest.mark.skipif(not shutil.which("strace"), reason="NOT TESTED: strace is not installed")
def test_after_a_failed_fsync_nothing_is_acknowledged_any_more(url: str) -> None:
    inject = "inject=fdatasync,fsync:error=EIO:when=20"
    command = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", inject, sys.executable, "-c"]
    done = subprocess.run(  # noqa: S603  # our own command line
        [*command, FAILED_FSYNC, url], capture_output=True, text=True, check=False, timeout=60
    )
    if "ptrace" in done.stderr:
        pytest.skip(f"NOT TESTED: {done.stderr.strip()}")
    assert (done.returncode, done.stderr) == (0, "")
    assert "SQLITE_IOERR_FSYNC" in done.stdout
    assert done.stdout.strip().endswith("True")


MEANINGS = {
    "53100": DatabaseFull,
    "53200": DatabaseBusy,
    "40001": DatabaseBusy,
    "40P01": DatabaseBusy,
    "55P03": DatabaseBusy,
    "57014": DatabaseBusy,
    "25006": DatabaseUnavailable,
    "58030": DatabaseUnavailable,
    "XX000": DatabaseUnavailable,
    "XX001": DatabaseDamaged,
}


@pytest.mark.postgres
@pytest.mark.parametrize(("sqlstate", "meaning"), MEANINGS.items())
def test_what_postgresql_says_is_understood(
    open_: Open, postgres_url: str, sqlstate: str, meaning: type[DatabaseError]
) -> None:
    raising = f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{sqlstate}'; END $$"
    with pytest.raises(DatabaseError) as caught:
        open_(postgres_url).run_sync(lambda conn: conn.exec_driver_sql(raising))
    assert type(caught.value) is meaning


def test_a_lock_of_the_wal_that_others_took_for_too_long_is_busy(open_: Open, url: str) -> None:
    """Only a machine with far too much to do says so: the error is made here."""
    said = sqlite3.OperationalError("locking protocol")
    said.sqlite_errorname = "SQLITE_PROTOCOL"

    def work(_conn: Connection) -> None:
        raise OperationalError("BEGIN", None, said)

    with pytest.raises(DatabaseBusy):
        open_(url).read_sync(work)


@pytest.mark.postgres
def test_a_killed_backend_is_unavailable_once(open_: Open, postgres_url: str) -> None:
    database = open_(postgres_url)
    suicide = "SELECT pg_terminate_backend(pg_backend_pid())"
    with pytest.raises(DatabaseUnavailable):
        database.run_sync(lambda conn: conn.exec_driver_sql(suicide))
    database.run_sync(ping)


@pytest.mark.postgres
def test_a_transaction_is_repeated_until_it_gets_through(open_: Open, postgres_url: str) -> None:
    attempts = []

    def fails_three_times(conn: Connection) -> str:
        attempts.append(1)
        if len(attempts) <= 3:
            conn.exec_driver_sql("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40001'; END $$")
        return "done"

    assert open_(postgres_url).run_sync(fails_three_times) == "done"
    assert len(attempts) == 4


@pytest.mark.postgres
def test_two_that_lock_in_opposite_order_both_get_through(open_: Open, postgres_url: str) -> None:
    database = open_(postgres_url)
    database.run_sync(lambda conn: conn.exec_driver_sql("CREATE TABLE pair (id int, n int)"))
    database.run_sync(lambda conn: conn.exec_driver_sql("INSERT INTO pair VALUES (1, 0), (2, 0)"))
    both_hold_one = threading.Barrier(2)

    def locks(first: int, second: int) -> None:
        attempts = iter([both_hold_one.wait])

        def work(conn: Connection) -> None:
            conn.execute(ADD_ONE, {"id": first})
            next(attempts, int)()  # the first attempt waits for the other's
            conn.execute(ADD_ONE, {"id": second})

        database.run_sync(work)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(locks, (1, 2), (2, 1)))
    total = database.read_sync(
        lambda conn: conn.exec_driver_sql("SELECT sum(n) FROM pair").scalar()
    )
    assert total == 4


@pytest.mark.postgres
def test_connections_are_waited_for_and_then_refused(
    open_: Open, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "WAIT_S", 0)
    database = open_(postgres_url)

    def nested(depth: int) -> None:
        database.read_sync(lambda _conn: nested(depth + 1))

    with pytest.raises(DatabaseBusy):
        nested(0)


@pytest.mark.postgres
def test_postgresql_that_does_not_answer_is_unavailable(open_: Open, postgres_url: str) -> None:
    assert postgres_url
    with pytest.raises(DatabaseUnavailable):
        open_("postgresql://postgres@127.0.0.1:1/nothing").run_sync(ping)
