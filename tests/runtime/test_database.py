"""One function of a connection is one transaction, on both databases."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Integer,
    LargeBinary,
    String,
    Table,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

import runtime.database
from runtime.database import (
    Database,
    DatabaseBusy,
    DatabaseNewer,
    DatabaseOlder,
    DatabaseUnavailable,
    insert_many,
    new_metadata,
    ping,
    upsert,
)
from runtime.system import ThreadWorker
from runtime.utc_times import UtcDateTime
from tests.support.overhearing import overhear

METADATA = new_metadata()
COUNTER = Table("counter", METADATA, Column("id", Integer, primary_key=True), Column("n", Integer))
THING = Table(
    "thing",
    METADATA,
    Column("id", String(8), primary_key=True),
    Column("number", Integer),
    Column("body", LargeBinary),
    Column("flag", Boolean),
    Column("at", UtcDateTime),
)
JAKARTA = timezone(timedelta(hours=7))
NOON = datetime(2026, 11, 23, 12, tzinfo=JAKARTA)


@pytest.fixture
def db(database: Database) -> Database:
    database.create(METADATA)
    database.run_sync(lambda conn: conn.execute(insert(COUNTER).values(id=1, n=0)))
    return database


def counted(conn: Connection) -> int:
    return conn.execute(select(COUNTER.c.n).where(COUNTER.c.id == 1)).scalar_one() or 0


def read_modify_write(conn: Connection) -> None:
    conn.execute(update(COUNTER).where(COUNTER.c.id == 1).values(n=counted(conn) + 1))


def row(name: str, number: int | None = 1, body: bytes | None = b"\x00\xff") -> dict[str, object]:
    return {"id": name, "number": number, "body": body, "flag": True, "at": NOON}


def things(conn: Connection) -> list[tuple[object, ...]]:
    return [tuple(it) for it in conn.execute(select(THING).order_by(THING.c.id))]


async def test_of_300_concurrent_read_modify_writes_none_is_lost(db: Database) -> None:
    await asyncio.gather(*(db.run(read_modify_write) for _ in range(300)))
    assert await db.read(counted) == 300


@pytest.mark.postgres
def test_another_process_that_writes_without_a_rest_does_not_keep_us_out(
    postgres_url: str, worker: ThreadWorker
) -> None:
    enough = threading.Event()

    def without_a_rest() -> None:
        while not enough.is_set():
            other.run_sync(read_modify_write)

    def slowly(conn: Connection) -> None:
        before = counted(conn)
        time.sleep(0.05)
        conn.execute(update(COUNTER).where(COUNTER.c.id == 1).values(n=before + 1))

    with (
        closing(Database.open(postgres_url, worker=worker, meeting=COUNTER)) as ours,
        closing(Database.open(postgres_url, worker=worker, meeting=COUNTER)) as other,
        ThreadPoolExecutor(1) as beside,
    ):
        ours.create(METADATA)
        ours.run_sync(lambda conn: conn.execute(insert(COUNTER).values(id=1, n=0)))
        writing = beside.submit(without_a_rest)
        try:
            ours.run_sync(slowly)
        finally:
            enough.set()
        writing.result()


def test_threads_without_an_event_loop_lose_none_either(db: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: db.run_sync(read_modify_write), range(300)))
    assert db.read_sync(counted) == 300


async def test_a_work_that_raises_leaves_nothing_behind(db: Database) -> None:
    def fails(conn: Connection) -> None:
        read_modify_write(conn)
        raise LookupError

    with pytest.raises(LookupError):
        await db.run(fails)
    assert await db.read(counted) == 0


async def test_what_only_reads_cannot_write(db: Database) -> None:
    with pytest.raises(DatabaseUnavailable):
        await db.read(read_modify_write)
    assert await db.read(counted) == 0


def test_a_read_sees_one_moment(db: Database) -> None:
    def reads_twice(conn: Connection) -> tuple[int, int]:
        before = counted(conn)
        db.run_sync(read_modify_write)
        return before, counted(conn)

    assert db.read_sync(reads_twice) == (0, 0)
    assert db.read_sync(counted) == 1


async def test_readers_are_served_while_writers_wait(db: Database) -> None:
    gate = threading.Event()
    held = db.run(lambda _conn: gate.wait(20))
    waiting = [asyncio.create_task(work) for work in (held, *map(db.run, [ping] * 30))]
    await asyncio.sleep(0.05)
    assert await asyncio.wait_for(db.read(counted), 5) == 0
    gate.set()
    await asyncio.gather(*waiting)


async def test_sqlites_connections_at_rest_let_go_of_what_they_keep_at_hand(
    tmp_path: Path, worker: ThreadWorker
) -> None:
    said: list[str] = []
    both_read = threading.Barrier(2, timeout=20)

    def read(conn: Connection) -> None:
        overhear(conn, said)
        both_read.wait()

    with closing(Database.open(f"sqlite:///{tmp_path / 'room.sqlite'}", worker=worker)) as db:
        db.run_sync(lambda conn: overhear(conn, said))
        await asyncio.gather(db.read(read), db.read(read))
        await db.let_go()
    assert said.count("PRAGMA shrink_memory") == 3  # the writer and two readers


async def test_letting_go_takes_nothing_from_work_under_way(db: Database) -> None:
    has_read, gate = threading.Event(), threading.Event()

    def reads_twice(conn: Connection) -> tuple[int, int]:
        before = counted(conn)
        has_read.set()
        gate.wait(20)
        return before, counted(conn)

    reading = asyncio.create_task(db.read(reads_twice))
    await asyncio.to_thread(has_read.wait, 20)
    await db.run(read_modify_write)
    await db.let_go()
    gate.set()
    assert await reading == (0, 0)
    await db.run(read_modify_write)
    assert await db.read(counted) == 2


async def test_a_writer_waits_for_its_turn_and_then_is_told_busy(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime.database, "WAIT_S", 0.05)
    gate = threading.Event()
    holding = [asyncio.create_task(db.run(lambda _conn: gate.wait(20))) for _ in range(5)]
    await asyncio.sleep(0.01)
    with pytest.raises(DatabaseBusy):
        await db.run(ping)
    gate.set()
    await asyncio.gather(*holding, return_exceptions=True)


def test_our_own_mistakes_stay_what_they_are(db: Database) -> None:
    with pytest.raises(DBAPIError):
        db.run_sync(lambda conn: conn.exec_driver_sql("SELECT nothing FROM nowhere"))


def test_values_do_not_reach_error_messages(db: Database) -> None:
    db.run_sync(lambda conn: insert_many(conn, THING, [row("twice")]))
    with pytest.raises(IntegrityError) as caught:
        db.run_sync(lambda conn: insert_many(conn, THING, [row("twice", body=b"secret-4711")]))
    assert "secret-4711" not in str(caught.value)


def test_times_come_back_in_utc(db: Database) -> None:
    db.run_sync(lambda conn: conn.execute(insert(THING).values(id="a", at=NOON)))
    at = db.read_sync(lambda conn: conn.execute(select(THING.c.at)).scalar_one())
    assert at == NOON
    assert at is not None
    assert at.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(db: Database) -> None:
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(StatementError, match="without a zone"):
        db.run_sync(lambda conn: conn.execute(insert(THING).values(id="a", at=naive)))
    with pytest.raises((StatementError, ValueError), match="without a zone"):
        db.run_sync(lambda conn: upsert(conn, THING, [row("a") | {"at": naive}], key=["id"]))


def test_upsert_inserts_and_replaces_every_kind_of_value(db: Database) -> None:
    first = [row("é", -1), row("b", 2**31 - 1, b""), row("c", None, None)]
    db.run_sync(lambda conn: upsert(conn, THING, first, key=["id"]))
    changed = [row("b", 7, b"new"), row("d", 8, b"\xff" * 70_000)]
    db.run_sync(lambda conn: upsert(conn, THING, changed, key=["id"]))
    assert db.read_sync(things) == [
        ("b", 7, b"new", True, NOON),
        ("c", None, None, True, NOON),
        ("d", 8, b"\xff" * 70_000, True, NOON),
        ("é", -1, b"\x00\xff", True, NOON),
    ]


def test_the_members_of_a_row_may_stand_in_any_order(db: Database) -> None:
    backwards = dict(reversed(row("a").items()))
    for _ in range(2):
        db.run_sync(lambda conn: upsert(conn, THING, [backwards], key=["id"]))
    assert db.read_sync(things) == [("a", 1, b"\x00\xff", True, NOON)]


def test_a_column_of_nothing_can_be_written(db: Database) -> None:
    empty = {"number": None, "body": None, "flag": None, "at": None}
    rows = [{"id": name, **empty} for name in "ab"]
    db.run_sync(lambda conn: upsert(conn, THING, rows, key=["id"]))
    assert db.read_sync(things) == [("a", *[None] * 4), ("b", *[None] * 4)]


def test_of_two_rows_with_one_key_the_later_counts(db: Database) -> None:
    rows = [row("a", 1), row("a", 2)]
    db.run_sync(lambda conn: upsert(conn, THING, rows, key=["id"]))
    assert db.read_sync(things) == [("a", 2, b"\x00\xff", True, NOON)]


def test_rows_of_nothing_but_a_key_are_kept_once(db: Database) -> None:
    for _ in range(2):
        db.run_sync(lambda conn: upsert(conn, THING, [{"id": "a"}, {"id": "b"}], key=["id"]))
    assert [it[0] for it in db.read_sync(things)] == ["a", "b"]


def test_no_rows_are_no_work(db: Database) -> None:
    db.run_sync(lambda conn: upsert(conn, THING, [], key=["id"]))
    db.run_sync(lambda conn: insert_many(conn, THING, []))
    assert db.read_sync(things) == []


def test_insert_many_never_replaces(db: Database) -> None:
    db.run_sync(lambda conn: insert_many(conn, THING, [row("a", 1), row("b", 2)]))
    with pytest.raises(IntegrityError):
        db.run_sync(lambda conn: insert_many(conn, THING, [row("c"), row("b", 3)]))
    assert [it[:2] for it in db.read_sync(things)] == [("a", 1), ("b", 2)]


def test_creating_again_changes_nothing(db: Database) -> None:
    db.run_sync(read_modify_write)
    db.create(METADATA)
    assert db.read_sync(counted) == 1


def test_constraints_have_names() -> None:
    assert THING.primary_key.name == "pk_thing"


def test_tables_of_a_newer_program_are_left_alone(db: Database) -> None:
    db.create(METADATA, version=1)
    db.run_sync(lambda conn: conn.execute(text("UPDATE schema_version SET number = 2")))
    with pytest.raises(DatabaseNewer, match="version 2, this program knows 1"):
        db.create(METADATA, version=1)
    db.create(METADATA, version=2)


def test_tables_of_an_older_program_are_left_alone(db: Database) -> None:
    db.create(METADATA, version=1)
    with pytest.raises(DatabaseOlder, match="version 1, this program needs 2"):
        db.create(METADATA, version=2)
    db.create(METADATA, version=1)
