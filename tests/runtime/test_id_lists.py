"""Many ids at once: those that exist are found, on both databases."""

from pathlib import Path

from sqlalchemy import BigInteger, Column, Connection, String, Table, select

from runtime.database import Database, insert_many, new_metadata
from runtime.id_lists import is_among
from runtime.system import ThreadWorker

METADATA = new_metadata()
WORD = Table("word", METADATA, Column("id", String(64), primary_key=True))
NUMBER = Table("number", METADATA, Column("id", BigInteger, primary_key=True, autoincrement=False))
WORDS = ["", "a", "b", "é", '"', "'", "\\", "a,b", "{}", "null", "1"]
MANY = 40_000
"""More than SQLite takes as parameters."""


def test_exactly_the_ids_that_exist_are_found(database: Database) -> None:
    database.create(METADATA)

    def work(conn: Connection) -> list[str]:
        insert_many(conn, WORD, [{"id": word} for word in WORDS])
        asked = [*WORDS[1:], *WORDS[1:], *(f"absent {number}" for number in range(MANY))]
        return list(
            conn.execute(select(WORD.c.id).where(is_among(conn, WORD.c.id, asked))).scalars()
        )

    assert sorted(database.run_sync(work)) == sorted(WORDS[1:])


def test_integers_of_64_bits_are_found_too(database: Database) -> None:
    database.create(METADATA)
    numbers = [-(2**63), -1, 0, 7, 2**63 - 1]

    def work(conn: Connection) -> list[int]:
        insert_many(conn, NUMBER, [{"id": number} for number in numbers])
        asked = [*numbers[:-1], 8]
        found = select(NUMBER.c.id).where(is_among(conn, NUMBER.c.id, asked))
        return list(conn.execute(found).scalars())

    assert sorted(database.run_sync(work)) == numbers[:-1]


def test_nothing_is_among_no_ids(database: Database) -> None:
    database.create(METADATA)

    def work(conn: Connection) -> list[str]:
        insert_many(conn, WORD, [{"id": word} for word in WORDS])
        return list(conn.execute(select(WORD.c.id).where(is_among(conn, WORD.c.id, []))).scalars())

    assert database.run_sync(work) == []


def test_sqlite_looks_each_id_up_in_the_index(tmp_path: Path, worker: ThreadWorker) -> None:
    database = Database.open(f"sqlite:///{tmp_path}/test.sqlite", worker=worker)
    database.create(METADATA)

    def plan(conn: Connection) -> str:
        asked = select(WORD.c.id).where(is_among(conn, WORD.c.id, WORDS))
        query = str(asked.compile(conn, compile_kwargs={"literal_binds": True}))
        return str(conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}").all())

    found = database.read_sync(plan)
    database.close()
    assert "SEARCH word USING" in found
