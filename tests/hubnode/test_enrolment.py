"""Enrolment: a node's folder belongs to one hub of one centre."""

import pytest

from hubnode.node import Node
from protocol.errors import EnrolmentRefused
from tests.support.nodes import enrol_node
from tests.support.simulated_centre import SimulatedCentre


async def test_an_enrolled_node_does_not_become_another_hub(
    hub: Node, centre: SimulatedCentre
) -> None:
    asked = len(centre.requests)
    with pytest.raises(EnrolmentRefused, match="this node is hub 51"):
        await enrol_node(hub, centre.invitation("52"))
    assert len(centre.requests) == asked
