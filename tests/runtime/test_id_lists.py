"""Many ids at once: those that exist are found, on both databases, through the index."""

from sqlalchemy import Column, Connection, String, Table, select

from runtime.database import Database, insert_many, new_metadata
from runtime.id_lists import is_among

METADATA = new_metadata()
WORD = Table("word", METADATA, Column("id", String(64), primary_key=True))
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


def test_nothing_is_among_no_ids(database: Database) -> None:
    database.create(METADATA)

    def work(conn: Connection) -> list[str]:
        insert_many(conn, WORD, [{"id": word} for word in WORDS])
        return list(conn.execute(select(WORD.c.id).where(is_among(conn, WORD.c.id, []))).scalars())

    assert database.run_sync(work) == []
