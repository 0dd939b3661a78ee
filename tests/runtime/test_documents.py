"""Documents in SQLite: what a question reads."""

from pathlib import Path

from sqlalchemy import Connection

from runtime.database import Database, new_metadata
from runtime.documents import DocumentStore, define_document_tables
from runtime.system import ThreadWorker


def test_digests_are_read_without_the_bodies(tmp_path: Path, worker: ThreadWorker) -> None:
    metadata = new_metadata()
    store = DocumentStore(define_document_tables(metadata, facets=("hub",)))
    db = Database.open(f"sqlite:///{tmp_path / 'documents.sqlite'}", worker=worker)
    db.create(metadata)
    plan = db.read_sync(lambda conn: plan_of_digests(conn, store))
    db.close()
    assert "COVERING INDEX" in plan


def plan_of_digests(conn: Connection, store: DocumentStore) -> str:
    asked: list[str] = []
    driver = conn.connection.driver_connection
    assert driver is not None
    driver.set_trace_callback(asked.append)
    list(store.digests(conn))
    driver.set_trace_callback(None)
    return str(conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[-1]}").all())
