"""A node and a simulated centre, for every test of the hub's house that wants them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hubnode.node import Node
from tests.support.nodes import enrol_node, opened_node
from tests.support.ports import ManualClock
from tests.support.simulated_centre import SimulatedCentre


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def centre(clock: ManualClock) -> SimulatedCentre:
    return SimulatedCentre(clock)


@pytest.fixture
def node(tmp_path: Path, centre: SimulatedCentre, clock: ManualClock) -> Iterator[Node]:
    """A node with keys, not enrolled yet."""
    with opened_node(tmp_path / "node", centre, clock) as node:
        yield node


@pytest.fixture
async def hub(node: Node, centre: SimulatedCentre) -> Node:
    """The same node, enrolled as hub 51."""
    await enrol_node(node, centre.invitation())
    return node
