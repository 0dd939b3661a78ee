"""What stories ask of a federation, whoever tells them."""

from sqlalchemy import Connection

from central import registry
from central.centre import Centre
from central.rebuild import rebuild
from central.verifying import verify_logs
from hubnode.node import Node
from hubnode.store import identity, records
from hubnode.store.identity import Identity
from protocol.entries.decisions import Decision, read_decisions
from runtime.database import Database
from runtime.documents import DocumentStore


def who(node: Node) -> Identity:
    found = node.db.read_sync(identity.get)
    assert found is not None
    return found


def first_record(node: Node) -> str:
    [record] = node.db.read_sync(lambda conn: records.page(conn, limit=1))
    return record.id


def contents(db: Database, documents: DocumentStore) -> dict[str, bytes]:
    """Every record of a catalogue, as the exact bytes of its state."""

    def work(conn: Connection) -> dict[str, bytes]:
        return documents.get_many(conn, [record for record, _ in documents.digests(conn)])

    return db.read_sync(work)


def at_centre(centre: Centre) -> dict[str, bytes]:
    return contents(centre.db, centre.documents)


def at_hub(node: Node) -> dict[str, bytes]:
    return contents(node.db, node.documents)


def revoke(centre: Centre, hub: str) -> None:
    centre.db.run_sync(lambda conn: registry.revoke(conn, centre, hub, "hilang", by="rina"))


def decisions(centre: Centre) -> list[Decision]:
    def read(conn: Connection) -> list[bytes]:
        log = centre.logs.open(conn, centre.national_origin)
        return list(centre.logs.entries(conn, log, 0, log.tree.size))

    return [decision for _, decision in read_decisions(centre.db.read_sync(read))]


def assert_sound(centre: Centre) -> None:
    """The centre's logs hold, and its catalogue is what the national log adds up to."""
    checks = centre.db.read_sync(lambda conn: list(verify_logs(conn, centre)))
    assert [check.sentence for check in checks if not check.is_ok] == []
    assert rebuild(centre).identical
