"""What an operator reads about own changes, whatever became of them."""

from hubnode.node import Node
from hubnode.review import record_history
from hubnode.store import identity
from hubnode.sync.run import sync
from tests.support.nodes import publish
from tests.support.simulated_centre import SimulatedCentre


def history(hub: Node, record: str) -> list[tuple[object, object, object]]:
    who = hub.db.read_sync(identity.get)
    assert who is not None
    items = hub.db.read_sync(lambda conn: record_history(conn, hub, who, record))
    return [(it["number"], it["change"], it["standing"]) for it in items]


async def test_a_history_is_every_change_from_the_first_to_the_one_that_waits(
    hub: Node, centre: SimulatedCentre
) -> None:
    record = publish(hub, "Antrean daring puskesmas")
    await sync(hub)
    centre.reconcile()
    await sync(hub)
    publish(hub, "Antrean daring", record=record)
    await sync(hub)
    publish(hub, "Antrean puskesmas", record=record)
    assert history(hub, record) == [
        (1, "record.put", "shown"),
        (2, "record.put", "sent"),
        (None, "record.put", "pending"),
    ]


async def test_a_change_on_which_the_centre_broke_stays_in_the_history_of_its_record(
    hub: Node, centre: SimulatedCentre
) -> None:
    centre.breaks_at = 2
    other, record = publish(hub, "Antrean daring"), publish(hub, "Bus sekolah gratis")
    await sync(hub)
    centre.reconcile()
    await sync(hub)
    assert history(hub, record) == [(2, "record.put", "held")]
    assert history(hub, other) == [(1, "record.put", "shown")]
