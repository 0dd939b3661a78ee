"""A real node in a folder, for tests: real stores on SQLite, a clock that is held in the hand."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from hubnode.authoring import Desk
from hubnode.enrolment import create_node, enrol
from hubnode.node import Node
from hubnode.store import identity, outbox, records
from hubnode.store.tables import (
    CAMPAIGN_TABLES,
    DOCUMENT_TABLES,
    LINEAGE_TABLES,
    LOG_TABLES,
    METADATA,
    TABLES_VERSION,
)
from protocol.canonical import Json
from runtime.campaigns import CampaignStore
from runtime.database import Database
from runtime.documents import DocumentStore
from runtime.lineages import LineageStore
from runtime.logstore import LogStore
from runtime.ports import Transport, Worker
from tests.support.ports import InlineWorker, ManualClock, SeededEntropy

FIELDS: dict[str, Json] = {
    "agency": {"name": "Provinsi Bali", "kind": "provinsi"},
    "region": "51",
    "started": "2024",
}


class NoSleep:
    async def sleep(self, seconds: float) -> None:
        """Returns at once."""


def open_node(
    folder: Path,
    transport: Transport,
    clock: ManualClock,
    *,
    seed: int = 1,
    worker: Worker | None = None,
) -> Node:
    """The node of a folder; made first where there is none. Works inline, or as `worker` does."""
    entropy = SeededEntropy(seed)
    if not (folder / "keys.pem").exists():
        create_node(folder, entropy=entropy)
    url = f"sqlite:///{folder / 'node.sqlite'}"
    db = Database.open(url, worker=worker or InlineWorker())
    db.create(METADATA, version=TABLES_VERSION)
    return Node(
        folder=folder,
        db=db,
        logs=LogStore(LOG_TABLES),
        documents=DocumentStore(DOCUMENT_TABLES),
        campaigns=CampaignStore(CAMPAIGN_TABLES),
        lineages=LineageStore(LINEAGE_TABLES),
        clock=clock,
        entropy=entropy,
        sleeper=NoSleep(),
        transport=transport,
    )


@contextmanager
def opened_node(
    folder: Path, transport: Transport, clock: ManualClock, *, seed: int = 1
) -> Iterator[Node]:
    """The same, closed at the end."""
    node = open_node(folder, transport, clock, seed=seed)
    try:
        yield node
    finally:
        node.db.close()


async def enrol_node(node: Node, invitation: str) -> None:
    """Enrols it, trusting the invitation."""
    await enrol(node, invitation, yes=lambda _invitation, _words: True)


def publish(node: Node, title: str, *, record: str | None = None, **fields: Json) -> str:
    """Publishes a record, or amends the one with this id; returns the id."""
    (found,) = publish_many(node, [title], record=record, **fields)
    return found


def publish_many(
    node: Node, titles: list[str], *, record: str | None = None, **fields: Json
) -> list[str]:
    """Publishes records in one transaction, each later edit having seen the earlier ones."""

    def work(conn: Connection) -> list[str]:
        who = identity.get(conn)
        assert who is not None
        desk = Desk.open(conn, node, who, by="operator")
        ids = [record or desk.new_id() for _ in titles]
        for title, known in zip(titles, ids, strict=True):
            before = records.get(conn, known)
            old = before.fields if before else FIELDS
            desk.put(before, known, {**old, "title": title, **fields})
        desk.save(conn)
        return ids

    return node.db.run_sync(work)


def withdraw(node: Node, record: str, reason: str = "Berhenti.") -> None:
    """Hides a record of this hub."""

    def work(conn: Connection) -> None:
        who, own = identity.get(conn), records.get(conn, record)
        assert who is not None
        assert own is not None
        desk = Desk.open(conn, node, who, by="rina")
        desk.withdraw(own, reason)
        desk.save(conn)

    node.db.run_sync(work)


def pending_count(node: Node) -> int:
    return node.db.read_sync(outbox.count)


def own_entries(node: Node) -> list[bytes]:
    """Every entry of the hub's log."""

    def work(conn: Connection) -> list[bytes]:
        who = identity.get(conn)
        assert who is not None
        log = node.logs.open(conn, who.origin)
        return node.logs.entries(conn, log, 0, log.tree.size)

    return node.db.read_sync(work)


def backup(node: Node, to: Path) -> None:
    """Copies the folder's database as an operator's backup would."""
    node.db.close()
    to.mkdir()
    for file in node.folder.glob("node.sqlite*"):
        shutil.copy(file, to / file.name)


def restore_backup(folder: Path, backed_up: Path, *, with_marks: bool = True) -> None:
    """Puts the backed-up database in place; the marks outside it stay unless they were lost."""
    for file in folder.glob("node.sqlite*"):
        file.unlink()
    for file in backed_up.iterdir():
        shutil.copy(file, folder / file.name)
    if not with_marks:
        for name in ("issued-mark.json", "anchor.json"):
            (folder / name).unlink(missing_ok=True)
