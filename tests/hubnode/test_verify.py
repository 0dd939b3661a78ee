"""Nothing on the disk is believed: whatever was altered there is found, without a network."""

import pytest
from sqlalchemy import Connection, text

from hubnode.enrolment import create_node
from hubnode.keys import load_own_keys
from hubnode.node import SYNC_LOCK, Node
from hubnode.store import identity
from hubnode.sync.run import sync
from hubnode.verify import verify_node
from protocol.canonical import Json
from protocol.errors import ProofRefused, ProtocolError
from runtime.durable import FolderLock
from runtime.keyfile import KeyFileRefused
from tests.support.campaigns import opened
from tests.support.lineages import ORIGINAL, claiming, made, step
from tests.support.nodes import publish, publish_many
from tests.support.ports import SeededEntropy
from tests.support.simulated_centre import SimulatedCentre


def verified(node: Node) -> dict[str, Json]:
    def work(conn: Connection) -> dict[str, Json]:
        who = identity.get(conn)
        assert who is not None
        return verify_node(conn, node, who, load_own_keys(node.folder, who).verifiers)

    return node.db.read_sync(work)


def alter(node: Node, statement: str) -> None:
    changed = node.db.run_sync(lambda conn: conn.execute(text(statement)).rowcount)
    assert changed > 0


def finding(node: Node) -> str:
    with pytest.raises(ProtocolError) as refused:
        verified(node)
    return refused.value.code


@pytest.fixture
async def filled(hub: Node, centre: SimulatedCentre) -> Node:
    publish_many(hub, [f"Inovasi nomor {number}" for number in range(300)])
    await sync(hub)
    centre.reconcile()
    await sync(hub)
    return hub


async def test_a_node_that_has_done_nothing_holds(hub: Node) -> None:
    assert verified(hub)["verified"] is True


async def test_a_node_that_is_as_it_was_signed_holds(filled: Node) -> None:
    found = verified(filled)
    assert (found["verified"], found["own_entries"], found["records"]) == (True, 301, 300)


@pytest.mark.parametrize(
    "altered", ["UPDATE lineage SET state = 'hidden'", "UPDATE replication SET step = 'refusal'"]
)
async def test_a_row_of_lineage_that_was_altered_is_found(
    filled: Node, centre: SimulatedCentre, altered: str
) -> None:
    for decision in (made(1), claiming(2, ORIGINAL), step("interest")):
        centre.decide(decision)
    await sync(filled)
    assert verified(filled)["verified"] is True
    alter(filled, altered)
    assert finding(filled) == "catalogue_altered"


async def test_a_campaigns_row_that_was_altered_is_found(
    filled: Node, centre: SimulatedCentre
) -> None:
    centre.decide(opened())
    await sync(filled)
    assert verified(filled)["verified"] is True
    alter(filled, "UPDATE campaign_record SET hub = '99'")
    assert finding(filled) == "catalogue_altered"


async def test_pending_changes_do_not_disturb(filled: Node) -> None:
    publish(filled, "Belum dikirim")
    assert verified(filled)["own_entries"] == 301


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ('UPDATE log_entry SET bytes = zeroblob(20) WHERE "index" = 7', "log_altered"),
        ("UPDATE document SET digest = zeroblob(32) WHERE number = 1", "catalogue_altered"),
        ("DELETE FROM document WHERE number = 1", "catalogue_altered"),
        ("UPDATE log_tile SET bytes = zeroblob(32) WHERE level = 1", "log_altered"),
        ('DELETE FROM log_tile WHERE level = 0 AND "index" = 1', "log_altered"),
        ("UPDATE log SET root = zeroblob(32)", "log_altered"),
        ("DELETE FROM log_checkpoint", "log_unsigned"),
        ("DELETE FROM document_cursor", "catalogue_behind"),
        ("UPDATE document_cursor SET size = size + 1", "catalogue_altered"),
    ],
)
async def test_what_was_altered_is_found(filled: Node, statement: str, code: str) -> None:
    alter(filled, statement)
    assert finding(filled) == code


async def test_what_was_altered_is_named(filled: Node) -> None:
    alter(
        filled, 'UPDATE log_entry SET bytes = zeroblob(20) WHERE log_id = 1 AND "index" IN (7, 9)'
    )
    with pytest.raises(ProofRefused, match=r"entry 7, 9 of jippnas\.test/"):
        verified(filled)


async def test_a_catalogue_behind_its_log_says_whether_a_run_is_at_it_now(filled: Node) -> None:
    alter(filled, "UPDATE document_cursor SET size = size - 1")
    with FolderLock(filled.folder, SYNC_LOCK), pytest.raises(ProofRefused, match="is under way"):
        verified(filled)
    with pytest.raises(ProofRefused, match="was interrupted"):
        verified(filled)


async def test_a_catalogue_that_waits_for_a_newer_program_says_so(filled: Node) -> None:
    alter(filled, "UPDATE document_cursor SET size = size - 1")
    alter(filled, "UPDATE sync_run SET code = 'decision_unknown'")
    with pytest.raises(ProofRefused, match="newer version"):
        verified(filled)


async def test_nothing_is_verified_with_the_keys_of_another_node(
    filled: Node, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other") / "node"
    create_node(other, entropy=SeededEntropy(99))
    (filled.folder / "keys.pem").write_bytes((other / "keys.pem").read_bytes())
    with pytest.raises(KeyFileRefused, match="not the keys this node enrolled with"):
        verified(filled)
