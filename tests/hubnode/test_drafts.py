"""Drafts are kept on the node until they are signed or thrown away."""

from dataclasses import replace
from datetime import UTC, datetime

from hubnode.node import Node
from hubnode.store import drafts
from hubnode.store.drafts import Draft

NOW = datetime(2026, 11, 29, tzinfo=UTC)
DRAFT = Draft(
    id="01a2159c-1d4f-7a52-ae0c-0f6d1c2b7a11",
    record=None,
    fields={"title": "Antar Obat"},
    account="rina",
    created_at=NOW,
    updated_at=NOW,
    replicates="01a2159c-1d4f-7a52-ae0c-0f6d1c2b7a12",
)


def test_a_draft_is_found_as_it_was_saved_and_gone_when_discarded(node: Node) -> None:
    saved = node.db.run_sync(lambda conn: drafts.save(conn, DRAFT))
    assert node.db.read_sync(lambda conn: drafts.get(conn, DRAFT.id)) == saved
    assert saved == replace(DRAFT, version=1)
    assert node.db.run_sync(lambda conn: drafts.discard(conn, DRAFT.id))
    assert not node.db.run_sync(lambda conn: drafts.discard(conn, DRAFT.id))
    assert node.db.read_sync(drafts.every) == []


def test_the_draft_of_a_record_is_found_by_the_record(node: Node) -> None:
    record = "01a2159c-1d4f-7a52-ae0c-0f6d1c2b7a13"
    saved = node.db.run_sync(lambda conn: drafts.save(conn, replace(DRAFT, record=record)))
    assert node.db.read_sync(lambda conn: drafts.of_record(conn, record)) == saved
    assert node.db.read_sync(lambda conn: drafts.of_record(conn, DRAFT.id)) is None
