"""Keys that are changed, stolen and lost, over real HTTP and on both databases."""

import contextlib

from central import intake
from central.store import hub_keys
from hubnode.keys import KeyPair, begin_rotation, load_own_keys
from hubnode.node import Node
from hubnode.store.runs import RunState
from hubnode.sync.plan import Known, Offer, Send, Step
from hubnode.sync.run import sync
from hubnode.verify import verify_node
from protocol.entries.hub_decisions import HubKeyRotated
from tests.support.federation import FederationUnderTest
from tests.support.nodes import own_entries, pending_count, publish
from tests.support.stories import (
    assert_sound,
    at_centre,
    at_hub,
    decisions,
    revoke,
    who,
)


def begin(node: Node) -> KeyPair:
    return begin_rotation(node.folder, who(node), node.entropy)


async def test_a_hub_changes_its_keys_and_nothing_else_changes(
    federation: FederationUnderTest, bali: Node
) -> None:
    size, fresh = len(own_entries(bali)), begin(bali)
    publish(bali, "Ditulis sebelum kunci diganti")
    assert (await federation.sync(bali)).state == "ok"
    publish(bali, "Ditulis sesudah kunci diganti")
    report = await federation.sync(bali)

    assert (report.state, len(own_entries(bali))) == ("ok", size + 3)
    assert at_hub(bali) == at_centre(federation.centre)
    [rotated] = [it for it in decisions(federation.centre) if isinstance(it, HubKeyRotated)]
    assert (rotated.log_key, rotated.source.index) == (fresh.log.verifier_key.text, size + 1)
    keys = load_own_keys(bali.folder, who(bali))
    assert (keys.current, keys.next) == (fresh, None)
    verified = bali.db.read_sync(lambda conn: verify_node(conn, bali, who(bali), keys.verifiers))
    assert verified["own_entries"] == size + 3
    kept = federation.centre.db.read_sync(lambda conn: hub_keys.log_keys(conn, "51"))
    assert [(first, last) for _, first, last in kept] == [(0, size + 1), (size + 2, None)]
    assert_sound(federation.centre)


async def test_offline_changes_under_the_old_key_come_before_the_rotation(
    federation: FederationUnderTest, bali: Node
) -> None:
    """F39: signed and not sent when the keys are changed."""
    size = len(own_entries(bali))
    publish(bali, "Ditandatangani dan belum terkirim")

    def cut(step: Step, _known: Known) -> None:
        if isinstance(step, Offer):
            raise KeyboardInterrupt

    with contextlib.suppress(KeyboardInterrupt):
        await sync(bali, progress=cut)
    assert len(own_entries(bali)) == size + 1
    begin(bali)
    await federation.sync(bali)
    assert (await federation.sync(bali)).state == "ok"
    assert len(own_entries(bali)) == size + 2
    assert at_hub(bali) == at_centre(federation.centre)
    assert_sound(federation.centre)


async def test_a_key_revoked_in_the_middle_of_a_run_keeps_what_was_taken(
    federation: FederationUnderTest, bali: Node
) -> None:
    """F38: what is committed stays, the rest is refused, and the line is said."""
    centre, size = federation.centre, len(own_entries(bali))
    publish(bali, "Terkirim tepat waktu")
    await sync(bali)
    publish(bali, "Terlambat")

    def revoked(step: Step, _known: Known) -> None:
        if isinstance(step, Send):
            revoke(centre, "51")

    report = await sync(bali, progress=revoked)
    assert (report.state, report.code) == (RunState.BLOCKED, "key_revoked")
    await federation.settle()
    view = centre.db.read_sync(lambda conn: intake.hub_view(conn, centre, "51"))
    assert (view["next_entry"], view["reconciled"]) == (size + 1, size + 1)
    again = await sync(bali)
    assert (again.state, again.code) == (RunState.BLOCKED, "hub_not_active")
    assert len(own_entries(bali)) + pending_count(bali) == size + 2
    assert_sound(centre)


async def test_a_node_without_its_key_file_works_on_and_makes_no_other(
    federation: FederationUnderTest, bali: Node
) -> None:
    """F40: nothing is signed, and the keys that come back are the keys."""
    (bali.folder / "keys.pem").rename(bali.folder / "away")
    publish(bali, "Ditulis tanpa kunci")
    report = await federation.sync(bali)
    assert (report.state, report.code) == (RunState.BLOCKED, "key_file_refused")
    assert not (bali.folder / "keys.pem").exists()
    assert pending_count(bali) == 1
    (bali.folder / "away").rename(bali.folder / "keys.pem")
    assert (await federation.sync(bali)).state == "ok"
    assert at_hub(bali) == at_centre(federation.centre)
