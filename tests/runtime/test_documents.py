"""Documents in SQLite: what a question reads."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from runtime.database import Database, new_metadata
from runtime.documents import DocumentStore, define_document_tables
from runtime.system import ThreadWorker

Question = Callable[[DocumentStore, Connection], object]


@pytest.fixture
def plan(tmp_path: Path, worker: ThreadWorker) -> Iterator[Callable[[Question], str]]:
    metadata = new_metadata()
    store = DocumentStore(define_document_tables(metadata, families=(("hub",),)))
    db = Database.open(f"sqlite:///{tmp_path / 'documents.sqlite'}", worker=worker)
    db.create(metadata)
    yield lambda ask: db.read_sync(lambda conn: plan_of(conn, lambda: ask(store, conn)))
    db.close()


def test_digests_are_read_without_the_bodies(plan: Callable[[Question], str]) -> None:
    assert "COVERING INDEX" in plan(lambda store, conn: list(store.digests(conn)))


def test_only_documents_that_a_person_has_to_look_at_are_read_to_find_them(
    plan: Callable[[Question], str],
) -> None:
    assert "INDEX ix_document_contested" in plan(lambda store, conn: store.contested(conn))
    of_owner = plan(lambda store, conn: store.contested(conn, owner="51"))
    assert "INDEX ix_document_contested" in of_owner


def plan_of(conn: Connection, question: Callable[[], object]) -> str:
    asked: list[str] = []
    driver = conn.connection.driver_connection
    assert driver is not None
    driver.set_trace_callback(asked.append)
    question()
    driver.set_trace_callback(None)
    return str(conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[-1]}").all())
