"""A node's rows of lineage are those of the log: both houses fold it by one rule."""

from hubnode.node import Node
from hubnode.sync.run import sync
from tests.support.lineages import ORIGINAL, RESULT, claiming, implemented, made, step
from tests.support.simulated_centre import SimulatedCentre
from tests.support.verdicts import TRANSFERRED


async def test_the_rows_are_those_of_the_whole_log(hub: Node, centre: SimulatedCentre) -> None:
    for decision in (made(1), claiming(2, ORIGINAL), step("interest")):
        centre.decide(decision)
    await sync(hub)
    centre.decide(implemented(ORIGINAL, RESULT))
    centre.decide(TRANSFERRED)
    await sync(hub)
    states = centre.records.values()
    assert hub.db.read_sync(lambda conn: hub.lineages.is_same(conn, states))
    assert len(hub.db.read_sync(lambda conn: hub.lineages.replications(conn, [ORIGINAL]))) == 2
