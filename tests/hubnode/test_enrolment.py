"""Enrolment: a node's folder belongs to one hub of one centre."""

import pytest
from sqlalchemy import Connection

from hubnode.node import Node
from hubnode.store import identity
from protocol.errors import EnrolmentRefused
from tests.support.nodes import enrol_node
from tests.support.simulated_centre import SimulatedCentre


async def test_an_enrolled_node_does_not_become_another_hub(
    hub: Node, centre: SimulatedCentre
) -> None:
    asked = len(centre.requests)
    with pytest.raises(EnrolmentRefused, match="this node is hub 51") as refused:
        await enrol_node(hub, centre.invitation("52"))
    assert refused.value.code == "already_enrolled"
    assert len(centre.requests) == asked


async def test_a_centre_that_has_other_keys_is_not_enrolled_at_again(
    hub: Node, centre: SimulatedCentre
) -> None:
    asked = len(centre.requests)
    with pytest.raises(EnrolmentRefused, match="until now") as refused:
        await enrol_node(hub, SimulatedCentre(centre.clock, seed=30).invitation())
    assert refused.value.code == "centre_keys_changed"
    assert len(centre.requests) == asked


async def test_enrolling_again_thaws_and_forgets_nothing(
    hub: Node, centre: SimulatedCentre
) -> None:
    def found_out(conn: Connection) -> None:
        identity.freeze(conn, "own_log_diverged")
        identity.set_national_etag(conn, '"7"')

    hub.db.run_sync(found_out)
    await enrol_node(hub, centre.invitation())
    who = hub.db.read_sync(identity.get)
    assert who is not None
    assert (who.frozen, who.national_etag) == ("own_log_diverged", '"7"')
