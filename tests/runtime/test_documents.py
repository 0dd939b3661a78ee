"""Documents in SQLite: what a question reads."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection

from runtime.database import Database, new_metadata
from runtime.documents import DocumentStore, define_document_tables
from runtime.system import ThreadWorker


def test_digests_are_read_without_the_bodies(tmp_path: Path, worker: ThreadWorker) -> None:
    metadata = new_metadata()
    store = DocumentStore(define_document_tables(metadata, families=(("hub",),)))
    db = Database.open(f"sqlite:///{tmp_path / 'documents.sqlite'}", worker=worker)
    db.create(metadata)
    plan = db.read_sync(lambda conn: plan_of(conn, lambda: list(store.digests(conn))))
    db.close()
    assert "COVERING INDEX" in plan


def test_only_documents_that_a_person_has_to_look_at_are_read_to_find_them(
    tmp_path: Path, worker: ThreadWorker
) -> None:
    metadata = new_metadata()
    store = DocumentStore(define_document_tables(metadata, families=()))
    db = Database.open(f"sqlite:///{tmp_path / 'documents.sqlite'}", worker=worker)
    db.create(metadata)
    plans = [
        db.read_sync(lambda conn: plan_of(conn, lambda: store.contested(conn))),
        db.read_sync(lambda conn: plan_of(conn, lambda: store.contested(conn, owner="51"))),
    ]
    db.close()
    assert all("INDEX ix_document_contested" in plan for plan in plans)


def plan_of(conn: Connection, question: Callable[[], object]) -> str:
    asked: list[str] = []
    driver = conn.connection.driver_connection
    assert driver is not None
    driver.set_trace_callback(asked.append)
    question()
    driver.set_trace_callback(None)
    return str(conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[-1]}").all())
