"""SQLite keeps whatever type somebody wrote: an entry that is no bytes is altered, not a crash."""

import pytest
from sqlalchemy import Connection, text

from hubnode.keys import load_own_keys
from hubnode.node import Node
from hubnode.store import identity
from hubnode.sync.run import sync
from hubnode.verify import verify_node
from protocol.errors import ProofRefused
from tests.support.nodes import publish
from tests.support.simulated_centre import SimulatedCentre


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log_entry SET bytes = CAST(bytes AS TEXT)",
        "UPDATE log_entry SET bytes = 7",
    ],
)
async def test_an_entry_of_another_type_is_found(
    hub: Node, centre: SimulatedCentre, statement: str
) -> None:
    publish(hub, "Antrean daring puskesmas")
    await sync(hub)
    centre.reconcile()
    await sync(hub)
    hub.db.run_sync(lambda conn: conn.execute(text(statement)))

    def verified(conn: Connection) -> object:
        who = identity.get(conn)
        assert who is not None
        return verify_node(conn, hub, who, load_own_keys(hub.folder, who).verifiers)

    with pytest.raises(ProofRefused) as refused:
        hub.db.read_sync(verified)
    assert refused.value.code == "log_altered"
